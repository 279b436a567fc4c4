"""Whether each channel hears people: looked at once a minute, mended where it can be, and told.

Sending may work while nothing comes in: another program removed the webhook or fetches with the same token, or
the provider refuses its list. What is wrong stands in the database, so that every process tells the same.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from bot.cases.admins import tell_admins
from bot.cases.our_account import forget_old, refused_afterwards
from bot.clock import Clock
from bot.context import Context
from bot.logs import Failures
from bot.sending.lease import pauses
from bot.steps import step
from bot.store.meta import put_value, value_under
from bot.store.schema import meta
from bot.store.store import Store
from channels.base import Channel, Misconfigured, SendError
from channels.known import title_of

EVERY: Final = 60.0  # seconds
WITHIN: Final = 30.0  # seconds that a provider has to answer
PATIENCE: Final = 3  # looks in a row after which what may pass (a network that is down) is told too

_PREFIX: Final = "deaf:"
_ALL: Final = select(meta).where(meta.c.name.startswith(_PREFIX, autoescape=True))
_FORGET: Final = delete(meta).where(meta.c.name == bindparam("of_name"))


def deaf(connection: Connection) -> Mapping[str, str]:
    """Why a channel does not hear people, by its name; one that does has no entry."""
    return {row.name.removeprefix(_PREFIX): row.value for row in connection.execute(_ALL)}


def wrong_with(connection: Connection) -> Mapping[str, str]:
    """What is wrong with each channel: why it is paused, else why it does not hear people, else why carriers refuse
    what it took."""
    paused = {row.channel: row.paused_reason for row in pauses(connection) if row.paused_reason is not None}
    return {**refused_afterwards(connection), **deaf(connection), **paused}


def note(connection: Connection, context: Context, channel: str, why: str | None, now: datetime) -> None:
    """Keep what is wrong with a channel's hearing, None where nothing is. The admins are told when it begins,
    once a day for each reason."""
    name = f"{_PREFIX}{channel}"
    before = value_under(connection, name)
    if why is None:
        if before is not None:
            connection.execute(_FORGET, {"of_name": name})
            step("channel.hears", channel=channel)
        return
    why = why[:200]
    if why == before:
        return
    put_value(connection, name, why)
    step("channel.deaf", channel=channel, reason=why)
    text = context.manager_words.text("channel_deaf", channel=title_of(channel), why=why)
    tell_admins(connection, context, f"deaf:{channel}:{now:%Y%m%d}:{why[:40]}", text, now)


class Hearing:
    """Looks after the channels of one process, until it is cancelled."""

    name = "hearing"

    def __init__(self, store: Store, context: Context, channels: Mapping[str, Channel], clock: Clock) -> None:
        self._store, self._context, self._channels, self._clock = store, context, channels, clock
        self._failing: dict[str, int] = {}  # by channel: looks in a row that failed for what may pass

    async def run(self) -> None:
        """Look once a minute."""
        failures = Failures("hearing.failed", self.name)
        while True:
            await self._clock.sleep(EVERY)
            with failures.survived():
                await self.look()

    async def look(self) -> None:
        """Look at every channel once."""
        found = await asyncio.gather(*map(self._wrong, self._channels.values()))
        for channel, why in zip(self._channels, found, strict=True):
            await self._store.write(note, self._context, channel, why, self._clock.now())
        await self._store.write(forget_old, self._clock.now())

    async def _wrong(self, channel: Channel) -> str | None:
        """What is wrong, once it is worth telling: a fault of ours at once, what may pass when it lasts."""
        try:
            async with asyncio.timeout(WITHIN):
                await channel.hears()
        except Misconfigured as error:
            return str(error)
        except (SendError, TimeoutError) as error:
            self._failing[channel.name] = self._failing.get(channel.name, 0) + 1
            lasting = self._failing[channel.name] >= PATIENCE
            return (str(error) or "the provider does not answer") if lasting else None
        self._failing.pop(channel.name, None)
        return None
