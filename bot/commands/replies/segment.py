"""The lines of a report that hold a group or a wave each."""

from collections.abc import Iterator
from typing import Final

from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.reports.effort import EFFORT, WITHIN
from bot.reports.readable import LONGEST, readable
from bot.reports.scores import (
    answers_of,
    by_account_line,
    found,
    groups_of,
    labels_of,
    limits_of,
    rate_line,
    score_of,
    shown_rows,
)
from bot.reports.values import RestRow, Scores, Segmented, SegmentRow, TrendPoint, TrendReport
from scoring import Contrast, Finding, Rate, Selection, Visibility

MOST_MANAGERS: Final = 5  # account managers whose skipped customers are listed
MOST_NAMES: Final = 5  # hidden groups that are named


def segment_lines(p: Phrasing, segments: Segmented) -> Iterator[str]:
    """Each group that may be shown, and a word on those that may not."""
    yield p.text("segments_title", attribute=p.attribute(segments.attribute))
    for label, row, scores in shown_rows(p, segments):
        yield segment_line(p, label, row, scores)
    yield from notes(p, segments)


def notes(p: Phrasing, segments: Segmented) -> Iterator[str]:
    """What is to be known beside the groups: that none stands out, which are not shown, and what they are."""
    if segments.thirds:
        yield p.text("segments_thirds", attribute=p.attribute(segments.attribute))
    if segments.attribute == EFFORT:
        yield p.text("segments_effort", count=WITHIN)
    found = [row.against_rest for row in segments.rows]
    if segments.together is not None:
        found.append(segments.together.against_rest)
    compared = [one for one in found if one is not None]
    if compared and all(one.finding is Finding.NO_EVIDENCE for one in compared):
        yield p.text("segments_alike")
    rows = [
        row for row in (*segments.rows, segments.together) if row is not None and row.visibility.has_score
    ]
    if any(row.scores is not None and _width_is_a_guess(row.scores) for row in rows):
        yield p.text("groups_guess")
    labels = labels_of(p, segments)
    hidden = [labels[row.label] for row in segments.rows if row.scores is None]
    if hidden:
        one_too_many = any(row.reveals_another for row in segments.rows)
        key = "segments_hidden" if segments.together is None else "segments_together"
        yield p.text(f"{key}_too" if one_too_many else key, names=p.names(hidden, MOST_NAMES))
    if segments.left_out and segments.together is None:
        yield p.counted("segments_left_out", segments.left_out)


def _width_is_a_guess(scores: Scores) -> bool:
    return scores.clusters is not None and not scores.clusters.solid(scores.n)


def segment_line(p: Phrasing, label: str, row: SegmentRow | RestRow, scores: Scores) -> str:
    """One group: its score, or where it is too small for one its three counts."""
    answers = answers_of(p, scores.n)
    if not row.visibility.has_score:
        line = p.text("segment_counts", label=label, answers=answers, groups=groups_of(p, scores))
        return line if row.response is None else line + invited_of(p, row.response)
    line = p.text(
        "scored", what=label, score=score_of(p, scores), limits=in_brackets(p, scores), answers=answers
    )
    if row.response is not None:
        line += invited_of(p, row.response)
    if row.visibility is Visibility.INDICATIVE:
        line += p.text("indicative")
    if row.against_rest is not None and row.against_rest.finding is not Finding.NO_EVIDENCE:
        line += p.text(f"segment_{row.against_rest.finding.value}")
    return line


def invited_of(p: Phrasing, response: Rate) -> str:
    """How many of a group were invited, and which share of them answered."""
    return rate_line(p, "segment_invited", response)


def in_brackets(p: Phrasing, scores: Scores) -> str:
    """The limits of a score as they stand behind it; nothing where there are none."""
    limits = limits_of(p, scores)
    return "" if limits is None else f" ({limits})"


def selection_lines(p: Phrasing, selection: tuple[Selection, ...]) -> Iterator[str]:
    """Of whom most customers were not asked, where there is more than one account manager."""
    if len(selection) < 2:
        return
    most = sorted(
        (one for one in selection if one.skipped), key=lambda one: (-one.skip_rate.numerator, one.manager)
    )
    if most:
        yield p.text("selection_title")
    for one in most[:MOST_MANAGERS]:
        rate = one.skip_rate
        yield p.text(
            "selection",
            manager=readable(one.manager, LONGEST) or p.text("no_manager"),
            count=p.number(rate.numerator),
            people=p.number(rate.denominator),
            share=p.percent(100 * (rate.value or 0)),
            rules=p.rules(one.skipped),
        )
    if len(most) > MOST_MANAGERS:
        yield p.counted("selection_more", len(most) - MOST_MANAGERS)


def trend_answer(p: Phrasing, report: TrendReport) -> Reply:
    """A line a wave, the oldest first, each with whether it differs from the one before."""
    lines = [trend_line(p, point) for point in report.points]
    return titled(trend_title(p, report), *lines, *trend_notes(p, report))


def trend_title(p: Phrasing, report: TrendReport) -> str:
    """Whose scores these are."""
    return p.text(f"trend_title_{report.kind}", campaign=report.campaign)


def trend_notes(p: Phrasing, report: TrendReport) -> Iterator[str]:
    """What is to be known beside the waves."""
    if report.left_out:
        yield p.counted("trend_earlier", report.left_out)
    if len(report.points) == 1:
        yield p.text("trend_one")
    yield from by_account_line(p, [point.scores for point in report.points])
    if report.stamp is not None:
        yield p.stamp(report.stamp, report.points[0].started_at)
    if report.managers is not None:
        yield p.own_accounts(report.managers)


def trend_line(p: Phrasing, point: TrendPoint) -> str:
    """One wave: its score with limits and answers, and whether it moved."""
    what = p.text("trend_wave", wave=point.wave, day=p.day(p.local_day(point.started_at)))
    scores = point.scores
    if scores.n:
        limits = in_brackets(p, scores)
        line = p.text(
            "scored", what=what, score=score_of(p, scores), limits=limits, answers=answers_of(p, scores.n)
        )
    else:
        line = p.text("trend_nothing" if point.running else "trend_nothing_over", what=what)
    if point.change is not None:
        line += "; " + found(p, point.change, Contrast.MOMENTS)
    return f"{line}; {p.text('trend_running')}" if point.running else line
