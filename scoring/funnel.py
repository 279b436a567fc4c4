"""Which of many groups stand out, fairly: a group with six answers is not last because of its six answers.

A funnel holds, for each number of answers n, the scores that chance alone would give a group that is like all others.
Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24, 2005, 1185-1202:
limits mean ± z √(σ²/n). Groups usually differ by more than that, for reasons that nobody asked for; so the limits are
widened by the variance τ² between the groups. That is estimated from the middle of them alone (z-scores winsorised at a
tenth on either side), or whoever stands out would widen the funnel until it holds them: Spiegelhalter, "Handling
over-dispersion of performance indicators", Quality and Safety in Health Care 14, 2005, 347-351, its additive form, as
in the R package FunnelPlotR. z is Bonferroni's for so many groups.

The shrunk score of a group is mean + B (score - mean), B = τ² / (τ² + σ²/n): what its next answers will probably give.
Here τ² is of all groups: DerSimonian & Laird, Controlled Clinical Trials 7, 1986, 177-188,
τ² = max(0, (Q - (k - 1)) / (Σw - Σw²/Σw)) with w = n/σ² and Q = Σ w (score - mean)².
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, sqrt
from typing import Final

from scoring.comparison import Finding
from scoring.counts import Counts, pooled
from scoring.distributions import z_quantile
from scoring.interval import PSEUDO_ANSWERS, Interval
from scoring.segmentation import FEWEST_SCORED

FEWEST_GROUPS: Final = 5
"""Below so many groups one that stands out is most of what the others are held against, and no funnel could show it."""

_TRIMMED: Final = 0.1


@dataclass(frozen=True, slots=True)
class InFunnel:
    """One group: its answers, where chance alone would have put its score, and its shrunk score, in points."""

    counts: Counts
    limits: Interval
    shrunk: float

    @property
    def score(self) -> float:
        """Its NPS."""
        return 100 * self.counts.net / self.counts.n

    @property
    def finding(self) -> Finding:
        """Whether it stands out: above or below the funnel. With under ten answers a group has no score, and cannot."""
        if self.counts.n < FEWEST_SCORED or self.score in self.limits:
            return Finding.NO_EVIDENCE
        return Finding.HIGHER if self.score > self.limits.high else Finding.LOWER


@dataclass(frozen=True, slots=True)
class Funnel:
    """Groups that are held against each other: the score of all, and what makes the limits of any number of answers."""

    counts: Mapping[str, Counts]
    """The answers of each group that has any."""
    mean: float
    """The NPS of all of them together."""
    spread: float
    """√τ² of all groups, in points: how far their true scores probably lie apart."""
    spread_inside: float
    """The same of the middle of them, by which the funnel is wider."""
    variance: float
    third_moment: float
    confidence: float

    def limits(self, n: int) -> Interval:
        """Where the score of a group with so many answers lies, if it is like the others.

        Few answers near an end of the scale are lopsided, and symmetric limits would name one of forty groups with
        ten answers each at +82 in 15 of 100 waves without any difference. So the limits follow the skewness:
        z ± (z² - 1) skewness / 6 (Cornish & Fisher, Revue de l'Institut International de Statistique 5, 1937, 307-320),
        at most half of z.
        """
        z = z_quantile(1 - (1 - self.confidence) / len(self.counts))
        of_all = self.variance / n + (self.spread_inside / 100) ** 2
        skewness = self.third_moment / n**2 / of_all**1.5
        shift = max(-z / 2, min(z / 2, (z * z - 1) * skewness / 6))
        low, high = (self.mean + 100 * sqrt(of_all) * (side + shift) for side in (-z, z))
        return Interval(max(-100.0, low), min(100.0, high))

    def group(self, label: str) -> InFunnel:
        """One group beside all of them."""
        counts = self.counts[label]
        between, alone = (self.spread / 100) ** 2, self.variance / counts.n
        kept = between / (between + alone)
        score = 100 * counts.net / counts.n
        return InFunnel(counts, self.limits(counts.n), self.mean + kept * (score - self.mean))


def funnel(groups: Mapping[str, Counts], confidence: float = 0.95) -> Funnel | None:
    """The groups with answers, held against each other; None where there are fewer than five.

    Without any difference one or more of all groups stands out in fewer than 1 - `confidence` of such views. The
    three imaginary answers of `adjusted_wald` are added to those of all, so that agreement is not taken for certainty.
    """
    told = {label: counts for label, counts in groups.items() if counts.n}
    if len(told) < FEWEST_GROUPS:
        return None
    everybody = pooled(told.values())
    mean = everybody.net / everybody.n
    variance, third_moment = _moments(everybody)
    sizes = [counts.n for counts in told.values()]
    scores = [(counts.net / counts.n - mean) / sqrt(variance / counts.n) for counts in told.values()]
    return Funnel(
        told,
        mean=100 * mean,
        spread=100 * sqrt(_between(scores, sizes, variance)),
        spread_inside=100 * sqrt(_between(_winsorised(scores), sizes, variance)),
        variance=variance,
        third_moment=third_moment,
        confidence=confidence,
    )


def _moments(counts: Counts) -> tuple[float, float]:
    """The variance and the third central moment of one answer as -1, 0 and +1, the imaginary ones added."""
    n = counts.n + PSEUDO_ANSWERS
    promoters, detractors = (each + PSEUDO_ANSWERS / 4 for each in (counts.promoters, counts.detractors))
    passives = n - promoters - detractors
    mean = (promoters - detractors) / n
    parts = ((promoters / n, 1), (passives / n, 0), (detractors / n, -1))
    return (
        sum(share * (value - mean) ** 2 for share, value in parts),
        sum(share * (value - mean) ** 3 for share, value in parts),
    )


def _between(scores: Sequence[float], sizes: Sequence[int], variance: float) -> float:
    """τ² from the z-scores of the groups; at most 1, which is half of the groups at either end of the scale."""
    answers = sum(sizes)
    weight = (answers - sum(size * size for size in sizes) / answers) / variance
    excess = sum(score * score for score in scores) - (len(scores) - 1)
    return min(1.0, max(0.0, excess / weight))


def _winsorised(scores: Sequence[float]) -> list[float]:
    """The scores, those in either tail as far out as the quantile that begins it."""
    low, high = _quantile(scores, _TRIMMED), _quantile(scores, 1 - _TRIMMED)
    return [min(max(score, low), high) for score in scores]


def _quantile(values: Sequence[float], share: float) -> float:
    """Between the two nearest of the ordered values (Hyndman & Fan's seventh, which R takes)."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
