"""Changing a score in words, once one stands: "sorry, 9", "maak er maar een 4 van", "actually a 2, your support is
terrible".

A word of correction and one number of the scale change it, and what is said beside them is the reason. Words that
hold one clear number without such a word may mean it: then the conversation asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.bounds import Bounds
from bot.reading.items import ASIDE, ECHO, PERCENT_SHAPE, PLAIN, Item
from bot.reading.reason import reason_beside
from bot.reading.rules import Rule, first
from bot.reading.score import NumberRead, ends_clause
from bot.reading.standing import DOUBTFUL, LOOSE, OPEN_END, OPEN_START, SURE
from bot.reading.text import NUMBER, WORD

_SHORTEST_NAME: Final = 2
_THINGS: Final = m.THING | m.UNIT | m.ASPECT | m.BEFORE_NUMBER
_CORRECTS: Final = m.CORRECTION | m.CHANGE
_BARE: Final = m.ARTICLE | m.LABEL | m.POINTS | m.ADJECTIVE | m.CORRECTION | m.THANKS | m.GREETING
_EXPLICIT: Final = _BARE | m.FILL | m.GIVE | m.NOT | m.AT_LEAST | m.CONNECTOR
_EXCHANGES: Final = (
    _EXPLICIT | m.INSTEAD | m.NOT_AFTER | m.CHANGE | m.BUT | m.TO | m.ASKS | m.ORDERS | m.ADDRESSED
)
_LEADS: Final = _CORRECTS | m.ARTICLE | m.LABEL | m.ADJECTIVE | m.FILL | m.GIVE | m.TO | m.SCALE


@dataclass(frozen=True, slots=True)
class Change:
    """The number that words about a standing score hold, and what they say beside it."""

    value: int
    reason: str | None
    explicit: bool  # with a word of correction, or nothing but the number


class CorrectedAt(NamedTuple):
    """A message about a score that stands: its numbers, and the last of them that can be one."""

    items: Sequence[Item]
    found: Sequence[NumberRead]  # without those in the midst of sentences
    last: NumberRead
    text: str
    replaces: tuple[int, ...]  # the scores that another can be put in the place of


def change_in(
    items: Sequence[Item],
    found: Sequence[NumberRead],
    text: str,
    scale: Bounds,
    replaces: tuple[int, ...],
) -> Change | None:
    """The change that a message asks for, plainly or perhaps; None where it holds no number that could be one.
    `replaces` are the numbers that another can be put in the place of, empty where they are not known."""
    exchanged = _exchanged(items, text, replaces)
    if exchanged is not None:
        return exchanged if scale.low <= exchanged.value <= scale.high else None
    counted = [c for c in found if c.standing != LOOSE or _is_changed_behind(items, c)]
    if not counted:
        return None
    change = first(CHANGES, CorrectedAt(items, counted, counted[-1], text, replaces))
    return change if change is not None and scale.low <= change.value <= scale.high else None


def _is_changed_behind(items: Sequence[Item], candidate: NumberRead) -> bool:
    """Whether the verb that changes it ends the clause behind a number that leads nowhere else: de "auf 4 ändern"."""
    place, (start, end) = candidate.index, candidate.clause
    led = place > start and items[place - 1].marks & m.TO
    return bool(led) and place == end - 2 and bool(items[end - 1].marks & m.CHANGE)


def _nothing_else(p: CorrectedAt) -> Change | None:
    value = correcting(p.items, p.found)
    if value is None:
        return None
    behind = p.items[p.last.index + 1 : p.last.clause[1]]
    broken = bool(behind) and behind[0].marks & m.COMPLAINT and not _has_article(p)  # "actually 3 broken"
    return Change(value, None, explicit=not broken)


def _led_by_correction(p: CorrectedAt) -> Change | None:
    """A word of correction leads to the number; earlier ones are what is corrected."""
    if not _could_stand(p):
        return None
    led = _led(p.items, p.last)
    earlier = p.found[:-1]
    if not led & _CORRECTS or (earlier and not led & m.CHANGE):
        return None
    return Change(p.last.values[0], _said_beside(p), explicit=not _tells_of_other(p))


def _verb_behind(p: CorrectedAt) -> Change | None:
    """The verb that corrects stands behind the number: nl "er een 4 van maken", tr "2 olarak değiştirin"."""
    behind = p.items[p.last.index + 1 : p.last.clause[1]]
    if not _could_stand(p) or len(p.found) > 1 or not behind or not behind[0].marks & m.CHANGE:
        return None
    return Change(p.last.values[0], _said_beside(p), explicit=not _tells_of_other(p))


def _perhaps(p: CorrectedAt) -> Change | None:
    """One number and no word of correction, clear or in doubt, or one that may count behind such a word."""
    if len(p.last.values) != 1 or (len({c.values for c in p.found}) > 1 and not _stands_alone(p)):
        return None
    corrects = any(item.marks & _CORRECTS for item in p.items[: p.last.index] if item.kind == WORD)
    open_ = (p.last.standing in (OPEN_END, OPEN_START) and corrects) or _is_changed_behind(p.items, p.last)
    doubted = p.last.standing == DOUBTFUL and p.items[p.last.index].shape == PLAIN
    if p.last.standing != SURE and not open_ and not doubted:
        return None
    return Change(p.last.values[0], reason_beside(p.items, p.last, p.text), explicit=False)


CHANGES: Final[tuple[Rule[CorrectedAt, Change], ...]] = (
    Rule("nothing but a number, or a correction", "sorry, 9", _nothing_else),
    Rule("a word of correction before it", "actually a 2, your support is terrible", _led_by_correction),
    Rule("a word of correction behind it", "nl: kunt u er een 4 van maken?", _verb_behind),
    Rule("perhaps", "2, your support is terrible", _perhaps),
)


def _stands_alone(p: CorrectedAt) -> bool:
    """Whether the last number is a clause of its own: "I take that 9 back: 3. You did it again"."""
    start, end = p.last.clause
    return p.last.standing == SURE and all(i.marks & _BARE for i in p.items[start:end] if i.kind == WORD)


def _exchanged(items: Sequence[Item], text: str, replaces: tuple[int, ...]) -> Change | None:
    """One of two numbers, where the clause says no more than that it is meant and the other is not: "6 instead of 9",
    "not a 9, a 2". Where the other is not what stands, it may be told of something else: "3 instead of 5. Parts were
    missing"."""
    numbers = [index for index, item in enumerate(items) if item.kind == NUMBER]
    if len(numbers) != 2:
        return None
    one, other = numbers
    stands = _meant_of_two(items, one, other)
    if stands is None or items[stands].shape not in (PLAIN, ECHO) or len(items[stands].values) != 1:
        return None
    end = next((i for i in range(other + 1, len(items)) if ends_clause(items, i)), len(items))
    that = other - 1 if stands == one else other  # "instead of that 9"
    beside = [*items[:one], *items[one + 1 : that], *items[other + 1 : end]]
    if any(item.kind == WORD and not item.marks & _EXCHANGES for item in beside):
        return None
    said = NumberRead(end - 1, SURE, items[stands].values, (end - 1, end))  # all of this is no reason
    value, reason = items[stands].values[0], reason_beside(items, said, text, 0)
    replaced = items[other if stands == one else one].values
    again = not replaces or value in replaces  # nothing is lost, or the same was said before
    plain = any(number in replaces for number in replaced) or (reason is None and again)
    return Change(value, reason, explicit=plain)


