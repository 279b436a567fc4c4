"""What people write in a Slack channel, over HTTP against the stand-in: of it only what stands under a message of ours
comes in, by colleagues alone."""

from collections.abc import AsyncIterator

import pytest

from channels.base import Address
from tests.support.bot_in_sandbox import Bot, bot_in_sandbox

ALERTS = Address("slack", "C0ALERTS")


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with bot_in_sandbox() as bot:
        bot.run.world.add_slack_user("U0COLLEAGUE", "Helping Hand")
        bot.run.world.add_slack_user("U0STRANGER", "Buyer", team="T0ELSEWHERE")
        yield bot


def _in_channel(bot: Bot, *members: str) -> None:
    bot.run.world.add_slack_channel("C0ALERTS", "alerts", members)
    for user in members:
        bot.run.world.add_slack_channel_phone("C0ALERTS", user, phone=user.lower())


async def test_what_stands_under_a_message_of_ours_comes_in(bot: Bot) -> None:
    _in_channel(bot, "U0COLLEAGUE")
    ref = (await bot.channels["slack"].send(bot.say("slack", address=ALERTS))).message_ref
    first = ref.partition(":")[2]
    people = bot.run.people
    await people.type("u0colleague", "lunch?")
    lunch = bot.run.world.messages("u0colleague")[-1].id
    await people.type("u0colleague", "yes", reply_to=lunch)
    await people.type("u0colleague", "I call them", reply_to=first)
    mine = bot.run.world.messages("u0colleague")[-1].id
    await people.edit("u0colleague", mine, "I call them today")
    await people.delete("u0colleague", mine)
    said, changed, deleted = bot.messages()
    assert [said.text, changed.text, deleted.text] == ["I call them", "I call them today", ""]
    for one in (said, changed, deleted):
        assert (one.place, one.actor) == (ALERTS, Address("slack", "U0COLLEAGUE"))
        assert (one.shared, one.actor_name, one.reply_to) == (True, "Helping Hand", ref)
    assert changed.edits == deleted.edits == said.message_ref


async def test_a_line_of_ours_goes_into_the_thread(bot: Bot) -> None:
    _in_channel(bot, "U0COLLEAGUE")
    ref = (await bot.channels["slack"].send(bot.say("slack", address=ALERTS))).message_ref
    await bot.channels["slack"].send(bot.say("slack", address=ALERTS, thread=ref))
    assert bot.run.world.messages("u0colleague")[-1].raw["thread_ts"] == ref.partition(":")[2]


async def test_who_is_of_another_company_is_not_heard(bot: Bot) -> None:
    _in_channel(bot, "U0COLLEAGUE", "U0STRANGER")
    ref = (await bot.channels["slack"].send(bot.say("slack", address=ALERTS))).message_ref
    first = ref.partition(":")[2]
    await bot.run.people.type("u0stranger", "what do they say of us?", reply_to=first)
    await bot.run.people.type("u0colleague", "I call them", reply_to=first)
    (said,) = bot.messages()
    assert said.text == "I call them"


async def test_a_telegram_line_answers_the_alert(bot: Bot) -> None:
    ref = (await bot.channels["telegram"].send(bot.say("telegram"))).message_ref
    await bot.channels["telegram"].send(bot.say("telegram", thread=ref))
    await bot.channels["telegram"].send(bot.say("telegram", thread="1001:999999"))  # deleted since
    shown = bot.shown("telegram")
    assert [one.raw.get("reply_to_message", {}).get("message_id") for one in shown] == [
        None,
        int(ref.partition(":")[2]),
        None,
    ]
