"""What people wish for themselves instead of answering: to be asked later, elsewhere, more rarely, or as usual again.

A wish is the whole message: each clause of it says one, and nothing beside it but the words that people put around
one (`around`). So a reason that tells of waiting "over a week" is none, and a score anywhere wins, since who gives one
is read before this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bot.reading import language_keys as keys
from bot.reading.phrases import ANY_NUMBER, PhraseTable, compile_phrases

MOST_DAYS: Final = 365
_LONGEST: Final = 16  # words


NextOf = Literal["month", "quarter", "year"]
_MONTHS: Final[Mapping[NextOf, int]] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Later:
    """Not now; in so many days, or as the next month, quarter or year begins; neither where no time is named."""

    days: int | None = None
    next: NextOf | None = None


@dataclass(frozen=True, slots=True)
class Rarely:
    """At most once in so many days."""

    days: int


@dataclass(frozen=True, slots=True)
class Rather:
    """On this channel."""

    channel: str


@dataclass(frozen=True, slots=True)
class AsUsual:
    """What was wished before does not hold any more."""


OwnWish = Later | Rarely | Rather | AsUsual


def name_of(own: OwnWish) -> str:
    """What a wish is about, in a word."""
    match own:
        case Later():
            return "later"
        case Rarely():
            return "rarely"
        case Rather():
            return "channel"
        case AsUsual():
            return "as_usual"


@dataclass(frozen=True, slots=True)
class WishWords:
    """The words of one language for it."""

    later: PhraseTable
    after: tuple[tuple[int, PhraseTable], ...]  # in so many days, times the number that stands there
    next: tuple[tuple[NextOf, PhraseTable], ...]
    rarely: tuple[tuple[int, PhraseTable], ...]
    rather: PhraseTable
    rather_not: frozenset[str]  # beside a channel they wish the contrary
    channels: Mapping[str, str]
    as_usual: PhraseTable
    around: frozenset[str]
    begins: frozenset[str]  # the words that a phrase of any of these kinds begins with
    words: frozenset[str]  # those of all phrases, and what is put around them

    def joined(self, other: "WishWords") -> "WishWords":
        """These words and another language's."""
        return WishWords(
            self.later.joined(other.later),
            self.after + other.after,
            self.next + other.next,
            self.rarely + other.rarely,
            self.rather.joined(other.rather),
            self.rather_not | other.rather_not,
            {**other.channels, **self.channels},
            self.as_usual.joined(other.as_usual),
            self.around | other.around,
            self.begins | other.begins,
            self.words | other.words,
        )


_PARTS: Final = frozenset(
    {"later", "after", "next", "rarely", "rather", "rather_not", "channels", "as_usual", "around"}
)


def wish_words(value: object, courtesy: frozenset[str]) -> WishWords:
    """The key `own_wishes` of a language file; LanguageError or PhraseError names what is wrong."""
    part = keys.mapping(value, "own_wishes")
    keys.known(part, _PARTS, "own_wishes")
    channels = {
        spelling: channel
        for channel, texts in keys.mapping(part.get("channels"), "own_wishes.channels").items()
        for text in keys.texts(texts, f"own_wishes.channels.{channel}")
        for spelling in keys.spelled(text)
    }
    classes = {"channel": frozenset(channels)}

    def phrases(value: object, key: str) -> PhraseTable:
        return compile_phrases(keys.texts(value, f"own_wishes.{key}"), classes, courtesy)

    def by_days(key: str) -> tuple[tuple[int, PhraseTable], ...]:
        of_days = keys.numbered(part.get(key), f"own_wishes.{key}")
        return tuple((days, phrases(texts, f"{key}.{days}")) for days, texts in of_days.items())

    begins = keys.mapping(part.get("next"), "own_wishes.next")
    keys.known(begins, frozenset(_MONTHS), "own_wishes.next")
    later, rather = phrases(part.get("later"), "later"), phrases(part.get("rather"), "rather")
    after, rarely = by_days("after"), by_days("rarely")
    of_next = tuple((one, phrases(begins.get(one), f"next.{one}")) for one in _MONTHS)
    as_usual = phrases(part.get("as_usual"), "as_usual")
    tables = (later, rather, as_usual, *(table for _, table in (*after, *of_next, *rarely)))
    around = keys.words(part, "around") | courtesy
    return WishWords(
        later,
        after,
        of_next,
        rarely,
        rather,
        keys.words(part, "rather_not"),
        channels,
        as_usual,
        around,
        frozenset().union(*(table.by_first_word for table in tables)),
        around.union(*(table.words() for table in tables)),
    )


