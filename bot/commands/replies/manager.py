"""What an admin reads of account managers held against each other."""

from collections.abc import Iterator
from typing import Final

from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.commands.replies.segment import segment_line
from bot.reports.managers import ManagersReport
from bot.reports.scores import ShownRow, answers_of, groups_of, score_of, shown_rows, state_lines
from bot.reports.values import RestRow
from scoring import Finding, InFunnel, shown

MOST_ROWS: Final = 25


def managers_answer(p: Phrasing, report: ManagersReport) -> Reply:
    """All together, who stands out, and a line for each, the highest shrunk score first."""
    return titled(managers_title(p, report), *managers_lines(p, report), *state_lines(p, report.scope))


def managers_title(p: Phrasing, report: ManagersReport) -> str:
    """Which wave's account managers these are."""
    return p.text("managers_title", what=p.scope(report.scope))


def managers_lines(p: Phrasing, report: ManagersReport) -> Iterator[str]:
    """What they have in common, who stands out from that, and each with the score that is to be expected."""
    yield p.text(
        "managers_all",
        managers=p.number(report.held),
        answers=answers_of(p, report.answers),
        score=shown(report.mean),
    )
    within = shown(report.spread).removeprefix("+")
    yield (
        p.text("managers_alike")
        if within == "0"
        else p.text("managers_spread", points=p.points(report.spread))
    )
    rows = shown_rows(p, report.segments)
    yield from _outside(p, report, rows)
    for row in rows[:MOST_ROWS]:
        yield _line(p, report, row)
    if len(rows) > MOST_ROWS:
        yield p.counted("managers_more", len(rows) - MOST_ROWS)
    if report.segments.hidden and report.segments.together is None:
        yield p.text("managers_hidden")
    if report.without_manager and report.scope.managers is None:
        yield p.counted("managers_without", report.without_manager)
    yield p.text("managers_shrunk")


def _outside(p: Phrasing, report: ManagersReport, rows: list[ShownRow]) -> Iterator[str]:
    if not report.scope.judged:
        yield p.text("managers_running")
        return
    beside = [(label, report.beside[row.label]) for label, row, _ in rows if not isinstance(row, RestRow)]
    outside = [(label, one) for label, one in beside if one.finding is not Finding.NO_EVIDENCE]
    for label, one in outside:
        score, low, high = p.against(one.score, one.limits)
        answers = answers_of(p, one.counts.n)
        key = f"managers_{one.finding.value}"
        yield p.text(key, manager=label, score=score, answers=answers, low=low, high=high)
    if beside and not outside:
        yield p.text("managers_nobody" if report.scope.managers is None else "managers_inside")


def _line(p: Phrasing, report: ManagersReport, shown_row: ShownRow) -> str:
    label, row, scores = shown_row
    if isinstance(row, RestRow):
        return segment_line(p, label, row, scores)
    one: InFunnel = report.beside[row.label]
    if not row.visibility.has_score:
        values = {"groups": groups_of(p, scores), "answers": answers_of(p, scores.n)}
        return p.text("manager_counts", manager=label, **values, shrunk=shown(one.shrunk))
    return p.text(
        "manager",
        manager=label,
        score=score_of(p, scores),
        answers=answers_of(p, scores.n),
        shrunk=shown(one.shrunk),
    )
