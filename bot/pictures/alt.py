"""What a picture of a report shows, in words: for who cannot see it, and as the caption under it.

The same numbers as in the picture, in a sentence or a list. A long list ends at a whole row, with how many
more there are, so that Slack's limit of 1000 characters cuts nothing in two.
"""

from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from bot.reports.board import BoardReport
from bot.reports.board_lines import board_score, board_sections, board_title
from bot.reports.control import ControlReport
from bot.reports.managers import ManagersReport
from bot.reports.phrases import Phrases
from bot.reports.scores import (
    answers_of,
    groups_of,
    limits_of,
    other_of,
    score_of,
    shown_rows,
    words_of_control,
)
from bot.reports.values import (
    CampaignReport,
    RestRow,
    Scores,
    SegmentRow,
    ThemeRow,
    ThemesReport,
    TrendPoint,
    TrendReport,
)
from channels.base import Body, bold, plain
from scoring import Comparison, Finding, Interval, Rate, shown

LONGEST: Final = 1000
MOST_BENCHMARKS: Final = 2
Drawn = CampaignReport | TrendReport | ControlReport | ThemesReport | ManagersReport | BoardReport
"""What there is a picture of."""


def headline(p: Phrases, scores: Scores) -> str:
    """`NPS +40`."""
    return f"{scores.kind.upper()} {score_of(p, scores)}"


def n_of(p: Phrases, scores: Scores, response: Rate | None = None) -> str:
    """`n = 120`, or where it is known how many were invited `120/196`."""
    n = p.number(scores.n)
    return f"n = {n}" if response is None else f"{n}/{p.number(response.denominator)}"


def limits_and_n(p: Phrases, scores: Scores, response: Rate | None = None) -> str:
    """What follows a score: ` (+26 to +52), n = 120`; the limits only where there are any."""
    limits = limits_of(p, scores)
    return f"{'' if limits is None else f' ({limits})'}, {n_of(p, scores, response)}"


def worth(p: Phrases, scores: Scores) -> str:
    """`NPS +40 (+26 to +52), n = 120`."""
    return f"{headline(p, scores)}{limits_and_n(p, scores)}"


def mark(comparison: Comparison | None) -> str:
    """An arrow where the difference is more than chance."""
    if comparison is None:
        return ""
    return {Finding.HIGHER: " ▲", Finding.LOWER: " ▼", Finding.NO_EVIDENCE: ""}[comparison.finding]


def compared(p: Phrases, report: CampaignReport) -> Iterator[tuple[str, float, Interval | None]]:
    """What the score is compared with: what that is with its numbers, its score and its interval."""
    versus = report.versus
    if versus is not None and versus.scores.value is not None:
        name = other_of(p, report.scope, versus)
        said = f"{name}: {score_of(p, versus.scores)}{limits_and_n(p, versus.scores)}"
        yield said, versus.scores.value, versus.scores.interval
    for distance in report.benchmark[:MOST_BENCHMARKS]:
        found = distance.benchmark
        yield f"{p.sector(found.sector)}: {shown(found.nps)} ({found.year}, {found.source})", found.nps, None


def caption(p: Phrases, report: Drawn) -> Body:
    """The words under a picture: what it is of, and the main numbers, since not every channel keeps others."""
    match report:
        case CampaignReport():
            by = "" if report.segments is None else f", {p.attribute(report.segments.attribute)}"
            return (bold(f"{p.scope(report.scope)}{by}"), plain(f"\n{worth(p, report.scores)}"))
        case TrendReport():
            newest = [point for point in report.points if point.scores.n][-1]
            name = p.text("wave", wave=newest.wave)
            title = p.text(f"trend_title_{report.kind}", campaign=report.campaign)
            return (bold(title), plain(f"\n{name}: {worth(p, newest.scores)}"))
        case ControlReport():
            title = p.text(f"control_title_{report.by}", campaign=report.campaign)
            return (bold(title), plain(f"\n{next(words_of_control(p, report))}"))
        case ThemesReport():
            title = p.text("themes_title", what=p.scope(report.scope))
            return (bold(title), plain(f"\n{worth(p, report.scores)}"))
        case ManagersReport():
            title = p.text("managers_title", what=p.scope(report.scope))
            return (bold(title), plain(f"\n{held(p, report)}"))
        case BoardReport():
            return (bold(board_title(p, report)),)
        case _:
            assert_never(report)


