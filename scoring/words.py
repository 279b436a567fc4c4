"""Which words set two groups of texts apart: log-odds with an informative Dirichlet prior.

With y_w uses of word w among the n of one group, y'_w among the n' of the other, and a prior of a_w among a in all,
spread as in both groups together, the difference of the log-odds is

    d_w = log((y_w + a_w) / (n + a - y_w - a_w)) - log((y'_w + a_w) / (n' + a - y'_w - a_w))

with variance 1 / (y_w + a_w) + 1 / (y'_w + a_w), and z_w = d_w / √variance (Monroe, Colaresi & Quinn, Political
Analysis 16, 2008, 372-403, equations 15, 16, 20 and 22). The prior keeps rare words from standing out by chance, and
common ones from standing out by a little: no list of words to leave out is needed.

The z ranks words and tests none, which the authors do not claim either: of so few uses it is far from normal. Whether
more people of one group use a word than chance would have it is told by Fisher's exact test (`exact_p`), corrected by
Holm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import Final

from scoring.comparison import holm
from scoring.exact import exact_p
from scoring.segmentation import FEWEST_COUNTED

PRIOR: Final = 500.0
"""How many uses of words the prior weighs in all."""


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word that one group uses more than the other: by how many of its people, by how many of the others', and how
    sure that is."""

    word: str
    people: int
    others: int
    z: float
    adjusted_p: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How many people of a group wrote, and by how many of them each word was used."""

    people: int
    words: Mapping[str, int]


def telling_words(
    first: Vocabulary, second: Vocabulary, confidence: float = 0.95, *, fewest: int = FEWEST_COUNTED
) -> tuple[TellingWord, ...]:
    """The words that the first group uses more than the second, the surest first.

    Words of fewer than `fewest` people of the first group are never among them; those that may be are corrected
    for each other by Holm.
    """
    uses, other_uses = sum(first.words.values()), sum(second.words.values())
    tested = {word: people for word, people in first.words.items() if people >= fewest}
    corrected = holm(
        [
            exact_p(people, first.people, second.words.get(word, 0), second.people)
            for word, people in tested.items()
        ]
    )
    found = []
    for (word, people), p in zip(tested.items(), corrected, strict=True):
        others = second.words.get(word, 0)
        z = _z(people, uses, others, other_uses)
        if z > 0 and p < 1 - confidence:
            found.append(TellingWord(word, people, others, z, p))
    return tuple(sorted(found, key=lambda one: (-one.z, one.word)))


def _z(y: int, n: int, other_y: int, other_n: int) -> float:
    if y + other_y == n + other_n:  # there is no other word
        return 0.0
    prior = PRIOR * (y + other_y) / (n + other_n)
    odds = log((y + prior) / (n + PRIOR - y - prior))
    other_odds = log((other_y + prior) / (other_n + PRIOR - other_y - prior))
    return (odds - other_odds) / sqrt(1 / (y + prior) + 1 / (other_y + prior))
