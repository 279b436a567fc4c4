"""The sandbox's time: every wait, life span and time stamp of the stand-ins asks one clock."""

import asyncio
import contextlib
import heapq
import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the sandbox asks of a clock."""

    def now(self) -> datetime:
        """The current moment, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns once `seconds` of this clock's time have passed; at once for zero and less."""
        ...


class AdjustableClock:
    """A clock that runs at a chosen speed and can be moved ahead: real time, quick time or standing still.

    `speed` is clock seconds for each real second: 1 is real time, 60 makes an hour a minute, 0 stands still
    until `forward`. Time-outs of HTTP requests are not its business: how long a program may take to answer
    is measured in real seconds.
    """

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError("The clock's start needs a time zone; pass a datetime with tzinfo=UTC.")
        if speed < 0:
            raise ValueError("A clock cannot run backwards; give a speed of 0 or more.")
        self._base = (start or datetime.now(UTC)).astimezone(UTC)
        self._real = time.monotonic()
        self._speed = speed
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._lay_down = asyncio.Event()

    @property
    def speed(self) -> float:
        return self._speed

    def now(self) -> datetime:
        return self._base + timedelta(seconds=(time.monotonic() - self._real) * self._speed)

    def run_at(self, speed: float) -> None:
        """Goes on from the current moment at another speed."""
        if speed < 0:
            raise ValueError("A clock cannot run backwards; give a speed of 0 or more.")
        self._rebase(self.now())
        self._speed = speed
        self._arm()

    def jump(self, seconds: float) -> None:
        """Moves ahead at once; who slept past their moment wakes in the order of those moments."""
        if seconds < 0:
            raise ValueError("A clock cannot be moved back; give a number of seconds of 0 or more.")
        self._rebase(self.now() + timedelta(seconds=seconds))
        self._wake()

    @property
    def sleeping(self) -> int:
        """How many tasks wait for a later moment."""
        return sum(not sleeper.done() for *_, sleeper in self._sleepers)

    async def settled(self, count: int, patience: float) -> None:
        """Returns once as many sleep as did before a move: who woke by it has done what was due.

        Or after `patience` real seconds, where some sleep no more.
        """
        with contextlib.suppress(TimeoutError):
            await self.asleep(count, patience)

    async def forward(self, seconds: float) -> None:
        """Moves ahead from one sleeper's moment to the next, and lets each act (and sleep again) before
        going on.

        What a woken task does over the network is not waited for: only what it does without waiting happens
        at its own moment.
        """
        if seconds < 0:
            raise ValueError("A clock cannot be moved back; give a number of seconds of 0 or more.")
        goal = self.now() + timedelta(seconds=seconds)
        while True:
            self._drop_cancelled()
            if not self._sleepers or self._sleepers[0][0] > goal:
                break
            self._rebase(max(self.now(), self._sleepers[0][0]))
            self._wake()
            for _ in range(4):  # a woken sleeper, the task that awaits it, and what that one starts
                await asyncio.sleep(0)
        self._rebase(max(goal, self.now()))
        self._wake()

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeper = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now() + timedelta(seconds=seconds), next(self._order), sleeper))
        self._lay_down.set()
        self._arm()
        await sleeper

    async def asleep(self, count: int = 1, patience: float = 60.0) -> None:
        """Returns once at least `count` tasks sleep: what follows a moment is then ready for the next.

        TimeoutError after `patience` real seconds.
        """
        async with asyncio.timeout(patience):
            while self.sleeping < count:
                self._lay_down.clear()
                await self._lay_down.wait()

    def _rebase(self, moment: datetime) -> None:
        self._base, self._real = moment, time.monotonic()

    def _drop_cancelled(self) -> None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)

    def _wake(self) -> None:
        now = self.now()
        while self._sleepers and (self._sleepers[0][0] <= now or self._sleepers[0][2].done()):
            sleeper = heapq.heappop(self._sleepers)[2]
            if not sleeper.done():
                sleeper.set_result(None)
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._drop_cancelled()
        if self._sleepers and self._speed > 0:
            wait = (self._sleepers[0][0] - self.now()).total_seconds() / self._speed
            self._timer = asyncio.get_running_loop().call_later(max(wait, 0.0), self._wake)
