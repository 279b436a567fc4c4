"""The picture of a score month by month or week by week: a band, a line, and a dot only where it leaves."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from matplotlib.patheffects import withStroke

from bot.pictures.scale import by_chance, close_up, marks, reference, score_dot
from bot.pictures.sheet import (
    DEEP,
    MARGIN,
    PAPER,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    Block,
    Sheet,
    leading,
    points,
    stacked,
    title,
    wrapped,
)
from bot.reports.control import ControlReport
from bot.reports.phrases import Phrases
from bot.reports.scores import words_of_control
from scoring import Finding, Interval, shown

LEFT: Final = MARGIN + 108
CHART: Final = WIDTH - MARGIN - 24 - LEFT
HEIGHT: Final = 520
APART: Final = 118  # pixels between two names of periods


def control_sheet(p: Phrases, report: ControlReport) -> Sheet:
    """The band of a campaign, from the first period that is watched to the newest that is over."""
    verdict, *others = words_of_control(p, report)
    return stacked(
        (
            title(p.text(f"control_title_{report.by}", campaign=report.campaign)),
            wrapped([verdict], size=TEXT, before=12),
            _chart(p, report),
            wrapped([*others, *_notes(p, report)], before=36),
        )
    )


def _notes(p: Phrases, report: ControlReport) -> Iterator[str]:
    yield p.text("picture_control")
    if report.few:
        yield p.counted(f"control_few_{report.by}", report.few)
    if report.stamp is not None:
        yield p.stamp(report.stamp, report.started_at)
    if report.managers is not None:
        yield p.own_accounts(report.managers)


def _chart(p: Phrases, report: ControlReport) -> Block:
    watched = [one for _, one in report.watched]
    seen = [*(one.limits for one in watched), *(Interval(one.smoothed, one.smoothed) for one in watched)]
    stretch = close_up("nps", seen)
    pitch = CHART / len(watched)

    def draw(sheet: Sheet, y: float) -> None:
        axes = sheet.axes(LEFT, y + 60, CHART, HEIGHT)
        axes.set_xlim(-0.5, len(watched) - 0.5)
        marks(axes, p, "nps", stretch, along="y")
        # A step a period: each has its own number of answers.
        edges = [place + side for place in range(len(watched)) for side in (-0.5, 0.5)]
        by_chance(axes, edges, [one.limits for one in watched for _ in (0, 1)], edge=3)
        reference(axes, report.chart.mean, along="y")
        levels = [report.chart.mean, *(one.smoothed for one in watched)]
        line = axes.plot([-0.5, *range(len(watched))], levels, color=DEEP, linewidth=points(7), zorder=3)
        line[0].set_gid("smoothed")
        base = y + 60 + HEIGHT
        for place, one in enumerate(watched):
            if one.finding is Finding.NO_EVIDENCE:
                continue
            score_dot(axes, one.smoothed, place, None, along="y")
            if place + 1 == len(watched) or watched[place + 1].finding is not one.finding:
                level = base - HEIGHT * (one.smoothed - stretch.low) / (stretch.high - stretch.low)
                up = one.finding is Finding.HIGHER or level + 2 * SMALL > base
                words = sheet.text(
                    LEFT + (place + 0.5) * pitch,
                    level - 30 if up else level + 30 + SMALL * 0.72,
                    shown(one.smoothed),
                    size=SMALL,
                    weight="bold",
                    align="center",
                )
                words.set_path_effects([withStroke(linewidth=points(8), foreground=PAPER)])
        _write_periods(sheet, p, report, base + 56, pitch)

    return Block(60 + HEIGHT + 56 + 2 * leading(SMALL), draw)


def _write_periods(sheet: Sheet, p: Phrases, report: ControlReport, y: float, pitch: float) -> None:
    """The newest period and as many before it as there is room for, each with its year."""
    free = float("inf")
    for place, (label, _) in reversed(list(enumerate(report.watched))):
        x = LEFT + (place + 0.5) * pitch
        if free - x < APART:
            continue
        free = x
        year, _, part = label.partition("-")
        name = p.short_month(date(int(year), int(part), 1)) if report.by == "month" else part
        sheet.text(x, y, name, size=SMALL, align="center")
        sheet.text(x, y + leading(SMALL), year, size=SMALL, colour=QUIET, align="center")
