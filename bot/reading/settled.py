"""Which of two numbers in one reply stands: said again, corrected at once, taken back, or by the words beside them
(`which_stands`); and which is the likelier where it is asked."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.reading import marks as m
from bot.reading.bounds import Bounds
from bot.reading.items import ECHO, PLAIN, SEPARATOR, Item, marks_of
from bot.reading.rivals import GIVEN, STANDS, rivals_of
from bot.reading.score import NumberRead
from bot.reading.standing import DOUBTFUL, LOOSE, OPEN_END, OPEN_START, SURE
from bot.reading.text import WORD
from bot.reading.which_stands import TAKEN_BACK, which_stands


def settled(items: Sequence[Item], found: list[NumberRead], scale: Bounds) -> list[NumberRead]:
    """The numbers found, without those that a later one replaces."""
    if len(found) < 2:
        return found
    if _is_repeated(items, found):
        return [replace(c, standing=SURE) for c in found]
    same = all(c.values == found[-1].values and items[c.index].shape == PLAIN for c in found)
    lowest = found[-1].values == (scale.low,) and all(c.standing in (SURE, DOUBTFUL) for c in found)
    if same and lowest and items[0].marks & m.IF:  # "if 0 is possible then 0"
        return [*(replace(c, standing=LOOSE) for c in found[:-1]), replace(found[-1], standing=SURE)]
    if same and found[-1].standing == SURE:
        return [*(replace(c, standing=LOOSE) for c in found[:-1]), found[-1]]  # "it was a 5 and it stays a 5"
    if _is_corrected_behind(items, found) or _answers_itself(items, found):
        items[found[0].index].shape = ECHO
        return [replace(found[0], standing=LOOSE), replace(found[1], standing=SURE)]
    found = _without_echo(items, _without_taken_back(items, found, scale))
    if len(found) < 2:
        return found
    if _is_overall_first(items, found):
        return [found[0], *(replace(c, standing=LOOSE) for c in found[1:])]
    rivals = rivals_of(items, found, scale)
    verdict = None if rivals is None else which_stands(rivals)
    if rivals is None or verdict is None:
        return found
    if verdict == TAKEN_BACK:
        for candidate in rivals.earlier:
            items[candidate.index].shape = ECHO
    stands = replace(rivals.last, standing=SURE)
    return [
        replace(c, standing=LOOSE) if c in rivals.earlier else stands if c is rivals.last else c
        for c in found
    ]


def _is_overall_first(items: Sequence[Item], found: Sequence[NumberRead]) -> bool:
    """Whether the total is told before its parts: "8 in total, staff 10 and price 6"."""
    first, *parts = found
    own, of_parts = marks_of(_clause(items, first)), [marks_of(_clause(items, part)) for part in parts]
    total = first.standing == SURE and own & m.OVERALL and not own & m.ASPECT
    return bool(total) and all(marks & m.ASPECT and not marks & STANDS for marks in of_parts)


def _clause(items: Sequence[Item], candidate: NumberRead) -> Sequence[Item]:
    return items[candidate.clause[0] : candidate.clause[1]]


def _without_echo(items: Sequence[Item], found: list[NumberRead]) -> list[NumberRead]:
    """The numbers without the last one where it only says the one before it again: "seven no wait eight yeah eight"."""
    if len(found) < 3 or found[-1].values != found[-2].values:
        return found
    between = items[found[-2].index + 1 : found[-1].index + 1]
    if any(item.kind == WORD and not item.marks & (m.FILL | m.ARTICLE | m.GIVE) for item in between):
        return found
    if marks_of(between) & STANDS:
        return found  # nl "prijs 7 totaal 7"
    if DOUBTFUL in (found[-2].standing, found[-1].standing):
        return found
    items[found[-1].index].shape = ECHO
    return [*found[:-2], replace(found[-2], standing=SURE)]


def _is_repeated(items: Sequence[Item], found: Sequence[NumberRead]) -> bool:
    """Whether the same number is said again, with nothing but filling words around: "uh seven yeah seven"."""
    same = len({c.values for c in found}) == 1 and not any(c.standing == DOUBTFUL for c in found)
    fills = m.FILL | m.ARTICLE | m.GIVE | m.THANKS | m.GREETING
    return same and all(item.marks & fills for item in items if item.kind == WORD)


def _is_corrected_behind(items: Sequence[Item], found: Sequence[NumberRead]) -> bool:
    """Whether the second of two numbers, with nothing but filling words between them, is followed by what corrects, and
    by nothing else: "7 er 8 I mean"."""
    if len(found) != 2 or any(items[c.index].shape != PLAIN for c in found):
        return False
    first, last = (c.index for c in found)
    between, behind = items[first + 1 : last], items[last + 1 :]
    before = all(item.marks & GIVEN for item in items[:first] if item.kind == WORD)
    fills = all(
        item.kind == SEPARATOR or item.marks & (m.FILL | m.ARTICLE | m.CORRECTION) for item in between
    )
    corrects = any(item.marks & m.CORRECTION and not item.marks & m.NOT for item in behind)
    alone = all(item.kind == SEPARATOR or item.marks & (m.CORRECTION | m.THANKS) for item in behind)
    return before and fills and corrects and alone


def _answers_itself(items: Sequence[Item], found: Sequence[NumberRead]) -> bool:
    """Whether a reply is a bare number that is asked, and denied at once for another: "3? no, 9!"."""
    first, last = found[0].index, found[-1].index
    if len(found) != 2 or any(items[c.index].shape != PLAIN for c in found):
        return False
    words = [item for item in items[first + 1 : last] if item.kind == WORD and not item.marks & m.ARTICLE]
    denied = len(words) == 1 and words[0].marks & (m.NOT | m.CORRECTION) == m.NOT | m.CORRECTION
    bare = all(item.kind == SEPARATOR or item.marks & GIVEN for item in (*items[:first], *items[last + 1 :]))
    return bool(denied and bare and items[first + 1].text == "?")


def _without_taken_back(items: Sequence[Item], found: list[NumberRead], scale: Bounds) -> list[NumberRead]:
    """The numbers without one that only "not" joins to a sure one before it ("meant 10 not 1", "an 8, but not a 9"), or
    that is said to be too much."""
    kept = found[:1]
    for before, candidate in pairwise(found):
        between = items[before.index + 1 : candidate.index]
        words = [item for item in between if item.kind == WORD]
        only = any(i.marks & m.NOT for i in words) and all(
            i.marks & (m.NOT | m.ARTICLE | m.BUT | m.AND | m.FILL) and not i.marks & m.CORRECTION
            for i in words
        )
        joined = any(value in scale for value in items[candidate.index].values) and all(
            item.kind == WORD or item.text == "," for item in between
        )
        taken_back = before.standing == SURE and not candidate.values
        too_much = marks_of(items[candidate.index + 1 : candidate.clause[1]]) & m.NOT_AFTER and not any(
            item.marks & (m.CORRECTION | m.OR) for item in words
        )  # "1, since 0 is too easy"
        taken_back = taken_back and ((only and joined) or bool(too_much))
        kept.append(replace(candidate, standing=LOOSE) if taken_back else candidate)
    return kept


def by_likelihood(items: Sequence[Item], found: Sequence[NumberRead]) -> list[NumberRead]:
    """The numbers in the order in which a question offers them: what is said of now, concluded or corrected, what is
    sure, what was or might be, what may be none."""
    ranked = []
    since = 0
    for candidate in found:
        ranked.append((_rank(items, candidate, marks_of(items[since : candidate.index])), candidate))
        since = candidate.index
    return [candidate for _, candidate in sorted(ranked, key=lambda pair: pair[0])]


def _rank(items: Sequence[Item], candidate: NumberRead, before: int) -> int:
    if candidate.standing in (OPEN_END, OPEN_START):
        return 3
    lead = marks_of(items[max(0, candidate.clause[0] - 1) : candidate.index])
    if lead & STANDS or before & m.CORRECTION:
        return 0
    was = candidate.standing == DOUBTFUL and items[candidate.index].shape == PLAIN
    return 2 if was else 1
