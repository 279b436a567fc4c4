"""What those who were asked and said nothing may change: who answered late is a little like them, and groups that
answered less count for too little."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final

from scoring.clusters import around
from scoring.comparison import Comparison, compare
from scoring.counts import Counts, nps, pooled
from scoring.distributions import z_quantile
from scoring.interval import Interval, adjusted
from scoring.segmentation import FEWEST_COUNTED, FEWEST_SCORED

WORTH_TELLING: Final = 2.0
"""Points by which a weighted score must differ to stand beside the other; a convention."""


@dataclass(frozen=True, slots=True)
class LikeTheLast:
    """The answers of a wave, those of its first third and of its last, and how many gave none."""

    answers: Counts
    first: Counts
    last: Counts
    silent: int

    @property
    def nps(self) -> float:
        """The NPS of everybody who was asked, if the silent are like the last third."""
        of_the_silent = self.silent * self.last.net / self.last.n
        return 100 * (self.answers.net + of_the_silent) / (self.answers.n + self.silent)

    @property
    def bias(self) -> float:
        """By how many points the score of those who answered is too high then: (1 - r) (score - score of the last)."""
        return 100 * self.answers.net / self.answers.n - self.nps

    @property
    def comparison(self) -> Comparison | None:
        """The last third against the first."""
        return compare(self.last, self.first)


def like_the_last(answers: Counts, first: Counts, last: Counts, silent: int) -> LikeTheLast | None:
    """What the silent would change if they were like those who answered last; None where nobody was silent, or a third
    has too few answers for a score.

    Armstrong & Overton, "Estimating Nonresponse Bias in Mail Surveys", Journal of Marketing Research 14, 1977, 396-402:
    who answers only after some time is more like who never does. It is an extrapolation and no knowledge.
    """
    if silent < 0:
        raise ValueError(f"{silent} silent customers; a count is zero or more")
    if not silent or min(first.n, last.n) < FEWEST_SCORED:
        return None
    return LikeTheLast(answers, first, last, silent)


@dataclass(frozen=True, slots=True)
class PostStratified:
    """The NPS with each group weighted by how many of it were invited, its standard error in points and its limits;
    `raw` is the NPS in which each answer counts alike."""

    nps: float
    raw: float
    standard_error: float
    interval: Interval

    @property
    def worth_telling(self) -> bool:
        """Whether it says another thing than the raw score."""
        return abs(self.nps - self.raw) > WORTH_TELLING


def post_stratified(groups: Iterable[tuple[int, Counts]], confidence: float = 0.95) -> PostStratified | None:
    """The post-stratified score Σ W_h x_h of groups, each with how many were invited and what they answered, and its
    standard error √(Σ W_h² s_h² / n_h); None of fewer than two groups.

    Holt & Smith, "Post Stratification", Journal of the Royal Statistical Society A 142, 1979, 33-46: the variance given
    how many of each group answered. s_h² and n_h have the three imaginary answers of `adjusted_wald`, so that five who
    agree are no certainty. Groups with fewer than five answers are put together, and where those are still too few the
    next larger one joins them. Within a group the silent are taken for like the others.
    """
    strata = _large_enough(groups)
    if len(strata) < 2:
        return None
    invited = sum(people for people, _ in strata)
    answers = pooled(counts for _, counts in strata)
    score = sum(people * counts.net / counts.n for people, counts in strata) / invited
    variance = 0.0
    for people, counts in strata:
        of_one = adjusted(counts)
        variance += (people / invited) ** 2 * of_one.variance / of_one.n
    limits = around(100 * score, score, variance, z_quantile(confidence))
    return PostStratified(100 * score, nps(answers) or 0.0, 100 * sqrt(variance), limits)


def _large_enough(groups: Iterable[tuple[int, Counts]]) -> list[tuple[int, Counts]]:
    strata: list[tuple[int, Counts]] = []
    small, told = 0, Counts(0, 0, 0)
    for people, counts in sorted(groups, key=lambda one: (one[1].n, one[0])):
        if people < counts.n:
            raise ValueError(f"{counts.n} answers of {people} invited; whoever answered was invited")
        if counts.n < FEWEST_COUNTED or 0 < told.n < FEWEST_COUNTED or (small and not told.n):
            small, told = small + people, told + counts
        else:
            strata.append((people, counts))
    if told.n >= FEWEST_COUNTED:
        strata.append((small, told))
    return strata
