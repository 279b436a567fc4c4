"""Messages of which nobody knows whether they were sent: after a lost answer, and after a crash."""

import asyncio
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest

from bot import outbox as drafts
from bot.campaigns import runs
from bot.sending.sender import Sender
from bot.store.schema import outbox, sending
from bot.store.store import Store
from channels.base import Unknown
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.fake_channel import FakeChannel, Lost
from tests.support.patience import PATIENCE
from tests.support.queueing import put

BUYER = Customer("buyer", slack="U1")
TEXTER = Customer("texter", sms="+31612345678")


# ----------------------------------------------------------------------------- the table of the unknown


async def test_a_question_of_unknown_fate_is_not_asked_again_in_a_chat(bot: Bot) -> None:
    bot.slack.fates.append(Lost())
    await bot.start(BUYER)
    await bot.later(minutes=10)
    assert len(bot.slack.tried) == 1
    (row,) = await bot.rows(outbox)
    assert row.state == "unknown"
    talk = await bot.conversation("buyer")
    assert (talk.state, talk.delivered_at) == ("asked", None)
    await bot.say("slack:U1", "8")
    assert (await bot.conversation("buyer")).score == 8


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_question_of_unknown_fate_is_looked_for_by_sms(bot: Bot, arrived: bool) -> None:
    bot.sms.fates.append(Lost())
    await bot.start(TEXTER)
    if not arrived:
        bot.sms.refs.clear()
        bot.sms.taken.clear()
    await bot.later(seconds=5)
    assert len(bot.sms.looked) == 1
    assert len(bot.sms.taken) == 1
    assert (await bot.conversation("texter")).state == "asked"


async def test_a_reply_of_unknown_fate_is_said_again(bot: Bot) -> None:
    await bot.start(BUYER)
    bot.slack.fates.extend([None, Lost()])  # the edit of the question, then the reply
    await bot.tap("slack:U1", "8")
    await bot.work()
    await bot.later(seconds=5)
    assert len([text for text in bot.slack.texts("U1") if "reason for your 8" in text]) == 2


async def test_by_sms_nothing_goes_again_before_the_list_was_seen(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bot.start(TEXTER)
    bot.sms.fates.append(Lost())
    await bot.say("sms:+31612345678", "8")
    await bot.work()
    look = AsyncMock(side_effect=Unknown("the list did not come in time"))
    with monkeypatch.context() as patched:
        patched.setattr(FakeChannel, "find", look)
        await bot.later(minutes=10)
        await bot.later(minutes=10)
    assert look.await_count >= 2
    await bot.later(minutes=10)
    assert len(bot.sms.texts()) == 2, "the question, and the reply once"
    assert await bot.queued() == []


async def test_a_reply_whose_fate_stays_unknown_is_not_said_for_ever(bot: Bot) -> None:
    bot.slack.fates.extend([Lost()] * 50)
    await put(bot, "one", kind="reply")
    for _ in range(20):
        await bot.later(minutes=1)
    assert bot.slack.texts() == ["one"] * 3
    assert [row.state for row in await bot.rows(outbox)] == ["unknown"]


async def test_an_alert_of_unknown_fate_is_sent_again(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "2")
    bot.slack.fates.append(Lost())
    await bot.work()
    await bot.later(seconds=5)
    assert [len(bot.slack.texts("UMANAGER")), len((await bot.cases())[0].shown_ref)] >= [1, 1]
    assert (await bot.cases())[0].shown == 1


# ------------------------------------------------------------------------------------------------ crashes


async def _crash_between_send_and_record(bot: Bot, channel: str) -> Bot:
    """The provider took the messages; the process died before it wrote that down."""
    await bot.timers.tick()
    sender = bot.senders[channel]
    with patch.object(Sender, "_record", AsyncMock()):
        await sender.look()
        await sender.settle()
    bot.clock.advance(seconds=11)
    again = bot.restarted()
    await again.work()
    return again


async def test_a_crash_after_a_question_in_a_chat_asks_nobody_twice(bot: Bot) -> None:
    await bot.enrol(BUYER)
    again = await _crash_between_send_and_record(bot, "slack")
    assert len(again.slack.texts("U1")) == 1
    (row,) = await again.rows(outbox)
    assert (row.state, row.doubtful) == ("unknown", True)
    assert (await again.conversation("buyer")).state == "asked"


async def test_a_crash_after_a_question_by_sms_asks_nobody_twice(bot: Bot) -> None:
    await bot.enrol(TEXTER)
    again = await _crash_between_send_and_record(bot, "sms")
    assert len(again.sms.texts()) == 1
    (row,) = await again.rows(outbox)
    assert (row.state, row.message_ref) == ("sent", "sms-1")


HOURS = {"campaigns": {"demo": {"send_between": "09:00-20:00", "every": 0}}}


@pytest.mark.parametrize("customer", [BUYER, TEXTER], ids=["slack", "sms"])
@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("then", ["the window closes", "the wave is stopped", "it is stopped later"])
async def test_a_question_in_doubt_is_asked_once_whatever_comes_between(
    store: Store, customer: Customer, arrived: bool, then: str
) -> None:
    bot = Bot(store, settings=settings_of(**HOURS))
    channel = bot.slack if customer.slack else bot.sms
    who = f"slack:{customer.slack}" if customer.slack else f"sms:{customer.sms}"
    await bot.enrol(customer)
    await bot.timers.tick()
    with patch.object(Sender, "_record", AsyncMock()):
        await bot.senders[channel.name].look()
        await bot.senders[channel.name].settle()
    if not arrived:
        channel.taken.clear()
        channel.refs.clear()
    if then == "the wave is stopped":
        await store.write(runs.stop, "demo", "admin", bot.clock.now())
    bot.clock.advance(hours=11)  # 22:00 in Amsterdam
    if then == "it is stopped later":
        await store.write(runs.stop, "demo", "admin", bot.clock.now())
    again = bot.restarted()
    for hours in (0, 11, 1):  # looked for, taken back, released again
        await again.later(hours=hours)
    lost = customer.sms is not None and not arrived  # by SMS it is seen that nobody was asked
    asked_now = lost and then == "the window closes"
    assert len(channel.taken) == (1 if arrived or asked_now else 0)
    talk = await again.conversation(customer.id)
    if lost and not asked_now:
        assert (talk.state, talk.ending) == ("closed", "cancelled")
    else:
        assert talk.state == "asked"
        await again.say(who, "3")
        assert len(await again.cases()) == 1, "who may have been asked may answer"


async def test_a_crash_after_a_reply_says_it_again(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "8")
    again = await _crash_between_send_and_record(bot, "slack")
    assert len(again.slack.texts("U1")) == 3


async def test_a_crash_before_the_lease_lapses_sends_nothing_yet(bot: Bot) -> None:
    await put(bot, "one")
    await bot.store.write(drafts.claim, "slack", bot.clock.now(), 10)
    await bot.later(seconds=9)
    assert bot.slack.texts() == []
    await bot.later(seconds=2)
    assert bot.slack.texts() == ["one"]


async def test_a_stop_sends_what_was_claimed_and_nothing_is_doubtful(bot: Bot) -> None:
    await bot.enrol(BUYER)
    await bot.timers.tick()
    sender = bot.senders["slack"]
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0)  # it is claiming
    sender.stop()
    await running
    assert len(bot.slack.texts("U1")) == 1
    assert [row.state for row in await bot.rows(outbox)] == ["sent"]


