"""What colleagues and customers write each other under an alert, and all that can be wrong with it: the table in
docs/account-managers.md."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.intake.erasing import erase_contact
from bot.intake.intake import WORDS_ANSWERED_A_DAY
from bot.intake.reception import reception
from bot.store.schema import answer, case, case_event, inbox, metadata, outbox, thread_message
from channels.base import Address, Blocked, DeliveryReport, Rejected, Unavailable, Unknown, Unreachable
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.fake_channel import Lost, text_of

BUYER = Customer("Buyer", slack="U1", sms="+31612345678")
MANAGER, CUSTOMER = "slack:UMANAGER", "slack:U1"
NUMBER = "sms:+31612345678"


async def alerted(bot: Bot, customer: Customer = BUYER, at: str = CUSTOMER) -> str:
    """A detractor with a reason; the reference of the alert."""
    await bot.start(customer)
    await bot.say(at, "3")
    await bot.say(at, "Too slow.")
    await bot.work()
    (row,) = await bot.cases()
    return str(row.shown_ref)


async def writes(bot: Bot, text: str, ref: str, who: str = MANAGER, **more: Any) -> None:
    await bot.say(who, text, reply_to=ref, **more)
    await bot.work()


async def in_channel(bot: Bot, text: str, ref: str, **more: Any) -> str:
    """Somebody in the channel where the alert stands writes in its thread; what came of it."""
    message = bot.message(
        "slack:UCOLLEAGUE", text, reply_to=ref, shared=True, actor_name="Helping Hand", **more
    )
    place = Address("slack", "CALERTS")
    outcome = await bot.take(type(message)(**{**_fields(message), "place": place}))
    await bot.work()
    return outcome


def _fields(message: Any) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__dataclass_fields__}


async def _case(bot: Bot) -> Any:
    (row,) = await bot.cases()
    return row


# ------------------------------------------------------------------------------------------ the plain way


async def test_words_go_out_and_what_becomes_of_them_is_one_line(bot: Bot) -> None:
    ref = await alerted(bot, Customer("Buyer", sms="+31612345678"), NUMBER)
    await writes(bot, "I call you at ten.", ref)
    assert bot.sms.texts("+31612345678")[-1] == "Manager of Acme: I call you at ten."
    assert bot.slack.chat("UMANAGER")[1:] == ["Sent to Buyer by SMS."]
    sms = list(bot.sms.shown)[-1]
    await bot.take(DeliveryReport("r1", sms, "delivered", bot.clock.now()), "sms")
    await bot.take(DeliveryReport("r2", sms, "sent", bot.clock.now()), "sms")  # late
    await bot.work()
    assert bot.slack.chat("UMANAGER")[1:] == ["Delivered to Buyer by SMS."]
    row = await _case(bot)
    assert (row.state, row.taken_by) == ("taken", MANAGER)
    assert row.thread_until == bot.clock.now() + timedelta(hours=72)
    kinds = [one.kind for one in await bot.rows(case_event)]
    assert kinds == ["opened", "wrote", "delivered"]


async def test_a_line_stands_in_the_thread_of_the_alert(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "I call you at ten.", ref)
    await bot.say(CUSTOMER, "Fine.")
    await bot.work()
    lines = [one for one in bot.slack.taken if one.address.id == "UMANAGER" and one.thread]
    assert [one.thread for one in lines] == [ref, ref]
    assert bot.slack.texts("U1")[-1].startswith("Manager of Acme:\nI call you at ten.")


@pytest.mark.parametrize("status", ["undelivered", "failed"])
async def test_what_a_carrier_takes_back_is_told_with_the_number_to_call(bot: Bot, status: Any) -> None:
    ref = await alerted(bot, Customer("Buyer", sms="+31612345678"), NUMBER)
    await writes(bot, "I call you at ten.", ref)
    sms = list(bot.sms.shown)[-1]
    await bot.take(DeliveryReport("r1", sms, status, bot.clock.now(), code="30003"), "sms")
    await bot.work()
    (line,) = bot.slack.chat("UMANAGER")[1:]
    assert line.startswith(f"Not delivered to Buyer by SMS: the carrier said {status}. Call: +31612345678.")


@pytest.mark.parametrize(
    ("fates", "line"),
    [
        (
            [Rejected("the message was filtered")],
            "Not delivered to Buyer by Slack: the message was filtered. Call",
        ),
        (
            [Unreachable("the account is deactivated")],
            "Not delivered to Buyer by Slack: the account is deactivated.",
        ),
        ([Unknown("no answer")] * 3, "Perhaps sent to Buyer by Slack"),
        ([Lost()], "Sent to Buyer by Slack."),  # sent again: it may be seen twice, as every reply
        ([Unavailable("down for a moment")], "Sent to Buyer by Slack."),
    ],
    ids=str,
)
async def test_each_fate_is_told(bot: Bot, fates: list[Any], line: str) -> None:
    ref = await alerted(bot)
    await bot.say(MANAGER, "I call you at ten.", reply_to=ref)
    bot.slack.fates.extend([None, *fates])  # the alert first: it is taken now
    for _ in range(4):
        await bot.later(minutes=3)
    (told,) = bot.slack.chat("UMANAGER")[1:]
    assert told.startswith(line)


async def test_a_customer_who_left_is_not_written_to(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "I call you at ten.", ref)
    await bot.say(CUSTOMER, "STOP")
    await bot.work()
    await writes(bot, "Are you there?", ref)
    assert "Are you there?" not in "".join(bot.slack.texts("U1"))
    assert bot.slack.chat("UMANAGER")[-1] == "Not sent: Buyer wants no more messages. Call: +31612345678."


async def test_who_leaves_while_words_are_on_their_way_gets_none(bot: Bot) -> None:
    ref = await alerted(bot)
    await bot.say(MANAGER, "I call you at ten.", reply_to=ref)
    await bot.say(CUSTOMER, "STOP")
    await bot.work()
    assert "I call you at ten." not in "".join(bot.slack.texts("U1"))
    assert "Not sent: Buyer wants no more messages. Call: +31612345678." in bot.slack.chat("UMANAGER")


# -------------------------------------------------------------------------------------- a customer's words


async def test_we_are_silent_while_a_colleague_talks_with_them(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "I call you at ten.", ref)
    before = bot.slack.texts("U1")
    for words in ("10 is fine", "8", "out of office", "who pays?", "👍"):
        await bot.say(CUSTOMER, words)
        await bot.work()
    assert bot.slack.texts("U1") == before
    assert bot.slack.chat("UMANAGER")[2:] == [
        f"Buyer:\n{words}" for words in ("10 is fine", "8", "out of office", "who pays?", "👍")
    ]
    row = await bot.conversation("Buyer")
    assert (row.score, row.reason) == (3, "Too slow.")
    assert [one.kind for one in await bot.rows(answer)][-5:] == ["thread"] * 5


async def test_a_button_of_the_survey_counts_in_silence(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "I call you at ten.", ref)
    before = len(bot.slack.chat("U1"))
    await bot.tap(CUSTOMER, "8")
    await bot.work()
    assert (await bot.conversation("Buyer")).score == 8
    assert len(bot.slack.chat("U1")) == before
    assert "Your answer: 8." in bot.slack.chat("U1")[0]


async def test_a_correction_in_words_is_asked_back_once_also_days_later(bot: Bot) -> None:
    ref = await alerted(bot)
    await bot.later(days=2)
    await writes(bot, "I call you at ten.", ref)
    await bot.say(CUSTOMER, "Thanks, change my 3 to an 8")
    await bot.work()
    assert "change your score from 3 to 8" in bot.slack.texts("U1")[-1]
    await bot.say(CUSTOMER, "no")
    await bot.say(CUSTOMER, "8")
    await bot.work()
    assert (await bot.conversation("Buyer")).score == 3
    await bot.say(CUSTOMER, "Please change my 3 to an 8")
    await bot.say(CUSTOMER, "yes")
    await bot.work()
    row = await bot.conversation("Buyer")
    assert (row.score, row.first_score, row.state) == (8, 3, "closed")


async def test_what_comes_without_words_is_told_of_with_the_chat(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "Show me.", ref)
    await bot.say(CUSTOMER, "", brings="picture", chat_url="https://t.me/buyer")
    await bot.work()
    assert bot.slack.chat("UMANAGER")[-1] == "Buyer:\nSent a picture: open the chat"


async def test_an_edit_and_a_deletion_are_shown_where_their_message_stands(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "When?", ref)
    await bot.say(CUSTOMER, "Tuesday", message_ref="m1")
    await bot.say(CUSTOMER, "Wednesday", message_ref="m1", edits="m1")
    await bot.work()
    assert bot.slack.chat("UMANAGER")[-1] == "Buyer changed this:\nWednesday"
    await bot.say(CUSTOMER, "", message_ref="m1", edits="m1")
    await bot.work()
    assert bot.slack.chat("UMANAGER")[-1] == "Buyer took a message back."


async def test_long_words_come_in_parts_and_whole(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "Tell me all.", ref)
    words = " ".join(f"word{number}" for number in range(1500))
    await bot.say(CUSTOMER, words)
    await bot.work()
    parts = [text.partition("\n")[2] for text in bot.slack.chat("UMANAGER")[2:]]
    assert len(parts) > 2
    assert " ".join(part.strip() for part in parts) == words


async def test_an_answer_from_another_channel_goes_to_the_thread_and_is_answered_there(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "I call you at ten.", ref)
    await bot.say(NUMBER, "I am on the road, text me")
    await bot.work()
    assert bot.slack.chat("UMANAGER")[-1] == "Buyer, by SMS:\nI am on the road, text me"
    await writes(bot, "Good, until then.", ref)
    assert bot.sms.texts("+31612345678") == ["Manager of Acme: Good, until then."]


async def test_three_silent_days_end_the_thread_and_a_later_answer_pings(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "I call you at ten.", ref)
    await bot.later(hours=71)
    await bot.say(CUSTOMER, "Still waiting.")  # each word of either begins the 72 hours anew
    await bot.work()
    await bot.later(hours=71)
    await bot.say(CUSTOMER, "Hello?")
    await bot.work()
    assert bot.slack.chat("UMANAGER")[-1] == "Buyer:\nHello?"
    await bot.later(hours=73)
    await bot.say(CUSTOMER, "Nobody called, 8 days now.")
    await bot.work()
    assert "What they wrote:\nNobody called, 8 days now." in bot.slack.chat("UMANAGER")[-1]
    row = await _case(bot)
    assert row.pings == 2
    assert (await bot.conversation("Buyer")).score == 3


async def test_a_question_of_another_wave_waits_until_they_are_done(bot: Bot) -> None:
    ref = await alerted(bot)
    await bot.later(days=9)  # the first conversation has closed
    await writes(bot, "I call you at ten.", ref)
    asked = len(bot.slack.chat("U1"))
    await bot.enrol(campaign="demo")
    await bot.work()
    assert len(bot.slack.chat("U1")) == asked
    await bot.later(hours=71)
    assert len(bot.slack.chat("U1")) == asked
    await bot.later(hours=2)
    assert len(bot.slack.chat("U1")) == asked + 1


async def test_a_question_that_waits_in_the_outbox_waits_too(bot: Bot) -> None:
    ref = await alerted(bot)
    await bot.later(days=9)
    await bot.enrol(campaign="demo")
    await bot.timers.tick()  # released, not sent
    bot.slack.fates.append(Unavailable("later"))
    await bot.senders["slack"].look()
    await bot.senders["slack"].settle()
    await writes(bot, "I call you at ten.", ref)
    await bot.later(minutes=2)
    assert "recommend us" not in bot.slack.chat("U1")[-1]


# ------------------------------------------------------------------------------------------ what is wrong


async def test_words_under_a_case_that_is_done_do_not_go(bot: Bot) -> None:
    ref = await alerted(bot)
    await bot.tap(MANAGER, "Done")
    await bot.work()
    before = bot.slack.texts("U1")
    await writes(bot, "One thing more.", ref)
    assert bot.slack.texts("U1") == before
    assert bot.slack.chat("UMANAGER")[-1] == "Nothing was sent: case 1 is done. Reopen it first."


async def test_done_ends_the_thread(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "I call you at ten.", ref)
    await bot.tap(MANAGER, "Done")
    await bot.work()
    await bot.say(CUSTOMER, "Thanks!")
    await bot.work()
    assert "Buyer:\nThanks!" not in bot.slack.chat("UMANAGER")
    assert "New words since Done" in bot.slack.chat("UMANAGER")[-1]  # the alert anew


async def test_nothing_of_an_erased_customer_is_left_and_nothing_goes_to_them(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "Secret-of-manager at ten.", ref)
    await writes(bot, "note: secret-note", ref)
    await bot.say(CUSTOMER, "Secret-of-customer", message_ref="U1:m9")
    await bot.work()
    await bot.store.write(erase_contact, bot.context, "Buyer", bot.clock.now())
    await bot.work()
    assert bot.slack.chat("UMANAGER")[1:] == ["Erased on request."] * 3

    def everything(connection: Connection) -> str:
        return " ".join(
            str(row) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )

    left = await bot.store.read(everything)
    for trace in ("Secret-of-manager", "secret-note", "Secret-of-customer", "U1:m9", "Buyer", "+31612345678"):
        assert trace not in left, trace
    await writes(bot, "Hello?", ref)
    assert bot.slack.chat("UMANAGER")[-1] == "Nothing was sent: the customer of this alert was erased."
    await writes(bot, "Secret-of-manager at twelve.", ref, message_ref="in-4", edits="in-4")
    assert "Secret-of-manager at twelve." not in "".join(bot.slack.texts("U1"))


async def test_a_colleague_in_the_channel_is_welcome_and_named(bot: Bot) -> None:
    await alerted(bot, Customer("Buyer", slack="U1", account="Initech", manager=None))
    row = await _case(bot)
    assert await in_channel(bot, "I am the one with the key.", row.shown_ref) == "taken"
    assert bot.slack.texts("U1")[-1].startswith("Helping Hand of Acme:\nI am the one with the key.")
    row = await _case(bot)
    assert row.taken_by == "slack:UCOLLEAGUE Helping Hand"
    await bot.say(CUSTOMER, "Great.")
    await bot.work()
    assert bot.slack.chat("CALERTS")[-1] == "Buyer:\nGreat."


async def test_what_people_say_to_each_other_leaves_no_trace(bot: Bot) -> None:
    await alerted(bot)
    before = len(await bot.rows(inbox))
    assert await in_channel(bot, "lunch?", "CALERTS:12.5") == "passed over"
    assert len(await bot.rows(inbox)) == before
    receive = reception(bot.store, bot.context, bot.clock, "slack")
    await receive([bot.message("slack:U9", "lunch?", shared=True)])
    assert len(await bot.rows(inbox)) == before


LOST = (
    "Nothing was sent: the sending of this alert was cut off, so npsbot does not know whose it is. "
    "Write it under the copy that came after it."
)


async def cut_off(bot: Bot, manager: str | None) -> str:
    """An alert that stands there twice, since nobody learned that the first was taken; the reference of the first."""
    await bot.start(Customer("Buyer", slack="U1", account="Initech", manager=manager))
    await bot.say(CUSTOMER, "3")
    await bot.say(CUSTOMER, "Too slow.")
    bot.slack.fates.extend([Lost()])
    before = set(bot.slack.shown)
    await bot.work()
    first = next(ref for ref in bot.slack.shown if ref not in before)
    await bot.later(minutes=2)
    assert (await _case(bot)).shown_ref != first
    return first


# field A2
async def test_words_under_an_alert_whose_sending_was_cut_off_are_not_lost_in_silence(bot: Bot) -> None:
    first = await cut_off(bot, manager=None)
    before = bot.slack.texts("U1")
    for words in ("Secret: I call you at ten.", "Are you there?"):
        assert await in_channel(bot, words, first) == "taken"
    told = [one for one in bot.slack.taken if one.address.id == "CALERTS" and LOST in text_of(one.body)]
    assert [one.thread for one in told] == [first], "once, where it was written"
    assert bot.slack.texts("U1") == before
    assert "Secret" not in str(await bot.rows(inbox)), "no erasure would find it"
    await in_channel(bot, "I call you at ten.", (await _case(bot)).shown_ref)
    assert bot.slack.texts("U1")[-1].startswith("Helping Hand of Acme:\nI call you at ten.")


async def test_so_in_a_managers_own_chat(bot: Bot) -> None:
    first = await cut_off(bot, manager="Manager")
    await writes(bot, "I call you at ten.", first)
    assert bot.slack.chat("UMANAGER")[-1] == LOST


async def test_so_until_it_is_sent_again(bot: Bot) -> None:
    """The process was killed behind the call: nobody has the reference, and nothing was recorded."""
    await bot.start(Customer("Buyer", slack="U1", account="Initech", manager=None))
    await bot.say(CUSTOMER, "3")

    def killed(connection: Connection) -> None:
        values = {"attempts": 1, "leased_until": bot.clock.now() + timedelta(seconds=10)}
        connection.execute(update(outbox).where(outbox.c.kind == "alert").values(**values))

    await bot.store.write(killed)
    assert await in_channel(bot, "I call you at ten.", "slack-lost") == "taken"
    assert bot.slack.chat("CALERTS")[-1] == LOST


async def test_who_answers_a_question_of_their_own_is_no_colleague_there(bot: Bot) -> None:
    """A manager is a customer of their own too: in the thread of a question that nobody knows, the answer counts."""
    await cut_off(bot, manager="Manager")
    await bot.start(Customer("Boss", slack="UMANAGER"))
    await bot.say(MANAGER, "9", reply_to="slack-of-the-question")
    assert (await bot.conversation("Boss")).score == 9


async def test_a_thread_under_something_else_of_ours_stays_unheard(bot: Bot) -> None:
    await cut_off(bot, manager="Manager")  # which stands elsewhere
    assert await in_channel(bot, "lunch?", "CALERTS:12.5") == "passed over"


async def test_who_is_no_colleague_any_more_writes_to_nobody(bot: Bot) -> None:
    ref = await alerted(bot)
    before = bot.slack.texts("U1")
    await writes(bot, "Hello", ref, who="slack:UFORMER")
    assert bot.slack.texts("U1") == before
    assert bot.slack.texts("UFORMER") == ["Only the account manager or an admin can do that."]


async def test_two_at_once_are_both_heard_in_their_order(bot: Bot) -> None:
    await alerted(bot, Customer("Buyer", slack="U1", account="Initech", manager=None))
    ref = (await _case(bot)).shown_ref
    await in_channel(bot, "First.", ref)
    chief = bot.message(str(ADMIN), "Second.", reply_to=ref, shared=True, actor_name="Chief")
    await bot.take(type(chief)(**{**_fields(chief), "place": Address("slack", "CALERTS")}))
    await bot.work()
    first, second = bot.slack.texts("U1")[-2:]
    assert first.startswith("Helping Hand of Acme:\nFirst.")
    assert second == "Chief of Acme:\nSecond."
    assert (await _case(bot)).taken_by == "slack:UCOLLEAGUE Helping Hand"


@pytest.mark.parametrize("who", [MANAGER, str(ADMIN)])
async def test_who_handed_a_case_over_does_not_write_on_unseen(bot: Bot, who: str) -> None:
    two = settings_of(account_managers={"Manager": MANAGER, "Sam South": "slack:USAM"})
    both = Bot(bot.store, two, bot.clock)
    ref = await alerted(both)
    await writes(both, "At ten.", ref, message_ref="w1")
    await writes(both, "to Sam South", ref)
    before = both.slack.texts("U1")
    for more in ({}, {"message_ref": "w1", "edits": "w1"}):
        await writes(both, "One thing more.", ref, who=who, **more)
        told = both.slack.chat(who.removeprefix("slack:"))[-1]
        assert told == "Nothing was sent: Sam South has case 1. Write to them, or ask them to hand it back."
    await writes(both, "done", ref)
    assert "Sam South has case 1" in both.slack.chat("UMANAGER")[-1]
    assert both.slack.texts("U1") == before
    row = await _case(both)
    assert (row.manager, row.state, row.taken_by) == ("Sam South", "open", None)
    assert "What was written with the customer before: “/nps case 1”" in both.slack.chat("USAM")[-1]
    await writes(both, "Sam here.", row.shown_ref, who="slack:USAM")
    assert "Sam here." in both.slack.texts("U1")[-1]


@pytest.mark.parametrize(
    ("words", "state", "told"),
    [
        ("I'm on it", "taken", "Case 1: you are on it."),
        ("done", "done", "Case 1 is done."),
        ("klaar note: paid back", "done", "Case 1 is done."),
        ("sluimer tot vrijdag", "snoozed", "Case 1 is put aside until"),
        ("snooze", "open", "Nothing was sent to Buyer, and nothing was done: “snooze”?"),
        ("*Note :* angry", "open", "Kept inside; nothing was sent."),
        ("noot: boos", "open", "Nothing was sent to Buyer: is “noot” a note?"),
    ],
)
async def test_a_deed_or_a_note_in_the_thread_is_no_word_for_the_customer(
    bot: Bot, words: str, state: str, told: str
) -> None:
    ref = await alerted(bot)
    before = bot.slack.texts("U1")
    await writes(bot, words, ref)
    assert bot.slack.texts("U1") == before
    assert bot.slack.chat("UMANAGER")[-1].startswith(told)
    assert (await _case(bot)).state == state


async def test_what_went_out_is_not_changed_into_a_deed(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "At ten.", ref, message_ref="w1")
    await writes(bot, "done", ref, message_ref="w1", edits="w1")
    assert "At ten." in bot.slack.chat("U1")[-1]
    assert (await _case(bot)).state == "taken"


async def test_who_only_blocked_is_told_so_and_without_a_number_nobody_is_to_call(bot: Bot) -> None:
    ref = await alerted(bot, Customer("Buyer", telegram="801"), "telegram:801")
    await bot.take(Blocked("b1", Address("telegram", "801"), bot.clock.now()), "telegram")
    await writes(bot, "Hello?", ref)
    assert bot.slack.chat("UMANAGER")[-1] == "Not sent: Buyer blocked npsbot in Telegram."


@pytest.mark.parametrize(
    ("text", "brings", "told"),
    [
        ("", "voice", "Nothing was sent to Buyer: only words can go out. Write it."),
        ("👍🙂", None, "Nothing was sent to Buyer: only words can go out. Write it."),
        ("See this", "file", "Nothing was sent to Buyer: a file does not go along. Send the words alone."),
        ("a" * 5000, None, "Nothing was sent to Buyer: too long for Slack by"),
    ],
    ids=["voice", "emoji", "file", "long"],
)
async def test_what_cannot_go_whole_does_not_go(bot: Bot, text: str, brings: Any, told: str) -> None:
    ref = await alerted(bot)
    before = bot.slack.texts("U1")
    await writes(bot, text, ref, brings=brings)
    assert bot.slack.texts("U1") == before
    assert bot.slack.chat("UMANAGER")[-1].startswith(told)
    assert (await _case(bot)).state == "open"


async def test_what_was_too_long_goes_once_it_is_shorter(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "a" * 5000, ref, message_ref="w1")
    await writes(bot, "Short.", ref, message_ref="w1", edits="w1")
    assert bot.slack.texts("U1")[-1].startswith("Manager of Acme:\nShort.")


async def test_an_edit_of_what_went_out_by_sms_is_told_to_be_none(bot: Bot) -> None:
    ref = await alerted(bot, Customer("Buyer", sms="+31612345678"), NUMBER)
    await writes(bot, "At ten.", ref, message_ref="w1")
    await writes(bot, "At two.", ref, message_ref="w1", edits="w1")
    assert bot.sms.texts("+31612345678")[-1] == "Manager of Acme: At ten."
    assert bot.slack.chat("UMANAGER")[-1].startswith("Not changed for Buyer: it went out by SMS before")


async def test_a_deletion_after_it_went_out_is_told_to_be_none(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "At ten.", ref, message_ref="w1")
    await writes(bot, "", ref, message_ref="w1", edits="w1")
    assert bot.slack.chat("U1")[-1].startswith("Manager of Acme:\nAt ten.")
    assert bot.slack.chat("UMANAGER")[-1].startswith("It went out to Buyer before and cannot be taken back.")


async def test_before_it_goes_it_can_be_changed_and_taken_back(bot: Bot) -> None:
    ref = await alerted(bot)
    await bot.say(MANAGER, "At ten.", reply_to=ref, message_ref="w1")
    await bot.say(MANAGER, "At two.", reply_to=ref, message_ref="w1", edits="w1")
    await bot.say(MANAGER, "Nonsense", reply_to=ref, message_ref="w2")
    await bot.say(MANAGER, "", reply_to=ref, message_ref="w2", edits="w2")
    await bot.work()
    told = "".join(bot.slack.texts("U1"))
    assert "At two." in told
    assert "At ten." not in told
    assert "Nonsense" not in told
    assert "Taken back: it had not gone out." in bot.slack.chat("UMANAGER")


async def test_an_older_edit_that_comes_late_changes_nothing(bot: Bot) -> None:
    ref = await alerted(bot)
    at = bot.clock.now()
    await writes(bot, "At ten.", ref, message_ref="w1")
    await bot.later(minutes=2)
    await writes(bot, "At two.", ref, message_ref="w1", edits="w1")
    late = bot.message(MANAGER, "At one.", reply_to=ref, message_ref="w1", edits="w1")
    await bot.take(type(late)(**{**_fields(late), "sent_at": at + timedelta(minutes=1)}))
    await bot.work()
    assert "At two." in bot.slack.chat("U1")[-1]


# field A4
@pytest.mark.parametrize(("changed", "arrives"), [("I call you at ten.", ["I call you at ten."]), ("", [])])
async def test_a_change_that_overtakes_its_message_is_all_that_goes_out(
    bot: Bot, changed: str, arrives: list[str]
) -> None:
    """Slack promises no order: what was corrected or deleted must not reach the customer afterwards."""
    ref = await alerted(bot)
    written = bot.message(MANAGER, "I call you at tne.", reply_to=ref, message_ref="m9")
    bot.clock.advance(minutes=1)
    await writes(bot, changed, ref, message_ref="m9", edits="m9")
    await bot.take(written)
    await bot.work()
    told = [text for text in bot.slack.texts("U1") if text.startswith("Manager of Acme:")]
    assert [text.splitlines()[1] for text in told] == arrives


# field A4
async def test_a_customers_change_that_overtakes_its_message_is_passed_on_once(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "When?", ref)
    written = bot.message(CUSTOMER, "Tuesday", message_ref="m1")
    bot.clock.advance(minutes=1)
    await bot.say(CUSTOMER, "Wednesday", message_ref="m1", edits="m1")
    await bot.take(written)
    await bot.work()
    assert bot.slack.chat("UMANAGER")[2:] == ["Buyer changed this:\nWednesday"]
    assert (await bot.conversation("Buyer")).reason == "Too slow."


async def test_a_deleted_alert_does_not_swallow_the_customers_words(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "When?", ref)
    await bot.say(CUSTOMER, "Tuesday")
    bot.slack.fates.append(Rejected("there is no such thread"))
    await bot.work()
    assert bot.slack.chat("UMANAGER")[-1] == "Buyer:\nTuesday"
    assert bot.slack.taken[-1].thread is None


async def test_words_that_reach_nobody_go_with_the_alert_to_the_next(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "When?", ref)
    bot.slack.dead["UMANAGER"] = Unreachable("the account is deactivated")
    await bot.say(CUSTOMER, "Tuesday")
    await bot.work()
    assert bot.slack.chat("CALERTS")[-1] == "Buyer:\nTuesday" or "Buyer:\nTuesday" in bot.slack.chat(
        "CALERTS"
    )
    assert any("For Manager, who could not be reached" in text for text in bot.slack.chat("CALERTS"))


async def test_a_manager_whose_channel_is_off(bot: Bot) -> None:
    """What the customer writes goes to who can be reached."""
    telegram = settings_of(account_managers={"Manager": "telegram:901"})
    first = Bot(bot.store, telegram, bot.clock)
    ref = await alerted(first)
    await writes(first, "When?", ref, who="telegram:901")
    off = settings_of(
        account_managers={"Manager": "telegram:901"},
        admins=[str(ADMIN)],
        channels={"slack": {"bot_token": "xoxb-1", "signing_secret": "s"}},
    )
    second = Bot(bot.store, off, bot.clock, holder="two")
    await second.say(CUSTOMER, "Tuesday")
    await second.later(minutes=2)
    assert "Buyer:\nTuesday" in second.slack.chat("CALERTS")


# ---------------------------------------------------------------------------------------------- their hours


async def late(bot: Bot) -> tuple[Bot, str]:
    """An alert of a customer in Amsterdam, at nine in the evening there."""
    campaign = {"send_between": "9:00-20:00", "every": 0}
    evening = Bot(bot.store, settings_of(campaigns={"demo": campaign}), bot.clock)
    ref = await alerted(evening)
    await evening.later(hours=10)
    return evening, ref


async def test_out_of_their_hours_words_wait_in_their_order(bot: Bot) -> None:
    evening, ref = await late(bot)
    await writes(evening, "Good morning.", ref)
    await writes(evening, "It is me.", ref)
    assert "Good morning." not in "".join(evening.slack.texts("U1"))
    assert (
        evening.slack.chat("UMANAGER")[-1] == "It is 21:00 where Buyer is, so this goes out at 03-03 09:00."
    )
    await evening.later(hours=12)
    first, second = evening.slack.texts("U1")[-2:]
    assert first.startswith("Manager of Acme:\nGood morning.")
    assert second == "Manager of Acme:\nIt is me."
    assert evening.slack.chat("UMANAGER")[1:] == ["Sent to Buyer by Slack."] * 2


async def test_who_just_wrote_may_be_answered_at_once(bot: Bot) -> None:
    evening, ref = await late(bot)
    await writes(evening, "Anything else?", ref)
    assert not any(one.choices for one in evening.slack.taken if one.address.id == "UMANAGER" and one.thread)
    await evening.say(CUSTOMER, "Yes, the invoice.")
    await writes(evening, "I look into it.", ref)
    await evening.tap(MANAGER, "Send now anyway")
    await evening.work()
    first, second = evening.slack.texts("U1")[-2:]  # what waited before it goes before it
    assert "Anything else?" in first
    assert "I look into it." in second


async def test_that_ends_when_they_are_silent_for_long(bot: Bot) -> None:
    evening, ref = await late(bot)
    await evening.say(CUSTOMER, "The invoice.")
    await writes(evening, "I look into it.", ref)
    evening.clock.advance(hours=3)
    await evening.tap(MANAGER, "Send now anyway")
    await evening.work()
    assert "I look into it." not in "".join(evening.slack.texts("U1"))
    assert any(
        text.startswith("Not sent yet: Buyer wrote too long ago") for text in evening.slack.texts("UMANAGER")
    )


async def test_what_waited_too_long_for_its_channel_is_told(bot: Bot) -> None:
    ref = await alerted(bot)
    await bot.say(MANAGER, "In an hour.", reply_to=ref)
    bot.clock.advance(hours=13)
    await bot.work()
    assert "In an hour." not in "".join(bot.slack.texts("U1"))
    assert bot.slack.chat("UMANAGER")[-1].startswith("Not sent to Buyer: Slack was away for too long.")


# --------------------------------------------------------------------------------------- by text message


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cases.cases.new_code", lambda: "kfmr")


PHONE = "sms:+31687654321"


async def by_sms(bot: Bot) -> Bot:
    texting = Bot(bot.store, settings_of(account_managers={"Manager": PHONE}), bot.clock)
    await alerted(texting)
    return texting


@pytest.mark.usefixtures("codes")
async def test_a_text_message_names_the_case_and_its_code(bot: Bot) -> None:
    texting = await by_sms(bot)
    assert "begin with 1-kfmr" in texting.sms.texts("+31687654321")[0]
    await texting.say(PHONE, "1-kfmr bel u morgen")
    await texting.work()
    assert texting.slack.texts("U1")[-1].startswith("Manager of Acme:\nbel u morgen")
    await texting.say(CUSTOMER, "Goed.")
    await texting.work()
    assert texting.sms.texts("+31687654321")[-2:] == [
        "npsbot: Sent to Buyer by Slack.",
        "npsbot: Buyer (Globex): Goed.",
    ]


# field A4
@pytest.mark.usefixtures("codes")
async def test_what_a_carrier_brings_twice_goes_to_the_customer_once(bot: Bot) -> None:
    texting = await by_sms(bot)
    for _ in range(2):
        await texting.say(PHONE, "1-kfmr bel u morgen")
        await texting.later(seconds=20)
    assert sum("bel u morgen" in text for text in texting.slack.texts("U1")) == 1
    await texting.later(minutes=5)
    await texting.say(PHONE, "1-kfmr bel u morgen")
    await texting.work()
    assert sum("bel u morgen" in text for text in texting.slack.texts("U1")) == 2, (
        "who says it again later means it"
    )


@pytest.mark.usefixtures("codes")
async def test_without_it_nothing_goes_out_and_it_is_asked_for_each_time(bot: Bot) -> None:
    texting = await by_sms(bot)
    before, told = texting.slack.texts("U1"), len(texting.sms.texts("+31687654321"))
    for _ in range(WORDS_ANSWERED_A_DAY + 2):
        await texting.say(PHONE, "bel u morgen")
        await texting.work()
    assert texting.slack.texts("U1") == before
    asked = "npsbot of Acme: nothing went to a customer. To answer one, begin with the alert's code, as in 12-kfmr."
    assert texting.sms.texts("+31687654321")[told:] == [asked] * WORDS_ANSWERED_A_DAY


@pytest.mark.usefixtures("codes")
async def test_a_forged_sender_has_few_tries(bot: Bot) -> None:
    texting = await by_sms(bot)
    before = texting.slack.texts("U1")
    for code in ("bcdf", "bcdg", "bcdh", "bcdj", "bcdk"):
        await texting.say(PHONE, f"1-{code} pay to this account")
    await texting.say(PHONE, "1-kfmr pay to this account")  # the right one, by then too late
    await texting.work()
    assert texting.slack.texts("U1") == before
    assert "too many wrong codes" in texting.sms.texts("+31687654321")[-1]
    await texting.later(hours=25)
    await texting.say(PHONE, "1-kfmr bel u morgen")
    await texting.work()
    assert "bel u morgen" in texting.slack.texts("U1")[-1]


@pytest.mark.usefixtures("codes")
async def test_of_a_strangers_number_a_code_is_nothing_but_words(bot: Bot) -> None:
    texting = await by_sms(bot)
    before = texting.slack.texts("U1")
    await texting.say("sms:+31699999999", "1-kfmr bel u morgen")
    await texting.work()
    assert texting.slack.texts("U1") == before
    assert {row.reading for row in await texting.rows(inbox, actor="sms:+31699999999")} == {"not_a_score"}


@pytest.mark.usefixtures("codes")
async def test_with_the_code_it_is_for_the_customer_though_a_question_is_open_there(bot: Bot) -> None:
    texting = await by_sms(bot)
    await texting.start(Customer("Both", sms="+31687654321", account="Initech"))
    await texting.say(PHONE, "1-kfmr 8 uur morgen?")
    await texting.work()
    assert "8 uur morgen?" in texting.slack.texts("U1")[-1]
    assert (await texting.conversation("Both")).score is None
    await texting.say(PHONE, "8")
    assert (await texting.conversation("Both")).score == 8


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Klaar.", "done"),
        ("done", "done"),
        ("done note: paid back", "done"),
        ("snooze until friday", "snoozed"),
        ("Pak op", "taken"),
    ],
)
async def test_a_deed_by_text_message_is_no_word_for_the_customer(bot: Bot, words: str, state: str) -> None:
    texting = await by_sms(bot)
    before = texting.slack.texts("U1")
    await texting.say(PHONE, f"1-kfmr {words}")
    await texting.work()
    assert texting.slack.texts("U1") == before
    assert (await _case(texting)).state == state


async def test_the_row_of_each_message_is_there(bot: Bot) -> None:
    ref = await alerted(bot)
    await writes(bot, "When?", ref)
    await writes(bot, "note: ask", ref)
    await bot.say(CUSTOMER, "Tuesday")
    await bot.work()
    rows = await bot.rows(thread_message)
    assert [(row.kind, row.who, row.text) for row in rows] == [
        ("relay", MANAGER, "When?"),
        ("note", MANAGER, "ask"),
        ("answer", None, None),
    ]
    assert {row.kind for row in await bot.rows(outbox)} >= {"relay", "thread"}
    assert (await bot.rows(case))[0].code
