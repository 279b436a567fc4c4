"""The numbers of a reply, and which of them is the answer."""

from dataclasses import dataclass

from bot.reading.asides import counts_beside, without_asides
from bot.reading.bounds import Bounds
from bot.reading.items import PLAIN, Item, items_of
from bot.reading.language import Language
from bot.reading.numbers import numbers_in
from bot.reading.reason import without_signature
from bot.reading.score import NumberRead, candidates
from bot.reading.settled import settled
from bot.reading.spelling import respelled
from bot.reading.standing import DOUBTFUL, OPEN_END, OPEN_START, SURE
from bot.reading.text import NUMBER, Token


@dataclass(frozen=True, slots=True)
class NumbersSaid:
    """The numbers of a reply and how they stand."""

    items: list[Item]
    found: list[NumberRead]
    sure: NumberRead | None  # the only sure value, with nothing that contradicts it


def numbers_said(tokens: list[Token], text: str, language: Language, scale: Bounds) -> NumbersSaid:
    """The numbers of a reply, each with its standing."""
    items = numbers_in(without_signature(items_of(tokens, text, language)), language, scale)
    found = settled(items, without_asides(items, candidates(items, scale), scale), scale)
    return NumbersSaid(items, found, _sure(items, found, scale))


def without_typing_errors(
    numbers: NumbersSaid, tokens: list[Token], text: str, language: Language, scale: Bounds
) -> NumbersSaid:
    """The numbers once more without typing errors beside them, where that makes one of them sure."""
    if numbers.sure is not None or not _may_be_misspelt(numbers):
        return numbers
    mended = respelled(tokens, language)
    if mended is None:
        return numbers
    again = numbers_said(mended, text, language, scale)
    return numbers if again.sure is None else again


def _may_be_misspelt(numbers: NumbersSaid) -> bool:
    """Whether words that nobody knows may keep a number from being the answer; a half or a range stays what it is."""
    if not numbers.found:
        return bool(numbers.items) and numbers.items[0].kind == NUMBER
    return all(numbers.items[c.index].shape == PLAIN for c in numbers.found)


def _listed(items: list[Item], other: NumberRead, sure: NumberRead) -> bool:
    """Whether both numbers are those of a list: "a) 6 b) 9"."""
    return all(c.index and items[c.index - 1].text == ")" for c in (other, sure))


def _sure(items: list[Item], found: list[NumberRead], scale: Bounds) -> NumberRead | None:
    """The candidate that is the answer: sure, and nothing else in the reply competes with it."""
    sure = [c for c in found if c.standing == SURE]
    if not sure or len({c.values for c in sure}) != 1:
        return None
    for other in found:
        if other.standing == DOUBTFUL and not other.is_percent:
            return None
        # "2 on time, 3 late": two numbers that open their parts alike are counts
        alike = sure[0].index == 0 < sure[0].clause[1] - 1 and other.index == other.clause[0]
        opens = other.standing == OPEN_START and (
            other.clause[0] == 0 or alike or _listed(items, other, sure[0])
        )
        if opens and counts_beside(items, other, sure[-1]):
            continue
        competes = other.standing == OPEN_END or opens
        if competes and other.values != sure[0].values and any(value in scale for value in other.values):
            return None
    return sure[0]
