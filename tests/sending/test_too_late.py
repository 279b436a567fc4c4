"""What is too late is not said: nobody is woken by the answer of three days ago."""

import pytest

from bot.commands.worker import CommandWorker
from bot.intake.intake import REFUSED_A_DAY
from bot.store.schema import command, outbox
from tests.support.bot_under_test import ADMIN, Bot, Customer
from tests.support.fake_channel import FakeChannel

AT = pytest.mark.parametrize("who", ["slack:U1", "telegram:501", "sms:+31612345678"])


def _customer(who: str) -> Customer:
    channel, _, value = who.partition(":")
    return Customer("buyer", **{channel: value})


def _said(channel: FakeChannel) -> int:
    """How many messages arrived; a change of one makes no sound."""
    return sum(message.replaces is None for message in channel.taken)


@AT
@pytest.mark.parametrize(("hours", "said"), [(3, True), (5, False), (72, False)])
async def test_replies_of_before_an_outage(bot: Bot, who: str, hours: int, said: bool) -> None:  # field E9
    channel = bot.channels[who.partition(":")[0]]
    await bot.start(_customer(who))
    await bot.say(who, "7")
    again = bot.restarted()
    await again.later(hours=hours)
    assert (_said(channel) > 1) is said
    await again.say(who, "the invoices are late")
    before = _said(channel)
    await again.work()
    assert _said(channel) > before, "what is said now is answered now"


async def test_an_alert_is_never_too_late(bot: Bot) -> None:
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "2")
    await bot.restarted().later(days=3)
    assert len(bot.slack.texts("UMANAGER")) == 1


async def test_status_of_before_an_outage(bot: Bot) -> None:  # field E9
    await bot.say(str(ADMIN), "", command="nps status")
    await CommandWorker(bot.store, bot.context, bot.clock).look()
    await bot.restarted().later(days=3)
    assert bot.slack.texts() == []
    (row,) = await bot.rows(outbox, kind="command")
    assert (row.state, row.body) == ("expired", None)


async def test_an_answer_for_a_channel_that_takes_nothing_keeps_no_words(bot: Bot) -> None:  # field E4
    await bot.say(str(ADMIN), "", command="nps status")
    await CommandWorker(bot.store, bot.context, bot.clock).look()
    bot.clock.advance(hours=2)
    await bot.timers.tick()  # no sender of that channel runs
    (row,) = await bot.rows(outbox, kind="command")
    assert (row.state, row.body) == ("expired", None)


async def test_a_stranger_s_commands_are_refused_with_a_bound(bot: Bot) -> None:  # field E9
    worker = CommandWorker(bot.store, bot.context, bot.clock)
    for _ in range(50):
        await bot.say("slack:USTRANGER", "", command="nps report")
        await bot.say(str(ADMIN), "", command="nps status")
        await worker.look()
    await bot.work()
    assert len(bot.slack.texts("USTRANGER")) == REFUSED_A_DAY
    assert len(await bot.rows(command)) == 50 + REFUSED_A_DAY, "colleagues are never bounded"
    bot.clock.advance(days=2)
    await bot.say("slack:USTRANGER", "", command="nps report")
    await worker.look()
    await bot.work()
    assert len(bot.slack.texts("USTRANGER")) == REFUSED_A_DAY + 1
