"""A score as people read it: in its unit, with its limits, the number of its answers, and what a comparison found."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import floor
from typing import Final

from bot.reports.control import ControlReport
from bot.reports.number_groups import band_names
from bot.reports.phrases import Phrases
from bot.reports.readable import LONGEST, beyond_pictures, readable
from bot.reports.values import Goal, RestRow, Scope, Scores, Segmented, SegmentRow, Versus
from scoring import (
    FEWEST_PERIODS,
    Clusters,
    Comparison,
    Contrast,
    Finding,
    Rate,
    Shift,
    ThemeImpact,
    least_tenths,
    shown,
)

MOST_TOGETHER: Final = 2
"""Names that stand in the row of the groups that are not shown by themselves."""


def score_of(p: Phrases, scores: Scores) -> str:
    """The headline in its unit: `+40`, `60%` or `5.4`."""
    value = scores.value
    return p.text("no_score") if value is None else in_unit(p, scores.kind, value)


def limits_of(p: Phrases, scores: Scores) -> str | None:
    """The 95% limits in the same unit, never as ±; None where there are none."""
    ends = ends_of(p, scores)
    return None if ends is None else p.text("limits", low=ends[0], high=ends[1])


def ends_of(p: Phrases, scores: Scores) -> tuple[str, str] | None:
    """Each of the limits in the same unit."""
    interval = scores.interval
    if interval is None:
        return None
    return in_unit(p, scores.kind, interval.low), in_unit(p, scores.kind, interval.high)


def accounts_line(p: Phrases, scores: Scores) -> Iterator[str]:
    """That the interval goes by account, where it does, and whether there are accounts enough for its width."""
    if scores.clusters is not None:
        key = "by_account" if scores.clusters.solid(scores.n) else "by_account_guess"
        yield p.text(key, answers=answers_of(p, scores.n), accounts=_accounts_of(p, scores.clusters))


def _accounts_of(p: Phrases, clusters: Clusters) -> str:
    """`10 accounts`, `10 accounts and 1 person without an account`, where an erased one is among those."""
    accounts = p.counted("of_accounts", clusters.named)
    return f"{accounts} {p.counted('and_without', clusters.loose)}" if clusters.loose else accounts


def by_account_line(p: Phrases, several: Iterable[Scores]) -> Iterator[str]:
    """The same of several scores, without their numbers."""
    solid = [one.clusters.solid(one.n) for one in several if one.clusters is not None]
    if solid:
        yield p.text("scores_by_account" if all(solid) else "scores_by_account_guess")


def answers_of(p: Phrases, n: int) -> str:
    """`1 answer`, `120 answers`."""
    return p.counted("answers", n)


def groups_of(p: Phrases, scores: Scores) -> str:
    """How many are in each of the three groups, by the names of the survey's kind."""
    counts = scores.counts
    return p.text(
        f"groups_{scores.kind}",
        low=p.number(counts.detractors),
        middle=p.number(counts.passives),
        high=p.number(counts.promoters),
    )


def other_of(p: Phrases, scope: Scope, versus: Versus) -> str:
    """What a score is compared with: another wave of the campaign, or the wave of another one."""
    if versus.campaign == scope.campaign:
        return p.text("wave", wave=versus.wave)
    return p.text("scope_wave", campaign=versus.campaign, wave=versus.wave)


def title_of(p: Phrases, scope: Scope, scores: Scores) -> str:
    """What the report speaks of, and its score."""
    if not scores.n:
        return p.text("report_title_empty" if scope.running else "report_title_over", what=p.scope(scope))
    return p.text("report_title", what=p.scope(scope), score=p.text(scores.kind, score=score_of(p, scores)))


def finding_of(p: Phrases, comparison: Comparison, contrast: Contrast) -> str:
    """The finding with its limits in points; never that nothing changed."""
    firm = comparison.finding is not Finding.NO_EVIDENCE
    interval = comparison.interval
    limits = p.text("limits", low=p.limit(interval.low, firm=firm), high=p.limit(interval.high, firm=firm))
    said = p.text("finding", finding=found(p, comparison, contrast), limits=limits)
    return said + p.text("finding_among", count=p.number(comparison.among)) if comparison.among > 1 else said


def found(p: Phrases, comparison: Comparison | Shift, contrast: Contrast) -> str:
    """The finding in a word or two."""
    word = {Finding.NO_EVIDENCE: "none", Finding.HIGHER: "higher", Finding.LOWER: "lower"}[comparison.finding]
    return p.text(f"{contrast.value}_{word}")


def shift_of(p: Phrases, kind: str, shift: Shift, contrast: Contrast) -> str:
    """What became of a CSAT or CES, with its limits in its unit."""
    firm = shift.finding is not Finding.NO_EVIDENCE
    ends = shift.interval.low, shift.interval.high
    if kind == "ces":
        low, high = (_on_scale(p, end, firm=firm) for end in ends)
    else:
        low, high = (p.limit(end, firm=firm) for end in ends)
    limits = p.text("limits", low=low, high=high)
    return p.text(f"finding_{kind}", finding=found(p, shift, contrast), limits=limits)


def _on_scale(p: Phrases, limit: float, *, firm: bool) -> str:
    size = least_tenths(limit) if firm and abs(limit) < 0.1 else floor(abs(limit) * 10 + 0.5) / 10
    return f"{'' if not size else '+' if limit > 0 else '-'}{p.decimal(size)}"


