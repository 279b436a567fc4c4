"""The scores of a campaign, wave after wave, and whether each step is a change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from sqlalchemy import Connection

from bot.campaigns.waves import Wave
from bot.dialogue.kinds import SurveyKind
from bot.reports.clusters import clusters_of_waves
from bot.reports.scope import Chosen, cells_of, kind_of, scores_of, still_running, waves_of
from bot.reports.tallies import Cell, score_counts
from bot.reports.values import MOST_POINTS, Missing, TrendPoint, TrendReport
from scoring import Comparison, Shared, compare, holm_corrected


def trend_report(
    connection: Connection, campaign: str, *, managers: tuple[str, ...] | None = None
) -> TrendReport | Missing:
    """The waves of a campaign that asked the same kind of question as the newest one.

    Each wave is compared with the one before it that has answers (NPS alone). The newest step is what people ask
    about, and judged as `report … vs previous` does. With twelve older steps and nothing changed, two times in
    five one of them looks like a change by chance, so these are judged together.
    """
    waves = waves_of(connection, campaign)
    if not waves:
        return Missing("never_started", campaign)
    kind = kind_of(waves[-1])
    alike = [one for one in waves if kind_of(one) == kind]
    shown = tuple(alike[-MOST_POINTS:])
    cells = cells_of(connection, Chosen(shown, managers=managers))
    points = [_point(kind, one, [cell for cell in cells if cell.wave_id == one.id]) for one in shown]
    return TrendReport(
        campaign=waves[-1].campaign,
        kind=kind,
        points=tuple(_judged(connection, shown, points, managers) if kind == "nps" else points),
        managers=managers,
        left_out=len(alike) - len(shown),
    )


def _point(kind: SurveyKind, run: Wave, cells: list[Cell]) -> TrendPoint:
    return TrendPoint(
        wave=run.number,
        started_at=run.started_at,
        running=still_running((run,), cells),
        scores=scores_of(kind, score_counts(cells)),
    )


def _judged(
    connection: Connection,
    waves: Sequence[Wave],
    points: Sequence[TrendPoint],
    managers: tuple[str, ...] | None,
) -> list[TrendPoint]:
    """The points by account, each with its change from the one before that has answers."""
    answered = {one.id: point for one, point in zip(waves, points, strict=True) if point.scores.n}
    if not answered:
        return list(points)
    chosen = Chosen(tuple(one for one in waves if one.id in answered), managers=managers)
    found = clusters_of_waves(connection, chosen, [point.scores.counts for point in answered.values()])
    shared = {point.wave: found[wave_id] for wave_id, point in answered.items()}
    counted = [
        replace(point, scores=point.scores.by_account(shared[point.wave].first)) if point.scores.n else point
        for point in points
    ]
    return _with_changes(counted, shared)


def _with_changes(points: list[TrendPoint], shared: Mapping[int, Shared]) -> list[TrendPoint]:
    answered = [point for point in points if point.scores.n]
    steps = {
        after.wave: change
        for before, after in pairwise(answered)
        if not before.running
        and not after.running
        and (change := compare(after.scores.counts, before.scores.counts, shared=shared[after.wave]))
        is not None
    }
    newest = max(steps, default=0)
    alone = {newest: steps.pop(newest)} if steps else {}
    judged = holm_corrected(steps) | alone
    return [replace(point, change=judged.get(point.wave)) for point in points]


def step_between(
    connection: Connection, later: Wave, earlier: Wave, managers: tuple[str, ...] | None
) -> Comparison | None:
    """The verdict of the trend on the step from one wave to the next with answers; None where it has none."""
    found = trend_report(connection, later.campaign, managers=managers)
    if isinstance(found, Missing):
        return None
    for before, after in pairwise(point for point in found.points if point.scores.n):
        if (before.wave, after.wave) == (earlier.number, later.number):
            return after.change
    return None
