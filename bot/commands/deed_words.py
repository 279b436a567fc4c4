"""What stands after `case`: what a colleague does with one case. PURE.

    case N take | done [CAUSE] [note: …] | snooze until DAY [HH:MM] | to NAME | reopen

N may have the code of an alert behind it (`12-kfmr`). Each word may be said in Dutch: `zaak N pak op | klaar |
sluimer tot | aan | heropen`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final, Literal

from bot.cases.deeds import LONGEST_NOTE, Act
from bot.commands.dates import read_day_ahead
from bot.commands.lines import short
from bot.reports.readable import fold


@dataclass(frozen=True, slots=True)
class CaseDeed:
    """Do something with a case."""

    number: int
    act: Act


@dataclass(frozen=True, slots=True)
class BadDeed:
    """What is wrong with it: there is no number of a case, no deed that we know, no day, no name, or the note is too
    long."""

    why: Literal["number", "deed", "day", "name", "note"]
    number: int = 0
    text: str = ""


DeedName = Literal["take", "done", "snooze", "to", "reopen"]

_DEEDS: Final[Mapping[tuple[str, ...], DeedName]] = {
    **dict.fromkeys((("take",), ("mine",), ("i'm", "on", "it"), ("on", "it")), "take"),
    **dict.fromkeys((("pak", "op"), ("pak",), ("neem",), ("opgepakt",), ("ik", "pak", "het", "op")), "take"),
    **dict.fromkeys((("done",), ("close",), ("finish",), ("klaar",), ("gereed",), ("afgerond",)), "done"),
    **dict.fromkeys((("snooze",), ("sluimer",), ("later",)), "snooze"),
    **dict.fromkeys((("hand", "over", "to"), ("hand", "over"), ("to",), ("give", "to")), "to"),
    **dict.fromkeys((("geef", "door", "aan"), ("geef", "aan"), ("aan",), ("naar",)), "to"),
    **dict.fromkeys((("reopen",), ("open",), ("heropen",), ("heropenen",)), "reopen"),
}
_LONGEST: Final = max(map(len, _DEEDS))
_UNTIL: Final = frozenset({"until", "till", "til", "tot"})
_AT: Final = frozenset({"at", "om"})
_NOTE: Final = re.compile(r"(?:note|notitie)\s*:?", re.IGNORECASE)
_CASE: Final = re.compile(r"#?([0-9]{1,9})(?:-[A-Za-z]{2,8})?:?")
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def read_deed(words: Sequence[str], today: date) -> CaseDeed | BadDeed:
    """What the words after `case` say. A note keeps the words as they were typed."""
    found = _CASE.fullmatch(words[0]) if words else None
    if found is None:
        return BadDeed("number", text=short(words[:1]))
    number = int(found[1])
    name, rest = _deed(words[1:])
    match name:
        case "done":
            return _finished(number, rest)
        case "snooze":
            return _put_aside(number, rest, today)
        case "to" if rest:
            return CaseDeed(number, Act("to", " ".join(rest)))
        case "to":
            return BadDeed("name", number)
        case "take" | "reopen" if not rest:
            return CaseDeed(number, Act(name))
        case _:
            return BadDeed("deed", number, short(words[1:]))


def _deed(words: Sequence[str]) -> tuple[DeedName | None, Sequence[str]]:
    for length in range(min(_LONGEST, len(words)), 0, -1):
        name = _DEEDS.get(tuple(fold(word) for word in words[:length]))
        if name is not None:
            return name, words[length:]
    return None, words


def _finished(number: int, words: Sequence[str]) -> CaseDeed | BadDeed:
    at = next((n for n, word in enumerate(words) if _is_note(word, words[n + 1 : n + 2])), len(words))
    note = " ".join(words[at:])
    note = _NOTE.sub("", note, count=1).removeprefix(":").strip()
    if len(note) > LONGEST_NOTE:
        return BadDeed("note", number, str(LONGEST_NOTE))
    return CaseDeed(number, Act("done", " ".join(words[:at]), note or None))


def _is_note(word: str, following: Sequence[str]) -> bool:
    """Whether a note begins here: `note:`, `note :`, or with its first word at the colon."""
    name, colon, _ = word.partition(":")
    begins = fold(name) in ("note", "notitie")
    return begins and (bool(colon) or (bool(following) and following[0].startswith(":")))


def _put_aside(number: int, words: Sequence[str], today: date) -> CaseDeed | BadDeed:
    said = [word for word in words if fold(word) not in _UNTIL]
    hour = _TIME.fullmatch(said[-1]) if said else None
    clock = None if hour is None else time(int(hour[1]), int(hour[2]))
    if hour is not None:
        said = said[:-1]
        if said and fold(said[-1]) in _AT:
            said = said[:-1]
    day = read_day_ahead(said, today) if said else (today if clock is not None else None)
    if day is None:
        return BadDeed("day", number, short(said))
    return CaseDeed(number, Act("snooze", day=day, hour=clock))
