"""Reports as JSON values, for programs: the same numbers that people are shown, unrounded. PURE.

What may not be shown to people is not here either. Times are ISO 8601 in UTC, days ISO 8601; an interval is
`{"low": …, "high": …}` at 95%; what is not known is null.
"""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from bot.reports.outlook_values import Outlook
from bot.reports.values import (
    AccountsReport,
    AnswersReport,
    CampaignReport,
    Halves,
    MoversReport,
    RestRow,
    Scope,
    Scores,
    Segmented,
    Stamp,
    ThemeGroups,
    ThemesReport,
    TrendReport,
    Versus,
    Weighted,
    WordsApart,
)
from scoring import (
    Comparison,
    Dispositions,
    Interval,
    JudgedShift,
    LikeTheLast,
    PairedChange,
    PostStratified,
    Rate,
    Rates,
    nps,
)

Json = dict[str, Any]


def campaign_json(report: CampaignReport) -> Json:
    """A report of a campaign. Of a period the counts of people are null, since they are invited by a wave and
    not by a day."""
    scores, counts, far = report.scores, report.scores.counts, report.dispositions
    of_nps = scores.kind == "nps"
    return {
        **scope_json(report.scope),
        "wave": report.scope.waves[0] if len(report.scope.waves) == 1 else None,
        "audience": None if far is None else report.audience,
        "invited": None if far is None else far.invited,
        "asked": report.asked,
        "delivered": None if far is None else far.delivered,
        "responses": scores.n,
        "promoters": counts.promoters if of_nps else None,
        "passives": counts.passives if of_nps else None,
        "detractors": counts.detractors if of_nps else None,
        "nps": scores.value if of_nps else None,
        "opted_out": None if far is None else far.opt_outs,
        "skipped": dict(report.skipped),
        **_scores(scores),
        "exactly_these": interval_json(report.exactly_these),
        "silence": interval_json(report.silence),
        "dispositions": None if far is None else _dispositions(far),
        "rates": None if report.rates is None else _rates(report.rates),
        "selection": [
            {"account_manager": one.manager or None, "asked": one.asked, "skipped": dict(one.skipped)}
            for one in report.selection
        ],
        "benchmarks": [
            {
                "sector": one.benchmark.sector,
                "nps": one.benchmark.nps,
                "year": one.benchmark.year,
                "source": one.benchmark.source,
                "scope": one.benchmark.scope,
                "points": one.points,
                "interval": interval_json(one.interval),
            }
            for one in report.benchmark
        ],
        "band": report.band[0] if report.band is not None and report.band[0] == report.band[1] else None,
        "bands": None if report.band is None else {"low": report.band[0], "high": report.band[1]},
        "versus": None if report.versus is None else _versus(report.versus),
        "segments": None if report.segments is None else _segments(report.segments),
        "cases": dict(report.cases),
        "reminded": None if report.reminded is None else asdict(report.reminded),
        "compared": None if report.halves is None else _halves(report.halves),
        "goals": [
            {
                "account_manager": goal.whose,
                "target": goal.target,
                "found": None if goal.found is None else goal.found.value,
            }
            for goal in report.goals
        ],
        "outlook": None if report.outlook is None else _outlook(report.outlook),
        "like_the_last": None if report.like_the_last is None else _like_the_last(report.like_the_last),
        "as_invited": None if report.as_invited is None else _as_invited(report.as_invited),
    }


def _like_the_last(found: LikeTheLast) -> Json:
    return {
        "silent": found.silent,
        "first": {"responses": found.first.n, "value": nps(found.first)},
        "last": {"responses": found.last.n, "value": nps(found.last)},
        "value": found.nps,
        "bias": found.bias,
        "comparison": comparison_json(found.comparison),
    }


def _as_invited(found: PostStratified) -> Json:
    return {
        "value": found.nps,
        "standard_error": found.standard_error,
        "interval": interval_json(found.interval),
        "raw": found.raw,
    }


def _outlook(outlook: Outlook) -> Json:
    return {
        "responses": outlook.answered,
        "expected": outlook.expected,
        "until": time_json(outlook.until),
        "margin": None if outlook.margin is None else asdict(outlook.margin),
        "waves": outlook.waves,
        "same_channels": outlook.same_channels,
    }


def _halves(halves: Halves) -> Json:
    return {
        "send_between": [
            {"hours": half.hours, "scored": half.scored, "invited": half.invited}
            for half in (halves.first, halves.second)
        ],
        "difference": None if halves.shift is None else halves.shift.difference,
        "interval": None if halves.shift is None else interval_json(halves.shift.interval),
    }


def trend_json(report: TrendReport) -> Json:
    """The waves of a campaign, the oldest first."""
    return {
        "campaign": report.campaign,
        "kind": report.kind,
        "account_managers": _names(report.managers),
        "left_out": report.left_out,
        **stamp_json(report.stamp),
        "waves": [
            {
                "wave": point.wave,
                "started_at": time_json(point.started_at),
                "running": point.running,
                "responses": point.scores.n,
                **_scores(point.scores),
                "change": comparison_json(point.change),
            }
            for point in report.points
        ],
    }


