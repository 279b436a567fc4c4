"""When something is to begin, as people type it, in English and in Dutch. PURE.

A day as `bot.dates` reads one, ahead, and a time: "2 March 10:00", "over twee weken", "morgen om 10 uur", "next week
monday at 9am". Without a time it is 10:00. What may mean two days or two times is read as both, and whoever reads it
asks:

    monday, on a Monday            today, or in a week
    next wednesday, on a Monday    the day after tomorrow, or in the week that begins next Monday
    next monday, on a Wednesday    one day: whoever says it means the same
    03/04                          3 April here, March 4 elsewhere; 3-4 and 3.4 are 3 April
    at 3, 3 uur                    by night or in the afternoon; from 7 on it is said as a clock of 24 hours shows it
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import product
from typing import Final

from bot.dates import WEEKDAY_OF, read_day_ahead, said_words

USUAL: Final = time(10)
"""The time where none is said."""

_CLOCK: Final = re.compile(
    r"""(?<!\S)(?:
      (?:(?:at|om)\ )?(?P<hour>[0-9]{1,2})[:hu](?P<minute>[0-5][0-9])(?:\ ?(?P<half>[ap]m)|\ uur)?
    | (?:(?:at|om)\ )?(?P<full>[0-9]{1,2})\ ?(?:(?P<full_half>[ap]m)|uur|u|h|o'clock)
    | (?:at|om)\ (?P<bare>[0-9]{1,2})(?:\.(?P<bare_minute>[0-5][0-9])(?:\ uur)?)?
    | (?:at\ )?(?P<noon>noon)
    )(?!\S)""",
    re.VERBOSE,
)
_ISO_TIME: Final = re.compile(r"\b([0-9]{4}-[0-9]{2}-[0-9]{2})t(?=[0-9]{2}:)")
_BY_NIGHT_OR_DAY: Final = range(1, 7)
_NEXT: Final = frozenset({"next", "volgende"})
_THIS: Final = frozenset({"on", "op", "this", "deze"})
_COMING: Final = frozenset({"coming", "komende", "aanstaande"})
_WEEK: Final = frozenset({"week"})
_SLASHED: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})((?:/[0-9]{4})?)")


@dataclass(frozen=True, slots=True)
class SaidWhen:
    """What the words may mean: each of these days at each of these times."""

    days: tuple[date, ...]
    times: tuple[time, ...]

    @property
    def each(self) -> tuple[tuple[date, time], ...]:
        """Every day and time that may be meant, in order."""
        return tuple(product(self.days, self.times))


def read_moment(words: Sequence[str], today: date) -> SaidWhen | None:
    """The moment that the words name, ahead from `today`; None where they name none. It may have passed: where a year
    says so, or a time of today."""
    rest, times = split_time(words)
    if times is None:
        return None
    days = _days(rest, today) if rest else (today,) if rest != list(words) else ()
    return SaidWhen(days, times or (USUAL,)) if days else None


def split_time(words: Sequence[str]) -> tuple[list[str], tuple[time, ...] | None]:
    """The words without the time among them, and which times that may be: none where none is said. None where
    there are several, or one that no clock shows."""
    said = _ISO_TIME.sub(r"\1 ", " ".join(said_words(words)))
    found = list(_CLOCK.finditer(said))
    if not found:
        return said.split(), ()
    times = _times(found[0]) if len(found) == 1 else ()
    rest = said[: found[0].start()] + said[found[0].end() :]
    return rest.split(), times or None


def _times(found: re.Match[str]) -> tuple[time, ...]:
    if found["noon"]:
        return (time(12),)
    hour = int(found["hour"] or found["full"] or found["bare"])
    minute = int(found["minute"] or found["bare_minute"] or 0)
    half = found["half"] or found["full_half"]
    if half is not None:
        hours = [hour % 12 + (12 if half == "pm" else 0)] if 1 <= hour <= 12 else []
    elif found["hour"] is None and hour in _BY_NIGHT_OR_DAY:
        hours = [hour, hour + 12]
    else:
        hours = [hour % 24] if hour < 24 else []
    return tuple(time(one, minute) for one in hours)


def _days(words: Sequence[str], today: date) -> tuple[date, ...]:
    """The days that the words may mean; none where they mean none."""
    match [word for word in words if word not in _THIS]:
        case [first, second, weekday] if first in _NEXT and second in _WEEK and weekday in WEEKDAY_OF:
            return (_of_next_week(weekday, today),)
        case [weekday, first, second] if first in _NEXT and second in _WEEK and weekday in WEEKDAY_OF:
            return (_of_next_week(weekday, today),)
        case [first, weekday] if first in _NEXT and weekday in WEEKDAY_OF:
            return tuple(sorted({_first_ahead(weekday, today), _of_next_week(weekday, today)}))
        case [first, weekday] if first in _COMING and weekday in WEEKDAY_OF:
            return (_first_ahead(weekday, today),)
        case [weekday] if weekday in WEEKDAY_OF and WEEKDAY_OF[weekday] == today.weekday():
            return today, today + timedelta(days=7)
        case [word] if found := _SLASHED.fullmatch(word):
            return _slashed(found[1], found[2], found[3], today)
        case said:
            day = read_day_ahead(said, today)
            return () if day is None else (day,)


def _slashed(first: str, second: str, year: str, today: date) -> tuple[date, ...]:
    """Both days that two numbers may be, where they may be two."""
    each = (
        read_day_ahead([f"{day}/{month}{year}"], today) for day, month in ((first, second), (second, first))
    )
    return tuple(dict.fromkeys(day for day in each if day is not None))


def _first_ahead(weekday: str, today: date) -> date:
    return today + timedelta(days=(WEEKDAY_OF[weekday] - today.weekday() - 1) % 7 + 1)


def _of_next_week(weekday: str, today: date) -> date:
    """That day in the week that begins next Monday."""
    return today + timedelta(days=7 - today.weekday() + WEEKDAY_OF[weekday])
