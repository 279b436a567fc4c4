"""A rhythm as people write it, in English and in Dutch, in a command and in config.yaml. PURE.

    every 3 months from 2 March 10:00 | elke drie maanden vanaf 2 maart om 10 uur
    every quarter from 2026-03-02     | per kwartaal vanaf 2-3-2026
    every monday at 10:00             | elke maandag 10:00

Without a time it is 10:00. Where a day of the week stands alone nothing more is needed to know the days; all else needs
its first day, and in config.yaml, which is read on many days, that day with its year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from bot.dates import WEEKDAY_OF, count_of, read_dated, said_words
from bot.when.moments import USUAL, SaidWhen, read_moment, split_time
from bot.when.rhythms import Rhythm, Unit

_EVERY: Final = frozenset({"every", "each", "elke", "elk", "iedere", "ieder", "per"})
_FROM: Final = frozenset({"from", "vanaf", "starting", "beginnend"})
_OTHER: Final = {"other": 2, "second": 2, "andere": 2, "tweede": 2}
_UNITS: Final[dict[str, tuple[int, Unit]]] = {
    **dict.fromkeys(("day", "days", "dag", "dagen"), (1, "days")),
    **dict.fromkeys(("week", "weeks", "weken"), (1, "weeks")),
    **dict.fromkeys(("month", "months", "maand", "maanden"), (1, "months")),
    **dict.fromkeys(("quarter", "quarters", "kwartaal", "kwartalen"), (3, "months")),
    **dict.fromkeys(("half-year", "halfyear", "halfjaar"), (6, "months")),
    **dict.fromkeys(("year", "years", "jaar", "jaren"), (1, "years")),
}
_ALONE: Final[dict[str, tuple[int, Unit]]] = {
    **dict.fromkeys(("weekly", "wekelijks"), (1, "weeks")),
    **dict.fromkeys(("monthly", "maandelijks"), (1, "months")),
    **dict.fromkeys(("quarterly",), (3, "months")),
    **dict.fromkeys(("yearly", "annually", "jaarlijks"), (1, "years")),
}
_A_MONDAY: Final = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class BadRhythm:
    """What is wrong with it: it is none that is understood, it does not say its first day, that is no day, is without
    its year, or may be two; `moment` says which."""

    why: Literal["unread", "no_start", "bad_start", "no_year", "which"]
    text: str = ""
    moment: SaidWhen | None = None


def read_rhythm(words: Sequence[str], today: date | None) -> Rhythm | BadRhythm:
    """The rhythm that the words name. `today` is None where they are read on any day, as config.yaml is."""
    said = said_words(words)
    text = " ".join(words)
    here = next((place for place, word in enumerate(said) if word in _FROM), len(said))
    how, start = said[:here], said[here + 1 :]
    if here == len(said):
        return _of_a_weekday(how, text)
    every = _how_often(how)
    if every is None:
        return BadRhythm("unread", text)
    if not start:
        return BadRhythm("no_start", text)
    moment = _dated(start) if today is None else read_moment(start, today)
    if moment is None:
        with_a_year = today is not None or read_moment(start, _A_MONDAY) is None
        return BadRhythm("bad_start" if with_a_year else "no_year", " ".join(start))
    if len(moment.each) > 1:
        return BadRhythm("which", " ".join(start), moment)
    ((first, at),) = moment.each
    try:
        return Rhythm(*every, first, at)
    except ValueError:  # "every 1000 years"
        return BadRhythm("unread", text)


def _of_a_weekday(said: Sequence[str], text: str) -> Rhythm | BadRhythm:
    """ "every monday at 10:00": which Monday is the first makes no difference."""
    how, times = split_time(said)
    match how:
        case [every, weekday] if every in _EVERY and weekday in WEEKDAY_OF and times is not None:
            if len(times) > 1:
                return BadRhythm("which", text, SaidWhen((_A_MONDAY,), times))
            first = _A_MONDAY + timedelta(days=WEEKDAY_OF[weekday])
            return Rhythm(1, "weeks", first, times[0] if times else USUAL)
    return BadRhythm("unread" if _how_often(how) is None else "no_start", text)


def _dated(start: Sequence[str]) -> SaidWhen | None:
    """The moment that words name with a year, whatever day it is."""
    rest, times = split_time(start)
    day = read_dated(rest)
    return None if day is None or times is None else SaidWhen((day,), times or (USUAL,))


def _how_often(said: Sequence[str]) -> tuple[int, Unit] | None:
    match said:
        case ["om", "de", number, unit] if unit in _UNITS:
            count = count_of(number)
        case [word] if word in _ALONE:
            return _ALONE[word]
        case [every, ("half" | "halve"), unit] if every in _EVERY and unit in ("year", "jaar"):
            return 6, "months"
        case [every, unit] if every in _EVERY and unit in _UNITS:
            count = 1
        case [every, number, unit] if every in _EVERY and unit in _UNITS:
            count = _OTHER.get(number) or count_of(number)
        case _:
            return None
    if count is None:
        return None
    times, base = _UNITS[unit]
    return count * times, base
