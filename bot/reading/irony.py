"""Irony at the top of the scale, which hides the unhappiest customers: it is asked about.

"10 for losing my order", "a TEN, thanks for nothing", "10, great, waited only three weeks", and rolling eyes. What went
wrong and was put right is no irony ("10, my boiler was fixed the same day"), and below the very top a fault may be
forgiven ("9 delivery was late").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.bounds import Bounds
from bot.reading.items import SEPARATOR, Item
from bot.reading.language import Language
from bot.reading.mood import Mood, mood_of
from bot.reading.phrases import PhraseTable
from bot.reading.rules import Rule, first
from bot.reading.text import EMOJI, WORD
from bot.reading.wishes import WordsSaid

_IRONIC: Final = frozenset("🙄🙃🤡😒😑🤦🤷")
_APPLAUSE: Final = frozenset("👏😂🤣😏🫠💀🥴")  # also meant: beside a complaint only
_MOCKING: Final = frozenset("🙄🤡")  # nobody means a top score beside these
_UPSIDE_DOWN: Final = "🙃"  # nor, who says why, beside this one
_TOP: Final = 0.9
_FEWEST: Final = 2  # the number, and something beside it


@dataclass(frozen=True, slots=True)
class TopScore:
    """A score at the top of the scale, and what is said beside it."""

    is_highest: bool
    items: Sequence[Item]
    behind: Sequence[Item]  # the number
    words: WordsSaid
    language: Language
    mood: Mood

    def says(self, phrases: PhraseTable) -> bool:
        """Whether one of the phrases stands in a clause of the reply."""
        return any(phrases.find(clause) for clause in self.words.clauses)


def is_ironic(
    value: int, items: Sequence[Item], words: WordsSaid, mood: Mood, language: Language, scale: Bounds
) -> bool:
    """Whether a score at the top of the scale, with words or pictures beside it, may not be meant."""
    if len(items) < _FEWEST or scale.share(value) < _TOP:
        return False
    place = next((at for at, item in enumerate(items) if item.values == (value,)), len(items))
    score = TopScore(value == scale.high, items, items[place + 1 :], words, language, mood)
    return first(IRONIES, score) is True


def _mocked(p: TopScore) -> bool | None:
    return p.says(p.language.irony.mocking) or None


def _denied(p: TopScore) -> bool | None:
    """Nothing but a no stands behind it."""
    words = [item for item in p.behind if item.kind == WORD]
    if not words or p.behind[0].kind != SEPARATOR or any(item.text == "?" for item in p.behind):
        return None
    return all(item.marks & m.NOT for item in words) or None


def _put_right(p: TopScore) -> bool | None:
    return False if p.says(p.language.irony.put_right) and not _has_mocking_picture(p) else None


def _has_mocking_picture(p: TopScore) -> bool:
    return not (_IRONIC | _APPLAUSE).isdisjoint(p.mood.pictures)


def _given_for_wrong(p: TopScore) -> bool | None:
    """It is told to be for nothing but what went wrong. Below the very top, and without "for", it may be a fault that
    somebody still forgives: "9 delivery was late"."""
    told: list[Item] = []
    goes_on = len(p.behind) > 1 and p.behind[0].kind == SEPARATOR and p.behind[1].small & small.FOR
    for item in p.behind[1:] if goes_on else p.behind:  # "10! For the waiting"
        if item.kind in (SEPARATOR, EMOJI) or (
            item.marks & m.CONNECTOR and (told or not item.small & small.FOR)
        ):
            break
        told.append(item)
    if not told or not (p.is_highest or told[0].marks & m.BEFORE_TIME):
        return None
    mood = mood_of(told)
    if mood.glad or any(item.marks & m.NOT for item in told):
        return None
    waits = any(item.marks & m.WAITING and not item.marks & (m.UNIT | m.FILL) for item in told)
    return (
        mood.complains
        or (waits and told[0].marks & (m.STARTER | m.GIVE) == m.STARTER)
        or (waits and bool(told[0].small & small.FOR))
        or None
    )


def _hardship(p: TopScore) -> bool | None:
    """A time without something, but not without faults."""
    faultless = any(
        item.marks & m.COMPLAINT or item.marks & (m.WAITING | m.UNIT) == m.WAITING for item in p.items
    )
    return (p.says(p.language.irony.hardships) and not (faultless and p.mood.denies)) or None


def _waited_long(p: TopScore) -> bool | None:
    said, irony = p.words.words, p.language.irony
    waited = not (irony.waits.isdisjoint(said) or irony.long_times.isdisjoint(said) or p.mood.denies)
    return (waited and (p.is_highest or not p.mood.hedged)) or None


def _went_wrong_again(p: TopScore) -> bool | None:
    return (_went_wrong(p) and p.says(p.language.irony.repeats)) or None


def _is_of_what_went_wrong(p: TopScore) -> bool | None:
    return (p.is_highest and _went_wrong(p) and not p.mood.hedged) or None


def _went_wrong(p: TopScore) -> bool:
    irony = p.language.irony
    return any(word not in irony.waits and word not in irony.forgiven for word in p.mood.faults)


def _rolled_eyes(p: TopScore) -> bool | None:
    if not _MOCKING.isdisjoint(p.mood.pictures):
        return True
    explained = any(item.kind == WORD and not item.marks for item in p.items)
    return (_UPSIDE_DOWN in p.mood.pictures and explained) or None


def _wry_face(p: TopScore) -> bool | None:
    unhappy = p.mood.cross or p.mood.waits or p.mood.denies
    return (unhappy and not _IRONIC.isdisjoint(p.mood.pictures)) or None


def _slow_applause(p: TopScore) -> bool | None:
    unhappy = p.mood.cross or p.mood.waits or (p.mood.denies and not p.mood.glad)
    return (unhappy and not _APPLAUSE.isdisjoint(p.mood.pictures)) or None


IRONIES: Final[tuple[Rule[TopScore, bool], ...]] = (
    Rule("mocked", "10, thanks for nothing", _mocked),
    Rule("denied behind it", "10 (not)", _denied),
    Rule("put right", "10, my broken boiler was fixed the same day", _put_right),
    Rule("a hardship", "10, great, another week without heating", _hardship),
    Rule("given for what went wrong", "10 for losing my order", _given_for_wrong),
    Rule("a long wait", "10, great, waited only three weeks", _waited_long),
    Rule("wrong again", "9, well done for sending the wrong part a third time", _went_wrong_again),
    Rule("what went wrong, at the very top", "10, the wrong part came", _is_of_what_went_wrong),
    Rule("rolling eyes", "10 🙄", _rolled_eyes),
    Rule("a wry face beside a complaint", "9 delivery was late 😑", _wry_face),
    Rule("slow applause beside a complaint", "9 👏 the delivery was late", _slow_applause),
)