def words_of_control(p: Phrases, report: ControlReport) -> Iterator[str]:
    """Where the newest period that is over stands, what it is held against, and which before it left the band."""
    names = p.labels(report.by, report.labels)
    if not report.watched:
        yield p.counted(f"control_needs_{report.by}", len(report.labels), needed=p.number(FEWEST_PERIODS))
        return
    newest, one = report.watched[-1]
    smoothed, low, high = p.against(one.smoothed, one.limits)
    yield p.text(
        f"control_newest_{one.finding.name.lower()}",
        period=names[newest],
        smoothed=smoothed,
        limits=p.text("limits", low=low, high=high),
    )
    yield p.text(
        "control_before",
        first=names[report.before[0]],
        last=names[report.before[-1]],
        score=shown(report.chart.mean),
        answers=answers_of(p, report.chart.base.n),
    )
    for first, last, finding in report.outside:
        if last == newest and first == last:
            continue
        key = f"control_{'one' if first == last else 'stretch'}_{finding.value}"
        yield p.text(key, first=names[first], last=names[last])


def impact_words(p: Phrases, impact: ThemeImpact, *, judged: bool = True, brief: bool = False) -> str:
    """What a theme costs or adds, from the least to the most of it, or, while it cannot be judged, the points so
    far; empty where no points are told. `brief` in a column, where most say that there is no evidence."""
    if impact.impact is None or impact.interval is None:
        return ""
    low, high = impact.interval.low, impact.interval.high
    costs = impact.impact < 0
    if not judged or not impact.matters:
        key = "theme_so_far" if not judged else "theme_none_brief" if brief else "theme_none"
        if judged and impact.leans:
            key = "theme_may_cost" if costs else "theme_may_add"
        return p.text(key, limits=p.text("limits", low=shown(low), high=shown(high)))
    # All on one side of nothing, so the word says which and the numbers need no sign.
    near, far = sorted((low, high), key=abs)
    least, most = (p.limit(limit, firm=True).lstrip("+-") for limit in (near, far))
    limits = p.text("limits", low=least, high=most)
    points = p.text("points", count=most if least == most else limits)
    if least == most == "1":
        points = p.text("points_one")
    return p.text("theme_costs" if costs else "theme_adds", points=points)


def state_lines(p: Phrases, scope: Scope) -> Iterator[str]:
    """Whose answers these are, since when they were asked for, and whether more will come."""
    if scope.stamp is not None:
        yield p.stamp(scope.stamp, scope.started_at)
    if scope.since is not None and len(scope.waves) > 1:
        yield p.text("newest_alone")
    if scope.now:
        yield p.text("as_now")
    if scope.managers is not None:
        yield p.own_accounts(scope.managers)
    if scope.stopped_at is not None:
        yield p.text("report_stopped", stopped=p.when(scope.stopped_at))
    elif scope.running:
        yield p.text("report_running")


def response_line(p: Phrases, response: Rate) -> str:
    """How many answered, of whom."""
    return rate_line(p, "report_responses", response)


def rate_line(p: Phrases, key: str, rate: Rate) -> str:
    """A share with both of its numbers; nothing but them where the base is nobody."""
    share = "" if rate.value is None else f" ({p.percent(100 * rate.value)})"
    return p.text(key, counted=p.number(rate.numerator), base=p.number(rate.denominator), share=share)


ShownRow = tuple[str, SegmentRow | RestRow, Scores]
"""A row of a segment report that is shown: what it is called, and what is told of it."""


def shown_rows(p: Phrases, segments: Segmented) -> list[ShownRow]:
    """The groups that are shown by themselves, and as the last row those that are not.

    Where a picture could not write a name, each row has its number before it, in words and picture alike: by that
    the one is found in the other.
    """
    labels = labels_of(p, segments)
    rows: list[ShownRow] = [
        (labels[row.label], row, row.scores) for row in segments.rows if row.scores is not None
    ]
    rest = segments.together
    if rest is not None:
        rows.append((_rest_label(p, labels, rest), rest, rest.scores))
    if not any(beyond_pictures(label) for label, _, _ in rows):
        return rows
    return [(f"{number}. {label}", row, scores) for number, (label, row, scores) in enumerate(rows, start=1)]


def labels_of(p: Phrases, segments: Segmented) -> dict[str, str]:
    """What each group is called, different wherever they are."""
    labels = [row.label for row in segments.rows]
    return group_names(p, segments.attribute, labels, segments.limits, segments.currency)


def group_names(
    p: Phrases,
    attribute: str,
    labels: Sequence[str],
    limits: tuple[float, ...] | None,
    currency: str | None,
) -> dict[str, str]:
    """What each of the groups by an attribute is called; of numbers those between the limits."""
    names = p.labels(attribute, labels)
    if limits is None:
        return names
    bands = zip(band_names(limits), pairwise([None, *limits, None]), strict=True)
    return names | {name: p.band(low, high, currency) for name, (low, high) in bands}


def _rest_label(p: Phrases, labels: Mapping[str, str], rest: RestRow) -> str:
    if not rest.named:
        return p.counted("groups_together", rest.others)
    names = p.names([labels[one] for one in rest.named], MOST_TOGETHER)
    return (
        p.counted("named_together", rest.others, names=names)
        if rest.others
        else p.text("named_alone", names=names)
    )


def goal_line(p: Phrases, scope: Scope, goal: Goal) -> str:
    """Whether a goal is reached, by the interval of the score."""
    target = in_unit(p, scope.kind, goal.target)
    name = (
        p.text("goal", target=target)
        if goal.whose is None
        else p.text("goal_of", target=target, manager=readable(goal.whose, LONGEST))
    )
    said = "not_said" if goal.found is None else goal.found.name.lower()
    return p.text(f"goal_{said}", goal=name)


def in_unit(p: Phrases, kind: str, value: float) -> str:
    """A score as its kind is written: `+40`, `60%` or `5.4`."""
    match kind:
        case "csat":
            return p.percent(value)
        case "ces":
            return p.decimal(floor(value * 10 + 0.5) / 10)
        case _:
            return shown(value)