def themes_json(report: ThemesReport) -> Json:
    """The themes of a wave's reasons, the costliest first; of a hidden one the number alone."""
    return {
        **scope_json(report.scope),
        "reasons": report.reasons,
        "unthemed": report.unthemed,
        "other_languages": report.other_languages,
        **_words(report.words),
        "before": report.before,
        "shifts": [
            {
                "theme": one.theme,
                "n": one.named,
                "reasons": one.n,
                "n_before": one.other_named,
                "reasons_before": one.other_n,
                "difference": one.shift.difference,
                "interval": interval_json(one.shift.interval),
                "adjusted_p": one.adjusted_p,
                "finding": one.finding.value,
            }
            for one in report.shifts
        ],
        "groups": None if report.groups is None else _theme_groups(report.groups, judged=report.scope.judged),
        **_scores(report.scores),
        "themes": [
            {
                "theme": row.name,
                "n": row.impact.n,
                "hidden": row.impact.hidden,
                "indicative": row.impact.indicative,
                "nps": row.impact.nps,
                "nps_without": row.impact.nps_without,
                "impact": row.impact.impact,
                "interval": interval_json(row.impact.interval),
                "p": row.impact.p,
                "adjusted_p": row.impact.adjusted_p,
                "matters": row.impact.matters and report.scope.judged,
                "leans": row.impact.leans and report.scope.judged,
                "quotes": list(row.quotes),
            }
            for row in report.rows
        ],
    }


def _theme_groups(groups: ThemeGroups, *, judged: bool) -> Json:
    def told(one: JudgedShift | None) -> Json | None:
        if one is None:
            return None
        return {
            "difference": one.shift.difference,
            "interval": interval_json(one.shift.interval),
            "adjusted_p": one.adjusted_p,
            "finding": one.finding.value if judged else None,
        }

    return {
        "attribute": groups.attribute,
        "limits": None if groups.limits is None else list(groups.limits),
        "compared": list(groups.found.compared),
        "closed": list(groups.found.closed),
        "cells": [
            {
                "group": one.group,
                "theme": one.theme,
                "n": one.named,
                "reasons": one.n,
                "n_elsewhere": one.other_named,
                "reasons_elsewhere": one.other_n,
                "often": told(one.often),
                "impact": one.impact,
                "impact_elsewhere": one.other_impact,
                "cost": told(one.cost),
            }
            for one in groups.found.cells
        ],
    }


def _words(words: WordsApart | None) -> Json:
    return {
        "new_words": None if words is None else [asdict(one) for one in words.since],
        "detractors_words": None if words is None else [asdict(one) for one in words.detractors],
    }


def accounts_json(report: AccountsReport) -> Json:
    """A wave by account."""
    found = report.found
    return {
        **scope_json(report.scope),
        "responses": report.scores.n,
        "accounts": None if found is None else found.accounts,
        "leaning": None if found is None else asdict(found.leaning),
        "value": None if found is None else found.nps,
        "interval": None if found is None else interval_json(found.interval),
        "of_people": None if found is None else interval_json(found.of_people),
        "design_effect": None if found is None else found.design_effect,
        "solid": found is not None and found.solid,
        "without_account": report.without_account,
        "red": [{"account": row.name, "value": row.value, **asdict(row.counts)} for row in report.red],
        "more_red": report.more_red,
        "currency": report.currency,
        "at_risk": None if report.at_risk is None else asdict(report.at_risk),
        "without_value": report.without_value,
        "weighted": None if report.weighted is None else _weighted(report.weighted),
    }


def _weighted(weighted: Weighted) -> Json:
    score = weighted.score
    return {
        "attribute": weighted.attribute,
        "value": None if score is None else score.nps,
        "interval": None if score is None else interval_json(score.interval),
        "accounts": None if score is None else score.accounts,
        "effective": None if score is None else score.effective,
        "solid": score is not None and score.solid,
        "without": weighted.without,
    }


def movers_json(report: MoversReport) -> Json:
    """The same customers in two waves."""
    found = report.found
    return {
        **scope_json(report.scope),
        "before": report.before,
        "people": 0 if found is None else found.n,
        "value_before": None if found is None else nps(found.before),
        "value_now": None if found is None else nps(found.after),
        "change": None if found is None else found.change,
        "interval": None if found is None else interval_json(found.interval),
        "better": 0 if found is None else found.better,
        "worse": 0 if found is None else found.worse,
        "promoters": report.promoters,
        "lost": report.lost,
        "now_detractors": report.detractors,
        "promoters_asked": report.asked,
        "promoters_silent": report.silent,
        "lost_promoters": [asdict(row) for row in report.rows],
        "told": _change_json(report.told),
        "not_told": _change_json(report.others),
    }


