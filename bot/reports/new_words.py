"""Words that set reasons apart: new since the wave before, whether a list of themes has them or not, or said by
detractors far more than by promoters and in no list. Only what at least five people said is told, and no names.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection, func, or_, select

from bot.campaigns.waves import Wave
from bot.config.settings import Settings
from bot.reports.scope import Chosen, in_waves, kind_of
from bot.reports.themes.matches import HAS_REASON, ListsInForce
from bot.reports.values import NewWord, WordsApart
from bot.store.schema import account, contact, conversation
from scoring import NPS_SCALE, TellingWord, Vocabulary, telling_words, words_of

MOST_READ: Final = 1000
"""Of each wave the newest reasons that are read: a few milliseconds, however many there are."""
MOST_WORDS: Final = 3
_CANDIDATES: Final = 12  # of which those are told that are no name
_AS_A_NAME: Final = 0.5  # of the uses of a word: written so, it is taken for one


@dataclass(slots=True)
class _Said:
    """By how many of so many people each word was used."""

    people: int = 0
    words: Counter[str] = field(default_factory=Counter)

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.people, self.words)


@dataclass(slots=True)
class _Heard:
    """What everybody said, and of them detractors and promoters; how often a word was written as a name."""

    all: _Said = field(default_factory=_Said)
    detractors: _Said = field(default_factory=_Said)
    promoters: _Said = field(default_factory=_Said)
    as_a_name: Counter[str] = field(default_factory=Counter)

    def take(self, score: int, reason: str) -> None:
        words = words_of(reason)
        box = self.detractors if score <= NPS_SCALE.low_to else None
        box = self.promoters if score >= NPS_SCALE.high_from else box
        for said in (self.all, box):
            if said is not None:
                said.people += 1
                said.words.update({word for word, _ in words})
        self.as_a_name.update({word for word, named in words if named})


def new_words(
    connection: Connection, settings: Settings, chosen: Chosen, before: Wave | None, lists: ListsInForce
) -> WordsApart:
    """The words of a wave of an NPS that set it apart from the wave before, and its detractors from its promoters."""
    heard = _heard(connection, chosen, lists)
    since: tuple[NewWord, ...] = ()
    if before is not None and kind_of(before) == "nps":
        then = _heard(connection, replace(chosen, waves=(before,)), lists)
        if then.all.people:
            apart = telling_words(heard.all.vocabulary, then.all.vocabulary)
            since = _told(connection, settings, heard, apart)
    apart = telling_words(heard.detractors.vocabulary, heard.promoters.vocabulary)
    known = {one.word for one in since}
    lacked = [
        one
        for one in apart
        if one.word not in known and not any(each.find(one.word) for each in lists.by_language.values())
    ]
    low = _told(connection, settings, heard, lacked)
    return WordsApart(None if before is None else before.number, since, low)


def _heard(connection: Connection, chosen: Chosen, lists: ListsInForce) -> _Heard:
    newest = (
        select(conversation.c.score, conversation.c.reason, conversation.c.language)
        .select_from(chosen.known.people)
        .where(*in_waves(chosen), *HAS_REASON)
        .order_by(conversation.c.id.desc())
        .limit(MOST_READ)
    )
    heard = _Heard()
    for row in connection.execute(newest):
        if lists.of(row.language) is not None:
            heard.take(row.score, row.reason)
    return heard


def _told(
    connection: Connection,
    settings: Settings,
    heard: _Heard,
    found: Iterable[TellingWord],
) -> tuple[NewWord, ...]:
    words = [one for one in found if heard.as_a_name[one.word] < _AS_A_NAME * heard.all.words[one.word]][
        :_CANDIDATES
    ]
    names = _names_among(connection, settings, {one.word for one in words})
    return tuple(
        NewWord(one.word, heard.all.words[one.word], heard.detractors.words[one.word])
        for one in words
        if one.word not in names
    )[:MOST_WORDS]


def _names_among(connection: Connection, settings: Settings, words: set[str]) -> set[str]:
    """Those of the words that are part of the name of a contact, an account or a colleague."""
    if not words:
        return set()
    names = [*_with_one(connection, contact.c.name, words), *_with_one(connection, account.c.name, words)]
    known = {
        word for name in (*names, *settings.account_managers, settings.company) for word, _ in words_of(name)
    }
    return words & known


def _with_one(connection: Connection, name: Any, words: set[str]) -> Iterator[str]:
    holds = or_(*(func.lower(name).contains(word, autoescape=True) for word in sorted(words)))
    yield from connection.scalars(select(name).where(holds))
