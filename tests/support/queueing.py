"""Puts messages into the outbox for tests of the sender."""

from bot import outbox as drafts
from bot.outbox import Draft, MessageKind
from channels.base import (
    Address,
    Priority,
    plain,
)
from tests.support.bot_under_test import Bot


async def put(
    bot: Bot,
    text: str,
    *,
    lane: str | None = None,
    kind: MessageKind = "notice",
    priority: Priority = Priority.REPLY,
    to: str = "slack:U5",
) -> None:
    draft = Draft(f"test:{text}", kind, Address.parse(to), lane or text, (plain(text),), priority=priority)
    await bot.store.write(drafts.put, [draft], bot.clock.now())
