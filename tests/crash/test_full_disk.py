"""The disk is full in the middle of a group of writes: nothing of the group is kept, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.intake.arrival import Arrival, whose
from bot.intake.intake import take_all
from bot.store.schema import answer, inbox
from bot.store.store import Store, open_store
from tests.support.bot_under_test import Bot, Customer

PEOPLE = tuple(Customer(f"c{number}", telegram=f"50{number}") for number in range(6))
LONG = "Your parcels come late. " * 150  # several of the database's pages


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'npsbot.db'}")
    yield opened
    await opened.close()


def _fill_up(connection: Connection) -> None:
    """Leave room for a little more than one of the long messages."""
    connection.execute(text("PRAGMA incremental_vacuum"))
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    free = connection.execute(text("PRAGMA freelist_count")).scalar_one()
    assert free < 3, "free pages would hide that the disk is full"
    connection.execute(text(f"PRAGMA max_page_count = {pages + 5}"))


def _make_room(connection: Connection) -> None:
    connection.execute(text("PRAGMA max_page_count = 1000000"))


@pytest.mark.parametrize("turn", range(len(PEOPLE)))
async def test_what_was_refused_is_taken_when_it_comes_again(sqlite_store: Store, turn: int) -> None:
    """The long message stands at each place in the group; Telegram delivers what was refused again."""
    bot = Bot(sqlite_store)
    await bot.start(*PEOPLE)
    for one in PEOPLE:
        await bot.say(f"telegram:{one.telegram}", "2")
    await bot.work()
    await sqlite_store.write(_fill_up)
    said = [
        bot.message(f"telegram:{one.telegram}", LONG if number >= turn else "too slow")
        for number, one in enumerate(PEOPLE)
    ]
    waiting = list(said)
    refusals = 0
    for round_ in range(3):
        if round_ == 1:
            await sqlite_store.write(_make_room)
        outcomes = await asyncio.gather(
            *(
                sqlite_store.write_each(
                    whose(event), take_all, Arrival("telegram", event, bot.context, bot.clock.now())
                )
                for event in waiting
            ),
            return_exceptions=True,
        )
        failed = [isinstance(one, BaseException) for one in outcomes]
        refusals += sum(failed)
        known = {row.provider_id for row in await bot.rows(inbox)}
        for event, refused in zip(waiting, failed, strict=True):
            assert (event.provider_id in known) is not refused, "what was told is what is there"
        # The provider repeats what was refused, and one that was taken, whose answer it missed.
        waiting = [event for event, refused in zip(waiting, failed, strict=True) if refused] or said[:1]
    assert refusals, "the disk was full"
    await bot.work()
    reasons = [row.text for row in await bot.rows(answer, kind="reason")]
    assert sorted(reasons) == sorted(event.text for event in said), "each reason once"
    alerts = [row for row in await bot.cases() if row.shown == row.wanted]
    assert len(alerts) == len(PEOPLE)
