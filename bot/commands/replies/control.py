"""What a manager reads of a score month by month or week by week."""

from collections.abc import Iterator
from typing import Final

from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.reports.control import ControlReport
from bot.reports.scores import answers_of, score_of, words_of_control
from scoring import Finding, Watched, nps, shown, visibility

MOST_LINES: Final = 12


def control_answer(p: Phrasing, report: ControlReport) -> Reply:
    """Whether the newest period is where it was, which before it were not, and a line for each of the newest."""
    return titled(control_title(p, report), *control_lines(p, report), *control_notes(p, report))


def control_title(p: Phrasing, report: ControlReport) -> str:
    """Whose score this is, by month or by week."""
    return p.text(f"control_title_{report.by}", campaign=report.campaign)


def control_lines(p: Phrasing, report: ControlReport) -> Iterator[str]:
    """The verdict, and a line for each of the newest periods."""
    yield from words_of_control(p, report)
    names = p.labels(report.by, report.labels)
    for label, one in report.watched[-MOST_LINES:]:
        yield _line(p, names[label], one)
    if not report.watched:
        for label, counts in zip(report.labels, report.counts, strict=True):
            key = "control_alone" if visibility(counts.n).has_score else "control_alone_counts"
            yield p.text(key, period=names[label], score=shown(nps(counts)), answers=answers_of(p, counts.n))


def control_notes(p: Phrasing, report: ControlReport) -> Iterator[str]:
    """What is not over, what is left out, and whose report this is."""
    if report.so_far is not None:
        label, scores = report.so_far
        period = p.labels(report.by, [label])[label]
        yield p.text(
            "control_so_far", period=period, score=score_of(p, scores), answers=answers_of(p, scores.n)
        )
    if report.few:
        yield p.counted(f"control_few_{report.by}", report.few)
    if report.watched:
        yield p.text("control_smoothed", share=p.percent(20))
    if report.stamp is not None:
        yield p.stamp(report.stamp, report.started_at)
    if report.managers is not None:
        yield p.own_accounts(report.managers)


def _line(p: Phrasing, period: str, one: Watched) -> str:
    smoothed, low, high = p.against(one.smoothed, one.limits)
    values = {
        "period": period,
        "answers": answers_of(p, one.counts.n),
        "smoothed": smoothed,
        "limits": p.text("limits", low=low, high=high),
    }
    has_score = visibility(one.counts.n).has_score
    said = (
        p.text("control", score=shown(nps(one.counts)), **values)
        if has_score
        else p.text("control_counts", **values)
    )
    return said if one.finding is Finding.NO_EVIDENCE else said + p.text(f"control_is_{one.finding.value}")
