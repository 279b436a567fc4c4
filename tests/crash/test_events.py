"""The process stops at its n-th call of the database, for every n, between an event and the question after it.

Whatever the moment: each event is kept once, each customer is asked once, about the newest, in one wave.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, func, select, text

from bot.config.settings import Settings
from bot.people.event_intake import take_events
from bot.people.events import CustomerEvent, event_of
from bot.reports.tallies import prove
from bot.sending.touchpoints import Touchpoints
from bot.store.schema import conversation, customer_event, metadata, touchpoint, wave
from bot.store.store import Store
from tests.support.bot_under_test import Bot, settings_of
from tests.support.boundaries import Call, Crash, Fault, Plug, PluggedStore, expect_crashes
from tests.support.campaign_world import NOW, Someone, add

DAY = timedelta(days=1)
SETTINGS = settings_of(
    campaigns={
        "after": {"send_between": "always", "on": {"event": "done", "wait": "3 days"}},
        "renewal": {
            "send_between": "always",
            "every": 0,
            "on": {"attribute": "renewal", "before": "60 days"},
        },
    }
)
EVENTS = (
    event_of("c1", "done", NOW, {"project": "Roof"}, "e1"),
    event_of("c1", "done", NOW + DAY, {"project": "Wall"}, "e2"),
    event_of("c2", "done", NOW, {"project": "Door"}, "e3"),
)
_FAULTS: tuple[Fault, ...] = ("crash before", "crash inside", "crash after")


@dataclass(slots=True)
class Life:
    """Events sent by a sender that sends them again until it has an answer, and the days that follow."""

    database: Store
    settings: Settings = SETTINGS
    at: int | None = None
    fault: Fault | None = None
    calls: list[Call] = field(default_factory=list)
    crashes: int = 0

    def _fate(self, call: Call) -> Fault | None:
        self.calls.append(call)
        return self.fault if len(self.calls) - 1 == self.at else None

    async def live(self) -> None:
        process = self._process()
        for days, events in ((1, EVENTS), (3, ()), (4, ()), (5, ())):
            done = False
            while not done:
                try:
                    await self._day(process, days, events)
                    done = True
                except Crash:
                    self.crashes += 1
                    process = self._process()

    def _process(self) -> PluggedStore:
        return PluggedStore(self.database, Plug(self._fate))

    async def _day(self, store: Store, days: int, events: tuple[CustomerEvent, ...]) -> None:
        now = NOW + days * DAY
        if events:
            answers = await take_events(store, self.settings, events, lambda: now)
            assert {one.outcome for one in answers} <= {"taken", "known"}
        step = Touchpoints(store, Bot(self.database, self.settings).context)
        for _ in range(3):
            await step.step(now)


def _left(connection: Connection) -> list[object]:
    """What must be the same, whenever the process stopped."""
    asked = select(wave.c.plan, conversation.c.contact_id, conversation.c.state, conversation.c.about).join(
        wave, wave.c.id == conversation.c.wave_id
    )
    ends = select(touchpoint.c.campaign, customer_event.c.key, touchpoint.c.outcome).join(
        customer_event, customer_event.c.id == touchpoint.c.event_id
    )
    return [
        sorted(map(str, connection.execute(asked))),
        sorted(map(str, connection.execute(ends))),
        connection.scalar(select(func.count()).select_from(customer_event)),
        prove(connection),
    ]


def _empty(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        return
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


async def _people(store: Store) -> None:
    await store.write(_empty)
    renewal = {"renewal": str((NOW + 62 * DAY).date())}
    await add(
        store,
        Someone("c1", slack="U1"),
        Someone("c2", slack="U2"),
        Someone("c3", slack="U3", attributes=renewal),
    )


async def test_a_stop_anywhere_loses_and_doubles_no_question(store: Store) -> None:
    expect_crashes(asyncio.get_running_loop())
    await _people(store)
    usual = Life(store)
    await usual.live()
    whole = await store.read(_left)
    assert [line.count("waiting") for line in whole[0]] == [1, 1, 1]  # type: ignore[attr-defined]
    assert whole[2:] == [4, []]
    every = 1 if store.url.get_backend_name() == "sqlite" else 5
    points = [(at, fault) for at in range(len(usual.calls)) for fault in _FAULTS]
    for at, fault in points[::every]:
        if fault == "crash inside" and usual.calls[at].kind != "write":
            continue
        await _people(store)
        life = Life(store, at=at, fault=fault)
        await life.live()
        where = f"{fault} call {at}, {usual.calls[at]}"
        assert life.crashes == 1, where
        assert await store.read(_left) == whole, where
