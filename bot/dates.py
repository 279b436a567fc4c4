"""A day as people type it, in English and in Dutch, back or ahead. PURE.

2026-11-01, 1-11-2026, 1/11/2026, 1.11, 1 november, Nov 1 2026, november 2026, 2026-11, 11/2026, 2026. Day before
month, always: an answer repeats the day in words. Back: today, gisteren, 30 days, last 2 weeks, 3 maanden geleden;
without a year it is the latest such day that is not in the future. Ahead: tomorrow, overmorgen, friday, vrijdag,
next week, in 2 weeks, over twee weken; without a year the first such day that is not in the past. What means one day
to some and another to others ("next friday") is none; `bot.when.moments` asks.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from bot.alike import fold

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
_DAYS_AHEAD: Final = {
    "yesterday": -1,  # so that who says it hears that it is past
    "gisteren": -1,
    "today": 0,
    "vandaag": 0,
    "tomorrow": 1,
    "morgen": 1,
    "overmorgen": 2,
    "day after tomorrow": 2,
}
_WEEKDAYS: Final = (
    ("monday", "maandag", "mo", "ma"),
    ("tuesday", "dinsdag", "tu", "di"),
    ("wednesday", "woensdag", "we", "wo"),
    ("thursday", "donderdag", "th", "do"),
    ("friday", "vrijdag", "fr", "vr"),
    ("saturday", "zaterdag", "sa", "za"),
    ("sunday", "zondag", "su", "zo"),
)
WEEKDAY_OF: Final = {
    name[:length]: number
    for number, names in enumerate(_WEEKDAYS)
    for name in names
    for length in range(min(3, len(name)), len(name) + 1)
    if name[:length] != "maand"  # a month
}
"""Every way to write a day of the week, folded, and which it is: Monday is 0."""
NUMBER_OF: Final = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "een twee drie vier vijf zes zeven acht negen tien elf twaalf",
    )
    for number, word in enumerate(words.split(), 1)
} | {"a": 1, "an": 1}
"""Small numbers as words."""
_NEXT_WEEK: Final = frozenset({("next", "week"), ("volgende", "week")})
_BEFORE_A_DAY: Final = frozenset({"on", "op", "the", "de", "in", "over", "coming", "komende"})
_PAST: Final = frozenset({"last", "past", "laatste", "afgelopen", "the", "de"})
_AGO: Final = frozenset({"ago", "geleden"})
_UNITS: Final = {
    **dict.fromkeys(("day", "days", "dag", "dagen"), "days"),
    **dict.fromkeys(("week", "weeks", "weken"), "weeks"),
    **dict.fromkeys(("month", "months", "maand", "maanden"), "months"),
}
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_MOST: Final = 10_000  # days

_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NUMBERS: Final = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})(?:\2([0-9]{4}))?")
_MONTH: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})|(?P<before>[0-9]{1,2})[-/](?P<behind>[0-9]{4})"
)
_DAY: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|e|ste|de)?")
_YEAR: Final = re.compile(r"[0-9]{4}")
_COUNT: Final = re.compile(r"[0-9]{1,5}")


def read_day(words: Sequence[str], today: date) -> date | None:
    """The day that the words name, back from `today`; None where they name none, or one that the calendar does not
    have."""
    said = said_words(words)
    if len(said) == 1 and said[0] in _DAYS_AGO:
        return _shifted(today, -_DAYS_AGO[said[0]])
    return _of_calendar(said, lambda month, day: _latest(month, day, today)) or _back(said, today)


def read_day_ahead(words: Sequence[str], today: date) -> date | None:
    """The day that the words name, ahead from `today`; it lies in the past where a year says so, and of yesterday.
    None as of `read_day`."""
    said = said_words(words)
    while len(said) > 1 and said[0] in _BEFORE_A_DAY:
        said = said[1:]
    if (days := _DAYS_AHEAD.get(" ".join(said))) is not None:
        return _shifted(today, days)
    if len(said) == 1 and said[0] in WEEKDAY_OF:
        return _shifted(today, (WEEKDAY_OF[said[0]] - today.weekday() - 1) % 7 + 1)
    if tuple(said) in _NEXT_WEEK:
        return _shifted(today, 7 - today.weekday())
    return _of_calendar(said, lambda month, day: _first(month, day, today)) or _ahead(said, today)


def read_dated(words: Sequence[str]) -> date | None:
    """The day that the words name with its year, whatever day it is today; None as of `read_day`."""
    return _of_calendar(said_words(words), lambda month, day: None)


def said_words(words: Sequence[str]) -> list[str]:
    """The words as they are compared."""
    return [fold(word).strip(",.") for word in " ".join(words).split()]


_OfAYear = Callable[[int, int], date | None]
"""Which day is meant by a month and a day without a year."""


def _of_calendar(said: Sequence[str], of_a_year: _OfAYear) -> date | None:
    match said:
        case [word] if found := _ISO.fullmatch(word):
            return _day(int(found[1]), int(found[2]), int(found[3]))
        case [word] if found := _NUMBERS.fullmatch(word):
            return _dated(int(found[1]), int(found[3]), found[4], of_a_year)
        case [word] if found := _MONTH.fullmatch(word):
            return _day(int(found["year"] or found["behind"]), int(found["month"] or found["before"]), 1)
        case [year] if _YEAR.fullmatch(year):
            return _day(int(year), 1, 1)
        case [month] if month in _MONTH_OF:
            return _dated(1, _MONTH_OF[month], None, of_a_year)
        case [month, year] if month in _MONTH_OF and _YEAR.fullmatch(year):
            return _dated(1, _MONTH_OF[month], year, of_a_year)
        case [day, month, *rest] if month in _MONTH_OF and len(rest) < 2:
            return _spelled(day, month, rest, of_a_year)
        case [month, day, *rest] if month in _MONTH_OF and len(rest) < 2:
            return _spelled(day, month, rest, of_a_year)
    return None


def _spelled(day: str, month: str, year: Sequence[str], of_a_year: _OfAYear) -> date | None:
    found = _DAY.fullmatch(day)
    if found is None or (year and not _YEAR.fullmatch(year[0])):
        return None
    return _dated(int(found[1]), _MONTH_OF[month], year[0] if year else None, of_a_year)


def _dated(day: int, month: int, year: str | None, of_a_year: _OfAYear) -> date | None:
    return of_a_year(month, day) if year is None else _day(int(year), month, day)


def _latest(month: int, day: int, today: date) -> date | None:
    each = (_day(today.year - back, month, day) for back in range(9))  # a 29 February may be eight years ago
    return next((found for found in each if found is not None and found <= today), None)


def _first(month: int, day: int, today: date) -> date | None:
    each = (_day(today.year + ahead, month, day) for ahead in range(9))
    return next((found for found in each if found is not None and found >= today), None)


def _ahead(said: Sequence[str], today: date) -> date | None:
    """A number of days, weeks or months from today: "2 weeks", "twee weken", "a week"."""
    match said:
        case [number, unit] if unit in _UNITS and (count := count_of(number)) is not None:
            return _moved(today, count, unit)
    return None


def count_of(word: str) -> int | None:
    """A folded word as a number, in digits or as a word; None where it is neither."""
    return int(word) if _COUNT.fullmatch(word) else NUMBER_OF.get(word)


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
    return _moved(today, -count, words[-1])


def _moved(today: date, count: int, unit: str) -> date | None:
    """The day so many units after today."""
    if _UNITS[unit] == "months":
        month = today.year * 12 + today.month - 1 + count
        year, month = month // 12, month % 12 + 1
        return _day(year, month, min(today.day, monthrange(year, month)[1])) if 0 < year < 10_000 else None
    days = count * (7 if _UNITS[unit] == "weeks" else 1)
    return _shifted(today, days)


def _shifted(today: date, days: int) -> date | None:
    """So many days after today; None where they are too many, or lead out of the calendar."""
    room = min(_MOST, (date.max - today).days if days > 0 else (today - date.min).days)
    return today + timedelta(days=days) if abs(days) <= room else None


def _day(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
