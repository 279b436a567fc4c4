"""Who left since a wave as JSON values: unrounded, null where unknown."""

from typing import Any

from bot.reports.churn import ChurnReport, Loss
from scoring import Interval


def churn_json(report: ChurnReport) -> dict[str, Any]:
    """All that the report holds; of fewer than five accounts their number alone."""
    kept, contrast = report.kept.kept, report.contrast
    return {
        "campaign": report.scope.campaign,
        "wave": report.scope.waves[0],
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "customers_at_start": report.kept.start,
        "customers_at_end": report.kept.end,
        "new": report.kept.new,
        "retention_rate": None if kept is None else kept.percent,
        "interval": None if kept is None else _interval(kept.interval),
        "losses": [_loss(loss) for loss in report.losses],
        "detractors_less_promoters": None
        if contrast is None
        else {
            "difference": contrast.difference,
            "interval": _interval(contrast.interval),
            "finding": contrast.finding.value,
        },
        "unknown": report.unknown,
    }


def _loss(loss: Loss) -> dict[str, Any]:
    left = loss.left
    return {
        "accounts_that_were": loss.leaning,
        "accounts": loss.accounts,
        "left": None if left is None else left.counted,
        "percent": None if left is None else left.percent,
        "interval": None if left is None else _interval(left.interval),
    }


def _interval(interval: Interval) -> dict[str, float]:
    return {"low": interval.low, "high": interval.high}
