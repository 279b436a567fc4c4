"""What was erased is not on the disk either."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.commands.worker import CommandWorker
from bot.intake.erasing import erase_contact
from bot.store.copies import copy_sqlite
from bot.store.schema import conversation
from bot.store.store import Store, opened
from tests.support.bot_under_test import Bot, Customer

WORD = "wildebeest"
BUYER = Customer("C1", slack="UBUYER")


@pytest.fixture(autouse=True)
def usual_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite as it is by its own default, which some systems change: what is deleted is only let go of."""
    connect = sqlite3.connect

    def connected(*arguments: Any, **more: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **more)
        connection.execute("PRAGMA secure_delete = OFF")  # discovered P7
        return connection

    monkeypatch.setattr(sqlite3, "connect", connected)
    monkeypatch.setattr(sqlite3.dbapi2, "connect", connected)  # SQLAlchemy's name for it


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "npsbot.db"


@pytest.fixture
async def bot(file: Path) -> AsyncIterator[Bot]:
    """On a file in which a customer's word stands, as it does in the log beside it."""
    async with opened(f"sqlite+aiosqlite:///{file}") as store:
        bot = Bot(store)
        await bot.start(BUYER, *(Customer(f"D{n}", slack=f"UOTHER{n}") for n in range(20)))
        for n in range(20):
            await bot.say(f"slack:UOTHER{n}", f"{n % 11}, for the service is what it is")
        await bot.say("slack:UBUYER", f"3, the {WORD} was late")
        await store.scrub()
        await bot.say("slack:UBUYER", f"and the {WORD} again")
        await bot.work()
        assert on_disk(file) == {"npsbot.db", "npsbot.db-wal"}
        yield bot


def on_disk(file: Path) -> set[str]:
    """The files of the database in which the word stands."""
    return {path.name for path in file.parent.glob("npsbot.db*") if WORD.encode() in path.read_bytes()}


async def erase(bot: Bot) -> None:
    await bot.store.write(erase_contact, bot.context, BUYER.id, bot.clock.now())


async def test_an_erased_word_is_in_neither_file_after_a_minute(bot: Bot, file: Path) -> None:
    await erase(bot)
    await bot.later(minutes=1)
    assert on_disk(file) == set()


async def test_nor_in_a_copy_made_then(bot: Bot, file: Path) -> None:  # field E4
    await bot.say("slack:UADMIN", f"/nps why {WORD}", command=f"nps why {WORD}")
    await CommandWorker(bot.store, bot.context, bot.clock).look()
    await bot.work()
    await erase(bot)
    await bot.later(minutes=1)
    copy_sqlite(file, file.with_name("npsbot.db-copy"), bot.clock.now(), force=False)
    assert on_disk(file) == set()


async def test_what_was_too_old_is_in_neither_file(bot: Bot, file: Path) -> None:
    for days in (30, 3 * 365):
        await bot.later(days=days)
    await bot.later(minutes=1)
    assert {row.erased for row in await bot.rows(conversation)} == {"retention"}
    assert on_disk(file) == set()


async def test_who_reads_meanwhile_is_left_alone_and_it_is_done_later(bot: Bot, file: Path) -> None:
    reading = sqlite3.connect(file)
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM answer").fetchone()
    await erase(bot)
    assert not await bot.store.scrub()
    assert on_disk(file) != set()
    await bot.say("slack:UOTHER1", "a reply goes through")
    reading.close()
    await bot.later(minutes=1)
    assert on_disk(file) == set()


async def test_the_goodbye_too_leaves_the_disk(bot: Bot, file: Path) -> None:
    """It is the last that names the address, and goes only when it is sent."""
    await bot.say("slack:UBUYER", "DELETE")
    code = await bot.store.read(lambda c: c.scalar(text("SELECT code FROM erasure_code")))
    await bot.say("slack:UBUYER", str(code))
    await bot.work()
    await bot.later(minutes=1)
    assert not any(b"UBUYER" in path.read_bytes() for path in file.parent.glob("npsbot.db*"))


async def test_postgresql_has_nothing_to_scrub(store: Store) -> None:
    assert await store.scrub()
