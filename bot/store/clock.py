"""The database's time, for all processes that share one PostgreSQL.

Leases are promises between processes, so one clock must measure them: by clocks 15 seconds apart each takes the
other's for lapsed, and everything goes twice. Between two looks the machine's monotonic seconds carry the time on,
so that a change of the machine's clock changes nothing. SQLite is one machine, which has one clock.
"""

import time
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection, text

from bot.clock import Clock, RealClock
from bot.logs import Failures
from bot.store.store import Store

log = structlog.get_logger()

EVERY: Final = 20.0  # seconds between two looks
APART: Final = timedelta(seconds=2)  # of the two clocks, from which on it is told

_NOW: Final = text("SELECT clock_timestamp()")


class DatabaseClock(RealClock):
    """Goes by the database's clock from its first `look` on."""

    name = "clock"

    def __init__(self, store: Store, machine: Clock) -> None:
        self._store, self._machine = store, machine
        self._at = machine.now()
        self._since = time.monotonic()
        self._told = False

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._since)

    async def look(self) -> None:
        """Ask the database what time it is."""
        asked = time.monotonic()
        at = await self._store.read(_time)
        came = time.monotonic()
        self._at, self._since = at, (asked + came) / 2  # it was that time somewhere between the two
        apart = self.apart()
        if (apart is not None) != self._told:
            self._told = apart is not None
            log.warning("clock.differs", seconds=round((apart or timedelta()).total_seconds()))

    def apart(self) -> timedelta | None:
        """How far this machine's clock is ahead of the database's; None where they agree."""
        ahead = self._machine.now() - self.now()
        return ahead if abs(ahead) > APART else None

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        failures = Failures("clock.failed", self.name)
        while True:
            await self.sleep(EVERY)
            with failures.survived():  # the time that is known goes on
                await self.look()


async def shared_clock(store: Store, machine: Clock) -> Clock:
    """The clock of a process: the database's where processes of several machines may share it and `machine` is
    real time, else `machine` itself (SQLite, and a clock that a test or the demo moves)."""
    if store.url.get_backend_name() != "postgresql" or not isinstance(machine, RealClock):
        return machine
    clock = DatabaseClock(store, machine)
    await clock.look()
    return clock


def _time(connection: Connection) -> datetime:
    moment: datetime = connection.execute(_NOW).scalar_one()
    return moment
