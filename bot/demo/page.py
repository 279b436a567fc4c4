"""The demo page: phones side by side in a browser, and the bot behind them in a process of its own."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.demo.cast import CASTS, cast, contacts_of
from bot.demo.plug import Plug
from bot.demo.ties import providers, ties
from sandbox import AdjustableClock, World


@dataclass(frozen=True, slots=True)
class Page:
    """The page as it is served, and the plug of the server behind it."""

    url: str
    plug: Plug


async def show(port: int, folder: Path, language: str = "en") -> None:
    """Serve the page until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with page(port, folder, language=language) as served:
        print(f"npsbot demo: open {served.url} in a browser. Ctrl-C ends it.", flush=True)
        await stop.wait()


@asynccontextmanager
async def page(
    port: int,
    folder: Path,
    clock: AdjustableClock | None = None,
    seed: int | None = None,
    language: str = "en",
) -> AsyncIterator[Page]:
    """Serve the page at a port (0: any) over a fresh database in `folder`, with a server that is up.

    Raises OSError where the port is taken or the server does not start.
    """
    clock = clock or AdjustableClock()
    world = World(clock=clock, seed=seed)
    who = CASTS[language]
    cast(world, who)
    tied = ties(port, folder / f"demo-{port}.db", language)
    plug = Plug(world, clock, tied, folder / f"demo-{port}.csv")
    async with providers(world, tied, server=plug):
        (folder / f"demo-{port}.csv").write_text(contacts_of(who), "utf-8")
        try:
            await plug.plug_in()
            if plug.error is not None:
                raise OSError(plug.error)
            yield Page(tied.url, plug)
        finally:
            await plug.close()
