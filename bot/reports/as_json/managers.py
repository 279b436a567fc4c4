"""Account managers held against each other, as JSON values: unrounded, null where unknown."""

from bot.reports.as_json.reports import Json, interval_json, scope_json
from bot.reports.managers import ManagersReport
from bot.reports.values import SegmentRow


def managers_json(report: ManagersReport) -> Json:
    """All that the report holds; of groups that may not be shown nothing but their sum."""
    together = report.segments.together
    return {
        **scope_json(report.scope),
        "account_managers_held": report.held,
        "responses": report.answers,
        "value": report.mean,
        "spread": report.spread,
        "without_manager": report.without_manager,
        "rows": [_row(report, row) for row in report.segments.rows],
        "together": None
        if together is None
        else {
            "named": list(together.named),
            "others": together.others,
            "responses": together.scores.n,
        },
        "funnel": [{"responses": size, "limits": interval_json(limits)} for size, limits in report.band],
    }


def _row(report: ManagersReport, row: SegmentRow) -> Json:
    found = report.beside.get(row.label)
    if found is None:
        return {"account_manager": row.label, "visibility": row.visibility.value}
    judged = report.scope.judged
    return {
        "account_manager": row.label,
        "visibility": row.visibility.value,
        "responses": found.counts.n,
        "value": found.score if row.visibility.has_score else None,
        "shrunk": found.shrunk,
        "limits": interval_json(found.limits),
        "finding": found.finding.value if judged else None,
    }
