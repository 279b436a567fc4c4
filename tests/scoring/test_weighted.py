"""The score of accounts that count for more or less. (numbers 4.1)"""

from math import exp, sqrt
from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Counts, by_account, weighted_by_account
from tests.support.worked_example import PAGE

NORMAL = NormalDist()
WAVES = 500
ACCOUNTS = st.lists(
    st.tuples(st.builds(Counts, *[st.integers(0, 4)] * 3), st.floats(0, 1e6, allow_subnormal=False)),
    min_size=2,
    max_size=12,
)


def test_the_variance_is_that_of_a_jackknife() -> None:
    """Leaving out one account at a time, without the imaginary ones, gives the same sum of squares."""
    votes, weights = [1.0, -1.0, 0.0, 1.0], [5.0, 1.0, 2.0, 2.0]
    total = sum(weights)
    mean = sum(v * w for v, w in zip(votes, weights, strict=True)) / total
    left_out = [(mean * total - v * w) / (total - w) - mean for v, w in zip(votes, weights, strict=True)]
    formula = [w * (v - mean) / (1 - w / total) / total for v, w in zip(votes, weights, strict=True)]
    assert [abs(each) for each in left_out] == pytest.approx([abs(each) for each in formula])


def test_the_worked_example() -> None:
    """Four large accounts are unhappy, and forty small ones are not."""
    accounts = [(Counts(2, 1, 0), 250_000.0)] * 4 + [(Counts(0, 1, 2), 10_000.0)] * 40
    found = weighted_by_account(accounts)
    equal = by_account([counts for counts, _ in accounts])
    assert found is not None
    assert equal is not None
    page = " ".join(PAGE.read_text("utf-8").split())
    assert f"the score is {found.nps:+.0f} ({found.interval.shown()}) and not {equal.nps:+.0f}" in page
    assert f"tell as much as {found.effective:.0f} of equal weight" in page


def _vote(chance: Random, people: int) -> Counts:
    """People whose feelings correlate by 0.3: 20% detractors, 30% passives."""
    common = chance.gauss(0, sqrt(0.3))
    felt = [NORMAL.cdf(common + chance.gauss(0, sqrt(0.7))) for _ in range(people)]
    return Counts(sum(x < 0.2 for x in felt), sum(0.2 <= x < 0.5 for x in felt), sum(x >= 0.5 for x in felt))


@pytest.mark.parametrize("accounts", [30, 60])
@pytest.mark.parametrize("uneven", [0.5, 1.0, 1.5])
def test_it_holds_the_truth(accounts: int, uneven: float) -> None:
    chance = Random(f"{accounts} {uneven}")
    held = 0
    for _ in range(WAVES):
        found = weighted_by_account(
            [(_vote(chance, 3), exp(uneven * chance.gauss(0, 1))) for _ in range(accounts)]
        )
        assert found is not None
        held += 30 in found.interval
    # 94 of 100 and better; 500 waves tell that to within 2.
    assert held / WAVES >= 0.925


@given(ACCOUNTS)
def test_laws(accounts: list[tuple[Counts, float]]) -> None:
    found = weighted_by_account(accounts)
    counted = [one for one in accounts if one[0].n and one[1] > 0]
    if len(counted) < 2:
        assert found is None
        return
    assert found is not None
    assert found.accounts == len(counted)
    assert found.effective == pytest.approx(min(max(found.effective, 1), len(counted)))
    assert -100 <= found.interval.low <= found.nps <= found.interval.high <= 100 + 1e-9
    equal = weighted_by_account([(counts, 1.0) for counts, _ in counted])
    usual = by_account([counts for counts, _ in counted])
    assert equal is not None
    assert usual is not None
    assert equal.nps == pytest.approx(usual.nps)
    larger = weighted_by_account([(counts, 1000 * weight) for counts, weight in accounts])
    assert larger is not None
    assert larger.nps == pytest.approx(found.nps)


def test_a_weight_is_not_negative() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        weighted_by_account([(Counts(1, 0, 0), -1.0), (Counts(1, 0, 0), 1.0)])
