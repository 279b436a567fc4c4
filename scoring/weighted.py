"""The score of accounts of which some count for more: by revenue, seats, or whatever they are weighted by.

With a vote v_g for each account (the mean of -1, 0 and +1 over its people) and its weight w_g, the score is the ratio
Σ w_g v_g / Σ w_g. Its variance is that of a ratio by linearisation (Woodruff, JASA 66, 1971, 411-414; SAS/STAT, PROC
SURVEYMEANS, "Variance and Standard Error of the Mean"; of three formulas for a weighted mean the one that Gatz and
Smith, Atmospheric Environment 29, 1995, 1185-1193, find nearest to a bootstrap). Each residual is divided by one less
its own share of the weight, as a jackknife that leaves out an account at a time has it (CR3 in Cameron & Miller,
Journal of Human Resources 50, 2015, 317-372): a large account pulls the score towards itself, and looks too near to it.

    V = (G - 1) / G · Σ_g (w_g (v_g - mean) / (1 - w_g / Σw))² / (Σw)²

The degrees of freedom of Student's t are one less than Kish's effective number (Σw)² / Σw², rounded down.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import floor

from scoring.clusters import FEWEST_ACCOUNTS, around
from scoring.counts import Counts
from scoring.distributions import t_quantile
from scoring.interval import PSEUDO_ANSWERS, Interval


@dataclass(frozen=True, slots=True)
class WeightedScore:
    """The score of accounts by weight, from -100 to +100, with its interval."""

    nps: float
    interval: Interval
    accounts: int
    effective: float
    """How many accounts of equal weight would tell as much (Kish)."""

    @property
    def solid(self) -> bool:
        """Whether there are accounts enough for the width of the interval."""
        return self.effective >= FEWEST_ACCOUNTS


def weighted_by_account(
    groups: Collection[tuple[Counts, float]], confidence: float = 0.95
) -> WeightedScore | None:
    """The score from the answers and the weight of each account; None where fewer than two with a weight answered.

    Three imaginary accounts of the mean weight are added, a quarter, half and a quarter of them -1, 0 and +1, as in
    `by_account`. The score itself is without them, and always within its interval. A negative weight is a ValueError.
    """
    if any(weight < 0 for _, weight in groups):
        raise ValueError("a weight is less than nothing; leave the account out")
    largest = max((weight for counts, weight in groups if counts.n), default=0.0)
    told = [(counts.net / counts.n, weight / largest) for counts, weight in groups if counts.n and weight > 0]
    if len(told) < 2:
        return None
    weights = [weight for _, weight in told]
    effective = sum(weights) ** 2 / sum(weight**2 for weight in weights)
    mean, variance = _with_imaginary(told)
    t = t_quantile(confidence, max(1, floor(effective + 1e-9) - 1))
    score = max(-100.0, min(100.0, 100 * sum(vote * weight for vote, weight in told) / sum(weights)))
    return WeightedScore(score, around(score, mean, variance, t), len(told), effective)


def _with_imaginary(told: list[tuple[float, float]]) -> tuple[float, float]:
    """The weighted mean of the votes and its variance, the imaginary accounts added."""
    usual = sum(weight for _, weight in told) / len(told)
    total = usual * (len(told) + PSEUDO_ANSWERS)
    mean = sum(vote * weight for vote, weight in told) / total
    squares = sum((weight * (vote - mean) / (1 - weight / total)) ** 2 for vote, weight in told)
    squares += PSEUDO_ANSWERS * (usual / (1 - usual / total)) ** 2 * (0.5 + mean * mean)
    return mean, (len(told) - 1) / len(told) * squares / total**2
