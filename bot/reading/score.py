"""The reader's fourth step: does one number stand as the answer?

A clause ends at punctuation, an emoji, or a connecting word (because, but, so, and, if). A number is

- sure, when all around it in its clause is harmless ("I'd give you an 8"), when a giving word or an article
  leads to it and nothing follows ("voor jullie een 8"), or when it opens the clause and a word follows that cannot be
  counted ("8 goede service");
- doubtful, when it is a half, a range, a bound, negated, conditional, past, or of another scale;
- open, when it might be a score but the words around it are not known ("bezorging 4", "8 kabouters");
- loose, when it stands in the midst of a sentence: no candidate.

One sure value and nothing doubtful is the score. Everything else that is not loose is asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.reading import marks as m
from bot.reading.bounds import Bounds
from bot.reading.counts import counted
from bot.reading.doubt import doubt_of
from bot.reading.items import ASIDE, ECHO, PERCENT_SHAPE, PLAIN, SEPARATOR, Item, is_dash
from bot.reading.standing import DOUBTFUL, LOOSE, OPEN_END, standing_of
from bot.reading.text import EMOJI, NUMBER, WORD

MOST_CANDIDATES: Final = 12
_BEGINS_ANEW: Final = m.NOW | m.OVERALL
_SPEAKS: Final = m.ADDRESSED | m.MINE
_MAY_OPEN: Final = m.SIGNATURE | _BEGINS_ANEW | _SPEAKS
_NEAR: Final = 5


@dataclass(frozen=True, slots=True)
class NumberRead:
    """A number that may be the answer: where it stands, how sure that is, and the numbers to offer."""

    index: int
    standing: str
    values: tuple[int, ...]
    clause: tuple[int, int]
    is_percent: bool = False


def clauses(items: Sequence[Item]) -> list[tuple[int, int]]:
    """The clauses as index ranges; separators and connecting words belong to none."""
    found: list[tuple[int, int]] = []
    start = 0
    for index, item in enumerate(items):
        if ends_clause(items, index):
            if index > start:
                found.append((start, index))
            start = index + 1
        elif item.marks & _MAY_OPEN and index > start and _opens_clause(items, start, index):
            found.append((start, index))
            start = index
    if start < len(items):
        found.append((start, len(items)))
    return found


def _opens_clause(items: Sequence[Item], start: int, index: int) -> bool:
    """Whether a word begins a clause without a sign before it: "used to be a 9 now a 6", "Globex 8 you 3"."""
    marks = items[index].marks
    if marks & m.SIGNATURE:
        return True
    named = not items[start].marks and items[start].kind == WORD and items[index - 1].kind == NUMBER
    others = marks & _SPEAKS and (
        named or any(item.marks & (m.OTHERS | m.THAN) for item in items[start:index])
    )
    return bool(marks & _BEGINS_ANEW or others) and _between_numbers(items, start, index)


def _between_numbers(items: Sequence[Item], start: int, index: int) -> bool:
    """Whether a number stands on both sides: "used to be a 9 now a 6"."""
    ahead = next((i for i in items[index + 1 : index + _NEAR] if i.kind in (NUMBER, SEPARATOR)), None)
    follows = ahead is not None and ahead.kind == NUMBER and ahead.shape == PLAIN
    return follows and any(i.kind == NUMBER and i.shape == PLAIN for i in items[start:index])


def ends_clause(items: Sequence[Item], index: int) -> bool:
    item = items[index]
    if item.kind in (SEPARATOR, EMOJI):
        return True
    if item.kind == WORD:
        return bool(item.marks & m.CONNECTOR)
    return is_dash(items, index)


def candidates(items: Sequence[Item], scale: Bounds) -> list[NumberRead]:
    """Every number that is not set aside, with its standing; a text with very many is only asked about."""
    found: list[NumberRead] = []
    for start, end in clauses(items):
        for index in range(start, end):
            item = items[index]
            if item.kind == NUMBER and item.shape not in (ASIDE, ECHO):
                if len(found) == MOST_CANDIDATES:
                    return [NumberRead(index, DOUBTFUL, (), (start, end))]
                found.append(_candidate(items, index, start, end, scale))
    return found


def _candidate(items: Sequence[Item], index: int, start: int, end: int, scale: Bounds) -> NumberRead:
    item = items[index]
    left = items[start:index]
    right = items[index + 1 : end]
    standing = standing_of(items, index, start, end, scale)
    if _of_others(right) and not _is_given_by(left, right):
        standing = OPEN_END if left and left[-1].marks & m.ARTICLE else LOOSE
    if standing == LOOSE and _is_another(items, index, start, end):
        return NumberRead(index, OPEN_END, item.values, (start, end))
    values = item.values
    if item.shape != PLAIN:
        standing = LOOSE if standing == LOOSE else DOUBTFUL
    elif standing != LOOSE:
        doubted = doubt_of(items, index, start, end, scale)
        if doubted is not None:
            standing, values = DOUBTFUL, doubted
    return NumberRead(index, standing, values, (start, end), item.shape == PERCENT_SHAPE)


def _is_another(items: Sequence[Item], index: int, start: int, end: int) -> bool:
    """Whether a number behind another one in its clause looks like a score: "an 8 for the staff a 2 for the app"."""
    item, before = items[index], items[index - 1]
    leads = before.kind == WORD and before.marks & (m.ARTICLE | m.GIVE) and not before.marks & m.BEFORE_NUMBER
    earlier = any(i.kind == NUMBER and i.shape == PLAIN for i in items[start : index - 1])
    counts = index + 1 < end and (counted(items, index + 1) or items[index + 1].is_one is False)
    return index > start and item.shape == PLAIN and bool(leads) and earlier and not counts


def _is_given_by(left: Sequence[Item], right: Sequence[Item]) -> bool:
    """Whether a number with its article is given by somebody who is named: nl "een 9 van opa Henk"."""
    named = len(right) > 1 and not right[-1].marks
    return named and bool(left) and bool(left[-1].marks & m.ARTICLE)


def _of_others(right: Sequence[Item]) -> bool:
    """Whether a number counts other people: "8 of my colleagues are unhappy"."""
    return bool(right and right[0].marks & m.OUT_OF) and any(item.marks & m.OTHERS for item in right[1:4])
