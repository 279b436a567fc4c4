"""A wave with all that happens to it by itself: the first minute, a share first, a question that is refused, reminders.
The process stops at its n-th call of the database or of a provider; another goes on."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Connection, func, select

from bot.campaigns import planning, runs
from bot.store.schema import metadata, outbox
from bot.store.store import Store
from channels.base import Address, Rejected
from tests.support.bot_under_test import Customer, add_customers, settings_of
from tests.support.boundaries import Call, Crash, Fault, Plug, PluggedStore, expect_crashes
from tests.support.fake_channel import FAST, SMS, FakeChannel
from tests.support.manual_clock import ManualClock
from tests.support.process import Process

PEOPLE = 5
CAMPAIGN = {
    "send_between": "always",
    "every": 0,
    "window": 3,
    "channels": ["sms", "slack"],
    "canary": {"share": "1%", "at_least": 3, "wait": "1h"},
    "reminder": 1,
    "fallback": True,
}
_EVERY = {"sqlite": 19, "postgresql": 131}
_FAULTS: tuple[Fault, ...] = ("crash before", "crash inside", "crash after")


def _idle(connection: Connection) -> bool:
    return connection.scalar(select(func.count()).where(outbox.c.state == "queued")) == 0


def _leased(connection: Connection) -> int:
    leased = outbox.c.leased_until.is_not(None)
    return connection.scalar(select(func.count()).where(outbox.c.state == "queued", leased)) or 0


@dataclass
class Course:
    """A wave from its start to its end, in a process that stops at one call."""

    database: Store
    plug_at: int | None = None
    fault: Fault = "crash after"
    clock: ManualClock = field(default_factory=ManualClock)
    calls: int = 0
    crashed: bool = False
    in_doubt: int = 0  # messages that were leased when the process stopped

    def __post_init__(self) -> None:
        self.providers = {
            "sms": FakeChannel("sms", SMS, can_find=True),
            "slack": FakeChannel("slack", FAST),
        }
        self.providers["sms"].fates.append(Rejected("no such number"))
        self.process = self._started("one")

    def _started(self, holder: str) -> Process:
        plug = Plug(self._fate)
        settings = settings_of(undo="60s", campaigns={"demo": CAMPAIGN})
        return Process(PluggedStore(self.database, plug), plug, settings, self.providers, self.clock, holder)

    def _fate(self, call: Call) -> Fault | None:
        self.calls += 1
        return self.fault if self.calls - 1 == self.plug_at and not self.crashed else None

    async def hold(self) -> None:
        """Start the wave, and let four days pass."""
        people = (Customer(f"c{n}", sms=f"+3161234567{n}", slack=f"U{n}") for n in range(PEOPLE))
        await self.database.write(add_customers, tuple(people))
        settings, limits = self.process.context.settings, self.process.context.limits
        plan = await planning.plan_wave(self.database, settings, "demo", limits, self.clock.now(), "admin")
        await runs.confirm(self.database, settings, plan.token, "admin", self.clock.now)
        for minutes in (0, 2, 2, 59, 2, 30, 23 * 60, 60, 24 * 60, 24 * 60):
            self.clock.advance(minutes=minutes)
            await self._work()

    async def _work(self) -> None:
        for _ in range(40):
            try:
                await self.process.work()
            except Crash:
                self.crashed = True
                self.in_doubt = await self.database.read(_leased)
                self.process = self._started("two")
            else:
                if await self.database.read(_idle):
                    return
            self.clock.advance(seconds=5)
        raise AssertionError("the bot does not come to rest")


@pytest.mark.parametrize("fault", _FAULTS)
async def test_a_wave_goes_its_way_whatever_the_moment(store: Store, fault: Fault) -> None:
    expect_crashes(asyncio.get_running_loop())
    usual = Course(store)
    await usual.hold()
    _holds(await _told(usual), usual)
    for at in range(_FAULTS.index(fault), usual.calls, _EVERY[store.url.get_backend_name()]):
        await store.write(_empty)
        course = Course(store, at, fault)
        await course.hold()
        try:
            _holds(await _told(course), course)
        except AssertionError as error:
            raise AssertionError(f"after {fault} at call {at}") from error


def _empty(connection: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


async def _told(course: Course) -> list[tuple[str, str, str]]:
    """What each customer was sent: the channel, their address, and whether it was a question or its reminder."""
    return [
        (
            name,
            one.address.id,
            "reminder" if "eminder" in "".join(span.text for span in one.body) else "question",
        )
        for name, provider in course.providers.items()
        for one in provider.taken
        if one.address.id.startswith(("+31612345", "U")) and one.address != Address("slack", "UADMIN")
    ]


def _holds(told: list[tuple[str, str, str]], course: Course) -> None:
    """Nobody twice, and nobody in silence but where a message in a chat was in doubt."""
    assert max(Counter(told).values()) == 1, "nobody is told the same twice"
    persons = Counter((at[-1], what) for _, at, what in told)
    assert max(persons.values()) == 1, "nor on two channels"
    questions = {who for who, what in persons if what == "question"}
    reminded = {who for who, what in persons if what == "reminder"}
    assert len(questions) >= PEOPLE - course.in_doubt
    assert len(reminded) >= PEOPLE - course.in_doubt
