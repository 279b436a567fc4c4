"""The picture of a trend: a column for each wave, the dots joined lightly, because between waves nothing was
measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import Final

from bot.pictures.alt import mark, worth
from bot.pictures.scale import close_up, marks, score_dot
from bot.pictures.sheet import (
    INK,
    MARGIN,
    NEUTRAL,
    PAPER,
    QUIET,
    SMALL,
    SMALLEST,
    TEXT,
    WIDTH,
    Block,
    Sheet,
    Weight,
    fitting,
    leading,
    points,
    stacked,
    title,
    wrapped,
)
from bot.reports.phrases import Phrases
from bot.reports.scores import score_of
from bot.reports.values import TrendPoint, TrendReport
from scoring import Visibility, visibility

MOST_WAVES: Final = 9  # columns that a phone can show side by side
MARKS: Final = 108  # the column of the scale's marks
LEFT: Final = MARGIN + MARKS
CHART: Final = WIDTH - MARGIN - LEFT
HEIGHT: Final = 520
APART: Final = 8  # between two cells of the table


def waves_shown(p: Phrases, report: TrendReport) -> tuple[TrendPoint, ...]:
    """The newest waves: as many as fit beside each other with their numbers of answers."""
    for most in range(MOST_WAVES, 1, -1):
        points = report.points[-most:]
        numbers = [p.number(point.scores.n) for point in points]
        if fitting(numbers, CHART / len(points) - APART, SMALL) >= SMALLEST:
            return points
    return report.points[-1:]


def trend_sheet(p: Phrases, report: TrendReport) -> Sheet:
    """The waves of a campaign, the oldest on the left."""
    waves = waves_shown(p, report)
    newest = [point for point in report.points if point.scores.n][-1]
    name = p.text("wave", wave=newest.wave)
    return stacked(
        (
            title(p.text(f"trend_title_{report.kind}", campaign=report.campaign)),
            wrapped(
                [f"{name}: {worth(p, newest.scores)}"],
                size=TEXT,
                before=12,
            ),
            _columns(p, report, waves),
            wrapped(_notes(p, report, waves), before=36),
        )
    )


def _notes(p: Phrases, report: TrendReport, shown: tuple[TrendPoint, ...]) -> Iterator[str]:
    if any(point.scores.n and not _is_solid(point) for point in shown):
        yield p.text("picture_hollow")
    if any(mark(point.change) for point in shown):
        yield p.text("picture_changed")
    if len(shown) < len(report.points):
        yield p.counted("trend_earlier", len(report.points) - len(shown))
    if len(report.points) == 1:
        yield p.text("trend_one")
    if shown[-1].running:
        yield p.text("report_running")
    if report.stamp is not None:
        yield p.stamp(report.stamp, shown[0].started_at)
    if report.managers is not None:
        yield p.own_accounts(report.managers)


def _is_solid(point: TrendPoint) -> bool:
    return visibility(point.scores.n) is Visibility.FULL


def _columns(p: Phrases, report: TrendReport, shown: tuple[TrendPoint, ...]) -> Block:
    seen = [point.scores.interval for point in shown if point.scores.interval is not None]
    stretch = close_up(report.kind, seen)
    pitch = CHART / len(shown)
    said = [f"{score_of(p, point.scores)}{mark(point.change)}" if point.scores.n else "" for point in shown]
    large = fitting(said, pitch - 6, TEXT, "bold")

    def draw(sheet: Sheet, y: float) -> None:
        axes = sheet.axes(LEFT, y + 84, CHART, HEIGHT)
        axes.set_xlim(-0.5, len(shown) - 0.5)
        marks(axes, p, report.kind, stretch, along="y")
        values = [nan if point.scores.value is None else point.scores.value for point in shown]
        joined = axes.plot(range(len(shown)), values, color=NEUTRAL, linewidth=points(3), zorder=2)
        joined[0].set_linestyle((0, (2, 3)))
        joined[0].set_gid("joined")
        for number, (point, value) in enumerate(zip(shown, values, strict=True)):
            if not point.scores.n:
                continue
            interval = point.scores.interval
            score_dot(axes, value, number, interval, along="y", hollow=not _is_solid(point))
            highest = value if interval is None else interval.high
            top = y + 84 + HEIGHT * (stretch.high - highest) / (stretch.high - stretch.low)
            x = LEFT + (number + 0.5) * pitch
            words = sheet.text(x, top - 28, said[number], size=large, weight="bold", align="center")
            words.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": points(2)})
        for number, row in enumerate(_table(p, shown)):
            _table_row(sheet, y + 84 + HEIGHT + 82 + number * leading(SMALL), row)

    return Block(84 + HEIGHT + 82 + 3 * leading(SMALL), draw)


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One row of the table under the columns: what it says, and a cell for each wave."""

    name: str
    cells: tuple[str, ...]
    weight: Weight = "normal"
    colour: str = INK


def _table(p: Phrases, shown: tuple[TrendPoint, ...]) -> tuple[TrendRow, ...]:
    days = [p.local_day(point.started_at) for point in shown]
    return (
        TrendRow(p.text("picture_wave"), tuple(str(point.wave) for point in shown), "bold"),
        TrendRow("", tuple(p.short_month(day) for day in days), colour=QUIET),
        TrendRow("", tuple(str(day.year) for day in days), colour=QUIET),
        TrendRow("n", tuple(p.number(point.scores.n) for point in shown)),
    )


def _table_row(sheet: Sheet, y: float, row: TrendRow) -> None:
    pitch = CHART / len(row.cells)
    size = fitting(row.cells, pitch - APART, SMALL, row.weight)
    sheet.text(
        LEFT - 14, y, row.name, size=fitting([row.name], MARKS - 14, SMALL), colour=QUIET, align="right"
    )
    for number, cell in enumerate(row.cells):
        x = LEFT + (number + 0.5) * pitch
        sheet.text(x, y, cell, size=size, weight=row.weight, colour=row.colour, align="center")
