"""The page for the board as JSON values: what the page says, unrounded but for the numbers of people."""

from bot.reports.as_json.reports import Json, comparison_json, interval_json, scope_json
from bot.reports.board import FEWEST, BoardReport, tens
from scoring import ValueAtRisk, nps


def board_json(report: BoardReport) -> Json:
    """One page of a wave; numbers of people, accounts and cases are rounded to tens, as on the page, and
    null from one to nine."""
    scores, versus, small = report.scores, report.versus, report.small
    return {
        **scope_json(report.scope),
        "currency": report.currency,
        "value": None if scores is None else scores.value,
        "interval": None if scores is None else interval_json(scores.interval),
        "responses": None if scores is None else tens(scores.n),
        "goals": [
            {"target": goal.target, "found": None if goal.found is None else goal.found.value}
            for goal in report.goals
        ],
        "response": None if report.response is None else report.response.value,
        "versus": None
        if versus is None
        else {
            "wave": versus.wave,
            "value": versus.scores.value,
            "responses": tens(versus.scores.n),
            "comparison": comparison_json(versus.comparison),
        },
        "themes": [
            {
                "theme": row.name,
                "n": tens(row.impact.n),
                "impact": row.impact.impact,
                "interval": interval_json(row.impact.interval),
                "matters": row.impact.matters and report.scope.judged,
            }
            for row in report.themes
        ],
        "accounts": [
            {
                "account": row.name,
                "account_value": row.value,
                "value": row.score,
                "responses": None if row.score is None else tens(row.counts.n),
            }
            for row in report.accounts
        ],
        "more_red": _some(report.more_red),
        "at_risk": None if report.at_risk is None else _at_risk(report.at_risk),
        "small_accounts": None
        if small is None
        else {
            "accounts": _some(small.accounts),
            "red": _some(small.red),
            "account_value": small.value,
            "value": nps(small.counts),
            "responses": tens(small.counts.n),
        },
        "cases": _some(report.cases),
        "done": _some(report.done),
        "in_time": None
        if report.in_time is None
        else {"percent": report.in_time.percent, "interval": interval_json(report.in_time.interval)},
    }


def _at_risk(risk: ValueAtRisk) -> Json:
    return {"total": risk.total, "detractors": risk.detractors, "silent": risk.silent}


def _some(count: int) -> int | None:
    return None if 0 < count < FEWEST else tens(count)