def _meant_of_two(items: Sequence[Item], one: int, other: int) -> int | None:
    """Which of two numbers is meant, by what denies or replaces the other."""
    between = [item for item in items[one + 1 : other] if item.kind == WORD]
    if any(item.marks & m.INSTEAD for item in between):
        return one
    if between and between[0].marks & m.NOT_AFTER:
        return other
    also = _denial(items, other)
    both = also & m.NOT and not also & m.CORRECTION  # "not a 9, not a 2", but not "geen 9, nee 2"
    return other if _denial(items, one) & m.NOT and not both else None


def _denial(items: Sequence[Item], number: int) -> int:
    """The marks of the word before a number and its article."""
    place = number - 1
    while place >= 0 and items[place].marks & (m.ARTICLE | m.LABEL):
        place -= 1
    return items[place].marks if place >= 0 else 0


def _could_stand(p: CorrectedAt) -> bool:
    if p.items[p.last.index].shape != PLAIN or len(p.last.values) != 1 or _counts_some(p):
        return False
    end = p.last.clause[1]
    asked = end < len(p.items) and p.items[end].text == "?"  # "can you change it to a 4?"
    doubted = p.last.standing == DOUBTFUL and (asked or _should_have_been(p))
    return p.last.standing in (SURE, OPEN_END, OPEN_START) or doubted


