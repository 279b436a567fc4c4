"""Means and differences by account: what they hold where people of one account answer alike. (numbers 2.5, 4.1)"""

from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    Clusters,
    Counts,
    Shared,
    Within,
    adjusted_wald,
    compare,
    interval_by_account,
    nps,
    pooled,
    with_rest,
)
from scoring.clusters import apart, spread
from tests.scoring.test_accounts import NORMAL, SHARES

counts = st.builds(Counts, *[st.integers(0, 5)] * 3)
pairs = st.lists(st.tuples(counts, counts), max_size=10)
WAVES = 400


def _felt(chance: Random, common: float, people: int, alike: float) -> Counts:
    low, high = NORMAL.inv_cdf(SHARES[0]), NORMAL.inv_cdf(SHARES[0] + SHARES[1])
    felt = [common + chance.gauss(0, sqrt(1 - alike)) for _ in range(people)]
    return Counts(
        sum(x < low for x in felt), sum(low <= x < high for x in felt), sum(x >= high for x in felt)
    )


def _two(
    chance: Random, accounts: int, people: int, alike: float, *, same: bool
) -> list[tuple[Counts, Counts]]:
    """Two groups in which nothing differs, of the same accounts or of others."""
    found = []
    for _ in range(accounts):
        first = chance.gauss(0, sqrt(alike))
        second = first if same else chance.gauss(0, sqrt(alike))
        one, other = _felt(chance, first, people, alike), _felt(chance, second, people, alike)
        found += [(one, other)] if same else [(one, Counts(0, 0, 0)), (Counts(0, 0, 0), other)]
    return found


@pytest.mark.parametrize("people", [3, 5, 10])
@pytest.mark.parametrize("alike", [0.2, 0.4])
@pytest.mark.parametrize("same", [True, False])
def test_a_difference_that_is_none_is_seldom_found(people: int, alike: float, same: bool) -> None:
    """94 of 100 and better, also where the same accounts answer both times; 400 pairs tell that to within 2."""
    chance = Random(f"{people} {alike} {same}")
    held = usual = 0
    for _ in range(WAVES):
        told = _two(chance, 30, people, alike, same=same)
        first, second = pooled(one for one, _ in told), pooled(other for _, other in told)
        found, plain = compare(first, second, shared=Shared.of(told)), compare(first, second)
        assert found is not None
        assert plain is not None
        assert (0 in found.interval) is (found.p >= 0.05)
        held += 0 in found.interval
        usual += 0 in plain.interval
    assert held / WAVES >= 0.92
    if not same and people == 10:
        assert usual / WAVES < 0.85  # what is told without accounts


@pytest.mark.parametrize("alike", [0.2, 0.4])
def test_accounts_of_all_sizes(alike: float) -> None:
    """Of 60 accounts with 1 to some 25 people, and with one that has a fifth of all answers."""
    chance = Random(f"sizes {alike}")
    for sizes in ([1 + int(chance.expovariate(1 / 5)) for _ in range(60)], [40, *[3] * 54]):
        held = 0
        for _ in range(WAVES):
            told = [_felt(chance, chance.gauss(0, sqrt(alike)), people, alike) for people in sizes]
            found = interval_by_account(pooled(told), Clusters.of(told))
            held += found is not None and 30 in found
        assert held / WAVES >= 0.91


@given(pairs)
def test_laws(told: list[tuple[Counts, Counts]]) -> None:
    shared = Shared.of(told)
    first, second = pooled(one for one, _ in told), pooled(other for _, other in told)
    for group, clusters in ((first, shared.first), (second, shared.second)):
        found, usual = interval_by_account(group, clusters), adjusted_wald(group)
        assert (found is None) is (usual is None)
        if found is not None and usual is not None:
            assert (nps(group) or 0.0) in found
            assert found.width >= usual.width - 1e-9
            assert spread(group, clusters).variance >= spread(group).variance
    if first.n and second.n:
        counted, plain = apart(first, second, shared), apart(first, second)
        assert counted.variance >= plain.variance - 1e-12
        assert counted.mean == plain.mean
        turned = apart(second, first, Shared.of([(other, one) for one, other in told]))
        assert turned.variance == pytest.approx(counted.variance)


@given(st.lists(st.lists(counts, min_size=3, max_size=3), max_size=8))
def test_each_group_and_the_rest(told: list[list[Counts]]) -> None:
    groups = {}
    for place in range(3):
        there = [(each[place], pooled(each)) for each in told if each[place].n]
        if not there:
            continue
        cross = Shared.of(there)
        groups[place] = Within(
            Clusters.of([one for one, _ in there]),
            sum(each[place].n > 0 and not any(other.n for other in each[:place]) for each in told),
            sum(one.n == of_all.n for one, of_all in there),
            *(cross.n_n, cross.n_s, cross.s_n, cross.s_s),
        )
    found = with_rest(groups)
    assert found == {
        place: Shared.of([(each[place], pooled(each) - each[place]) for each in told]) for place in groups
    }


def test_the_variance_by_hand() -> None:
    """Two accounts of four, sums 4 and 0 around 1/2: 2/1 · (2² + 2²) / 8² = 1/4 but for the imaginary answers."""
    told = [Counts(0, 0, 4), Counts(2, 0, 2)]
    clusters = Clusters.of(told)
    assert clusters == Clusters(2, 32, 16, 16)
    assert clusters.squares(0.5) == 8
    assert (clusters.even(8), clusters.solid(8), clusters.several(8)) == (2, False, True)
    mean = 4 / 11
    imaginary = 3 * (0.5 + mean**2)
    wanted = 2 * ((4 - 4 * mean) ** 2 + (4 * mean) ** 2 + imaginary) / 121
    assert spread(pooled(told), clusters).variance == pytest.approx(wanted)
    assert spread(pooled(told), clusters).degrees == 1


def test_what_the_same_accounts_have_in_common_is_taken_off() -> None:
    told = [(Counts(0, 0, 5), Counts(0, 0, 5)), (Counts(5, 0, 0), Counts(5, 0, 0))] * 20
    both = apart(Counts(100, 0, 100), Counts(100, 0, 100), Shared.of(told))
    other = [pair for one, two in told for pair in ((one, Counts(0, 0, 0)), (Counts(0, 0, 0), two))]
    others = apart(Counts(100, 0, 100), Counts(100, 0, 100), Shared.of(other))
    plain = apart(Counts(100, 0, 100), Counts(100, 0, 100))
    assert both.variance == plain.variance  # and never less
    assert others.variance == pytest.approx(5 * plain.variance, rel=0.05)  # five alike are one


def test_one_answer_an_account_changes_nothing() -> None:
    told = [Counts(1, 0, 0)] * 10 + [Counts(0, 0, 1)] * 20
    assert interval_by_account(pooled(told), Clusters.of(told)) == adjusted_wald(pooled(told))
    alone = [Counts(3, 4, 5)]  # nor does one account: what it says is said of that account
    assert interval_by_account(alone[0], Clusters.of(alone)) == adjusted_wald(alone[0])


@given(st.lists(counts, max_size=10), counts)
def test_as_much_alike_of_other_answers(told: list[Counts], part: Counts) -> None:
    whole, clusters = pooled(told), Clusters.of(told)
    assert clusters.like(whole, whole) == (clusters if whole.n else Clusters(0, 0, 0, 0))
    if clusters.several(whole.n) and part.n >= 5:
        found = clusters.like(whole, part)
        assert found.accounts >= 1
        assert found.even(part.n) <= part.n
