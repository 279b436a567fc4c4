"""STOP, START and blocks: in every state, on every channel, for the whole person."""

from typing import Any

import pytest

from bot.store.schema import address, opt_out
from bot.store.schema import conversation as conversations
from channels.base import (
    Address,
    Blocked,
    ProviderOptIn,
    ProviderOptOut,
    Unblocked,
    Unreachable,
)
from tests.support.bot_under_test import Bot, Customer

BUYER = Customer("buyer", slack="U1", telegram="1", sms="+31612345678")


# ------------------------------------------------------------------------------------------------ leaving


async def _nothing(bot: Bot) -> None:
    await bot.enrol(BUYER)


async def _asked(bot: Bot) -> None:
    await bot.start(BUYER)


async def _confirming(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "7 or 8")


async def _scored(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "8")


async def _thanked(bot: Bot) -> None:
    await _scored(bot)
    await bot.say("slack:U1", "good people")


async def _closed(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.later(days=8)


@pytest.mark.parametrize("before", [_nothing, _asked, _confirming, _scored, _thanked, _closed])
@pytest.mark.parametrize("where", ["slack:U1", "telegram:1", "sms:+31612345678"])
async def test_stop_ends_everything_in_every_state_and_channel(bot: Bot, before: Any, where: str) -> None:
    await before(bot)
    await bot.say(where, "STOP")
    assert not [row for row in await bot.queued() if row.kind != "consent"]
    assert (await bot.conversation("buyer")).state == "closed"
    await bot.work()
    said = [bot.slack.texts("U1"), bot.telegram.texts("1"), bot.sms.texts()]
    assert "no more surveys" in bot.channels[where.partition(":")[0]].taken[-1].body[0].text

    await bot.say("slack:U1", "and my score is 9")
    await bot.say("slack:U1", "STOP")
    await bot.later(days=30)
    await bot.start()
    assert [bot.slack.texts("U1"), bot.telegram.texts("1"), bot.sms.texts()] == said
    assert (await bot.conversation("buyer")).skipped == "opted_out"


async def test_stop_keeps_the_score_beside_it(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "2 STOP")
    await bot.work()
    row = await bot.conversation("buyer")
    assert (row.state, row.score, row.ending) == ("closed", 2, "opted_out")
    (alert,) = bot.slack.chat("UMANAGER")
    assert "Wants no more messages" in alert


async def test_start_undoes_stop(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("telegram:1", "STOP")
    await bot.say("slack:U1", "START")
    await bot.work()
    assert await bot.rows(opt_out) == []
    assert "Welcome back" in bot.slack.texts("U1")[-1]
    await bot.later(days=1)
    await bot.start()
    assert (await bot.conversation("buyer")).state == "asked"


async def test_who_stops_and_starts_for_ever_is_not_answered_for_ever(bot: Bot) -> None:
    await bot.start(BUYER)
    for number in range(60):
        await bot.say("slack:U1", "START" if number % 2 else "STOP")
    await bot.work(rounds=100)
    assert len(bot.slack.texts("U1")) < 30


async def test_a_stop_and_a_start_that_the_provider_confirmed_are_not_confirmed_again(bot: Bot) -> None:
    phone = Address("sms", "+31612345678")
    await bot.start(BUYER)
    await bot.take(ProviderOptOut("1", phone, bot.clock.now(), "STOP", confirmed=True))
    assert (await bot.conversation("buyer")).ending == "opted_out"
    await bot.take(ProviderOptIn("2", phone, bot.clock.now(), "START", confirmed=True))
    await bot.work()
    assert await bot.rows(opt_out) == []
    assert bot.sms.texts() == []


async def test_a_stop_that_the_provider_did_not_confirm_is_confirmed_once(bot: Bot) -> None:
    phone = Address("sms", "+31612345678")
    await bot.start(BUYER)
    await bot.take(ProviderOptOut("1", phone, bot.clock.now(), "STOP"))
    await bot.take(ProviderOptOut("2", phone, bot.clock.now(), "STOP"))
    await bot.work()
    (said,) = bot.sms.texts()
    assert "no more surveys" in said


async def test_a_stop_that_the_provider_keeps_is_not_lifted_by_words(bot: Bot) -> None:
    phone = Address("sms", "+31612345678")
    await bot.start(BUYER)
    await bot.take(ProviderOptOut("1", phone, bot.clock.now(), "STOP", confirmed=True))
    await bot.say("sms:+31612345678", "START")
    assert len(await bot.rows(opt_out)) == 1, "the provider would refuse every message"


async def test_a_block_ends_and_its_lifting_undoes_it(bot: Bot) -> None:
    chat = Address("telegram", "1")
    await bot.start(BUYER)
    await bot.take(Blocked("1", chat, bot.clock.now()))
    assert (await bot.conversation("buyer")).state == "closed"
    await bot.take(Unblocked("2", chat, bot.clock.now()))
    assert await bot.rows(opt_out) == []
    await bot.work()
    assert bot.telegram.texts() == []


async def test_a_lifted_block_is_no_start(bot: Bot) -> None:
    chat = Address("telegram", "1")
    await bot.start(BUYER)
    await bot.say("telegram:1", "STOP")
    await bot.take(Blocked("1", chat, bot.clock.now()))
    await bot.take(Unblocked("2", chat, bot.clock.now()))
    assert len(await bot.rows(opt_out)) == 1


async def test_a_block_that_a_refused_message_told_of_first_is_lifted_as_any_other(bot: Bot) -> None:
    only_telegram = Customer("reader", telegram="2")
    bot.telegram.fates.append(Unreachable("this person blocked the bot in Telegram", opted_out=True))
    await bot.start(only_telegram)
    chat = Address("telegram", "2")
    await bot.take(Blocked("1", chat, bot.clock.now()))
    assert len(await bot.rows(opt_out)) == 1
    await bot.take(Unblocked("2", chat, bot.clock.now()))
    assert await bot.rows(opt_out) == []


async def test_a_wrong_number_closes_that_number_to_everybody_and_leaves_the_contact(bot: Bot) -> None:
    await bot.start(Customer("buyer", sms="+31612345678"))
    await bot.say("sms:+31612345678", "sorry, you have the wrong number")
    conversation = await bot.conversation("buyer")
    assert (conversation.state, conversation.ending) == ("closed", "opted_out")
    (place,) = await bot.rows(address)
    assert place.dead_reason == "somebody else is at this address"
    (kept,) = await bot.rows(opt_out)
    assert (kept.value, kept.contact_id) == ("+31612345678", None)
    await bot.say("sms:+31612345678", "wrong number!")
    await bot.work()
    assert bot.slack.chat("UADMIN") == [
        "npsbot: somebody else answered at the SMS address of buyer (buyer), and nothing goes there any more. Correct "
        "it in the file that you import."
    ]
    # an import that still names it changes nothing: the next wave passes it by
    await bot.later(days=200)
    await bot.start()
    assert len(bot.sms.texts()) == 2  # the question, and that nothing will come any more
    assert [row.state for row in await bot.rows(conversations)] == ["closed", "skipped"]


async def test_a_stranger_with_a_wrong_number_is_left_alone(bot: Bot) -> None:
    await bot.say("sms:+31600000009", "wrong number")
    (kept,) = await bot.rows(opt_out)
    assert (kept.value, kept.contact_id) == ("+31600000009", None)
    assert bot.slack.chat("UADMIN") == []
