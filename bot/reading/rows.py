"""Rows of words that stand near each other in any order, for wishes that every language orders in its own way.

A row of a language file names what must all be met, each by a word of its own:

    <halt> <message>        a word of each class; "stop" and "for good" may stand anywhere between them
    no|not <send> me        one of these words
    <no> <send> -<goods>    a sign before it: no word of these may stand in the same part of the sentence

A part of a sentence ends at punctuation and at words like "because", "but" and "and". The words of a row stand at most
`REACH` words from its first one, and what must not stand there is looked for twice as far. The work is bounded by the
number of words times the number of rows that begin with such a word.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.reading.phrases import PhraseError, fits, words_meant

REACH: Final = 8


@dataclass(frozen=True, slots=True)
class WordRow:
    """What must be met in one part of a sentence, and what must not stand there."""

    parts: tuple[frozenset[str], ...]
    without: frozenset[str]

    def stands_in(self, words: Sequence[str], anchor: int) -> bool:
        """Whether the row is met around the word at `anchor`, which fits its first part."""
        first = max(0, anchor - REACH)
        near = words[first : anchor + REACH + 1]
        taken = {anchor - first}
        for part in self.parts[1:]:
            place = next((i for i, word in enumerate(near) if i not in taken and fits(word, part)), None)
            if place is None:
                return False
            taken.add(place)
        return self.without.isdisjoint(words[max(0, anchor - 2 * REACH) : anchor + 2 * REACH + 1])


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows by the words that their first part may be."""

    by_first_word: Mapping[str, tuple[WordRow, ...]]

    def stand_in(self, words: Sequence[str]) -> bool:
        """Whether any row is met in the words of one part of a sentence."""
        table = self.by_first_word
        return not table.keys().isdisjoint(words) and any(
            row.stands_in(words, index) for index, word in enumerate(words) for row in table.get(word, ())
        )

    def joined(self, other: "Rows") -> "Rows":
        """These rows and another language's."""
        table = dict(self.by_first_word)
        for word, rows in other.by_first_word.items():
            table[word] = table.get(word, ()) + rows
        return Rows(table)


def compile_rows(sources: Iterable[str], classes: Mapping[str, frozenset[str]]) -> Rows:
    """The rows of one list of a language file; PhraseError names the one that is wrong."""
    table: dict[str, list[WordRow]] = {}
    for source in sources:
        parts: list[frozenset[str]] = []
        without: set[str] = set()
        for part in source.split():
            words = words_meant(part.removeprefix("-"), source, classes)
            if part.startswith("-"):
                without |= words
            else:
                parts.append(words)
        if len(parts) < 2:
            raise PhraseError(f'the row "{source}" needs at least two parts; write one word as a phrase')
        row = WordRow(tuple(parts), frozenset(without))
        for word in parts[0]:
            table.setdefault(word, []).append(row)
    return Rows({word: tuple(rows) for word, rows in table.items()})
