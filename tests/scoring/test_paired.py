from itertools import product
from math import exp, lgamma, log, sqrt
from statistics import NormalDist, fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Counts, Interval, nps, recovery

some_pairs = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=40)


def test_each_person_is_their_own_comparison() -> None:
    found = recovery([(2, 9), (5, 8), (0, 0), (6, 3), (7, 4)])
    assert found is not None
    assert (found.before, found.after) == (Counts(4, 1, 0), Counts(3, 1, 1))
    assert (found.n, found.better, found.worse, found.change) == (5, 2, 1, 40)


def test_of_two_groups_it_is_bonett_and_price_s() -> None:
    """Seven went one way and one the other, of 21 (Bentur and others 2009; Fagerland and others 2014, table V).

    By their formula: (1 + 1) / 23 and (7 + 1) / 23, and the square root of (10/23 - (6/23)²) / 23.
    """
    pairs = [(5, 7)] * 1 + [(7, 5)] * 7 + [(5, 5)] * 12 + [(7, 7)] * 1
    found = recovery(pairs)
    assert found is not None
    middle, half = -600 / 23, 100 * 1.959964 * sqrt((10 / 23 - (6 / 23) ** 2) / 23)
    assert [found.interval.low, found.interval.high] == pytest.approx(
        [middle - half, middle + half], abs=1e-4
    )
    assert found.change == pytest.approx(-600 / 21)


@given(some_pairs)
def test_the_same_from_the_definition(pairs: list[tuple[int, int]]) -> None:
    """Each person's difference as a number, with one who went up by a group and one who went down."""
    found = recovery(pairs)
    assert found is not None
    differences = [_group(after) - _group(before) for before, after in pairs]
    smoothed = [*differences, 1, -1]
    half = NormalDist().inv_cdf(0.975) * sqrt(pvariance(smoothed) / len(smoothed))
    low, high = max(-2, fmean(smoothed) - half), min(2, fmean(smoothed) + half)
    change = fmean(differences)
    assert found.change == pytest.approx(100 * change)
    assert [found.interval.low, found.interval.high] == pytest.approx(
        [100 * min(low, change), 100 * max(high, change)]
    )
    before, after = nps(found.before), nps(found.after)
    assert before is not None
    assert after is not None
    assert found.change == pytest.approx(after - before)
    assert found.interval.width > 0
    assert found.better + found.worse <= found.n == len(pairs)


def _group(score: int) -> int:
    return 1 if score > 8 else 0 if score > 6 else -1


def test_nobody_has_no_recovery_and_ten_is_the_most() -> None:
    assert recovery([]) is None
    with pytest.raises(ValueError, match="score 11"):
        recovery([(3, 11)])


# How detractors score afterwards, in shares of detractors, passives and promoters.
AFTERWARDS = [
    (0.5, 0.3, 0.2),
    (0.33, 0.33, 0.34),
    (0.2, 0.4, 0.4),
    (0.1, 0.3, 0.6),
    (0.8, 0.15, 0.05),
    (0.05, 0.1, 0.85),
    (0.9, 0.08, 0.02),
    (0.02, 0.05, 0.93),
]


# Mean and worst of the eight; below twenty people the interval is a little too narrow at the ends.
@pytest.mark.parametrize(
    ("n", "mean", "worst"), [(5, 92.3, 87.5), (10, 93.6, 89.2), (20, 95.2, 92.9), (40, 94.6, 93.1)]
)
def test_coverage_where_all_were_detractors(n: int, mean: float, worst: float) -> None:
    found: dict[tuple[int, int], Interval] = {}
    for same, up in product(range(n + 1), repeat=2):
        if same + up <= n:
            one = recovery([(3, 3)] * same + [(3, 7)] * up + [(3, 9)] * (n - same - up))
            assert one is not None
            found[same, up] = one.interval
    covered = [_coverage(n, found, shares) for shares in AFTERWARDS]
    assert [fmean(covered), min(covered)] == pytest.approx([mean, worst], abs=0.06)


def _coverage(n: int, found: dict[tuple[int, int], Interval], shares: tuple[float, float, float]) -> float:
    """How often the interval holds the true change; every outcome is counted, nothing is sampled."""
    truth = 100 * (shares[1] + 2 * shares[2])
    covered = 0.0
    for (same, up), interval in found.items():
        counts = (same, up, n - same - up)
        if interval.low - 1e-9 <= truth <= interval.high + 1e-9:
            covered += exp(
                lgamma(n + 1) + sum(k * log(p) - lgamma(k + 1) for k, p in zip(counts, shares, strict=True))
            )
    return 100 * covered
