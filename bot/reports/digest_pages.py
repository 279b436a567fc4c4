"""What stands in digests beside customers' words: the pages for the board of waves that grew, and of whose customers
there is a picture. Nothing of it speaks of fewer people than it would elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from bot.campaigns.waves import COUNTED
from bot.cases.digests.text import days_told, ending_line, quiet_line
from bot.config.settings import Settings
from bot.dialogue.wording import Words
from bot.reports.board import FEWEST, FEWEST_NAMED, BoardReport, board_report, tens
from bot.reports.board_lines import board_body
from bot.reports.campaign_report import campaign_report
from bot.reports.phrases import Phrases
from bot.reports.trend import trend_report
from bot.reports.values import CampaignReport, Missing, Stamp, TrendReport
from bot.store.schema import conversation, wave
from bot.when.repeats import Repeats
from channels.base import Body, Span, bold, plain

MOST: Final = 3
"""Campaigns whose pages stand in one digest; those with the most new answers."""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """The page of a wave, and how many of its answers are new."""

    report: BoardReport
    answers: int


_GREW: Final = (
    select(wave.c.campaign, wave.c.number, func.count().label("answers"))
    .join(conversation, conversation.c.wave_id == wave.c.id)
    .where(
        COUNTED,
        conversation.c.score.is_not(None),
        conversation.c.scored_at >= bindparam("since"),
        conversation.c.scored_at < bindparam("until"),
    )
    .group_by(wave.c.id, wave.c.campaign, wave.c.number)
    .order_by(wave.c.number)
)


def board_pages(
    connection: Connection, settings: Settings, since: datetime, until: datetime, now: datetime
) -> list[BoardPage]:
    """Of each campaign that asks for an NPS the newest wave with at least ten new answers. Fewer wait for the next
    time: who laid one page beside the one before could tell them apart."""
    grew = {
        row.campaign: row
        for row in connection.execute(_GREW, {"since": since, "until": until})
        if row.answers >= FEWEST
    }
    pages = []
    for campaign, row in grew.items():
        report = board_report(connection, settings, campaign, now, wave=row.number)
        if isinstance(report, BoardReport) and report.scores is not None:
            stamped = replace(report, scope=replace(report.scope, stamp=Stamp(settings.company, now)))
            pages.append(BoardPage(stamped, row.answers))
    return sorted(pages, key=lambda page: (-page.answers, page.report.scope.campaign))[:MOST]


def board_text(
    p: Phrases,
    words: Words,
    page: BoardPage,
    *,
    repeats: Repeats,
    days: tuple[date, date, date],
    quiet: int,
) -> Body:
    """The first page, under what a digest says of itself; `words` are those of digests. `days` are that on which it
    goes, and the first and the last of which it tells."""
    day, since, last = days
    told = days_told("weekly" if repeats == "daily" else repeats, day, since, last, words)
    spans: list[Span] = [bold(words.text("digest_board", days=told))]
    line = quiet_line(quiet, since, words)
    spans += [plain(f"\n{line}")] if line else []
    end = plain(f"\n\n{ending_line(repeats, words)}")
    return (*spans, plain("\n\n"), *page_text(p, words, page), end)


def page_text(p: Phrases, words: Words, page: BoardPage) -> Body:
    """A page in words, with how many of its answers are new."""
    first, *others = board_body(p, page.report)
    new = words.text("digest_board_new", count=p.number(tens(page.answers)))
    return (first, plain(f"\n{new}"), *others)


def own_picture(
    connection: Connection, settings: Settings, campaign: str, managers: Sequence[str], now: datetime
) -> TrendReport | CampaignReport | None:
    """What is drawn for account managers of their own customers: the waves that at least five of them answered, or of a
    single one its score; None where there is none."""
    trend = trend_report(connection, campaign, managers=tuple(managers))
    if isinstance(trend, Missing):
        return None
    points = tuple(point for point in trend.points if point.scores.n >= FEWEST_NAMED)
    stamp = Stamp(settings.company, now)
    if len(points) > 1:
        return replace(trend, points=points, stamp=stamp)
    if not points:
        return None
    report = campaign_report(connection, settings, campaign, wave=points[0].wave, managers=tuple(managers))
    if isinstance(report, Missing):
        return None
    return replace(report, scope=replace(report.scope, stamp=stamp))
