"""A schedule under crashes, jumps of the clock, restarts and a second process: no start is lost or comes twice."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text

from bot.campaigns.schedules import upcoming
from bot.config.settings import Settings
from bot.context import Context
from bot.sending.planner import Planner
from bot.store.schema import metadata, occurrence, outbox, wave
from bot.store.store import Store
from tests.support.bot_under_test import languages
from tests.support.boundaries import Call, Crash, Fault, Plug, PluggedStore, expect_crashes
from tests.support.campaign_world import ADMIN, LIMITS, settings_of
from tests.support.inline import open_inline
from tests.support.manual_clock import ManualClock

BEGINS: Final = datetime(2026, 3, 5, 12, tzinfo=UTC)
WEEKLY: Final = "every week from 2026-03-09 10:00"
FAULTS: Final[dict[str, tuple[Fault, ...]]] = {
    "write": ("crash inside", "crash after"),
    "read": ("crash after",),
}


@cache
def company() -> Settings:
    return settings_of({"spring": {"schedule": WEEKLY}}, on=("slack", "telegram"))


@pytest.fixture
async def quick(migrated_url: str) -> AsyncIterator[Store]:
    opened = await open_inline(migrated_url)
    yield opened
    await opened.close()


def _empty(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        return
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


@dataclass(slots=True)
class Office:
    """Processes that plan over one database, one of which may stop at a call."""

    database: Store
    clock: ManualClock = field(default_factory=lambda: ManualClock(BEGINS))
    plug_at: int | None = None
    fault: Fault | None = None
    calls: list[Call] = field(default_factory=list)
    crashes: int = 0
    planners: list[Planner] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.planners = [self._started(), self._started()]

    def _started(self) -> Planner:
        store = PluggedStore(self.database, Plug(self._fate))
        return Planner(store, Context(company(), languages(), LIMITS), self.clock)

    def _fate(self, call: Call) -> Fault | None:
        self.calls.append(call)
        return self.fault if len(self.calls) - 1 == self.plug_at else None

    async def at(self, now: datetime) -> None:
        """Both look, at this moment; whoever stops is started again and looks once more."""
        self.clock.set(now)
        for place in (0, 1):
            try:
                await self.planners[place].tick()
            except Crash:
                self.crashes += 1
                self.restart(place)
                await self.planners[place].tick()

    def restart(self, place: int) -> None:
        self.planners[place] = self._started()


@dataclass(frozen=True, slots=True)
class Left:
    """What stands in the end: what became of each day, the keys of the waves, and how often each was told."""

    became: dict[date, str]
    waves: tuple[str, ...]
    told: Counter[str]


async def left(store: Store) -> Left:
    def read(connection: Connection) -> Left:
        starts = connection.execute(select(occurrence.c.turn, occurrence.c.state)).all()
        notices = connection.scalars(select(outbox.c.dedupe_key).where(outbox.c.address == ADMIN.id))
        return Left(
            {row.turn: row.state for row in starts},
            tuple(connection.scalars(select(wave.c.plan).order_by(wave.c.plan))),
            Counter(re.sub(r"(\d{4}-\d\d-\d\d):.*:ahead", r"\1:ahead", key) for key in notices),
        )

    return await store.read(read)


async def _weeks(store: Store, at: int | None = None, fault: Fault | None = None) -> tuple[Office, Left]:
    """A start that is told of and takes place, and one that is missed while nobody was there."""
    expect_crashes(asyncio.get_running_loop())
    await store.write(_empty)
    office = Office(store, plug_at=at, fault=fault)
    for days in (0, 3.0, 4.0, 4.0, 13.5):
        await office.at(BEGINS + timedelta(days=days))
    return office, await left(store)


async def test_a_stop_anywhere_loses_and_doubles_no_start(quick: Store) -> None:
    office, whole = await _weeks(quick)
    assert whole.became == {
        date(2026, 3, 9): "started",
        date(2026, 3, 16): "missed",
        date(2026, 3, 23): "waiting",
    }
    assert len(whole.told) == 3
    every = 1 if quick.url.get_backend_name() == "sqlite" else 4
    points = [(at, fault) for at, call in enumerate(office.calls) for fault in FAULTS[call.kind]]
    for at, fault in points[::every]:
        crashed, found = await _weeks(quick, at, fault)
        assert crashed.crashes == 1, (at, fault)
        assert found == whole, (at, fault, crashed.calls[at])


MOVES = st.lists(
    st.tuples(
        st.timedeltas(timedelta(days=-4), timedelta(days=9)),  # what the clock does
        st.sampled_from(["", "first", "second"]),  # who is started anew
        st.one_of(st.none(), st.integers(0, 12)),  # at which call from now on somebody stops
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES)
def test_whatever_clocks_and_processes_do_no_start_is_lost_or_doubled(
    migrated_url: str, moves: list[tuple[timedelta, str, int | None]]
) -> None:
    asyncio.run(_held(migrated_url, moves))


async def test_a_start_that_is_planned_anew_is_told_of_once(quick: Store) -> None:
    """A clock that is set back has an earlier start wait again, and the one that was told of is made anew."""
    to_and_fro = ((3, ""), (4, ""), (-3.5, "second"), (3.5, ""))
    await _hold(quick, [(timedelta(days=days), anew, None) for days, anew in to_and_fro])


async def _held(url: str, moves: list[tuple[timedelta, str, int | None]]) -> None:
    store = await open_inline(url)
    try:
        await _hold(store, moves)
    finally:
        await store.close()


async def _hold(store: Store, moves: list[tuple[timedelta, str, int | None]]) -> None:
    expect_crashes(asyncio.get_running_loop())
    await store.write(_empty)
    office = Office(store, fault="crash after")
    now = BEGINS
    await office.at(now)
    before: set[date] = set()
    for move, anew, stops in moves:
        now += move
        if anew:
            office.restart(("first", "second").index(anew))
        office.plug_at = None if stops is None else len(office.calls) + stops
        await office.at(now)
        found = await left(store)
        started = {day for day, state in found.became.items() if state == "started"}
        assert before <= started, "what started stays so"
        assert len(found.waves) == len(started) == len(set(found.waves))
        assert max(found.told.values(), default=1) == 1
        due = {day for day, at in _turns() if at <= now}
        settled = {day for day, state in found.became.items() if state in ("started", "missed")}
        assert due <= settled, "no start is lost"
        ahead = {day for day, at in _turns() if at > now}
        assert not {day for day in settled & ahead if found.became[day] == "missed"}, (
            "what is to come is not missed"
        )
        waits = [day for day, state in found.became.items() if state == "waiting"]
        assert waits, "the next one waits"
        assert min(waits) == min(ahead - settled)
        before = started


@cache
def _turns() -> tuple[tuple[date, datetime], ...]:
    rhythm = company().campaigns["spring"].schedule
    assert rhythm is not None
    each = upcoming(company(), "spring", rhythm, BEGINS)
    return tuple((one.turn, one.at) for one, _ in zip(each, range(30), strict=False))
