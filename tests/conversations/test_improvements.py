"""`/nps improved`: whom it is planned for, what they read, once each, and what is taken back."""

import asyncio
from typing import Any

import pytest

from bot.commands.desk import Desk
from bot.commands.replies.reply import Reply
from bot.conversations.improvements import enrol_page
from bot.privacy.erasure import forget_conversations
from bot.sending import restored
from bot.store.schema import follow_up, improvement, outbox
from bot.store.store import Store
from bot.words import words_for
from channels.base import Unreachable
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

ADMIN = "slack:UADMIN"
ANNE, BAS = Customer("anne", slack="U1"), Customer("bas", sms="+31612345678", language="nl")
CEES = Customer("cees", slack="U3")
LINE = 'improved demo delivery "Orders leave within a day now."'


def settings(**campaign: Any) -> Any:
    usual = {"send_between": "always", "not_again_within": 0, "channels": ["slack", "sms"]}
    return settings_of(campaigns={"demo": usual | campaign}, admins=[ADMIN])


@pytest.fixture
def bot(store: Store, clock: ManualClock) -> Bot:
    return Bot(store, settings(), clock)


def desk_of(bot: Bot, language: str = "en") -> Desk:
    chosen = bot.settings.model_copy(update={"language": language})
    return Desk(bot.store, chosen, bot.context.limits, words_for("admin", language), bot.clock.now)


async def nps(bot: Bot, line: str, language: str = "en") -> Reply:
    return await desk_of(bot, language).carry_out(ADMIN, line)


async def press(bot: Bot, answer: Reply, which: int) -> Reply:
    return await nps(bot, answer.choices[0][which].value)


async def surveyed(bot: Bot) -> None:
    """Two who name delivery and one who names the price; their conversations are over."""
    await bot.start(ANNE, BAS, CEES)
    for who, score, reason in (
        ("slack:U1", "6", "Delivery is always late."),
        ("sms:+31612345678", "7", "De levering duurt te lang"),
        ("slack:U3", "9", "A fair price."),
    ):
        await bot.say(who, score)
        await bot.say(who, reason)
    await bot.work()
    await bot.later(days=3)


def last(bot: Bot, channel: str, who: str) -> str:
    return bot.channels[channel].chat(who)[-1]


async def test_those_who_named_the_theme_are_told_once(bot: Bot) -> None:
    await surveyed(bot)
    plan = await nps(bot, LINE)
    assert plan.text == (
        "demo, wave 1: what is better about delivery\n"
        "Will be told: 2 (Slack 1, SMS 1)\n"
        "Languages they were asked in: en 1, nl 1. Your words go out as you typed them.\n"
        "By SMS: one SMS a person\n"
        "They read:\n"
        "Thank you for your answer to Acme. What we did with it:\n"
        "Orders leave within a day now.\n"
        "Reply STOP to opt out.\n"
        "Nothing has been sent. Press Tell them, or write “/nps improved demo delivery confirm” within 24 hours."
    )
    await bot.later(minutes=2)
    assert "What we did" not in last(bot, "slack", "U1")
    assert (await press(bot, plan, 0)).text.startswith("Those who named delivery in wave 1 of demo are told")
    assert (await press(bot, plan, 0)).text.startswith("That was confirmed before")
    await bot.later(minutes=2)
    assert last(bot, "slack", "U1").endswith(
        "Thank you for your answer to Acme. What we did with it:\nOrders leave within a day now.\n"
        "Reply STOP to opt out."
    )
    assert last(bot, "sms", "+31612345678") == (
        "Acme: dank u voor uw antwoord. Wat we ermee deden: Orders leave within a day now. STOP = afmelden."
    )
    assert "What we did" not in "".join(bot.slack.chat("U3"))
    again = await nps(bot, LINE)
    assert "Left out: told of this before 2" in again.text
    assert again.choices == ()


async def test_in_dutch_with_the_words_as_they_were_typed(bot: Bot) -> None:
    await surveyed(bot)
    plan = await nps(bot, "verbeterd demo ronde 1 levering “Alles binnen één dag – beloofd’s beloofd.”", "nl")
    assert "Krijgen het te horen: 2 (Slack 1, sms 1)" in plan.text.replace("Sms", "sms").replace("SMS", "sms")
    assert "\nAlles binnen één dag – beloofd’s beloofd.\n" in plan.text
    assert "Per sms: 2 sms'en per persoon" in plan.text  # a dash and a curly quote are outside GSM 7-bit
    assert "“/nps verbeterd demo levering bevestig”" in plan.text
    told = await nps(bot, "verbeterd demo levering bevestig", "nl")
    assert told.text.startswith("Wie levering noemde in ronde 1 van demo krijgt het te horen")
    await bot.later(minutes=2)
    assert "Alles binnen één dag – beloofd’s beloofd." in last(bot, "sms", "+31612345678")


