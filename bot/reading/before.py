"""What a number is by what stands right before it: "minus 3", "order 7", "#1", "at 5"."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.behind import share
from bot.reading.bounds import Bounds
from bot.reading.items import ASIDE, ECHO, MONEY, PERCENT_SHAPE, PLAIN, UNSURE, Item
from bot.reading.rules import Rule, first
from bot.reading.standing import names_apart
from bot.reading.text import NUMBER, WORD

_LONGEST_ABBREVIATION: Final = 3
_MAY_TOUCH: Final = m.LABEL | m.ARTICLE | m.GREETING | m.CONNECTOR
_NUMBERED: Final = m.BEFORE_NUMBER | m.THING | m.UNIT
_NO_TIME: Final = m.ADJECTIVE | m.FILL | m.ARTICLE | m.GIVE | m.NEARLY | m.CORRECTION

Judged = tuple[str, tuple[int, ...]]
"""The shape and the values of a number."""


class Before(NamedTuple):
    """A number, and the word or sign right before it."""

    item: Item
    before: Item
    earlier: Item | None
    first: Item | None  # and what stands before that
    contrasted: bool  # whether "but" stands between it and another number
    scale: Bounds


def judge_by_what_came(out: Sequence[Item], item: Item, scale: Bounds) -> None:
    """Judge a number by what stands before it."""
    if not out:
        return
    earlier, first_ = (out[-place] if len(out) >= place else None for place in (2, 3))
    before = out[-1]
    contrasted = (before.text == ":" or before.marks & m.BEFORE_TIME) and _is_contrasted(out[:-1])
    place = Before(item, before, earlier, first_, bool(contrasted), scale)
    judged = first(WORD_BEFORE if place.before.kind == WORD else SIGN_BEFORE, place)
    if judged is not None:
        item.shape, item.values = judged


def _is_contrasted(out: Sequence[Item]) -> bool:
    turned = False
    for item in reversed(out):
        turned = turned or bool(item.marks & m.BUT)
        if item.kind == NUMBER:
            return turned and item.shape == PLAIN
    return False


def _aside(p: Before) -> Judged:
    return ASIDE, p.item.values


def _letter_for_digit(p: Before) -> Judged | None:
    if not p.item.tight or p.before.text not in ("l", "i", "o"):
        return None
    return UNSURE, (p.scale.high,) if p.before.text + p.item.text in ("l0", "i0") else ()


def _minus_word(p: Before) -> Judged | None:
    if not p.before.marks & m.MINUS or (p.earlier is not None and p.earlier.kind == NUMBER):
        return None
    return p.item.shape, tuple(-value for value in p.item.values)


def _rank(p: Before) -> Judged | None:
    return (UNSURE, ()) if p.before.marks & m.RANK and p.item.shape == PLAIN and p.item.value <= 3 else None


def _top_of_scale(p: Before) -> Judged | None:
    return (ECHO, ()) if p.before.marks & m.SCALE and p.item.values == (p.scale.high,) else None


def _one_in_so_many(p: Before) -> Judged | None:
    if p.first is None or p.earlier is None or not (p.first.marks & m.ARTICLE or p.first.shape == ASIDE):
        return None
    return _aside(p) if p.before.marks & m.OUT_OF and p.earlier.marks & (m.UNIT | m.THING) else None


def _written_onto_word(p: Before) -> Judged | None:
    return _aside(p) if p.item.tight and not p.before.marks & _MAY_TOUCH else None


def _month(p: Before) -> Judged | None:
    return _aside(p) if p.before.marks & m.MONTH else None


def _half_before(p: Before) -> Judged | None:
    return _aside(p) if p.before.marks & m.HALF and not p.before.marks & m.ARTICLE else None


def _name_of_thing(p: Before) -> Judged | None:
    if p.earlier is not None and p.earlier.marks & m.ARTICLE and p.before.marks & m.UNIT:
        return None  # "delivered within a week 8"
    if p.earlier is not None and p.earlier.marks & m.PRAISE:
        return None  # "friendly and helpful team 9"
    apart = p.first is not None and p.earlier is not None and names_apart((p.earlier, p.before))
    if apart and not p.before.marks & m.LABEL and not (p.first is not None and p.first.marks & m.PAST):
        # "great session this week 8", but "great help with that order 4" may be its name
        may_be_name = p.before.marks & _NUMBERED == _NUMBERED and p.item.shape == PLAIN
        return (UNSURE, p.item.values) if may_be_name else None
    return _aside(p) if _names_thing(p.before) else None


def _name_told(p: Before) -> Judged | None:
    told = (
        p.before.marks & (m.GIVE | m.MINE | m.ARTICLE) == m.GIVE
        and p.earlier is not None
        and _names_thing(p.earlier)
    )
    return _aside(p) if told else None


def _time(p: Before) -> Judged | None:
    lapse = p.before.marks & (m.LAPSE | m.BECAUSE) == m.LAPSE | m.BECAUSE  # "waiting since 9"
    told = lapse or not p.before.marks & _NO_TIME
    if not p.before.marks & m.BEFORE_TIME or not told:
        return None
    return (UNSURE, p.item.values) if p.contrasted and p.before.marks & m.BUT else _aside(p)


WORD_BEFORE: Final[tuple[Rule[Before, Judged], ...]] = (
    Rule("a letter that looks like a digit", "l0", _letter_for_digit),
    Rule("a minus in words", "minus 3", _minus_word),
    Rule("a rank", "you're number 1", _rank),
    Rule("the top of the scale", "nl: op een schaal van 10", _top_of_scale),
    Rule("one in so many", "fr: fermé un jour sur 2", _one_in_so_many),
    Rule("written onto a word", "b4 or after?", _written_onto_word),
    Rule("a month", "ordered in december 8 and nothing came", _month),
    Rule("half an hour", "de: komme halb 9", _half_before),
    Rule("the name of a thing", "order 7 never came", _name_of_thing),
    Rule("the name of a thing, told", "my order is 7", _name_told),
    Rule("a time", "call me at 5", _time),
)


def _price(p: Before) -> Judged | None:
    return _aside(p) if p.before.text in MONEY else None


def _beyond(p: Before) -> Judged | None:
    """What the scale has not, in brackets behind words."""
    beyond = p.before.text == "(" and p.item.value > p.scale.high if p.item.values else False
    return _aside(p) if beyond and p.earlier is not None and p.earlier.kind == WORD else None


def _share_first(p: Before) -> Judged | None:
    if p.before.text != "%" or p.item.shape != PLAIN:
        return None
    return PERCENT_SHAPE, share(p.item.value, p.scale)


def _bound(p: Before) -> Judged | None:
    bound = p.before.text in ("<", ">", "≤", "≥", "+") and p.item.tight and p.item.shape == PLAIN
    return (UNSURE, p.item.values) if bound else None


def _age(p: Before) -> Judged | None:
    told = p.before.text == "(" and p.earlier is not None and p.earlier.marks & m.OTHERS
    return _aside(p) if told and p.item.shape == PLAIN else None


def _number_short(p: Before) -> Judged | None:
    short = p.before.text == "." and p.earlier is not None and p.earlier.marks & m.RANK
    return (UNSURE, p.item.values) if short and p.item.shape == PLAIN else None


def _numbered_thing(p: Before) -> Judged | None:
    if p.before.text != "#" or p.item.shape != PLAIN or p.earlier is None:
        return None
    return _aside(p) if p.earlier.marks & m.BEFORE_NUMBER else None


def _first_of_all(p: Before) -> Judged | None:
    return (UNSURE, ()) if p.before.text == "#" and p.item.shape == PLAIN and p.item.value == 1 else None


def _minus_sign(p: Before) -> Judged | None:
    if not _is_minus(p) or p.earlier is not None:
        return None
    return p.item.shape, tuple(-value for value in p.item.values)


def _minus_behind_word(p: Before) -> Judged | None:
    return (UNSURE, p.item.values) if _is_minus(p) and p.earlier and p.earlier.kind == WORD else None


def _is_minus(p: Before) -> bool:
    return p.before.text == "-" and p.item.tight and p.item.shape == PLAIN and not p.before.tight


def _written_together(p: Before) -> Judged | None:
    if p.before.text not in ("-", "/", "@") or not (p.item.tight and p.before.tight):
        return None
    joined = p.earlier is not None and (p.earlier.kind == WORD or p.earlier.shape == ASIDE)
    return _aside(p) if joined else None


def _written_onto_count(p: Before) -> Judged | None:
    onto = p.item.tight and p.before.kind == NUMBER and p.before.shape == ASIDE
    return _aside(p) if onto else None


def _thing_and_sign(p: Before) -> Judged | None:
    if p.earlier is None or not _names_thing(p.earlier):
        return None
    yours = p.first is not None and p.first.marks & m.ADDRESSED
    if p.before.text == ":" and (yours or p.contrasted):
        return UNSURE, p.item.values  # "15 of us on your system: 7"
    if p.earlier.marks & m.UNIT and p.first is not None and p.first.marks & m.ARTICLE:
        return None  # "it took a week: 5"
    return _aside(p) if _introduces(p.before, p.earlier, p.item) else None


SIGN_BEFORE: Final[tuple[Rule[Before, Judged], ...]] = (
    Rule("a price", "You still owe me $9", _price),
    Rule("beyond the scale, in brackets", "nl: niet meer de jongste (91) maar een 10", _beyond),
    Rule("a percentage, its sign first", "tr: %80", _share_first),
    Rule("a bound", ">8", _bound),
    Rule("the age of somebody", "my son (8) loved it", _age),
    Rule("a number, cut short", "No. 5", _number_short),
    Rule("a numbered thing", "order #7", _numbered_thing),
    Rule("the first of all", "#1", _first_of_all),
    Rule("a minus", "-3", _minus_sign),
    Rule("a minus, or a dash", "service -3", _minus_behind_word),
    Rule("written onto what is counted", "2, part 7x9 came", _written_onto_count),
    Rule("a word and its number", "covid-9 delays again", _written_together),
    Rule("the name of a thing, with a sign", "room: 8", _thing_and_sign),
)


def _introduces(sign: Item, word: Item, item: Item) -> bool:
    """Whether a sign stands between a word and its number, and ends no sentence: "ref. 8", "room: 8", but not "I missed
    my bus. 8"."""
    short = word.end - word.start <= _LONGEST_ABBREVIATION and not word.small & small.WHOLE
    return sign.text == ":" or (sign.text == "." and (short or item.tight))


def _names_thing(item: Item) -> bool:
    """Whether a number after this word is its name and no score: order 7, room 8."""
    return bool(item.marks & m.BEFORE_NUMBER) and not item.marks & (m.LABEL | m.ARTICLE)
