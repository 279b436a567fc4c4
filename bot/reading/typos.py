"""Typing errors: forgiven only when the whole message is one word near one known word."""

import re
from collections.abc import Sequence
from typing import Final

from bot.reading.language import Language

_SHORTEST: Final = 4
_SHORTEST_FOR_A_LETTER: Final = 5
_SHORTEST_FOR_TWO: Final = 8
_LONGEST: Final = 24
_STRETCHED: Final = re.compile(r"([a-z])\1\1+")


def number_meant(word: str, language: Language) -> int | None:
    """The number whose word this is a typing error of.

    Swapped letters, doubled ones and, after the first letter, a neighbour on the keyboard ("ocjo") are
    forgiven, and one letter too few or too many in longer words. Any other wrong letter is not: it makes other words
    ("nine", "nice"; "acht", "echt").
    """
    if word in language.typo_numbers:  # what was written is drawn out: "zerooo"
        return language.typo_numbers[word]
    if not _may_be_typo(word, language):
        return None
    near = {
        value
        for known, value in language.typo_numbers.items()
        if _is_near(word, known) or _is_mistyped(word, known) or _is_scrambled(word, known)
    }
    return near.pop() if len(near) == 1 else None


def stop_meant(word: str, language: Language) -> bool:
    """Whether this is a typing error of a word that ends everything; long words may have two errors."""
    if not _may_be_typo(word, language):
        return False
    return any(_is_near(word, known) or _two_apart(word, known) for known in language.typo_opt_outs)


def is_stretched(text: str) -> bool:
    """Whether a letter stands three times in a row: "stoooop"."""
    return _STRETCHED.search(text) is not None


def unstretched(word: str) -> tuple[str, ...]:
    """A drawn-out word as it may have been meant, with one letter and with two: "zerooo", "threeeee"."""
    if not is_stretched(word):
        return ()
    return _STRETCHED.sub(r"\1", word), _STRETCHED.sub(r"\1\1", word)


def _may_be_typo(word: str, language: Language) -> bool:
    return (
        _SHORTEST <= len(word) <= _LONGEST
        and word.isalpha()
        and word not in language.never_typos
        and word not in language.lexicon
    )


def _is_near(word: str, known: str) -> bool:
    if len(word) == len(known):
        differing = [index for index in range(len(word)) if word[index] != known[index]]
        return (
            len(differing) == 2
            and differing[1] == differing[0] + 1
            and word[differing[0]] == known[differing[1]]
            and word[differing[1]] == known[differing[0]]
        )
    if len(word) == len(known) + 1:
        return any(
            word[:index] + word[index + 1 :] == known
            and (len(known) >= _SHORTEST_FOR_A_LETTER or word[index] in word[max(0, index - 1) : index])
            for index in range(len(word))
        )
    if len(word) + 1 == len(known) and len(known) >= _SHORTEST_FOR_A_LETTER:
        return any(known[:index] + known[index + 1 :] == word for index in range(len(known)))
    return False


def _is_mistyped(word: str, known: str) -> bool:
    """Whether one letter, not the first, is its neighbour on the keyboard."""
    if len(word) != len(known):
        return False
    differing = [index for index in range(len(word)) if word[index] != known[index]]
    return len(differing) == 1 and differing[0] > 0 and word[differing[0]] in _NEIGHBOURS[known[differing[0]]]


def _is_scrambled(word: str, known: str) -> bool:
    """Whether all letters are there, the first one in its place: nl "zvene"."""
    same = len(word) == len(known) >= _SHORTEST_FOR_A_LETTER and word[0] == known[0]
    return same and sorted(word) == sorted(known)


def _neighbours(rows: Sequence[str]) -> dict[str, frozenset[str]]:
    """The keys beside each key of a QWERTY keyboard, on its own row and the next ones."""
    places = {letter: (row, column) for row, keys in enumerate(rows) for column, letter in enumerate(keys)}
    return {
        letter: frozenset(
            other
            for other, (r, c) in places.items()
            if other != letter
            and abs(r - row) <= 1
            and column - c in ((-1, 1) if r == row else _SHIFTED[r - row])
        )
        for letter, (row, column) in places.items()
    }


# a key of the row below stands between this column's key and the one before it
_SHIFTED: Final = {1: (0, 1), -1: (0, -1)}
_NEIGHBOURS: Final = _neighbours(("qwertyuiop", "asdfghjkl", "zxcvbnm"))


def _two_apart(word: str, known: str) -> bool:
    if len(known) < _SHORTEST_FOR_TWO or abs(len(word) - len(known)) > 2 or word[0] != known[0]:
        return False
    return distance(word, known) <= 2


def distance(first: str, second: str) -> int:
    """Letters to insert, remove or replace to get from one word to the other."""
    row = list(range(len(second) + 1))
    for index, letter in enumerate(first, 1):
        previous, row[0] = row[0], index
        for column, other in enumerate(second, 1):
            previous, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, previous + (letter != other)),
            )
    return row[-1]
