"""The one clock: every time stamp, wait and deadline of the bot asks it, so that tests and the demo can."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current moment, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return once so many seconds of this clock have passed."""
        ...


class RealClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


async def wait(clock: Clock, wake: asyncio.Event, seconds: float) -> None:
    """Return when `wake` is set, and clear it, or once so many seconds have passed."""
    if not wake.is_set() and seconds > 0:
        sleeping = asyncio.ensure_future(clock.sleep(seconds))
        waking = asyncio.ensure_future(wake.wait())
        try:
            await asyncio.wait((sleeping, waking), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sleeping, waking):
                task.cancel()
            # Gathered, and not awaited each with its CancelledError let go: that would swallow ours too, where
            # somebody cancels us at this moment, and whoever waits for our end would wait for ever.
            await asyncio.gather(sleeping, waking, return_exceptions=True)
    wake.clear()


class Steady:
    """Seconds by a clock that never go back. Where it is set back they go on from there, and what was to last a
    second lasts one, not an hour and a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.now()
        self._seconds = 0.0

    def __call__(self) -> float:
        now = self._clock.now()
        self._seconds += max(0.0, (now - self._last).total_seconds())
        self._last = now
        return self._seconds