def _should_have_been(p: CorrectedAt) -> bool:
    """Whether the reply is nothing but what the score was meant to be: "should have been a 7"."""
    words = [item for item in p.items if item.kind == WORD and not item.marks & (m.ARTICLE | m.FILL)]
    return len(words) == 1 and words[0].marks & (m.PAST | m.CHANGE) == m.PAST | m.CHANGE


def _has_article(p: CorrectedAt) -> bool:
    return any(item.marks & m.ARTICLE for item in p.items[p.last.index - 1 : p.last.index])


def _counts_some(p: CorrectedAt) -> bool:
    """Whether the number counts some of several: "2 of your engineers"."""
    behind = p.items[p.last.index + 1 : p.last.index + 3]
    return len(behind) == 2 and bool(behind[0].marks & m.OUT_OF) and behind[1].kind == WORD


def _tells_of_other(p: CorrectedAt) -> bool:
    """Whether the words around the number make it one of something else."""
    start, end = p.last.clause
    before, behind = p.items[start : p.last.index], p.items[p.last.index + 1 : end]
    named = bool(before) and not before[-1].marks and before[-1].kind == WORD  # tr "miktar 3 olmalı"
    return (
        named
        or _has_subject(before)
        or _follows_another(p)
        or _takes_place_of_other(p, behind)
        or _is_told_of(p, behind)
    )


def _follows_another(p: CorrectedAt) -> bool:
    """Whether it is told what another number should be: "invoice says 4, should be 3"."""
    led = _led(p.items, p.last)
    verb = led & m.STARTER or any(
        item.marks & m.STARTER and item.marks & _CORRECTS
        for item in p.items[p.last.index + 1 : p.last.clause[1]]
    )
    others = [
        item
        for item in p.items[: p.last.index]
        if item.kind == NUMBER and item.values and not set(item.values) & set(p.replaces)
    ]
    told = bool(p.replaces and others) and not any(c.index < p.last.index for c in p.found)
    return bool(verb) and told


def _has_subject(before: Sequence[Item]) -> bool:
    """Whether it is told what is to be so, or what something would make it: "the quantity should be 3", "that would
    make it a 10"."""
    return any(
        (
            item.marks & _CORRECTS
            and item.marks & m.STARTER
            and (not who.marks & ~_THINGS or who.marks & m.BEFORE_NUMBER)
            and len(who.text) > _SHORTEST_NAME
        )
        or (item.marks & m.WOULD and who.small & (small.IT | small.THAT | small.DEFINITE))
        for who, item in pairwise(before)
    ) or bool(before and before[0].marks & m.ADDRESSED)


def _takes_place_of_other(p: CorrectedAt, behind: Sequence[Item]) -> bool:
    """Whether another number than the score is put right: "it says 4 but it should be 3", "should be 3 not 4"."""
    if not p.replaces:
        return False
    earlier = p.found[:-1]
    told = len(earlier) == 1 and not _led(p.items, earlier[0]) & _CORRECTS and earlier[0].standing == OPEN_END
    replaced = [
        item.values
        for of, item in pairwise(behind)
        if item.kind == NUMBER and of.marks & (m.NOT | m.INSTEAD | m.BEFORE_TIME)
    ]
    replaced += [earlier[0].values] if told else []
    return any(not set(values) & set(p.replaces) for values in replaced if values)


