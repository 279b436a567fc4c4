"""The first minute of a wave: nothing of it is sent, and its start can be undone, once."""

from datetime import timedelta
from typing import Any

import pytest

from bot.campaigns import runs, undoing
from bot.campaigns.runs import AlreadyStarted, close_stopped, confirm, resume, start_wave
from bot.campaigns.waves import Wave, find_wave
from bot.reports.tallies import prove, wave_cells
from bot.store.schema import conversation, enrolment, inbox, outbox
from bot.store.store import Store
from channels.base import Address
from tests.campaigns.test_runs import BY, planned
from tests.support.bot_under_test import Bot, Customer
from tests.support.bot_under_test import settings_of as settings_of_bot
from tests.support.campaign_world import NOW, Clock, add, settings_of, slack_people

HELD = settings_of(undo="60s")


async def started(store: Store, people: int = 3) -> Wave:
    await add(store, *slack_people(people))
    return await confirm(store, HELD, await planned(store, HELD), BY, Clock())


async def undo(store: Store, run: Wave, after: float) -> tuple[Wave, bool]:
    return await store.write(undoing.undo, run.id, BY, NOW + timedelta(seconds=after))


@pytest.mark.parametrize(("after", "asked"), [(0, 0), (59, 0), (60, 3), (61, 3), (3600, 3)])
async def test_nothing_is_sent_before_the_minute_is_over(
    bot: Bot, store: Store, after: float, asked: int
) -> None:
    bot = Bot(store, settings_of_bot(undo="60s"), bot.clock)
    await bot.start(*(Customer(f"c{n}", slack=f"U{n}") for n in range(3)))
    await bot.later(seconds=after)
    assert len(bot.slack.texts()) == asked


async def test_an_undone_wave_asked_nobody_and_is_counted_nowhere(store: Store) -> None:
    run = await started(store)
    run, undone = await undo(store, run, 30)
    assert undone
    assert await close_stopped(store)
    assert await store.read(find_wave, "demo") is None
    assert await store.read(wave_cells, (run.id,)) == []
    assert not await store.read(prove)
    counts = {table.name: await store.read(_count, table) for table in (conversation, enrolment, outbox)}
    assert set(counts.values()) == {0}


def _count(connection: Any, table: Any) -> int:
    return len(connection.execute(table.select()).all())


async def test_its_people_are_free_for_the_next_wave_which_has_the_next_number(store: Store) -> None:
    await undo(store, await started(store), 30)
    again = await confirm(store, HELD, await planned(store, HELD), BY, Clock())
    assert again.number == 2, "what was told of wave 1 is true of no other"
    assert {row.state for row in await store.read(_rows, again.id)} == {"waiting"}


def _rows(connection: Any, wave_id: int) -> Any:
    return connection.execute(conversation.select().where(conversation.c.wave_id == wave_id)).all()


async def test_its_plan_starts_nothing_more(store: Store) -> None:
    await add(store, *slack_people(1))
    token = await planned(store, HELD)
    run = await start_wave(store, HELD, token, BY, NOW)
    await undo(store, run, 1)
    with pytest.raises(AlreadyStarted) as error:
        await start_wave(store, HELD, token, BY, NOW)
    assert error.value.wave.undone_at is not None
    again, new = await store.write(runs.start_keyed, HELD, "demo", token, BY, NOW)
    assert (again.id, new) == (run.id, False), "nor does an occurrence"


async def test_who_is_still_to_be_enrolled_is_not(store: Store) -> None:
    await add(store, *slack_people(3))
    run = await start_wave(store, HELD, await planned(store, HELD), BY, NOW)
    await undo(store, run, 1)
    await resume(store, HELD, Clock())
    assert await store.read(_rows, run.id) == []


async def test_a_wave_begins_or_it_is_undone(store: Store) -> None:
    """Whichever is first; the other finds it done, whatever the clocks of two processes say."""
    begun, undone = await started(store), None
    await store.write(undoing.begin_due, NOW + timedelta(seconds=61))
    begun, taken_back = await undo(store, begun, 59)
    assert (taken_back, begun.undone_at) == (False, None)
    await store.write(runs.stop, "demo", BY, NOW)
    await close_stopped(store)
    undone = await confirm(store, HELD, await planned(store, HELD), BY, Clock())
    undone, taken_back = await undo(store, undone, 61)
    assert taken_back, "late by the clock, and nothing of it was sent"
    await store.write(undoing.begin_due, NOW + timedelta(seconds=61))
    undone, again = await undo(store, undone, 62)
    assert (again, undone.begun_at) == (False, None), "once"


async def test_a_clock_that_is_set_back_holds_nothing_up(store: Store) -> None:
    await started(store)
    assert not await store.read(undoing.any_to_begin, NOW - timedelta(seconds=3)), "clocks differ a little"
    assert await store.read(undoing.any_to_begin, NOW - timedelta(hours=1))


async def test_an_event_that_named_somebody_of_it_stays(store: Store) -> None:
    run = await started(store, people=1)
    (row,) = await store.read(_rows, run.id)
    await store.write(_hear, row.id)
    await undo(store, run, 1)
    assert await close_stopped(store)
    (heard,) = await store.read(lambda connection: connection.execute(inbox.select()).all())
    assert heard.conversation_id is None


def _hear(connection: Any, conversation_id: int) -> None:
    connection.execute(
        inbox.insert().values(
            channel="slack",
            provider_id="1",
            kind="InboundMessage",
            actor=str(Address("slack", "U1")),
            event={},
            received_at=NOW,
            conversation_id=conversation_id,
        )
    )


async def test_a_stop_in_the_minute_is_no_undo(store: Store) -> None:
    run = await started(store)
    await store.write(runs.stop, "demo", BY, NOW)
    run, undone = await undo(store, run, 1)
    assert not undone
    assert run.stopped_at is not None


async def test_without_a_hold_it_begins_at_once(store: Store) -> None:
    await add(store, *slack_people(1))
    settings = settings_of(undo="off")
    run = await confirm(store, settings, await planned(store, settings), BY, Clock())
    assert run.begun_at == run.started_at
    assert not (await undo(store, run, 0))[1]