def own_wish_in(clauses: Sequence[Sequence[str]], known: WishWords) -> OwnWish | None:
    """The wish that the clauses of a whole message say; None where they say none, two that differ, or anything else."""
    if sum(map(len, clauses)) > _LONGEST:
        return None
    found: OwnWish | None = None
    for clause in clauses:
        wish = _wish_of(clause, known)
        if wish is None and known.around.issuperset(clause):
            continue
        if wish is None:
            return None
        if found is None or (found == Later() and isinstance(wish, Later)):
            found = wish
        elif wish not in (found, Later()) or not isinstance(found, Later):
            return None
    return found


def on_a_day(own: OwnWish, today: date) -> OwnWish:
    """The wish with so many days from today where it names the next month, quarter or year: until that begins."""
    if not isinstance(own, Later) or own.next is None:
        return own
    months = _MONTHS[own.next]
    ahead = today.year * 12 + (today.month - 1) // months * months + months
    return Later((date(ahead // 12, ahead % 12 + 1, 1) - today).days)


def _wish_of(words: Sequence[str], known: WishWords) -> OwnWish | None:
    if not _may_begin(words, known):
        return None
    others = sum(word not in known.words and not word.isdecimal() for word in words)
    for days, table in known.after:
        if (said := _alone(words, others, table, known)) is not None:
            return _in_bounds(Later(days * _number_in(said)))
    for stretch, table in known.next:
        if _alone(words, others, table, known) is not None:
            return Later(next=stretch)
    for days, table in known.rarely:
        if _alone(words, others, table, known) is not None:
            return _in_bounds(Rarely(days))
    if (
        known.rather_not.isdisjoint(words)
        and (said := _alone(words, others, known.rather, known)) is not None
    ):
        return next((Rather(known.channels[word]) for word in said if word in known.channels), None)
    if _alone(words, others, known.as_usual, known) is not None:
        return AsUsual()
    return Later() if _alone(words, others, known.later, known) is not None else None


def _may_begin(words: Sequence[str], known: WishWords) -> bool:
    """Whether a wish begins behind no more than what is put around it. Nearly no reason does, and this is seen at its
    first words, where the tables of nine languages take longer than all else that is read of it."""
    for word in words:
        if word in known.begins or (word.isdecimal() and ANY_NUMBER in known.begins):
            return True
        if word not in known.around:
            return False
    return False


def _alone(words: Sequence[str], others: int, table: PhraseTable, known: WishWords) -> Sequence[str] | None:
    """The words of a phrase that stands in a clause with nothing but what is put around it. So many `others` of the
    clause are none of these, and only fit a gap of a phrase: "I like how easy it is" begins as a wish does."""
    found = table.find(words) if others <= table.most_in_gaps else None
    if found is None:
        return None
    start, end = found
    return words[start:end] if all(word in known.around for word in (*words[:start], *words[end:])) else None


def _number_in(words: Sequence[str]) -> int:
    return next((int(word[:4]) for word in words if word.isdecimal()), 1)


def _in_bounds(wish: Later | Rarely) -> Later | Rarely | None:
    return wish if wish.days is not None and 1 <= wish.days <= MOST_DAYS else None