def alternative(p: Phrases, report: Drawn) -> str:
    """What the picture shows, in at most 1000 characters."""
    match report:
        case CampaignReport(segments=None):
            bars = ", ".join(f"{score}: {p.number(times)}" for score, times in report.scores.answers.pairs)
            return p.text(
                "picture_alt_report",
                what=p.scope(report.scope),
                score=worth(p, report.scores),
                groups=groups_of(p, report.scores),
                bars=bars,
                others="".join(f" {said}." for said, _, _ in compared(p, report)),
            )[:LONGEST]
        case CampaignReport(segments=segments) if segments is not None:
            rows = [_segment(p, label, row, scores) for label, row, scores in shown_rows(p, segments)]
            return _listed(
                p,
                "picture_alt_segments",
                rows,
                what=f"{p.scope(report.scope)}, {worth(p, report.scores)},",
                attribute=p.attribute(segments.attribute),
            )
        case TrendReport():
            return _listed(
                p,
                "picture_alt_trend",
                [_point(p, point) for point in reversed(report.points)],
                campaign=report.campaign,
            )
        case ControlReport():
            names = p.labels(report.by, report.labels)
            periods = [
                f"{names[label]} {shown(one.smoothed)} ({_band(p, one.limits)})"
                for label, one in reversed(report.watched)
            ]
            said = " ".join(words_of_control(p, report))
            return _listed(p, "picture_alt_control", periods, campaign=report.campaign, said=said)
        case ThemesReport():
            found = [_theme(p, row) for row in report.rows if row.impact.impact is not None]
            return _listed(p, "picture_alt_themes", found, what=p.scope(report.scope))
        case ManagersReport():
            rows = [
                _manager(p, report, label, row, scores)
                for label, row, scores in shown_rows(p, report.segments)
                if not isinstance(row, RestRow)
            ]
            return _listed(p, "picture_alt_managers", rows, what=p.scope(report.scope), held=held(p, report))
        case BoardReport():
            lines = [
                *board_score(p, report),
                *(line for _, each in board_sections(p, report) for line in each),
            ]
            return _listed(p, "picture_alt_board", lines, what=board_title(p, report))
    raise TypeError(f"there is no picture of a {type(report).__name__}")


def _segment(p: Phrases, label: str, row: SegmentRow | RestRow, scores: Scores) -> str:
    if not row.visibility.has_score:
        return f"{label}: {groups_of(p, scores)}"
    said = _said(p, row.against_rest, "than_others")
    return f"{label} {score_of(p, scores)}{limits_and_n(p, scores, row.response)}{said}"


def held(p: Phrases, report: ManagersReport) -> str:
    """How many account managers are held against each other, and their score together."""
    return p.text(
        "managers_all",
        managers=p.number(report.held),
        answers=answers_of(p, report.answers),
        score=shown(report.mean),
    )


def _manager(p: Phrases, report: ManagersReport, label: str, row: SegmentRow, scores: Scores) -> str:
    if not row.visibility.has_score:
        return f"{label}: {groups_of(p, scores)}"
    finding = report.beside[row.label].finding
    said = "" if finding is Finding.NO_EVIDENCE else p.text(f"picture_{finding.value}_than_chance")
    return f"{label} {score_of(p, scores)} (n = {p.number(scores.n)}){said}"


def _band(p: Phrases, limits: Interval) -> str:
    return p.text("limits", low=shown(limits.low), high=shown(limits.high))


def _said(p: Phrases, comparison: Comparison | None, than: str) -> str:
    """What the arrow says, where there is one."""
    if comparison is None or comparison.finding is Finding.NO_EVIDENCE:
        return ""
    return p.text(f"picture_{comparison.finding.value}_{than}")


def _point(p: Phrases, point: TrendPoint) -> str:
    wave = p.text("wave", wave=point.wave)
    if not point.scores.n:
        return f"{wave} n = 0"
    return (
        f"{wave} {score_of(p, point.scores)}{limits_and_n(p, point.scores)}{_said(p, point.change, 'since')}"
    )


def _theme(p: Phrases, row: ThemeRow) -> str:
    impact, limits = row.impact, ""
    if impact.interval is not None:
        limits = p.text("limits", low=shown(impact.interval.low), high=shown(impact.interval.high))
    return f"{p.theme(row.name)} {shown(impact.impact)} ({limits}), n = {p.number(impact.n)}"


def _listed(p: Phrases, key: str, rows: Sequence[str], **values: str) -> str:
    """As many whole rows as fit."""
    for most in range(len(rows), 0, -1):
        listed = "; ".join(rows[:most])
        if most < len(rows):
            listed = p.text("and_more", names=f"{listed};", count=p.number(len(rows) - most))
        text = p.text(key, rows=listed, **values)
        if len(text) <= LONGEST:
            return text
    return p.text(key, rows="", **values)[:LONGEST]
