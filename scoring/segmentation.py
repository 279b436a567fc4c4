"""Scores by segment, and which of them may be shown.

Thresholds: 5 answers protect a person (the usual privacy minimum of employee and customer surveys), 30 are
a rule of thumb for a score that says something. They are conventions, not laws.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from scoring.clusters import Clusters, Shared, interval_by_account
from scoring.comparison import Comparison, compare_with_rest
from scoring.counts import Counts, nps, pooled
from scoring.interval import Interval

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
    clusters: Clusters | None = None
    """Of how many accounts its answers are, where that is known."""


@dataclass(frozen=True, slots=True)
class Together:
    """All groups that are not shown by themselves, as one: hidden ones, and those without room in the view.

    It gives nothing away, since the total minus the groups that are shown says the same, and no answer is lost.
    """

    named: tuple[str, ...]
    """The hidden groups that are large enough to be named in it, the largest first."""
    others: int
    """How many groups are in it besides those."""
    counts: Counts
    visibility: Visibility
    against_rest: Comparison | None = None
    clusters: Clusters | None = None


ByGroup = Callable[[Mapping[str | None, Counts]], Mapping[str | None, Shared]]
"""Of the groups of a view, and of the rest of them as None, each and all others by account."""


@dataclass(frozen=True, slots=True)
class Segmentation:
    """The groups of a view, each reduced to what may be shown of it, and the rest of them as one row; None where
    there is no rest, where it is too few people for one, and where it is all there is."""

    groups: tuple[Segment, ...]
    together: Together | None = None

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.groups)


def segments(
    groups: Mapping[str, Counts],
    confidence: float = 0.95,
    *,
    total_is_shown: bool = True,
    unlisted: Unlisted | None = None,
    by_account: ByGroup | None = None,
) -> Segmentation:
    """The groups in the order given, each reduced to what may be shown.

    `total_is_shown` (the default, and the safe one) says that the reader also sees the result of all groups
    together, and that every answer belongs to exactly one of them. `unlisted` are groups that belong to the
    total and are not among `groups`: total minus shown speaks of them too. Only then are those that are not
    shown one row together, and compared like a group.
    """
    revealing = _revealing(groups, unlisted) if total_is_shown else frozenset()
    shown = {
        label: Visibility.HIDDEN if label in revealing else visibility(counts.n)
        for label, counts in groups.items()
    }
    parts: dict[str | None, Counts] = {
        label: counts for label, counts in groups.items() if shown[label] is not Visibility.HIDDEN
    }
    # A comparison holds the counts of both sides: both must be made of what is on show.
    rest = _rest(groups, shown, unlisted) if total_is_shown and parts else None
    if rest is not None:
        parts[None] = rest.counts
    accounts = {} if by_account is None else by_account(parts)
    compared = _compared(parts, confidence, accounts)

    def of(label: str | None) -> Clusters | None:
        return accounts[label].first if label in accounts else None

    return Segmentation(
        tuple(
            _segment(
                label, groups[label], seen, confidence, of(label), compared.get(label), label in revealing
            )
            for label, seen in shown.items()
        ),
        None if rest is None else replace(rest, against_rest=compared.get(None), clusters=of(None)),
    )


def _rest(
    groups: Mapping[str, Counts], shown: Mapping[str, Visibility], unlisted: Unlisted | None
) -> Together | None:
    hidden = [label for label, seen in shown.items() if seen is Visibility.HIDDEN and groups[label].n]
    counts = pooled(groups[label] for label in hidden)
    others = 0
    if unlisted is not None and unlisted.counts.n:
        counts, others = counts + unlisted.counts, unlisted.groups
    large = sorted(
        (label for label in hidden if groups[label].n >= FEWEST_COUNTED), key=lambda label: -groups[label].n
    )
    seen = visibility(counts.n)
    if seen is Visibility.HIDDEN:
        return None
    return Together(tuple(large), len(hidden) - len(large) + others, counts, seen)


def _compared(
    parts: Mapping[str | None, Counts], confidence: float, accounts: Mapping[str | None, Shared]
) -> dict[str | None, Comparison]:
    """Each part that has a score against all others; None is the rest."""
    tested = [label for label, counts in parts.items() if visibility(counts.n).has_score]
    return compare_with_rest(parts, confidence, tested=tested, shared=accounts)


def _segment(
    label: str,
    counts: Counts,
    seen: Visibility,
    confidence: float,
    clusters: Clusters | None,
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
        interval=interval_by_account(counts, clusters, confidence),
        against_rest=against_rest,
        clusters=clusters,
    )


def _revealing(groups: Mapping[str, Counts], unlisted: Unlisted | None) -> frozenset[str]:
    """The smallest other groups that must not be shown either, so that total minus shown speaks neither about one
    small group, nor about under five people, nor of people who all answered alike.

    Total minus shown is the sum of all that is hidden or not listed. Where that is few people, one more group is
    enough: it has five answers. Where all of them answered alike the sum tells what each of them said, so groups
    are added until they did not.
    """
    few = [counts for counts in groups.values() if 0 < counts.n < FEWEST_COUNTED]
    small, unseen, told = bool(few), len(few), pooled(few)
    if unlisted is not None and unlisted.counts.n:
        small = small or unlisted.counts.n < FEWEST_COUNTED * unlisted.groups  # at least one of them is
        unseen += unlisted.groups
        told += unlisted.counts
    others = sorted(
        (label for label, counts in groups.items() if counts.n >= FEWEST_COUNTED),
        key=lambda label: groups[label].n,
    )
    found = []
    while others and _gives_away(small, unseen, told):
        label = others.pop(0)
        found.append(label)
        unseen, told = unseen + 1, told + groups[label]
    return frozenset(found)


def _gives_away(small: bool, unseen: int, told: Counts) -> bool:
    """Whether the sum of `unseen` groups says too much of the people in it; `small`: one of them is under five."""
    if not small and (not told.n or told.n >= FEWEST_COUNTED):
        return False
    alike = max(told.detractors, told.passives, told.promoters) == told.n
    return unseen < 2 or told.n < FEWEST_COUNTED or alike
