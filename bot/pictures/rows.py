"""Rows of dots with their intervals under one scale: the groups of a segment report, the themes of reasons."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from bot.dialogue.kinds import SurveyKind
from bot.pictures.alt import limits_and_n, mark, n_of, worth
from bot.pictures.scale import WHOLE, Stretch, marks, reference, score_dot
from bot.pictures.sheet import (
    GRID,
    MARGIN,
    PAPER,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    Block,
    Sheet,
    cut,
    fitting,
    leading,
    lines_of,
    points,
    stacked,
    title,
    width_of,
    wrapped,
    writable,
)
from bot.reports.phrases import Phrases
from bot.reports.readable import LONGEST, beyond_pictures, told_apart
from bot.reports.scores import groups_of, response_line, score_of, shown_rows, state_lines
from bot.reports.values import CampaignReport, RestRow, Scores, Segmented, SegmentRow, ThemeRow, ThemesReport
from scoring import Interval, Visibility, shown

WORDS: Final = 476  # the column of words; the scale has the rest
GUTTER: Final = 48
LEFT: Final = MARGIN + WORDS + GUTTER
CHART: Final = WIDTH - MARGIN - 36 - LEFT
CUTS: Final = (44, 34, 26, 20, 16, 12)  # characters of names that are cut alike
MOST_LOOSE: Final = 12  # rows; more stand closer, because a chat shows a very high picture small


@dataclass(frozen=True, slots=True)
class Room:
    """How much room a row has."""

    name: float  # the size of its name
    names: int  # the lines that this may take
    leading: float
    detail: float  # the size of the line under the name
    under: float  # from the last line of the name to that line
    air: float


LOOSE: Final = Room(name=TEXT, names=2, leading=45, detail=SMALL, under=45, air=28)
TIGHT: Final = Room(name=SMALL, names=1, leading=42, detail=SMALL - 4, under=38, air=14)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is, what it says, and its dot; or, where it has none, why."""

    label: str
    detail: str = ""
    value: float | None = None
    interval: Interval | None = None
    hollow: bool = False
    arrow: bool = False
    instead: str = ""


def segments_sheet(p: Phrases, report: CampaignReport, segments: Segmented) -> Sheet:
    """The groups by one attribute, the score of all as a broken line."""
    shown = shown_rows(p, segments)
    numbered = any(beyond_pictures(label) for label, _, _ in shown)
    lines = [_segment(p, writable(label) if numbered else label, row, scores) for label, row, scores in shown]
    kind, value = report.scores.kind, report.scores.value
    return stacked(
        (
            title(p.text("segments_title", attribute=p.attribute(segments.attribute)).removesuffix(":")),
            wrapped(
                [f"{p.scope(report.scope)}: {worth(p, report.scores)}"],
                size=TEXT,
                before=12,
            ),
            rows(p, kind, WHOLE[kind], lines, value, p.text("picture_all", score=score_of(p, report.scores))),
            wrapped(_segment_notes(p, report, segments), before=36),
        )
    )


def _segment(p: Phrases, label: str, row: SegmentRow | RestRow, scores: Scores) -> Line:
    if not row.visibility.has_score:
        return Line(label, n_of(p, scores, row.response), instead=groups_of(p, scores))
    return Line(
        label,
        f"{score_of(p, scores)}{mark(row.against_rest)}{limits_and_n(p, scores, row.response)}",
        scores.value,
        scores.interval,
        hollow=row.visibility is Visibility.INDICATIVE,
    )


def _segment_notes(p: Phrases, report: CampaignReport, segments: Segmented) -> Iterator[str]:
    if any(beyond_pictures(label) for label, _, _ in shown_rows(p, segments)):
        yield p.text("picture_numbers")
    if any(row.visibility is Visibility.INDICATIVE for row in segments.rows):
        yield p.text("picture_hollow")
    if any(mark(row.against_rest) for row in segments.rows):
        yield p.text("picture_marked")
    if any(row.response is not None for row in segments.rows):
        yield p.text("picture_response")
    if segments.left_out and segments.together is None:
        yield p.counted("segments_left_out", segments.left_out)
    if report.rates is not None:
        yield response_line(p, report.rates.response)
    yield from state_lines(p, report.scope)


def themes_sheet(p: Phrases, report: ThemesReport) -> Sheet:
    """What each theme costs or adds, the costliest first."""
    found = [row for row in report.rows if row.impact.impact is not None]
    lines = [_theme(p, row, judged=report.scope.judged) for row in found]
    notes = []
    if any(line.hollow for line in lines):
        notes.append(p.text("picture_hollow"))
    if any(line.arrow for line in lines):
        notes.append(p.text("picture_matters"))
    return stacked(
        (
            title(p.text("themes_title", what=p.scope(report.scope))),
            wrapped([p.text("picture_theme_axis")], size=TEXT, before=12),
            rows(p, "nps", _around_zero(lines), lines),
            wrapped([*notes, p.text("themes_warning"), *state_lines(p, report.scope)], before=36),
        )
    )