async def test_themes_are_called_what_reports_call_them(bot: Bot) -> None:
    await surveyed(bot)
    assert "levering, prijs, ondersteuning" in (await nps(bot, "verbeterd demo", "nl")).text
    assert "Bedoelde u “levering”?" in (await nps(bot, "verbeterd demo leverng “Nu sneller.”", "nl")).text
    plans = [
        await nps(bot, f"verbeterd demo {said} “Nu sneller.”", "nl") for said in ("delivery", "Levering")
    ]
    assert plans[0].text == plans[1].text
    assert plans[0].text.startswith("demo, ronde 1: wat er beter is aan levering\n")


async def test_confirmed_in_two_plans_by_two_processes_it_is_told_once(bot: Bot) -> None:
    await surveyed(bot)
    first = await nps(bot, LINE)
    await press(bot, first, 0)
    await nps(bot, LINE)
    await nps(bot, "improved demo confirm")
    second = Bot(bot.store, bot.settings, bot.clock, bot.channels, bot.limits, "two")
    bot.clock.advance(minutes=2)
    await asyncio.gather(bot.timers.tick(), second.timers.tick())
    await asyncio.gather(bot.work(), second.work())
    assert sum("What we did" in one for one in bot.slack.chat("U1")) == 1
    assert len(await bot.rows(follow_up)) == 2


async def test_a_crash_in_between_loses_nobody(bot: Bot) -> None:
    await surveyed(bot)
    await press(bot, await nps(bot, LINE), 0)
    assert await bot.store.write(enrol_page, bot.settings, ("slack", "sms"), bot.clock.now())
    again = bot.restarted()
    await again.later(minutes=2)
    assert "What we did" in last(again, "slack", "U1")
    assert not await bot.store.write(enrol_page, bot.settings, ("slack", "sms"), bot.clock.now())


async def test_what_has_not_gone_is_taken_back_and_may_be_told_later(
    store: Store, clock: ManualClock
) -> None:
    bot = Bot(store, settings(send_between="09:00-20:00", sundays=True, holidays=True), clock)
    await surveyed(bot)
    await bot.later(hours=12)  # by night: nothing goes
    told = await press(bot, await nps(bot, LINE), 0)
    await bot.later(minutes=2)
    assert {row.state for row in await bot.rows(follow_up)} == {"waiting"}
    assert (await press(bot, told, 0)).text == "Taken back. Not told of delivery in demo: 2."
    assert (await press(bot, told, 0)).text.startswith("Nothing of that is on its way")
    await bot.later(hours=12)
    assert "What we did" not in last(bot, "slack", "U1")
    await press(bot, await nps(bot, LINE), 0)
    bot.clock.advance(minutes=2)
    await bot.timers.tick()  # in the outbox, and not sent
    assert (await nps(bot, "improved demo delivery stop")).text.endswith(": 2.")
    await bot.later(minutes=2)
    assert "What we did" not in last(bot, "slack", "U1")
    await press(bot, await nps(bot, LINE), 0)
    await bot.later(minutes=2)
    assert "What we did" in last(bot, "slack", "U1")


async def test_who_is_left_out_and_who_waits(bot: Bot) -> None:
    await surveyed(bot)
    await bot.say("sms:+31612345678", "STOP")
    plan = await nps(bot, LINE)
    assert "Will be told: 1 (Slack 1)\nLeft out: opted out 1\n" in plan.text
    await bot.start()  # the next wave asks who is left
    plan = await nps(bot, LINE.replace("demo", "demo wave 1"))
    assert "Of them in a conversation, and told when it is over: 1" in plan.text
    await press(bot, plan, 0)
    await bot.later(minutes=2)
    assert "What we did" not in last(bot, "slack", "U1")
    await bot.say("slack:U1", "8")
    await bot.say("slack:U1", "The price went up.")
    await bot.later(days=4)
    await bot.later(minutes=11)
    assert "What we did" in last(bot, "slack", "U1")
    lately = await nps(bot, 'improved demo price "Prices stay as they are."')
    assert "Left out: told of something else lately 1" in lately.text


