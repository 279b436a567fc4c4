"""Phrases of a language file and how they are found in a reply.

A phrase is a row of words with six signs a contributor needs to know:

    stop|quit          one of these words
    !text|texts        any word but these
    <message>          one word of that class (the file's `classes`)
    <me>?   <det>*     may be absent; may be repeated (up to four words)
    ...                up to three words of any kind
    <number>           a number in digits
    ^ at the start, $ at the end: the clause must start or end there (courtesy words after it do not count)

Matching follows all readings of a phrase at once and never goes back. A phrase covers a bounded number of words, so
the work is at most the number of words times the number of phrases that begin with such a word.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from bot.reading.text import fold

MOST_REPEATED: Final = 4
WIDEST_GAP: Final = 3
ANY_NUMBER: Final = "#"


class PhraseError(ValueError):
    """A phrase of a language file that cannot be used; the message names the phrase and the reason."""


@dataclass(frozen=True, slots=True)
class PhraseStep:
    words: frozenset[str]
    least: int
    most: int
    others: bool = False  # any word but these

    def fits(self, word: str) -> bool:
        """Whether a word may stand here."""
        return fits(word, self.words) is not self.others


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled phrase: its steps, and whether it must start or end its clause."""

    source: str
    steps: tuple[PhraseStep | None, ...]  # None is a gap
    at_start: bool
    at_end: bool
    second: frozenset[str] | None  # what the word after the first must be; None: anything, or nothing

    def end_in(self, words: Sequence[str], start: int, courtesy: frozenset[str]) -> int | None:
        """The index after the phrase if it stands in `words` at `start`, whose word fits the first step."""
        places = {start + 1}
        gap = 0
        for step in self.steps[1:]:
            if step is None:
                gap = WIDEST_GAP
                continue
            places = _after(step, places, words, gap)
            gap = 0
            if not places:
                return None
        if not self.at_end:
            return max(places)
        for place in sorted(places, reverse=True):
            rest = place
            while rest < len(words) and words[rest] in courtesy:
                rest += 1
            if rest == len(words):
                return place
        return None


def _after(step: PhraseStep, places: set[int], words: Sequence[str], gap: int) -> set[int]:
    """Where a phrase may go on after a step, from every place where it may begin."""
    if not gap and step.most == 1 == step.least:
        return {place + 1 for place in places if place < len(words) and step.fits(words[place])}
    found: set[int] = set()
    for place in places:
        for begin in range(place, min(place + gap, len(words)) + 1):
            end = begin
            while end - begin < step.most and end < len(words) and step.fits(words[end]):
                end += 1
            found.update(range(begin + step.least, end + 1))
    return found


def fits(word: str, words: frozenset[str]) -> bool:
    """Whether a word is one of those that a step names; any number in digits fits `ANY_NUMBER`."""
    return word in words or (ANY_NUMBER in words and word.isdecimal())


@dataclass(frozen=True, slots=True)
class PhraseTable:
    """Phrases by the word they begin with."""

    by_first_word: Mapping[str, tuple[Phrase, ...]]
    courtesy: frozenset[str]
    most_in_gaps: int  # words of any kind that one of the phrases can hold

    def find(self, words: Sequence[str]) -> tuple[int, int] | None:
        """Start and end of the first phrase found in the words of one clause."""
        table = self.by_first_word
        numbers = table.get(ANY_NUMBER)
        if numbers is None and table.keys().isdisjoint(words):
            return None
        count = len(words)
        for start, word in enumerate(words):
            phrases = table.get(word)
            if phrases is None:
                if numbers is None or not word.isdecimal():
                    continue
                phrases = numbers
            following = words[start + 1] if start + 1 < count else ""
            for phrase in phrases:
                second = phrase.second
                if (second is not None and following not in second) or (start and phrase.at_start):
                    continue
                end = phrase.end_in(words, start, self.courtesy)
                if end is not None:
                    return start, end
        return None

    def words(self) -> frozenset[str]:
        """Every word that stands in one of the phrases."""
        phrases = {phrase for of_word in self.by_first_word.values() for phrase in of_word}
        steps = {step.words for phrase in phrases for step in phrase.steps if step and not step.others}
        return frozenset().union(*steps) - {ANY_NUMBER}

    def joined(self, other: "PhraseTable") -> "PhraseTable":
        """These phrases and another language's."""
        table = dict(self.by_first_word)
        for word, phrases in other.by_first_word.items():
            table[word] = table.get(word, ()) + phrases
        most = max(self.most_in_gaps, other.most_in_gaps)
        return PhraseTable(table, self.courtesy | other.courtesy, most)

    def once(self) -> "PhraseTable":
        """The same, each phrase only once: languages that borrow from the same one bring it along."""
        table = {word: tuple(dict.fromkeys(phrases)) for word, phrases in self.by_first_word.items()}
        return PhraseTable(table, self.courtesy, self.most_in_gaps)


