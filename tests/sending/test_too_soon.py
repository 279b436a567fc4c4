"""Nobody is asked too often, also where it is found out late that they were asked."""

from datetime import timedelta

import pytest

from bot.store.schema import conversation, outbox
from channels.base import DeliveryReport
from tests.support.bot_under_test import Bot, Customer, settings_of

BUYER = Customer("Buyer", sms="+31612345678")
NUMBER = "sms:+31612345678"


@pytest.fixture
def seldom(bot: Bot) -> Bot:
    """A bot that asks nobody twice in thirty days, in a campaign with hours."""
    campaigns = {
        "demo": {"send_between": "10:00-16:00", "not_again_within": 30},
        "other": {"send_between": "10:00-16:00", "not_again_within": 30},
    }
    return Bot(bot.store, settings_of(campaigns=campaigns))


async def _undelivered(bot: Bot, number: int = 0) -> None:
    """The carrier says of a question that it did not arrive."""
    row = (await bot.rows(outbox, kind="question"))[number]
    await bot.take(
        DeliveryReport(f"r{number}", row.message_ref, "undelivered", bot.clock.now(), "30003"), "sms"
    )


@pytest.mark.parametrize("said", ["3 slow", "I never got an answer from you"])
async def test_a_late_answer_to_what_a_carrier_called_undelivered_counts_as_asked(
    seldom: Bot, said: str
) -> None:
    bot = seldom
    await bot.start(BUYER)
    await _undelivered(bot)
    await bot.later(hours=8)  # the window is closed: the next wave waits for the morning
    await bot.enrol(campaign="other")
    first, second = await bot.rows(conversation)
    assert (first.ending, second.state) == ("undelivered", "waiting")
    await bot.say(NUMBER, said)
    await bot.later(hours=20)
    first, second = await bot.rows(conversation)
    assert (second.state, second.skipped) == ("skipped", "too_soon")
    assert second.skipped_detail == f"until {first.asked_at + timedelta(days=30):%Y-%m-%d}, not_again_within"
    assert len(await bot.rows(outbox, kind="question")) == 1


@pytest.mark.parametrize("released", [False, True], ids=["it waits", "it is in the outbox"])
async def test_a_carrier_that_corrects_itself_counts_too(seldom: Bot, released: bool) -> None:
    bot = seldom
    await bot.start(BUYER)
    await _undelivered(bot)
    await bot.enrol(campaign="other")
    if released:
        await bot.timers.tick()
    question, *others = await bot.rows(outbox, kind="question")
    assert len(others) == released
    await bot.take(DeliveryReport("late", question.message_ref, "delivered", bot.clock.now()), "sms")
    await bot.work()
    await bot.work()
    assert (await bot.rows(conversation))[1].skipped == "too_soon"
    assert len(bot.sms.taken) == 1


async def test_without_an_answer_they_are_asked_by_the_next_wave(seldom: Bot) -> None:
    bot = seldom
    await bot.start(BUYER)
    await _undelivered(bot)
    await bot.enrol(campaign="other")
    await bot.work()
    assert (await bot.rows(conversation))[1].state == "asked"
