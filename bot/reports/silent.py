"""What those who were asked and gave no score may change, in a wave that is over."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection, FromClause, func, select

from bot.reports.response import response_by_group
from bot.reports.scope import Chosen, answered_in, cells_of, scores_of
from bot.reports.segments import segmented
from bot.reports.tallies import Cell, dispositions, score_counts
from bot.reports.values import CampaignReport, Missing, RestRow, Segmented, SegmentRow
from bot.store.schema import conversation
from scoring import Counts, LikeTheLast, PostStratified, Rate, like_the_last, pooled, post_stratified

BY_DEFAULT: Final = "account_manager"
"""The groups that a score is weighted by where a report has none of its own."""
MOST_IN_ORDER: Final = 5_000
"""Answers of a day that is cut in their order; of more the order within the day is left out of account."""


def with_the_silent(connection: Connection, chosen: Chosen, report: CampaignReport) -> CampaignReport:
    """The report of a whole wave with the response of its groups and, of an NPS that is over, what the silent may
    change: nothing of it while they may still answer."""
    groups = report.segments
    if groups is not None:
        groups = with_response(connection, chosen, groups)
    report = replace(report, segments=groups)
    silent = 0 if report.dispositions is None else report.dispositions.without_score
    if chosen.kind != "nps" or not report.scores.n or not silent or report.scope.running:
        return report
    cells = cells_of(connection, chosen, days=True)
    found = _as_invited(connection, chosen, cells, groups)
    return replace(
        report,
        like_the_last=_like_the_last(connection, chosen, cells),
        as_invited=found if found is not None and found.worth_telling else None,
    )


# -------------------------------------------------------------------------------------------------- response


def with_response(connection: Connection, chosen: Chosen, groups: Segmented) -> Segmented:
    """The groups, each with how many of it were invited; as they are where people are not invited by such a group: by
    the month of an answer, by what they said of effort, by bands of a number."""
    invited = {
        one.label: (one.invited, one.answered)
        for one in response_by_group(connection, chosen, groups.attribute)
    }
    shown = [row for row in groups.rows if row.scores is not None]
    if any(invited.get(row.label, (0, 0))[1] != row.n for row in shown):
        return groups
    rows = tuple(
        row if row.scores is None else replace(row, response=_rate(row, invited[row.label][0]))
        for row in groups.rows
    )
    others = sum(people for people, _ in invited.values()) - sum(invited[row.label][0] for row in shown)
    rest = groups.together
    return replace(
        groups, rows=rows, together=None if rest is None else replace(rest, response=_rate(rest, others))
    )


def _rate(row: SegmentRow | RestRow, invited: int) -> Rate:
    scored = 0 if row.scores is None else row.scores.n
    return Rate("response rate", scored, "scored", invited, "invited")


def weighted_by(groups: Segmented | None) -> str:
    """The groups that a score is weighted by: those of the report, where people are invited by them."""
    invited = groups is not None and any(row.response is not None for row in groups.rows)
    return groups.attribute if groups is not None and invited else BY_DEFAULT


def _as_invited(
    connection: Connection, chosen: Chosen, cells: Sequence[Cell], groups: Segmented | None
) -> PostStratified | None:
    """The score weighted by the groups of the report that people are invited by, else by account manager."""
    if groups is None or weighted_by(groups) != groups.attribute:
        if chosen.managers is not None:
            return None
        found = segmented(connection, chosen, cells, BY_DEFAULT, judged=False)
        if isinstance(found, Missing):
            return None
        groups = with_response(connection, chosen, found)
    shown = [
        (row.response.denominator, row.scores.counts)
        for row in groups.rows
        if row.response is not None and row.scores is not None
    ]
    everybody = scores_of("nps", score_counts(cells)).counts
    people = dispositions(cells).invited - sum(invited for invited, _ in shown)
    for _, counts in shown:
        everybody -= counts
    return post_stratified([*shown, *([(people, everybody)] if people else [])])


# --------------------------------------------------------------------------------------- early and late answers


def _like_the_last(connection: Connection, chosen: Chosen, cells: Sequence[Cell]) -> LikeTheLast | None:
    """If the silent were like the third who answered last; None where all came at one instant, and so in no order."""
    by_day: dict[date, Counts] = {}
    for cell in cells:
        if cell.day is not None and cell.score is not None:
            counts = scores_of("nps", {cell.score: cell.people}).counts
            by_day[cell.day] = by_day.get(cell.day, Counts(0, 0, 0)) + counts
    answers = pooled(by_day.values())
    if len(by_day) == 1 and _at_once(connection, chosen):
        return None
    first, last = (
        _third(connection, chosen, by_day, answers.n // 3, newest=newest) for newest in (False, True)
    )
    return like_the_last(answers, first, last, dispositions(cells).without_score)


def _at_once(connection: Connection, chosen: Chosen) -> bool:
    """Whether the first answer and the last were given at the same instant."""
    found = select(func.min(conversation.c.scored_at), func.max(conversation.c.scored_at)).select_from(
        _people(chosen)
    )
    first, last = connection.execute(found.where(*answered_in(chosen))).one()
    return bool(first == last)


def _third(
    connection: Connection, chosen: Chosen, by_day: Mapping[date, Counts], size: int, *, newest: bool
) -> Counts:
    """The `size` newest answers, or the oldest: whole days from the counters, and of the day that is cut as many as are
    missing, in their order; of a day with very many a like share of each kind, which reads none of them."""
    found = Counts(0, 0, 0)
    for day in sorted(by_day, reverse=newest):
        counts = by_day[day]
        if found.n + counts.n <= size:
            found += counts
        elif counts.n > MOST_IN_ORDER:
            return found + _share(counts, size - found.n)
        else:
            return found + _of_day(connection, chosen, day, size - found.n, newest=newest)
    return found


def _share(counts: Counts, size: int) -> Counts:
    low, high = (round(each * size / counts.n) for each in (counts.detractors, counts.promoters))
    return Counts(low, max(0, size - low - high), high)


def _of_day(connection: Connection, chosen: Chosen, day: date, size: int, *, newest: bool) -> Counts:
    near = datetime.combine(
        day, time(), UTC
    )  # the day of the company lies within this one and its neighbours
    order = (conversation.c.scored_at, conversation.c.id)
    answers = (
        select(conversation.c.score)
        .select_from(_people(chosen))
        .where(
            *answered_in(chosen),
            conversation.c.scored_on == day,
            conversation.c.scored_at.between(near - timedelta(days=1), near + timedelta(days=2)),
        )
        .order_by(*(column.desc() if newest else column for column in order))
        .limit(size)
        .subquery()
    )
    counted = select(answers.c.score, func.count().label("times")).group_by(answers.c.score)
    return scores_of("nps", {row.score: row.times for row in connection.execute(counted)}).counts


def _people(chosen: Chosen) -> FromClause:
    """Conversations; with what is known of their customers only where the report is limited by it."""
    return conversation if chosen.managers is None else chosen.known.people
