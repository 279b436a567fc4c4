"""The sender: what goes first, and what happens when sending fails or may no longer happen."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot import outbox as drafts
from bot.campaigns import runs
from bot.outbox import Draft
from bot.people import consent
from bot.store.schema import outbox, sending
from bot.store.store import Store
from channels.base import (
    Address,
    Misconfigured,
    Priority,
    RateLimited,
    Rejected,
    Unavailable,
    Unreachable,
    plain,
)
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.fake_channel import FAST, FakeChannel
from tests.support.manual_clock import ManualClock
from tests.support.queueing import put

BUYER = Customer("buyer", slack="U1")
TEXTER = Customer("texter", sms="+31612345678")


# -------------------------------------------------------------------------------------------------- order


async def test_the_most_urgent_goes_first(bot: Bot) -> None:
    for priority in (Priority.QUESTION, Priority.REPLY, Priority.ALERT, Priority.REMINDER, Priority.CONSENT):
        await put(bot, priority.name, priority=priority)
    await bot.work()
    assert bot.slack.texts() == ["CONSENT", "ALERT", "REPLY", "REMINDER", "QUESTION"]


async def test_one_lane_keeps_its_order_and_holds_up_no_other(bot: Bot) -> None:
    bot.slack.fates.append(Unavailable("down for a moment"))
    await put(bot, "first", lane="a")
    await put(bot, "second", lane="a")
    await put(bot, "other", lane="b")
    await bot.work()
    assert bot.slack.texts() == ["other"]
    await bot.later(seconds=2)
    assert bot.slack.texts() == ["other", "first", "second"]


async def test_a_slow_provider_is_given_no_more_than_its_pace(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, clock=clock, limits={"slack": replace(FAST, per_second=2.0, burst=3)})
    for number in range(10):
        await put(bot, str(number))
    await bot.work()
    assert bot.slack.texts() == ["0", "1", "2"]
    await bot.later(seconds=1)
    assert bot.slack.texts() == ["0", "1", "2", "3", "4"]


async def test_one_address_is_written_to_at_its_own_pace(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, clock=clock, limits={"slack": replace(FAST, per_address=1.0)})
    await put(bot, "one")
    await put(bot, "two")
    await put(bot, "somebody else", to="slack:U6")
    (sender,) = [sender for name, sender in bot.senders.items() if name == "slack"]
    await sender.look()
    for _ in range(5):
        await asyncio.sleep(0)
    assert bot.slack.texts() == ["one", "somebody else"]
    clock.advance(seconds=1)
    await sender.settle()
    assert bot.slack.texts() == ["one", "somebody else", "two"]


async def test_an_alert_passes_ten_thousand_questions(bot: Bot) -> None:
    """They stand in their conversations and not before it: a minute's worth at a time is in the outbox."""
    bot.channels["slack"].limits = FAST
    await bot.enrol(*(Customer(f"c{n}", slack=f"U{n}") for n in range(40)))
    await bot.timers.tick()
    await put(bot, "alert", priority=Priority.ALERT)
    await bot.senders["slack"].look()
    await bot.senders["slack"].settle()
    assert bot.slack.texts()[0] == "alert"


# ------------------------------------------------------------------------------------------------- errors


async def test_a_rate_limit_pauses_the_channel_and_burns_nothing(bot: Bot) -> None:
    bot.slack.fates.append(RateLimited("slow down", 30))
    await put(bot, "one")
    await bot.work()
    await put(bot, "two")
    await bot.later(seconds=29)
    assert bot.slack.texts() == []
    await bot.later(seconds=1)
    await bot.later(seconds=1)
    assert sorted(bot.slack.texts()) == ["one", "two"]


async def test_a_wrong_token_pauses_the_channel_tells_the_admins_once_and_resumes(bot: Bot) -> None:
    bot.slack.fates.extend([Misconfigured("the token was revoked")] * 3)
    await put(bot, "one")
    await bot.work()
    for _ in range(2):
        await put(bot, f"more {bot.clock.now()}")
        await bot.later(seconds=25)
    assert len(bot.slack.tried) == 1, "paused for a minute"
    for _ in range(4):
        await bot.later(seconds=31)
        await bot.later(seconds=31)
    (told,) = bot.telegram.texts("900")
    assert "sending on slack is paused" in told
    assert "the token was revoked" in told
    assert len(bot.slack.texts()) == 3
    assert all(row.state == "sent" for row in await bot.rows(outbox))
    (row,) = await bot.rows(sending, channel="slack")
    assert row.paused_reason is None

    bot.slack.fates.append(Misconfigured("again"))
    await put(bot, "last")
    await bot.work()
    assert len(bot.telegram.texts("900")) == 2, "another pause is told again"


