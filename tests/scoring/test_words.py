"""Words that set two groups apart. (numbers 4.8)"""

from math import log, sqrt
from random import Random

import pytest
import scipy.stats  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from scoring import Vocabulary, telling_words, words_of

some = st.builds(
    Vocabulary, st.just(40), st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 40), max_size=8)
)
COMMON = {f"word{place}": 50 for place in range(30)}


def test_by_hand() -> None:
    """14 uses of 1514 against 0 of 1500, the prior 500 · 14 / 3014; 14 of 100 people against 0 of 100."""
    (found,) = telling_words(Vocabulary(100, COMMON | {"portal": 14}), Vocabulary(100, COMMON))
    prior = 500 * 14 / 3014
    delta = log((14 + prior) / (1514 + 500 - 14 - prior)) - log(prior / (1500 + 500 - prior))
    assert found.z == pytest.approx(delta / sqrt(1 / (14 + prior) + 1 / prior))
    assert (found.word, found.people, found.others) == ("portal", 14, 0)
    exact = scipy.stats.fisher_exact([[14, 86], [0, 100]], alternative="greater").pvalue
    assert found.adjusted_p == pytest.approx(31 * 2 * exact)


def test_a_word_that_everybody_uses_tells_nothing() -> None:
    assert telling_words(Vocabulary(100, COMMON | {"word0": 60}), Vocabulary(100, COMMON)) == ()


def test_a_word_of_four_people_is_not_told() -> None:
    assert telling_words(Vocabulary(4, {"portal": 4}), Vocabulary(1000, {"word": 1000})) == ()


@given(some, some)
def test_laws(first: Vocabulary, second: Vocabulary) -> None:
    found = telling_words(first, second)
    assert all(one.z > 0 and first.words[one.word] >= 5 and one.adjusted_p < 0.05 for one in found)
    assert not {one.word for one in found} & {one.word for one in telling_words(second, first)}
    assert [one.z for one in found] == sorted((one.z for one in found), reverse=True)


def test_where_nothing_differs_it_is_seldom_found() -> None:
    """Two groups of 200 reasons of ten words out of the same 300, the first a hundred times as frequent as the last."""
    chance, false = Random(3), 0
    words = [f"w{place}" for place in range(300)]
    weights = [1 / (3 + place) for place in range(300)]
    for _ in range(200):
        used: tuple[dict[str, int], dict[str, int]] = ({}, {})
        for group in used:
            for _reason in range(200):
                for word in set(chance.choices(words, weights, k=10)):
                    group[word] = group.get(word, 0) + 1
        false += bool(telling_words(Vocabulary(200, used[0]), Vocabulary(200, used[1])))
    assert false / 200 <= 0.05


def test_words_and_names() -> None:
    found = words_of("The new Portal is slow. Marieke helped, thanks Marieke! 24 geïnformeerd B2B ok")
    assert ("portal", True) in found
    assert ("marieke", False) in found  # where a sentence begins
    assert ("marieke", True) in found
    assert ("geinformeerd", False) in found
    assert not {"24", "b2b", "ok"} & {word for word, _ in found}
