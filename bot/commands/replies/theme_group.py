"""Themes by an attribute, as lines of a report: each difference between a group and the others."""

from collections.abc import Iterator
from typing import Final

from bot.reports.phrases import Phrases
from bot.reports.scores import group_names
from bot.reports.values import ThemeGroups
from scoring import Finding, Interval, ThemeCell, shown

MOST_DIFFERENCES: Final = 8
MOST_NAMES: Final = 5  # of groups that are not compared


def theme_group_lines(p: Phrases, groups: ThemeGroups, *, judged: bool) -> Iterator[str]:
    """In which group a theme is named more or less often, and where it matters more: the clearest first."""
    found = groups.found
    names = group_names(p, groups.attribute, (*found.compared, *found.closed), groups.limits, groups.currency)
    lines = [line for cell in found.cells for line in _cell(p, names[cell.group], cell)] if judged else []
    if not found.compared:
        yield p.text("theme_groups_few")
    elif not judged:
        yield p.text("theme_groups_running")
    elif not lines:
        yield p.text("theme_groups_none")
    yield from lines[:MOST_DIFFERENCES]
    if len(lines) > MOST_DIFFERENCES:
        yield p.counted("theme_groups_rest", len(lines) - MOST_DIFFERENCES)
    if lines:
        yield p.text("theme_groups_together")
    if found.closed:
        yield p.text("theme_groups_closed", names=p.names([names[one] for one in found.closed], MOST_NAMES))


def _cell(p: Phrases, group: str, cell: ThemeCell) -> Iterator[str]:
    theme = p.theme(cell.theme)
    if cell.often.finding is not Finding.NO_EVIDENCE:
        yield p.text(
            "theme_groups_more_often" if cell.often.finding is Finding.HIGHER else "theme_groups_less_often",
            group=group,
            theme=theme,
            share=p.percent(100 * cell.named / cell.n),
            other=p.percent(100 * cell.other_named / cell.other_n),
            limits=_limits(p, cell.often.shift.interval),
        )
    if cell.cost is not None and cell.cost.finding is not Finding.NO_EVIDENCE:
        own, other = cell.impact or 0.0, cell.other_impact or 0.0
        better = cell.cost.finding is Finding.HIGHER
        costs = max(own, other) < 0  # on both sides, so the word says so and the numbers need no sign
        key = ("costs_less" if better else "costs_more") if costs else ("better" if better else "worse")
        yield p.text(
            f"theme_groups_{key}",
            group=group,
            theme=theme,
            points=shown(abs(own)).lstrip("+") if costs else shown(own),
            other=shown(abs(other)).lstrip("+") if costs else shown(other),
            limits=_limits(p, cell.cost.shift.interval),
        )


def _limits(p: Phrases, interval: Interval) -> str:
    low, high = (p.limit(limit, firm=True) for limit in (interval.low, interval.high))
    return p.text("limits", low=low, high=high)
