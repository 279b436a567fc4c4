"""Is this newer than what stands? One rule for the score, the parts of a reason, and consent, in every channel. PURE.

When it was **said** decides, not when it came: providers deliver again, a sweep finds what no webhook brought, and
an edit can overtake its message. docs/reliability.md has this as a table.
"""

from datetime import datetime, timedelta
from typing import Final

from channels.base import DeliveryReport, Inbound, InboundMessage
from channels.frozen import dataclass

CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""Who says to write from further ahead of our clock than this does not know the time."""
COUNTED_ON: Final = timedelta(days=2)
"""So far apart the numbers of one provider still tell an order: Telegram begins anew after a week without updates
(core.telegram.org/bots/api#update), and delivers for a day."""


@dataclass(frozen=True, slots=True)
class SaidAt:
    """When something was said: the provider's time, and its own count of what it hands over, where it has one.
    `timed`: the provider tells the time; else it is when it came (a press in Telegram)."""

    at: datetime
    number: int | None = None
    timed: bool = True


def when_said(event: Inbound | None, now: datetime) -> SaidAt:
    """When what came in `now` was said; a time that cannot be is not believed."""
    match event:
        case InboundMessage(sent_at=at, number=number, timed=timed):
            when = SaidAt(at, number, timed)
        case None | DeliveryReport():
            when = SaidAt(now)
        case _:
            when = SaidAt(event.at)
    return when if when.at <= now + CLOCKS_DIFFER else SaidAt(now, when.number, when.timed)


def is_newer(this: SaidAt | None, stands: SaidAt | None) -> bool:
    """Whether what was said at `this` counts above what stands. Where neither time nor number tells, it came later."""
    if this is None or stands is None:
        return True
    counted = this.number is not None and stands.number is not None
    if counted and not (this.timed and stands.timed) and abs(this.at - stands.at) < COUNTED_ON:
        return _number(this) >= _number(stands)
    if this.at == stands.at and counted:
        return _number(this) >= _number(stands)
    return this.at >= stands.at


def _number(when: SaidAt) -> int:
    return when.number or 0
