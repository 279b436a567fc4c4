"""Child processes: the side that is measured has an interpreter of its own."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from bench.base import HERE, Build


@dataclass(frozen=True, slots=True)
class Child:
    """A server in a process of its own, at a port of this machine."""

    pid: int
    port: int

    def cpu(self) -> float:
        """Seconds of processor time that its threads have used, by the scheduler's own count."""
        threads = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((one / "schedstat").read_text().split()[0]) for one in threads) / 1e9

    def memory(self) -> float:
        """Megabytes it holds at this moment."""
        return _status(self.pid, "VmRSS")


def quiet() -> None:
    """Log nothing but errors in this process: standard output is for its result."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def peak_memory() -> float:
    """The most megabytes that this process has held. Not `ru_maxrss`, which begins at what the process held
    that started this one."""
    return _status(os.getpid(), "VmHWM")


def _status(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"the kernel does not tell {name}")


@asynccontextmanager
async def serving(module: str, *args: str, build: Build = HERE) -> AsyncIterator[Child]:
    """Run `python -m module args`, which says its port in its first line and ends when its input does."""
    process = await asyncio.create_subprocess_exec(
        *build.python("-m", module, *args),
        cwd=build.root,
        env=build.environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None  # noqa: S101 - both were asked for
    assert process.stdout is not None  # noqa: S101 - as above
    try:
        line = await process.stdout.readline()
        if not line.strip().isdigit():
            raise RuntimeError(f"python -m {module} {' '.join(args)} did not start")
        yield Child(process.pid, int(line))
    finally:
        process.stdin.close()
        await process.wait()


async def asked(module: str, *args: str) -> dict[str, Any]:
    """Run `python -m module args` and read the one JSON object that it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *args, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"python -m {module} failed with exit code {process.returncode}")
    answer: dict[str, Any] = json.loads(out)
    return answer


async def parent_gone() -> None:
    """Returns when standard input ends: whoever started this process is done with it, or dead."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass
