"""Numbers told beside an answer that already stands."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.reading import marks as m
from bot.reading.bounds import Bounds
from bot.reading.items import PLAIN, SEPARATOR, UNSURE, Item
from bot.reading.score import NumberRead
from bot.reading.standing import DOUBTFUL, LOOSE, SURE
from bot.reading.text import SIGN, WORD

_LEADS: Final = (
    m.GIVE | m.CORRECTION | m.ARTICLE | m.LABEL | m.ASPECT | m.NOT | m.AT_LEAST | m.AT_MOST | m.NEARLY
)

_EARLIEST_YEAR: Final = 1900
_LATEST_YEAR: Final = 2100


def without_asides(items: Sequence[Item], found: list[NumberRead], scale: Bounds) -> list[NumberRead]:
    """A message that opens with a bare number has answered: what others gave, what it was or might be, and what is
    counted after it are asides ("8, my neighbour gave a 9", "7, a 9 if you were cheaper", "7, 3 shelves came broken").
    """
    if len(found) < 2:
        return found
    first, last = found[0], found[-1]
    if last.standing == SURE and items[last.clause[0] - 1].marks & m.THEREFORE:
        found = [replace(c, standing=LOOSE) if _leads_up(items, c, last) else c for c in found]
    if first.standing != SURE or first.clause[0] > 0:
        return found
    start, end = first.clause
    closing = items[end] if end < len(items) else None
    if _is_given(items[start : first.index]) or _is_bare(items[start : first.index]):
        found = [replace(c, standing=LOOSE) if _promises(items, first, c) else c for c in found]
    if not _is_bare(items[start : first.index]) or (closing is not None and closing.text == "?"):
        return found
    closed = closing is not None and closing.kind in (SEPARATOR, SIGN)
    alone = closed and _is_bare(items[first.index + 1 : end])
    return [
        replace(c, standing=LOOSE)
        if _told_aside(items, first, c, scale)
        or _is_outside(items, first, c, scale)
        or (alone and (_counts_after(items, c) or _is_interval(items, c)))
        else c
        for c in found
    ]


def said_of_past(items: Sequence[Item], found: Sequence[NumberRead]) -> NumberRead | None:
    """The only number, where its clause says no more than that it was so: "stop texting me. It was a 4 anyway".

    Clear enough to be kept beside a wish to stop; nobody could be asked about it.
    """
    told = [c for c in found if c.standing != LOOSE]
    if len(told) != 1 or told[0].standing != DOUBTFUL or len(told[0].values) != 1:
        return None
    start, end = told[0].clause
    words = [
        item for item in (*items[start : told[0].index], *items[told[0].index + 1 : end]) if item.kind == WORD
    ]
    past = [item for item in words if item.marks & m.PAST]
    plain = all(item.marks & (m.PAST | m.ARTICLE | m.FILL) for item in words)
    return told[0] if plain and len(past) == 1 and words[0] is past[0] else None


def counts_beside(items: Sequence[Item], candidate: NumberRead, given: NumberRead) -> bool:
    """Whether a number counts several things where a later one is plainly given: "three callouts, you get a 2"."""
    following = items[candidate.index + 1] if candidate.index + 1 < len(items) else None
    several = following is not None and following.kind == WORD and following.is_one is False
    lead = items[given.clause[0] : given.index]
    gives = any(i.marks & (m.GIVE | m.LABEL) for i in lead) or _closes_alone(items, given)
    return several and candidate.index < given.index and gives


def _closes_alone(items: Sequence[Item], given: NumberRead) -> bool:
    """Whether a number is all that the last sentence says: "3 contacts since January. 4"."""
    start, end = given.clause
    opens = start > 0 and items[start - 1].text in ".!\n"
    return (
        opens
        and end >= len(items) - 1
        and _is_bare([*items[start : given.index], *items[given.index + 1 : end]])
    )


def _is_bare(around: Sequence[Item]) -> bool:
    bare = m.ARTICLE | m.LABEL | m.POINTS | m.GREETING
    return all(item.kind == WORD and item.marks & bare and not item.marks & m.GIVE for item in around)


def _is_given(before: Sequence[Item]) -> bool:
    return any(i.marks & m.MINE for i in before) and all(
        i.marks & (m.GIVE | m.ARTICLE | m.FILL) and not i.marks & m.WOULD for i in before
    )


def _promises(items: Sequence[Item], first: NumberRead, candidate: NumberRead) -> bool:
    """Whether a later number only tells how much better it could be: "it's an 8 but would be a 10 with parking"."""
    since = items[first.index + 1 : candidate.index]
    words = [item for item in since if item.kind == WORD]
    was = any(
        item.marks & m.PAST for item in items[candidate.index + 1 : candidate.index + 2]
    )  # nl "geweest"
    told = (was or any(item.marks & (m.IF | m.WOULD) for item in words)) and not any(
        item.marks & (m.CORRECTION | m.OR | m.PAST) for item in words
    )
    better = bool(candidate.values) and min(candidate.values) > first.values[0]
    return candidate is not first and told and better


def _told_aside(items: Sequence[Item], first: NumberRead, candidate: NumberRead, scale: Bounds) -> bool:
    # the word that ended the clause before, like "if", belongs to what it opens
    since = max(first.index + 1, candidate.clause[0] - 1)
    words = [item for item in items[since : candidate.index] if item.kind == WORD]
    if words and words[0].marks & m.WOULD and items[candidate.index].shape == PLAIN:
        return True  # "8 would be a 10 with later slots"
    if candidate.standing != DOUBTFUL or any(item.marks & (m.CORRECTION | m.OR) for item in words):
        return False
    if not candidate.clause[0]:
        return any(item.marks & m.OTHERS for item in words)
    lower = bool(candidate.values) and max(candidate.values) < first.values[0]
    lower = lower and candidate.values != (scale.low,)  # "1, if I could give 0 I would"
    if lower and any(item.marks & m.IF for item in words) and not any(item.marks & m.WOULD for item in words):
        return False  # nl "een 8... nou als ik erover nadenk meer een 5"
    words += items[candidate.index + 1 : candidate.clause[1] + 1][
        :1
    ]  # "down from 9 last year", "an 8 if you …"
    return any(item.marks & (m.OTHERS | m.PAST | m.IF | m.WOULD) for item in words)


def _is_outside(items: Sequence[Item], first: NumberRead, candidate: NumberRead, scale: Bounds) -> bool:
    """Whether a later number that the scale does not have is told, not given: "8 because I am 84"."""
    told = [*items[candidate.clause[0] : candidate.index], *items[candidate.index + 1 : candidate.clause[1]]]
    return (
        candidate.clause[0] > 0
        and not any(scale.low <= value <= scale.high for value in candidate.values)
        and (_is_year(candidate) or any(item.kind == WORD and not item.marks & _LEADS for item in told))
        and not any(
            item.marks & (m.CORRECTION | m.OR | m.NOT | m.MINUS)
            for item in items[first.index : candidate.index]
        )
    )


def _is_year(candidate: NumberRead) -> bool:
    return all(_EARLIEST_YEAR < value < _LATEST_YEAR for value in candidate.values)


def _leads_up(items: Sequence[Item], candidate: NumberRead, last: NumberRead) -> bool:
    """Whether a doubtful number only leads up to what "so" concludes: "a five at best, so 5", "my son is 8 and loved
    it, so 10"."""
    of_others = any(item.marks & m.OTHERS for item in items[candidate.clause[0] : candidate.index])
    plain = items[candidate.index].shape == PLAIN or len(candidate.values) == 2  # "7.5 so I'd say 8"
    concluded = plain and (not candidate.values or last.values[0] in candidate.values)
    return candidate.standing == DOUBTFUL and (of_others or concluded)


