"""The one clock: every time stamp, wait and deadline of the bot asks it, so that tests and the demo can."""

import asyncio
import contextlib
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
                with contextlib.suppress(asyncio.CancelledError):
                    await task
    wake.clear()
