"""Account managers in a funnel: a dot for each by its number of answers, named where it lies outside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Final

from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from bot.pictures.alt import held
from bot.pictures.scale import by_chance, close_up, marks, reference, score_dot
from bot.pictures.sheet import (
    DEEP,
    MARGIN,
    NEUTRAL,
    PAPER,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    Block,
    Sheet,
    cut,
    leading,
    points,
    stacked,
    title,
    width_of,
    wrapped,
    writable,
)
from bot.reports.managers import ManagersReport
from bot.reports.phrases import Phrases
from bot.reports.readable import beyond_pictures
from bot.reports.scores import shown_rows, state_lines
from bot.reports.values import RestRow
from scoring import Finding, InFunnel, Interval, Visibility, shown, visibility

MARKS: Final = 108  # the column of the scale's marks
LEFT: Final = MARGIN + MARKS
CHART: Final = WIDTH - MARGIN - 24 - LEFT
HEIGHT: Final = 620
MOST_NAMED: Final = 8
LONGEST_NAME: Final = 420
BESIDE: Final = 28  # from the middle of a dot to its name
APART: Final = 120  # pixels between two marks of the number of answers
_SIZES: Final = (1, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 500_000)


@dataclass(frozen=True, slots=True)
class Dot:
    """One account manager; `name` is empty where it is not told."""

    name: str
    found: InFunnel

    @property
    def solid(self) -> bool:
        return visibility(self.found.counts.n) is Visibility.FULL

    @property
    def outside(self) -> bool:
        return self.found.finding is not Finding.NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class DotAt:
    """Where a dot lies on the sheet, in pixels."""

    dot: Dot
    x: float
    y: float


def funnel_sheet(p: Phrases, report: ManagersReport) -> Sheet:
    """The funnel of a wave that is over."""
    dots = dots_of(p, report)
    return stacked(
        (
            title(p.text("managers_title", what=p.scope(report.scope))),
            wrapped([held(p, report)], size=TEXT, before=12),
            _chart(p, report, dots),
            wrapped(_notes(p, report, dots), before=36),
        )
    )


def dots_of(p: Phrases, report: ManagersReport) -> list[Dot]:
    """Everybody who may be shown, named where they stand out, or where they ask for themselves."""
    rows = shown_rows(p, report.segments)
    numbered = any(beyond_pictures(label) for label, _, _ in rows)
    dots = []
    for label, row, _ in rows:
        if isinstance(row, RestRow):
            continue
        found = report.beside[row.label]
        told = report.scope.managers is not None or found.finding is not Finding.NO_EVIDENCE
        dots.append(Dot((writable(label) if numbered else label) if told else "", found))
    return dots


def _notes(p: Phrases, report: ManagersReport, dots: Sequence[Dot]) -> Iterator[str]:
    yield p.text("picture_funnel" if report.scope.managers is None else "picture_funnel_own")
    if not any(dot.outside for dot in dots):
        yield p.text("managers_nobody" if report.scope.managers is None else "managers_inside")
    if any(not dot.solid for dot in dots):
        yield p.text("picture_hollow")
    if any(beyond_pictures(label) for label, _, _ in shown_rows(p, report.segments)):
        yield p.text("picture_numbers")
    yield from state_lines(p, report.scope)


def _chart(p: Phrases, report: ManagersReport, dots: Sequence[Dot]) -> Block:
    scores = [Interval(dot.found.score, dot.found.score) for dot in dots]
    wide = [limits for size, limits in report.band if size >= report.band[-1][0] / 20]
    stretch = close_up("nps", [*scores, *wide])
    most = report.band[-1][0]

    def across(size: int) -> float:
        return sqrt(size / most)

    def draw(sheet: Sheet, y: float) -> None:
        axes = sheet.axes(LEFT, y + 48, CHART, HEIGHT)
        axes.set_xlim(0, 1.03)
        marks(axes, p, "nps", stretch, along="y")
        sizes, limits = zip(*report.band, strict=True)
        by_chance(axes, [across(size) for size in sizes], limits, edge=4)
        reference(axes, report.mean, along="y")
        for dot in dots:
            named = bool(dot.name)
            score_dot(
                axes,
                dot.found.score,
                across(dot.found.counts.n),
                None,
                along="y",
                hollow=not dot.solid,
                colour=DEEP if named else NEUTRAL,
                size=30 if named else 22,
            )
        base = y + 48 + HEIGHT
        _write_sizes(sheet, p, base + 52, most)
        tall = stretch.high - stretch.low
        spots = [
            DotAt(
                dot,
                LEFT + CHART * across(dot.found.counts.n) / 1.03,
                base - HEIGHT * (dot.found.score - stretch.low) / tall,
            )
            for dot in dots
            if dot.name
        ]
        for spot, level in _apart(spots[:MOST_NAMED], base):
            beyond = max(each.x for each in spots if each is spot or abs(each.y - level) < leading(SMALL))
            _write_name(sheet, spot, level, beyond)

    return Block(48 + HEIGHT + 52 + leading(SMALL) + 12, draw)


def _write_sizes(sheet: Sheet, p: Phrases, y: float, most: int) -> None:
    """Numbers of answers under the chart, where there is room for each."""
    words = p.text("picture_answers")
    end = LEFT + CHART / 1.03
    free = inf
    for size in sorted({most, *(size for size in _SIZES if size < most)}, reverse=True):
        x = LEFT + CHART * sqrt(size / most) / 1.03
        if free - x >= APART and x - LEFT >= 24:
            sheet.text(x, y, p.number(size), size=SMALL, colour=QUIET, align="center")
            free = x
    sheet.text(end, y + leading(SMALL), words, size=SMALL, colour=QUIET, align="right")


def _apart(spots: Sequence[DotAt], base: float) -> Iterator[tuple[DotAt, float]]:
    """Each of the dots with the level of its name, from the top down: at the dot's own, or as near as the others let
    it, and never under the chart."""
    lowest = base - leading(SMALL) * (len(spots) - 0.5)
    level = base - HEIGHT
    for place, spot in enumerate(sorted(spots, key=lambda spot: spot.y)):
        level = min(max(spot.y, level), lowest + place * leading(SMALL))
        yield spot, level
        level += leading(SMALL)


def _write_name(sheet: Sheet, spot: DotAt, level: float, beyond: float) -> None:
    """Beside the dot, on the right where there is room, and there `beyond` other dots; joined to it where it stands
    apart."""
    said = f"{cut(spot.dot.name, LONGEST_NAME, SMALL, 'bold')} {shown(spot.dot.found.score)}"
    right = beyond + BESIDE + width_of(said, SMALL, "bold") <= WIDTH - MARGIN
    at = beyond + BESIDE if right else spot.x - BESIDE
    if abs(level - spot.y) > SMALL / 2 or (right and beyond > spot.x):
        joined = Line2D(
            [spot.x / WIDTH, at / WIDTH],
            [1 - spot.y / sheet.height, 1 - level / sheet.height],
            color=QUIET,
            linewidth=points(3),
        )
        sheet.figure.add_artist(joined)
    words = sheet.text(
        at, level + SMALL * 0.36, said, size=SMALL, weight="bold", align="left" if right else "right"
    )
    words.set_path_effects([withStroke(linewidth=points(8), foreground=PAPER)])
