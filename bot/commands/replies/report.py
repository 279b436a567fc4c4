"""What a manager reads of a report: the values of `bot.reports` as short lines, each number with what it counts."""

from collections.abc import Iterator
from datetime import date
from typing import Final, assert_never

from bot.commands import grammar
from bot.commands.lines import short
from bot.commands.replies.account import accounts_answer
from bot.commands.replies.audit import audit_answer, report_lines
from bot.commands.replies.board import board_answer
from bot.commands.replies.churn import churn_answer
from bot.commands.replies.control import control_answer
from bot.commands.replies.figure import states_line
from bot.commands.replies.manager import managers_answer
from bot.commands.replies.mover import movers_answer
from bot.commands.replies.outlook import outlook_line
from bot.commands.replies.reason import answers_answer, themes_answer
from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.commands.replies.segment import segment_lines, selection_lines, trend_answer
from bot.commands.replies.silent import silent_lines
from bot.reports.any_report import AnyReport
from bot.reports.audit import AuditReport
from bot.reports.board import BoardReport
from bot.reports.churn import ChurnReport
from bot.reports.control import ControlReport
from bot.reports.managers import ManagersReport
from bot.reports.scores import (
    accounts_line,
    answers_of,
    ends_of,
    finding_of,
    goal_line,
    groups_of,
    limits_of,
    other_of,
    rate_line,
    response_line,
    score_of,
    shift_of,
    state_lines,
    title_of,
)
from bot.reports.values import (
    AccountsReport,
    AnswersReport,
    CampaignReport,
    Missing,
    MoversReport,
    Scope,
    Scores,
    ThemesReport,
    TrendReport,
    Versus,
)
from channels.base import plain
from scoring import Contrast, Distance, Share, Visibility, shown, visibility

MOST_NAMES: Final = 12  # attributes that are offered for one that nobody has


def answer_of(p: Phrasing, report: AnyReport) -> Reply:
    """The report as a message for a phone."""
    match report:
        case CampaignReport():
            return campaign_answer(p, report)
        case TrendReport():
            return trend_answer(p, report)
        case ControlReport():
            return control_answer(p, report)
        case ThemesReport():
            return themes_answer(p, report)
        case AccountsReport():
            return accounts_answer(p, report)
        case ChurnReport():
            return churn_answer(p, report)
        case MoversReport():
            return movers_answer(p, report)
        case ManagersReport():
            return managers_answer(p, report)
        case BoardReport():
            return board_answer(p, report)
        case AnswersReport():
            return answers_answer(p, report)
        case AuditReport():
            return audit_answer(p, report)
        case _:
            assert_never(report)


# ---------------------------------------------------------------------------------------------- a wave


def campaign_answer(p: Phrasing, report: CampaignReport) -> Reply:
    """The score with its interval, the groups, and who answered; with segments, these instead of the rates."""
    lines = [*score_lines(p, report)]
    if report.segments is None:
        lines += rate_lines(p, report)
    else:
        if report.rates is not None:
            lines.append(response_line(p, report.rates.response))
            lines += report_lines(p, report)
        lines += segment_lines(p, report.segments)
        lines += silent_lines(p, report)
        if report.scope.running and report.scope.kind == "nps":
            lines.append(p.text("segments_running"))
        lines += selection_lines(p, report.selection)
    return titled(title_of(p, report.scope, report.scores), *lines, *state_lines(p, report.scope))


def score_lines(p: Phrasing, report: CampaignReport) -> Iterator[str]:
    """What the score is worth: its interval, its groups, what it is compared with."""
    scores = report.scores
    if scores.n:
        ends = ends_of(p, scores)
        if ends is None:
            yield p.text("no_interval", answers=answers_of(p, scores.n))
        else:
            yield p.text("interval", answers=answers_of(p, scores.n), low=ends[0], high=ends[1])
        yield from accounts_line(p, scores)
        if report.exactly_these is not None and report.dispositions and report.dispositions.without_score:
            yield p.text(
                "exactly_these",
                people=p.number(report.dispositions.invited),
                low=shown(report.exactly_these.low),
                high=shown(report.exactly_these.high),
            )
        yield groups_of(p, scores)
        if scores.easy is not None:
            yield easy_line(p, scores.easy)
        if visibility(scores.n) is not Visibility.FULL:
            yield p.text("few_answers")
    for goal in report.goals:
        yield goal_line(p, report.scope, goal)
    if report.band is not None:
        yield band_line(p, *report.band)
    if report.versus is not None:
        yield versus_line(p, report.scope, scores, report.versus)
    for distance in report.benchmark:
        yield benchmark_line(p, distance, solid=visibility(scores.n) is Visibility.FULL)


def easy_line(p: Phrasing, easy: Share) -> str:
    """The other number of a CES: how many of all found it easy."""
    limits = p.text("limits", low=p.percent(easy.interval.low), high=p.percent(easy.interval.high))
    return p.text("easy_share", share=p.percent(easy.percent), limits=limits)


