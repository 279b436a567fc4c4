"""A paused wave: nothing more goes out, what is said is heard, and it goes on where it was."""

import asyncio

from sqlalchemy import Connection, update

from bot.campaigns import pausing, runs
from bot.people.contacts import person_at
from bot.reports.timeline import timeline
from bot.store.schema import outbox, wave, wave_event
from channels.base import Address
from tests.support.bot_under_test import ADMIN, Bot, Customer
from tests.support.fake_channel import FAST

BUYER, OTHER = Customer("buyer", slack="U1"), Customer("other", slack="U2")


async def pause(bot: Bot) -> tuple[int, ...]:
    return await bot.store.write(pausing.pause, "demo", str(ADMIN), bot.clock.now())


async def go_on(bot: Bot) -> tuple[int, ...]:
    return await bot.store.write(pausing.go_on, "demo", str(ADMIN), bot.clock.now())


async def test_nothing_is_released_while_paused_and_all_of_it_afterwards(bot: Bot) -> None:
    await bot.enrol(BUYER, OTHER)
    assert await pause(bot) == (1,)
    assert await pause(bot) == (), "it is paused already"
    await bot.later(days=30)
    assert await bot.rows(outbox) == []
    assert await go_on(bot) == (1,)
    await bot.work()
    assert len(bot.slack.texts()) == 2
    row = await bot.conversation("buyer")
    assert row.closes_at > bot.clock.now(), "who waited has all their days"
    assert [one.kind for one in await bot.rows(wave_event)] == ["paused", "resumed"]


async def test_what_is_in_the_outbox_is_called_back(bot: Bot) -> None:
    await bot.enrol(BUYER)
    await bot.timers.tick()
    await pause(bot)
    await bot.work()
    assert bot.slack.texts() == []
    assert (await bot.conversation("buyer")).released_at is None, "they wait as before"
    await go_on(bot)
    await bot.later(seconds=1)
    assert len(bot.slack.texts()) == 1


async def test_the_time_line_says_who_held_it(bot: Bot) -> None:
    await bot.enrol(BUYER)
    await pause(bot)
    await bot.store.write(_by_itself)
    await bot.later(hours=1)
    await go_on(bot)
    await bot.later(seconds=1)
    person = await bot.store.read(person_at, Address("slack", "U1"))
    assert person is not None
    found = await bot.store.read(timeline, bot.settings, person)
    told = [(one.code, one.facts.get("by")) for one in found.steps if one.code.startswith("wave_")]
    assert told == [("wave_paused", "npsbot"), ("wave_resumed", "an admin")]


def _by_itself(connection: Connection) -> None:
    connection.execute(update(wave_event).values(by=None))


async def test_what_is_in_a_senders_hands_goes(bot: Bot) -> None:
    bot.slack.gate = asyncio.Event()
    await bot.enrol(BUYER)
    await bot.timers.tick()
    await bot.senders["slack"].look()
    await pause(bot)
    bot.slack.gate.set()
    await bot.senders["slack"].settle()
    await bot.say("slack:U1", "2")
    await bot.work()
    assert (await bot.conversation("buyer")).score == 2, "and replies and alerts go on"
    assert len(await bot.cases()) == 1


async def test_the_days_of_who_was_asked_run_on(bot: Bot) -> None:
    await bot.start(BUYER)
    await pause(bot)
    await bot.later(days=8)
    row = await bot.conversation("buyer")
    assert (row.state, row.ending) == ("closed", "window")


async def test_a_stop_ends_a_pause(bot: Bot) -> None:
    await bot.enrol(BUYER)
    await pause(bot)
    await bot.store.write(runs.stop, "demo", str(ADMIN), bot.clock.now())
    await bot.work()
    assert (await bot.conversation("buyer")).ending == "cancelled"
    assert await go_on(bot) == ()


async def test_another_campaign_goes_on(bot: Bot) -> None:
    """And is not held up by those who wait in the paused one, however many they are."""
    await bot.enrol(*(Customer(f"c{n}", slack=f"U{n}") for n in range(5)))
    await pause(bot)
    bot.channels["slack"].limits = FAST
    await bot.store.write(_as_another)
    await bot.add(Customer("late", slack="U99"))
    await bot.start()
    assert len(bot.slack.texts()) == 1


def _as_another(connection: Connection) -> None:
    connection.execute(update(wave).values(campaign="earlier"))
