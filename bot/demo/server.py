"""`python -m bot.demo.server`: the demo's bot as a process of its own, so that it can be killed.

Its standard input is the demo: the first line says all that it needs (`Start`), each further one moves its
clock, and the end of the input is the end of the demo, however that came. On standard output it says READY
once it takes requests, and MOVED after each move of the clock.
"""

import asyncio
import gc
import json
import signal
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self

import uvloop

from bot.app import running
from bot.config.settings import ConfigError
from bot.demo.ties import HOST, settings_of
from bot.logs import set_up_logs
from bot.people.importing import import_contacts
from bot.store.migrate import SchemaError
from bot.store.store import StoreError
from bot.web.listening import listening
from sandbox import AdjustableClock

READY: Final = "ready"
MOVED: Final = "moved"


@dataclass(frozen=True, slots=True)
class Launch:
    """The first line."""

    port: int
    keys: dict[str, str]
    contacts: str | None  # a CSV file to import first
    clock: str  # the sandbox's moment, in ISO 8601 …
    monotonic: float  # … at this reading of the machine's monotonic clock, which all its processes share
    speed: float

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Self:
        return cls(**json.loads(line))

    def now(self) -> datetime:
        """The sandbox's moment, now."""
        passed = timedelta(seconds=(time.monotonic() - self.monotonic) * self.speed)
        return datetime.fromisoformat(self.clock) + passed


def move(ahead: float, speed: float) -> bytes:
    """The line that moves the clock ahead by so many seconds and gives it a speed."""
    return json.dumps({"ahead": ahead, "speed": speed}).encode() + b"\n"


async def serve() -> None:
    """Serve until the demo is gone, or a SIGTERM."""
    orders = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    first = await orders.readline()
    if not first:
        return
    start = Launch.read(first)
    clock = AdjustableClock(start.now(), start.speed)
    obeying = asyncio.create_task(_obey(orders, clock))
    loop.add_signal_handler(signal.SIGTERM, obeying.cancel)
    settings = settings_of("demo.yaml", start.keys)
    async with running(settings, clock) as app:
        if start.contacts is not None:
            await import_contacts(app.store, Path(start.contacts), settings, clock.now())
        async with listening(app.asgi, HOST, start.port):
            print(READY, flush=True)
            await asyncio.wait((obeying,))


async def _obey(orders: asyncio.StreamReader, clock: AdjustableClock) -> None:
    """Move the clock as the demo says, until there is no demo any more."""
    while line := await orders.readline():
        order = json.loads(line)
        clock.run_at(order["speed"])
        clock.jump(order["ahead"])
        print(MOVED, flush=True)


if __name__ == "__main__":
    set_up_logs("console", "warning")
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve())
    except ConfigError as error:
        sys.exit("\n".join(error.problems))
    except (StoreError, SchemaError, OSError) as error:
        sys.exit(str(error))
    finally:
        gc.freeze()  # as in bot.__main__: who pressed Ctrl-C waits for the end of this process
