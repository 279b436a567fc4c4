"""What a colleague wants to do with a case, by a button or in words, and what it means. PURE.

A button's value holds a deed and what it is about: `c:12:to:1f9a03c2`. A colleague is named in it by a digest of
their name: names may be longer than a button's value, and the place of one in config.yaml may be another's tomorrow.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.alike import alike

ActName = Literal["take", "done", "reopen", "to", "snooze", "back"]
ACTS: Final[tuple[ActName, ...]] = ("take", "done", "reopen", "to", "snooze", "back")

SnoozeChoice = Literal["tomorrow", "3d", "week"]
SNOOZES: Final[tuple[SnoozeChoice, ...]] = ("tomorrow", "3d", "week")
MORNING: Final = time(9)
"""When a case comes back on a day that names no hour."""
LONGEST_NOTE: Final = 500  # characters


@dataclass(frozen=True, slots=True)
class Act:
    """A deed. `said` is what it is about as it was chosen or typed: of `to` a colleague, of `done` a cause, of
    `snooze` one of `SNOOZES`, where no `day` is given. `to` and `snooze` about nothing ask for the choices. `note`
    is what is to be kept of it."""

    name: ActName
    said: str = ""
    note: str | None = None
    day: date | None = None
    hour: time | None = None


def pressed_act(deed: str) -> Act | None:
    """The deed of a button's value; None where it is of another kind."""
    name, _, said = deed.partition(":")
    found = next((act for act in ACTS if act == name), None)
    return None if found is None else Act(found, said)


def digest(name: str) -> str:
    """By which a button names a colleague."""
    return hashlib.blake2s(name.encode(), digest_size=4).hexdigest()


def colleague_meant(said: str, names: Iterable[str]) -> str | tuple[str, ...]:
    """Who is meant by a button's digest or by a typed name; else those who are called nearly so, the best first."""
    known = tuple(names)
    by_digest = {digest(name): name for name in known}
    folded = {_fold(name): name for name in known}
    found = by_digest.get(said) or folded.get(_fold(said))
    if found is not None:
        return found
    begins = tuple(name for name in known if _fold(said) and _fold(name).startswith(_fold(said)))
    return begins[0] if len(begins) == 1 else (*begins, *alike(said, known, likeness=0.5, fold=_fold))[:3]


def cause_meant(said: str, words: Mapping[str, str]) -> str | tuple[str, ...]:
    """The key of the cause that is called so; else what causes are called that were perhaps meant."""
    folded = {_fold(word): key for word, key in words.items()}
    found = folded.get(_fold(said))
    return found if found is not None else tuple(alike(said, words, most=1, likeness=0.6, fold=_fold))


def until_when(act: Act, now: datetime, zone: ZoneInfo) -> datetime:
    """Until when a case is put aside: by the clock of whoever has it, in the morning where no hour is named."""
    today = now.astimezone(zone).date()
    day = act.day
    if day is None:
        weekday = today.weekday()
        ahead: Mapping[str, int] = {"tomorrow": 1, "3d": 3, "week": 7 - weekday}
        day = today + timedelta(days=ahead.get(act.said, 1))
    return datetime.combine(day, act.hour or MORNING, zone)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
