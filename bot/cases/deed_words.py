"""The words of a deed, after the number of a case or under its alert, in English and in Dutch. PURE.

    take | done [CAUSE] [note: …] | snooze until DAY [HH:MM] | to NAME | reopen
    pak op | klaar [OORZAAK] [notitie: …] | sluimer tot DAG [UU:MM] | aan NAAM | heropen

Under an alert words are for its customer unless they are wholly a deed: a cause, a colleague and a day count there only
where they are known.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final, Literal

from bot.alike import alike, fold
from bot.cases.deeds import LONGEST_NOTE, Act, cause_meant
from bot.cases.note_marks import is_near_mark, without_lead
from bot.dates import read_day_ahead

DeedName = Literal["take", "done", "snooze", "to", "reopen"]

_ON_IT: Final = (("on", "it"), *((*who, "on", "it") for who in (("i'm",), ("im",), ("i", "am"))))
_DEEDS: Final[Mapping[tuple[str, ...], DeedName]] = {
    **dict.fromkeys((("take",), ("mine",), *_ON_IT), "take"),
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
_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class NoDeed:
    """What is wrong with the words of a deed, and which they are."""

    why: Literal["deed", "day", "name", "note"]
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnsureDeed:
    """Words that are hardly for a customer, but no deed either."""

    said: str


def read_act(words: Sequence[str], today: date) -> Act | NoDeed:
    """What the words of a deed say. A note keeps the words as they were typed."""
    name, rest = _deed(words)
    match name:
        case "done":
            return _finished(rest)
        case "snooze":
            return _put_aside(rest, today)
        case "to" if rest:
            return Act("to", " ".join(rest))
        case "to":
            return NoDeed("name")
        case "take" | "reopen" if not rest:
            return Act(name)
        case _:
            return NoDeed("deed", tuple(words))


def deed_under_alert(
    text: str, today: date, names: Iterable[str], causes: Mapping[str, str]
) -> Act | UnsureDeed | None:
    """The deed that words under an alert wholly are; None where they are somebody's words. `causes` is what causes
    may be called, and the key of each. What is nearly one is asked, so that no slip goes to a customer."""
    words = _bare(text)
    name, rest = _deed(words)
    if name is None:
        return None
    meant = _wholly(name, words, rest, today, tuple(names), causes)
    if meant is None and any(is_near_mark(word) for word in rest[:_SOON]):
        return UnsureDeed(" ".join(words))  # "on it, note: …", "done (note: …)"
    return meant


_FEW: Final = 5
"""Words of a slip; more are a sentence."""
_SOON: Final = 3
"""Words behind a deed among which the mark of a note is no sentence's."""


def _wholly(
    name: DeedName,
    words: Sequence[str],
    rest: Sequence[str],
    today: date,
    names: Sequence[str],
    causes: Mapping[str, str],
) -> Act | UnsureDeed | None:
    act, few = read_act(words, today), len(words) <= _FEW
    match name:
        case "done":
            return _done_there(act, rest, causes, few=few)
        case "to":
            return _to_there(words, rest, names)
        case "snooze":
            until = bool(rest) and fold(rest[0]) in _UNTIL
            if fold(words[0]) == "later" and not until:
                return None  # "Later today" is said to customers
            if isinstance(act, Act):
                return act
            return UnsureDeed(" ".join(words)) if not rest or (until and few) else None
        case _:
            return act if isinstance(act, Act) else None


def _done_there(
    act: Act | NoDeed, rest: Sequence[str], causes: Mapping[str, str], *, few: bool
) -> Act | UnsureDeed | None:
    if not isinstance(act, Act):  # the note is too long
        return UnsureDeed(" ".join(("done", *rest)))
    if not act.said or isinstance(cause_meant(act.said, causes), str):
        return act
    if act.note is not None or (few and cause_meant(act.said, causes)):
        return act  # which is refused with the causes that there are
    return None


def _to_there(words: Sequence[str], rest: Sequence[str], names: Sequence[str]) -> Act | UnsureDeed | None:
    said = fold(" ".join(rest))
    if not said:
        return UnsureDeed(" ".join(words)) if len(words) > 1 else None  # "hand over"
    known = [name for name in names if fold(name) == said or fold(name).startswith(said + " ")]
    if known or alike(said, names, most=1, likeness=0.8, fold=fold):
        return Act("to", " ".join(rest))  # which is refused with the names where it is not quite one
    return None


def _bare(text: str) -> list[str]:
    """The words without what decorates them: quotes, bullets, emphasis, emoji, a full stop; a question stays one."""
    seen = unicodedata.normalize("NFKC", without_lead(text)).translate(_PLAIN)
    seen = "".join(
        one
        for one in seen
        if one.isspace() or unicodedata.category(one) not in ("Cf", "Cc", "Mn", "So", "Sk")
    )
    words = seen.strip().rstrip(_ENDS).split()
    note = next((at for at, word in enumerate(words) if _is_note(word, words[at + 1 : at + 2])), len(words))
    said = (word if is_near_mark(word) else word.rstrip(",;:.!*_~") or word for word in words[:note])
    return [*said, *words[note:]]


_PLAIN: Final = str.maketrans(dict.fromkeys("‘’‚‛´`", "'"))
_ENDS: Final = " \t\r\n.!*_~'\")]"


def begins_with_deed(words: Sequence[str]) -> str:
    """The words of a deed that a line begins with, as they were typed; nothing where it begins with none."""
    name, rest = _deed(words)
    return "" if name is None else " ".join(words[: len(words) - len(rest)])


def _deed(words: Sequence[str]) -> tuple[DeedName | None, Sequence[str]]:
    for length in range(min(_LONGEST, len(words)), 0, -1):
        name = _DEEDS.get(tuple(fold(word) for word in words[:length]))
        if name is not None:
            return name, words[length:]
    return None, words


def _finished(words: Sequence[str]) -> Act | NoDeed:
    at = next((n for n, word in enumerate(words) if _is_note(word, words[n + 1 : n + 2])), len(words))
    note = " ".join(words[at:])
    note = _NOTE.sub("", note, count=1).removeprefix(":").strip()
    if len(note) > LONGEST_NOTE:
        return NoDeed("note")
    return Act("done", " ".join(words[:at]), note or None)


def _is_note(word: str, following: Sequence[str]) -> bool:
    """Whether a note begins here: `note:`, `note :`, or with its first word at the colon."""
    name, colon, _ = word.partition(":")
    begins = fold(name) in ("note", "notitie")
    return begins and (bool(colon) or (bool(following) and following[0].startswith(":")))


def _put_aside(words: Sequence[str], today: date) -> Act | NoDeed:
    said = [word for word in words if fold(word) not in _UNTIL]
    hour = _TIME.fullmatch(said[-1]) if said else None
    clock = None if hour is None else time(int(hour[1]), int(hour[2]))
    if hour is not None:
        said = said[:-1]
        if said and fold(said[-1]) in _AT:
            said = said[:-1]
    day = read_day_ahead(said, today) if said else (today if clock is not None else None)
    if day is None:
        return NoDeed("day", tuple(said))
    return Act("snooze", day=day, hour=clock)
