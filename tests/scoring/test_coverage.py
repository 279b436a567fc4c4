"""Does a 95% interval hold the truth in 95 of 100 cases? Every outcome is counted; nothing is sampled."""

from functools import cache
from math import comb, exp, lgamma, log, sqrt

import pytest

from scoring import Counts, Finding, Interval, adjusted_wald, compare, impact_interval, nps
from scoring.distributions import z_quantile
from scoring.interval import adjusted

# Shares of detractors, passives and promoters, in percent.
DISTRIBUTIONS = [
    (100 / 3, 100 / 3, 100 / 3),
    (20, 43, 37),  # +17, as Dutch business customers
    (10, 30, 60),  # +50
    (3, 14, 83),  # +80
    (1, 3, 96),  # +95
    (48, 4, 48),  # polarised
    (60, 20, 20),  # -40
    (5, 85, 10),  # mostly passive
]


@cache
def _outcomes(n: int) -> list[tuple[Counts, Interval, float]]:
    """Every possible result of n answers with its interval and the log of its number of orders."""
    found = []
    for detractors in range(n + 1):
        for promoters in range(n + 1 - detractors):
            counts = Counts(detractors, n - detractors - promoters, promoters)
            interval = adjusted_wald(counts)
            assert interval is not None
            orders = lgamma(n + 1) - sum(
                lgamma(each + 1) for each in (detractors, counts.passives, promoters)
            )
            found.append((counts, interval, orders))
    return found


def _coverage(n: int, shares: tuple[float, float, float]) -> float:
    d, p, q = (log(share / 100) for share in shares)
    truth = shares[2] - shares[0]
    return 100 * sum(
        exp(orders + counts.detractors * d + counts.passives * p + counts.promoters * q)
        for counts, interval, orders in _outcomes(n)
        if truth in interval
    )


# Mean and worst as computed elsewhere; 5 answers are below the promise and printed to show the limit.
@pytest.mark.parametrize(
    ("n", "mean", "worst"),
    [(5, 94.7, 90.9), (10, 95.0, 91.3), (20, 95.4, 94.2), (50, 95.5, 94.8), (100, 95.3, 94.8)],
)
def test_coverage_over_eight_distributions(n: int, mean: float, worst: float) -> None:
    covered = [_coverage(n, shares) for shares in DISTRIBUTIONS]
    average = sum(covered) / len(covered)
    assert n < 10 or 94 <= average <= 96.5
    assert [average, min(covered)] == pytest.approx([mean, worst], abs=0.06)


def test_the_chances_of_all_outcomes_add_up_to_one() -> None:
    d, p, q = (log(share / 100) for share in DISTRIBUTIONS[1])
    total = sum(
        exp(orders + counts.detractors * d + counts.passives * p + counts.promoters * q)
        for counts, _, orders in _outcomes(50)
    )
    assert total == pytest.approx(1)


def _naive(counts: Counts, population: int) -> Interval:
    """The finite form with three pseudo-answers kept, which the library must not use."""
    smoothed = adjusted(counts)
    left = (population - counts.n) / (population - 1)
    half = z_quantile(0.95) * sqrt(left * smoothed.variance / smoothed.n)
    return Interval(100 * (smoothed.mean - half), 100 * (smoothed.mean + half))


def _finite_coverage(n: int, everyone: Counts, *, naive: bool = False) -> float:
    """Draws n of a list without putting back, by counting who is left out."""
    left_out = everyone.n - n
    truth = nps(everyone)
    assert truth is not None
    covered = 0
    for d in range(min(left_out, everyone.detractors) + 1):
        for q in range(min(left_out - d, everyone.promoters) + 1):
            p = left_out - d - q
            if p > everyone.passives:
                continue
            answered = everyone - Counts(d, p, q)
            interval = (
                _naive(answered, everyone.n) if naive else adjusted_wald(answered, population=everyone.n)
            )
            assert interval is not None
            if interval.low - 1e-9 <= truth <= interval.high + 1e-9:
                covered += (
                    comb(everyone.detractors, d) * comb(everyone.passives, p) * comb(everyone.promoters, q)
                )
    return 100 * covered / comb(everyone.n, n)


LISTS = [
    Counts(67, 66, 67),
    Counts(40, 86, 74),
    Counts(20, 60, 120),
    Counts(6, 28, 166),
    Counts(2, 6, 192),
    Counts(120, 40, 40),
]


@pytest.mark.parametrize("n", [120, 180])
def test_coverage_for_a_list_of_two_hundred(n: int) -> None:
    covered = [_finite_coverage(n, everyone) for everyone in LISTS]
    assert 94 <= sum(covered) / len(covered) <= 96.5
    assert min(covered) > 93


def test_pseudo_answers_that_do_not_shrink_would_fail() -> None:
    assert min(_finite_coverage(180, everyone, naive=True) for everyone in LISTS) < 50


def _likely(n: int, shares: tuple[float, float, float]) -> list[tuple[Counts, float]]:
    """The results of n answers with their chances, without those of less than one in a million."""
    d, p, q = (log(share / 100) for share in shares)
    found = []
    for detractors in range(n + 1):
        for passives in range(n + 1 - detractors):
            counts = Counts(detractors, passives, n - detractors - passives)
            orders = lgamma(n + 1) - sum(
                lgamma(each + 1) for each in (detractors, passives, counts.promoters)
            )
            chance = exp(orders + detractors * d + passives * p + counts.promoters * q)
            if chance > 1e-6:
                found.append((counts, chance))
    return found


def test_a_theme_that_changes_nothing_where_nearly_all_are_promoters() -> None:
    """Ten of 200 name it, and everyone is like the others: the impact is zero, and should be found to be."""
    held = held_plainly = found = 0.0
    for theme, chance in _likely(10, (1, 3, 96)):
        for rest, other in _likely(190, (1, 3, 96)):
            interval = impact_interval(theme + rest, theme)
            plain = impact_interval(theme + rest, theme, pseudo=0)
            comparison = compare(theme, rest)
            assert interval is not None
            assert plain is not None
            assert comparison is not None
            weight = 100 * chance * other
            held += weight * (0 in interval)
            held_plainly += weight * (0 in plain)
            found += weight * (comparison.finding is not Finding.NO_EVIDENCE)
    assert held > 95
    assert held_plainly == pytest.approx(56, abs=0.5)
    assert found < 5
