"""A day as people type it, in English and in Dutch. PURE.

2026-11-01, 1-11-2026, 1/11/2026, 1.11, 1 november, Nov 1 2026, november 2026, 2026, today, gisteren, 30 days,
last 2 weeks, 3 maanden geleden. Day before month, always: an answer repeats the day in words. Without a year it
is the latest such day that is not in the future.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from bot.reports.readable import fold

_MONTHS: Final = (
    ("january", "januari"),
    ("february", "februari"),
    ("march", "maart", "mrt"),
    ("april",),
    ("may", "mei"),
    ("june", "juni"),
    ("july", "juli"),
    ("august", "augustus"),
    ("september",),
    ("october", "oktober"),
    ("november",),
    ("december",),
)
# "ju" could be June or July; three letters tell each month from the others.
_MONTH_OF: Final = {
    name[:length]: number
    for number, names in enumerate(_MONTHS, 1)
    for name in names
    for length in range(3, len(name) + 1)
}
_DAYS_AGO: Final = {"today": 0, "vandaag": 0, "yesterday": 1, "gisteren": 1}
_PAST: Final = frozenset({"last", "past", "laatste", "afgelopen", "the", "de"})
_AGO: Final = frozenset({"ago", "geleden"})
_UNITS: Final = {
    **dict.fromkeys(("day", "days", "dag", "dagen"), "days"),
    **dict.fromkeys(("week", "weeks", "weken"), "weeks"),
    **dict.fromkeys(("month", "months", "maand", "maanden"), "months"),
}
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_MOST_BACK: Final = 10_000  # days

_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NUMBERS: Final = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})(?:\2([0-9]{4}))?")
_DAY: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|e|ste|de)?")
_YEAR: Final = re.compile(r"[0-9]{4}")
_COUNT: Final = re.compile(r"[0-9]{1,5}")


def read_day(words: Sequence[str], today: date) -> date | None:
    """The day that the words name; None where they name none, or one that the calendar does not have."""
    said = [fold(word).strip(",.") for word in " ".join(words).split()]
    match said:
        case [word] if word in _DAYS_AGO:
            return today - timedelta(days=_DAYS_AGO[word])
        case [word] if found := _ISO.fullmatch(word):
            return _day(int(found[1]), int(found[2]), int(found[3]))
        case [word] if found := _NUMBERS.fullmatch(word):
            return _dated(int(found[1]), int(found[3]), found[4], today)
        case [year] if _YEAR.fullmatch(year):
            return _day(int(year), 1, 1)
        case [month] if month in _MONTH_OF:
            return _dated(1, _MONTH_OF[month], None, today)
        case [month, year] if month in _MONTH_OF and _YEAR.fullmatch(year):
            return _dated(1, _MONTH_OF[month], year, today)
        case [day, month, *rest] if month in _MONTH_OF and len(rest) < 2:
            return _spelled(day, month, rest, today)
        case [month, day, *rest] if month in _MONTH_OF and len(rest) < 2:
            return _spelled(day, month, rest, today)
    return _back(said, today)


def _spelled(day: str, month: str, year: Sequence[str], today: date) -> date | None:
    found = _DAY.fullmatch(day)
    if found is None or (year and not _YEAR.fullmatch(year[0])):
        return None
    return _dated(int(found[1]), _MONTH_OF[month], year[0] if year else None, today)


def _dated(day: int, month: int, year: str | None, today: date) -> date | None:
    if year is not None:
        return _day(int(year), month, day)
    for back in range(9):  # a 29 February may be eight years ago
        found = _day(today.year - back, month, day)
        if found is not None and found <= today:
            return found
    return None


def _back(said: Sequence[str], today: date) -> date | None:
    """A number of days, weeks or months before today; "last week" is one."""
    words = [word for word in said if word not in _PAST and word not in _AGO]
    match words:
        case [unit] if unit in _UNITS and len(words) < len(said):
            count = 1
        case [number, unit] if _COUNT.fullmatch(number) and unit in _UNITS:
            count = int(number)
        case _:
            return None
    match _UNITS[words[-1]]:
        case "months":
            month = today.year * 12 + today.month - 1 - count
            year, month = month // 12, month % 12 + 1
            return _day(year, month, min(today.day, monthrange(year, month)[1])) if year > 0 else None
        case unit:
            days = count * (7 if unit == "weeks" else 1)
            return today - timedelta(days=days) if days <= _MOST_BACK else None


def _day(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
