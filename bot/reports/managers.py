"""The account managers of a wave, held against each other fairly: whose score lies beyond what chance alone may do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from bot.reports.scope import cells_of, choose, scores_of
from bot.reports.segment_query import UNKNOWN, Grouped
from bot.reports.segments import answers_by, groups_as_shown
from bot.reports.values import Missing, Scope, Segmented, SegmentRow
from scoring import Funnel, InFunnel, Interval, funnel

MOST_HELD: Final = 1000
"""Account managers who are held against each other, those with the most answers."""
_POINTS: Final = 60


@dataclass(frozen=True, slots=True)
class ManagersReport:
    """A wave by account manager, as a funnel. `held` is how many gave their `answers` together the score `mean`;
    `spread` is how far their true scores probably lie apart, in points. `segments` are those who may be shown by
    themselves, the highest shrunk score first, and the others as one row; `beside` what the funnel says of each shown
    one; `band` the funnel itself, from few answers to many, with the limits for each number. `without_manager` counts
    the answers of nobody's account manager, which are in nothing else."""

    scope: Scope
    held: int
    answers: int
    mean: float
    spread: float
    segments: Segmented
    beside: Mapping[str, InFunnel]
    band: tuple[tuple[int, Interval], ...]
    without_manager: int = 0


def managers_report(
    connection: Connection, campaign: str, *, wave: int | None = None, managers: tuple[str, ...] | None = None
) -> ManagersReport | Missing:
    """The account managers of a wave that asked for an NPS, as they were when it asked, the newest wave where no number
    is given. `managers` see themselves beside the funnel, and nobody else."""
    chosen = choose(connection, campaign, wave)
    if isinstance(chosen, Missing):
        return chosen
    if chosen.kind != "nps":
        return Missing("not_nps", chosen.waves[-1].campaign)
    grouped = answers_by(connection, chosen, "account_manager", MOST_HELD)
    return held_together(chosen.scope(cells_of(connection, chosen)), grouped, managers)


def held_together(
    scope: Scope, grouped: Grouped, managers: tuple[str, ...] | None = None
) -> ManagersReport | Missing:
    """The answers by account manager as a funnel; `managers` alone are shown beside it where some are given."""
    groups = {label: each for label, each in grouped.groups.items() if label != UNKNOWN}
    found = funnel({label: scores_of("nps", each).counts for label, each in groups.items()})
    if found is None:
        return Missing("few_managers", scope.campaign)
    segments = groups_as_shown("nps", "account_manager", replace(grouped, groups=groups), judged=False)
    beside = {row.label: found.group(row.label) for row in segments.rows if row.scores is not None}
    rows = sorted(segments.rows, key=lambda row: _place(beside, row))
    segments = replace(segments, rows=tuple(rows))
    if managers is not None:
        segments, beside = _own(segments, beside, managers)
    return ManagersReport(
        scope=replace(scope, managers=managers),
        held=len(found.counts),
        answers=sum(counts.n for counts in found.counts.values()),
        mean=found.mean,
        spread=found.spread,
        segments=segments,
        beside=beside,
        band=_band(found),
        without_manager=sum(grouped.groups.get(UNKNOWN, {}).values()),
    )


def _place(beside: Mapping[str, InFunnel], row: SegmentRow) -> tuple[bool, float, str]:
    return (False, -beside[row.label].shrunk, row.label) if row.label in beside else (True, 0.0, row.label)


def _own(
    segments: Segmented, beside: Mapping[str, InFunnel], managers: tuple[str, ...]
) -> tuple[Segmented, dict[str, InFunnel]]:
    """What these account managers may see: themselves."""
    rows = tuple(row for row in segments.rows if row.label in managers)
    hidden = sum(row.scores is None for row in rows)
    own = replace(segments, rows=rows, groups=len(rows), hidden=hidden, left_out=0, together=None)
    return own, {label: one for label, one in beside.items() if label in managers}


def _band(found: Funnel) -> tuple[tuple[int, Interval], ...]:
    """The limits for numbers of answers from 1 to the largest, closer together where the funnel is steep."""
    most = max(counts.n for counts in found.counts.values())
    sizes = sorted({max(1, round(most * (place / _POINTS) ** 2)) for place in range(1, _POINTS + 1)})
    return tuple((size, found.limits(size)) for size in sizes)
