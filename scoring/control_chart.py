"""Whether a score leaves its band, looked at again and again: the control chart of an exponentially weighted mean.

z_t = λ x_t + (1 - λ) z_(t-1), from the mean μ on, with λ = 0.2 and limits at three standard deviations (Roberts,
Technometrics 1, 1959, 239-250; Lucas & Saccucci, Technometrics 32, 1990, 1-12). The variance of z_t is
λ² Σ_i (1 - λ)^(2 (t - i)) σ² / n_i, which is σ² λ / (2 - λ) / n in the long run where all n are alike; for numbers of
answers that change the sum itself is taken, as SAS/QC does (PROC MACONTROL, "Constructing EWMA Charts").

μ and σ² are those of the first periods, since a mean of all of them would hold the change that is looked for: a drop in
the last months would push the first ones over the band. What μ itself is unsure of, (1 - (1 - λ)^t)² σ² / N, widens it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scoring.clusters import around
from scoring.comparison import Finding
from scoring.counts import Counts, pooled
from scoring.interval import Interval, adjusted

WEIGHT: Final = 0.2
WIDTH: Final = 3.0
FEWEST_BEFORE: Final = 3
FEWEST_PERIODS: Final = FEWEST_BEFORE + 1


@dataclass(frozen=True, slots=True)
class Watched:
    """A period after the first ones: its smoothed score, and the band in which chance alone keeps it, in points."""

    counts: Counts
    smoothed: float
    limits: Interval

    @property
    def finding(self) -> Finding:
        """Whether it is above or below the band."""
        if self.smoothed in self.limits:
            return Finding.NO_EVIDENCE
        return Finding.HIGHER if self.smoothed > self.limits.high else Finding.LOWER


@dataclass(frozen=True, slots=True)
class ControlChart:
    """So many periods `before`, with the answers `base` and the NPS `mean`, and those that are watched after them."""

    before: int
    base: Counts
    mean: float
    watched: tuple[Watched, ...]


def control_chart(periods: Sequence[Counts]) -> ControlChart | None:
    """The chart of periods that all have answers, the oldest first: the first half, at least three, say what is usual,
    and each later one is watched. None of fewer than four. What is said of a period does not change by later ones but
    where the first half grows."""
    if len(periods) < FEWEST_PERIODS:
        return None
    before = max(FEWEST_BEFORE, len(periods) // 2)
    base = pooled(periods[:before])
    mean, variance = base.net / base.n, adjusted(base).variance
    smoothed, spread, kept = mean, 0.0, 1.0
    watched = []
    for counts in periods[before:]:
        smoothed = WEIGHT * counts.net / counts.n + (1 - WEIGHT) * smoothed
        spread = WEIGHT**2 * variance / counts.n + (1 - WEIGHT) ** 2 * spread
        kept *= 1 - WEIGHT
        limits = around(100 * mean, mean, spread + (1 - kept) ** 2 * variance / base.n, WIDTH)
        watched.append(Watched(counts, 100 * smoothed, limits))
    return ControlChart(before, base, 100 * mean, tuple(watched))
