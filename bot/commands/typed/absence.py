"""What stands after `away`: until when an account manager is gone, and who gets their new cases. PURE.

    away [NAME] until DATE to NAME | away [NAME] off | away

Either clause may come first, in English or Dutch. "Until friday" ends as Friday begins, "through friday" with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from bot.commands.lines import clauses, short
from bot.dates import read_day_ahead
from bot.reports.readable import fold


@dataclass(frozen=True, slots=True)
class Absent:
    """Send the new cases of an account manager to `deputy` up to the day `until`. Names are as they were typed;
    without `manager` it is whoever asks."""

    until: date
    deputy: str
    manager: str | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """End an absence before its time."""

    manager: str | None = None


@dataclass(frozen=True, slots=True)
class Absences:
    """Say who is away."""


@dataclass(frozen=True, slots=True)
class BadAbsence:
    """What is wrong with it: no day or no name is there, the day is none or not ahead, or there is more than both."""

    why: Literal["no_day", "no_name", "bad_day", "past", "surplus"]
    text: str = ""


_CLAUSE: Final = {
    **dict.fromkeys(("until", "till", "til", "tot"), "until"),
    **dict.fromkeys(("through", "thru", "t/m"), "through"),
    **dict.fromkeys(("to", "aan", "naar"), "to"),
}
_OFF: Final = frozenset({"off", "back", "uit", "terug"})
_THROUGH: Final = ("tot", "en", "met")
_LONGEST: Final = timedelta(days=366)


def read_absence(words: Sequence[str], today: date) -> Absent | Present | Absences | BadAbsence:
    """What the words after `away` say; `today` is the day where the company is."""
    if not words:
        return Absences()
    before, found = clauses(_joined(words), _CLAUSE, frozenset())
    if not found:
        return _without_clauses(before)
    each = {_CLAUSE[fold(word)]: said for word, said in found}
    if len(each) < len(found) or {"until", "through"} <= each.keys():
        return BadAbsence("surplus", short(words))
    day = each.get("until", each.get("through"))
    if not day:
        return BadAbsence("no_day")
    last = read_day_ahead(day, today)
    if last is None:
        return BadAbsence("bad_day", short(day))
    until = last + timedelta(days=1) if "through" in each else last
    if not today < until <= today + _LONGEST:
        return BadAbsence("past", short(day))
    if not each.get("to"):
        return BadAbsence("no_name")
    return Absent(until, " ".join(each["to"]), " ".join(before) or None)


def _without_clauses(words: Sequence[str]) -> Present | BadAbsence:
    if fold(words[-1]) in _OFF:
        return Present(" ".join(words[:-1]) or None)
    if fold(words[0]) in _OFF:
        return Present(" ".join(words[1:]))
    return BadAbsence("no_day")


def _joined(words: Sequence[str]) -> list[str]:
    """The words, of which "tot en met" is one."""
    joined: list[str] = []
    for word in words:
        joined.append(word)
        if tuple(map(fold, joined[-3:])) == _THROUGH:
            joined[-3:] = ["t/m"]
    return joined
