"""The three adapters beside their providers' stand-ins, each on its own port of this machine."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.base import (
    Address,
    Inbound,
    InboundMessage,
    OutboundMessage,
    bold,
    plain,
)
from channels.slack.channel import SlackChannel
from channels.sms.channel import SmsChannel
from channels.telegram.channel import TelegramChannel
from sandbox import Message
from tests.support.patience import PATIENCE
from tests.support.running import (
    ACCOUNT,
    APP_TOKEN,
    AUTH_TOKEN,
    BOT_TOKEN,
    NUMBER,
    SIGNING_SECRET,
    TELEGRAM_SECRET,
    TELEGRAM_TOKEN,
    Running,
    running,
    served,
)

ADDRESSES = {
    "slack": Address("slack", "U0CUSTOMER"),
    "telegram": Address("telegram", "1001"),
    "sms": Address("sms", "+31612345678"),
}
QUESTION = (plain("How likely are you to recommend "), bold("Acme"), plain("?"))


@dataclass
class Bot:
    """The three adapters, what they told, and whether it could be kept."""

    run: Running
    channels: dict[str, Any]
    url: str
    told: list[Inbound] = field(default_factory=list)
    fails: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, events: Sequence[Inbound]) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("disk full")
        self.told.extend(events)
        self.news.set()

    def messages(self) -> list[InboundMessage]:
        return [event for event in self.told if isinstance(event, InboundMessage)]

    async def until(self, kind: type[Inbound], count: int = 1) -> list[Any]:
        """What was told of one kind, once it is `count`."""
        async with asyncio.timeout(PATIENCE):
            while len(found := [event for event in self.told if isinstance(event, kind)]) < count:
                self.news.clear()
                await self.news.wait()
        return found

    def say(self, channel: str, **changes: Any) -> OutboundMessage:
        return OutboundMessage(**{"id": 1, "address": ADDRESSES[channel], "body": QUESTION, **changes})

    def shown(self, phone: str) -> list[Message]:
        """What this person sees of the bot at the moment."""
        return [message for message in self.run.world.phones.messages(phone) if message.author == "bot"]

    async def arrived(self, phone: str) -> Message:
        """The newest message of the bot on this phone; a text message takes its time over the network."""
        await self.run.world.wait_for(phone, lambda message: message.author == "bot", PATIENCE)
        return self.shown(phone)[-1]


class _Late:
    """An application that is named once its address is known."""

    app: ASGIApp = Starlette()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@asynccontextmanager
async def bot_in_sandbox(
    *, without_address: bool = False, slack_waits: float = PATIENCE
) -> AsyncIterator[Bot]:
    """The three adapters beside their providers; `without_address` in Socket Mode, polling and sweeping.
    `slack_waits` are the real seconds that Slack waits for an acknowledgement."""
    late = _Late()
    async with served(late) as url:
        hooks: dict[str, dict[str, Any]] = {
            "slack": {"url": f"{url}/slack/events", "patience": slack_waits, "paced": False},
            "telegram": {"url": f"{url}/telegram/webhook", "patience": PATIENCE, "paced": False},
            "sms": {"inbound_url": f"{url}/sms/inbound", "status_url": "", "patience": PATIENCE},
        }
        if without_address:
            hooks["slack"] |= {"mode": "socket"}
            hooks["telegram"] |= {"url": ""}
            hooks["sms"] |= {"inbound_url": ""}
        async with running(**hooks) as run:  # type: ignore[arg-type]  # fields of the three targets
            clock: Callable[[], datetime] = run.clock.now
            channels: dict[str, Any] = {
                "slack": SlackChannel(
                    BOT_TOKEN,
                    SIGNING_SECRET,
                    APP_TOKEN,
                    "socket" if without_address else "http",
                    f"{run.url}/slack/api/",
                    clock=clock,
                ),
                "telegram": TelegramChannel(
                    TELEGRAM_TOKEN,
                    TELEGRAM_SECRET,
                    "polling" if without_address else "webhook",
                    f"{run.url}/telegram/bot",
                    clock=clock,
                ),
                "sms": SmsChannel(
                    ACCOUNT,
                    AUTH_TOKEN,
                    NUMBER,
                    None,
                    None if without_address else url,
                    f"{run.url}/twilio",
                    clock=clock,
                ),
            }
            bot = Bot(run, channels, url)
            late.app = Starlette(
                routes=[route for channel in channels.values() for route in channel.routes(bot.receive)]
            )
            try:
                yield bot
            finally:
                for channel in channels.values():
                    await channel.aclose()
