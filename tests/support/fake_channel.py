"""A channel without a provider: it records what it is given, and fails when a test says so."""

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from starlette.routing import Route

from channels.base import (
    Address,
    Body,
    DeliveryReport,
    Limits,
    OutboundMessage,
    Receipt,
    Receive,
    SendError,
    Unknown,
)

FAST = Limits(
    text=4000,
    per_second=1000.0,
    burst=1000,
    per_address=0.0,
    buttons=True,
    edits=True,
    images=True,
)
"""A channel that can do everything and never makes anybody wait."""

SMS = replace(FAST, buttons=False, edits=False, images=False, reports=True, paid_by_length=True)


@dataclass(frozen=True, slots=True)
class Lost:
    """The provider took the message, but its answer never came."""


Fate = SendError | Lost | None


def text_of(body: Body) -> str:
    return "".join(span.text for span in body)


@dataclass(slots=True)
class FakeChannel:
    """`fates` says what becomes of the next messages, one after the other; without one they are taken."""

    name: str
    limits: Limits = FAST
    can_find: bool = False  # it can be asked whether a message arrived, as Twilio can
    fates: deque[Fate] = field(default_factory=deque)
    tried: list[OutboundMessage] = field(default_factory=list)
    taken: list[OutboundMessage] = field(default_factory=list)
    shown: dict[str, OutboundMessage] = field(default_factory=dict)  # by reference, as it stands now
    looked: list[int] = field(default_factory=list)
    dead: dict[str, SendError] = field(default_factory=dict)  # addresses, and how the provider refuses them
    deaf: SendError | None = None  # why nothing that people write comes in
    gate: asyncio.Event | None = None  # while it is not set, the provider is slow
    began: asyncio.Event = field(default_factory=asyncio.Event)  # something was tried
    refs: dict[int, str] = field(default_factory=dict)
    reports: list[DeliveryReport] = field(default_factory=list)  # what its list says, callbacks or not

    def routes(self, receive: Receive) -> Sequence[Route]:
        return ()

    async def listen(self, receive: Receive) -> None:
        return

    async def send(self, message: OutboundMessage) -> Receipt:
        self.tried.append(message)
        self.began.set()
        if message.address.id in self.dead:
            raise self.dead[message.address.id]
        fate = self.fates.popleft() if self.fates else None
        if isinstance(fate, SendError):
            raise fate
        if self.gate is not None:
            await self.gate.wait()
        receipt = self._take(message)
        if isinstance(fate, Lost):
            raise Unknown("the connection ended before an answer came")
        return receipt

    def _take(self, message: OutboundMessage) -> Receipt:
        self.taken.append(message)
        ref = message.replaces or f"{self.name}-{len(self.taken)}"
        self.shown[ref] = message
        self.refs[message.id] = ref
        return Receipt(ref)

    async def find(
        self, message: OutboundMessage, since: datetime, others: Collection[str] = ()
    ) -> Receipt | None:
        self.looked.append(message.id)
        if not self.can_find:
            raise Unknown("this provider offers no way to look")
        ref = self.refs.get(message.id)
        return None if ref is None else Receipt(ref)

    async def states(self, refs: Collection[str]) -> Sequence[DeliveryReport]:
        return [report for report in self.reports if report.message_ref in refs]

    async def identify(self) -> str:
        return f"{self.name} ok"

    async def look_up(self, address: Address) -> None:
        if address.id in self.dead:
            raise self.dead[address.id]

    async def hears(self) -> None:
        if self.deaf is not None:
            raise self.deaf

    async def register(self, public_url: str) -> None:
        return

    async def aclose(self) -> None:
        return

    # ---------------------------------------------------------------------------- what a test looks at

    def chat(self, who: str) -> list[str]:
        """The texts on somebody's screen now, from top to bottom: an edit stands where its message stood."""
        address = Address(self.name, who)
        return [text_of(message.body) for message in self.shown.values() if message.address == address]

    def texts(self, who: str | None = None) -> list[str]:
        """Everything that was taken, in its order, edits too."""
        return [text_of(one.body) for one in self.taken if who is None or one.address.id == who]