def _change_json(found: PairedChange | None) -> Json | None:
    if found is None:
        return None
    return {
        "people": found.n,
        "value_before": nps(found.before),
        "value_now": nps(found.after),
        "change": found.change,
        "interval": interval_json(found.interval),
    }


def answers_json(report: AnswersReport) -> Json:
    """The newest answers of a wave."""
    return {
        **scope_json(report.scope),
        "category": report.category,
        "total": report.total,
        "answers": [{**asdict(row), "at": time_json(row.at)} for row in report.rows],
    }


# ---------------------------------------------------------------------------------------------- parts


def scope_json(scope: Scope) -> Json:
    """What a report speaks of."""
    return {
        "campaign": scope.campaign,
        "kind": scope.kind,
        "waves": list(scope.waves),
        "started_at": time_json(scope.started_at),
        "stopped_at": time_json(scope.stopped_at),
        "running": scope.running,
        "since": None if scope.since is None else scope.since.isoformat(),
        "account_managers": _names(scope.managers),
        "now": scope.now,
        **stamp_json(scope.stamp),
    }


def stamp_json(stamp: Stamp | None) -> Json:
    """Whose report it is, and when it was made."""
    return {} if stamp is None else {"company": stamp.company, "as_of": time_json(stamp.as_of)}


def _names(managers: tuple[str, ...] | None) -> list[str] | None:
    return None if managers is None else list(managers)


def _scores(scores: Scores) -> Json:
    """The headline with its limits and of how many accounts it is, where these go by account; of a CES who found it
    easy, and how often each score was given."""
    easy, clusters = scores.easy, scores.clusters
    return {
        "value": scores.value,
        "interval": interval_json(scores.interval),
        "accounts": None if clusters is None else clusters.named,
        "without_account": None if clusters is None else clusters.loose,
        "easy": None if easy is None else {"percent": easy.percent, "interval": interval_json(easy.interval)},
        "scores": {str(score): times for score, times in scores.answers.pairs},
    }


def _versus(versus: Versus) -> Json:
    return {
        "campaign": versus.campaign,
        "wave": versus.wave,
        "running": versus.running,
        "responses": versus.scores.n,
        **_scores(versus.scores),
        "comparison": comparison_json(versus.comparison),
        "shift": None
        if versus.shift is None
        else {
            "difference": versus.shift.difference,
            "interval": interval_json(versus.shift.interval),
            "finding": versus.shift.finding.value,
        },
    }


def _segments(segments: Segmented) -> Json:
    return {
        "attribute": segments.attribute,
        "groups": segments.groups,
        "hidden": segments.hidden,
        "left_out": segments.left_out,
        "limits": None if segments.limits is None else list(segments.limits),
        "thirds": segments.thirds,
        "rows": [
            {
                "label": row.label,
                "visibility": row.visibility.value,
                "reveals_another": row.reveals_another,
                "responses": row.n,
                "invited": None if row.response is None else row.response.denominator,
                # From five answers the counts are shown, from ten the score.
                **({} if row.scores is None else _shown(row.scores, row.visibility.has_score)),
                "against_rest": comparison_json(row.against_rest),
            }
            for row in segments.rows
        ],
        "together": None if segments.together is None else _rest(segments.together),
    }


def _rest(rest: RestRow) -> Json:
    return {
        "named": list(rest.named),
        "others": rest.others,
        "visibility": rest.visibility.value,
        "responses": rest.scores.n,
        "invited": None if rest.response is None else rest.response.denominator,
        **_shown(rest.scores, rest.visibility.has_score),
        "against_rest": comparison_json(rest.against_rest),
    }


def _shown(scores: Scores, has_score: bool) -> Json:
    counts = scores.counts
    groups = {"low": counts.detractors, "middle": counts.passives, "high": counts.promoters}
    return {"groups": groups, **(_scores(scores) if has_score else {})}


def comparison_json(comparison: Comparison | None) -> Json | None:
    """A comparison with its verdict; None where there is none."""
    if comparison is None:
        return None
    return {
        "difference": comparison.difference,
        "interval": interval_json(comparison.interval),
        "p": comparison.p,
        "adjusted_p": comparison.adjusted_p,
        "among": comparison.among,
        "finding": comparison.finding.value,
    }


def _dispositions(of: Dispositions) -> Json:
    return {**asdict(of), "invited": of.invited, "delivered": of.delivered, "without_score": of.without_score}


def _rates(of: Rates) -> Json:
    return {field.name: _rate(getattr(of, field.name)) for field in fields(of)}


def _rate(rate: Rate) -> Json:
    return {
        "value": rate.value,
        "numerator": rate.numerator,
        "counted": rate.counted,
        "denominator": rate.denominator,
        "base": rate.base,
    }


def interval_json(interval: Interval | None) -> Json | None:
    """Two limits."""
    return None if interval is None else {"low": interval.low, "high": interval.high}


def time_json(instant: datetime | None) -> str | None:
    """A moment in UTC, to the second."""
    return None if instant is None else instant.isoformat(timespec="seconds")
