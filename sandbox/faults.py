"""Scripted misbehaviour: what a provider does wrong, on which call or delivery, and how many times.

Two sides misbehave. A **call** is a request of the bot to the provider, named by its method:
`chat.postMessage`, `sendMessage`, `Messages.create`, `response_url`, … A **delivery** is a request of the
provider to the bot, named `deliver:` and a kind: `event`, `press`, `command` (Slack); `message`,
`edited_message`, `callback_query`, `my_chat_member` (Telegram); `inbound`, `status` (SMS).
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from sandbox.phones import Provider

CallKind = Literal[
    "rate_limited",
    "server_error",
    "timeout_after",
    "drop_after",
    "drop_before",
    "slow",
    "wrong_token",
    "error",
    "blocked",
]
DeliveryKind = Literal["duplicate", "other_ids", "reorder", "delay", "lose"]
Kind = CallKind | DeliveryKind

CALL_KINDS: frozenset[str] = frozenset(get_args(CallKind))
DELIVERY_KINDS: frozenset[str] = frozenset(get_args(DeliveryKind))


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour.

    On calls:
    - `rate_limited`: 429 with `Retry-After: retry_after`, in the provider's shape; not processed.
    - `server_error`: HTTP `status` (500) with a body that is not JSON; not processed.
    - `timeout_after`: processed, then no answer until the caller gives up.
    - `drop_after`, `drop_before`: the connection is cut, after or without processing.
    - `slow`: processed and answered after `seconds` of real time.
    - `wrong_token`: the provider's answer to a wrong token; not processed.
    - `error`: the provider's error `error` (a Slack error name, a Telegram description, a Twilio code) with
      HTTP `status` where it matters; not processed.
      What another program with the same token causes is one of these: `getUpdates` with status 409 and
      "Conflict: terminated by other getUpdates request" (a second poller; core.telegram.org/bots/api#getupdates);
      so are refusals that concern one conversation: `no_permission` (docs.slack.dev, chat.postMessage), 21408 and
      21608 (twilio.com/docs/api/errors) with `to`, and 20003 on `Messages.list`.
    - `blocked`: the provider's answer where this recipient blocked the sender or opted out.

    On deliveries:
    - `duplicate`: delivered `copies` more times, at the same moment.
    - `other_ids`: delivered `copies` more times, each under an id of its own, `seconds` of the clock after the one
      before, and with no word of being tried again: Slack did so with up to eleven event ids for one message
      (github.com/slackapi/node-slack-sdk/issues/2141), Telegram with two update ids
      (github.com/felinics/Memoh/issues/337). A text message has one id alone, and keeps it.
    - `reorder`: held back until the next delivery to the same address has been answered (or `seconds` of the
      clock).
    - `delay`: held back for `seconds` of the clock.
    - `lose`: never delivered, nor tried again.

    `on` is the call or delivery, with `*` for every one of that side; `to` limits it to one recipient or
    person (a channel or user id, a chat id, a number). It works `times` times (None: until removed), after
    the first `skip` fitting ones went well.
    """

    provider: Provider
    kind: Kind
    on: str = "*"
    times: int | None = 1
    skip: int = 0
    to: str | None = None
    retry_after: int = 1
    status: int = 500
    seconds: float = 1.0
    error: str = ""
    copies: int = 1

    def __post_init__(self) -> None:
        if self.provider not in get_args(Provider):
            raise ValueError(
                f"There is no provider {self.provider!r}; use one of {', '.join(get_args(Provider))}."
            )
        if self.kind not in CALL_KINDS | DELIVERY_KINDS:
            raise ValueError(
                f"There is no fault {self.kind!r}; "
                f"use one of {', '.join(sorted(CALL_KINDS | DELIVERY_KINDS))}."
            )
        if self.kind == "error" and not self.error:
            raise ValueError("A fault of kind 'error' needs the provider's error in 'error'.")

    @property
    def on_deliveries(self) -> bool:
        return self.kind in DELIVERY_KINDS

    def fits(self, provider: Provider, what: str, to: str | None) -> bool:
        """Whether this fault concerns that call or delivery."""
        return (
            provider == self.provider
            and what.startswith("deliver:") == self.on_deliveries
            and self.on in ("*", "deliver:*", what)
            and self.to in (None, to)
        )


class Faults:
    """The faults in force, tried in the order in which they were added; at most one works on one call or
    delivery.
    """

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._ids = itertools.count(1)

    def add(self, fault: Fault) -> int:
        """Puts a fault in force and gives the number by which `remove` knows it."""
        number = next(self._ids)
        self._faults[number] = fault
        return number

    def remove(self, number: int) -> None:
        self._faults.pop(number, None)

    def clear(self) -> None:
        self._faults.clear()

    def listed(self) -> dict[int, Fault]:
        """What is still in force, with what is left of `times` and `skip`."""
        return dict(self._faults)

    def take(self, provider: Provider, what: str, to: str | None = None) -> Fault | None:
        """The fault that works on this call or delivery now; spends one of its times."""
        for number, fault in list(self._faults.items()):
            if not fault.fits(provider, what, to):
                continue
            if fault.skip > 0:
                self._faults[number] = replace(fault, skip=fault.skip - 1)
                continue
            if fault.times is not None:
                if fault.times <= 1:
                    del self._faults[number]
                else:
                    self._faults[number] = replace(fault, times=fault.times - 1)
            return fault
        return None


def fault_from(data: Mapping[str, Any]) -> Fault:
    """A fault out of decoded JSON; ValueError with a plain sentence for what does not fit."""
    types: dict[str, tuple[type, ...]] = {
        "provider": (str,),
        "kind": (str,),
        "on": (str,),
        "times": (int, type(None)),
        "skip": (int,),
        "to": (str, type(None)),
        "retry_after": (int,),
        "status": (int,),
        "seconds": (int, float),
        "error": (str,),
        "copies": (int,),
    }
    for name, value in data.items():
        if name not in types:
            raise ValueError(f"A fault has no field {name!r}; it has {', '.join(types)}.")
        if not isinstance(value, types[name]) or (isinstance(value, bool)):
            raise ValueError(f"The fault's field {name!r} has the wrong type.")
    if not {"provider", "kind"} <= data.keys():
        raise ValueError("A fault needs 'provider' and 'kind'.")
    return Fault(**data)