def compile_phrases(
    sources: Iterable[str], classes: Mapping[str, frozenset[str]], courtesy: frozenset[str]
) -> PhraseTable:
    """The phrases of one list of a language file; PhraseError names the one that is wrong."""
    table: dict[str, list[Phrase]] = {}
    for source in sources:
        phrase = _compile(source, classes)
        first = phrase.steps[0]
        if first is None or first.least == 0:
            raise PhraseError(f'the phrase "{source}" must begin with a word that cannot be absent')
        if first.others:
            raise PhraseError(f'the phrase "{source}" must begin with a word that it names')
        for word in first.words:
            table.setdefault(word, []).append(phrase)
    gaps = max((phrase.steps.count(None) for phrases in table.values() for phrase in phrases), default=0)
    found = {word: tuple(phrases) for word, phrases in table.items()}
    return PhraseTable(found, courtesy, gaps * WIDEST_GAP)


def _compile(source: str, classes: Mapping[str, frozenset[str]]) -> Phrase:
    parts = source.split()
    at_start = bool(parts) and parts[0] == "^"
    at_end = bool(parts) and parts[-1] == "$"
    steps: list[PhraseStep | None] = []
    for part in parts[at_start : len(parts) - at_end]:
        if part == "...":
            steps.append(None)
            continue
        least, most = 1, 1
        if part[-1] in "?*":
            least, most = 0, 1 if part[-1] == "?" else MOST_REPEATED
            part = part[:-1]
        words = words_meant(part.removeprefix("!"), source, classes)
        steps.append(PhraseStep(words, least, most, part.startswith("!")))
    # what may be absent at the beginning decides nothing, unless the clause must start with it
    while steps and not at_start and (first := steps[0]) is not None and first.least == 0:
        del steps[0]
    if not steps:
        raise PhraseError(f'the phrase "{source}" holds no word')
    return Phrase(source, tuple(steps), at_start, at_end, _second(steps))


def _second(steps: Sequence[PhraseStep | None]) -> frozenset[str] | None:
    """The words of which one must follow the first; None where anything, a number or nothing may follow."""
    words: set[str] = set()
    for step in steps[1:]:
        if step is None or step.others or ANY_NUMBER in step.words:
            return None
        words |= step.words
        if step.least:
            return _shared(frozenset(words))
    return None


def words_meant(part: str, source: str, classes: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The words that a step of a phrase or a part of a row stands for; PhraseError where a class is not there."""
    words: set[str] = set()
    for choice in part.split("|"):
        if choice == "<number>":
            words.add(ANY_NUMBER)
        elif choice.startswith("<") and choice.endswith(">"):
            if choice[1:-1] not in classes:
                raise PhraseError(f'"{source}" names the class {choice}, which is not under "classes"')
            words |= classes[choice[1:-1]]
        else:
            words |= spellings(choice)
    return _shared(frozenset(words))


@cache
def _shared(words: frozenset[str]) -> frozenset[str]:
    """The first set that was like this one. All languages together hold 12,000 sets of words, of which 5,000 differ:
    the others took 3 MB of an idle server."""
    return words


def spellings(word: str) -> frozenset[str]:
    """How a word may be typed: folded, and also without its apostrophe ("dont")."""
    if word.isascii() and word.isalpha():
        return frozenset((word.lower(),))
    folded = fold(word).strip("'")
    return frozenset({folded, folded.replace("'", "")} - {""})
