"""A provider in the simulated world: screens, people who block, a carrier that reports, and its troubles."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from starlette.routing import Route

from channels.base import (
    GATEWAY_TIMEOUT,
    Address,
    Away,
    Body,
    DeliveryReport,
    DeliveryStatus,
    Limits,
    Misconfigured,
    Moved,
    OutboundMessage,
    RateLimited,
    Receipt,
    Receive,
    Rejected,
    SendError,
    Unavailable,
    Unknown,
    Unreachable,
)
from tests.support.manual_clock import ManualClock

_TROUBLES: Final = ("rate limit", "5xx", "gateway", "lost, taken", "lost, not taken", "refused edit")


@dataclass(slots=True)
class SimulatedProvider:
    """Takes messages and shows them. `trouble` is how likely a call goes wrong; `taken` hears of each message
    that was taken, `reported` of each status that the carrier would call back with, `refused_late` of each message that
    it refuses afterwards because of our account."""

    name: str
    limits: Limits
    chance: random.Random
    clock: ManualClock
    taken: Callable[[str, OutboundMessage, str], None]
    reported: Callable[[DeliveryReport], None]
    injected: Callable[[str], None]
    refused_late: Callable[[str, str], None]
    trouble: float = 0.0
    wrong_token: bool = False
    untold: float = 0.0  # how likely the last report of a message never comes by itself
    suspended: bool = False  # a carrier refuses afterwards what it took, because of our account
    deaf: bool = False  # another program removed the webhook: nothing comes in until it is set again
    blocked: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)  # a deactivated account, an archived conversation
    moved: dict[str, str] = field(default_factory=dict)  # a group that became a supergroup
    listed: dict[str, DeliveryReport] = field(default_factory=dict)  # what the list says, told or not
    screens: dict[str, dict[str, OutboundMessage]] = field(default_factory=dict)
    _list: list[tuple[str, Body, datetime, str]] = field(default_factory=list)  # what a carrier can be asked
    _count: int = 0

    async def send(self, message: OutboundMessage) -> Receipt:
        """See `Channel.send`."""
        self._check_token()
        trouble = self._trouble()
        match trouble:
            case "rate limit":
                raise RateLimited("too fast", self.chance.choice((1.0, 5.0, 30.0)))
            case "5xx":
                raise Unavailable("the provider answered 503")
            case "gateway":
                raise Away(self.name, self.chance.choice((502, 503)))
            case "lost, not taken":
                raise Unknown("the connection was dropped")
            case "refused edit" if message.replaces is not None:
                raise Rejected("this message can be changed no more")
        address = message.address.id
        if address in self.moved:
            raise Moved("that group became a supergroup", self.moved[address])
        if address in self.gone:
            raise Unreachable("nobody reads there any more")
        if address in self.blocked:
            raise Unreachable("the person wants nothing from us", opted_out=True)
        screen = self.screens.setdefault(address, {})
        if message.replaces is not None and message.replaces not in screen:
            raise Rejected("there is no such message to change")
        if message.replaces is None:
            self._count += 1
        ref = message.replaces or f"{self.name}-{self._count}"
        screen[ref] = message
        self._list.append((address, message.body, self.clock.now(), ref))
        self.taken(self.name, message, ref)
        if self.limits.reports:
            self._report(ref)
        if trouble == "lost, taken":
            self.injected(trouble)
            raise self.chance.choice((Unknown("the answer never came"), Away(self.name, GATEWAY_TIMEOUT)))
        return Receipt(ref)

    async def find(
        self, message: OutboundMessage, since: datetime, others: Collection[str] = ()
    ) -> Receipt | None:
        """See `Channel.find`: the list of messages, which may be out of order as well."""
        if not self.limits.reports:
            raise Unknown("this provider offers no way to look")
        self._check_token()
        match self._trouble():
            case "5xx":
                raise Unavailable("the provider answered 503")
            case "gateway" | "lost, taken" | "lost, not taken":
                self.injected("no list")
                raise Unknown("the connection was dropped")
        for address, body, at, ref in self._list:
            same = (address, body) == (message.address.id, message.body)
            if same and at >= since and ref not in others:
                return Receipt(ref)
        return None

    def _check_token(self) -> None:
        if self.wrong_token:
            raise Misconfigured(f"{self.name} refused the token")

    def _trouble(self) -> str | None:
        if self.chance.random() >= self.trouble:
            return None
        trouble = self.chance.choice(_TROUBLES)
        if trouble != "lost, taken":  # that one happens after the message was taken
            self.injected(trouble)
        return trouble

    def _report(self, ref: str) -> None:
        now = self.clock.now()
        arrives = not self.suspended and self.chance.random() < 0.95
        last: DeliveryStatus = "delivered" if arrives else "undelivered"
        if self.suspended:
            self.injected("refused afterwards")
            self.refused_late(self.name, ref)
        statuses: tuple[DeliveryStatus, ...] = ("queued", "sent", last)
        for status in statuses:
            failed = status == "undelivered"
            error: SendError | None = None
            if failed and self.suspended:
                error = Misconfigured("the account is suspended")
            elif failed and self.chance.random() < 0.3:
                error = Unreachable("the handset is off")
            code = "30002" if self.suspended else "30003"
            report = DeliveryReport(f"{ref}:{status}", ref, status, now, code if failed else None, error)
            self.listed[ref] = report
            if status != last or self.chance.random() >= self.untold:
                self.reported(report)
            else:
                self.injected("report untold")

    # ------------------------------------------------------------------------ the rest of what a channel offers

    def routes(self, receive: Receive) -> Sequence[Route]:
        return ()

    async def listen(self, receive: Receive) -> None:
        return

    async def states(self, refs: Collection[str]) -> Sequence[DeliveryReport]:
        """See `Channel.states`."""
        self._check_token()
        if self._trouble() is not None:
            raise Unavailable("the provider answered 503")
        return [report for ref, report in self.listed.items() if ref in refs]

    async def identify(self) -> str:
        return self.name

    async def look_up(self, address: Address) -> None:
        return

    async def hears(self) -> None:
        """See `Channel.hears`: a webhook that another program removed is set again."""
        self._check_token()
        if self.deaf:
            self.deaf = False
            raise Misconfigured("somebody removed the webhook; it is set again")

    async def register(self, public_url: str) -> None:
        return

    async def aclose(self) -> None:
        return
