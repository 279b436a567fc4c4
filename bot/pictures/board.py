"""The page for the board: the score as large as it deserves, what it was before under it, and a few lines a heading."""

from collections.abc import Iterator
from typing import Final

from bot.pictures.alt import headline
from bot.pictures.scale import WHOLE, marks, score_dot
from bot.pictures.sheet import (
    GRID,
    HEADLINE,
    INK,
    MARGIN,
    PAPER,
    QUIET,
    SMALL,
    TEXT,
    TITLE,
    WIDTH,
    Block,
    Sheet,
    cut,
    fitting,
    lines_of,
    paragraph,
    points,
    stacked,
    title,
    width_of,
    wrapped,
)
from bot.reports.board import BoardReport, tens
from bot.reports.board_lines import board_notes, board_score, board_sections
from bot.reports.phrases import Phrases
from bot.reports.readable import LONGEST, readable
from bot.reports.scores import limits_of, other_of, score_of
from bot.reports.values import Scores

INNER: Final = WIDTH - 2 * MARGIN
LINE: Final = 30
"""The lines of a page: smaller than those of a chart, since there are many."""


def board_sheet(p: Phrases, report: BoardReport, scores: Scores) -> Sheet:
    """The page of a wave whose score may be told."""
    company = "" if report.scope.stamp is None else readable(report.scope.stamp.company, LONGEST)
    return stacked(
        (
            title(company or p.scope(report.scope)),
            wrapped([p.scope(report.scope)] if company else [], size=TEXT, before=4),
            _headline(p, scores),
            _scale(p, report, scores),
            _lines([*board_score(p, report, drawn=True), p.text("picture_limits")]),
            *(
                block
                for heading, lines in board_sections(p, report, drawn=True)
                for block in _section(heading, lines)
            ),
            wrapped(board_notes(p, report), size=LINE, before=40),
        )
    )


def _section(heading: str, lines: list[str]) -> Iterator[Block]:
    yield _rule()
    yield paragraph(lines_of(heading, INNER, TEXT, "bold"), size=TEXT, weight="bold", colour=INK, before=26)
    yield _lines(lines, before=10)


def _lines(lines: list[str], before: float = 24) -> Block:
    said = [part for line in lines for part in lines_of(line, INNER, LINE)]
    return paragraph(said, size=LINE, colour=INK, before=before)


def _rule() -> Block:
    def draw(sheet: Sheet, y: float) -> None:
        axes = sheet.axes(MARGIN, y + 34, INNER, 4)
        axes.set_xlim(0, 1)
        axes.axhline(0, color=GRID, linewidth=points(3), clip_on=False)

    return Block(38, draw)


def _headline(p: Phrases, scores: Scores) -> Block:
    said = headline(p, scores)
    worth = f"({limits_of(p, scores) or ''}), n ≈ {p.number(tens(scores.n))}"
    beside = MARGIN + width_of(said, HEADLINE, "bold") + 28

    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(MARGIN, y + 108, said, size=HEADLINE, weight="bold")
        sheet.text(beside, y + 108, worth, size=fitting([worth], WIDTH - MARGIN - beside, TITLE))

    return Block(136, draw)


def _scale(p: Phrases, report: BoardReport, scores: Scores) -> Block:
    """The score on the whole scale, and under it what it was before, as an open dot."""
    versus, first = report.versus, 92
    height = first + (128 if versus is not None else 0)

    def draw(sheet: Sheet, y: float) -> None:
        axes = sheet.axes(MARGIN + 40, y, INNER - 80, height)
        axes.set_ylim(height, 0)
        marks(axes, p, scores.kind, WHOLE[scores.kind])
        score_dot(axes, scores.value or 0.0, first / 2, scores.interval, size=38)
        if versus is not None:
            limits = limits_of(p, versus.scores)
            label = f"○ {other_of(p, report.scope, versus)}: {score_of(p, versus.scores)} ({limits})"
            words = sheet.text(MARGIN, y + first + 40, cut(label, INNER, SMALL), size=SMALL, colour=QUIET)
            words.set_bbox({"facecolor": PAPER, "edgecolor": "none", "pad": points(6)})
            score_dot(
                axes,
                versus.scores.value or 0.0,
                first + 90,
                versus.scores.interval,
                hollow=True,
                colour=INK,
                size=26,
            )

    return Block(height + 72, draw)
