"""What a manager reads of a report: the values of `bot.reports` as short lines, each number with what it counts."""

from collections.abc import Iterator
from datetime import date
from typing import Final, assert_never

from bot.commands import grammar
from bot.commands.answers import Phrasing, Reply, titled
from bot.commands.lines import short
from bot.commands.reason_answers import answers_answer, themes_answer
from bot.commands.segment_answers import segment_lines, selection_lines, trend_answer
from bot.reports.scores import (
    answers_of,
    finding_of,
    groups_of,
    limits_of,
    other_of,
    score_of,
    state_lines,
    title_of,
)
from bot.reports.values import (
    AnswersReport,
    CampaignReport,
    Missing,
    Scope,
    ThemesReport,
    TrendReport,
    Versus,
)
from channels.base import plain
from scoring import Contrast, Distance, Rate, Share, Visibility, shown, visibility

MOST_NAMES: Final = 12  # attributes that are offered for one that nobody has

AnyReport = CampaignReport | TrendReport | ThemesReport | AnswersReport


def answer_of(p: Phrasing, report: AnyReport) -> Reply:
    """The report as a message for a phone."""
    match report:
        case CampaignReport():
            return campaign_answer(p, report)
        case TrendReport():
            return trend_answer(p, report)
        case ThemesReport():
            return themes_answer(p, report)
        case AnswersReport():
            return answers_answer(p, report)
        case _:
            assert_never(report)


# ---------------------------------------------------------------------------------------------- a wave


def campaign_answer(p: Phrasing, report: CampaignReport) -> Reply:
    """The score with its interval, the groups, and who answered; with segments, these instead of the rates."""
    lines = [*score_lines(p, report)]
    if report.segments is None:
        lines += rate_lines(p, report)
    else:
        lines += segment_lines(p, report.segments)
        lines += selection_lines(p, report.selection)
    return titled(title_of(p, report.scope, report.scores), *lines, *state_lines(p, report.scope))


def score_lines(p: Phrasing, report: CampaignReport) -> Iterator[str]:
    """What the score is worth: its interval, its groups, what it is compared with."""
    scores = report.scores
    if scores.n:
        limits = limits_of(p, scores)
        yield p.text(
            "no_interval" if limits is None else "interval", answers=answers_of(p, scores.n), limits=limits
        )
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
    if report.band is not None:
        yield p.text("band", band=report.band)
    if report.versus is not None:
        yield versus_line(p, report.scope, scores.n, report.versus)
    for distance in report.benchmark:
        yield benchmark_line(p, distance)


def easy_line(p: Phrasing, easy: Share) -> str:
    """The other number of a CES: how many of all found it easy."""
    limits = p.text("limits", low=p.percent(easy.interval.low), high=p.percent(easy.interval.high))
    return p.text("easy_share", share=p.percent(easy.percent), limits=limits)


def rate_lines(p: Phrasing, report: CampaignReport) -> Iterator[str]:
    """Who answered out of whom, what the silent could have changed, and who was not asked."""
    if report.rates is not None:
        rates = report.rates
        yield rate_line(p, "report_responses", rates.response)
        yield rate_line(p, "report_complete", rates.complete)
        yield rate_line(p, "report_delivered", rates.delivery)
        if rates.opt_out.numerator:
            yield rate_line(p, "report_opted_out", rates.opt_out)
    yield from silence_line(p, report)
    if report.skipped:
        yield p.text("report_skipped", skipped=p.reasons(report.skipped))


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


def rate_line(p: Phrasing, key: str, rate: Rate) -> str:
    """A share with both of its numbers; nothing but them where the base is nobody."""
    share = "" if rate.value is None else f" ({p.percent(100 * rate.value)})"
    return p.text(key, counted=p.number(rate.numerator), base=p.number(rate.denominator), share=share)


def versus_line(p: Phrasing, scope: Scope, n: int, versus: Versus) -> str:
    """What the score, of `n` answers, is compared with, and whether the difference is more than chance."""
    name = other_of(p, scope, versus)
    if not versus.scores.n:
        return p.text("versus_nothing", other=name)
    score, answers = score_of(p, versus.scores), answers_of(p, versus.scores.n)
    if versus.comparison is not None:
        before = versus.campaign == scope.campaign and versus.wave < scope.waves[0]
        contrast = Contrast.MOMENTS if before else Contrast.GROUPS
        finding = finding_of(p, versus.comparison, contrast)
        return p.text("versus", other=name, score=score, answers=answers, finding=finding)
    limits = limits_of(p, versus.scores) or p.text("no_limits")
    line = p.text("versus_there", other=name, score=score, limits=limits, answers=answers)
    return line + p.text("versus_untested") if n else line


def benchmark_line(p: Phrasing, distance: Distance) -> str:
    """How far from a published score, with year, source and whom that speaks of."""
    side = "level" if shown(distance.points) == "0" else "above" if distance.points > 0 else "below"
    return p.text(
        f"benchmark_{side}",
        points=p.points(distance.points),
        score=shown(distance.benchmark.nps),
        sector=distance.benchmark.sector,
        source=distance.benchmark.source,
        year=distance.benchmark.year,
        scope=distance.benchmark.scope,
    )


# -------------------------------------------------------------------------------------------- missing


def missing_answer(p: Phrasing, missing: Missing, command: grammar.Command) -> Reply:
    """Why there is no report of what a command asks for, and what to write instead."""
    campaign = getattr(command, "campaign", "")
    match missing.why:
        case "unknown_attribute":
            said = p.text("unknown_attribute", name=short([missing.name]))
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
