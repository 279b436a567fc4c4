"""What many tests begin with is played once for each engine, and put in place for the others.

A few customers who answer cost more than what most tests look at then. A world is the rows that were played, the
screens and the clock; who goes on from it is a process that was started anew, for the first test too, so that it is
no matter which that is.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Final, ParamSpec, TypeVar

from sqlalchemy import Connection, func, select, text
from sqlalchemy.util import await_only

from bot.config.settings import Settings
from bot.store.schema import inbox, metadata, outbox
from bot.store.store import Store
from tests.support.bot_under_test import Bot
from tests.support.manual_clock import ManualClock

P = ParamSpec("P")
T = TypeVar("T")

Rows = sqlite3.Connection | str
"""A copy of a database of SQLite; for PostgreSQL, where copying takes long, the statements that put its rows there."""

SCREENS: Final = ("tried", "taken", "shown", "refs")
"""What a `FakeChannel` remembers of what was sent."""


@dataclass(frozen=True, slots=True)
class _World:
    """How a world was left."""

    settings: Settings
    began: datetime
    rows: Rows
    screens: dict[str, dict[str, Any]]
    now: datetime
    number: int
    told: Any


_PLAYED: dict[tuple[str, Hashable], _World] = {}


async def in_world(bot: Bot, play: Callable[..., Awaitable[T]], *args: Hashable) -> T:
    """Have a bot to which nothing happened yet go on from where `play(bot, *args)` leaves one; what it returned."""
    key = (bot.store.url.get_backend_name(), (play, args))
    world = _PLAYED.get(key)
    if world is not None and (world.settings, world.began) == (bot.settings, bot.clock.now()):
        await put_rows(bot.store, world.rows)
    else:
        assert not await bot.store.read(_anything), "a world begins before anything happened"
        player = Bot(bot.store, bot.settings, ManualClock(bot.clock.now()), limits=bot.limits)
        told = await play(player, *args)
        world = _PLAYED[key] = _World(
            bot.settings,
            bot.clock.now(),
            await rows_of(bot.store),
            {name: _screen(channel) for name, channel in player.channels.items()},
            player.clock.now(),
            next(player._numbers),
            told,
        )
    for name, screen in world.screens.items():
        for part, held in screen.items():
            setattr(bot.channels[name], part, copy(held))
    bot.clock.set(world.now)
    bot._numbers = count(world.number)
    kept: T = world.told
    return kept


def _screen(channel: Any) -> dict[str, Any]:
    return {part: copy(getattr(channel, part)) for part in SCREENS}


def _anything(connection: Connection) -> bool:
    return any(connection.scalar(select(func.count()).select_from(table)) for table in (inbox, outbox))


async def rows_of(store: Store) -> Rows:
    """All that a database holds, to be put there again."""
    if store.url.get_backend_name() == "postgresql":
        return await store.read(_script)
    rows = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(store.url.database or "")) as database:
        database.backup(rows)
    return rows


async def put_rows(store: Store, rows: Rows) -> None:
    """Have a database hold these and nothing else; whoever has it open goes on."""
    if isinstance(rows, str):
        await store.take(_run, rows)
        return
    with closing(sqlite3.connect(store.url.database or "")) as database:
        rows.backup(database)


def _script(connection: Connection) -> str:
    """What puts the rows there that are here, past triggers and foreign keys, which they went through before."""
    said = ["SET session_replication_role = replica"]
    for table in metadata.sorted_tables:
        said.append(f'DELETE FROM "{table.name}"')
        if held := connection.scalar(text(f'SELECT array_agg(one)::text FROM "{table.name}" one')):
            quoted = held.replace("'", "''")
            said.append(f"""INSERT INTO "{table.name}" SELECT * FROM unnest('{quoted}'::"{table.name}"[])""")
    sequences = text("SELECT sequencename, coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences")
    for name, last, used in connection.execute(sequences):
        said.append(f"""SELECT setval('"{name}"', {last}, {used})""")
    said.append("RESET session_replication_role")
    return ";".join(said)


def _run(connection: Connection, script: str) -> None:
    driver: Any = connection.connection.driver_connection
    await_only(driver.execute(script))
