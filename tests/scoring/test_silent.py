"""What the silent may change. (numbers 4.4)"""

from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Counts, adjusted_wald, like_the_last, nps, pooled, post_stratified
from scoring.interval import adjusted
from tests.support.worked_example import table

counts = st.builds(Counts, *[st.integers(0, 30)] * 3)
groups = st.lists(
    st.tuples(st.integers(0, 50), counts).map(lambda one: (one[0] + one[1].n, one[1])), max_size=8
)


@given(counts, counts, counts, st.integers(0, 300))
def test_laws_of_the_last_third(first: Counts, middle: Counts, last: Counts, silent: int) -> None:
    answers = pooled((first, middle, last))
    found = like_the_last(answers, first, last, silent)
    if not silent or min(first.n, last.n) < 10:
        assert found is None
        return
    assert found is not None
    score, of_last = nps(answers), nps(last)
    assert score is not None
    assert of_last is not None
    assert min(score, of_last) - 1e-9 <= found.nps <= max(score, of_last) + 1e-9
    response = answers.n / (answers.n + silent)
    assert found.bias == pytest.approx((1 - response) * (score - of_last), abs=1e-9)


@given(groups)
def test_laws_of_the_weights(strata: list[tuple[int, Counts]]) -> None:
    found = post_stratified(strata)
    if found is None:
        return
    assert found.interval.low <= found.nps <= found.interval.high
    assert found.raw == pytest.approx(nps(pooled(each for _, each in strata)))
    assert found.standard_error > 0


def test_where_all_groups_answer_alike_nothing_changes() -> None:
    found = post_stratified([(100, Counts(10, 15, 25)), (60, Counts(9, 12, 9)), (40, Counts(2, 8, 10))])
    assert found is not None
    assert found.nps == pytest.approx(found.raw)
    assert not found.worth_telling


def test_by_hand() -> None:
    north, south = Counts(10, 12, 40), Counts(4, 20, 16)
    found = post_stratified([(138, north), (40, south)])
    assert found is not None
    assert found.nps == pytest.approx(100 * (138 / 178 * 30 / 62 + 40 / 178 * 12 / 40))
    a, b = adjusted(north), adjusted(south)
    error = sqrt((138 / 178) ** 2 * a.variance / 65 + (40 / 178) ** 2 * b.variance / 43)
    assert found.standard_error == pytest.approx(100 * error)


def test_small_groups_are_one() -> None:
    large = (100, Counts(10, 20, 30))
    alone = post_stratified([large, (20, Counts(1, 1, 1)), (10, Counts(1, 1, 1)), (30, Counts(0, 0, 0))])
    together = post_stratified([large, (60, Counts(2, 2, 2))])
    assert alone == together
    assert post_stratified([large, (20, Counts(0, 1, 0))]) is None
    assert post_stratified([]) is None


def test_it_holds_the_truth_where_groups_answer_unequally() -> None:
    """Half are at +60 of whom a fifth answers, half at -20 of whom three in five do: the score of those who answered is
    far off, and the weighted interval holds +20."""
    chance = Random(4)
    held = raw = 0
    for _ in range(500):
        north = _answers(chance, 300, 0.2, (0.1, 0.2, 0.7))
        south = _answers(chance, 300, 0.6, (0.4, 0.4, 0.2))
        found = post_stratified([(300, north), (300, south)])
        plain = adjusted_wald(north + south)
        assert found is not None
        assert plain is not None
        held += 20 in found.interval
        raw += 20 in plain
    assert held / 500 >= 0.93
    assert raw / 500 < 0.2


def _answers(chance: Random, people: int, response: float, shares: tuple[float, float, float]) -> Counts:
    n = sum(chance.random() < response for _ in range(people))
    found = chance.choices((0, 1, 2), shares, k=n)
    return Counts(*(found.count(each) for each in (0, 1, 2)))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: like_the_last(Counts(9, 9, 9), Counts(4, 4, 4), Counts(4, 4, 4), -1),
        lambda: post_stratified([(3, Counts(1, 2, 3)), (9, Counts(3, 3, 3))]),
    ],
)
def test_what_cannot_be(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"silent customers|were invited|was invited"):
        wrong()


def test_the_example_of_the_page() -> None:
    late = like_the_last(Counts(18, 36, 66), Counts(4, 11, 25), Counts(10, 13, 17), 76)
    weights = post_stratified([(138, Counts(10, 12, 40)), (40, Counts(4, 20, 16)), (18, Counts(4, 4, 10))])
    assert late is not None
    assert weights is not None
    assert table("| what of the silent | value |") == {
        "the 76 silent like the last third": f"(120 × 0.40 + 76 × 0.175) / 196 = {late.nps:+.0f}",
        "so the score is too high by": f"(1 - 0.61) × (40 - 17.5) = {late.bias:.0f} points",
        "weighted by who was invited": f"{weights.nps:+.0f} ({weights.interval.shown()})",
        "its standard error": f"{weights.standard_error:.1f} points",
    }
