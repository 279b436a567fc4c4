"""`python -m bot.demo.server`: the demo's bot as a process of its own, so that it can be killed.

Its standard input is the demo: the first line says all that it needs (`Launch`), each further one moves its
clock, and the end of the input is the end of the demo, however that came. On standard output it says READY
once it takes requests, and MOVED after each move of the clock; what that makes due is done before the next.
"""

import asyncio
import gc
import json
import signal
import sys
from pathlib import Path
from typing import Final

import uvloop

from bot.app import running
from bot.clock import Clock
from bot.config.settings import ConfigError
from bot.demo.launch import MOVED, READY, Launch
from bot.demo.ties import HOST, settings_of
from bot.logs import set_up_logs
from bot.people.importing import import_contacts
from bot.store.migrate import SchemaError
from bot.store.store import StoreError
from bot.web.listening import listening
from sandbox import AdjustableClock

SETTLES_WITHIN: Final = 1.0  # seconds for what a move of the clock made due


async def serve(machine: Clock | None = None) -> None:
    """Serve until the demo is gone, or a SIGTERM; by a clock that the demo moves, or by the `machine`'s."""
    orders = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    first = await orders.readline()
    if not first:
        return
    start = Launch.read(first)
    clock = machine or AdjustableClock(start.now(), start.speed)
    obeying = asyncio.create_task(_obey(orders, clock))
    loop.add_signal_handler(signal.SIGTERM, obeying.cancel)
    settings = settings_of("demo.yaml", start.keys)
    async with running(settings, clock) as app:
        if start.contacts is not None:
            await import_contacts(app.store, Path(start.contacts), settings, clock.now())
        async with listening(app.asgi, HOST, start.port, app.ending) as bound:
            app.context.here = f"http://{HOST}:{bound}"
            print(READY, flush=True)
            await asyncio.wait((obeying,))


async def _obey(orders: asyncio.StreamReader, clock: Clock) -> None:
    """Move the clock as the demo says, where it can be moved, until there is no demo any more."""
    while line := await orders.readline():
        if not isinstance(clock, AdjustableClock):
            continue
        order = json.loads(line)
        clock.run_at(order["speed"])
        sleeping = clock.sleeping
        clock.jump(order["ahead"])
        print(MOVED, flush=True)
        await clock.settled(sleeping, SETTLES_WITHIN)


def main(machine: Clock | None = None) -> None:
    """Serve in a process of its own; see `serve`."""
    set_up_logs("console", "warning")
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(machine))
    except ConfigError as error:
        sys.exit("\n".join(error.problems))
    except (StoreError, SchemaError, OSError) as error:
        sys.exit(str(error))
    finally:
        gc.freeze()  # as in bot.__main__: who pressed Ctrl-C waits for the end of this process


if __name__ == "__main__":
    main()
