"""Answers of accounts: what the interval holds where people of one account answer alike. (numbers 2.5, 4.1)"""

from math import sqrt
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Counts, adjusted_wald, by_account, nps, pooled

some = st.lists(st.builds(Counts, *[st.integers(0, 6)] * 3), max_size=12)
NORMAL = NormalDist()
SHARES = (0.2, 0.3, 0.5)  # detractors, passives, promoters: +30
WAVES = 500


def _account(chance: Random, people: int, alike: float) -> Counts:
    """People whose feelings correlate by `alike` (a latent normal value, cut where the shares are)."""
    low, high = NORMAL.inv_cdf(SHARES[0]), NORMAL.inv_cdf(SHARES[0] + SHARES[1])
    common = chance.gauss(0, sqrt(alike))
    felt = [common + chance.gauss(0, sqrt(1 - alike)) for _ in range(people)]
    return Counts(
        sum(x < low for x in felt), sum(low <= x < high for x in felt), sum(x >= high for x in felt)
    )


@pytest.mark.parametrize("people", [3, 5, 10])
@pytest.mark.parametrize("alike", [0.2, 0.4])
@pytest.mark.parametrize("accounts", [30, 60])
def test_it_holds_the_truth_where_people_of_one_account_answer_alike(
    accounts: int, people: int, alike: float
) -> None:  # numbers 2.5
    chance = Random(f"{accounts} {people} {alike}")
    held = held_by_account = 0
    for _ in range(WAVES):
        found = by_account([_account(chance, people, alike) for _ in range(accounts)])
        assert found is not None
        held += 30 in found.of_people
        held_by_account += 30 in found.interval
    # 94 of 100 and better; 500 waves tell that to within 2.
    assert held / WAVES >= 0.925
    assert held_by_account / WAVES >= 0.925


def test_and_the_usual_interval_does_not() -> None:
    chance = Random(1)
    held = 0
    for _ in range(WAVES):
        usual = adjusted_wald(pooled(_account(chance, 10, 0.4) for _ in range(24)))
        assert usual is not None
        held += 30 in usual
    assert held / WAVES < 0.75


@given(some)
def test_laws(groups: list[Counts]) -> None:
    found, told = by_account(groups), [each for each in groups if each.n]
    if len(told) < 2:
        assert found is None
        return
    assert found is not None
    assert (found.accounts, found.answers) == (len(told), pooled(told))
    assert -100 <= found.interval.low <= found.nps <= found.interval.high <= 100
    everybody, usual = nps(found.answers), adjusted_wald(found.answers)
    assert everybody is not None
    assert usual is not None
    assert everybody in found.of_people
    assert found.of_people.width >= usual.width - 1e-9
    assert found.design_effect >= 1 - 1e-9


def test_one_vote_an_account_whatever_its_size() -> None:
    found = by_account([Counts(0, 0, 1)] * 3 + [Counts(97, 0, 0)])
    assert found is not None
    assert (found.nps, found.leaning, found.solid) == (50, Counts(1, 0, 3), False)
    assert nps(found.answers) == -94


def test_the_variance_by_hand() -> None:
    """Of three equal accounts at +1, 0 and -1: 3/2 · (n² + 0 + n²) / (3n)² = 1/3, against 1/600 alone."""
    found = by_account([Counts(0, 0, 200), Counts(100, 0, 100), Counts(200, 0, 0)])
    assert found is not None
    assert found.of_people.low == -100  # t of 2 degrees is 4.3, and 4.3 · 100 · √(1/3) is far beyond
    assert found.design_effect == pytest.approx((1 / 3) / (1 / 600), rel=0.02)