def rate_lines(p: Phrasing, report: CampaignReport) -> Iterator[str]:
    """Who answered out of whom, what the silent could have changed, and how far its cases are."""
    if report.rates is not None:
        rates = report.rates
        yield response_line(p, rates.response)
        yield rate_line(p, "report_complete", rates.complete)
        yield rate_line(p, "report_delivered", rates.delivery)
        if rates.opt_out.numerator:
            yield rate_line(p, "report_opted_out", rates.opt_out)
    if report.outlook is not None:
        yield outlook_line(p, report.outlook)
    yield from reminded_line(p, report)
    yield from silence_line(p, report)
    yield from silent_lines(p, report)
    yield from report_lines(p, report)
    yield from cases_line(p, report)


def reminded_line(p: Phrasing, report: CampaignReport) -> Iterator[str]:
    """How many answered after their reminder, and on another channel than the first; nothing where nobody had one."""
    if report.reminded is not None:
        each = report.reminded
        if each.people:
            yield p.text("report_reminded", people=p.number(each.people), answered=p.number(each.answered))
        if each.moved:
            yield p.text("report_moved", people=p.number(each.moved), answered=p.number(each.moved_answered))


def cases_line(p: Phrasing, report: CampaignReport) -> Iterator[str]:
    """How many cases the wave brought and how far they are; nothing where it brought none."""
    if report.cases:
        campaign, wave = report.scope.campaign, report.scope.waves[0]
        yield states_line(p, report.cases) + p.text("report_cases_more", campaign=campaign, wave=wave)


def silence_line(p: Phrasing, report: CampaignReport) -> Iterator[str]:
    """What the score would be if all who gave none thought alike; nothing where all answered."""
    if report.silence is not None and report.dispositions is not None and report.dispositions.without_score:
        silent = report.dispositions.without_score
        yield p.text(
            "silence_one" if silent == 1 else "silence",
            silent=p.number(silent),
            low=shown(report.silence.low),
            high=shown(report.silence.high),
        )


def band_line(p: Phrasing, lowest: str | None, highest: str | None) -> str:
    """The settings' word for the score, or from which to which word it may be."""
    if lowest == highest:
        return p.text("band", band=lowest)
    return p.text("band_below" if lowest is None else "band_between", low=lowest, high=highest)


def versus_line(p: Phrasing, scope: Scope, scores: Scores, versus: Versus) -> str:
    """What the score is compared with, and whether the difference is more than chance."""
    name = other_of(p, scope, versus)
    if not versus.scores.n:
        return p.text("versus_nothing", other=name)
    score, answers = score_of(p, versus.scores), answers_of(p, versus.scores.n)
    before = versus.campaign == scope.campaign and versus.wave < scope.waves[0]
    contrast = Contrast.MOMENTS if before else Contrast.GROUPS
    finding = ""
    if versus.comparison is not None:
        finding = finding_of(p, versus.comparison, contrast)
    elif versus.shift is not None:
        finding = shift_of(p, scope.kind, versus.shift, contrast)
    if finding:
        return p.text("versus", other=name, score=score, answers=answers, finding=finding)
    if scope.kind == "nps" and scores.n:  # more is to come on one side
        points = shown((scores.value or 0.0) - (versus.scores.value or 0.0))
        return p.text("versus_running", other=name, score=score, answers=answers, points=points)
    limits = limits_of(p, versus.scores) or p.text("no_limits")
    line = p.text("versus_there", other=name, score=score, limits=limits, answers=answers)
    return line + p.text("versus_untested") if scores.n else line


def benchmark_line(p: Phrasing, distance: Distance, *, solid: bool) -> str:
    """How far from a published score, with year, source and whom that speaks of. Few answers (not `solid`) have no
    distance that would say anything."""
    side = "level" if shown(distance.points) == "0" else "above" if distance.points > 0 else "below"
    return p.text(
        f"benchmark_{side}" if solid else "benchmark_alone",
        points=p.points(distance.points),
        limits=p.text("limits", low=shown(distance.interval.low), high=shown(distance.interval.high)),
        score=shown(distance.benchmark.nps),
        sector=p.sector(distance.benchmark.sector),
        source=distance.benchmark.source,
        year=distance.benchmark.year,
        scope=distance.benchmark.scope,
    )


# -------------------------------------------------------------------------------------------- missing


def missing_answer(p: Phrasing, missing: Missing, command: grammar.Command) -> Reply:
    """Why there is no report of what a command asks for, and what to write instead."""
    campaign = getattr(command, "campaign", "")
    match missing.why:
        case "unknown_attribute" | "no_numbers" as why:
            said = p.text(why, name=short([missing.name]), attribute=p.attribute(missing.name))
            hint = p.text(
                "known_attributes", names=p.names([p.attribute(one) for one in missing.near], MOST_NAMES)
            )
            return Reply((plain(f"{said} {hint}" if missing.near else said),), outcome="refused")
        case "nothing_since":
            day = date.fromisoformat(missing.name)
            return p.refusal("nothing_since", campaign=campaign, day=p.day(day))
        case "other_kind" if missing.name == campaign:
            return p.refusal("other_kind_since", campaign=campaign)
        case "never_started":
            return p.refusal("never_started", campaign=missing.name or campaign)
        case why:
            return p.refusal(why, campaign=campaign, wave=missing.name, other=missing.name)
