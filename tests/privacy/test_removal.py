"""Who is removed is asked no more, which is neither an opt-out nor an erasure."""

from pathlib import Path
from typing import Any

from bot.people.consent import is_opted_out
from bot.privacy.removal import Removed, remove
from bot.store.schema import account, address, contact, conversation
from channels.base import Address
from tests.privacy.test_erasure import OTHER, load
from tests.support.bot_under_test import Bot


async def removed(bot: Bot, contact_id: str = "C2") -> Any:
    return await bot.store.write(remove, contact_id, "terminal:ada", bot.clock.now())


async def test_who_was_never_asked_is_gone_and_may_come_back(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, OTHER)
    assert await removed(bot) == Removed(0)
    assert await removed(bot) is None
    assert [await bot.rows(table) for table in (contact, address, account)] == [[], [], []]
    await load(bot, tmp_path, OTHER)
    assert len(await bot.rows(address)) == 2


async def test_who_was_asked_keeps_their_answers_and_loses_their_addresses(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, OTHER)
    await bot.start()
    await bot.say("slack:UOTHER", "9 because they are quick")
    assert await removed(bot) == Removed(0, open=True)
    assert len(await bot.rows(address)) == 2
    await bot.later(days=8)
    await bot.work()
    assert await removed(bot) == Removed(1)
    assert await bot.rows(address) == []
    assert [row.score for row in await bot.rows(conversation)] == [9]
    assert not await bot.store.read(is_opted_out, Address("slack", "UOTHER"))
    await load(bot, tmp_path, OTHER)
    assert len(await bot.rows(address)) == 2