def _is_interval(items: Sequence[Item], candidate: NumberRead) -> bool:
    """Whether two numbers joined behind words of another matter are hours or days: "5. slot was 8-10"."""
    before = items[candidate.clause[0] : candidate.index]
    words = [item for item in before if item.kind == WORD]
    told = any(not item.marks for item in words) and not any(item.marks & (_LEADS | m.OR) for item in words)
    return candidate.clause[0] > 0 and items[candidate.index].shape == UNSURE and told


def _is_share(number: Item, following: Item) -> bool:
    """Whether so many of more things are told: "2 of the 6 windows"."""
    return number.shape == UNSURE and bool(following.marks & (m.THING | m.BEFORE_NUMBER))


def _counts_after(items: Sequence[Item], candidate: NumberRead) -> bool:
    """Whether a word that nobody knows follows at once, and nothing that gives a score leads to the number."""
    start, end = candidate.clause
    following = items[candidate.index + 1] if candidate.index + 1 < end else None
    unknown = (
        following is not None
        and following.kind == WORD
        and (
            not following.marks or following.marks & m.OUT_OF or _is_share(items[candidate.index], following)
        )
    )
    leads = (
        _LEADS & ~m.CORRECTION if following is not None and following.is_plural else _LEADS
    )  # nl "moest 7 brieven"
    led = any(item.kind == WORD and item.marks & leads for item in items[start : candidate.index])
    return bool(start > 0 and unknown and not led and items[candidate.index].shape in (PLAIN, UNSURE))
