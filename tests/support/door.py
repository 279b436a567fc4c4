"""The bot's real webhooks over its real database, with a wave under way, and every provider's signature."""

import asyncio
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx
from sqlalchemy import Connection, func, select
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

from bot.intake.reception import reception
from bot.store.schema import conversation, metadata
from bot.store.store import open_store
from bot.web.web import web
from channels.base import Channel
from channels.slack.channel import SlackChannel
from channels.sms.channel import SmsChannel
from channels.telegram.channel import TelegramChannel
from tests.support.bot_under_test import Bot, Customer

SLACK_SECRET, TELEGRAM_SECRET, TWILIO_TOKEN = "slack-signing-secret", "telegram-secret", "twilio-auth-token"
ACCOUNT, PUBLIC = "AC" + "0" * 32, "https://nps.acme.example"
NOBODY: Final = "http://127.0.0.1:9"  # nothing is sent in these tests
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
_COUNTS: Final = select(
    *(
        select(func.count()).select_from(table).scalar_subquery().label(name)
        for name, table in metadata.tables.items()
    )
)


@dataclass
class Door:
    """The web application, and what stands behind it."""

    runner: asyncio.Runner
    bot: Bot
    client: httpx.AsyncClient

    def post(self, path: str, body: bytes, headers: Mapping[str, str | bytes]) -> int:
        """The status of the answer."""
        given = [
            (name.encode(), value.encode("latin-1") if isinstance(value, str) else value)
            for name, value in headers.items()
        ]
        answer = self.runner.run(self.client.post(path, content=body, headers=given))
        return answer.status_code

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""

        def read(connection: Connection) -> dict[str, int]:
            return dict(connection.execute(_COUNTS).one()._mapping)

        return self.runner.run(self.bot.store.read(read))

    # --------------------------------------------------------------------------------------- signatures

    def signed(self, path: str, body: bytes, content_type: str) -> dict[str, str]:
        """The headers with which the provider behind a path sends this body."""
        match path:
            case "/slack/events":
                return {"content-type": content_type, **self.by_slack(body)}
            case "/telegram/webhook":
                return {"content-type": content_type, "x-telegram-bot-api-secret-token": TELEGRAM_SECRET}
            case _:
                return {"content-type": content_type, "x-twilio-signature": by_twilio(path, body)}

    def by_slack(self, body: bytes, secret: str = SLACK_SECRET) -> dict[str, str]:
        at = str(int(self.bot.clock.now().timestamp()))
        digest = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": at, "x-slack-signature": f"v0={digest}"}


def by_twilio(path: str, body: bytes, token: str = TWILIO_TOKEN) -> str:
    """The signature of a form. What is none is signed as what is left of it."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
    signature: str = RequestValidator(token).compute_signature(PUBLIC + path, ImmutableMultiDict(pairs))
    return signature


PEOPLE: Final = (
    Customer("slack-1", slack="U0CUSTOMER"),
    Customer("telegram-1", telegram="1001"),
    Customer("sms-1", sms="+31612345678"),
)
"""Those of the recorded payloads."""


@contextmanager
def door(database_url: str, customers: Sequence[Customer] = PEOPLE) -> Iterator[Door]:
    """Open for as long as the context lasts, with a wave under way in which these are asked. One loop serves
    all requests, as a server's does."""
    with asyncio.Runner() as runner:
        bot = runner.run(_furnished(database_url, customers))
        now = bot.clock.now
        channels: dict[str, Channel] = {
            "slack": SlackChannel("xoxb-1", SLACK_SECRET, None, "http", NOBODY, clock=now),
            "telegram": TelegramChannel("7000001:a", TELEGRAM_SECRET, "webhook", NOBODY, clock=now),
            "sms": SmsChannel(ACCOUNT, TWILIO_TOKEN, "+3197010000000", None, PUBLIC, NOBODY, clock=now),
        }
        receives = {name: reception(bot.store, bot.context, bot.clock, name) for name in channels}
        asgi = web(bot.store, bot.context, channels, receives)
        transport = httpx.ASGITransport(asgi, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=PUBLIC)
        try:
            yield Door(runner, bot, client)
        finally:
            runner.run(_closed(client, bot, channels))


async def _furnished(database_url: str, customers: Sequence[Customer]) -> Bot:
    bot = Bot(await open_store(database_url))
    await bot.enrol(*customers)
    while any(talk.state == "waiting" for talk in await bot.rows(conversation)):
        await bot.later(seconds=10)
    return bot


async def _closed(client: httpx.AsyncClient, bot: Bot, channels: Mapping[str, Any]) -> None:
    await client.aclose()
    for channel in channels.values():
        await channel.aclose()
    await bot.store.close()
