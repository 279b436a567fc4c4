"""At which moment each of a wave that is spread over days is asked.

The hours of the send windows of those days, put end to end, are one line; everybody has a point on it by lot, so that
as many are asked in one hour as in another, and nobody has a say in when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from bot.campaigns import windows
from bot.campaigns.places import public_holidays
from bot.campaigns.plan import Place
from bot.campaigns.terms import Terms

_MOST_WINDOWS: Final = 1_000


@dataclass(frozen=True, slots=True)
class OpenHours:
    """The open hours of some days at one place, in order."""

    open: Sequence[tuple[datetime, datetime]]
    length: timedelta

    @classmethod
    def of(cls, found: Sequence[tuple[datetime, datetime]]) -> Self:
        """These hours, with how long they are together."""
        return cls(found, sum((shuts - opens for opens, shuts in found), timedelta()))

    def at(self, point: float) -> datetime | None:
        """The instant that lies at this point, from 0 up to 1; None where nothing is open."""
        left = self.length * point
        for opens, shuts in self.open:
            if left < shuts - opens:
                return opens + left
            left -= shuts - opens
        return None


def hours_between(now: datetime, until: datetime, place: Place | None, terms: Terms) -> OpenHours:
    """The hours in which somebody at this place may be asked; `place` None is at any time."""
    if place is None or terms.always:
        return OpenHours.of([(now, until)] if now < until else [])
    holidays = public_holidays(place.country)
    found: list[tuple[datetime, datetime]] = []
    at = now
    while len(found) < _MOST_WINDOWS:
        opens = windows.next_send_in_all(at, place.zones, terms, holidays)
        if opens >= until:
            break
        shuts = windows.window_end_in_all(opens, place.zones, terms, holidays) or until
        found.append((opens, min(shuts, until)))
        at = shuts
    return OpenHours.of(found)
