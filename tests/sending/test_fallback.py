"""Whom a question did not reach for certain, or who is reminded, goes on at the next channel: one conversation."""

from typing import Any

import pytest
from sqlalchemy import delete

from bot.campaigns import runs
from bot.config.settings import ConfigError, checked
from bot.store.schema import address, conversation, outbox
from bot.store.store import Store
from channels.base import Rejected, SendError, Unavailable, Unknown, Unreachable
from channels.sms import inbound as sms
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

BOTH = Customer("buyer", sms="+31612345678", slack="U1")
SMS, SLACK = "sms:+31612345678", "slack:U1"
ORDER = ["sms", "slack", "telegram"]


def falling(store: Store, clock: ManualClock, **campaign: Any) -> Bot:
    usual = {"send_between": "always", "every": 0, "channels": ORDER, "fallback": True}
    return Bot(store, settings_of(campaigns={"demo": usual | campaign}), clock)


@pytest.fixture
def bot_(store: Store, clock: ManualClock) -> Bot:
    return falling(store, clock)


async def report(bot: Bot, code: str, at: int = -1) -> None:
    """The carrier says of a text message that it did not arrive."""
    ref = list(bot.channels["sms"].shown)[at]
    form = {"MessageSid": ref, "MessageStatus": "undelivered", "ErrorCode": code}
    for event in sms.report(form, bot.clock.now()):
        await bot.take(event, "sms")
    await bot.work()


def texts(bot: Bot, channel: str) -> list[str]:
    return bot.channels[channel].texts()


@pytest.mark.parametrize("error", [Rejected("no such number"), Unreachable("gone")])
async def test_a_question_that_is_refused_goes_on_at_once(bot_: Bot, error: SendError) -> None:
    bot_.channels["sms"].fates.append(error)
    await bot_.start(BOTH)
    assert len(texts(bot_, "slack")) == 1
    row = await bot_.conversation("buyer")
    assert (row.state, row.channel, row.address) == ("asked", "slack", "U1")
    assert (row.undelivered, row.moved_from) == (None, "sms")
    await bot_.say(SLACK, "9")
    assert (await bot_.conversation("buyer")).score == 9
    assert len(await bot_.rows(conversation)) == 1


async def test_a_number_that_is_unknown_moves_on_at_its_report(bot_: Bot) -> None:
    await bot_.start(BOTH)
    await report(bot_, "30005")
    assert len(texts(bot_, "slack")) == 1


@pytest.mark.parametrize("code", ["30003", "30008"])
async def test_what_may_pass_is_tried_once_more_first(bot_: Bot, code: str) -> None:
    await bot_.start(BOTH)
    await report(bot_, code)
    assert (len(texts(bot_, "sms")), texts(bot_, "slack")) == (1, [])
    await bot_.later(minutes=1)
    assert (len(texts(bot_, "sms")), texts(bot_, "slack")) == (2, [])
    await report(bot_, code)
    assert (len(texts(bot_, "sms")), len(texts(bot_, "slack"))) == (2, 1)


@pytest.mark.parametrize("error", [Unknown("no answer")])
async def test_one_of_which_nobody_knows_goes_nowhere_else(
    store: Store, clock: ManualClock, error: SendError
) -> None:
    bot = falling(store, clock, channels=["slack", "sms"])
    bot.slack.fates.append(error)
    await bot.start(BOTH)
    await bot.later(days=1)
    assert texts(bot, "sms") == []
    assert (await bot.conversation("buyer")).state == "asked"


async def test_a_provider_that_is_away_is_no_refusal(bot_: Bot) -> None:
    bot_.channels["sms"].fates.append(Unavailable("down"))
    await bot_.start(BOTH)
    await bot_.later(minutes=1)
    assert (len(texts(bot_, "sms")), texts(bot_, "slack")) == (1, [])


@pytest.mark.parametrize(
    "error", [Unreachable("they blocked us", opted_out=True)], ids=["who left is not asked elsewhere"]
)
async def test_who_left(bot_: Bot, error: SendError) -> None:
    bot_.channels["sms"].fates.append(error)
    await bot_.start(BOTH)
    assert texts(bot_, "slack") == []
    assert (await bot_.conversation("buyer")).state == "closed"


async def test_without_a_next_address_it_ends_as_ever(bot_: Bot) -> None:
    bot_.channels["sms"].fates.append(Rejected("no such number"))
    await bot_.start(Customer("buyer", sms="+31612345678"))
    row = await bot_.conversation("buyer")
    assert (row.state, row.ending) == ("closed", "undelivered")