def _theme(p: Phrases, row: ThemeRow, *, judged: bool) -> Line:
    impact = row.impact
    arrow = "" if not (judged and impact.matters) else " ▼" if (impact.impact or 0) < 0 else " ▲"
    return Line(
        p.theme(row.name),
        f"{shown(impact.impact)}{arrow} ({_limits(p, impact.interval, firm=bool(arrow))}), n = {p.number(impact.n)}",
        impact.impact,
        impact.interval,
        hollow=impact.indicative,
        arrow=bool(arrow),
    )


def _limits(p: Phrases, interval: Interval | None, *, firm: bool) -> str:
    if interval is None:
        return p.text("no_limits")
    return p.text("limits", low=p.limit(interval.low, firm=firm), high=p.limit(interval.high, firm=firm))


def _around_zero(lines: Iterable[Line]) -> Stretch:
    """As much above zero as below, from mark to mark, so that the sides can be compared."""
    ends = [abs(end) for line in lines if line.interval for end in (line.interval.low, line.interval.high)]
    step = 10 if max(ends, default=0) <= 20 else 25 if max(ends) <= 50 else 50
    most = max(step, ceil(max(ends, default=step) / step) * step)
    return Stretch(-most, most, step)


def rows(
    p: Phrases,
    kind: SurveyKind,
    stretch: Stretch,
    lines: Sequence[Line],
    of_all: float | None = None,
    said_of_all: str = "",
) -> Block:
    """The lines under one scale; `of_all` is marked across all of them."""
    head = 132 if of_all is not None else 78
    room = LOOSE if len(lines) <= MOST_LOOSE else TIGHT
    names = _names([line.label for line in lines], room)
    heights = [
        room.air
        + max(
            len(name) * room.leading + (room.under if line.detail else 0),
            len(_instead(line)) * leading(SMALL - 2),
        )
        for line, name in zip(lines, names, strict=True)
    ]
    height = sum(heights)
    details = fitting([line.detail for line in lines], WORDS, room.detail)

    def draw(sheet: Sheet, y: float) -> None:
        axes = sheet.axes(LEFT, y + head, CHART, height)
        axes.set_ylim(height, 0)
        axes.xaxis.tick_top()
        marks(axes, p, kind, stretch)
        axes.tick_params(length=0)
        if of_all is not None:
            reference(axes, of_all)
            half = width_of(said_of_all, SMALL, "bold") / 2
            x = LEFT + CHART * (of_all - stretch.low) / (stretch.high - stretch.low)
            x = min(WIDTH - MARGIN - half, max(MARGIN + half, x))
            sheet.text(x, y + 44, said_of_all, size=SMALL, weight="bold", align="center")
        top = 0.0
        for line, name, tall in zip(lines, names, heights, strict=True):
            if top:
                _rule(sheet, y + head + top)
            first = y + head + top + room.air / 2 + room.name * 0.92
            for number, words in enumerate(name):
                sheet.text(MARGIN, first + number * room.leading, words, size=room.name, weight="bold")
            if line.detail:
                below = first + (len(name) - 1) * room.leading + room.under
                sheet.text(MARGIN, below, line.detail, size=details)
            if line.value is not None:
                score_dot(axes, line.value, top + tall / 2, line.interval, hollow=line.hollow)
            else:
                _write_instead(sheet, y + head + top + tall / 2, _instead(line))
            top += tall

    return Block(head + height, draw)


def _names(labels: Sequence[str], room: Room) -> list[list[str]]:
    """The name of each row, on as many lines as there is room for. Names that are the same up to there are cut
    where they differ."""
    for most in (LONGEST, *CUTS):
        apart = told_apart(dict.fromkeys(labels), most)
        names = [_name(apart[label], room) for label in labels]
        if len({*map(tuple, names)}) == len({*labels}):
            return names
    return names


def _name(label: str, room: Room) -> list[str]:
    found = lines_of(label, WORDS, room.name, "bold")
    if len(found) <= room.names:
        return found
    return [*found[: room.names - 1], cut(" ".join(found[room.names - 1 :]), WORDS, room.name, "bold")]


def _rule(sheet: Sheet, y: float) -> None:
    axes = sheet.axes(MARGIN, y, WIDTH - 2 * MARGIN, 1)
    axes.set_xlim(0, 1)
    axes.plot([0, 1], [0, 0], color=GRID, linewidth=points(2), clip_on=False)


def _instead(line: Line) -> list[str]:
    """What stands where there is no dot."""
    return lines_of(line.instead, CHART + 30, SMALL - 2) if line.instead else []


def _write_instead(sheet: Sheet, middle: float, found: Sequence[str]) -> None:
    """These lines on a patch of paper over the scale's marks."""
    size = SMALL - 2
    first = middle + size * 0.36 - (len(found) - 1) * leading(size) / 2
    for number, words in enumerate(found):
        said = sheet.text(LEFT, first + number * leading(size), words, size=size, colour=QUIET)
        said.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": points(5)})
