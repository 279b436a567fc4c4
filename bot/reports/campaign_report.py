"""The report of a wave, or of what a campaign was told since a day."""

from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import Connection

from bot.campaigns.waves import Wave, find_wave
from bot.config.sections.report import bands, limits
from bot.config.settings import Settings
from bot.reports.cases.figures import case_states
from bot.reports.clusters import clusters_of, clusters_of_waves
from bot.reports.goals import goals_of
from bot.reports.halves import compared
from bot.reports.left_out import selected
from bot.reports.number_groups import ACCOUNT_VALUE
from bot.reports.reminded import reminded
from bot.reports.scope import (
    NOW,
    THEN,
    Chosen,
    cells_of,
    choose,
    kind_of,
    near_names,
    newest_cells,
    scored_since,
    scores_of,
    still_running,
    wave_before,
    waves_of,
)
from bot.reports.segments import segmented
from bot.reports.silent import with_the_silent
from bot.reports.tallies import Cell, dispositions, score_counts, skipped
from bot.reports.trend import step_between
from bot.reports.values import PREVIOUS, CampaignReport, Missing, Scope, Scores, Segmented, Versus
from scoring import (
    Counts,
    Distance,
    Interval,
    Shared,
    Shift,
    bounds_of_silence,
    compare,
    distance,
    rates,
    shift_of_means,
    shift_of_shares,
)

LARGE_SHARE: Final = 0.05
"""From this share of a list on the interval for exactly that list is told beside the other; below it the two
are the same. A convention (statistical software switches at 5% too)."""


def campaign_report(
    connection: Connection,
    settings: Settings,
    campaign: str,
    *,
    wave: int | None = None,
    by: str | None = None,
    since: date | None = None,
    versus: str | int | None = None,
    managers: tuple[str, ...] | None = None,
    now: bool = False,
) -> CampaignReport | Missing:
    """The report of a wave, the newest where no number is given.

    `since` counts the answers of a campaign from that day on, where the company is, over its waves (or in
    `wave` alone), of each person the newest. `by` adds the groups of an attribute; by account manager it adds
    whom each one's customers lost on the way to the question. `versus` compares with the wave before
    (`previous`), with the wave of that number, or with the newest wave of a campaign. `managers` limits
    everything to the accounts of these account managers. Accounts and attributes are those of when each wave
    took a customer in; of `now` on request.
    """
    chosen = choose(connection, campaign, wave, managers=managers, known=NOW if now else THEN)
    if isinstance(chosen, Missing):
        return chosen
    if since is None:
        cells = cells_of(connection, chosen, days=by is not None)
    else:
        period = _period(connection, chosen, since, every_wave=wave is None)
        if isinstance(period, Missing):
            return period
        chosen, cells = period
    answers = scored_since(cells, since)
    if since is not None and len(chosen.waves) > 1:
        answers = newest_cells(connection, chosen)
    scores = scores_of(chosen.kind, score_counts(answers))
    if chosen.kind == "nps" and scores.n:
        scores = scores.by_account(clusters_of(connection, chosen, scores.counts))
    scope = chosen.scope(cells)
    groups = None if by is None else _groups(connection, settings, chosen, answers, by, judged=scope.judged)
    if isinstance(groups, Missing):
        return groups
    other = None if versus is None else _versus(connection, settings, chosen, scope, scores, versus)
    if isinstance(other, Missing):
        return other
    report = CampaignReport(
        scope=scope,
        scores=scores,
        audience=scores.n,
        dispositions=None,
        rates=None,
        skipped={},
        benchmark=_distances(settings, scores),
        band=_band(settings, scores),
        versus=other,
        segments=groups,
        goals=tuple(goals_of(settings, scope, scores, groups)),
    )
    if since is not None:
        return report
    return with_the_silent(connection, chosen, _with_audience(connection, chosen, cells, report))


def _groups(
    connection: Connection,
    settings: Settings,
    chosen: Chosen,
    answers: list[Cell],
    by: str,
    *,
    judged: bool,
) -> Segmented | Missing:
    found = segmented(connection, chosen, answers, by, judged=judged, limits=limits(settings.bands))
    if isinstance(found, Missing) or found.attribute != ACCOUNT_VALUE:
        return found
    return replace(found, currency=settings.currency)


def _period(
    connection: Connection, chosen: Chosen, since: date, *, every_wave: bool
) -> tuple[Chosen, list[Cell]] | Missing:
    """The waves with an answer since a day, and their cells."""
    campaign = chosen.waves[-1].campaign
    if every_wave:
        chosen = replace(chosen, waves=tuple(waves_of(connection, campaign)))
    cells = cells_of(connection, chosen, days=True)
    answered = {cell.wave_id for cell in scored_since(cells, since)}
    waves = tuple(one for one in chosen.waves if one.id in answered)
    if not waves:
        return Missing("nothing_since", since.isoformat())
    if len({kind_of(one) for one in waves}) > 1:
        return Missing("other_kind", campaign)
    return replace(chosen, waves=waves, since=since), [cell for cell in cells if cell.wave_id in answered]


