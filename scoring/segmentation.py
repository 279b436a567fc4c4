"""Scores by segment, and which of them may be shown.

Thresholds: 5 answers protect a person (the usual privacy minimum of employee and customer surveys), 30 are
a rule of thumb for a score that says something. They are conventions, not laws.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scoring.comparison import Comparison, compare_with_rest
from scoring.counts import Counts, nps
from scoring.interval import Interval, adjusted_wald

FEWEST_COUNTED = 5
FEWEST_SCORED = 10
FEWEST_SOLID = 30


class Visibility(StrEnum):
    """How much of a group may be shown."""

    HIDDEN = "hidden"
    COUNTS_ONLY = "counts only"
    INDICATIVE = "indicative"
    FULL = "full"

    @property
    def has_score(self) -> bool:
        """Whether an NPS may be shown, and compared."""
        return self in (Visibility.INDICATIVE, Visibility.FULL)


def visibility(n: int) -> Visibility:
    """Under 5 answers hidden, 5-9 the three counts, 10-29 a score marked indicative, from 30 on all."""
    if n < FEWEST_COUNTED:
        return Visibility.HIDDEN
    if n < FEWEST_SCORED:
        return Visibility.COUNTS_ONLY
    return Visibility.INDICATIVE if n < FEWEST_SOLID else Visibility.FULL


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Groups that a view leaves out for want of room: how many, and their answers together."""

    groups: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Segment:
    """One group as it may be shown. What may not be shown is not in it, so that no report can leak it."""

    label: str
    n: int
    visibility: Visibility
    reveals_another: bool = False
    """Hidden although large enough: the total minus what is shown would give a hidden group away."""
    counts: Counts | None = None
    nps: float | None = None
    interval: Interval | None = None
    against_rest: Comparison | None = None
    """Against all other answers that the view gives away, corrected for the number of segments."""


def segments(
    groups: Mapping[str, Counts],
    confidence: float = 0.95,
    *,
    total_is_shown: bool = True,
    unlisted: Unlisted | None = None,
) -> tuple[Segment, ...]:
    """The groups in the order given, each reduced to what may be shown.

    `total_is_shown` (the default, and the safe one) says that the reader also sees the result of all groups
    together, and that every answer belongs to exactly one of them. `unlisted` are groups that belong to the
    total and are not among `groups`: total minus shown speaks of them too.
    """
    revealing = _revealing(groups, unlisted) if total_is_shown else frozenset()
    shown = {
        label: Visibility.HIDDEN if label in revealing else visibility(counts.n)
        for label, counts in groups.items()
    }
    # A comparison holds the counts of both sides: with no total on show, both must be made of what is.
    known = {
        label: counts
        for label, counts in groups.items()
        if total_is_shown or shown[label] is not Visibility.HIDDEN
    }
    tested = [label for label in groups if shown[label].has_score]
    beside = None if unlisted is None or not total_is_shown else unlisted.counts
    compared = compare_with_rest(known, confidence, tested=tested, beside=beside)
    return tuple(
        _segment(label, groups[label], seen, confidence, compared.get(label), label in revealing)
        for label, seen in shown.items()
    )


def _segment(
    label: str,
    counts: Counts,
    seen: Visibility,
    confidence: float,
    against_rest: Comparison | None,
    reveals_another: bool,
) -> Segment:
    if seen is Visibility.HIDDEN:
        return Segment(label, counts.n, seen, reveals_another)
    if seen is Visibility.COUNTS_ONLY:
        return Segment(label, counts.n, seen, counts=counts)
    return Segment(
        label,
        counts.n,
        seen,
        counts=counts,
        nps=nps(counts),
        interval=adjusted_wald(counts, confidence),
        against_rest=against_rest,
    )


def _revealing(groups: Mapping[str, Counts], unlisted: Unlisted | None) -> frozenset[str]:
    """The smallest other group, where total minus shown would speak about one group or under five people.

    Total minus shown is the sum of all that is hidden or not listed. One more group is always enough: it has
    five answers.
    """
    small = [counts.n for counts in groups.values() if 0 < counts.n < FEWEST_COUNTED]
    unseen, people = len(small), sum(small)
    if unlisted is not None and unlisted.counts.n:
        unseen += unlisted.groups
        people += unlisted.counts.n
    told_of_few = small or 0 < people < FEWEST_COUNTED
    if not told_of_few or (unseen > 1 and people >= FEWEST_COUNTED):
        return frozenset()
    large_enough = [label for label, counts in groups.items() if counts.n >= FEWEST_COUNTED]
    return frozenset(sorted(large_enough, key=lambda label: groups[label].n)[:1])
