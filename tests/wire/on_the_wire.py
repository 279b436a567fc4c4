"""The whole bot in this process, with the real SDKs, and the providers' stand-ins over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select

from bot.app import App, running
from bot.demo.cast import CONTACTS, cast
from bot.demo.ties import HOST, providers, settings_of, ties
from bot.people.importing import import_contacts
from bot.store.schema import Row, outbox
from bot.web.listening import listening
from sandbox import AdjustableClock, Message, People, World
from tests.support.patience import PATIENCE
from tests.support.phones import said

T = TypeVar("T")

PHONES = {"slack": "customer-slack", "telegram": "customer-telegram", "sms": "customer-sms"}
ADMINS = {"slack": "admin-slack", "telegram": "manager-telegram"}
UNDO = 5.0
"""Seconds in which a start can be undone, by demo.yaml."""
QUESTION = {"slack": "how likely", "telegram": "Hoe waarschijnlijk", "sms": "Hoe waarschijnlijk"}


@dataclass(frozen=True, slots=True)
class Wire:
    """Acme's bot with one customer on each channel, an admin in Slack, and two account
    managers, of whom the one in Telegram is an admin too."""

    world: World
    clock: AdjustableClock
    people: People
    app: App

    async def begin(self, admin: str = "slack") -> None:
        """The admin of a channel starts the wave, and takes nothing back."""
        phone = ADMINS[admin]
        await self.people.type(phone, "/nps start demo")
        await self.hears(phone, "Will be asked: 3")
        await self.people.press_label(phone, "Start")
        await self.hears(phone, "has started")
        self.clock.jump(UNDO)

    async def hears(self, phone: str, words: str) -> Message:
        """The message of the bot with these words, once it is there."""
        return await self.world.wait_for(
            phone, lambda shown: shown.author == "bot" and words in shown.text, PATIENCE
        )

    def texts(self, phone: str, words: str = "") -> list[str]:
        """What the bot said on a phone, as far as it holds these words."""
        return [shown.text for shown in said(self.world.messages(phone)) if words in shown.text]

    async def rows(self, table: Table, **where: Any) -> list[Row]:
        def read(connection: Connection) -> list[Row]:
            statement = select(table).order_by(*table.primary_key.columns)
            return list(connection.execute(statement.filter_by(**where)))

        return await self.app.store.read(read)

    async def until(self, table: Table, **where: Any) -> Row:
        """The row that is so, once it is."""
        return await self.comes(lambda: self.rows(table, **where))

    async def comes(self, look: Callable[[], Awaitable[Sequence[T]]]) -> T:
        """The first of what a look finds, once it finds anything. The database wakes nobody."""
        given_up = time.monotonic() + PATIENCE
        while not (found := await look()):
            if time.monotonic() > given_up:
                shown = [(row.kind, row.channel, row.state, row.error) for row in await self.rows(outbox)]
                raise TimeoutError(f"It did not come within {PATIENCE} s; the outbox holds {shown}.")
            await asyncio.sleep(0.02)
        return found[0]


@asynccontextmanager
async def on_the_wire(folder: Path, speed: float = 1.0) -> AsyncIterator[Wire]:
    """Everything is up for as long as the context lasts; nobody was asked yet."""
    clock = AdjustableClock(speed=speed)
    world = World(clock=clock)
    cast(world)
    tied = ties(0, folder / "npsbot.db")
    contacts = folder / "contacts.csv"
    contacts.write_text(CONTACTS, "utf-8")
    async with providers(world, tied) as people:
        settings = settings_of("demo.yaml", tied.keys)
        async with running(settings, clock) as app:
            await import_contacts(app.store, contacts, settings, clock.now())
            async with listening(app.asgi, HOST, tied.bot_port):
                yield Wire(world, clock, people, app)
