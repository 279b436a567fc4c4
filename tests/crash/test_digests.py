"""Digests under crashes and a second process: none is lost, none comes twice, and what was told is noted with it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from sqlalchemy import Connection, select

from bot.config.settings import Settings
from bot.context import Context
from bot.sending.digesting import Digesting
from bot.store.schema import digest_reader, digested, outbox
from bot.store.store import Store
from tests.crash.test_planned_starts import _empty
from tests.support.bot_under_test import Bot, Customer, languages, settings_of
from tests.support.boundaries import Call, Crash, Fault, Plug, PluggedStore, expect_crashes
from tests.support.inline import open_inline
from tests.support.manual_clock import ManualClock

FAULTS: Final[dict[str, tuple[Fault, ...]]] = {
    "write": ("crash inside", "crash after"),
    "read": ("crash after",),
}
PEOPLE: Final = [Customer(f"C{n}", slack=f"U{n}", account=f"Account {n % 3}") for n in range(11)]
TIMES: Final = (  # a Monday on which it is told, one without news, and the first of a month with the page for the board
    datetime(2026, 3, 9, 8, tzinfo=UTC),
    datetime(2026, 3, 16, 8, tzinfo=UTC),
    datetime(2026, 4, 1, 8, tzinfo=UTC),
)


def rules() -> Settings:
    return settings_of(digest={"managers": "weekly", "admins": "monthly", "at": "09:00"})


@pytest.fixture
async def quick(migrated_url: str) -> AsyncIterator[Store]:
    opened = await open_inline(migrated_url)
    yield opened
    await opened.close()


@dataclass(slots=True)
class Office:
    """Two processes that make digests over one database, one of which may stop at a call."""

    database: Store
    clock: ManualClock
    context: Context
    plug_at: int | None = None
    fault: Fault | None = None
    calls: list[Call] = field(default_factory=list)
    crashes: int = 0

    def _fate(self, call: Call) -> Fault | None:
        self.calls.append(call)
        return self.fault if len(self.calls) - 1 == self.plug_at else None

    def process(self) -> Digesting:
        return Digesting(PluggedStore(self.database, Plug(self._fate)), self.context, self.clock)

    async def at(self, now: datetime) -> None:
        """Both look at this moment; whoever stops is started again and looks once more."""
        self.clock.set(now)
        for _ in range(2):
            try:
                await self.process().look()
            except Crash:
                self.crashes += 1
                await self.process().look()


async def left(store: Store) -> Any:
    """What stands in the end: each digest, what each told, and how far every reader was told."""

    def read(connection: Connection) -> Any:
        queued = select(outbox.c.dedupe_key, outbox.c.address).where(outbox.c.kind == "digest")
        marks = select(digested.c.conversation_id, digested.c.score, digested.c.fresh, digested.c.characters)
        readers = select(
            digest_reader.c.address,
            digest_reader.c.subject,
            digest_reader.c.since,
            digest_reader.c.looked,
            digest_reader.c.quiet,
        )
        return tuple(
            sorted(tuple(row) for row in connection.execute(each)) for each in (queued, marks, readers)
        )

    return await store.read(read)


async def _weeks(store: Store, at: int | None = None, fault: Fault | None = None) -> tuple[Office, Any]:
    expect_crashes(asyncio.get_running_loop())
    await store.write(_empty)
    clock = ManualClock()
    bot = Bot(store, rules(), clock)
    await bot.start(*PEOPLE)
    for number, one in enumerate(PEOPLE):
        await bot.say(f"slack:{one.slack}", str(10 - number % 5))
    office = Office(store, clock, Context(bot.settings, languages(), bot.context.limits), at, fault)
    for now in TIMES:
        await office.at(now)
    return office, await left(store)


async def test_a_stop_anywhere_loses_and_doubles_no_digest(quick: Store) -> None:
    office, whole = await _weeks(quick)
    queued, marks, _ = whole
    assert len(queued) == 3, "of the customers to the manager, and of the board to two admins"
    assert len(marks) == len(PEOPLE)
    tried = 6 if quick.url.get_backend_name() == "sqlite" else 2
    points = [(at, fault) for at, call in enumerate(office.calls) for fault in FAULTS[call.kind]]
    for at, fault in points[:: len(points) // tried]:
        crashed, found = await _weeks(quick, at, fault)
        assert crashed.crashes == 1, (at, fault)
        assert found == whole, (at, fault, crashed.calls[at])
