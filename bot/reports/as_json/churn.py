"""Who left since a wave as JSON values: unrounded, null where unknown."""

from bot.reports.as_json.reports import Json, interval_json
from bot.reports.churn import ChurnReport, Loss


def churn_json(report: ChurnReport) -> Json:
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
        "interval": None if kept is None else interval_json(kept.interval),
        "losses": [_loss(loss) for loss in report.losses],
        "detractors_less_promoters": None
        if contrast is None
        else {
            "difference": contrast.difference,
            "interval": interval_json(contrast.interval),
            "finding": contrast.finding.value,
        },
        "unknown": report.unknown,
    }


def _loss(loss: Loss) -> Json:
    left = loss.left
    return {
        "accounts_that_were": loss.leaning,
        "accounts": loss.accounts,
        "left": None if left is None else left.counted,
        "percent": None if left is None else left.percent,
        "interval": None if left is None else interval_json(left.interval),
    }
