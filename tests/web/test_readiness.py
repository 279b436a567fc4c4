"""What `/readyz` says is wrong: a clock, a full disk."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, insert, text

from bot.clock import Clock, RealClock
from bot.store.schema import meta
from bot.store.store import Store, open_store
from bot.web.web import web
from tests.support.bot_under_test import Bot
from tests.support.manual_clock import ManualClock


async def _ready(bot: Bot, clock: Clock | None = None) -> httpx.Response:
    async def receive(_events: object) -> None:
        return

    asgi = web(bot.store, bot.context, bot.channels, dict.fromkeys(bot.channels, receive), clock or bot.clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://npsbot") as client:
        return await client.get("/readyz")


async def test_a_clock_that_was_set_back_is_told(bot: Bot) -> None:  # field E3
    await bot.say("slack:U1", "hello")
    assert "clock" not in (await _ready(bot)).json()
    bot.clock.set(bot.clock.now() - timedelta(hours=1))
    answer = await _ready(bot)
    assert answer.status_code == 200
    assert answer.json()["clock"].startswith("the newest message is 3600 s in the future")


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[Store]:
    """A database whose disk is full."""
    opened = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'npsbot.db'}")
    yield opened
    await opened.close()


def _fill_up(connection: Connection) -> None:
    free = connection.execute(text("PRAGMA freelist_count")).scalar_one()
    filling = insert(meta).values(name="filling", value="0" * 4096 * free)  # free pages would hide it
    connection.execute(filling)
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    connection.execute(text(f"PRAGMA max_page_count = {pages + 2}"))


def _make_room(connection: Connection) -> None:
    connection.execute(text("PRAGMA max_page_count = 1000000"))


async def test_a_full_disk_is_not_ready(full: Store) -> None:  # field E9
    bot = Bot(full)
    assert (await _ready(bot)).status_code == 200
    await full.write(_fill_up)
    answer = await _ready(bot)
    assert answer.status_code == 503
    assert "takes no writes" in answer.json()["database"]
    assert "full" in answer.json()["database"]
    await full.write(_make_room)
    assert (await _ready(bot)).status_code == 200


async def test_a_probe_leaves_nothing(bot: Bot) -> None:
    before = await bot.store.read(_names)
    await _ready(bot)
    assert await bot.store.read(_names) == before


def _names(connection: Connection) -> list[str]:
    return sorted(connection.execute(text("SELECT name FROM meta")).scalars())


async def test_real_time_needs_no_word(store: Store) -> None:
    class _Now(ManualClock):
        def now(self) -> datetime:
            return datetime.now(UTC)

    bot = Bot(store, clock=_Now())
    await bot.say("slack:U1", "hello")
    assert "clock" not in (await _ready(bot, RealClock())).json()
