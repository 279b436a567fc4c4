"""Praise and complaint beside a number, and answers without one.

Only strong contradictions are asked about: a score at the bottom with nothing but praise ("1, helemaal top!"), or one
at the top with nothing but abuse ("10 absolutely terrible"). They come from people who read the scale upside down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.reading import marks as m
from bot.reading.bounds import Bounds
from bot.reading.items import SEPARATOR, Item, scaled
from bot.reading.language import Language
from bot.reading.text import EMOJI, NUMBER, WORD

_GLAD: Final = frozenset("😀😃😄😁😊🙂😍🥰😘🤩👍👏🙌💪❤💚💙🧡💛💜🖤🎉🔥💯😎🤗🥳👌☺♥⭐🌟✨😇")
_CROSS: Final = frozenset("😡😠🤬👎😤😞😢😭☹🙁😒🤮💩😖😣😩😫🖕💔😕😟")
_FIRST: Final = frozenset(("1", "one", "een", "eins", "un", "uno", "um", "jeden", "bir"))
_REACH: Final = 3
_LOWEST: Final = 0.2
_HIGHEST: Final = 0.8
_LONGEST_VERBAL: Final = 6


@dataclass(slots=True)
class Mood:
    """What the words and pictures beside a score say."""

    glad: bool = False
    cross: bool = False
    complains: bool = False
    harsh: bool = False
    hedged: bool = False
    denies: bool = False
    waits: bool = False
    pictures: str = ""
    faults: list[str] = field(default_factory=list)  # the words of what went wrong


def mood_of(items: Sequence[Item]) -> Mood:
    """What is heard beside a number."""
    mood = Mood()
    denied = 0
    ranked = False
    for item in items:
        if item.kind == NUMBER and ranked and item.text in _FIRST:
            mood.glad = True  # "you're number 1"
        ranked = bool(item.kind == WORD and item.marks & m.RANK) or item.text == "#"
        if item.kind == EMOJI:
            mood.pictures += item.text
        elif item.kind == SEPARATOR:
            denied = 0
        elif item.kind == WORD:
            _hear(mood, item.marks, denied=denied > 0)
            if item.marks & (m.COMPLAINT | m.NOT) == m.COMPLAINT and denied <= 0:
                mood.faults.append(item.text)
            denied = _REACH if item.marks & m.NOT else max(0, denied - 1)
    return mood


def _hear(mood: Mood, marks: int, *, denied: bool) -> None:
    mood.denies = mood.denies or bool(marks & m.NOT)
    if marks & m.PRAISE:
        if not denied or marks & m.NOT:
            mood.glad = True
        elif not marks & m.NOT:
            mood.cross = True
    if marks & m.COMPLAINT and denied:
        mood.denies = False  # "no problems"
    if marks & m.COMPLAINT and not denied:
        mood.cross = mood.complains = True
        mood.harsh = mood.harsh or bool(marks & m.HARSH)
    mood.hedged = mood.hedged or bool(marks & (m.BUT | m.IF))
    mood.waits = mood.waits or bool(marks & m.WAITING)


def may_contradict(value: int, scale: Bounds) -> bool:
    """Whether a score is low or high enough that the words beside it may say its very opposite."""
    return not _LOWEST < scale.share(value) < _HIGHEST


def contradicts(value: int, mood: Mood, scale: Bounds) -> bool:
    """Whether the words beside a very low or very high score say its very opposite."""
    share = scale.share(value)
    glad = mood.glad or not _GLAD.isdisjoint(mood.pictures)
    harsh = mood.harsh or not _CROSS.isdisjoint(mood.pictures)
    if share <= _LOWEST:
        return glad and not mood.cross and not harsh and not mood.hedged
    return harsh and not glad and not mood.hedged


def verbal_answer(
    items: Sequence[Item], phrase: str, language: Language, scale: Bounds
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


def offered(values: Sequence[int], scale: Bounds) -> tuple[int, ...]:
    """Numbers that a language file gives for 0 to 10, on this scale: its ends stay ends, others are left out."""
    if (scale.low, scale.high) == (0, 10):
        return tuple(values)
    ends = {0: scale.low, 10: scale.high}
    return tuple(ends[value] for value in values if value in ends)
