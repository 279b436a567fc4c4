"""Clocks that are wrong: set back an hour, and two processes whose machines do not agree."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import outbox as messages
from bot.clock import RealClock
from bot.commands import given
from bot.sending import lease
from bot.store.clock import DatabaseClock, shared_clock
from bot.store.schema import outbox, sending
from bot.store.store import Store, open_store
from channels.base import Misconfigured, RateLimited, Unavailable
from tests.support.bot_under_test import Bot, Customer
from tests.support.databases import Databases, migrated
from tests.support.fake_channel import FakeChannel
from tests.support.manual_clock import ManualClock
from tests.support.queueing import put
from tests.support.told import told

BUYER = Customer("buyer", slack="U1", telegram="501", sms="+31612345678")


@pytest.mark.parametrize("by", [timedelta(minutes=2), timedelta(hours=1), timedelta(days=2)])
@pytest.mark.parametrize("restart", [False, True], ids=["it runs on", "it is started again"])
async def test_a_clock_set_back_holds_nothing_up(bot: Bot, by: timedelta, restart: bool) -> None:  # field E3
    await bot.start(BUYER)
    await bot.work()
    await put(bot, "made before", kind="notice")
    bot.clock.set(bot.clock.now() - by)
    if restart:
        bot = bot.restarted()
    await put(bot, "made after")
    await bot.later(seconds=6)
    assert sorted(bot.slack.texts("U5")) == ["made after", "made before"]
    await bot.say("slack:U1", "2")
    await bot.later(seconds=2)
    assert len(bot.slack.texts("UMANAGER")) == 1, "alerts too"


async def test_a_retry_waits_as_long_as_it_should(bot: Bot) -> None:  # field E3
    bot.slack.fates.append(Unavailable("busy"))
    await put(bot, "once more")
    await bot.work()
    bot.slack.fates.append(RateLimited("slower", 300))
    await bot.later(seconds=2)
    bot.clock.set(bot.clock.now() - timedelta(hours=1))
    await bot.later(seconds=6)
    assert bot.slack.texts() == []
    await bot.later(seconds=310)
    assert bot.slack.texts() == ["once more"]


async def test_a_pause_ends_in_its_time(bot: Bot) -> None:  # field E3
    bot.slack.fates.append(Misconfigured("a wrong token"))
    await put(bot, "waits")
    await bot.work()
    bot.clock.set(bot.clock.now() - timedelta(hours=1))
    for _ in range(8):
        await bot.later(seconds=10)
    assert bot.slack.texts() == ["waits"]


@pytest.mark.parametrize(
    ("ahead", "free"), [(1, False), (10, False), (14, False), (16, True), (3600, True)], ids=str
)
async def test_a_lease_further_ahead_than_its_length_counts_as_lapsed(
    bot: Bot, ahead: int, free: bool
) -> None:  # field E3
    now = bot.clock.now()
    until = now + timedelta(seconds=ahead)
    await put(bot, "one")
    await bot.store.write(
        lambda connection: connection.execute(update(outbox).values(leased_until=until)).rowcount
    )
    assert bool(await bot.store.write(messages.claim, "slack", now, 5)) is free
    await bot.store.write(lease.take, "slack", "another", now)
    await bot.store.write(lambda connection: connection.execute(update(sending).values(until=until)).rowcount)
    assert bool(await bot.store.write(lease.take, "slack", "me", now)) is free


async def test_a_command_in_work_is_taken_up_again(bot: Bot) -> None:  # field E3
    await bot.say("slack:UADMIN", "", command="nps status")
    now = bot.clock.now()
    assert await bot.store.write(given.claim, now) is not None
    assert await bot.store.write(given.claim, now) is None
    assert await bot.store.write(given.claim, now - timedelta(hours=1)) is not None


async def test_the_step_back_is_told_once(bot: Bot) -> None:  # field E3
    await put(bot, "one")
    await bot.work()
    bot.clock.set(bot.clock.now() - timedelta(hours=1))
    with told() as lines:
        for _ in range(4):
            await bot.later(seconds=6)
    backs = [line for line in lines if line["event"] == "clock.set_back"]
    assert [line["channel"] for line in backs] == list(bot.senders)
    assert all(3590 <= line["seconds"] <= 3600 for line in backs)


# ------------------------------------------------------------------------------- the database's clock


class _Off(RealClock):
    """A machine whose clock is wrong by so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)


@pytest.fixture
def shared_url(postgres_databases: Databases, room: Path) -> Iterator[str]:
    """A database that several machines can share."""
    with postgres_databases.database(room, migrated) as url:
        yield url


@pytest.fixture
async def shared(shared_url: str) -> AsyncIterator[Store]:
    """Opened."""
    opened = await open_store(shared_url)
    yield opened
    await opened.close()


async def test_machines_that_disagree_have_one_time(shared: Store) -> None:  # field E8
    clocks = [await shared_clock(shared, _Off(seconds)) for seconds in (0, 15, -3600)]
    times = [clock.now() for clock in clocks]
    assert max(times) - min(times) < timedelta(seconds=5)
    assert [_seconds(clock) for clock in clocks] == [None, 15, -3600]


def _seconds(clock: object) -> int | None:
    assert isinstance(clock, DatabaseClock)
    apart = clock.apart()
    return None if apart is None else round(apart.total_seconds())


async def test_a_change_of_the_machines_clock_changes_nothing(shared: Store) -> None:  # field E3, E8
    machine = _Off(0)
    clock = await shared_clock(shared, machine)
    before = clock.now()
    machine.seconds = -3600
    assert before <= clock.now() < before + timedelta(minutes=10)
    assert _seconds(clock) == -3600


async def test_what_is_no_real_time_on_one_machine_stays(store: Store, clock: ManualClock) -> None:
    assert await shared_clock(store, clock) is clock


async def test_two_processes_fifteen_seconds_apart_send_nothing_twice(shared: Store) -> None:  # field E8
    channels: dict[str, FakeChannel] = {}
    one, other = [
        Bot(shared, clock=await shared_clock(shared, _Off(off)), channels=channels, holder=str(off))  # type: ignore[arg-type]
        for off in (0, 15)
    ]
    one.slack.gate = asyncio.Event()  # the provider is slow, so that all are under way
    for number in range(20):
        await put(one, str(number), kind="reply")
    first, second = one.senders["slack"], other.senders["slack"]
    await first.look()
    await one.slack.began.wait()
    await second.look()
    one.slack.gate.set()
    await asyncio.gather(first.settle(), second.settle())
    await second.look()
    await second.settle()
    assert sorted(one.slack.texts(), key=int) == [str(number) for number in range(20)]
