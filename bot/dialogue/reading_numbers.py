"""The reader's third step: which numbers can be a score at all.

Numbers are put together ("7,5", "8 out of 10", "on bir") and set aside when a unit, a date, a time, money, an order or
a telephone number shows that they count something else. What is left plain is a candidate; what can only
be asked about (a half, a range, another scale) is marked so, with the numbers to offer.
"""

from collections.abc import Callable, Sequence
from typing import Final

from bot.dialogue.language import Language
from bot.dialogue.reading_items import (
    ASIDE,
    ECHO,
    PERCENT_SHAPE,
    PLAIN,
    SEPARATOR,
    UNSURE,
    Item,
    Range,
    halves,
    scaled,
)
from bot.dialogue.reading_marks import (
    ARTICLE,
    BEFORE_NUMBER,
    BEFORE_TIME,
    CONNECTOR,
    FILL,
    GIVE,
    GREETING,
    HALF,
    LABEL,
    MINUS,
    MONTH,
    NEARLY,
    OUT_OF_FIRST,
    PERCENT,
    PLUS,
    RANK,
    SCALE,
    STARS,
    UNIT,
)
from bot.dialogue.reading_pairs import counted, part_mark_removed, telephones, written_together
from bot.dialogue.reading_text import (
    EMOJI,
    NUMBER,
    WORD,
)

_MONEY: Final = frozenset("€$£¥")
_STARS: Final = frozenset("⭐★🌟☆✩✭")


def numbers_in(items: list[Item], language: Language, scale: Range) -> list[Item]:
    """The items with their numbers put together and judged."""
    if not any(item.kind == NUMBER for item in items):
        return items
    items = part_mark_removed(items)
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
    if following.text == "%" or marks & PERCENT:
        item.shape = PERCENT_SHAPE
        item.values = _share(item.value, scale) if item.values else ()
        item.end = following.end
        return 1
    if halves(following) and item.shape == PLAIN:
        item.shape, item.values, item.end = UNSURE, (item.value, item.value + 1), following.end
        return 1
    if following.text == "." and ending is not None and ending.marks & MONTH:  # de "3. Mai"
        item.shape = ASIDE
        return 0
    if following.text in _MONEY:
        item.shape, item.end = ASIDE, following.end
        return 1
    if marks & STARS or (following.kind == EMOJI and following.text in _STARS):
        item.shape = UNSURE
        item.values = scaled(item.value, 5, scale) if item.values and item.value <= 5 else item.values[:1]
        return 1
    if item.shape == PLAIN and (following.text == "+" or marks & PLUS):
        good = (language.plus_is_a_mark and item.value < scale.high) or item.value > scale.high
        item.end = following.end
        if not good:
            item.shape, item.values = UNSURE, tuple(range(item.value, scale.high + 1))
        return 1
    dash_after = following.text == "-" and following.tight and (last or language.plus_is_a_mark)
    if item.shape == PLAIN and (marks & MINUS or dash_after):
        beyond = items[index + 2] if index + 2 < len(items) else None
        if beyond is None or beyond.kind != NUMBER:
            item.shape, item.values, item.end = UNSURE, (item.value - 1, item.value), following.end
            return 1
    if marks & OUT_OF_FIRST and item.values == (scale.high,):
        item.shape, item.values, item.end = ECHO, (), following.end
        return 1
    if counted(items, index + 1):
        item.shape = ASIDE
    return 0


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
    if word.marks & UNIT:
        item.shape, item.end = ASIDE, word.end
        return 1
    if set(word.text) <= {"o", "l"}:
        guess = item.text + word.text.replace("o", "0").replace("l", "1")
        item.shape, item.values, item.end = UNSURE, (int(guess),) if len(guess) < 4 else (), word.end
        return 1
    if word.marks & (CONNECTOR | HALF):
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
    elif marks & MINUS and (earlier is None or earlier.kind != NUMBER):
        item.values = tuple(-value for value in item.values)
    elif marks & RANK and item.shape == PLAIN and item.value <= 3:
        item.shape, item.values = UNSURE, ()
    elif marks & SCALE and item.values == (scale.high,):
        item.shape, item.values = ECHO, ()
    elif (
        (item.tight and not marks & (LABEL | ARTICLE | GREETING | CONNECTOR))
        or marks & MONTH
        or (marks & HALF and not marks & ARTICLE)
        or _names_thing(word)
        or (marks & GIVE and earlier is not None and _names_thing(earlier))
        or (marks & BEFORE_TIME and not marks & (FILL | ARTICLE | GIVE | NEARLY))
    ):
        item.shape = ASIDE


def _after_sign(item: Item, sign: Item, earlier: Item | None, scale: Range) -> None:
    after_word = earlier is not None and earlier.kind == WORD
    if sign.text in _MONEY:
        item.shape = ASIDE
    elif sign.text == "%" and item.shape == PLAIN:
        item.shape, item.values = PERCENT_SHAPE, _share(item.value, scale)
    elif sign.text in ("<", ">", "≤", "≥", "+") and item.tight and item.shape == PLAIN:
        item.shape = UNSURE
    elif sign.text == "." and earlier is not None and earlier.marks & RANK and item.shape == PLAIN:
        item.shape = UNSURE  # "No. 5"
    elif sign.text == "#" and item.shape == PLAIN:
        if earlier is not None and earlier.marks & BEFORE_NUMBER:
            item.shape = ASIDE
        elif item.value == 1:
            item.shape, item.values = UNSURE, ()
    elif sign.text == "-" and item.tight and item.shape == PLAIN and not sign.tight:
        if earlier is None:
            item.values = tuple(-value for value in item.values)
        elif after_word:
            item.shape = UNSURE
    elif (sign.text in ("-", "/", "@") and item.tight and sign.tight and after_word) or (
        sign.text in (":", ".") and earlier is not None and _names_thing(earlier)
    ):
        item.shape = ASIDE


def _names_thing(item: Item) -> bool:
    """Whether a number after this word is its name and no score: order 7, room 8."""
    return bool(item.marks & BEFORE_NUMBER) and not item.marks & LABEL


_Step = Callable[[list[Item], Language, Range], list[Item]]
_STEPS: Final[tuple[_Step, ...]] = (telephones, written_together, _judged)