def _with_audience(
    connection: Connection, chosen: Chosen, cells: list[Cell], report: CampaignReport
) -> CampaignReport:
    """The report of a whole wave: everybody who was to be asked is known, not only who answered."""
    scores, far = report.scores, dispositions(cells)
    of_nps = chosen.kind == "nps" and scores.n > 0
    by = None if report.segments is None else report.segments.attribute
    silence = bounds_of_silence(scores.counts, far.without_score) if of_nps else None
    large = of_nps and not report.scope.running and scores.n > LARGE_SHARE * far.invited
    return replace(
        report,
        audience=sum(cell.people for cell in cells),
        asked=sum(cell.people for cell in cells if cell.question_out),
        dispositions=far,
        rates=rates(far),
        skipped=skipped(cells),
        silence=silence,
        exactly_these=_within(replace(scores, population=far.invited).interval, silence) if large else None,
        selection=selected(connection, chosen) if by == "account_manager" else (),
        cases=case_states(connection, chosen),
        reminded=reminded(connection, chosen),
        halves=compared(connection, chosen, judged=report.scope.judged),
    )


def _within(found: Interval | None, bounds: Interval | None) -> Interval | None:
    """The interval without what is ruled out: the score of a list cannot be outside the bounds of silence."""
    if found is None or bounds is None:
        return found
    return Interval(max(found.low, bounds.low), min(found.high, bounds.high))


# ---------------------------------------------------------------------------------------- scores of others


def _distances(settings: Settings, scores: Scores) -> tuple[Distance, ...]:
    if scores.kind != "nps":
        return ()
    found = (distance(scores.counts, each, scores.clusters) for each in settings.benchmark.all)
    return tuple(each for each in found if each is not None)


def _band(settings: Settings, scores: Scores) -> tuple[str | None, str | None] | None:
    if scores.kind != "nps" or scores.interval is None:
        return None
    low, high = bands(settings.bands).words(scores.interval)
    return None if high is None else (low, high)


def _versus(
    connection: Connection, settings: Settings, chosen: Chosen, scope: Scope, scores: Scores, said: str | int
) -> Versus | Missing:
    first = chosen.waves[0]
    other = _other(connection, settings, first, said)
    if isinstance(other, Missing):
        return other
    if other.id in chosen.ids:
        return Missing("compared_with_itself", str(other.number))
    if kind_of(other) != chosen.kind:
        return Missing("other_kind", other.campaign)
    theirs = replace(chosen, waves=(other,), since=None)
    cells = cells_of(connection, theirs)
    counted = scores_of(chosen.kind, score_counts(cells))
    running = still_running((other,), cells)
    judged, found = scope.judged and not running, None
    if chosen.kind == "nps" and counted.n and scores.n:
        shared = _shared(connection, (theirs, counted.counts), (chosen, scores.counts))
        counted = counted.by_account(shared.second)
        found = compare(scores.counts, counted.counts, shared=shared) if judged else None
        same_question = other.campaign == first.campaign and scope.since is None and chosen.known is THEN
        if judged and same_question:  # it has one verdict
            found = step_between(connection, first, other, chosen.managers) or found
    shift = _shift(scores, counted) if judged else None
    return Versus(other.campaign, other.number, counted, found, running, shift)


def _shared(connection: Connection, before: tuple[Chosen, Counts], after: tuple[Chosen, Counts]) -> Shared:
    """The answers of both sides by account. Of a period the accounts that stand in both are not looked for: to leave
    out what they have in common makes a difference less certain than it is, and never more."""
    (theirs, their_counts), (chosen, counts) = before, after
    if chosen.since is None:
        both = replace(chosen, waves=(*theirs.waves, *chosen.waves))
        return clusters_of_waves(connection, both, (their_counts, counts))[chosen.ids[0]]
    return Shared(clusters_of(connection, chosen, counts), clusters_of(connection, theirs, their_counts))


def _shift(scores: Scores, theirs: Scores) -> Shift | None:
    match scores.kind:
        case "csat":
            return shift_of_shares(scores.answers, theirs.answers)
        case "ces":
            return shift_of_means(scores.answers, theirs.answers)
        case _:
            return None


def _other(connection: Connection, settings: Settings, first: Wave, said: str | int) -> Wave | Missing:
    """The wave to compare with a report of which `first` is the first wave."""
    if isinstance(said, int):
        return find_wave(connection, first.campaign, said) or Missing("no_such_wave", str(said))
    if said.casefold() in (PREVIOUS, first.campaign.casefold()):
        return wave_before(connection, first) or Missing("no_previous", first.campaign)
    known = {each.casefold(): each for each in settings.campaigns}
    spelled = known.get(said.casefold(), said)
    near = () if spelled in settings.campaigns else near_names(said, settings.campaigns)
    return find_wave(connection, spelled) or Missing("never_started", spelled, near)