def _is_told_of(p: CorrectedAt, behind: Sequence[Item]) -> bool:
    """Whether what follows belongs to the number: "change to 5 users", "I meant 4 High Street", "actually 10 works
    better", "rather 4 than 5 lines", "make it a 10 with free parking"."""
    if not behind or behind[0].kind != WORD:
        return False
    several = p.last.standing in (OPEN_END, OPEN_START) and behind[0].is_one is False
    place = any(item.marks & m.BEFORE_NUMBER and not item.marks & m.LABEL for item in behind[:2])
    another = len(behind) > 2 and behind[1].kind == NUMBER
    counts = (
        _led(p.items, p.last) & m.CHANGE
        and not _has_article(p)
        and (not behind[0].marks or behind[0].marks & m.COMPLAINT)
    )  # pl "zmień na 5 użytkowników", "actually 3 broken"
    added = len(behind) > 1 and behind[0].small & (small.WITH | small.WITHOUT)
    return (
        several
        or place
        or another
        or bool(counts or added or behind[0].marks & (m.SINGULAR | m.WOULD | m.COMPARED))
    )


def _said_beside(p: CorrectedAt) -> str | None:
    """The reason: what stands beside the number and is no word of correction."""
    for earlier in p.found[:-1]:
        p.items[earlier.index].shape = ECHO  # what is corrected is no reason
    place = next(i for i, item in enumerate(p.items) if i == p.last.index or item.marks & _CORRECTS)
    while place and not ends_clause(p.items, place - 1):
        place -= 1
    return reason_beside(p.items, p.last, p.text, place)


def _led(items: Sequence[Item], candidate: NumberRead) -> int:
    """The marks of the words that lead to a number without a break."""
    marks = 0
    for item in reversed(items[: candidate.index]):
        if item.kind == WORD and not item.marks & _LEADS:
            break
        if item.kind == NUMBER or item.text in ".!?\n":
            if not marks and item.kind == NUMBER:
                break
            return marks | _alone_before(items, item)
        marks |= item.marks if item.kind == WORD else 0
    return marks


def _alone_before(items: Sequence[Item], end: Item) -> int:
    """The marks of a sentence that holds nothing but a correction: "Sorry. 9"."""
    place = next(index for index, item in enumerate(items) if item is end)
    words = [item for item in items[:place] if item.kind == WORD]
    only = all(item.marks & (_CORRECTS | m.FILL) for item in words)
    return words[-1].marks & _CORRECTS if words and only else 0


def correcting(items: Sequence[Item], found: Sequence[NumberRead]) -> int | None:
    """The number of a message that is nothing but a number, or explicitly a correction."""
    one = len(found) == 1 and len(found[0].values) == 1
    if one and items[0].marks & m.NOT and items[0].marks & m.CORRECTION:  # "nee 9"
        found = [replace(found[0], standing=SURE)]
    sure = {c.values[0] for c in found if c.standing == SURE}
    if len(sure) != 1 or any(c.standing in (OPEN_END, OPEN_START) for c in found):
        return None
    explicit = any(item.kind == WORD and item.marks & m.CORRECTION for item in items)
    # "sorry, 9, not 7": the other number is the one that is taken back
    if any(c.standing == DOUBTFUL and not (explicit and c.values == ()) for c in found):
        return None
    return sure.pop() if _says_no_more(items, _EXPLICIT if explicit else _BARE) else None


def _says_no_more(items: Sequence[Item], allowed: int) -> bool:
    for item in items:
        if item.kind == WORD and not item.marks & allowed:
            return False
        if item.kind == NUMBER and item.shape in (ASIDE, PERCENT_SHAPE):
            return False
    return True
