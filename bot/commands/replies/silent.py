"""What an admin reads of those who were asked and gave no score."""

from collections.abc import Iterator

from bot.commands.replies.reply import Phrasing
from bot.reports.silent import weighted_by
from bot.reports.values import CampaignReport
from scoring import Finding, LikeTheLast, nps, shown


def silent_lines(p: Phrasing, report: CampaignReport) -> Iterator[str]:
    """What they may change: if they were like who answered last, and if each group counted by how many were invited."""
    if report.like_the_last is not None:
        yield _like_the_last(p, report.like_the_last)
    if report.as_invited is not None:
        found = report.as_invited
        yield p.text(
            "as_invited",
            attribute=p.attribute(weighted_by(report.segments)),
            score=shown(found.nps),
            raw=shown(found.raw),
            limits=p.text("limits", low=shown(found.interval.low), high=shown(found.interval.high)),
        )


def _like_the_last(p: Phrasing, found: LikeTheLast) -> str:
    compared = found.comparison
    finding = Finding.NO_EVIDENCE if compared is None else compared.finding
    return p.text(
        f"like_the_last_{finding.name.lower()}",
        silent=p.number(found.silent),
        last=shown(nps(found.last)),
        first=shown(nps(found.first)),
        score=shown(found.nps),
    )
