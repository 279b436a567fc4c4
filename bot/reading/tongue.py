"""The language that a reply is in, which is not always the one that its writer was asked in.

A word speaks for a language where that language's file names it and the other one's does not. A reply is in another
language where most of its words are known to that one only, and hardly any to the contact's own alone; so mixed replies
stay with the contact's language. A single strange word decides only where it is a number in another language, the
same one in every language that has it, and no word of English, which everybody mixes in.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.reading import marks as m
from bot.reading.language import Language
from bot.reading.text import WORD, Token

_FEWEST: Final = 2
_OUTWEIGHS: Final = 3  # words of the other language for each of the contact's
_MIXED_IN: Final = "en"
_SHORTEST_NUMBER: Final = 3  # letters; tr "on" is ten, and a word of many languages


def tongue_of(tokens: Iterable[Token], asked: Language, languages: Mapping[str, Language]) -> Language:
    """The language that a reply to somebody who was asked in `asked` is to be read in."""
    words = [token.text for token in tokens if token.kind == WORD]
    if asked.own_words.issuperset(words):
        return asked
    strange = [word for word in words if word not in asked.own_words]
    if len(strange) == 1:
        one = _of_number(strange[0], asked, languages)
        # "neun, alles super" is Dutch but for its number
        return one if one.own_words.issuperset(words) else asked
    if len(strange) * 2 < len(words):
        return asked
    return _of_words(words, strange, asked, languages)


def _of_number(word: str, asked: Language, languages: Mapping[str, Language]) -> Language:
    """The language of which a strange word is a number; the contact's own where it may be something else."""
    borrowed = asked.words.get(word)
    if len(word) < _SHORTEST_NUMBER or (borrowed is not None and borrowed.value is not None):
        return asked
    knowing = [one for one in languages.values() if word in one.own_words]
    counting = [one for one in knowing if word in one.typo_numbers]
    if len({one.typo_numbers[word] for one in counting}) != 1:
        return asked
    elsewhere = [one for one in knowing if one not in counting]
    homograph = any(one.words[word].marks & m.HOMOGRAPH for one in counting)
    doubted = elsewhere if homograph else [one for one in elsewhere if one.code == _MIXED_IN]
    return asked if doubted else counting[0]


def _of_words(
    words: Sequence[str], strange: Sequence[str], asked: Language, languages: Mapping[str, Language]
) -> Language:
    best, most = asked, (0, 0)
    for one in languages.values():
        if one is asked:
            continue
        theirs = sum(word in one.own_words for word in strange)
        ours = sum(word in asked.own_words and word not in one.own_words for word in words)
        if theirs < _FEWEST or theirs <= _OUTWEIGHS * ours or theirs * 2 < len(words):
            continue
        speaks = theirs - _OUTWEIGHS * ours, sum(word in one.own_words for word in words)
        if speaks > most:
            best, most = one, speaks
    return best
