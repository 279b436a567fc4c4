"""What a score could have been: intervals for an NPS, a share and a mean, and the bounds of silence.

Nothing here ever returns an interval of width zero because the answers happened to agree: ten promoters of
ten are +100, and the interval says 48 to 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from scoring.counts import Counts, shown
from scoring.distributions import t_quantile, z_quantile

PSEUDO_ANSWERS = 3.0
"""Answers added before an interval is taken: 3/4 detractor, 3/2 passive, 3/4 promoter; Rocks' (3, T)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Two limits, in the unit of what they belong to."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def width(self) -> float:
        """The distance between the limits."""
        return self.high - self.low

    def shown(self) -> str:
        """NPS limits as text: "-6 to +40". Limits and not "±": the interval is not centred on the score."""
        return f"{shown(self.low)} to {shown(self.high)}"


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Mean and variance of -1, 0, +1 after the pseudo-answers were added, and how many answers that makes."""

    mean: float
    variance: float
    n: float


def adjusted(counts: Counts, pseudo: float = PSEUDO_ANSWERS) -> Adjusted:
    """Adds `pseudo` answers, a quarter to the detractors and to the promoters, half to the passives."""
    n = counts.n + pseudo
    promoters = (counts.promoters + pseudo / 4) / n
    detractors = (counts.detractors + pseudo / 4) / n
    mean = promoters - detractors
    return Adjusted(mean, promoters + detractors - mean * mean, n)


def adjusted_wald(
    counts: Counts, confidence: float = 0.95, *, population: int | None = None
) -> Interval | None:
    """The interval of an NPS in points, within -100 and +100; None without answers.

    Adjusted Wald with +0.75 / 1.5 / 0.75: Rocks, The American Statistician 70(4), 2016, the "(3, T)" rule;
    also Lewis & Sauro (measuringu.com/nps-confidence-intervals). It covers the truth in about 95 of 100
    cases from n = 5 on, also at the ceiling, where the plain Wald interval covers 18 of 100.

    With `population` the question is narrower: the NPS of exactly these N customers now, of whom n
    answered. The standard error shrinks by F = sqrt((N - n) / (N - 1)) and the pseudo-answers by F², so
    that they vanish when everyone answered; with 3 of them kept, coverage at n = 180 of 200 falls to 81%.
    It says nothing about whether the service gets better, and it assumes that the silent would have
    answered like the rest. Without `population` the shown score lies inside the interval, except at n = 1.
    """
    if not counts.n:
        return None
    left = 1.0 if population is None else _fraction_unseen(counts.n, population)
    smoothed = adjusted(counts, PSEUDO_ANSWERS * left)
    half = z_quantile(confidence) * sqrt(left * smoothed.variance / smoothed.n)
    return Interval(100 * max(-1.0, smoothed.mean - half), 100 * min(1.0, smoothed.mean + half))


def _fraction_unseen(n: int, population: int) -> float:
    """F² = (N - n) / (N - 1), the finite population correction of a variance."""
    if population < n:
        raise ValueError(
            f"{n} answers from {population} customers; the population counts everyone on the list"
        )
    return (population - n) / (population - 1) if population > 1 else 0.0


def bounds_of_silence(counts: Counts, silent: int) -> Interval | None:
    """The NPS if everyone who was silent had been a detractor, and if a promoter; None with nobody at all.

    No assumption is made, so nothing wider can be true. More honest than a narrow interval when those who
    answered may differ from those who did not.
    """
    if silent < 0:
        raise ValueError(f"{silent} silent customers; a count is zero or more")
    everyone = counts.n + silent
    if not everyone:
        return None
    return Interval(100 * (counts.net - silent) / everyone, 100 * (counts.net + silent) / everyone)


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval | None:
    """Wilson's interval of a share, from 0 to 1; None when n is 0.

    Wilson, Journal of the American Statistical Association 22, 1927, 209-212: the shares that a score test at
    this level does not reject.
    """
    if n == 0:
        return None
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share; the first number lies between 0 and the second")
    z = z_quantile(confidence)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # At 0 and n the limit is exactly 0 and 1; arithmetic alone may miss that by the last digit.
    return Interval(
        0.0 if successes == 0 else max(0.0, middle - half),
        1.0 if successes == n else min(1.0, middle + half),
    )


def mean_t(values: Sequence[tuple[int, int]], confidence: float = 0.95) -> Interval | None:
    """Student's interval of a mean, from pairs of a value and how often it occurred.

    Student, Biometrika 6, 1908: mean ± t(n - 1) s / sqrt(n). None below two answers, and None when all
    answers are equal: the formula would then return a width of zero, which is no knowledge.
    """
    n = sum(times for _, times in values)
    if n < 2:
        return None
    mean = sum(value * times for value, times in values) / n
    squares = fsum(times * (value - mean) ** 2 for value, times in values)
    if squares == 0 or len([value for value, times in values if times]) < 2:
        return None
    half = t_quantile(confidence, n - 1) * sqrt(squares / (n - 1) / n)
    return Interval(mean - half, mean + half)
