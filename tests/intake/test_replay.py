"""The stored events are the whole story: played again into an empty database they give the same rows."""

import random
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from bot.dialogue.buttons import score_value
from bot.store.schema import answer, case, conversation, inbox
from bot.store.store import Store
from channels.base import Address, InboundMessage
from tests.support.bot_under_test import Bot, Customer
from tests.support.databases import Databases, migrated
from tests.support.inline import open_inline
from tests.support.manual_clock import ManualClock

PEOPLE = tuple(Customer(f"c{n}", slack=f"U{n}") for n in range(3))
TEXTS = (
    *(str(score) for score in range(11)),
    "7 or 8",
    "eleven",
    "sorry, 2",
    "your people are friendly",
    "too slow, too dear",
    "9 because of the service",
    "HELP",
    "STOP",
    "START",
    "",
    "👍",
)
# What depends on when the process looked, not on what was said.
TIMING = {
    "id",
    "inbox_id",
    "asked_at",
    "delivered_at",
    "question_ref",
    "released_at",
    "shown",
    "shown_ref",
    "pinged",
    "code",  # of an alert: drawn by chance
}


@pytest.fixture
def second_url(sqlite_databases: Databases, room: Path) -> Iterator[str]:
    with sqlite_databases.database(room, migrated) as url:
        yield url


@pytest.fixture
async def second(second_url: str) -> AsyncIterator[Store]:
    opened = await open_inline(second_url)
    yield opened
    await opened.close()


async def _live(bot: Bot, chance: random.Random) -> None:
    """A week in which these people say things, tap, edit and wait."""
    await bot.start(*PEOPLE)
    for number in range(40):
        who = f"slack:{chance.choice(PEOPLE).slack}"
        ref = f"m{number}"
        match chance.randrange(6):
            case 0:
                await bot.press(who, score_value(chance.randrange(1, 5), chance.randrange(11)))
            case 1:
                edits = f"m{chance.randrange(number + 1)}"
                await bot.say(who, chance.choice(TEXTS), message_ref=edits, edits=edits)
            case _:
                await bot.say(who, chance.choice(TEXTS), message_ref=ref)
        if chance.random() < 0.5:
            await bot.work()
        if chance.random() < 0.2:
            await bot.later(hours=chance.randrange(1, 40))
    await bot.later(days=10)


async def _again(bot: Bot, events: list[Any]) -> None:
    await bot.start(*PEOPLE)
    for row in events:
        if row.received_at > bot.clock.now():
            bot.clock.set(row.received_at)
            await bot.work()
        told = row.event
        values = {
            name: told[name] for name in ("text", "choice", "command", "message_ref", "edits", "reply_to")
        }
        await bot.take(
            InboundMessage(
                row.provider_id,
                Address(**told["place"]),
                Address(**told["actor"]),
                datetime.fromisoformat(told["sent_at"]),
                **values,
            )
        )


async def _rows(bot: Bot, table: Table) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row._mapping.items() if name not in TIMING}
        for row in await bot.rows(table)
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_the_stored_events_give_the_stored_rows(bot: Bot, second: Store, seed: int) -> None:
    await _live(bot, random.Random(seed))
    replayed = Bot(second, clock=ManualClock())
    await _again(replayed, await bot.rows(inbox))
    replayed.clock.set(bot.clock.now())
    await replayed.work()
    for table in (conversation, answer, case):
        first, again = await _rows(bot, table), await _rows(replayed, table)
        for row in (*first, *again):
            row.pop("closed_at", None)  # the moment that a timer looked
        assert again == first


@pytest.mark.parametrize("seed", range(4, 10))
async def test_laws_hold_in_the_database(bot: Bot, seed: int) -> None:
    await _live(bot, random.Random(seed))
    cases = {row.conversation_id: row for row in await bot.rows(case)}
    for talk in await bot.rows(conversation):
        scores = [row.score for row in await bot.rows(answer, conversation_id=talk.id, kind="score")]
        assert talk.score == (scores[-1] if scores else None), "the last score on record stands"
        assert talk.first_score == (scores[0] if scores else None)
        if any(score <= 6 for score in scores):
            assert talk.id in cases, "a detractor is never missed"
        assert talk.closed_at is not None, "time closed it"
    for row in cases.values():
        assert row.shown == row.wanted, "the alert shows the newest"
    assert await bot.queued() == []
