"""The reader's third step: which numbers can be a score at all.

Numbers are put together ("7,5", "8 out of 10", "on bir") and set aside when a unit, a date, a time, money, an order or
a telephone number shows that they count something else. What is left plain is a candidate; what can only
be asked about (a half, a range, another scale) is marked so, with the numbers to offer.
"""

from collections.abc import Callable, Sequence
from typing import Final

from bot.reading import marks as m
from bot.reading.before import judge_by_what_came
from bot.reading.behind import judge_by_what_follows
from bot.reading.bounds import Bounds
from bot.reading.items import ASIDE, ECHO, PLAIN, SEPARATOR, UNSURE, Item, signs_dictated
from bot.reading.language import Language
from bot.reading.pairs import abbreviations_closed, part_mark_removed, shouted, telephones, written_together
from bot.reading.text import NUMBER, WORD

_NEAR: Final = 4


def numbers_in(items: list[Item], language: Language, scale: Bounds) -> list[Item]:
    """The items with their numbers put together and judged."""
    if not any(item.kind == NUMBER for item in items):
        return items
    signs_dictated(items)
    items = abbreviations_closed(shouted(part_mark_removed(items)))
    for step in _STEPS:
        items = step(items, language, scale)
    return items


def _judged(items: list[Item], language: Language, scale: Bounds) -> list[Item]:
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
        skip = judge_by_what_follows(items, index, language, scale)
        if item.shape in (PLAIN, UNSURE):
            judge_by_what_came(out, item, scale)
        out.append(item)
    return out


def _ends_of_scale(items: list[Item], _language: Language, scale: Bounds) -> list[Item]:
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


def _ends(scale: Bounds) -> tuple[int, ...]:
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


def _none_of(items: list[Item], _language: Language, _scale: Bounds) -> list[Item]:
    """ "0 problems, 10": nothing was counted, and the answer is the other number."""
    plain = [index for index, item in enumerate(items) if item.kind == NUMBER and item.shape == PLAIN]
    for index in plain if len(plain) > 1 else ():
        following = items[index + 1] if index + 1 < len(items) else None
        if items[index].value or following is None or following.kind != WORD:
            continue
        if following.marks & m.UNIT or not following.marks:
            items[index].shape = ASIDE
    return items


_Step = Callable[[list[Item], Language, Bounds], list[Item]]
_STEPS: Final[tuple[_Step, ...]] = (telephones, written_together, _judged, _ends_of_scale, _none_of)
