"""Holds a conversation with planted secrets and faults, and logs it: `python -m tests.logged_talk FORM FILE`.

It is a process of its own, because a log is set up once a process.
"""

import asyncio
import contextlib
import logging
import sys
from typing import Any
from unittest.mock import patch

import structlog
from sqlalchemy import Connection, text

from bot.delivery.reception import reception
from bot.logs import set_up_logs
from bot.store.store import open_store
from channels.base import Address, DeliveryReport, InboundMessage, Rejected
from tests.bot_under_test import Bot, Customer, settings_of
from tests.fake_channel import FakeChannel

TOKEN = "xoxb-planted-token"
PHONE = "+31612345678"
WORDS = "planted words of a customer"
NAME = "Planted Name"
SECRETS = (TOKEN, PHONE, PHONE[1:], WORDS, NAME)


async def talk(path: str) -> None:
    """One conversation by SMS and one in Slack, each step failing once."""
    store = await open_store(f"sqlite+aiosqlite:///{path}")
    channels = {
        "slack": {"bot_token": TOKEN, "signing_secret": TOKEN},
        "sms": {"account_sid": "AC1", "auth_token": TOKEN, "from": "+31612340000"},
    }
    bot = Bot(store, settings_of(channels=channels))
    await bot.start(Customer(NAME, sms=PHONE), Customer(NAME + " 2", slack="U1"))
    receive = reception(store, bot.setup, bot.clock, "sms")
    phone = Address("sms", PHONE)
    said = ["3", WORDS, f"sorry, 2 {WORDS}", "HELP", "STOP"]
    for number, words in enumerate(said):
        await receive([InboundMessage(f"SM{number}", phone, phone, bot.clock.now(), words)])
        await bot.work()
    await receive([DeliveryReport("r1", "sms-1", "failed", bot.clock.now(), "30003", Rejected("refused"))])
    for channel in bot.channels.values():
        channel.fates.append(Rejected("refused"))
    await _fail(bot)
    await store.close()


async def _fail(bot: Bot) -> None:
    """Faults whose exceptions hold what must not be logged."""
    log = structlog.get_logger()

    def refused_by_the_database(connection: Connection, *_: Any) -> None:
        connection.execute(text("INSERT INTO contact (contact_id) VALUES (:words)"), {"words": WORDS})

    def raised_with_words(*_: Any) -> Any:
        raise ValueError(f"cannot understand {WORDS!r} of {PHONE} with {TOKEN}")

    receive = reception(bot.store, bot.setup, bot.clock, "slack")
    actor = Address("slack", "U1")
    for number, fault in enumerate((refused_by_the_database, raised_with_words)):
        event = InboundMessage(f"E{number}", actor, actor, bot.clock.now(), WORDS)
        with patch("bot.delivery.reception.take_in", fault), contextlib.suppress(Exception):
            await receive([event])
        try:
            await bot.store.write(fault)
        except Exception:
            log.exception("planted.fault")
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application")

    await bot.say("slack:U1", "8")
    with patch.object(FakeChannel, "send", raised_with_words):
        await bot.work(rounds=2)


if __name__ == "__main__":
    form = sys.argv[1]
    set_up_logs("json" if form == "json" else "console", "debug")
    asyncio.run(talk(sys.argv[2]))
