"""A score on its scale: a dot where it is, whiskers to the ends of its interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final, Literal

from matplotlib.axes import Axes

from bot.dialogue.kinds import SurveyKind
from bot.pictures.sheet import DEEP, GRID, INK, NEUTRAL_TINT, PAPER, QUIET, points
from bot.reports.phrases import Phrases
from scoring import Interval, shown

NARROWEST: Final = {"nps": 50.0, "csat": 25.0, "ces": 2.0}
"""The least of a scale that a close-up shows, so that a small step does not look like a large one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a scale that a chart shows, and where its marks stand."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + number * self.step for number in range(count + 1)]


WHOLE: Final = {"nps": Stretch(-100, 100, 50), "csat": Stretch(0, 100, 25), "ces": Stretch(1, 7, 1)}


def close_up(kind: SurveyKind, seen: list[Interval]) -> Stretch:
    """The part of a scale that holds these intervals, from mark to mark."""
    whole = WHOLE[kind]
    step = whole.step / 2 if kind == "nps" else whole.step
    low = min((one.low for one in seen), default=whole.low)
    high = max((one.high for one in seen), default=whole.high)
    low, high = floor(low / step) * step, ceil(high / step) * step
    while high - low < NARROWEST[kind]:
        low, high = max(whole.low, low - step), min(whole.high, high + step)
    return Stretch(max(whole.low, low), min(whole.high, high), step)


def mark_of(p: Phrases, kind: SurveyKind, value: float) -> str:
    """A value of the scale as its mark says it."""
    match kind:
        case "csat":
            return p.percent(value)
        case "ces":
            return p.number(round(value))  # its marks are whole numbers
        case _:
            return shown(value)


def score_dot(
    axes: Axes,
    value: float,
    at: float,
    interval: Interval | None,
    *,
    along: Literal["x", "y"] = "x",
    hollow: bool = False,
    colour: str = DEEP,
    size: float = 30,
) -> None:
    """A dot at `value`, in the row or column `at`, and whiskers to the limits."""

    def placed(values: list[float], others: list[float]) -> tuple[list[float], list[float]]:
        return (values, others) if along == "x" else (others, values)

    if interval is not None:
        whiskers = axes.plot(
            *placed([interval.low, interval.high], [at, at]),
            color=colour,
            linewidth=points(7),
            solid_capstyle="butt",
            clip_on=False,
            zorder=3,
        )
        ends = axes.plot(
            *placed([interval.low, interval.high], [at, at]),
            linestyle="none",
            marker="|" if along == "x" else "_",
            markersize=points(28),
            markeredgewidth=points(5),
            color=colour,
            clip_on=False,
            zorder=3,
        )
        whiskers[0].set_gid("interval")
        ends[0].set_gid("limits")
    dot = axes.plot(
        *placed([value], [at]),
        marker="o",
        markersize=points(size),
        markerfacecolor=PAPER if hollow else colour,
        markeredgecolor=colour,
        markeredgewidth=points(6),
        linestyle="none",
        clip_on=False,
        zorder=4,
    )
    dot[0].set_gid("dot")


def marks(
    axes: Axes, p: Phrases, kind: SurveyKind, stretch: Stretch, *, along: Literal["x", "y"] = "x"
) -> None:
    """The scale's marks: calm lines, and a firmer one at the NPS of zero."""
    ticks = stretch.ticks
    labels = [mark_of(p, kind, value) for value in ticks]
    if along == "x":
        axes.set_xlim(stretch.low, stretch.high)
        axes.set_xticks(ticks, labels)
    else:
        axes.set_ylim(stretch.low, stretch.high)
        axes.set_yticks(ticks, labels)
    draw = axes.axvline if along == "x" else axes.axhline
    for value in ticks:
        firm = kind == "nps" and value == 0
        draw(value, color=QUIET if firm else GRID, linewidth=points(3), zorder=1, clip_on=False)


def reference(axes: Axes, value: float, *, along: Literal["x", "y"] = "x") -> None:
    """A line through the score of all."""
    draw = axes.axvline if along == "x" else axes.axhline
    line = draw(value, color=INK, linewidth=points(3), linestyle=(0, (4, 3)), zorder=2)
    line.set_gid("all")


def by_chance(axes: Axes, across: Sequence[float], limits: Sequence[Interval], *, edge: float) -> None:
    """The band of what chance alone may do, filled, between two lines as thick as `edge`."""
    lows, highs = [one.low for one in limits], [one.high for one in limits]
    band = axes.fill_between(across, lows, highs, color=NEUTRAL_TINT, linewidth=0, zorder=0)
    band.set_gid("band")
    for line in (lows, highs):
        axes.plot(across, line, color=QUIET, linewidth=points(edge), zorder=2)
