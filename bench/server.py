"""One side of an inbound row, as a server: `python -m bench.server SIDE DATABASE_URL`.

`kept` is npsbot's own webhook over its own store; `counted` the same with the worker that counts by attribute, and
`watched` with the dashboard;
`checked` verifies and parses with the SDKs and stores nothing (`bench.by_sdk`); `alone` stores each event in a
transaction of its own on a pool of connections. Nothing is sent from here; the event loop is production's, and log
lines are drawn as there, and thrown away.
"""

import asyncio
import sys
from collections.abc import Sequence

import uvloop
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bench.by_sdk import application
from bench.children import parent_gone
from bench.company import settings_for
from bot.app import build_channels, build_setup
from bot.cli.serve import settle_memory
from bot.clock import RealClock
from bot.context import Context
from bot.intake.intake import take_in
from bot.intake.reception import reception
from bot.logs import set_up_logs
from bot.pages.dashboard import Dashboard
from bot.sending.counting import Counting
from bot.sending.timers import TICK
from bot.store.store import Store, open_store
from bot.web.listening import listening
from bot.web.web import web
from channels.base import Inbound, Receive

POOL = 16


def _alone(engine: AsyncEngine, context: Context, channel: str) -> Receive:
    clock = RealClock()

    async def receive(events: Sequence[Inbound]) -> None:
        for event in events:
            async with engine.begin() as connection:
                await connection.run_sync(take_in, channel, event, context, clock.now())

    return receive


async def _counting(store: Store) -> None:
    counting = Counting(store)
    while True:
        await counting.step()
        await asyncio.sleep(TICK)


async def _listen(asgi: ASGIApp) -> None:
    async with listening(asgi, "127.0.0.1", 0) as port:
        settle_memory()
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        await parent_gone()


async def serve(side: str, database_url: str) -> None:
    """Serve until standard input ends."""
    if side == "checked":
        await _listen(application())
        return
    settings = settings_for(database_url)
    channels = build_channels(settings)
    context = build_setup(settings, channels)
    store = await open_store(database_url)
    engine = create_async_engine(database_url, pool_size=POOL) if side == "alone" else None
    receives: dict[str, Receive] = {}
    for name in channels:
        receives[name] = (
            reception(store, context, RealClock(), name) if engine is None else _alone(engine, context, name)
        )
    worker = asyncio.create_task(_counting(store)) if side == "counted" else None
    rooms: list[BaseRoute] = []
    if side == "watched":
        dashboard = Dashboard.over(store, context, RealClock())
        rooms, worker = dashboard.routes, asyncio.create_task(dashboard.live.run())
    await _listen(web(store, context, channels, receives, rooms=rooms))
    if worker is not None:
        worker.cancel()
    for channel in channels.values():
        await channel.aclose()
    if engine is not None:
        await engine.dispose()
    await store.close()


if __name__ == "__main__":
    set_up_logs("json", "info")
    uvloop.run(serve(*sys.argv[1:]))
