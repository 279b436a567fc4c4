"""Reports as pictures: PNG images for a chat or a file, with the same numbers in words.

Drawing is slow (some tenths of a second, and seconds the first time) and plain: call it in a thread, never
on the event loop or in a transaction. One picture is drawn at a time, because matplotlib promises no thread
more. Equal reports give equal bytes.
"""

import re
from threading import Lock
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.dialogue.wording import Words
from bot.pictures import alt
from bot.reports.any_report import AnyReport
from bot.reports.board import BoardReport
from bot.reports.control import ControlReport
from bot.reports.managers import ManagersReport
from bot.reports.phrases import Phrases
from bot.reports.values import (
    CampaignReport,
    ThemesReport,
    TrendReport,
)
from channels.base import Body, Image

if TYPE_CHECKING:
    from bot.pictures.sheet import Sheet

_DRAWING: Final = Lock()
_NO_FILE_NAME: Final = re.compile(r"\W+")
_LONGEST_NAME: Final = 60


def picture_of(
    report: AnyReport,
    words: Words,
    zone: ZoneInfo,
) -> Image | None:
    """The picture that goes with a report, in the company's language and zone; None where there is nothing
    to draw: no answers, no group that may be shown, or a list of answers."""
    match report:
        case CampaignReport(segments=None):
            return draw_report(report, words, zone)
        case CampaignReport():
            return draw_segments(report, words, zone)
        case TrendReport():
            return draw_trend(report, words, zone)
        case ControlReport() if report.watched:
            return draw_control(report, words, zone)
        case ThemesReport(groups=None):
            return draw_themes(report, words, zone)
        case ManagersReport():
            return draw_funnel(report, words, zone)
        case BoardReport():
            return draw_board(report, words, zone)
        case _:
            return None


def drawn(report: alt.Drawn, words: Words, zone: ZoneInfo) -> tuple[Image, Body] | None:
    """A report as a picture, and the words to send under it; None where there is nothing to draw."""
    image = picture_of(report, words, zone)
    return None if image is None else (image, caption_of(report, words, zone))


def caption_of(report: alt.Drawn, words: Words, zone: ZoneInfo) -> Body:
    """The words to send under a picture: what it is of, and its main numbers."""
    return alt.caption(Phrases(words, zone, ""), report)


def draw_report(report: CampaignReport, words: Words, zone: ZoneInfo) -> Image | None:
    """The score with its interval on its scale, what it is compared with, and how often each score was
    given; None without answers."""
    if not report.scores.n:
        return None
    p = Phrases(words, zone, "")
    with _DRAWING:
        from bot.pictures.report import report_sheet

        return _image(p, report, report_sheet(p, report), _name(report.scope.campaign, *report.scope.waves))


def draw_segments(report: CampaignReport, words: Words, zone: ZoneInfo) -> Image | None:
    """The groups of a segment report, each with its interval; None where no group's score may be shown."""
    segments = report.segments
    if segments is None or not any(row.scores and row.visibility.has_score for row in segments.rows):
        return None
    p = Phrases(words, zone, "")
    with _DRAWING:
        from bot.pictures.rows import segments_sheet

        name = _name(report.scope.campaign, *report.scope.waves, segments.attribute)
        return _image(p, report, segments_sheet(p, report, segments), name)


def draw_trend(report: TrendReport, words: Words, zone: ZoneInfo) -> Image | None:
    """The newest waves, each with its interval; None where none has answers."""
    if not any(point.scores.n for point in report.points):
        return None
    p = Phrases(words, zone, "")
    with _DRAWING:
        from bot.pictures.trend import trend_sheet

        return _image(p, report, trend_sheet(p, report), _name(report.campaign, "trend"))


def draw_control(report: ControlReport, words: Words, zone: ZoneInfo) -> Image:
    """The band of a score by month or week, and where it left."""
    p = Phrases(words, zone, "")
    with _DRAWING:
        from bot.pictures.control import control_sheet

        return _image(p, report, control_sheet(p, report), _name(report.campaign, report.by))


def draw_themes(report: ThemesReport, words: Words, zone: ZoneInfo) -> Image | None:
    """What each theme costs or adds, each with its interval; None where no theme may be shown."""
    if not any(row.impact.impact is not None for row in report.rows):
        return None
    p = Phrases(words, zone, "")
    with _DRAWING:
        from bot.pictures.rows import themes_sheet

        return _image(p, report, themes_sheet(p, report), _name(report.scope.campaign, "themes"))


def draw_funnel(report: ManagersReport, words: Words, zone: ZoneInfo) -> Image | None:
    """Account managers in a funnel; None while the wave runs, since a dot outside it is a verdict, and where none may
    be shown."""
    if not report.beside or not report.scope.judged:
        return None
    p = Phrases(words, zone, "")
    with _DRAWING:
        from bot.pictures.funnel import funnel_sheet

        name = _name(report.scope.campaign, *report.scope.waves, "managers")
        return _image(p, report, funnel_sheet(p, report), name)


def draw_board(report: BoardReport, words: Words, zone: ZoneInfo) -> Image | None:
    """The page for the board; None where too few answered."""
    if report.scores is None:
        return None
    p = Phrases(words, zone, "")
    with _DRAWING:
        from bot.pictures.board import board_sheet

        return _image(
            p,
            report,
            board_sheet(p, report, report.scores),
            _name(report.scope.campaign, *report.scope.waves, "board"),
        )


def board_pdf(report: BoardReport, words: Words, zone: ZoneInfo) -> bytes | None:
    """The same page as a PDF of one page; None where too few answered."""
    if report.scores is None:
        return None
    with _DRAWING:
        from bot.pictures.board import board_sheet

        return board_sheet(Phrases(words, zone, ""), report, report.scores).pdf()


def _image(p: Phrases, report: alt.Drawn, sheet: "Sheet", name: str) -> Image:
    return Image(sheet.png(), alt.alternative(p, report), name)


def _name(*parts: str | int) -> str:
    """A file name that says which report this is."""
    name = _NO_FILE_NAME.sub("-", "-".join(str(part) for part in parts)).strip("-")
    return f"report-{name[:_LONGEST_NAME]}.png"
