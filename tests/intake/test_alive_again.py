"""An address at which nobody could be reached is alive once its owner writes, or a file names it again."""

from pathlib import Path

import pytest

from bot.people.contacts import KEPT_STOP, mark_dead
from bot.people.importing import import_contacts
from bot.store.schema import address
from channels.base import Address
from tests.support.bot_under_test import Bot, Customer

BUYER = Customer("buyer", slack="U1", telegram="100", sms="+31612345678")
NUMBER = Address("sms", "+31612345678")


async def _dead(bot: Bot, at: Address, why: str = "this number does not exist") -> None:
    await bot.add(BUYER)
    await bot.store.write(mark_dead, at, why, bot.clock.now())


async def _is_dead(bot: Bot, at: Address) -> bool:
    (row,) = await bot.rows(address, channel=at.channel)
    return row.dead_since is not None


# field A11
@pytest.mark.parametrize("who", ["slack:U1", "telegram:100", "sms:+31612345678"])
@pytest.mark.parametrize("words", ["hello", "7", "automatic reply: I am out of office"])
async def test_whoever_writes_from_an_address_can_be_reached_there(bot: Bot, who: str, words: str) -> None:
    at = Address.parse(who)
    await _dead(bot, at)
    await bot.say(who, words)
    assert not await _is_dead(bot, at)


# field A11
async def test_a_press_counts_too(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.store.write(mark_dead, Address("slack", "U1"), "the account was deleted", bot.clock.now())
    await bot.tap("slack:U1", "9")
    assert not await _is_dead(bot, Address("slack", "U1"))


# field A11
async def test_a_stop_that_the_provider_keeps_stands_until_start(bot: Bot) -> None:
    await _dead(bot, NUMBER, KEPT_STOP)
    await bot.say("sms:+31612345678", "hello")
    assert await _is_dead(bot, NUMBER)


# field A11
async def test_a_file_that_names_it_again_marks_it_alive(bot: Bot, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("contact_id,name,phone\nbuyer,Buyer,+31612345678\n", "utf-8")
    await _dead(bot, NUMBER)
    await _dead_too(bot)
    await import_contacts(bot.store, file, bot.settings, bot.clock.now())
    assert not await _is_dead(bot, NUMBER)
    assert await _is_dead(bot, Address("slack", "U1")), "the file says nothing of it"


async def _dead_too(bot: Bot) -> None:
    await bot.store.write(mark_dead, Address("slack", "U1"), "the account was deleted", bot.clock.now())
