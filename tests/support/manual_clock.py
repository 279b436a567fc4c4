"""A clock that stands still until a test moves it."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # 11:00 in Amsterdam, no holiday


class ManualClock:
    """Whoever sleeps on it wakes when it is moved on far enough, and never by real time."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waking = asyncio.get_running_loop().create_future()
        sleeper = (self._now + timedelta(seconds=seconds), waking)
        self._sleepers.append(sleeper)
        try:
            await waking
        finally:  # also of whoever was woken by something else
            with suppress(ValueError):
                self._sleepers.remove(sleeper)

    def advance(self, **by: float) -> datetime:
        """Move on by so many days, hours, … and wake whose time has come; the new time."""
        return self.set(self._now + timedelta(**by))

    def set(self, now: datetime) -> datetime:
        self._now = now
        due = [waking for at, waking in self._sleepers if at <= now]
        self._sleepers = [(at, waking) for at, waking in self._sleepers if at > now]
        for waking in due:
            if not waking.done():
                waking.set_result(None)
        return now
