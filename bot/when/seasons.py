"""A season of every year, such as `20-12..03-01`: from the 20th of December to the 3rd of January. PURE."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

_SEASON: Final = re.compile(r"([0-9]{1,2})-([0-9]{1,2})\s*\.\.\s*([0-9]{1,2})-([0-9]{1,2})")
_LEAP: Final = 2000  # a year that has every day
_EXPECTED: Final = "expected days and months such as 20-12..03-01"


@dataclass(frozen=True, slots=True)
class Season:
    """Days of every year from the first to the last, both among them; each a month and a day. Where the last comes
    before the first, it is one of the year after."""

    first: tuple[int, int]
    last: tuple[int, int]

    def __contains__(self, day: date) -> bool:
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last

    def __str__(self) -> str:
        (month, day), (last_month, last_day) = self.first, self.last
        return f"{day:02}-{month:02}..{last_day:02}-{last_month:02}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The season that is written so; ValueError says what was expected."""
        found = _SEASON.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"is {text!r}; {_EXPECTED}")
        first_day, first_month, last_day, last_month = map(int, found.groups())
        for day, month in ((first_day, first_month), (last_day, last_month)):
            try:
                date(_LEAP, month, day)
            except ValueError:
                raise ValueError(f"is {text!r}, and there is no {day:02}-{month:02}; {_EXPECTED}") from None
        return cls((first_month, first_day), (last_month, last_day))


def whole_year(seasons: Iterable[Season]) -> bool:
    """Whether every day of some year lies in one of them."""
    kept = tuple(seasons)
    # A 29 February alone is no day on which a year's questions could go.
    year = (date(_LEAP + 1, 1, 1) + timedelta(days=ahead) for ahead in range(365))
    return all(any(day in season for season in kept) for day in year)
