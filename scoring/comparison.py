"""Is it a change? Two groups, many groups, and the sentence that a manager may read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt
from typing import TypeVar

from scoring.clusters import Shared, apart
from scoring.counts import Counts, nps, pooled, shown, shown_limit
from scoring.distributions import t_two_sided_p, two_sided_p
from scoring.interval import Interval

Label = TypeVar("Label")


class Finding(StrEnum):
    """What a comparison allows to be said. "No change" is not among them: no test can show that."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_EVIDENCE = "no evidence"


class Contrast(StrEnum):
    """What is compared: two moments (a change) or two groups of people (a difference)."""

    MOMENTS = "change"
    GROUPS = "difference"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`first` minus `second`, in NPS points. Take the latest period, or the segment, as the first."""

    first: Counts
    second: Counts
    adjusted_difference: float
    """The difference after the pseudo-answers: the centre of the interval, and what is tested."""
    standard_error: float
    z: float
    p: float
    interval: Interval
    confidence: float
    adjusted_p: float
    """`p` after Holm's correction; equal to `p` when this comparison stands alone."""
    among: int = 1
    """How many comparisons were made in the same view."""

    @property
    def difference(self) -> float:
        """The difference of the two shown scores."""
        return 100 * (self.first.net / self.first.n - self.second.net / self.second.n)

    @property
    def finding(self) -> Finding:
        """Higher or lower only where chance alone would rarely (5% at confidence 0.95) go as far.

        The pseudo-answers pull the smaller group further towards zero; where that alone makes a difference,
        which a low confidence lets happen, there is no finding.
        """
        if self.adjusted_p >= 1 - self.confidence or self.difference * self.adjusted_difference <= 0:
            return Finding.NO_EVIDENCE
        return Finding.HIGHER if self.adjusted_difference > 0 else Finding.LOWER

    def sentence(self, contrast: Contrast = Contrast.MOMENTS) -> str:
        """The finding in plain words, with its limits; it never claims that nothing changed."""
        told = shown if self.finding is Finding.NO_EVIDENCE else shown_limit
        limits = f"{told(self.interval.low)} to {told(self.interval.high)} points"
        limits = f"{self.confidence:.0%} interval of the {contrast}: {limits}"
        family = f"; {self.among} comparisons allowed for" if self.among > 1 else ""
        scores = f"{shown(nps(self.first))} against {shown(nps(self.second))}"
        match self.finding:
            case Finding.NO_EVIDENCE:
                said = f"No evidence of a {contrast}"
            case Finding.HIGHER:
                said = "Higher" if contrast is Contrast.GROUPS else "Up"
            case Finding.LOWER:
                said = "Lower" if contrast is Contrast.GROUPS else "Down"
        return f"{said}: {scores} ({limits}{family})."


def compare(
    first: Counts, second: Counts, confidence: float = 0.95, *, shared: Shared | None = None
) -> Comparison | None:
    """Compares two separate groups of answers; None when either is empty.

    Adjusted Wald with +0.75 / 1.5 / 0.75 on each side and a normal test
    (measuringu.com/nps-significance-test; `nps_test(test = "adjusted.wald")` of the R package NPS). The
    false-alarm rate stays near or under 5% from five answers on, also for 10 against 100, where the plain
    test is wrong in 13%. Not for the same people asked twice, whose answers are not separate: it would miss
    real changes. With `shared` the answers are taken by account (`scoring.clusters`), with Student's t.
    """
    if not first.n or not second.n:
        return None
    found = apart(first, second, shared)
    difference, error = 100 * found.mean, 100 * sqrt(found.variance)
    half = found.quantile(confidence) * error
    z = difference / error
    p = two_sided_p(z) if found.degrees is None else t_two_sided_p(z, found.degrees)
    return Comparison(
        first=first,
        second=second,
        adjusted_difference=difference,
        standard_error=error,
        z=z,
        p=p,
        interval=Interval(max(-200.0, difference - half), min(200.0, difference + half)),
        confidence=confidence,
        adjusted_p=p,
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values in the order given, for one view with several tests.

    Holm, Scandinavian Journal of Statistics 6, 1979, 65-70: the k-th smallest of m is multiplied by m - k +
    1, none falls below a smaller one, none exceeds 1. The chance of even one false finding stays at the
    level.
    """
    if any(not 0 <= p <= 1 for p in p_values):
        raise ValueError("a p-value lies between 0 and 1")
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    result = [0.0] * len(p_values)
    floor = 0.0
    for rank, index in enumerate(order):
        floor = max(floor, min(1.0, p_values[index] * (len(p_values) - rank)))
        result[index] = floor
    return result


def holm_corrected(comparisons: Mapping[Label, Comparison]) -> dict[Label, Comparison]:
    """The same comparisons with `adjusted_p` corrected for all that are in the mapping."""
    corrected = holm([comparison.p for comparison in comparisons.values()])
    return {
        label: replace(comparison, adjusted_p=p, among=len(comparisons))
        for (label, comparison), p in zip(comparisons.items(), corrected, strict=True)
    }


def compare_with_rest(
    groups: Mapping[Label, Counts],
    confidence: float = 0.95,
    *,
    tested: Sequence[Label] | None = None,
    shared: Mapping[Label, Shared] | None = None,
) -> dict[Label, Comparison]:
    """Each group against all the others together, with Holm's correction.

    `tested` limits which groups are compared; the others still belong to the rest. Two groups are one
    comparison, seen from both sides, and need no correction. Groups that cannot be compared are absent.
    `shared` holds each group and its rest by account.
    """
    total = pooled(groups.values())
    found: dict[Label, Comparison] = {}
    for label in groups if tested is None else tested:
        comparison = compare(
            groups[label], total - groups[label], confidence, shared=(shared or {}).get(label)
        )
        if comparison is not None:
            found[label] = comparison
    answered = sum(1 for counts in groups.values() if counts.n)
    return found if answered == 2 else holm_corrected(found)