async def test_a_stop_finishes_what_is_under_way(bot: Bot) -> None:
    bot.slack.gate = asyncio.Event()
    await put(bot, "one")
    sender = bot.senders["slack"]
    running = asyncio.create_task(sender.run())
    await asyncio.wait_for(bot.slack.began.wait(), PATIENCE)
    sender.stop()
    await put(bot, "two")
    bot.slack.gate.set()
    await running
    assert [row.state for row in await bot.rows(outbox)] == ["sent", "queued"]
    (lease,) = await bot.rows(sending, channel="slack")
    assert lease.until <= bot.clock.now(), "another process may send at once"


async def test_a_record_that_fails_is_tried_again(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    await put(bot, "one")
    await put(bot, "two")
    with monkeypatch.context() as patched:
        patched.setattr("bot.sending.sender.record", broken)
        await bot.senders["slack"].look()
        await bot.senders["slack"].settle()
    await bot.work()
    assert bot.slack.texts() == ["one", "two"]
    assert [row.state for row in await bot.rows(outbox)] == ["sent", "sent"]


async def test_one_process_sends_for_a_channel(bot: Bot) -> None:
    other = Bot(bot.store, clock=bot.clock, channels=bot.channels, holder="two")
    for number in range(20):
        await put(bot, str(number))
    first, second = bot.senders["slack"], other.senders["slack"]
    await first.look()
    await second.look()
    await asyncio.gather(first.settle(), second.settle())
    assert len(bot.slack.texts()) == len(set(bot.slack.texts())) == 20
    (lease,) = await bot.rows(sending, channel="slack")
    assert lease.holder == "one"
    await put(bot, "later")
    bot.clock.advance(seconds=11)
    await other.work()
    assert bot.slack.texts()[-1] == "later", "the lease lapsed, and the other goes on"


async def test_a_sender_at_rest_writes_nothing(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own looking must not wake it, or it looks for ever."""
    looks = 0
    look = Sender.look

    async def counted(sender: Sender) -> float:
        nonlocal looks
        looks += 1
        return await look(sender)

    monkeypatch.setattr(Sender, "look", counted)
    running = asyncio.create_task(bot.senders["slack"].run())
    await asyncio.sleep(0.05)
    assert looks == 1
    await put(bot, "wake")
    async with asyncio.timeout(PATIENCE):
        while bot.slack.texts() != ["wake"]:  # noqa: ASYNC110 - nothing tells it
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert looks < 6
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
