"""Which themes one group names more often than the others, and which cost it more: every group and theme of a view is
judged together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import hypot

from scoring.comparison import holm
from scoring.counts import Counts, pooled
from scoring.distributions import two_sided_p, z_quantile
from scoring.exact import exact_p
from scoring.interval import Interval
from scoring.segmentation import FEWEST_COUNTED, FEWEST_SCORED, Unlisted, segments
from scoring.shifts import JudgedShift, Shift, shift_of_rates
from scoring.themes.impact import impact, impact_standard_error

NOBODY = Counts(0, 0, 0)
ByLabel = Mapping[str | None, Counts]
"""Answers by group; None are those of the groups that a view has no room for."""


@dataclass(frozen=True, slots=True)
class ThemeCell:
    """A theme in a group: `named` of its `n` reasons name it, `other_named` of the `other_n` of the others; `often` is
    the difference in percentage points. `cost` is that of the impacts in points: None where fewer than five of either
    side name the theme, or fewer than five do not."""

    group: str
    theme: str
    named: int
    n: int
    other_named: int
    other_n: int
    often: JudgedShift
    impact: float | None = None
    other_impact: float | None = None
    cost: JudgedShift | None = None


@dataclass(frozen=True, slots=True)
class ThemeCells:
    """The cells of the groups that are `compared`, the clearest first. `closed` groups gave fewer than ten reasons, or
    the total would give away another one with them."""

    cells: tuple[ThemeCell, ...]
    compared: tuple[str, ...]
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    everyone: Counts
    named: Counts


@dataclass(frozen=True, slots=True)
class _Both:
    group: str
    theme: str
    own: _Side
    others: _Side


def theme_cells(
    reasons: ByLabel,
    themes: Mapping[str, ByLabel],
    confidence: float = 0.95,
    *,
    beyond: int = 0,
    points: bool = True,
) -> ThemeCells:
    """Each theme in each group against all others that a view gives away. `beyond` is how many groups None stands for.

    `segments` says what may be shown, of the reasons and of those that name a theme alike: a cell that one to four
    people name is closed, and so is one that would give such a cell away. Without `points`, of other kinds than an NPS,
    only how often is compared.

    How often: Fisher's exact test and Newcombe's interval. Cost: the difference of two impacts of separate groups,
    each with its own standard error (`impact_standard_error`), by the normal distribution.
    """
    parts = _shown(reasons, beyond)
    labels = [label for label in parts if label is not None]
    compared = tuple(label for label in labels if len(parts) > 1 and parts[label].n >= FEWEST_SCORED)
    pairs = [
        both for theme, named in themes.items() for both in _pairs(theme, named, parts, compared, beyond)
    ]
    costs = [_cost(both, confidence) if points else None for both in pairs]
    made = [cost.p for cost in costs if cost is not None]
    corrected = iter(holm([*(exact_p(*_counted(both)) for both in pairs), *made]))
    shares = [(both, shift_of_rates(*_counted(both), confidence), next(corrected)) for both in pairs]
    cells = [
        _cell(both, JudgedShift(shift, p, confidence), cost, 1.0 if cost is None else next(corrected))
        for (both, shift, p), cost in zip(shares, costs, strict=True)
        if shift is not None
    ]
    closed = tuple(label for label in reasons if label is not None and label not in compared)
    return ThemeCells(tuple(sorted(cells, key=_clearest)), compared, closed)


def _shown(counts: ByLabel, beyond: int) -> dict[str | None, Counts]:
    """The groups that may be shown, and as None all others together where that may be."""
    groups = {label: each for label, each in counts.items() if label is not None}
    found = segments(groups, unlisted=Unlisted(beyond, counts.get(None, NOBODY)))
    parts: dict[str | None, Counts] = {one.label: one.counts for one in found if one.counts is not None}
    if found.together is not None:
        parts[None] = found.together.counts
    return parts


def _pairs(
    theme: str, named: ByLabel, parts: ByLabel, compared: tuple[str, ...], beyond: int
) -> Iterator[_Both]:
    whole = pooled(parts.values())
    seen = named if None in parts else {label: each for label, each in named.items() if label in parts}
    everybody = pooled(seen.values())
    open_ = _shown(seen, beyond)
    for label in compared:
        own = named.get(label, NOBODY)
        if label in open_:
            yield _Both(label, theme, _Side(parts[label], own), _Side(whole - parts[label], everybody - own))
            if len(parts) == 2:  # one comparison, seen from both sides
                return


def _counted(both: _Both) -> tuple[int, int, int, int]:
    own, others = both.own, both.others
    return own.named.n, own.everyone.n, others.named.n, others.everyone.n


@dataclass(frozen=True, slots=True)
class _Cost:
    """The impacts of the group and of the others, their difference, and the chance of it."""

    own: float
    other: float
    shift: Shift
    p: float


def _cost(both: _Both, confidence: float) -> _Cost | None:
    own, others = _impact(both.own), _impact(both.others)
    if own is None or others is None:
        return None
    points, error = own[0] - others[0], hypot(own[1], others[1])
    half = z_quantile(confidence) * error
    shift = Shift(points, Interval(points - half, points + half))
    return _Cost(own[0], others[0], shift, two_sided_p(points / error))


def _impact(side: _Side) -> tuple[float, float] | None:
    """The impact and its standard error, where it may be told."""
    points, error = impact(side.everyone, side.named), impact_standard_error(side.everyone, side.named)
    if points is None or error is None or min(side.named.n, side.everyone.n - side.named.n) < FEWEST_COUNTED:
        return None
    return points, error


def _cell(both: _Both, often: JudgedShift, cost: _Cost | None, p: float) -> ThemeCell:
    cell = ThemeCell(both.group, both.theme, *_counted(both), often)
    if cost is None:
        return cell
    judged = JudgedShift(cost.shift, p, often.confidence)
    return replace(cell, impact=cost.own, other_impact=cost.other, cost=judged)


def _clearest(cell: ThemeCell) -> tuple[float, float, str, str]:
    p = cell.often.adjusted_p if cell.cost is None else min(cell.often.adjusted_p, cell.cost.adjusted_p)
    return p, -abs(cell.often.shift.difference), cell.group, cell.theme
