"""Whole conversations fed in-process: npsbot against what one would otherwise build on python-telegram-bot."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import aiosqlite
from sqlalchemy import func, select
from telegram import Update
from telegram.ext import (
    Application,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)
from telegram.request import BaseRequest, RequestData

from bench.company import TELEGRAM_BOT, add_company, add_customers, add_talks, settings_for
from bench.signed import SCORES, telegram_update
from bench.sizes import Sizes
from bench.table import Line, per_second, ratio_of
from bot.app import build_channels, build_setup
from bot.cli.serve import settle_memory
from bot.clock import RealClock
from bot.intake.reception import reception
from bot.store.schema import answer
from bot.store.store import open_store
from channels.telegram.inbound import events_of

REASON = "The support team answers within the hour, and the invoices are right."


async def talks(sizes: Sizes) -> AsyncIterator[Line]:
    """Score and reason of each customer. Neither side sends anything."""
    ours, theirs = [], []
    settle_memory()  # as a server does once it is up; the peer has it too
    for _ in range(sizes.rounds):
        ours.append(await _npsbot(sizes))
        theirs.append(await _peer(sizes.talks))
    ratio = ratio_of(ours, theirs)
    yield Line(
        "conversations, PTB ConversationHandler + pickle + aiosqlite",
        per_second(ours),
        per_second(theirs),
        ratio,
        ">= 1.5",
        ratio >= 1.5,
        "the peer's conversation states reach the disk at its end only, npsbot's with each reply",
    )


def _talk(number: int) -> Iterator[dict[str, object]]:
    yield telegram_update(number, number * 2, str(SCORES[number % len(SCORES)]))
    yield telegram_update(number, number * 2 + 1, REASON)


async def _npsbot(sizes: Sizes) -> float:
    with TemporaryDirectory() as directory:
        url = f"sqlite+aiosqlite:///{Path(directory, 'bench.db')}"
        settings = settings_for(url)
        channels = build_channels(settings)
        store = await open_store(url)
        await add_company(store, settings)
        numbers = range(1, sizes.talks + 1)
        await add_customers(store, "telegram", numbers)
        await add_talks(store, "telegram", numbers)
        receive = reception(store, build_setup(settings, channels), RealClock(), "telegram")
        left = iter(numbers)

        async def customers() -> None:
            for number in left:
                for update in _talk(number):
                    await receive(events_of(update, str(TELEGRAM_BOT), None, datetime.now(UTC)))

        started = time.perf_counter()
        await asyncio.gather(*(customers() for _ in range(sizes.senders)))
        rate = sizes.talks / (time.perf_counter() - started)
        kept = await store.read(
            lambda connection: connection.scalar(select(func.count()).select_from(answer))
        )
        if kept != 2 * sizes.talks:
            raise RuntimeError(f"{kept} answers are stored where {2 * sizes.talks} were given")
        for channel in channels.values():
            await channel.aclose()
        await store.close()
    return rate


class _NoNetwork(BaseRequest):
    """Answers getMe, and has nothing else to do."""

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    @property
    def read_timeout(self) -> float | None:
        return 1.0

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        """The bot itself, whatever is asked."""
        return 200, (
            b'{"ok": true, "result": {"id": %d, "is_bot": true, "first_name": "Acme", "username": "acme_bot"}}'
            % TELEGRAM_BOT
        )


async def _peer(count: int) -> float:
    """As its documentation shows it: a persistent ConversationHandler, and each answer in a table."""
    with TemporaryDirectory() as directory:
        database = Path(directory, "answers.db")
        with closing(sqlite3.connect(database)) as made:
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, chat INTEGER, kind TEXT, text TEXT)")
        async with aiosqlite.connect(database) as connection:
            await connection.execute("PRAGMA synchronous = FULL")
            application = _application(Path(directory, "states.pickle"), connection)
            await application.initialize()
            updates = [update for number in range(1, count + 1) for update in _talk(number)]
            started = time.perf_counter()
            for update in updates:
                await application.process_update(Update.de_json(update, application.bot))
            rate = count / (time.perf_counter() - started)
            await application.shutdown()
        with closing(sqlite3.connect(database)) as made:
            (kept,) = made.execute("SELECT count(*) FROM answer").fetchone()
    if kept != 2 * count:
        raise RuntimeError(f"the peer stored {kept} answers where {2 * count} were given")
    return rate


def _application(path: Path, connection: aiosqlite.Connection) -> "Application":  # type: ignore[type-arg]  # six parameters, all the usual ones
    async def keep(update: Update, kind: str) -> None:
        chat, message = update.effective_chat, update.effective_message
        if chat is None or message is None:
            raise RuntimeError("an update without a chat")
        await connection.execute(
            "INSERT INTO answer (chat, kind, text) VALUES (?, ?, ?)", (chat.id, kind, message.text)
        )
        await connection.commit()

    async def score(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> int:
        await keep(update, "score")
        return 1

    async def reason(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> int:
        await keep(update, "reason")
        return ConversationHandler.END

    application = (
        Application.builder()
        .token(f"{TELEGRAM_BOT}:a")
        .request(_NoNetwork())
        .get_updates_request(_NoNetwork())
        .persistence(PicklePersistence(path))
        .updater(None)
        .job_queue(None)
        .build()
    )
    application.add_handler(
        ConversationHandler(
            entry_points=[MessageHandler(filters.Regex(r"^\d+$"), score)],
            states={1: [MessageHandler(filters.TEXT, reason)]},
            fallbacks=[],
            name="nps",
            persistent=True,
        )
    )
    return application
