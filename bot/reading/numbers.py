"""The reader's third step: which numbers can be a score at all.

Numbers are put together ("7,5", "8 out of 10", "on bir") and set aside when a unit, a date, a time, money, an order or
a telephone number shows that they count something else. What is left plain is a candidate; what can only
be asked about (a half, a range, another scale) is marked so, with the numbers to offer.
"""

from collections.abc import Callable, Sequence
from typing import Final

from bot.reading import marks as m
from bot.reading.items import (
    ASIDE,
    ECHO,
    MONEY,
    PERCENT_SHAPE,
    PLAIN,
    SEPARATOR,
    UNSURE,
    Item,
    Range,
    halves,
    scaled,
)
from bot.reading.language import Language
from bot.reading.pairs import abbreviations_closed, counted, part_mark_removed, telephones, written_together
from bot.reading.text import EMOJI, NUMBER, WORD

_NEAR: Final = 4
_MINUS_ENDS: Final = m.CONNECTOR | m.FILL | m.THANKS
_LONGEST_ABBREVIATION: Final = 3
_STARS: Final = frozenset("⭐★🌟☆✩✭")


def numbers_in(items: list[Item], language: Language, scale: Range) -> list[Item]:
    """The items with their numbers put together and judged."""
    if not any(item.kind == NUMBER for item in items):
        return items
    items = abbreviations_closed(part_mark_removed(items))
    for step in _STEPS:
        items = step(items, language, scale)
    return items


def _judged(items: list[Item], language: Language, scale: Range) -> list[Item]:
    """Each number by what stands right before and after it."""
    out: list[Item] = []
    skip = 0
    for index, item in enumerate(items):
        if skip:
            skip -= 1
            continue
        if item.kind != NUMBER or item.shape in (ASIDE, ECHO):
            out.append(item)
            continue
        skip = _after(items, index, language, scale)
        if item.shape in (PLAIN, UNSURE):
            _before(out, item, scale)
        out.append(item)
    return out


def _after(items: Sequence[Item], index: int, language: Language, scale: Range) -> int:
    """Judge a number by what follows; the number of items that belong to it."""
    item = items[index]
    following = items[index + 1] if index + 1 < len(items) else None
    if following is None:
        return 0
    ending = items[index + 2] if index + 2 < len(items) else None
    hyphen = following.text == "-" and following.tight and ending is not None and ending.tight
    if hyphen and ending is not None and ending.text in language.number_endings:
        item.end = ending.end
        return 2
    last = index + 2 == len(items) or items[index + 2].kind == SEPARATOR
    marks = following.marks if following.kind == WORD else 0
    if following.kind == WORD and following.tight and item.text.isdecimal():
        return _glued(item, following, language)
    if following.text == "%" or marks & m.PERCENT:
        item.shape = PERCENT_SHAPE
        item.values = _share(item.value, scale) if item.values else ()
        item.end = following.end
        return 1
    if halves(following) and item.shape == PLAIN:
        item.shape, item.values, item.end = UNSURE, (item.value, item.value + 1), following.end
        return 1
    if following.text == "." and ending is not None and ending.marks & m.MONTH:  # de "3. Mai"
        item.shape = ASIDE
        return 0
    if following.text in MONEY and not _before_next(items, index + 1):
        item.shape, item.end = ASIDE, following.end
        return 1
    if marks & m.STARS or (following.kind == EMOJI and following.text in _STARS):
        item.shape = UNSURE
        item.values = scaled(item.value, 5, scale) if item.values and item.value <= 5 else item.values[:1]
        return 1
    if item.shape == PLAIN and (following.text == "+" or marks & m.PLUS):
        good = (language.plus_is_a_mark and item.value < scale.high) or item.value > scale.high
        item.end = following.end
        if not good:
            item.shape, item.values = UNSURE, tuple(range(item.value, scale.high + 1))
        return 1
    dash_after = following.text == "-" and following.tight and (last or language.plus_is_a_mark)
    if item.shape == PLAIN and (marks & m.MINUS or dash_after):
        beyond = items[index + 2] if index + 2 < len(items) else None
        if marks & m.UNIT and beyond is not None and beyond.kind == WORD and not beyond.marks & _MINUS_ENDS:
            item.shape = ASIDE  # nl "20 min in de wacht"
            return 0
        if beyond is None or beyond.kind != NUMBER:
            item.shape, item.values, item.end = UNSURE, (item.value - 1, item.value), following.end
            return 1
    if marks & m.OUT_OF_FIRST and item.values == (scale.high,):
        item.shape, item.values, item.end = ECHO, (), following.end
        return 1
    if counted(items, index + 1):
        item.shape = ASIDE
    return 0