async def test_without_fallback_it_ends_as_ever(store: Store, clock: ManualClock) -> None:
    bot = falling(store, clock, fallback=False)
    bot.channels["sms"].fates.append(Rejected("no such number"))
    await bot.start(BOTH)
    assert (await bot.conversation("buyer")).ending == "undelivered"


async def test_a_stopped_wave_goes_nowhere(bot_: Bot) -> None:
    await bot_.start(BOTH)
    await bot_.store.write(runs.stop, "demo", str(ADMIN), bot_.clock.now())
    await report(bot_, "30005")
    assert texts(bot_, "slack") == []


async def test_an_address_with_another_conversation_is_passed_over(bot_: Bot) -> None:
    """One open conversation an address: who shares a Slack account with somebody is not asked there."""
    await bot_.start(Customer("first", slack="U1"))
    await bot_.store.write(_give_away)
    bot_.channels["sms"].fates.append(Rejected("no such number"))
    await bot_.start(BOTH)
    assert (await bot_.conversation("buyer")).ending == "undelivered"


def _give_away(connection: Any) -> None:
    connection.execute(delete(address).where(address.c.channel == "slack"))


REMINDS = {"reminder": 4}


async def test_a_reminder_goes_on_and_words_and_buttons_of_both_belong_to_it(
    store: Store, clock: ManualClock
) -> None:
    bot = falling(store, clock, channels=["slack", "sms"], **REMINDS)
    await bot.start(BOTH)
    await bot.later(days=4)
    assert (len(texts(bot, "slack")), len(texts(bot, "sms"))) == (1, 1)
    row = await bot.conversation("buyer")
    assert (row.channel, row.moved_from, row.state) == ("sms", "slack", "asked")
    await bot.tap(SLACK, "3")
    await bot.work()
    assert (await bot.conversation("buyer")).score == 3, "the old buttons answer it"
    assert "Your answer: 3" in texts(bot, "slack")[-2]
    await bot.say(SLACK, "too expensive")
    await bot.work()
    assert (await bot.conversation("buyer")).reason == "too expensive", "and so do words where it was"


async def test_words_at_the_new_address_answer_too(store: Store, clock: ManualClock) -> None:
    bot = falling(store, clock, channels=["slack", "sms"], **REMINDS)
    await bot.start(BOTH)
    await bot.later(days=4)
    await bot.say(SMS, "8")
    assert (await bot.conversation("buyer")).score == 8


@pytest.mark.parametrize("at", [SMS, SLACK])
async def test_stop_on_either_ends_both(store: Store, clock: ManualClock, at: str) -> None:
    bot = falling(store, clock, channels=["slack", "sms"], **REMINDS)
    await bot.start(BOTH)
    await bot.later(days=4)
    await bot.say(at, "please stop sending me these")
    await bot.later(days=8)
    row = await bot.conversation("buyer")
    assert (row.state, row.ending) == ("closed", "opted_out")
    assert not [one for one in await bot.rows(outbox) if one.state == "queued"]


async def test_nobody_elses_press_counts(store: Store, clock: ManualClock) -> None:
    bot = falling(store, clock, channels=["slack", "sms"], **REMINDS)
    await bot.start(BOTH)
    await bot.later(days=4)
    row = await bot.conversation("buyer")
    await bot.press("slack:U9", f"s:{row.id}:3")
    assert (await bot.conversation("buyer")).score is None


async def test_a_late_report_of_the_first_question_ends_nothing(store: Store, clock: ManualClock) -> None:
    bot = falling(store, clock, **REMINDS)
    await bot.start(BOTH)
    await bot.later(days=4)
    assert len(texts(bot, "slack")) == 1
    await report(bot, "30005", at=0)
    assert (await bot.conversation("buyer")).state == "asked"


def test_a_campaign_with_one_channel_has_no_next() -> None:
    values = {
        "company": "Acme",
        "fallback_manager": "slack:CALERTS",
        "channels": {"slack": {"bot_token": "xoxb-1", "signing_secret": "s"}},
        "public_url": "https://nps.example.com",
        "campaigns": {"spring": {"fallback": True, "channels": "slack"}},
    }
    with pytest.raises(ConfigError, match="fallback has no next channel"):
        checked(values, "config.yaml")
