"""What a number is by what stands right behind it: "8tje", "80%", "7 and a half", "3 weeks"."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.reading import marks as m
from bot.reading.bounds import Bounds
from bot.reading.counts import counted
from bot.reading.items import (
    ASIDE,
    ECHO,
    MONEY,
    PERCENT_SHAPE,
    PLAIN,
    SEPARATOR,
    UNSURE,
    Item,
    halves,
    scaled,
)
from bot.reading.language import Language
from bot.reading.rules import Rule, first
from bot.reading.text import EMOJI, NUMBER, WORD

_MINUS_ENDS: Final = m.CONNECTOR | m.FILL | m.THANKS
_LEAST_WRITTEN_ON: Final = 4  # shorter ones name things: "8bit"
_COMPARED: Final = m.COMPARED | m.AT_MOST | m.AT_LEAST
_STARS: Final = frozenset("⭐★🌟☆✩✭")


class Behind(NamedTuple):
    """A number and the two items behind it; `marks` are those of the first one, if it is a word."""

    items: Sequence[Item]
    at: int
    item: Item
    following: Item
    beyond: Item | None
    marks: int
    language: Language
    scale: Bounds


def judge_by_what_follows(items: Sequence[Item], index: int, language: Language, scale: Bounds) -> int:
    """Judge a number by what follows; the number of items that belong to it."""
    if index + 1 >= len(items):
        return 0
    following = items[index + 1]
    if following.kind == SEPARATOR and following.text != ".":
        return 0  # punctuation ends a number; a full stop may belong to a date
    beyond = items[index + 2] if index + 2 < len(items) else None
    marks = following.marks if following.kind == WORD else 0
    place = Behind(items, index, items[index], following, beyond, marks, language, scale)
    return first(BEHIND, place) or 0


def _hyphened_ending(p: Behind) -> int | None:
    ending = p.beyond
    if ending is None or p.following.text != "-" or not (p.following.tight and ending.tight):
        return None
    if ending.text not in p.language.number_endings:
        return None
    p.item.end = ending.end
    return 2


def _loose_ending(p: Behind) -> int | None:
    ending = p.following
    loose = ending.kind == WORD and not ending.tight and not ending.marks and p.item.text.isdecimal()
    if not loose or ending.text not in p.language.number_endings:
        return None
    p.item.end = ending.end
    return 1


def _glued_word(p: Behind) -> int | None:
    if p.following.kind != WORD or not p.following.tight or not p.item.text.isdecimal():
        return None
    return first(GLUED, p)


def _share(p: Behind) -> int | None:
    if p.following.text != "%" and not p.marks & m.PERCENT:
        return None
    p.item.shape = PERCENT_SHAPE
    p.item.values = share(p.item.value, p.scale) if p.item.values else ()
    p.item.end = p.following.end
    return 1


def _half(p: Behind) -> int | None:
    if p.item.shape != PLAIN or not halves(p.following):
        return None
    item = p.item
    item.shape, item.values, item.end = UNSURE, (item.value, item.value + 1), p.following.end
    return 1


def _day(p: Behind) -> int | None:
    if p.following.text != "." or p.beyond is None or not p.beyond.marks & m.MONTH:
        return None
    p.item.shape = ASIDE
    return 0


def _money(p: Behind) -> int | None:
    if p.following.text not in MONEY:
        return None
    beyond = p.beyond
    if beyond is not None and beyond.kind == NUMBER and beyond.tight and not p.following.tight:
        return None  # the sign belongs to the number behind it: "4 $10 for delivery"
    p.item.shape, p.item.end = ASIDE, p.following.end
    return 1


def _stars(p: Behind) -> int | None:
    shown = p.following.kind == EMOJI and p.following.text in _STARS
    if not p.marks & m.STARS and not shown and not _is_starred(p):
        return None
    item = p.item
    item.shape, item.end = UNSURE, p.following.end
    item.marks |= m.STARS
    item.values = scaled(item.value, 5, p.scale) if item.values and item.value <= 5 else item.values[:1]
    return 1


def _is_starred(p: Behind) -> bool:
    """Whether a star is written onto the first number: "5* service". Behind another it corrects: "9 6*"."""
    onto = p.following.text == "*" and p.following.tight and p.item.text.isdecimal() and p.item.values <= (5,)
    return onto and all(item.kind != NUMBER for item in (*p.items[: p.at], *p.items[p.at + 1 :]))


def _plus(p: Behind) -> int | None:
    item = p.item
    if item.shape != PLAIN or (p.following.text != "+" and not p.marks & m.PLUS):
        return None
    good = (p.language.plus_is_a_mark and item.value < p.scale.high) or item.value > p.scale.high
    item.end = p.following.end
    if not good:
        item.shape, item.values = UNSURE, tuple(range(item.value, p.scale.high + 1))
    return 1


def _minus(p: Behind) -> int | None:
    item, beyond = p.item, p.beyond
    if item.shape != PLAIN or not (p.marks & m.MINUS or _dash_ends(p)):
        return None
    if p.marks & m.UNIT and beyond is not None and beyond.kind == WORD and not beyond.marks & _MINUS_ENDS:
        item.shape = ASIDE  # nl "20 min in de wacht"
        return 0
    if beyond is not None and beyond.kind == NUMBER:
        return None
    item.shape, item.values, item.end = UNSURE, (item.value - 1, item.value), p.following.end
    return 1


def _dash_ends(p: Behind) -> bool:
    last = p.beyond is None or p.beyond.kind == SEPARATOR
    return p.following.text == "-" and p.following.tight and (last or p.language.plus_is_a_mark)


def _scale_first(p: Behind) -> int | None:
    if not p.marks & m.OUT_OF_FIRST or p.item.values != (p.scale.high,):
        return None
    p.item.shape, p.item.values, p.item.end = ECHO, (), p.following.end
    return 1


def _compared(p: Behind) -> int | None:
    if not p.marks & m.POINTS or p.beyond is None or not p.beyond.marks & _COMPARED:
        return None
    p.item.shape = ASIDE
    return 0


def _count(p: Behind) -> int | None:
    if not counted(p.items, p.at + 1):
        return None
    if p.item.marks & m.POINTS and not p.following.text.endswith(p.language.countable_endings or ("",)):
        return None  # nl "8/10 koffie mag sterker"
    p.item.shape = ECHO if p.marks & m.NOW else ASIDE  # "six months in" only says when
    return 0


BEHIND: Final[tuple[Rule[Behind, int], ...]] = (
    Rule("an ending behind a hyphen", "nl: een 8-tje", _hyphened_ending),
    Rule("an ending behind a space", "nl: 8 tje", _loose_ending),
    Rule("a half", "7 and a half", _half),
    Rule("a word written onto a digit", "nl: een 8tje", _glued_word),
    Rule("a percentage", "80%", _share),
    Rule("the day of a date", "de: am 3. Mai bestellt, nie geliefert", _day),
    Rule("money", "it cost 9 € too much", _money),
    Rule("stars", "4 stars", _stars),
    Rule("a plus", "nl: 7+", _plus),
    Rule("a minus", "7 minus", _minus),
    Rule("the top of the scale, told first", "tr: 10 üzerinden 8", _scale_first),
    Rule("so many points less", "2 points lower than last time: 6", _compared),
    Rule("a count", "waited 3 weeks", _count),
)


def share(percent: int, scale: Bounds) -> tuple[int, ...]:
    """The one or two numbers of the scale that a percentage comes nearest to."""
    whole, rest = divmod(percent * scale.high, 100)
    near = (whole, whole + 1) if rest else (whole,)
    return tuple(value for value in near if scale.low <= value <= scale.high)


def _glued_ending(p: Behind) -> int | None:
    if p.following.text not in p.language.number_endings:
        return None
    p.item.end = p.following.end
    return 1


def _glued_unit(p: Behind) -> int | None:
    return _aside(p) if p.marks & m.UNIT else None


def _letters_for_digits(p: Behind) -> int | None:
    letters = p.following.text
    if not set(letters) <= {"o", "l"}:
        return None
    guess = p.item.text + letters.replace("o", "0").replace("l", "1")
    p.item.shape, p.item.values = UNSURE, (int(guess),) if len(guess) < 4 else ()
    p.item.end = p.following.end
    return 1


def _forgotten_space(p: Behind) -> int | None:
    if p.marks & m.CONNECTOR:
        return 0
    judges = p.marks & (m.PRAISE | m.COMPLAINT | m.THANKS) and len(p.following.text) >= _LEAST_WRITTEN_ON
    return 0 if judges else None


def _aside(p: Behind) -> int:
    p.item.shape, p.item.end = ASIDE, p.following.end
    return 1


GLUED: Final[tuple[Rule[Behind, int], ...]] = (
    Rule("an ending of a number", "8ish", _glued_ending),
    Rule("a unit", "nl: bel me om 9u", _glued_unit),
    Rule("letters that look like digits", "1o", _letters_for_digits),
    Rule("a space was forgotten", "8because you are quick", _forgotten_space),
    Rule("the name of something", "my 3ds broke", _aside),
)
