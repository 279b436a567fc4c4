"""The page for the board as JSON values: what the page says, unrounded but for the numbers of people."""

from bot.reports.as_json import Json, comparison_json, interval_json, scope_json
from bot.reports.board import BoardReport
from scoring import nps


def board_json(report: BoardReport) -> Json:
    """One page of a wave; numbers of people are rounded to tens, as on the page."""
    scores, versus, small = report.scores, report.versus, report.small
    return {
        **scope_json(report.scope),
        "currency": report.currency,
        "value": None if scores is None else scores.value,
        "interval": None if scores is None else interval_json(scores.interval),
        "responses": None if scores is None else _tens(scores.n),
        "response": None if report.response is None else report.response.value,
        "versus": None
        if versus is None
        else {
            "wave": versus.wave,
            "value": versus.scores.value,
            "responses": _tens(versus.scores.n),
            "comparison": comparison_json(versus.comparison),
        },
        "themes": [
            {
                "theme": row.name,
                "n": _tens(row.impact.n),
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
                "responses": None if row.score is None else _tens(row.counts.n),
            }
            for row in report.accounts
        ],
        "more_red": report.more_red,
        "small_accounts": None
        if small is None
        else {
            "accounts": small.accounts,
            "red": small.red,
            "value": nps(small.counts),
            "responses": _tens(small.counts.n),
        },
        "cases": report.cases,
        "done": report.done,
        "in_time": None
        if report.in_time is None
        else {"percent": report.in_time.percent, "interval": interval_json(report.in_time.interval)},
    }


def _tens(people: int) -> int:
    return 10 * ((people + 5) // 10)
