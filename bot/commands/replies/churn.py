"""What a manager reads of who left since a wave."""

from collections.abc import Iterator

from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.reports.churn import ChurnReport
from bot.reports.scores import state_lines
from scoring import Finding, Interval


def churn_answer(p: Phrasing, report: ChurnReport) -> Reply:
    """How many customers were kept, and how many of each leaning left."""
    return titled(churn_title(p, report), *churn_lines(p, report), *state_lines(p, report.scope))


def churn_title(p: Phrasing, report: ChurnReport) -> str:
    """Since when, and by the answers of which wave."""
    return p.text("churn_title", what=p.scope(report.scope), day=p.day(report.since))


def churn_lines(p: Phrasing, report: ChurnReport) -> Iterator[str]:
    """The retention rate, the losses with their intervals, and whether detractor accounts left more often."""
    kept = report.kept.kept
    if kept is None:
        yield p.text("churn_nobody", day=p.day(report.since))
    else:
        yield p.text(
            "churn_kept",
            kept=p.number(kept.counted),
            start=p.number(report.kept.start),
            share=p.percent(kept.percent),
            limits=_limits(p, kept.interval),
            new=p.number(report.kept.new),
        )
    for loss in report.losses:
        who = p.counted(f"churn_{loss.leaning}", loss.accounts)
        if loss.left is not None:
            yield p.text(
                "churn_left",
                who=who,
                left=p.number(loss.left.counted),
                share=p.percent(loss.left.percent),
                limits=_limits(p, loss.left.interval),
            )
        elif loss.accounts:
            yield p.text("churn_few", who=who)
    if report.contrast is not None:
        word = {Finding.HIGHER: "more", Finding.LOWER: "fewer", Finding.NO_EVIDENCE: "none"}
        firm = report.contrast.finding is not Finding.NO_EVIDENCE
        low, high = (
            p.limit(end, firm=firm) for end in (report.contrast.interval.low, report.contrast.interval.high)
        )
        limits = p.text("limits", low=low, high=high)
        yield p.text(f"churn_{word[report.contrast.finding]}", limits=limits)
    if report.unknown:
        yield p.counted("churn_unknown", report.unknown)


def _limits(p: Phrasing, interval: Interval) -> str:
    return p.text("limits", low=p.percent(interval.low), high=p.percent(interval.high))
