"""Is it a change? For the two other kinds of survey: shares of CSAT by Newcombe, means of CES by Welch."""

from dataclasses import dataclass
from math import floor, sqrt

from scoring.comparison import Finding
from scoring.distributions import t_quantile
from scoring.interval import Interval, wilson
from scoring.scales import Answers, Band


@dataclass(frozen=True, slots=True)
class Shift:
    """The first score minus the second, in the unit of the score: percentage points, or points of the scale."""

    difference: float
    interval: Interval

    @property
    def finding(self) -> Finding:
        """Higher or lower where no difference is not among those that fit the answers."""
        if self.interval.low > 0:
            return Finding.HIGHER
        return Finding.LOWER if self.interval.high < 0 else Finding.NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class JudgedShift:
    """One of several shifts that are looked at together, and how likely chance alone makes it so large, corrected by
    Holm for all of them."""

    shift: Shift
    adjusted_p: float
    confidence: float

    @property
    def finding(self) -> Finding:
        """Higher or lower, where both the test and the interval say so."""
        return self.shift.finding if self.adjusted_p < 1 - self.confidence else Finding.NO_EVIDENCE


def shift_of_shares(first: Answers, second: Answers, confidence: float = 0.95) -> Shift | None:
    """The difference of two shares in the favourable box, of separate groups of answers; None when either is empty."""
    hits, others = (each.count(Band.FAVOURABLE) for each in (first, second))
    return shift_of_rates(hits, first.n, others, second.n, confidence)


def shift_of_rates(
    hits: int, n: int, other_hits: int, other_n: int, confidence: float = 0.95
) -> Shift | None:
    """The difference of two shares of separate groups, in percentage points; None when either group is empty.

    Newcombe's score interval (method 10; Statistics in Medicine 17, 1998, 873-890): each share's own Wilson limits, put
    together as squares. Nothing is wrong with it at 0 and 100 percent, where the plain one has no width.
    """
    one, other = wilson(hits, n, confidence), wilson(other_hits, other_n, confidence)
    if one is None or other is None:
        return None
    p, q = hits / n, other_hits / other_n
    low = p - q - sqrt((p - one.low) ** 2 + (other.high - q) ** 2)
    high = p - q + sqrt((one.high - p) ** 2 + (q - other.low) ** 2)
    return Shift(100 * (p - q), Interval(100 * low, 100 * high))


def shift_of_means(first: Answers, second: Answers, confidence: float = 0.95) -> Shift | None:
    """The difference of two means, of separate groups of answers; None below two answers on a side, and where all
    of both sides are alike, which would have no width.

    Welch, Biometrika 34, 1947, 28-35: the variances need not be equal. The degrees of freedom are rounded down, which
    is on the safe side.
    """
    if first.n < 2 or second.n < 2 or first.mean is None or second.mean is None:
        return None
    spread, rest = _variance(first) / first.n, _variance(second) / second.n
    if spread + rest == 0:
        return None
    degrees = (spread + rest) ** 2 / (spread**2 / (first.n - 1) + rest**2 / (second.n - 1))
    half = t_quantile(confidence, max(1, floor(degrees + 1e-9))) * sqrt(spread + rest)
    difference = first.mean - second.mean
    return Shift(difference, Interval(difference - half, difference + half))


def _variance(answers: Answers) -> float:
    mean = answers.mean or 0.0
    return sum(times * (score - mean) ** 2 for score, times in answers.pairs) / (answers.n - 1)
