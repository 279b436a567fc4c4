"""A picture on its way: kept with its message until that is finished, and no longer."""

from typing import Any

from sqlalchemy import Connection, select

from bot import outbox as drafts
from bot.outbox import Draft
from bot.store.schema import outbox
from channels.base import Address, Image, Unavailable, plain
from tests.support.bot_under_test import Bot

PICTURE = Image(bytes(range(256)) * 400, "Bar chart: NPS +40, 120 answers.", "nps-demo.png")


def _pictures(connection: Connection) -> list[tuple[Any, ...]]:
    rows = connection.execute(select(outbox.c.state, outbox.c.image, outbox.c.image_name, outbox.c.image_alt))
    return [tuple(row) for row in rows]


async def put(bot: Bot, to: str) -> None:
    body = (plain("NPS +40"),)
    draft = Draft("test:picture", "command", Address.parse(to), "test", body, image=PICTURE)
    await bot.store.write(drafts.put, [draft], bot.clock.now())


async def test_it_goes_out_whole_and_is_kept_no_longer(bot: Bot) -> None:
    await put(bot, "slack:U5")
    await bot.work()
    (message,) = bot.slack.taken
    assert message.image == PICTURE
    assert await bot.store.read(_pictures) == [("sent", None, None, None)]


async def test_it_is_kept_for_another_try(bot: Bot) -> None:
    bot.telegram.fates.append(Unavailable("down for a moment"))
    await put(bot, "telegram:1001")
    await bot.work()
    assert await bot.store.read(_pictures) == [("queued", PICTURE.png, PICTURE.name, PICTURE.alt)]
    await bot.later(seconds=2)
    (message,) = bot.telegram.taken
    assert message.image == PICTURE


async def test_where_no_picture_can_be_shown_the_words_go_alone(bot: Bot) -> None:
    await put(bot, "sms:+31612345678")
    await bot.work()
    (message,) = bot.sms.taken
    assert (message.image, bot.sms.texts()) == (None, ["NPS +40"])
