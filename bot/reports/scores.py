"""A score as people read it: in its unit, with its limits, the number of its answers, and what a comparison found."""

from collections.abc import Iterator
from math import floor

from bot.reports.phrases import Phrases
from bot.reports.values import Scope, Scores, Versus
from scoring import Comparison, Contrast, Finding, shown


def score_of(p: Phrases, scores: Scores) -> str:
    """The headline in its unit: `+40`, `60%` or `5.4`."""
    value = scores.value
    return p.text("no_score") if value is None else _in_unit(p, scores.kind, value)


def limits_of(p: Phrases, scores: Scores) -> str | None:
    """The 95% limits in the same unit, never as ±; None where there are none."""
    interval = scores.interval
    if interval is None:
        return None
    low, high = (_in_unit(p, scores.kind, limit) for limit in (interval.low, interval.high))
    return p.text("limits", low=low, high=high)


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
        return p.text("report_title_empty", what=p.scope(scope))
    return p.text("report_title", what=p.scope(scope), score=p.text(scores.kind, score=score_of(p, scores)))


def finding_of(p: Phrases, comparison: Comparison, contrast: Contrast) -> str:
    """The finding with its limits in points; never that nothing changed."""
    limits = p.text("limits", low=shown(comparison.interval.low), high=shown(comparison.interval.high))
    return p.text("finding", finding=found(p, comparison, contrast), limits=limits)


def found(p: Phrases, comparison: Comparison, contrast: Contrast) -> str:
    """The finding in a word or two."""
    word = {Finding.NO_EVIDENCE: "none", Finding.HIGHER: "higher", Finding.LOWER: "lower"}[comparison.finding]
    return p.text(f"{contrast.value}_{word}")


def state_lines(p: Phrases, scope: Scope) -> Iterator[str]:
    """Whose answers these are, and whether more will come."""
    if scope.managers is not None:
        yield p.own_accounts(scope.managers)
    if scope.stopped_at is not None:
        yield p.text("report_stopped", stopped=p.when(scope.stopped_at))
    elif scope.running:
        yield p.text("report_running")


def _in_unit(p: Phrases, kind: str, value: float) -> str:
    match kind:
        case "csat":
            return p.percent(value)
        case "ces":
            return p.decimal(floor(value * 10 + 0.5) / 10)
        case _:
            return shown(value)
