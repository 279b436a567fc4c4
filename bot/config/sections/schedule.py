"""The keys of a campaign that starts by itself: its rhythm, how late a start may be, and the seasons in which nobody is
asked."""

import re
from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from bot.config.value_types import as_list
from bot.when.rhythm_words import BadRhythm, read_rhythm
from bot.when.rhythms import Rhythm
from bot.when.seasons import Season, whole_year

_EXAMPLE: Final = "every 3 months from 2026-03-02 10:00"
_WRONG: Final = {
    "unread": f"is {{text!r}}; expected a rhythm such as {_EXAMPLE}",
    "no_start": f"is {{text!r}}, without its first day; expected a rhythm such as {_EXAMPLE}",
    "bad_start": f"begins on {{text!r}}, which is no day; expected a rhythm such as {_EXAMPLE}",
    "no_year": f"begins on {{text!r}}, which is another day every year; give its year, as in {_EXAMPLE}",
    "which": f"begins on {{text!r}}, which may be two moments; write it as in {_EXAMPLE}",
}
_GRACE: Final = re.compile(r"([0-9]{1,3})\s*(h|hours?|d|days?)")
_LATEST: Final = timedelta(days=7)


def rhythm(value: Any) -> Rhythm | None:
    """A rhythm as `every 3 months from 2026-03-02 10:00`; None for `off`."""
    if value is None or isinstance(value, Rhythm):
        return value
    text = str(value).strip()
    if text.casefold() == "off":
        return None
    read = read_rhythm(text.split(), None)
    if isinstance(read, BadRhythm):
        raise ValueError(_WRONG[read.why].format(text=read.text))
    return read


def grace(value: Any) -> timedelta:
    """`1d`, `12h` or `2 days`."""
    if isinstance(value, timedelta):
        return value
    found = _GRACE.fullmatch(str(value).strip().casefold())
    amount = timedelta()
    if found:
        amount = timedelta(days=int(found[1])) if found[2].startswith("d") else timedelta(hours=int(found[1]))
    if not timedelta() < amount <= _LATEST:
        raise ValueError(f"is {value!r}; expected hours or days such as 12h or 1d, up to 7d")
    return amount


def seasons(value: Any) -> tuple[Season, ...]:
    """Seasons such as `20-12..03-01`, of which some day is left."""
    listed = () if value is None else as_list(value)
    if not isinstance(listed, list | tuple):
        raise ValueError(f"is {value!r}; expected days and months such as 20-12..03-01")
    found = tuple(one if isinstance(one, Season) else Season.parse(str(one)) for one in listed)
    if whole_year(found):
        raise ValueError("leaves no day of the year on which somebody may be asked; leave some out")
    return found


ByItself = Annotated[Rhythm | None, BeforeValidator(rhythm)]
Grace = Annotated[timedelta, BeforeValidator(grace)]
Seasons = Annotated[tuple[Season, ...], BeforeValidator(seasons)]
