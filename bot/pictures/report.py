"""The picture of a report: the score with its interval on the whole scale, and how often each score was given.

The three groups differ by pattern (hatched, empty, solid) and stand under brackets that name them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matplotlib.patches import Rectangle

from bot.pictures.alt import compared, headline, limits_and_n
from bot.pictures.scale import WHOLE, marks, score_dot
from bot.pictures.sheet import (
    DEEP,
    HEADLINE,
    INK,
    MARGIN,
    NEUTRAL,
    NEUTRAL_TINT,
    PAPER,
    QUIET,
    SMALL,
    SMALLEST,
    TEXT,
    TITLE,
    WARM,
    WARM_TINT,
    WIDTH,
    Block,
    Sheet,
    Weight,
    cut,
    fitting,
    leading,
    points,
    stacked,
    title,
    width_of,
    wrapped,
)
from bot.reports.phrases import Phrases
from bot.reports.scores import accounts_line, response_line, state_lines
from bot.reports.values import CampaignReport, Scores
from scoring import Visibility, visibility

INNER: Final = WIDTH - 2 * MARGIN
BARS: Final = 300


@dataclass(frozen=True, slots=True)
class Look:
    """How a group's bars are filled, and the colour of its name."""

    face: str
    edge: str
    ink: str
    hatch: str | None = None


LOOKS: Final = (
    Look(WARM_TINT, WARM, WARM, "//"),
    Look(NEUTRAL_TINT, NEUTRAL, QUIET),
    Look(DEEP, DEEP, DEEP),
)
"""Of the low, the middle and the high box."""


def report_sheet(p: Phrases, report: CampaignReport) -> Sheet:
    """The picture of a report that has answers."""
    return stacked(
        (
            title(p.scope(report.scope)),
            _headline(p, report.scores),
            _scale(p, report),
            _bars(p, report.scores),
            wrapped(_notes(p, report), before=44),
        )
    )


def _notes(p: Phrases, report: CampaignReport) -> Iterator[str]:
    scores = report.scores
    if scores.interval is not None:
        yield p.text(
            "picture_limits" if scores.population is None else "picture_limits_of_list",
            people=p.number(scores.population or 0),
        )
    yield from accounts_line(p, scores)
    if visibility(scores.n) is not Visibility.FULL:
        yield p.text("few_answers")
    if report.rates is not None:
        yield response_line(p, report.rates.response)
    yield from state_lines(p, report.scope)


def _headline(p: Phrases, scores: Scores) -> Block:
    """The score as large as it deserves, and beside it what it is worth."""
    said, worth = headline(p, scores), limits_and_n(p, scores).lstrip(", ")
    beside = MARGIN + width_of(said, HEADLINE, "bold") + 28

    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(MARGIN, y + 108, said, size=HEADLINE, weight="bold")
        size = fitting([worth], WIDTH - MARGIN - beside, TITLE + 2)
        sheet.text(beside, y + 108, worth, size=size)

    return Block(136, draw)


def _scale(p: Phrases, report: CampaignReport) -> Block:
    """The score on the whole scale; what it is compared with under it, as open dots."""
    scores, others = report.scores, list(compared(p, report))
    first, pitch = 92, 128
    height = first + pitch * len(others)

    def draw(sheet: Sheet, y: float) -> None:
        axes = sheet.axes(MARGIN + 40, y, INNER - 80, height)
        axes.set_ylim(height, 0)
        marks(axes, p, scores.kind, WHOLE[scores.kind])
        if scores.value is not None:
            score_dot(axes, scores.value, first / 2, scores.interval, size=38)
        for number, (label, score, interval) in enumerate(others):
            top = first + pitch * number
            words = sheet.text(
                MARGIN, y + top + 40, cut(f"○ {label}", INNER, SMALL), size=SMALL, colour=QUIET
            )
            words.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": points(6)})
            score_dot(axes, score, top + 90, interval, hollow=True, colour=INK, size=26)

    return Block(height + 72, draw)