def _before_next(items: Sequence[Item], index: int) -> bool:
    """Whether a sign of money belongs to the number behind it: "4 $10 for delivery"."""
    following = items[index + 1] if index + 1 < len(items) else None
    return bool(
        following is not None and following.kind == NUMBER and following.tight and not items[index].tight
    )


def _share(percent: int, scale: Range) -> tuple[int, ...]:
    """The one or two numbers of the scale that a percentage comes nearest to."""
    whole, rest = divmod(percent * scale.high, 100)
    near = (whole, whole + 1) if rest else (whole,)
    return tuple(value for value in near if scale.low <= value <= scale.high)


def _glued(item: Item, word: Item, language: Language) -> int:
    """A word written onto a digit: 8tje and 8ish are scores, 9u and 3x are not, 1o is asked about."""
    if word.text in language.number_endings:
        item.end = word.end
        return 1
    if word.marks & m.UNIT:
        item.shape, item.end = ASIDE, word.end
        return 1
    if set(word.text) <= {"o", "l"}:
        guess = item.text + word.text.replace("o", "0").replace("l", "1")
        item.shape, item.values, item.end = UNSURE, (int(guess),) if len(guess) < 4 else (), word.end
        return 1
    if word.marks & (m.CONNECTOR | m.HALF):
        return 0
    item.shape, item.end = ASIDE, word.end
    return 1


def _before(out: Sequence[Item], item: Item, scale: Range) -> None:
    """Judge a number by what stands before it."""
    if not out:
        return
    before = out[-1]
    earlier = out[-2] if len(out) > 1 else None
    if before.kind == WORD:
        _after_word(item, before, earlier, scale)
    else:
        _after_sign(item, before, earlier, scale)


def _after_word(item: Item, word: Item, earlier: Item | None, scale: Range) -> None:
    marks = word.marks
    if item.tight and word.text in ("l", "i", "o"):
        item.shape, item.values = UNSURE, (scale.high,) if word.text + item.text in ("l0", "i0") else ()
    elif marks & m.MINUS and (earlier is None or earlier.kind != NUMBER):
        item.values = tuple(-value for value in item.values)
    elif marks & m.RANK and item.shape == PLAIN and item.value <= 3:
        item.shape, item.values = UNSURE, ()
    elif marks & m.SCALE and item.values == (scale.high,):
        item.shape, item.values = ECHO, ()
    elif (
        (item.tight and not marks & (m.LABEL | m.ARTICLE | m.GREETING | m.CONNECTOR))
        or marks & m.MONTH
        or (marks & m.HALF and not marks & m.ARTICLE)
        or _names_thing(word)
        or (marks & m.GIVE and earlier is not None and _names_thing(earlier))
        or (marks & m.BEFORE_TIME and not marks & (m.FILL | m.ARTICLE | m.GIVE | m.NEARLY))
    ):
        item.shape = ASIDE


