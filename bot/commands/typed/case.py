"""The commands that look at cases: which are listed, and which one is shown. PURE.

    cases [open | late | mine] [CAMPAIGN [wave N]] [page N]
    case N

Each word may be said in Dutch.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.cases.deed_words import begins_with_deed
from bot.commands.lines import named, short
from bot.reports.cases.values import WhichCases
from bot.reports.readable import fold


@dataclass(frozen=True, slots=True)
class Cases:
    """List cases: all that are not done, unless one of the words or a campaign says otherwise. Of a campaign also
    those that are done, of its newest wave where no number is given; `page` counts from 1."""

    listed: WhichCases | None = None
    campaign: str | None = None
    wave: int | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class ShowCase:
    """Show everything about one case."""

    number: int


@dataclass(frozen=True, slots=True)
class MissingCase:
    """`case` needs the number of one; `said` is what stands in its place."""

    said: str = ""


@dataclass(frozen=True, slots=True)
class BareDeed:
    """What is done with a case is typed as a command, without `case` and its number; `number` where one is named."""

    deed: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """The words from which on a line is not understood; `as_campaign`: they were perhaps meant as one."""

    words: tuple[str, ...]
    as_campaign: bool


_LISTED: Final[dict[str, WhichCases]] = {
    **dict.fromkeys(("open", "openstaand", "openstaande"), "open"),
    **dict.fromkeys(("late", "laat", "overdue"), "late"),
    **dict.fromkeys(("mine", "mijn", "my", "own", "eigen"), "mine"),
}
_FILLERS: Final = frozenset({"te", "de", "the", "van", "of", "all", "alle"})
_WAVE: Final = frozenset({"wave", "golf", "ronde", "meting"})
_PAGE: Final = frozenset({"page", "pagina", "blad"})
_NUMBER: Final = re.compile(r"#?([0-9]{1,6})")


def read_cases(words: Sequence[str], names: Sequence[str]) -> Cases | Unread:
    """What stands after `cases`, in any order."""
    found = Cases()
    rest = list(words)
    while rest:
        word = fold(rest[0])
        listed = _LISTED.get(word)
        number = _number(rest[1:2])
        campaign, after = named(rest, names)
        if listed is not None and found.listed is None:
            found, rest = replace(found, listed=listed), rest[1:]
        elif word in _PAGE and number and found.page == 1:
            found, rest = replace(found, page=number), rest[2:]
        elif word in _WAVE and number and found.wave is None:
            found, rest = replace(found, wave=number), rest[2:]
        elif campaign is not None and found.campaign is None:
            found, rest = replace(found, campaign=campaign), after
        elif word in _FILLERS and len(rest) > 1:
            rest = rest[1:]
        else:
            known = word in _PAGE or word in _WAVE or listed is not None
            return Unread(tuple(rest), as_campaign=found.campaign is None and not known)
    if found.wave is not None and found.campaign is None:
        return Unread(tuple(words), as_campaign=False)
    return found


def read_case(words: Sequence[str]) -> ShowCase | MissingCase | Unread:
    """What stands after `case`: a number, perhaps with the code behind it that an SMS shows."""
    if not words:
        return MissingCase()
    number = _number([words[0].partition("-")[0].removesuffix(":")])
    if not number:
        return MissingCase(short(words))
    if len(words) > 1:
        return Unread(tuple(words), as_campaign=False)
    return ShowCase(number)


def read_bare_deed(words: Sequence[str]) -> BareDeed | None:
    """What a line that begins with no command says to do with a case; None where it says no such thing."""
    deed = begins_with_deed(words)
    numbers = (_number([word]) for word in words)
    return BareDeed(deed, next((one for one in numbers if one), None)) if deed else None


def _number(words: Sequence[str]) -> int:
    """The number that a word is, 0 where it is none."""
    found = _NUMBER.fullmatch(words[0]) if words else None
    return int(found[1]) if found else 0