@dataclass(frozen=True, slots=True)
class Group:
    """A box of the scale: its scores, what it is called, and how many gave one of them."""

    low: int
    high: int
    name: str
    count: int
    look: Look


def _groups(p: Phrases, scores: Scores) -> tuple[Group, ...]:
    scale, counts = scores.answers.scale, scores.counts
    boxes = (
        (scale.minimum, scale.low_to, "low", counts.detractors),
        (scale.low_to + 1, scale.high_from - 1, "middle", counts.passives),
        (scale.high_from, scale.maximum, "high", counts.promoters),
    )
    return tuple(
        Group(low, high, p.text(f"picture_{scores.kind}_{box}"), count, look)
        for (low, high, box, count), look in zip(boxes, LOOKS, strict=True)
    )


def _bars(p: Phrases, scores: Scores) -> Block:
    """How often each score was given; under them the groups."""
    pairs, scale = scores.answers.pairs, scores.answers.scale
    groups = _groups(p, scores)
    most = max(times for _, times in pairs)
    pitch = INNER / len(pairs)
    counted = [p.number(times) for _, times in pairs]
    if fitting(counted, pitch - 8, SMALL) < SMALLEST:
        counted = [p.fine_percent(100 * times / scores.n) for _, times in pairs]
    size = fitting(counted, pitch - 8, SMALL)
    names = min(fitting([one.name], (one.high - one.low + 1) * pitch - 8, TEXT, "bold") for one in groups)

    def draw(sheet: Sheet, y: float) -> None:
        base = y + 76 + BARS
        axes = sheet.axes(MARGIN, y + 76, INNER, BARS)
        axes.set_xlim(scale.minimum - 0.5, scale.maximum + 0.5)
        axes.set_ylim(0, most)
        for (score, times), words in zip(pairs, counted, strict=True):
            look = next(one.look for one in groups if one.low <= score <= one.high)
            x, top = MARGIN + (score - scale.minimum + 0.5) * pitch, base - BARS * times / most
            if times:
                axes.add_patch(_bar(score, times, look))
            said = sheet.text(x, top - 16, words, size=size, align="center", colour=INK if times else QUIET)
            said.set_gid(f"times {score}")
            sheet.text(x, base + 52, str(score), size=TEXT, weight="bold", align="center")
        axes.axhline(0, color=QUIET, linewidth=points(3), clip_on=False)
        for one in groups:
            left = MARGIN + (one.low - scale.minimum) * pitch + 8
            right = MARGIN + (one.high - scale.minimum + 1) * pitch - 8
            _bracket(sheet, base + 78, left, right, one.look)
            lines: tuple[tuple[str, float, Weight, str], ...] = (
                (one.name, names, "bold", one.look.ink),
                (p.percent(100 * one.count / scores.n), TEXT, "normal", INK),
                (f"n = {p.number(one.count)}", SMALL, "normal", QUIET),
            )
            for number, (words, wanted, weight, colour) in enumerate(lines):
                fits = fitting([words], right - left, wanted, weight)
                baseline = base + 130 + number * leading(TEXT - 2)
                middle = (left + right) / 2
                sheet.text(middle, baseline, words, size=fits, weight=weight, colour=colour, align="center")

    return Block(76 + BARS + 130 + 2 * leading(TEXT), draw)


def _bar(score: int, times: int, look: Look) -> Rectangle:
    bar = Rectangle(
        (score - 0.39, 0), 0.78, times, facecolor=look.face, edgecolor=look.edge, hatch=look.hatch
    )
    bar.set_linewidth(points(4))
    bar.set_hatch_linewidth(points(4))
    bar.set_clip_on(False)
    bar.set_gid(f"bar {score}")
    return bar


def _bracket(sheet: Sheet, y: float, left: float, right: float, look: Look) -> None:
    axes = sheet.axes(left, y, right - left, 12)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.plot([0, 0, 1, 1], [1, 0, 0, 1], color=look.ink, linewidth=points(4), clip_on=False)
