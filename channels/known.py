"""The channels there are: what each is called, and what it can do. PURE.

The one table of their names. It loads no SDK, so that every room can ask here what a channel can do, whether
it is on or off.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from channels.base import InboundMessage, Limits, SendError
from channels.slack.limits import LIMITS as SLACK
from channels.sms.codes import of_report
from channels.sms.limits import LIMITS as SMS
from channels.telegram.limits import LIMITS as TELEGRAM


@dataclass(frozen=True, slots=True)
class KnownChannel:
    """A channel as people call it, and what it can do."""

    title: str
    limits: Limits
    of_report: Callable[[str | None], SendError | None] = lambda _: None


CHANNELS: Final[Mapping[str, KnownChannel]] = {
    "slack": KnownChannel("Slack", SLACK),
    "telegram": KnownChannel("Telegram", TELEGRAM),
    "sms": KnownChannel("SMS", SMS, of_report),
}
"""Every channel by its name, in the order of preference where a campaign names none."""


def limits_of(channel: str) -> Limits:
    """What a channel can do. KeyError where there is none of that name."""
    return CHANNELS[channel].limits


def those_that(can: Callable[[Limits], bool]) -> tuple[str, ...]:
    """The names of the channels that can do something."""
    return tuple(name for name, known in CHANNELS.items() if can(known.limits))


def title_of(channel: str) -> str:
    """What people call a channel; one that is none of ours keeps its name."""
    known = CHANNELS.get(channel)
    return channel if known is None else known.title


def failure_of(channel: str, code: str | None) -> SendError | None:
    """Why a message was not delivered, by the code that a provider reports; None where that tells nothing."""
    known = CHANNELS.get(channel)
    return None if known is None else known.of_report(code)


def thread_of(event: InboundMessage) -> str | None:
    """The reference of the message in whose thread words were said; None outside of threads."""
    words = event.choice is None and event.command is None and event.brings != "reaction"
    return event.reply_to if words and limits_of(event.actor.channel).threads else None
