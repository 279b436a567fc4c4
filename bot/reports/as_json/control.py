"""A score month by month or week by week, as JSON values: unrounded, null where unknown."""

from bot.reports.as_json.reports import Json, interval_json, stamp_json
from bot.reports.control import ControlReport
from scoring import Watched, nps, visibility


def control_json(report: ControlReport) -> Json:
    """All that the chart holds."""
    chart = report.chart
    return {
        "campaign": report.campaign,
        "by": report.by,
        "account_managers": None if report.managers is None else list(report.managers),
        **stamp_json(report.stamp),
        "before": {"periods": list(report.before), "responses": chart.base.n, "value": chart.mean},
        "watched": [_watched(label, one) for label, one in report.watched],
        "outside": [
            {"from": first, "to": last, "finding": finding.value} for first, last, finding in report.outside
        ],
        "so_far": None
        if report.so_far is None
        else {
            "period": report.so_far[0],
            "responses": report.so_far[1].n,
            "value": report.so_far[1].value,
        },
        "left_out": report.few,
    }


def _watched(label: str, one: Watched) -> Json:
    return {
        "period": label,
        "responses": one.counts.n,
        "value": nps(one.counts) if visibility(one.counts.n).has_score else None,
        "smoothed": one.smoothed,
        "limits": interval_json(one.limits),
        "finding": one.finding.value,
    }
