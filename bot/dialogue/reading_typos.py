"""Typing errors: forgiven only when the whole message is one word near one known word."""

from typing import Final

from bot.dialogue.language import Language

_SHORTEST: Final = 4
_SHORTEST_FOR_A_LETTER: Final = 5
_SHORTEST_FOR_TWO: Final = 8
_LONGEST: Final = 24


def number_meant(word: str, language: Language) -> int | None:
    """The number whose word this is a typing error of.

    Swapped neighbours and doubled letters are forgiven, and one letter too few or too many in longer words. A wrong
    letter is not: it makes other words ("nine", "nice"; "acht", "echt").
    """
    if not _may_be_typo(word, language):
        return None
    near = {value for known, value in language.typo_numbers.items() if _is_near(word, known)}
    return near.pop() if len(near) == 1 else None


def stop_meant(word: str, language: Language) -> bool:
    """Whether this is a typing error of a word that ends everything; long words may have two errors."""
    if not _may_be_typo(word, language):
        return False
    return any(_is_near(word, known) or _two_apart(word, known) for known in language.typo_opt_outs)


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
