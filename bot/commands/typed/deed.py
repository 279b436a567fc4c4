"""What stands after `case`: what a colleague does with one case. PURE.

    case N take | done [CAUSE] [note: …] | snooze until DAY [HH:MM] | to NAME | reopen

N may have the code of an alert behind it (`12-kfmr`). The words of a deed are those of `bot.cases.deed_words`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bot.cases.deed_words import NoDeed, read_act
from bot.cases.deeds import LONGEST_NOTE, Act
from bot.commands.lines import short


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


_CASE: Final = re.compile(r"#?([0-9]{1,9})(?:-[A-Za-z]{2,8})?:?")


def read_deed(words: Sequence[str], today: date) -> CaseDeed | BadDeed:
    """What the words after `case` say. A note keeps the words as they were typed."""
    found = _CASE.fullmatch(words[0]) if words else None
    if found is None:
        return BadDeed("number", text=short(words[:1]))
    number = int(found[1])
    match read_act(words[1:], today):
        case Act() as act:
            return CaseDeed(number, act)
        case NoDeed("name"):
            return BadDeed("name", number)
        case NoDeed("note"):
            return BadDeed("note", number, str(LONGEST_NOTE))
        case NoDeed(why, said):
            return BadDeed(why, number, short(said))