async def test_the_next_survey_keeps_fourteen_days_and_stop_works(bot: Bot) -> None:
    await surveyed(bot)
    await press(bot, await nps(bot, LINE), 0)
    await bot.later(minutes=2)
    await bot.later(days=8)
    await bot.start()
    assert (await bot.conversation("anne")).skipped == "too_soon"
    assert (await bot.conversation("cees")).state == "asked"
    await bot.say("slack:U1", "stop")
    await bot.work()
    assert "no more surveys" in last(bot, "slack", "U1")


async def test_what_they_write_back_stands_in_the_alert(bot: Bot) -> None:
    await surveyed(bot)
    await press(bot, await nps(bot, LINE), 0)
    await bot.later(minutes=2)
    await bot.say("slack:U1", "Last week it was late again, sorry.")
    await bot.work()
    assert "Last week it was late again" in bot.slack.chat("UMANAGER")[-1]


async def test_an_erasure_empties_what_they_were_told(bot: Bot) -> None:
    await surveyed(bot)
    await press(bot, await nps(bot, LINE), 0)
    await bot.later(minutes=2)
    anne = await bot.conversation("anne")
    await bot.store.write(forget_conversations, bot.settings, [anne.id], "retention", bot.clock.now())
    (told,) = await bot.rows(follow_up, conversation_id=anne.id)
    (message,) = [row for row in await bot.rows(outbox, kind="follow_up") if row.channel == "slack"]
    assert (told.key, told.ending) == (f"erased:{told.id}", "told")
    assert (message.body, message.address) == (None, "")


async def test_in_a_restored_copy_nobody_is_told_who_may_have_been(bot: Bot) -> None:
    await surveyed(bot)
    await press(bot, await nps(bot, LINE), 0)
    await bot.store.write(enrol_page, bot.settings, ("slack", "sms"), bot.clock.now())
    await restored.settle(bot.store, bot.context, bot.clock, anyway=True)
    await bot.later(minutes=2)
    assert "What we did" not in last(bot, "slack", "U1")
    assert {row.ending for row in await bot.rows(follow_up)} == {"told"}


async def test_who_is_not_reached_counts_as_not_told(bot: Bot) -> None:
    await surveyed(bot)
    bot.slack.fates.append(Unreachable("gone"))
    await press(bot, await nps(bot, LINE), 0)
    await bot.later(minutes=2)
    await bot.later(minutes=2)
    assert sorted(row.ending for row in await bot.rows(follow_up)) == ["told", "undelivered"]


async def test_a_plan_lasts_a_day_and_can_be_cancelled(bot: Bot) -> None:
    await surveyed(bot)
    plan = await nps(bot, LINE)
    await bot.later(hours=25)
    assert (await press(bot, plan, 0)).text.startswith("That plan is older than a day, and nothing was sent.")
    plan = await nps(bot, LINE)
    assert (await press(bot, plan, 1)).text == "Cancelled. Nothing of demo was sent."
    assert (await press(bot, plan, 0)).text.startswith("That plan is no longer there")
    assert await bot.rows(improvement) == []
    assert await bot.rows(outbox, kind="follow_up") == []


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("improved demo", "Which theme? Write it after “/nps improved demo”. There are: delivery, price, "),
        ('improved demo deliveri "Now faster."', "There is no theme “deliveri”. Did you mean “delivery”?"),
        ('improved demo moon "Now faster."', "There is no theme “moon”. There are: delivery, price, "),
        ("improved demo delivery", "What is better now?"),
        ('improved demo delivery "…"', "What is better now?"),
        ("improved demo delivery Now faster", "demo was never started."),
        ("improved demo delivery confirm", "That plan is no longer there"),
        ("improved demo stop", "Nothing of that is on its way"),
        ('improved dem delivery "Now faster."', "There is no campaign “dem"),
    ],
)
async def test_what_is_wrong_is_said(bot: Bot, line: str, answer: str) -> None:
    said = await nps(bot, line)
    assert said.text.startswith(answer)
    assert said.outcome != "done"


async def test_what_a_channel_cannot_hold_is_refused(bot: Bot) -> None:
    await surveyed(bot)
    said = await nps(bot, f'improved demo delivery "{"very long " * 600}"')
    assert said.text.startswith("Nothing was planned: by ")
    assert said.text.endswith("Say it in fewer words.")


async def test_only_admins_may(bot: Bot) -> None:
    for who in ("slack:UMANAGER", "slack:U1"):
        said = await desk_of(bot).carry_out(who, LINE)
        assert "only admins of npsbot can do that" in said.text
