"""Pictures of reports before they become files, and what is on them through matplotlib's own objects."""

from collections.abc import Callable

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from bot.commands.replies.reply import Phrasing
from bot.pictures.report import report_sheet
from bot.pictures.rows import segments_sheet, themes_sheet
from bot.pictures.sheet import Sheet
from bot.pictures.trend import trend_sheet
from bot.reports.values import CampaignReport
from bot.words import words_for
from tests.support.example_pictures import (
    SPRING,
    WAVES,
    ZONE,
    against_autumn,
    answered_by_team,
    by_team,
    report,
    scores,
    themes,
    trend,
)

MILLION = (2345, 1021, 3456, 5678, 9988, 12000, 66123, 102345, 223456, 345678, 123456)
NASTY = [
    "$x_1$ of $5",
    "价格 £ ünïcode",
    "line\nbreak\ttab\x07",
    "W" * 300,
    "<b>&amp;</b> \\frac{1}{2}",
    "%s {0}",
    "-",
    "💥",
]


def phrasing(language: str = "en") -> Phrasing:
    return Phrasing(words_for("admin", language), ZONE, "")


def segments(value: CampaignReport, language: str = "en") -> Sheet:
    assert value.segments is not None
    return segments_sheet(phrasing(language), value, value.segments)


def words(sheet: Sheet) -> list[str]:
    return [text.get_text() for text in sheet.figure.texts]


def lines(sheet: Sheet, gid: str) -> list[Line2D]:
    return [line for axes in sheet.figure.axes for line in axes.lines if line.get_gid() == gid]


def places(line: Line2D) -> tuple[list[float], list[float]]:
    return (np.asarray(line.get_xdata()).tolist(), np.asarray(line.get_ydata()).tolist())


def bars(sheet: Sheet) -> dict[str, Rectangle]:
    return {
        str(patch.get_gid()): patch
        for axes in sheet.figure.axes
        for patch in axes.patches
        if isinstance(patch, Rectangle)
    }


SHEETS: dict[str, Callable[[str], Sheet]] = {
    "report": lambda language: report_sheet(phrasing(language), against_autumn()),
    "report of a million": lambda language: report_sheet(phrasing(language), report(scores(MILLION))),
    "report of a list": lambda language: report_sheet(
        phrasing(language), report(scores(SPRING, population=196))
    ),
    "report of one": lambda language: report_sheet(phrasing(language), report(scores((0,) * 10 + (1,)))),
    "CSAT": lambda language: report_sheet(phrasing(language), report(scores((3, 5, 9, 40, 40), "csat"))),
    "CES": lambda language: report_sheet(phrasing(language), report(scores((1, 2, 2, 5, 9, 20, 14), "ces"))),
    "segments": lambda language: segments(by_team(), language),
    "segments with response": lambda language: segments(answered_by_team(), language),
    "segments with odd names": lambda language: segments(by_team(dict.fromkeys(NASTY, SPRING)), language),
    "segments at the end": lambda language: segments(
        by_team({"A": (0,) * 10 + (90,), "B": (0,) * 10 + (60,)}), language
    ),
    "trend": lambda language: trend_sheet(phrasing(language), trend()),
    "trend of many": lambda language: trend_sheet(phrasing(language), trend([SPRING, MILLION, *WAVES] * 3)),
    "trend of one": lambda language: trend_sheet(phrasing(language), trend([SPRING])),
    "themes": lambda language: themes_sheet(phrasing(language), themes()),
}
