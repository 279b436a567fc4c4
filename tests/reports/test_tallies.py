"""The tally counts everybody once, whatever happens to them, and can prove it."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, delete, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from bot.conversations import trials
from bot.reports.tallies import (
    Cell,
    dispositions,
    people,
    prove,
    score_counts,
    skipped,
    wave_cells,
)
from bot.store.recount import rebuild
from bot.store.schema import conversation, tally, wave
from bot.store.standing import Standing
from bot.store.store import Store, open_store
from bot.store.triggers.tally import install
from scoring import Dispositions
from tests.support.bot_under_test import ADMIN, Bot, Customer
from tests.support.campaign_world import NOW, change
from tests.support.databases import Databases
from tests.support.lives import CUSTOMERS, live

SENT: dict[str, Any] = {"released_at": NOW, "asked_at": NOW}
ARRIVED = SENT | {"delivered_at": NOW}
OVER: dict[str, Any] = {"state": "closed", "closed_at": NOW}
SCORED: dict[str, Any] = {"score": 8, "scored_on": date(2026, 3, 2)}
WORDS = {"reason": "because"}

# What became of somebody, where they stand, and what that counts as.
LIVES: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({}, "waiting", ""),
    ({"released_at": NOW}, "released", "unknown"),
    ({"state": "asked"} | SENT, "asked", "unknown"),
    ({"state": "asked"} | ARRIVED, "asked", "silent"),
    ({"state": "asked", "unread": 1} | ARRIVED, "writing", "unscored"),
    ({"state": "confirming", "unread": 1} | ARRIVED, "writing", "unscored"),
    ({"state": "reason"} | SCORED | ARRIVED, "scored", "started"),
    ({"state": "thanked"} | SCORED | WORDS | ARRIVED, "reasoned", "completed"),
    ({"ending": "no_reason"} | SCORED | ARRIVED | OVER, "no_reason", "started"),
    ({"ending": "done"} | SCORED | WORDS | ARRIVED | OVER, "done", "completed"),
    ({"ending": "window", "late": True} | SCORED | ARRIVED | OVER, "no_reason", "started"),
    ({"ending": "unread", "late": True} | SCORED | WORDS | ARRIVED | OVER, "done", "completed"),
    ({"ending": "opted_out"} | SCORED | ARRIVED | OVER, "left_scored", "started"),
    ({"ending": "opted_out"} | SCORED | WORDS | ARRIVED | OVER, "left_reasoned", "completed"),
    ({"ending": "opted_out"} | ARRIVED | OVER, "left", "refused"),
    ({"ending": "opted_out", "released_at": NOW} | OVER, "left_early", "skipped"),
    ({"ending": "unread", "unread": 3} | ARRIVED | OVER, "unread", "unscored"),
    ({"ending": "window"} | ARRIVED | OVER, "silent", "silent"),
    # numbers 1.3: who only asked who we are was answered, and is not silent
    ({"ending": "window", "talk": 1} | ARRIVED | OVER, "unread", "unscored"),
    ({"state": "asked", "talk": 1} | ARRIVED, "writing", "unscored"),
    ({"ending": "window"} | SENT | OVER, "silent", "unknown"),
    ({"ending": "undelivered", "undelivered": "30003"} | SENT | OVER, "undelivered", "undelivered"),
    ({"ending": "cancelled", "released_at": NOW} | OVER, "cancelled", "skipped"),
    (
        {"state": "skipped", "skipped": "too_soon", "channel": None, "address": None},
        "skipped:too_soon",
        "skipped",
    ),
)


async def cells_of(store: Store) -> list[Cell]:
    return await store.read(wave_cells, (1,))


@pytest.mark.parametrize(("values", "standing", "disposition"), LIVES)
async def test_where_somebody_stands(
    bot: Bot, values: dict[str, Any], standing: str, disposition: str
) -> None:
    await bot.enrol(Customer("buyer", slack="U1"))
    if values:
        await change(bot.store, (await bot.conversation("buyer")).id, **values)
    (cell,) = await cells_of(bot.store)
    assert cell == Cell(
        wave_id=1,
        channel=values.get("channel", "slack"),
        standing=standing,
        asked="asked_at" in values,
        delivered="delivered_at" in values,
        day=values.get("scored_on"),
        score=values.get("score"),
        people=1,
    )
    left = values.get("ending") == "opted_out" and "asked_at" in values
    expected = {disposition: 1} if disposition else {}
    assert dispositions([cell]) == Dispositions(**expected, opt_outs=int(left))
    assert await bot.store.read(prove) == []


async def test_every_standing_has_its_example() -> None:
    assert {standing for _, standing, _ in LIVES} >= set(Standing)


async def test_a_score_counts_on_the_day_of_the_company(bot: Bot) -> None:
    bot.clock.set(datetime(2026, 3, 2, 22, 30, tzinfo=UTC))  # 23:30 in Amsterdam
    await bot.start(Customer("early", slack="U1"), Customer("late", slack="U2"))
    await bot.say("slack:U1", "9")
    await bot.later(hours=1)
    await bot.say("slack:U2", "9")
    assert [cell.day for cell in await cells_of(bot.store)] == [date(2026, 3, 2), date(2026, 3, 3)]
    await bot.say("slack:U1", "3")  # the score that stands is of today
    assert [(cell.day, cell.score) for cell in await cells_of(bot.store)] == [
        (date(2026, 3, 3), 3),
        (date(2026, 3, 3), 9),
    ]
    (summed, other) = await bot.store.read(wave_cells, (1,), days=False)
    assert (summed.day, summed.people, other.day) == (None, 1, None)


async def test_a_trial_counts_nowhere(bot: Bot) -> None:
    await bot.add(Customer("buyer", slack="U1"))
    await trials.hold_trial(bot.store, bot.settings, "demo", ADMIN, bot.clock.now)
    await bot.work()
    await bot.say(str(ADMIN), "2")
    assert (await bot.rows(conversation))[0].score == 2
    assert await bot.rows(tally) == []
    assert await bot.store.read(prove) == []
    assert await bot.store.write(rebuild) == 0


@pytest.mark.parametrize("seed", range(6))
async def test_the_tally_agrees_whatever_happens(store: Store, seed: int) -> None:
    bot = Bot(store)
    async for step in live(bot, seed):
        assert await store.read(prove) == [], f"after step {step} of seed {seed}"
    waves = {row.id: row.trial for row in await bot.rows(wave)}
    rows = [row for row in await bot.rows(conversation) if not waves[row.wave_id]]
    cells = await store.read(wave_cells, tuple(waves))
    assert sum(cell.people for cell in cells) == len(rows) > len(CUSTOMERS)
    assert score_counts(cells) == Counter(row.score for row in rows if row.score is not None)
    assert {cell.day for cell in cells if cell.score is not None} == {
        row.scored_on for row in rows if row.score is not None
    }
    found = dispositions(cells)
    assert found.invited + found.skipped + people(cells, Standing.WAITING) == len(rows)
    assert sum(skipped(cells).values()) == found.skipped
    # A recount gives the same cells, in one slot each.
    await store.write(rebuild)
    assert await store.read(wave_cells, tuple(waves)) == cells
    assert all(row.people > 0 and row.slot == 0 for row in await bot.rows(tally))


async def _spoil(store: Store, statement: Any) -> None:
    await store.write(lambda connection: connection.execute(statement).rowcount)


async def test_a_tally_that_is_wrong_is_found_and_mended(bot: Bot) -> None:
    await bot.start(Customer("a", slack="U1"), Customer("b", slack="U2"))
    await bot.say("slack:U1", "9")
    before = await cells_of(bot.store)
    await _spoil(bot.store, update(tally).where(tally.c.score == 9).values(people=41))
    (found,) = await bot.store.read(prove)
    assert (found.cell.standing, found.kept, found.counted) == ("scored", 41, 1)
    await _spoil(bot.store, delete(tally))
    assert [(found.kept, found.counted) for found in await bot.store.read(prove)] == [(0, 1), (0, 1)]
    await bot.store.write(rebuild)
    assert await bot.store.read(prove) == []
    assert await cells_of(bot.store) == before


async def test_rows_that_go_are_counted_no_more(bot: Bot) -> None:
    await bot.enrol(*CUSTOMERS)
    await _spoil(bot.store, delete(conversation).where(conversation.c.id % 2 == 0))
    assert sum(cell.people for cell in await cells_of(bot.store)) == len(CUSTOMERS) // 2
    assert await bot.store.read(prove) == []


async def test_triggers_that_are_made_again_count_once(bot: Bot) -> None:
    for _ in range(2):
        await bot.store.write(install)
    await bot.start(*CUSTOMERS)
    assert sum(cell.people for cell in await cells_of(bot.store)) == len(CUSTOMERS)
    assert await bot.store.read(prove) == []


async def test_what_is_rolled_back_is_not_counted(bot: Bot) -> None:
    await bot.start(*CUSTOMERS)

    def fail(connection: Connection) -> None:
        connection.execute(update(conversation).values(SCORED | {"state": "reason"}))
        raise RuntimeError("after the change")

    outcomes = await asyncio.gather(
        bot.store.write(fail), bot.say("slack:U1", "9"), bot.store.write(fail), return_exceptions=True
    )
    assert [isinstance(one, RuntimeError) for one in outcomes] == [True, False, True]
    assert score_counts(await cells_of(bot.store)) == {9: 1}
    assert await bot.store.read(prove) == []


async def test_two_processes_count_side_by_side(bot: Bot) -> None:
    await bot.start(*(Customer(f"c{n}", slack=f"U{n}") for n in range(40)))
    second = await open_store(bot.store.url.render_as_string(hide_password=False))
    try:
        other = Bot(second, clock=bot.clock, channels=bot.channels, holder="two")
        for words in ("9", "4", "it is what it is", "9"):
            await asyncio.gather(*((bot if n % 2 else other).say(f"slack:U{n}", words) for n in range(40)))
    finally:
        await second.close()
    cells = await cells_of(bot.store)
    assert sum(cell.people for cell in cells) == sum(score_counts(cells).values()) == 40
    assert await bot.store.read(prove) == []


async def test_no_process_waits_for_anothers_counter(postgres_databases: Databases, tmp_path: Path) -> None:
    """Both change conversations of the same cells, each in the other's order, before either commits."""
    with postgres_databases.database(tmp_path) as url:
        store = await open_store(url)
        await Bot(store).start(*(Customer(f"c{n}", slack=f"U{n}") for n in range(4)))
        engine = create_async_engine(url)
        scored = update(conversation).where(conversation.c.id == bindparam("of_id")).values(SCORED)
        async with engine.connect() as one, engine.connect() as two:
            await two.execute(text("SET lock_timeout = '2s'"))
            for number, (connection, score) in enumerate(((one, 1), (two, 2), (one, 2), (two, 1)), start=1):
                await connection.execute(scored.values(score=score), {"of_id": number})
            await one.commit()
            await two.commit()
        await engine.dispose()
        cells = await store.read(wave_cells, (1,))
        assert score_counts(cells) == {1: 2, 2: 2}
        assert await store.read(prove) == []
        await store.close()
