"""Intake: what one event does in its one transaction, on both engines."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from bot.dialogue.buttons import score_value
from bot.intake import arrival
from bot.store.schema import answer, command, contact, conversation, inbox, link, opt_out, outbox
from channels.base import (
    Address,
    DeliveryReport,
    InboundMessage,
    RateLimited,
)
from tests.support.bot_under_test import ADMIN, Bot, Customer
from tests.support.manual_clock import MONDAY

BUYER = Customer("buyer", slack="U1", telegram="1", sms="+31612345678")
PLANNER = Customer("planner", slack="U2")


async def test_a_whole_conversation(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.tap("slack:U1", "3")
    await bot.work()
    await bot.say("slack:U1", "Deliveries are late.")
    await bot.work()

    row = await bot.conversation("buyer")
    assert (row.state, row.score, row.reason) == ("thanked", 3, "Deliveries are late.")
    question, reason_question, thanks = bot.slack.chat("U1")
    assert "Your answer: 3" in question
    assert "reason for your 3" in reason_question
    assert "your 3 and your reason" in thanks
    (alert,) = bot.slack.chat("UMANAGER")
    assert "buyer gave a 3" in alert
    assert "Deliveries are late." in alert


# ------------------------------------------------------------------------------------------------- once


async def test_the_same_delivery_ten_times_at_once_has_one_effect(bot: Bot) -> None:
    await bot.start(BUYER)
    event = bot.message("slack:U1", "2")
    outcomes = await asyncio.gather(*(bot.take(event) for _ in range(10)))
    assert sorted(outcomes) == ["duplicate"] * 9 + ["taken"]
    await bot.work()
    assert len(await bot.rows(inbox)) == 1
    assert len(await bot.rows(answer)) == 1
    assert len(await bot.cases()) == 1
    assert len(bot.slack.chat("UMANAGER")) == 1


async def test_the_same_id_on_another_channel_is_another_event(bot: Bot) -> None:
    assert await bot.say("slack:U8", "hello", provider_id="7") == "taken"
    assert await bot.say("telegram:8", "hello", provider_id="7") == "taken"


async def test_a_command_is_kept_once(bot: Bot) -> None:
    event = bot.message(str(ADMIN), command="nps status demo", answer_ref="https://hooks.example/1")
    assert [await bot.take(event), await bot.take(event)] == ["taken", "duplicate"]
    (kept,) = await bot.rows(command)
    assert (kept.actor, kept.line, kept.done_at) == (str(ADMIN), "status demo", None)


async def test_a_write_that_raises_keeps_nothing(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    await bot.start(BUYER)
    event = bot.message("slack:U1", "2")

    def broken(*_: Any) -> None:
        raise RuntimeError("the alert cannot be written")

    with monkeypatch.context() as patched:
        patched.setattr("bot.cases.cases._open", broken)
        with pytest.raises(RuntimeError, match="alert"):
            await bot.take(event)
    assert await bot.rows(inbox) == []
    assert await bot.rows(answer) == []
    assert (await bot.conversation("buyer")).score is None

    assert await bot.take(event) == "taken", "the provider delivers it again"
    assert (await bot.conversation("buyer")).score == 2


async def test_the_way_to_answer_a_press_is_not_kept_with_the_event(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.press("slack:U1", "s:1:8", answer_ref="https://hooks.slack.example/secret")
    (kept,) = await bot.rows(inbox)
    assert "secret" not in str(kept.event)


# --------------------------------------------------------------------------------------------- strangers


async def test_a_stranger_is_answered_once(bot: Bot) -> None:
    for _ in range(3):
        await bot.say("telegram:77", "hello?")
    await bot.work()
    (said,) = bot.telegram.texts("77")
    assert "no open question for you" in said


async def test_a_stranger_who_asks_for_help_is_told_once_a_day(bot: Bot) -> None:
    for _ in range(3):
        await bot.say("telegram:77", "HELP")
    await bot.work()  # what waits for more than five minutes, a stranger is told no more
    await bot.later(days=1)
    await bot.say("telegram:77", "HELP")
    await bot.work()
    assert len(bot.telegram.texts("77")) == 2


async def test_an_opted_out_stranger_hears_nothing_more(bot: Bot) -> None:
    await bot.say("telegram:77", "STOP")
    await bot.say("telegram:77", "and another thing")
    await bot.work()
    (said,) = bot.telegram.texts("77")
    assert "no more surveys" in said


async def test_a_contact_whom_nobody_asked_gets_no_score(bot: Bot) -> None:
    await bot.add(BUYER)
    await bot.say("slack:U1", "3")
    await bot.work()
    assert await bot.rows(answer) == []
    assert len(bot.slack.texts("U1")) == 1


# ------------------------------------------------------------------------------------------------ presses


async def test_a_tap_that_names_another_persons_conversation_changes_nothing(bot: Bot) -> None:
    await bot.start(BUYER, PLANNER)
    theirs = await bot.conversation("planner")
    assert await bot.press("slack:U1", score_value(theirs.id, 0)) == "taken"
    await bot.work()
    assert (await bot.conversation("planner")).score is None
    assert (await bot.conversation("buyer")).score is None
    assert bot.slack.chat("UMANAGER") == []


@pytest.mark.parametrize(
    "value",
    [
        "s:1:11",
        "s:1:-1",
        "s:99999:5",
        f"s:{10**17}:5",
        "s:x:5",
        "s:1",
        "",
        "c:99:take",
        f"c:{2**31}:take",
        "zzz",
    ],
)
async def test_a_button_that_is_none_of_ours_gives_no_score(bot: Bot, value: str) -> None:
    await bot.start(BUYER)
    await bot.press("slack:U1", value)
    await bot.work()
    row = await bot.conversation("buyer")
    assert (row.state, row.score) == ("asked", None)


async def test_an_old_button_answers_nothing_while_a_newer_conversation_is_open(bot: Bot) -> None:
    await bot.start(BUYER)
    first = await bot.conversation("buyer")
    await bot.later(days=8)
    await bot.start()
    second = await bot.conversation("buyer")
    assert second.id != first.id
    await bot.press("slack:U1", score_value(first.id, 2))
    await bot.work()
    assert [row.score for row in await bot.rows(conversation)] == [None, None]
    assert bot.slack.chat("UMANAGER") == []


async def test_a_press_and_a_text_at_once_leave_one_standing_score(bot: Bot) -> None:
    await bot.start(BUYER)
    talk = await bot.conversation("buyer")
    await asyncio.gather(bot.press("slack:U1", score_value(talk.id, 9)), bot.say("slack:U1", "4"))
    await bot.work()
    row = await bot.conversation("buyer")
    assert (row.first_score, row.score) == (9, 4)
    assert [kept.score for kept in await bot.rows(answer, kind="score")] == [9, 4]
    assert "Your answer: 4" in bot.slack.chat("U1")[0]


async def test_an_answer_may_overtake_the_record_of_its_question(bot: Bot) -> None:
    await bot.enrol(BUYER)
    await bot.timers.tick()  # the question is in the outbox, and nothing is recorded as sent
    await bot.say("slack:U1", "8")
    row = await bot.conversation("buyer")
    assert (row.state, row.score) == ("reason", 8)
    assert row.closes_at is not None
    await bot.work()
    (said,) = bot.slack.texts("U1")
    assert "reason for your 8" in said, "who answered is not asked again"


# ------------------------------------------------------------------------------------------- after the end


async def test_a_late_score_counts_as_late_and_alerts(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.later(days=8)
    await bot.say("slack:U1", "1")
    await bot.work()
    row = await bot.conversation("buyer")
    assert (row.state, row.score, row.late) == ("closed", 1, True)
    assert "still been passed on" in bot.slack.texts("U1")[-1]
    assert len(bot.slack.chat("UMANAGER")) == 1


async def test_late_words_reach_the_account_manager(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "1")
    await bot.later(days=8)
    assert "Gave no reason" in bot.slack.chat("UMANAGER")[0]
    await bot.say("slack:U1", "The invoices were wrong.")
    await bot.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert "The invoices were wrong." in alert


async def test_who_answers_a_question_that_was_reported_lost_has_got_it(bot: Bot) -> None:
    await bot.start(Customer("phone", sms="+31612345678"))
    (sent,) = await bot.rows(outbox, kind="question")
    await bot.take(_report(bot, "1", sent.message_ref, "undelivered"), "sms")
    assert (await bot.conversation("phone")).ending == "undelivered"
    await bot.say("sms:+31612345678", "2")
    row = await bot.conversation("phone")
    assert (row.score, row.late) == (2, True)
    assert len(await bot.cases()) == 1


async def test_an_edit_of_the_score_changes_it(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "9", message_ref="m1")
    await bot.say("slack:U1", "6", message_ref="m1", edits="m1")
    row = await bot.conversation("buyer")
    assert (row.first_score, row.score) == (9, 6)
    assert len(await bot.cases()) == 1


async def test_an_edit_of_the_reason_replaces_it(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "9")
    await bot.say("slack:U1", "good poeple", message_ref="m2")
    await bot.say("slack:U1", "and fast", message_ref="m3")
    await bot.say("slack:U1", "good people", message_ref="m2", edits="m2")
    assert (await bot.conversation("buyer")).reason == "good people\nand fast"


# --------------------------------------------------------------------------------------------------- links


async def test_a_link_ties_a_chat_once(bot: Bot) -> None:
    await bot.add(Customer("linked"))
    await bot.store.write(_link, "token", bot)
    await bot.say("telegram:5", "", command="start token")
    await bot.say("telegram:6", "", command="start token")
    await bot.say("telegram:5", "", command="start token")
    await bot.say("telegram:6", "", command="start unknown")
    await bot.work()
    assert "may now ask you" in bot.telegram.texts("5")[0]
    assert bot.telegram.texts("5")[0] == bot.telegram.texts("5")[1]
    assert "used already" in bot.telegram.texts("6")[0]
    assert "not known" in bot.telegram.texts("6")[1]
    await bot.start()
    assert (await bot.conversation("linked")).address == "5"


async def test_start_without_a_token_is_the_word_start(bot: Bot) -> None:
    await bot.say("telegram:5", "STOP")
    await bot.say("telegram:5", "", command="start")
    assert await bot.rows(opt_out) == []


async def test_stop_as_a_command_is_the_word_stop(bot: Bot) -> None:
    await bot.say("telegram:5", "", command="stop")
    assert len(await bot.rows(opt_out)) == 1


# ------------------------------------------------------------------------------------------------- roles


@pytest.mark.parametrize("who", ["slack:UMANAGER", str(ADMIN)])
@pytest.mark.parametrize("words", ["STOP", "8", "HELP"])
async def test_a_colleagues_words_are_no_customers(bot: Bot, who: str, words: str) -> None:
    await bot.start(BUYER)
    await bot.say(who, words)
    await bot.work()
    assert await bot.rows(opt_out) == []
    assert (await bot.conversation("buyer")).score is None
    (said,) = bot.slack.texts(who.partition(":")[2])
    assert "not a customer" in said


async def test_a_manager_who_is_a_customer_too_answers_as_one(bot: Bot) -> None:
    await bot.start(Customer("both", slack="UMANAGER"))
    await bot.say("slack:UMANAGER", "8")
    assert (await bot.conversation("both")).score == 8


# ------------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    "text", ["🙂" * 5000, "<!channel> & <b>`x`</b>", "'; DROP TABLE inbox; --", "\u202eno", " \t\n"]
)
async def test_any_text_is_taken_in(bot: Bot, text: str) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "2")
    assert await bot.say("slack:U1", text) == "taken"
    await bot.work()
    assert (await bot.conversation("buyer")).score == 2


def _link(connection: Connection, token: str, bot: Bot) -> None:
    person = connection.execute(select(contact.c.id)).scalar_one()
    connection.execute(insert(link), {"token": token, "contact_id": person, "made_at": bot.clock.now()})


def _report(bot: Bot, provider_id: str, ref: str, status: Any) -> DeliveryReport:
    return DeliveryReport(provider_id, ref, status, bot.clock.now())


def test_an_event_of_every_kind_can_be_stored() -> None:
    """An exception in it must not stop it."""
    report = DeliveryReport("1", "SM1", "failed", MONDAY, "30022", RateLimited("slow down", 3))
    assert "error" not in arrival.event_to_json(report)
    place = Address("slack", "U1")
    assert arrival.event_to_json(InboundMessage("1", place, place, MONDAY, "hi"))["text"] == "hi"
