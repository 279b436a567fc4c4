"""The plug of the demo's server: pulling it is SIGKILL, plugging it in again is a new process."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any, Final, Literal

from bot.demo.launch import MOVED, READY, Launch, move
from bot.demo.ties import Ties
from sandbox import AdjustableClock, World

STARTS_WITHIN: Final = (
    120.0  # seconds; a very busy machine needs forty, and of one that ended we hear at once
)
MOVES_WITHIN: Final = 2.0
STOPS_WITHIN: Final = 3.0  # seconds for what is under way when the demo ends

PlugState = Literal["up", "down", "starting"]


class Plug:
    """The server, as the page can switch it off and on; see `sandbox.Server`.

    It never outlives the demo: the end of its standard input ends it, even where the demo itself was killed.
    """

    def __init__(self, world: World, clock: AdjustableClock, ties: Ties, contacts: Path) -> None:
        self._world, self._clock, self._ties = world, clock, ties
        self._contacts: Path | None = contacts  # until the first start has imported them
        self._process: Process | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()
        self._turn = asyncio.Lock()
        self.state: PlugState = "down"
        self.seconds: float | None = None
        self.error: str | None = None

    def as_json(self) -> dict[str, Any]:
        pid = None if self._process is None else self._process.pid
        return {"state": self.state, "pid": pid, "seconds": self.seconds, "error": self.error}

    async def plug_in(self) -> None:
        async with self._turn:
            if self.state == "up":
                return
            await self._end()
            began = time.monotonic()
            self._tell("starting")
            if await self._starts():
                self._contacts = None
                self._tell("up", seconds=round(time.monotonic() - began, 1))
            else:
                await self._end()
                self._tell("down", error="The server did not start; the demo's terminal says why.")

    async def pull(self) -> None:
        async with self._turn:
            self.state = "down"  # so that its end comes as no surprise
            await self._end()
            self._tell("down")

    async def set_clock(self, ahead: float, speed: float) -> None:
        if self.state == "down" or self._process is None or self._process.stdin is None:
            return
        self._moved.clear()
        self._process.stdin.write(move(ahead, speed))
        if self.state == "up":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), MOVES_WITHIN)

    async def close(self) -> None:
        """Let it finish what is under way, and end it."""
        async with self._turn:
            self.state = "down"
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._process.wait(), STOPS_WITHIN)
            await self._end()

    async def _starts(self) -> bool:
        """Start a process; whether it takes requests."""
        # In a session of its own a Ctrl-C in the terminal is the demo's alone, which then ends the server.
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.demo.server", stdin=PIPE, stdout=PIPE, start_new_session=True
        )
        started: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._hearing = asyncio.create_task(self._hear(process, started))
        start = Launch(
            port=self._ties.bot_port,
            keys=dict(self._ties.keys),
            contacts=None if self._contacts is None else str(self._contacts),
            clock=self._clock.now().isoformat(),
            monotonic=time.monotonic(),
            speed=self._clock.speed,
        )
        if process.stdin is not None:
            process.stdin.write(start.line())
        done, _ = await asyncio.wait((started,), timeout=STARTS_WITHIN)
        return bool(done) and started.result()

    async def _hear(self, process: Process, started: asyncio.Future[bool]) -> None:
        """Take note of what the server says; it falls silent when it ends."""
        while process.stdout is not None and (line := await process.stdout.readline()):
            match line.decode().strip():
                case word if word == READY:
                    started.set_result(True)
                case word if word == MOVED:
                    self._moved.set()
        if not started.done():
            started.set_result(False)
        elif self.state == "up":
            self._tell("down", error="The server ended by itself; the demo's terminal says why.")

    async def _end(self) -> None:
        """Kill it, where there is one, and see to it that it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            # Not process.kill(): it looks first whether the process has ended, and so takes its exit code from
            # the watcher that waits for it.
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        if self._hearing is not None:
            await self._hearing

    def _tell(self, state: PlugState, *, seconds: float | None = None, error: str | None = None) -> None:
        self.state, self.seconds, self.error = state, seconds, error
        self._world.phones.feed.publish({"server": self.as_json()})
