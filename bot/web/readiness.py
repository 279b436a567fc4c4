"""Whether this process can do its work: `/readyz`, and what it says is wrong."""

import asyncio
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select
from starlette.responses import JSONResponse, Response

from bot.cases.unseen import unseen
from bot.clock import Clock
from bot.hooks.hooks import all_hooks, trouble
from bot.logs import described
from bot.sending.hearing import wrong_with
from bot.store.clock import DatabaseClock
from bot.store.schema import inbox, meta, outbox
from bot.store.store import Store

WITHIN: Final = 10.0  # seconds for the database, after which it does not answer
_AHEAD: Final = timedelta(minutes=1)  # of a row, beyond which the clock was set back since
_ROOM: Final = {"sqlite": 32_768, "postgresql": 200}  # characters that are written and taken away again

_NEWEST: Final = [
    select(inbox.c.received_at).order_by(inbox.c.id.desc()).limit(1),
    select(outbox.c.made_at).order_by(outbox.c.id.desc()).limit(1),
]


async def readiness(store: Store, channels: Collection[str], clock: Clock) -> Response:
    """The database takes and gives, what each channel can do at the moment, the alerts that nobody has, and a
    clock that is wrong; 503 without a database, and while it takes no writes.

    A paused channel leaves the process ready: what comes in is kept, the other channels go on, and another
    process would be paused by the same token. `/metrics` and an alert tell of it.
    """
    try:
        async with asyncio.timeout(WITHIN):
            wrong, waiting = await store.read(wrong_with), await store.read(unseen)
            newest, hooks = await store.read(_newest), await store.read(all_hooks)
    except Exception as error:
        return _not_ready(f"the database does not answer ({type(error).__name__})")
    try:
        async with asyncio.timeout(WITHIN):
            await store.take(_write_and_remove)
    except Exception as error:
        return _not_ready(f"the database takes no writes ({described(error.__cause__ or error)})")
    words = {name: wrong.get(name, "ok") for name in channels}
    hurt = {row.name: why for row in hooks if (why := trouble(row)) is not None}
    alerts = "ok" if waiting.alerts == 0 else f"{waiting.alerts} reached nobody; see npsbot check"
    return JSONResponse(
        {
            "ready": True,
            "database": "ok",
            "channels": words,
            "alerts": alerts,
            **({"webhooks": hurt} if hurt else {}),
            **_clock(clock, newest),
        }
    )


def _not_ready(problem: str) -> Response:
    return JSONResponse({"ready": False, "database": problem}, 503)


def _newest(connection: Connection) -> datetime | None:
    """When the newest row came or was made. It may lie in the future after the clock was set back."""
    found = (connection.execute(statement).scalar() for statement in _NEWEST)
    return max((moment for moment in found if moment is not None), default=None)


def _write_and_remove(connection: Connection) -> None:
    """Write something and take it away again: a full disk, or a file that may only be read, refuses it."""
    name = f"room:{secrets.token_hex(8)}"
    connection.execute(insert(meta).values(name=name, value="0" * _ROOM[connection.dialect.name]))
    connection.execute(delete(meta).where(meta.c.name == name))


def _clock(clock: Clock, newest: datetime | None) -> Mapping[str, str]:
    """What is wrong with the time; nothing where it is right."""
    apart = clock.apart() if isinstance(clock, DatabaseClock) else None
    if apart is not None:
        seconds = round(apart.total_seconds())
        where = "ahead of" if seconds > 0 else "behind"
        return {"clock": f"this machine is {abs(seconds)} s {where} the database, whose time npsbot goes by"}
    ahead = timedelta() if newest is None else newest - clock.now()
    if ahead > _AHEAD:
        return {
            "clock": f"the newest message is {round(ahead.total_seconds())} s in the future; "
            "was the clock set back? Look at this machine's time"
        }
    return {}
