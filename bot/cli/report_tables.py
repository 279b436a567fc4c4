"""Reports for the terminal: numbers in tables, and the rest in the words of the chat."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.commands.replies.account import accounts_lines, accounts_title
from bot.commands.replies.audit import audit_lines, audit_title, report_lines
from bot.commands.replies.churn import churn_lines, churn_title
from bot.commands.replies.control import control_lines, control_notes, control_title
from bot.commands.replies.manager import managers_lines, managers_title
from bot.commands.replies.mover import movers_lines, movers_title
from bot.commands.replies.outlook import outlook_line
from bot.commands.replies.reason import (
    answers_base,
    answers_title,
    theme_groups_notes,
    themes_base,
    themes_notes,
    themes_title,
)
from bot.commands.replies.reply import Phrasing
from bot.commands.replies.report import cases_line, reminded_line, score_lines, silence_line
from bot.commands.replies.segment import notes, selection_lines, trend_notes, trend_title
from bot.commands.replies.silent import silent_lines
from bot.reports.any_report import AnyReport
from bot.reports.audit import AuditReport
from bot.reports.board import BoardReport
from bot.reports.board_lines import board_notes, board_score, board_sections, board_title
from bot.reports.churn import ChurnReport
from bot.reports.control import ControlReport
from bot.reports.managers import ManagersReport
from bot.reports.readable import readable
from bot.reports.scores import found, impact_words, limits_of, score_of, shown_rows, state_lines, title_of
from bot.reports.values import (
    AccountsReport,
    AnswersReport,
    CampaignReport,
    MoversReport,
    Scope,
    Segmented,
    ThemesReport,
    TrendReport,
)
from scoring import Contrast, Finding, Rate, Scale, ThemeImpact, Visibility

_NUMBERS: Final = frozenset({"score", "answers", "wave"})
_SHORT: Final = frozenset({"score", "interval", "answers", "wave", "started", "channel"})

_Parts = Callable[[Phrasing, Any], Iterator[RenderableType]]


def show(console: Console, p: Phrasing, report: AnyReport) -> None:
    """Print a report: its title, its tables, its notes."""
    for part in _PARTS[type(report)](p, report):
        console.print(part, soft_wrap=isinstance(part, Text))


# ---------------------------------------------------------------------------------------------- parts


def _campaign(p: Phrasing, report: CampaignReport) -> Iterator[RenderableType]:
    yield Text(title_of(p, report.scope, report.scores), "bold")
    yield from map(Text, score_lines(p, report))
    if report.segments is not None:
        if report.segments.together is not None or any(row.scores for row in report.segments.rows):
            yield _segments(p, report.segments, report.scores.answers.scale)
        yield from map(Text, notes(p, report.segments))
        if report.scope.running and report.scope.kind == "nps":
            yield Text(p.text("segments_running"))
    if report.rates is not None:
        yield _counts(p, report)
        if report.outlook is not None:
            yield Text(outlook_line(p, report.outlook))
        yield from map(Text, silence_line(p, report))
        yield from map(Text, silent_lines(p, report))
        yield from map(Text, reminded_line(p, report))
        yield from map(Text, report_lines(p, report))
        yield from map(Text, cases_line(p, report))
    yield from map(Text, selection_lines(p, report.selection))
    yield from map(Text, state_lines(p, report.scope))


def _counts(p: Phrasing, report: CampaignReport) -> Table:
    """Who was asked and who answered, each share with what it is a share of."""
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    table.add_column()
    if report.rates is not None:
        rates = report.rates
        for key, rate, base in (
            ("responses", rates.response, "invited"),
            ("complete", rates.complete, "invited"),
            ("delivered", rates.delivery, "invited"),
            ("opted_out", rates.opt_out, "delivered"),
        ):
            table.add_row(p.text(f"label_{key}"), *_rate(p, rate, base))
    if report.skipped:
        table.add_section()
        table.add_row(p.text("label_not_asked"), p.number(sum(report.skipped.values())))
        for code, count in report.skipped.items():
            table.add_row(f"  {p.reason(code)}", p.number(count))
    return table


def _rate(p: Phrasing, rate: Rate, base: str) -> tuple[str, str, str]:
    share = "" if rate.value is None else p.percent(100 * rate.value)
    return p.number(rate.numerator), share, p.text(f"of_{base}", base=p.number(rate.denominator))


def _segments(p: Phrasing, segments: Segmented, scale: Scale) -> Table:
    """The groups that may be shown; the three groups of scores by their numbers, which are short."""
    table = _table(p, "group", "score", "interval", "answers")
    for low, high in (
        (scale.high_from, scale.maximum),
        (scale.low_to + 1, scale.high_from - 1),
        (scale.minimum, scale.low_to),
    ):
        table.add_column(f"{low}" if low == high else f"{low}-{high}", justify="right")
    table.add_column(p.text("column_note"), no_wrap=True)
    for label, row, scores in shown_rows(p, segments):
        counts = scores.counts
        told = row.visibility.has_score
        remarks = [p.text("note_indicative")] if row.visibility is Visibility.INDICATIVE else []
        if row.against_rest is not None and row.against_rest.finding is not Finding.NO_EVIDENCE:
            remarks.append(found(p, row.against_rest, Contrast.GROUPS))
        table.add_row(
            Text(label),
            score_of(p, scores) if told else "",
            (limits_of(p, scores) or "") if told else "",
            _answered(p, scores.n, row.response),
            p.number(counts.promoters),
            p.number(counts.passives),
            p.number(counts.detractors),
            "\n".join(remarks),
        )
    return table


def _answered(p: Phrasing, n: int, response: Rate | None) -> str:
    """How many answered, and where it is known of how many who were invited."""
    if response is None:
        return p.number(n)
    return p.text("n_of_invited", n=p.number(n), invited=p.number(response.denominator))


def _trend(p: Phrasing, report: TrendReport) -> Iterator[RenderableType]:
    yield Text(trend_title(p, report), "bold")
    table = _table(p, "wave", "started", "score", "interval", "answers", "change")
    for point in report.points:
        change = [] if point.change is None else [found(p, point.change, Contrast.MOMENTS)]
        running = [p.text("trend_running")] if point.running else []
        table.add_row(
            str(point.wave),
            p.day(p.local_day(point.started_at)),
            score_of(p, point.scores),
            limits_of(p, point.scores) or "",
            p.number(point.scores.n),
            "; ".join(change + running),
        )
    yield table
    yield from map(Text, trend_notes(p, report))


def _control(p: Phrasing, report: ControlReport) -> Iterator[RenderableType]:
    yield Text(control_title(p, report), "bold")
    yield from map(Text, control_lines(p, report))
    yield from map(Text, control_notes(p, report))


def _themes(p: Phrasing, report: ThemesReport) -> Iterator[RenderableType]:
    yield Text(themes_title(p, report), "bold")
    yield from map(Text, themes_base(p, report))
    if report.groups is not None:
        yield from map(Text, theme_groups_notes(p, report, report.groups))
        return
    shown = [row for row in report.rows if not row.impact.hidden]
    if shown:
        table = _table(p, "theme", "answers", "impact", "reasons")
        for row in shown:
            quotes = Group(*(Text(_quoted(words)) for words in row.quotes))
            table.add_row(
                Text(p.theme(row.name)), p.number(row.impact.n), _impact(p, row.impact, report.scope), quotes
            )
        yield table
    yield from map(Text, themes_notes(p, report))


def _quoted(words: str) -> str:
    """A reason between marks, since it may take several lines of a column; its messages apart."""
    return f"“{' / '.join(readable(line) for line in words.splitlines() if line.strip())}”"


def _impact(p: Phrasing, impact: ThemeImpact, scope: Scope) -> str:
    remarks = [p.text("note_indicative")] if impact.indicative else []
    return ", ".join([*filter(None, [impact_words(p, impact, judged=scope.judged, brief=True)]), *remarks])


def _board(p: Phrasing, report: BoardReport) -> Iterator[RenderableType]:
    yield Text(board_title(p, report), "bold")
    yield from map(Text, board_score(p, report))
    for heading, lines in board_sections(p, report):
        yield Text(heading, "bold")
        yield from map(Text, lines)
    yield from map(Text, board_notes(p, report))


def _as_told(
    title: Callable[[Phrasing, Any], str], lines: Callable[[Phrasing, Any], Iterator[str]]
) -> _Parts:
    """The parts of a report that the terminal tells in the words of the chat alone."""

    def parts(p: Phrasing, report: Any) -> Iterator[RenderableType]:
        yield Text(title(p, report), "bold")
        yield from map(Text, lines(p, report))
        yield from map(Text, state_lines(p, report.scope))

    return parts


def _answers(p: Phrasing, report: AnswersReport) -> Iterator[RenderableType]:
    yield Text(answers_title(p, report), "bold")
    yield from map(Text, answers_base(p, report))
    if report.rows:
        table = _table(p, "score", "customer", "account", "when", "channel", "reason")
        for row in report.rows:
            table.add_row(
                str(row.score),
                Text(readable(row.name or "") or p.text("erased")),
                Text(readable(row.account or "")),
                p.when(row.at) + (p.text("answer_late") if row.late else ""),
                p.channel(row.channel) if row.channel else "",
                Text(readable(row.reason or "")),
            )
        yield table
    yield from map(Text, state_lines(p, report.scope))


def _table(p: Phrasing, *columns: str) -> Table:
    table = Table()
    for name in columns:
        justify: Literal["left", "right"] = "right" if name in _NUMBERS else "left"
        table.add_column(p.text(f"column_{name}"), justify=justify, no_wrap=name in _SHORT, overflow="fold")
    return table


_PARTS: Final[Mapping[type[AnyReport], _Parts]] = {
    CampaignReport: _campaign,
    TrendReport: _trend,
    ControlReport: _control,
    ThemesReport: _themes,
    AccountsReport: _as_told(accounts_title, accounts_lines),
    ChurnReport: _as_told(churn_title, churn_lines),
    MoversReport: _as_told(movers_title, movers_lines),
    ManagersReport: _as_told(managers_title, managers_lines),
    BoardReport: _board,
    AnswersReport: _answers,
    AuditReport: _as_told(audit_title, audit_lines),
}
