"""`python -m` without the seconds of importing: the program begins in a fork of a process that has imported already
what it needs. It is a process all the same, with memory, a number and an input of its own, and can be killed."""

import asyncio
import contextlib
import multiprocessing
import os
import runpy
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final

PROGRAMS: Final = (
    *("bench.server", "bench.provider", "bench.importing", "bench.starting", "bench.events", "bench.million"),
    *("bench.files", "bot", "bot.demo.server", "tests.processes.machine"),
    *("tests.support.logged_server", "tests.support.logged_talk"),
)
"""What may begin so, beside code that is given as such (`-c`). Each is asked for its output, and its errors go
into a file."""

ROOT: Final = Path(__file__).parents[2]
_ONCE_THEY_RUN: Final = ("bench.inbound", "bench.outbound", "bot.cli.demo", "bot.cli.serve", "bot.demo.page")
"""What they import besides."""
_FORKS: Final = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([*PROGRAMS, *_ONCE_THEY_RUN, "tests.support.warmed"])
_exec: Final = asyncio.create_subprocess_exec


class _Input:
    """What such a program reads."""

    def __init__(self, end: int) -> None:
        self._end: int | None = end

    def write(self, line: bytes) -> None:
        """Have it read a line, where it still lives."""
        if self._end is not None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._end, line)

    def close(self) -> None:
        """Nothing comes after this."""
        end, self._end = self._end, None
        if end is not None:
            os.close(end)


class Warm:
    """Such a program, as `asyncio.subprocess.Process` shows one."""

    def __init__(self, process: ForkServerProcess, stdin: _Input, stdout: asyncio.StreamReader) -> None:
        self._process = process
        self.stdin = stdin
        self.stdout = stdout
        self.pid = process.pid
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._loop.add_reader(process.sentinel, self._end)

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.exitcode if self._over.is_set() else None

    async def wait(self) -> int | None:
        """How it ends."""
        await self._over.wait()
        return self.returncode

    async def communicate(self) -> tuple[bytes, None]:
        """All that it says until it ends."""
        said = await self.stdout.read()
        await self.wait()
        return said, None

    def send_signal(self, signal: int) -> None:
        """As to any process."""
        if self.pid is not None and not self._over.is_set():
            os.kill(self.pid, signal)

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def _end(self) -> None:
        self._loop.remove_reader(self._process.sentinel)
        self._process.join()
        self.stdin.close()
        self._over.set()


async def create_subprocess_exec(*words: str, cwd: Path = ROOT, **more: Any) -> Any:
    """In the place of asyncio's own: code and `PROGRAMS` begin warm, and everything else as ever."""
    python, how, what = words[:3]
    if python == sys.executable and cwd == ROOT and (how == "-c" or (how == "-m" and what in PROGRAMS)):
        return await _begin(words[1:], more.get("stderr"), more.get("env"))
    return await _exec(*words, cwd=cwd, **more)


async def _begin(words: Sequence[str], errors: Any, env: Mapping[str, str] | None) -> Warm:
    reads, writes = os.pipe()
    hears, says = os.pipe()
    tells = (
        os.open(os.devnull, os.O_WRONLY) if errors == DEVNULL else os.dup(errors.fileno() if errors else 2)
    )
    ends = (
        Connection(reads, writable=False),
        Connection(says, readable=False),
        Connection(tells, readable=False),
    )
    process = _FORKS.Process(target=_become, args=(words, ends, dict(os.environ if env is None else env)))
    process.start()
    for end in ends:
        end.close()
    output = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(output), os.fdopen(hears, "rb", 0)
    )
    return Warm(process, _Input(writes), output)


def _become(words: Sequence[str], ends: Sequence[Connection], env: Mapping[str, str]) -> None:
    """In the fork: be the program."""
    os.setsid()
    os.environ.clear()
    os.environ.update(env)
    for number, end in enumerate(ends):
        os.dup2(end.fileno(), number)
        end.close()
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in enumerate("rww"))
    how, what, *asked = words
    sys.argv = [how if how == "-c" else what, *asked]
    if how == "-c":
        exec(what, {"__name__": "__main__"})  # noqa: S102 - of a test
        return
    program = f"{what}.__main__" if hasattr(sys.modules[what], "__path__") else what
    sys.modules.pop(program, None)
    runpy.run_module(program, run_name="__main__", alter_sys=True)
