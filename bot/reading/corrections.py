"""Changing a score in words: "sorry, 9", "ik bedoelde 4"."""

from collections.abc import Sequence
from dataclasses import replace

from bot.reading import marks as m
from bot.reading.items import ASIDE, PERCENT_SHAPE, Item
from bot.reading.score import Candidate
from bot.reading.standing import DOUBTFUL, OPEN_END, OPEN_START, SURE
from bot.reading.text import NUMBER, WORD


def correcting(items: Sequence[Item], found: Sequence[Candidate]) -> int | None:
    """The number of a message that is nothing but a number, or explicitly a correction."""
    taken_back = (
        len(found) == 1
        and len(found[0].values) == 1
        and items[0].marks & m.NOT
        and items[0].marks & m.CORRECTION
    )
    if taken_back:  # "nee 9"
        found = [replace(found[0], standing=SURE)]
    sure = {c.values[0] for c in found if c.standing == SURE}
    if len(sure) != 1 or any(c.standing in (OPEN_END, OPEN_START) for c in found):
        return None
    explicit = any(item.kind == WORD and item.marks & m.CORRECTION for item in items)
    # "sorry, 9, not 7": the other number is the one that is taken back
    if any(c.standing == DOUBTFUL and not (explicit and c.values == ()) for c in found):
        return None
    allowed = m.ARTICLE | m.LABEL | m.POINTS | m.ADJECTIVE | m.CORRECTION | m.THANKS | m.GREETING
    if explicit:
        allowed |= m.FILL | m.GIVE | m.NOT | m.AT_LEAST | m.CONNECTOR
    for item in items:
        if item.kind == WORD and not item.marks & allowed:
            return None
        if item.kind == NUMBER and item.shape in (ASIDE, PERCENT_SHAPE):
            return None
    return sure.pop()
