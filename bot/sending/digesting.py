"""Digests are made when their time comes: what is new is read, its picture drawn beside everything else, and both put
into the outbox in one transaction that also notes what was told. Every process may; each digest is made once.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.cases.digests.digests import Due, News, due, followed_up, news, previewed, tell
from bot.cases.digests.readers import (
    DigestReader,
    meet,
    nothing_new,
    reader_now,
    readers_now,
    rest,
    resting,
    work_of,
)
from bot.cases.digests.text import Digest, digest_sms, digest_text
from bot.cases.digests.times import last_day
from bot.clock import Clock
from bot.context import Context
from bot.dialogue.wording import Words
from bot.logs import Failures
from bot.reports.board import BoardReport
from bot.reports.digest_pages import BoardPage, board_pages, board_text, own_picture, page_text
from bot.reports.phrases import Phrases
from bot.reports.values import CampaignReport, TrendReport
from bot.store.store import Store
from bot.when.repeats import Repeats
from bot.words import words_for
from channels.base import Body, Image
from channels.known import limits_of

EVERY: Final = 20.0  # seconds
LOOK: Final = timedelta(minutes=1)

DigestPicture = BoardReport | CampaignReport | TrendReport
DrawPicture = Callable[[DigestPicture, Words, ZoneInfo], tuple[Image, Body] | None]
"""A report as a picture, and the words under it; see `bot.pictures.drawing`."""

log = structlog.get_logger()


class Digesting:
    """Makes digests; until it is cancelled. Without `draw` they are words alone."""

    name = "digests"

    def __init__(self, store: Store, context: Context, clock: Clock, draw: DrawPicture | None = None) -> None:
        self._store, self._context, self._clock, self._draw = store, context, clock, draw
        self._next: datetime | None = None

    async def run(self) -> None:
        """Look three times a minute."""
        failures = Failures("digests.failed", self.name)
        while True:
            with failures.survived():
                await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """Make what is due; in between nothing is looked at for less than a minute, unless the clock was set back."""
        now, settings = self._clock.now(), self._context.settings
        if self._next is not None and now < self._next <= now + LOOK:
            return
        found, gone = await self._store.read(readers_now, settings)
        if new := [one for one in found if one.row is None]:
            await self._store.write(meet, settings, new, now)
        if ids := resting(found, gone, now):
            await self._store.write(rest, ids, now)
        for one in await self._store.read(due, settings, now):
            if one.reader.address.channel in self._context.limits:
                await self._make(one, now)
        self._next = now + LOOK

    async def preview(self, reader: DigestReader) -> Body | None:
        """What a digest would say at this moment, which tells nobody; None where there is nothing to tell."""
        now, settings = self._clock.now(), self._context.settings
        found = await self._store.read(reader_now, settings, reader)
        if found.row is None:
            return None
        repeats: Repeats = "weekly" if found.off else found.repeats
        day = now.astimezone(found.work.zone).date()
        one = Due(reader, repeats, found.row, day, found.row.since, now, now)
        if reader.subject == "board":
            pages = await self._store.read(board_pages, settings, one.since, one.until, now)
            return self._board_text(one, pages[0]) if pages else None
        try:
            await self._store.write(_shown, self._context, one)
        except _Shown as shown:
            if shown.digest is None:
                return None
            paid = limits_of(reader.address.channel).paid_by_length
            return (digest_sms if paid else digest_text)(shown.digest, self._context.manager_words)
        return None

    async def _make(self, one: Due, now: datetime) -> None:
        made = await (self._of_board if one.reader.subject == "board" else self._of_customers)(one, now)
        if not made:
            await self._store.write(nothing_new, one.row, one.until)

    async def _of_customers(self, one: Due, now: datetime) -> bool:
        settings, names = self._context.settings, one.reader.names
        found = await self._store.read(news, settings, one)
        if not found:
            if one.repeats == "daily":
                return False
            followed = await self._store.read(followed_up, settings, names, one.since, one.until)
            if not followed.any:
                return False
        pictures = [] if one.repeats == "daily" else await self._own_picture(one, found, now)
        await self._store.write(tell, self._context, one, found, now, follows=pictures)
        return True

    async def _own_picture(
        self, one: Due, found: Sequence[News], now: datetime
    ) -> list[tuple[Image | None, Body]]:
        """Of the campaign with the most new answers."""
        counts = Counter(new.campaign for new in found if new.fresh)
        if not counts or not self._shows(one):
            return []
        campaign = min(counts, key=lambda name: (-counts[name], name))
        settings = self._context.settings
        report = await self._store.read(own_picture, settings, campaign, one.reader.names, now)
        drawn = None if report is None else await self._drawn(report)
        return [] if drawn is None else [drawn]

    async def _of_board(self, one: Due, now: datetime) -> bool:
        settings = self._context.settings
        pages = await self._store.read(board_pages, settings, one.since, one.until, now)
        if not pages:
            return False
        body = self._board_text(one, pages[0])
        follows: list[tuple[Image | None, Body]] = []
        for page in pages:
            more = page_text(self._phrases, self._context.manager_words, page)
            follows += [(None, more)] if page is not pages[0] else []
            drawn = await self._drawn(page.report) if self._shows(one) else None
            follows += [] if drawn is None else [drawn]
        await self._store.write(tell, self._context, one, (), now, body=body, follows=follows)
        return True

    def _board_text(self, one: Due, page: BoardPage) -> Body:
        zone = work_of(self._context.settings, one.reader).zone
        days = one.day, one.since.astimezone(zone).date(), last_day(one.until, zone)
        words = self._context.manager_words
        return board_text(self._phrases, words, page, repeats=one.repeats, days=days, quiet=one.row.quiet)

    @property
    def _phrases(self) -> Phrases:
        settings = self._context.settings
        return Phrases(words_for("admin", settings.language), ZoneInfo(settings.timezone), "/nps")

    def _shows(self, one: Due) -> bool:
        return self._context.limits[one.reader.address.channel].images

    async def _drawn(self, report: DigestPicture) -> tuple[Image, Body] | None:
        """In a thread; a picture that cannot be drawn takes no words along."""
        if self._draw is None:
            return None
        settings = self._context.settings
        words = words_for("admin", settings.language)
        try:
            return await asyncio.to_thread(self._draw, report, words, ZoneInfo(settings.timezone))
        except Exception:
            log.exception("digest.not_drawn", report=type(report).__name__)
            return None


class _Shown(Exception):
    """Carries a preview out of a transaction that is rolled back."""

    def __init__(self, digest: Digest | None) -> None:
        super().__init__()
        self.digest = digest


def _shown(connection: Connection, context: Context, one: Due) -> None:
    raise _Shown(previewed(connection, context, one))
