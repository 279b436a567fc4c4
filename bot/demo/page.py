"""The demo page: phones side by side in a browser, and the bot behind them."""

import asyncio
import signal
from pathlib import Path

from bot.demo.cast import CONTACTS, cast
from bot.demo.stage import stage
from channels.sandbox import World


async def show(port: int, folder: Path) -> None:
    """Serve the page until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    contacts = _contacts(folder / f"demo-{port}.csv")
    world = World()
    cast(world)
    async with stage(world, port, folder / f"demo-{port}.db", contacts) as set_up:
        print(f"npsbot demo: open {set_up.url} in a browser. Ctrl-C ends it.", flush=True)
        await stop.wait()


def _contacts(file: Path) -> Path:
    """The file of those who play."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(CONTACTS, "utf-8")
    return file