def _after_sign(item: Item, sign: Item, earlier: Item | None, scale: Range) -> None:
    after_word = earlier is not None and earlier.kind == WORD
    if sign.text in MONEY:
        item.shape = ASIDE
    elif sign.text == "%" and item.shape == PLAIN:
        item.shape, item.values = PERCENT_SHAPE, _share(item.value, scale)
    elif sign.text in ("<", ">", "≤", "≥", "+") and item.tight and item.shape == PLAIN:
        item.shape = UNSURE
    elif sign.text == "." and earlier is not None and earlier.marks & m.RANK and item.shape == PLAIN:
        item.shape = UNSURE  # "No. 5"
    elif sign.text == "#" and item.shape == PLAIN:
        if earlier is not None and earlier.marks & m.BEFORE_NUMBER:
            item.shape = ASIDE
        elif item.value == 1:
            item.shape, item.values = UNSURE, ()
    elif sign.text == "-" and item.tight and item.shape == PLAIN and not sign.tight:
        if earlier is None:
            item.values = tuple(-value for value in item.values)
        elif after_word:
            item.shape = UNSURE
    elif (
        sign.text in ("-", "/", "@") and item.tight and sign.tight and (after_word or _is_aside(earlier))
    ) or (earlier is not None and _names_thing(earlier) and _introduces(sign, earlier, item)):
        item.shape = ASIDE


def _introduces(sign: Item, word: Item, item: Item) -> bool:
    """Whether a sign stands between a word and its number, and ends no sentence: "ref. 8", "room: 8"."""
    short = word.end - word.start <= _LONGEST_ABBREVIATION
    return sign.text == ":" or (sign.text == "." and (short or item.tight))


def _is_aside(item: Item | None) -> bool:
    return item is not None and item.shape == ASIDE


def _names_thing(item: Item) -> bool:
    """Whether a number after this word is its name and no score: order 7, room 8."""
    return bool(item.marks & m.BEFORE_NUMBER) and not item.marks & m.LABEL


def _ends_of_scale(items: list[Item], _language: Language, scale: Range) -> list[Item]:
    """ "0 is bad and 10 is good, so 6": numbers that only explain the scale, where another is left for the answer."""
    plain = [index for index, item in enumerate(items) if item.kind == NUMBER and item.shape == PLAIN]
    if len(plain) < 2:
        return items
    explained: dict[int, int] = {}
    for index in plain:
        end = _explanation(items, index, again=bool(explained)) if items[index].value in _ends(scale) else 0
        if end:
            explained[index] = end
    if len(explained) < len(plain):
        for index, end in explained.items():
            items[index].shape, items[index].values = ECHO, ()
            for item in items[index + 1 : end]:
                item.marks = m.FILL  # no praise and no reason
    return items


def _ends(scale: Range) -> tuple[int, ...]:
    return (0, 1, scale.low, scale.high)


def _explanation(items: Sequence[Item], index: int, *, again: bool) -> int:
    """Where the words end that say what an end of the scale means ("10 = perfect"); 0 if none say so.

    The second time the verb may be left out: "0 is bad and 10 good".
    """
    following = items[index + 1 : index + 1 + _NEAR]
    if not following:
        return 0
    if_before = (
        index and items[index - 1].marks & m.IF and following[0].marks & m.EXTREME
    )  # nl "als 0 slecht is"
    said = following[0].marks & (m.GIVE | m.IF) or following[0].text == "="
    left_out = if_before or (again and following[0].marks & (m.EXTREME | m.ARTICLE | m.FILL))
    if not said and not left_out:
        return 0
    first = 1 if said else 0
    for place, item in enumerate(following[first:], index + 1 + first):
        if item.kind == WORD and item.marks & m.EXTREME:
            return place + 1
        if item.kind in (NUMBER, SEPARATOR):
            return 0
    return 0


def _none_of(items: list[Item], _language: Language, _scale: Range) -> list[Item]:
    """ "0 problems, 10": nothing was counted, and the answer is the other number."""
    plain = [index for index, item in enumerate(items) if item.kind == NUMBER and item.shape == PLAIN]
    for index in plain if len(plain) > 1 else ():
        following = items[index + 1] if index + 1 < len(items) else None
        if items[index].value or following is None or following.kind != WORD:
            continue
        if following.marks & m.UNIT or not following.marks:
            items[index].shape = ASIDE
    return items


_Step = Callable[[list[Item], Language, Range], list[Item]]
_STEPS: Final[tuple[_Step, ...]] = (telephones, written_together, _judged, _ends_of_scale, _none_of)
