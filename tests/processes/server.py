"""A server process that can be killed: the whole bot over HTTP, on the sandbox's clock."""

import asyncio
import contextlib
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.demo.launch import MOVED, READY, Launch, move
from sandbox import AdjustableClock
from tests.processes.machine import AHEAD, QUICK

WITHIN: Final = 300.0  # real seconds to start or to move in; a few, unless the machine is busy


@dataclass
class Server:
    """One process of the bot. It ends with the tests, however these end: the end of its input ends it."""

    name: str
    port: int
    door: int  # the sandbox's port by which it calls the providers
    keys: Mapping[str, str]
    settings: Mapping[str, str]  # what overrides the demo's configuration, as NPSBOT_…
    clock: AdjustableClock
    log: Path
    contacts: Path | None = None  # to import at its first start
    quick: float = 1.0  # text messages that its number sends in a second
    ahead: float | None = (
        None  # seconds of its machine's clock, which nobody moves; None: it has the sandbox's
    )
    process: Process | None = None
    starts: int = 0
    _hearing: asyncio.Task[None] | None = field(default=None, repr=False)
    _moved: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    async def start(self) -> None:
        """Start it, and return once it takes requests."""
        self.starts += 1
        with self.log.open("ab") as log:
            process = self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.processes.machine"),
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                env=os.environ | self.settings | self._machine,
            )
        first = Launch(
            port=self.port,
            keys=dict(self.keys),
            contacts=None if self.contacts is None else str(self.contacts),
            clock=self.clock.now().isoformat(),
            monotonic=time.monotonic(),
            speed=self.clock.speed,
        )
        self.contacts = None
        self._write(first.line())
        if process.stdout is None:
            raise RuntimeError("the process has no output")
        async with asyncio.timeout(WITHIN):
            said = (await process.stdout.readline()).decode().strip()
        if said != READY:
            raise RuntimeError(f"{self.name} did not start: {self.log.read_text('utf-8')}")
        self._hearing = asyncio.create_task(self._hear(process.stdout))

    @property
    def _machine(self) -> dict[str, str]:
        return {QUICK: str(self.quick)} | ({} if self.ahead is None else {AHEAD: str(self.ahead)})

    async def move(self, ahead: float) -> None:
        """Move its clock ahead by so many seconds, and return once it is; the sandbox's is moved by
        `clock.jump`."""
        self._moved.clear()
        self._write(move(ahead, self.clock.speed))
        async with asyncio.timeout(WITHIN):
            await self._moved.wait()

    async def kill(self) -> None:
        """SIGKILL, in whatever it is doing."""
        process, self.process = self.process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if self._hearing is not None:
            await self._hearing

    def _write(self, line: bytes) -> None:
        if self.process is None or self.process.stdin is None:
            raise RuntimeError(f"{self.name} is not running")
        self.process.stdin.write(line)

    async def _hear(self, output: asyncio.StreamReader) -> None:
        while line := await output.readline():
            if line.decode().strip() == MOVED:
                self._moved.set()


def overriding(database_url: str, managers: Mapping[str, str]) -> dict[str, str]:
    """The settings of every process: one database, account managers beside the demo's own, and a start that cannot be
    undone, for which every test would wait."""
    return {
        "NPSBOT_DATABASE_URL": database_url,
        "NPSBOT_ACCOUNT_MANAGERS": json.dumps(managers),
        "NPSBOT_UNDO": "off",
    }
