"""How often a campaign starts by itself: kept as an RRULE (RFC 5545, 3.3.10), whose days dateutil finds. PURE.

The library sees no clock, no zone and no holiday, and no day that a month may lack: what a rhythm means is decided by
this table, before it is asked for days.

    every N days, weeks                    FREQ=DAILY or WEEKLY;INTERVAL=N
    every N months, from the 1st to 28th   FREQ=MONTHLY;INTERVAL=N;BYMONTHDAY=that day
    every N months, from the 29th to 31st  BYMONTHDAY=28 up to that day;BYSETPOS=-1: the last of these that there is
    every N years                          FREQ=YEARLY;INTERVAL=N;BYMONTH and BYMONTHDAY
    every N years, from 29 February        BYMONTHDAY=28,29;BYSETPOS=-1: the 28th of a year that has no 29th

The time is the company's own; what becomes of it on a day when clocks change, and of a day when nobody may be asked, is
decided by `bot.campaigns.occurrences`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal, Self

from dateutil.rrule import rrulestr

Unit = Literal["days", "weeks", "months", "years"]

_FREQ: Final[dict[Unit, str]] = {
    "days": "DAILY",
    "weeks": "WEEKLY",
    "months": "MONTHLY",
    "years": "YEARLY",
}
_UNIT: Final = {freq: unit for unit, freq in _FREQ.items()}
_STORED: Final = re.compile(r"DTSTART:([0-9]{8}T[0-9]{6})\nRRULE:FREQ=([A-Z]+);INTERVAL=([0-9]+)(?:;.*)?")
_IN_EVERY_MONTH: Final = 28
_LONGEST: Final = {"days": 3650, "weeks": 520, "months": 120, "years": 10}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many days, weeks, months or years from a first day on, at a time."""

    count: int
    unit: Unit
    first: date
    at: time

    def __post_init__(self) -> None:
        if not 1 <= self.count <= _LONGEST[self.unit]:
            raise ValueError(
                f"every {self.count} {self.unit} is no rhythm; expected 1 to {_LONGEST[self.unit]}"
            )

    def __str__(self) -> str:
        """As it is kept: local time, and the zone is the company's."""
        start = datetime.combine(self.first, self.at)
        return (
            f"DTSTART:{start:%Y%m%dT%H%M%S}\nRRULE:FREQ={_FREQ[self.unit]};INTERVAL={self.count}{self._day}"
        )

    @property
    def _day(self) -> str:
        """Which day of a month, by the table above."""
        day = self.first.day
        if self.unit == "months":
            return f";BYMONTHDAY={_up_to(day)}"
        if self.unit == "years":
            month = self.first.month
            shown = _up_to(day) if (month, day) == (2, 29) else str(day)
            return f";BYMONTH={month};BYMONTHDAY={shown}"
        return ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The rhythm that was kept so."""
        found = _STORED.fullmatch(text)
        if found is None or found[2] not in _UNIT:
            raise ValueError(f"{text!r} is no rhythm that npsbot keeps")
        start = datetime.strptime(found[1], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local, whatever the zone
        return cls(int(found[3]), _UNIT[found[2]], start.date(), start.time())

    def days(self, after: date) -> Iterator[date]:
        """Its days after this one, in order, as long as the calendar goes."""
        for moment in rrulestr(str(self)).xafter(datetime.combine(after, time.max)):
            yield moment.date()


def _up_to(day: int) -> str:
    if day <= _IN_EVERY_MONTH:
        return str(day)
    return f"{','.join(map(str, range(_IN_EVERY_MONTH, day + 1)))};BYSETPOS=-1"
