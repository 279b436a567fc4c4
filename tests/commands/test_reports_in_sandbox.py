"""A report asked for in Slack and in Telegram: the real adapters show the words, and then the picture."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlalchemy import Connection, select

from bot.commands.worker import CommandWorker
from bot.context import Context
from bot.intake.intake import take_in
from bot.sending.sender import Sender
from bot.store.schema import Row, outbox
from bot.store.store import Store
from channels.base import InboundMessage
from tests.support.answered import hold, split, told
from tests.support.bot_in_sandbox import ADDRESSES, Bot, bot_in_sandbox
from tests.support.bot_under_test import languages, settings_of
from tests.support.manual_clock import ManualClock


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with bot_in_sandbox() as bot:
        yield bot


@pytest.mark.parametrize("channel", ["slack", "telegram"])
async def test_a_report_is_shown_in_words_and_then_as_a_picture(bot: Bot, store: Store, channel: str) -> None:
    await hold(store, [*split(18, 36, 66), *told(76)])
    clock = ManualClock()
    settings = settings_of(admins=[str(ADDRESSES["slack"]), str(ADDRESSES["telegram"])])
    context = Context(settings, languages(), {name: each.limits for name, each in bot.channels.items()})

    assert (await bot.run.people.type(channel, "/nps report demo")).delivered
    (asked,) = await bot.until(InboundMessage)
    await store.write(take_in, channel, asked, context, clock.now())
    await CommandWorker(store, context, clock).look()
    sender = Sender(store, context, bot.channels[channel], clock, "one")
    for _ in range(3):
        await sender.look()
        await sender.settle()
        clock.advance(seconds=2)
        bot.run.clock.jump(2)

    words, picture = bot.shown(channel)
    assert words.text.startswith("demo, wave 1: NPS +40")
    assert "the true score probably lies between +26 and +52 (95% interval)" in words.text
    assert words.image is None
    assert "NPS +40" in picture.text
    assert "+26 to +52" in picture.text
    assert picture.image is not None
    assert ("120" in picture.image_alt) is (channel == "slack"), "Telegram keeps no words for a picture"
    async with aiohttp.ClientSession() as session, session.get(bot.run.url + picture.image) as got:
        assert (got.content_type, (await got.read())[:4]) == ("image/png", b"\x89PNG")

    def left(connection: Connection) -> list[Row]:
        return list(connection.execute(select(outbox)))

    rows = await store.read(left)
    assert [(row.state, row.body, row.image) for row in rows] == [("sent", None, None)] * 2
