"""Praise and complaint beside a number, and answers without one.

Only strong contradictions are asked about: a score at the bottom with nothing but praise ("1, helemaal top!"), or one
at the top with nothing but abuse ("10 absolutely terrible"). They come from people who read the scale upside down.
"""

from collections.abc import Sequence
from typing import Final

from bot.reading import marks as m
from bot.reading.items import SEPARATOR, Item, Range, scaled
from bot.reading.language import Language
from bot.reading.text import EMOJI, NUMBER, WORD

_GLAD: Final = frozenset("😀😃😄😁😊🙂😍🥰😘🤩👍👏🙌💪❤💚💙🧡💛💜🖤🎉🔥💯😎🤗🥳👌☺♥⭐🌟✨😇")
_CROSS: Final = frozenset("😡😠🤬👎😤😞😢😭☹🙁😒🤮💩😖😣😩😫🖕💔😕😟")
_REACH: Final = 3
_LOWEST: Final = 0.2
_HIGHEST: Final = 0.8
_LONGEST_VERBAL: Final = 6


def contradicts(value: int, items: Sequence[Item], scale: Range) -> bool:
    """Whether the words beside a score say its very opposite."""
    share = (value - scale.low) / (scale.high - scale.low)
    if _LOWEST < share < _HIGHEST:
        return False
    glad = cross = harsh = hedged = False
    denied = 0
    for item in items:
        if item.kind == EMOJI:
            glad = glad or item.text in _GLAD
            harsh = harsh or item.text in _CROSS
        elif item.kind == SEPARATOR:
            denied = 0
        elif item.kind == WORD:
            marks = item.marks
            if marks & m.PRAISE and not denied and not marks & m.NOT:
                glad = True
            elif marks & m.PRAISE:
                cross = cross or not marks & m.NOT
                glad = glad or bool(marks & m.NOT)
            if marks & m.COMPLAINT and not denied:
                cross = True
                harsh = harsh or bool(marks & m.HARSH)
            hedged = hedged or bool(marks & (m.BUT | m.IF))
            denied = _REACH if marks & m.NOT else max(0, denied - 1)
    if share <= _LOWEST:
        return glad and not cross and not harsh and not hedged
    return harsh and not glad and not hedged


def verbal_answer(
    items: Sequence[Item], phrase: str, language: Language, scale: Range
) -> tuple[int, ...] | None:
    """The numbers to offer for an answer in words or pictures ("zeer waarschijnlijk", 👍); None if it is none.

    `phrase` is the whole message reduced to its words.
    """
    known = language.verbal.get(phrase)
    if known is not None:
        return offered(known, scale)
    first, _, rest = phrase.partition(" ")
    if first in language.verbal and rest in language.verbal:  # "yes definitely"
        return offered(language.verbal[rest], scale)
    words = [item for item in items if item.kind == WORD]
    if not words:
        stars = sum(item.text in "⭐★🌟" for item in items if item.kind == EMOJI)
        if stars:
            return scaled(stars, 5, scale) if stars <= 5 else ()
        if any(item.text == "💯" for item in items):
            return (scale.high,)
        return () if any(item.kind == EMOJI for item in items) else None
    if len(words) > _LONGEST_VERBAL or any(item.kind == NUMBER for item in items):
        return None
    judging = any(item.marks & (m.PRAISE | m.COMPLAINT) and not item.marks & m.NOT for item in words)
    harmless = (
        m.ARTICLE
        | m.FILL
        | m.GIVE
        | m.GREETING
        | m.THANKS
        | m.VERY
        | m.ASPECT
        | m.PRAISE
        | m.COMPLAINT
        | m.ADJECTIVE
        | m.NOT
    )
    return () if judging and all(item.marks & harmless for item in words) else None


def offered(values: Sequence[int], scale: Range) -> tuple[int, ...]:
    """Numbers that a language file gives for 0 to 10, on this scale: its ends stay ends, others are left out."""
    if (scale.low, scale.high) == (0, 10):
        return tuple(values)
    ends = {0: scale.low, 10: scale.high}
    return tuple(ends[value] for value in values if value in ends)