async def test_a_pause_outlives_a_restart(bot: Bot) -> None:
    bot.slack.fates.append(Misconfigured("the token was revoked"))
    await put(bot, "one")
    await bot.work()
    bot.clock.advance(seconds=11)
    again = bot.restarted()
    await again.work()
    assert len(bot.slack.tried) == 1
    bot.clock.advance(seconds=60)
    await again.work()
    assert bot.slack.texts() == ["one"]


async def test_a_rejected_question_ends_its_conversation(bot: Bot) -> None:
    bot.slack.fates.append(Rejected("the text is too long"))
    await bot.start(BUYER)
    row = await bot.conversation("buyer")
    assert (row.state, row.ending, row.undelivered) == ("closed", "undelivered", "the text is too long")


async def test_an_answer_that_can_replace_nothing_is_sent_as_a_message(bot: Bot) -> None:
    bot.slack.fates.append(Rejected("the message can no longer be changed"))
    draft = Draft(
        "answer", "command", Address("slack", "UADMIN"), "command:1", (plain("Started."),), replaces="slack-1"
    )
    await bot.store.write(drafts.put, [draft], bot.clock.now())
    await bot.work()
    assert [message.replaces for message in bot.slack.tried] == ["slack-1", None]
    assert bot.slack.texts("UADMIN") == ["Started."]


async def test_who_wants_no_messages_is_opted_out_by_the_provider(bot: Bot) -> None:
    bot.sms.fates.append(Unreachable("the number opted out", opted_out=True))
    await bot.start(replace(TEXTER, slack="U1"))
    bot.sms.fates.append(Unreachable("the number opted out", opted_out=True))
    await put(bot, "news", to="sms:+31612345678", kind="reply")
    await bot.work()
    row = await bot.conversation("texter")
    assert (row.state, row.channel) == ("closed", "slack")


async def test_one_message_that_fails_blocks_nobody(bot: Bot) -> None:
    bot.slack.fates.append(Rejected("no"))
    for number in range(5):
        await put(bot, str(number))
    await bot.work()
    assert bot.slack.texts() == ["1", "2", "3", "4"]


async def test_an_adapter_that_breaks_counts_as_unknown(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> Any:
        raise KeyError("what the customer wrote")

    await put(bot, "one")
    with monkeypatch.context() as patched:
        patched.setattr(FakeChannel, "send", broken)
        await bot.work()
    (row,) = await bot.rows(outbox)
    assert (row.state, row.doubtful, row.error) == ("queued", True, "the adapter failed with KeyError")
    await bot.later(seconds=2)
    assert bot.slack.texts() == ["one"]


# ----------------------------------------------------------------------------------------- last moment


async def test_an_opt_out_between_release_and_claim_stops_the_question(bot: Bot) -> None:
    await bot.enrol(BUYER)
    await bot.timers.tick()
    await bot.store.write(consent.opt_out, Address("slack", "U1"), bot.clock.now(), "import")
    await bot.work()
    assert bot.slack.texts() == []
    row = await bot.conversation("buyer")
    assert (row.state, row.ending) == ("closed", "opted_out"), "it does not wait for ever"


async def test_a_stopped_wave_asks_nobody_more(bot: Bot) -> None:
    await bot.enrol(BUYER)
    await bot.timers.tick()
    await bot.store.write(runs.stop, "demo", "slack:UADMIN", bot.clock.now())
    await bot.work()
    assert bot.slack.texts() == []
    assert (await bot.conversation("buyer")).ending == "cancelled"


async def test_a_question_on_its_way_when_its_wave_stops_may_be_answered(bot: Bot) -> None:
    bot.slack.gate = asyncio.Event()
    await bot.enrol(BUYER)
    await bot.timers.tick()
    await bot.senders["slack"].look()
    await bot.store.write(runs.stop, "demo", "slack:UADMIN", bot.clock.now())
    bot.slack.gate.set()
    await bot.senders["slack"].settle()
    await bot.say("slack:U1", "2")
    row = await bot.conversation("buyer")
    assert (row.score, row.late) == (2, False)
    assert len(await bot.cases()) == 1


async def test_a_question_whose_window_closed_waits_for_the_next(store: Store, clock: ManualClock) -> None:
    settings = settings_of(campaigns={"demo": {"send_between": "09:00-12:00", "every": 0}})
    bot = Bot(store, settings, clock)  # it is 11:00 in Amsterdam, on a Monday
    await bot.enrol(BUYER)
    await bot.timers.tick()
    await bot.later(hours=2)
    assert bot.slack.texts() == []
    row = await bot.conversation("buyer")
    assert (row.state, row.released_at) == ("waiting", None)
    assert [row.state for row in await bot.rows(outbox)] == ["expired"]
    await bot.later(hours=20)  # 09:00 on Tuesday
    assert len(bot.slack.texts()) == 1
    assert (await bot.conversation("buyer")).state == "asked"
