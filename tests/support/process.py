"""One process of the bot, whose workers make their looks one by one, when they are told to."""

from collections.abc import Mapping

from bot.commands.worker import CommandWorker
from bot.config.settings import Settings
from bot.context import Context
from bot.intake.arrival import Arrival, whose
from bot.intake.intake import Taken, take_all
from bot.sending.digesting import Digesting
from bot.sending.planner import Planner
from bot.sending.sender import Sender
from bot.sending.timers import Timers
from bot.store.store import Store
from channels.base import Channel, Inbound
from tests.support.bot_under_test import channel_of, languages
from tests.support.boundaries import Crash, Line, Plug
from tests.support.manual_clock import ManualClock


class Process:
    """What `bot.app` starts, over a plugged store and plugged lines to the providers."""

    def __init__(
        self,
        store: Store,
        plug: Plug,
        settings: Settings,
        providers: Mapping[str, Channel],
        clock: ManualClock,
        holder: str,
    ) -> None:
        self.store = store
        self.plug = plug
        self.clock = clock
        self.context = Context(settings, languages(), {name: one.limits for name, one in providers.items()})
        self.senders = {
            name: Sender(store, self.context, Line(provider, plug), clock, holder)
            for name, provider in providers.items()
        }
        self.timers = Timers(store, self.context, clock)
        self.digesting = Digesting(store, self.context, clock)
        self.worker = CommandWorker(store, self.context, clock)
        self.planner = Planner(store, self.context, clock)

    async def take(self, event: Inbound, channel: str | None = None) -> Taken:
        """Take an event in, as the adapter of its channel hands it over."""
        arrival = Arrival(channel or channel_of(event), event, self.context, self.clock.now())
        return await self.store.write_each(whose(event), take_all, arrival)

    async def work(self) -> None:
        """One look of every worker."""
        await self.timers.tick()
        await self.digesting.look()
        await self.planner.tick()
        await self.worker.look()
        for name in self.senders:
            await self.send(name)

    async def send(self, channel: str) -> None:
        """One look of a channel's sender, and the record of what it sent."""
        sender = self.senders[channel]
        await sender.look()
        await sender.settle()
        if self.plug.pulled:
            raise Crash  # in one of the messages under way, which the sender does not wait for by itself
