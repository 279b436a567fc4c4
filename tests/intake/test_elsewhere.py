"""Answers that come where the question does not stand, and addresses that are somebody else's by now."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, update

from bot.conversations.trials import hold_trial
from bot.dialogue.buttons import score_value
from bot.people.importing import import_contacts
from bot.store.schema import address, answer, contact, conversation, inbox, link, outbox, wave
from channels.base import Address
from tests.support.bot_under_test import ADMIN, Bot, Customer
from tests.support.fake_channel import text_of
from tests.support.manual_clock import MONDAY

BUYER = Customer("Buyer", slack="U1", sms="+31612345678", telegram="1001")
OTHER = Customer("Other", slack="U2")
NUMBER = "sms:+31612345678"


def _texts(bot: Bot, channel: str, to: str) -> list[str]:
    return [text_of(one.body) for one in bot.channels[channel].taken if one.address.id == to]


async def _score(bot: Bot, customer: str = "Buyer") -> tuple[int | None, str | None]:
    row = await bot.conversation(customer)
    return row.score, row.reason


# ------------------------------------------------------------------------------------ an answer elsewhere: A8


@pytest.mark.parametrize("by", [NUMBER, "telegram:1001"])
async def test_an_answer_from_another_address_belongs_to_the_open_question(bot: Bot, by: str) -> None:
    # field A8
    await bot.start(BUYER)
    await bot.say(by, "3 slow")
    await bot.work()
    assert await _score(bot) == (3, "slow")
    at = Address.parse(by)
    (thanks,) = _texts(bot, at.channel, at.id)
    assert "3" in thanks
    assert [one.replaces for one in bot.slack.taken if one.address.id == "U1"][-1] is not None
    assert "Your answer: 3" in _texts(bot, "slack", "U1")[-1], "the question shows it"
    assert len(await bot.cases()) == 1


async def test_the_whole_conversation_may_go_on_there(bot: Bot) -> None:
    # field A8
    await bot.start(BUYER)
    await bot.say(NUMBER, "3")
    await bot.work()
    assert "main reason" in _texts(bot, "sms", "+31612345678")[-1]
    await bot.say(NUMBER, "much too slow")
    await bot.say(NUMBER, "sorry, 2")
    await bot.work()
    assert await _score(bot) == (2, "much too slow")
    assert "Your answer: 2" in _texts(bot, "slack", "U1")[-1]
    assert len(_texts(bot, "slack", "U1")) == 3, "the question, and twice the score on it"


async def test_an_edit_of_it_belongs_there_too(bot: Bot) -> None:
    # field A8
    await bot.start(BUYER)
    await bot.say("telegram:1001", "9", message_ref="1001:5")
    await bot.say("telegram:1001", "2", message_ref="1001:5", edits="1001:5")
    assert (await _score(bot))[0] == 2
    await bot.say("telegram:1001", "7", message_ref="1001:4", edits="1001:4")
    assert (await _score(bot))[0] == 2, "an edit of something else is no answer"


async def test_stop_said_elsewhere_is_answered_there(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("telegram:1001", "please stop sending me these, I had a 2 at best")
    await bot.work()
    assert (await bot.conversation("Buyer")).ending == "opted_out"
    assert "no more surveys" in _texts(bot, "telegram", "1001")[-1]
    assert len(_texts(bot, "slack", "U1")) == 1


async def test_a_wrong_number_elsewhere_ends_no_conversation(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say(NUMBER, "wrong number, I am not the one you look for")
    await bot.work()
    assert (await bot.conversation("Buyer")).state == "asked"


async def test_a_question_here_comes_before_one_elsewhere(bot: Bot) -> None:
    # field A8
    await bot.start(BUYER)
    await _second_conversation(bot, "sms", "+31612345678")
    await bot.say(NUMBER, "3")
    rows = await bot.rows(conversation)
    assert [(row.channel, row.score) for row in rows] == [("slack", None), ("sms", 3)]


# field A8
@pytest.mark.parametrize("words", ["3 slow", "hello", "STOP", ""])
async def test_a_late_answer_from_another_address_counts_as_one_from_there(bot: Bot, words: str) -> None:
    """Asked in Slack, and silent until the window closed; then a text message."""
    await bot.start(BUYER)
    await bot.later(days=8)
    await bot.say(NUMBER, words, brings=None if words else "voice")
    await bot.work()
    row = await bot.conversation("Buyer")
    (said,) = _texts(bot, "sms", "+31612345678")
    expected = {
        "3 slow": ("window", 3, "your 3 has still been passed on"),
        "hello": ("unread", None, ""),
        "STOP": ("opted_out", None, "no more surveys"),
        "": ("unread", None, "only read words"),
    }[words]
    assert (row.ending, row.score) == expected[:2]
    assert expected[2] in said
    assert bool(await bot.cases()) == (words != "STOP"), "a person reads it"


# field A8
async def test_so_do_the_reason_and_an_edit_that_follow_it_there(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.later(days=8)
    await bot.say(NUMBER, "3")
    await bot.say(NUMBER, "it was slow", message_ref="m1")
    assert await _score(bot) == (3, "it was slow")
    await bot.say(NUMBER, "it was slow and dear", message_ref="m1", edits="m1")
    assert await _score(bot) == (3, "it was slow and dear")
    await bot.work()
    assert len(_texts(bot, "sms", "+31612345678")) == 1


# field A8
async def test_of_two_that_ended_so_none_is_guessed(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.later(days=8)
    await bot.start()
    await bot.later(days=8)
    await bot.say(NUMBER, "3 slow")
    await bot.work()
    assert [row.score for row in await bot.rows(conversation)] == [None, None]
    assert "no open question" in _texts(bot, "sms", "+31612345678")[-1]


async def test_of_several_it_is_asked_which(bot: Bot) -> None:
    # field A8
    await bot.start(BUYER)
    await _second_conversation(bot, "telegram", "1001")
    await bot.say(NUMBER, "3 slow")
    await bot.work()
    assert [row.score for row in await bot.rows(conversation)] == [None, None]
    (which,) = _texts(bot, "sms", "+31612345678")
    assert "Which do you mean?" in which
    assert "Slack or Telegram" in which
    assert (await bot.rows(inbox))[-1].reading == "which"
    await bot.say("telegram:1001", "3 slow")
    assert [row.score for row in await bot.rows(conversation)] == [None, 3]


async def _of_two(bot: Bot, *texts: str) -> tuple[int, int]:
    """Two questions are open, in Slack and in Telegram; these words come by SMS. The numbers of the conversations."""
    await bot.start(BUYER)
    await _second_conversation(bot, "telegram", "1001")
    for text in texts:
        await bot.say(NUMBER, text)
    await bot.work()
    first, second = await bot.rows(conversation)
    return first.id, second.id


@pytest.mark.parametrize("texts", [("3 slow",), ("3", "slow")])
@pytest.mark.parametrize("how", ["3", "press", "3 slow", "yes", "by name"])
async def test_the_one_that_is_meant_gets_the_words(bot: Bot, texts: tuple[str, ...], how: str) -> None:
    # field A8
    _, telegram = await _of_two(bot, *texts)
    match how:
        case "press":
            await bot.press("telegram:1001", score_value(telegram, 3))
        case "by name":
            await bot.say(NUMBER, "Telegram.")
        case _:
            await bot.say("telegram:1001", how)
    await bot.work()
    slack, meant = await bot.rows(conversation)
    assert (slack.score, slack.reason) == (None, None)
    assert (meant.score, meant.reason) == (3, "slow")
    assert {row.words_from for row in (slack, meant)} == {None}
    assert len(await bot.cases()) == 1
    kept = [row for row in await bot.rows(inbox) if row.reading == "which"]
    assert {row.conversation_id for row in kept} == {telegram}
    channel, who = ("sms", NUMBER[4:]) if how == "by name" else ("telegram", "1001")
    assert "3" in _texts(bot, channel, who)[-1], "answered where they are now"


async def test_more_than_a_yes_is_kept_too(bot: Bot) -> None:
    # field A8
    await _of_two(bot, "3")
    await bot.say("telegram:1001", "too slow")
    assert [(row.score, row.reason) for row in await bot.rows(conversation)] == [
        (None, None),
        (3, "too slow"),
    ]


async def test_another_score_says_that_it_is_not_this_one(bot: Bot) -> None:
    # field A8
    slack, _ = await _of_two(bot, "3 slow")
    await bot.say("telegram:1001", "9")
    await bot.work()
    assert [(row.score, row.reason) for row in await bot.rows(conversation)] == [(None, None), (9, None)]
    await bot.press("slack:U1", score_value(slack, 3))
    first, second = await bot.rows(conversation)
    assert (first.score, first.reason) == (3, "slow")
    assert (second.score, second.reason) == (9, None)


async def test_what_one_does_not_take_waits_for_the_other(bot: Bot) -> None:
    # field A8
    await _of_two(bot, "3 slow")
    await bot.say("telegram:1001", "9, great")
    await bot.later(minutes=1)
    await bot.say(NUMBER, "slack")
    assert [(row.score, row.reason) for row in await bot.rows(conversation)] == [(3, "slow"), (9, "great")]


async def test_who_leaves_or_sends_a_picture_says_nothing_of_it(bot: Bot) -> None:
    # field A8
    await _of_two(bot, "3 slow")
    await bot.say("telegram:1001", "", brings="picture")
    assert None not in {row.words_from for row in await bot.rows(conversation)}
    await bot.say("telegram:1001", "STOP")
    assert [row.score for row in await bot.rows(conversation)] == [None, None]


# field A5, A8
@pytest.mark.parametrize("by", [NUMBER, "telegram:1001"])
async def test_what_comes_without_words_from_another_address_belongs_there_too(bot: Bot, by: str) -> None:
    await bot.start(BUYER)
    await bot.say(by, "", brings="voice")
    await bot.work()
    row = await bot.conversation("Buyer")
    assert (row.state, row.unread) == ("asked", 1)
    at = Address.parse(by)
    assert "I can only read words here" in _texts(bot, at.channel, at.id)[-1]
    assert len(_texts(bot, "slack", "U1")) == 1
    await bot.say(by, "2")
    await bot.say(by, "", brings="voice")
    await bot.work()
    assert "Sent a voice message" in bot.slack.chat("UMANAGER")[-1]


# field A5, A8
async def test_of_several_a_voice_message_is_asked_about(bot: Bot) -> None:
    await bot.start(BUYER)
    await _second_conversation(bot, "telegram", "1001")
    await bot.say(NUMBER, "", brings="voice")
    await bot.work()
    assert "Which do you mean?" in _texts(bot, "sms", NUMBER[4:])[-1]
    assert {row.words_from for row in await bot.rows(conversation)} == {None}, "there are no words to keep"


# field A5, A8
@pytest.mark.parametrize(("emoji", "score"), [("5️⃣", 5), ("😡", 3)])
async def test_a_reaction_on_what_we_said_elsewhere_belongs_there_too(
    bot: Bot, emoji: str, score: int
) -> None:
    await bot.start(BUYER)
    await bot.say("telegram:1001", "3")
    await bot.work()
    ref = [ref for ref, shown in bot.telegram.shown.items() if shown.address.id == "1001"][-1]
    await bot.say("telegram:1001", emoji, brings="reaction", message_ref=None, reply_to=ref)
    await bot.work()
    assert (await _score(bot))[0] == score
    assert (await bot.rows(inbox))[-1].conversation_id is not None
    assert f"Your answer: {score}" in _texts(bot, "slack", "U1")[-1]
    await bot.say("telegram:1001", "9️⃣", brings="reaction", message_ref=None, reply_to="of somebody else")
    assert (await _score(bot))[0] == score


# field A5, A8
async def test_words_that_are_taken_back_elsewhere_are_shown_no_more(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("telegram:1001", "3")
    await bot.say("telegram:1001", "Bob was rude", message_ref="1001:7")
    await bot.work()
    assert "Bob was rude" in bot.slack.chat("UMANAGER")[-1]
    await bot.say("telegram:1001", "", message_ref="1001:7", edits="1001:7")
    await bot.work()
    assert await _score(bot) == (3, None)
    assert "Bob was rude" not in bot.slack.chat("UMANAGER")[-1]


async def test_who_leaves_need_not_say_in_which(bot: Bot) -> None:
    # field A8
    await bot.start(BUYER)
    await _second_conversation(bot, "telegram", "1001")
    await bot.say(NUMBER, "STOP")
    await bot.work()
    assert [row.ending for row in await bot.rows(conversation)] == ["opted_out", "opted_out"]
    (goodbye,) = _texts(bot, "sms", "+31612345678")
    assert "no more surveys" in goodbye


async def test_a_machine_is_not_asked_which(bot: Bot) -> None:
    # field A8
    await bot.start(BUYER)
    await _second_conversation(bot, "telegram", "1001")
    await bot.say(NUMBER, "Automatic reply: I am out of the office until Monday.")
    for _ in range(3):
        await bot.say(NUMBER, "your parcel 7 is on its way")
    await bot.work()
    assert len(_texts(bot, "sms", "+31612345678")) == 1


async def _second_conversation(bot: Bot, channel: str, value: str) -> None:
    """A second one with the same contact, as two programs that enrol at once could make it."""

    def put(connection: Connection) -> None:
        row = connection.execute(conversation.select()).one()._mapping
        run = connection.execute(wave.select()).one()._mapping
        new = {name: value for name, value in run.items() if name != "id"}
        made = connection.execute(
            insert(wave).values({**new, "number": 2, "plan": "again"}).returning(wave.c.id)
        ).scalar_one()
        values = {name: one for name, one in row.items() if name != "id"}
        connection.execute(
            insert(conversation), values | {"wave_id": made, "channel": channel, "address": value}
        )

    await bot.store.write(put)


@pytest.mark.parametrize("who", ["telegram:4711", "sms:+31699999999"])
async def test_a_stranger_has_no_question_anywhere(bot: Bot, who: str) -> None:
    await bot.start(BUYER)
    await bot.say(who, "3 slow")
    await bot.work()
    assert (await _score(bot))[0] is None
    at = Address.parse(who)
    assert "no open question" in _texts(bot, at.channel, at.id)[-1]


async def test_a_trial_takes_no_answer_from_elsewhere(bot: Bot) -> None:
    await bot.add(Customer("Admin", slack=ADMIN.id, sms="+31611111111"))
    await hold_trial(bot.store, bot.settings, "demo", ADMIN, bot.clock.now)
    await bot.work()
    await bot.say("sms:+31611111111", "3")
    assert [row.score for row in await bot.rows(conversation)] == [None]


# ----------------------------------------------------------------------------------- in the thread of the question: A8


async def test_an_answer_in_the_thread_of_the_question_is_answered_in_the_thread(bot: Bot) -> None:
    # field A8
    await bot.start(BUYER)
    (question,) = await bot.rows(outbox, kind="question")
    await bot.say("slack:U1", "3", reply_to=question.message_ref)
    await bot.say("slack:U1", "too slow", reply_to=question.message_ref)
    await bot.work()
    assert await _score(bot) == (3, "too slow")
    sent = [one for one in bot.slack.taken if one.address.id == "U1" and one.replaces is None]
    assert [one.thread for one in sent] == [None, question.message_ref, question.message_ref]
    (shown,) = [one for one in bot.slack.taken if one.replaces == question.message_ref]
    assert shown.thread is None
    assert "Your answer: 3" in text_of(shown.body)


async def test_outside_of_threads_nothing_goes_in_one(bot: Bot) -> None:
    await bot.start(replace(BUYER, slack=None, sms=None))
    (question,) = await bot.rows(outbox, kind="question")
    await bot.say("telegram:1001", "3", reply_to=question.message_ref)  # Telegram's replies are no threads
    await bot.work()
    assert {one.thread for one in bot.telegram.taken} == {None}


# ------------------------------------------------------------------------------------------ coming in by Telegram: A8


async def test_a_bare_start_of_somebody_unlinked_is_told_how_to_come_in(bot: Bot) -> None:
    # field A8
    for _ in range(3):
        await bot.take(bot.message("telegram:4711", command="start"))
    await bot.work()
    (told,) = _texts(bot, "telegram", "4711")
    assert "personal link" in told


async def test_so_is_who_types_it_without_the_slash(bot: Bot) -> None:
    # field A8
    await bot.say("telegram:4711", "Start")
    await bot.say("sms:+31600000001", "Start please")  # there nobody needs a link
    await bot.work()
    assert "personal link" in _texts(bot, "telegram", "4711")[0]
    assert "personal link" not in str(_texts(bot, "sms", "+31600000001"))


async def test_a_bare_start_of_a_contact_says_that_they_are_in(bot: Bot) -> None:
    await bot.add(BUYER)
    await bot.take(bot.message("telegram:1001", command="start"))
    await bot.work()
    assert "may now ask you" in _texts(bot, "telegram", "1001")[-1]


async def test_a_bare_start_still_lifts_a_stop(bot: Bot) -> None:
    await bot.add(BUYER)
    await bot.say("telegram:1001", "STOP")
    await bot.take(bot.message("telegram:1001", command="start"))
    await bot.work()
    assert "Welcome back" in _texts(bot, "telegram", "1001")[-1]


async def test_a_colleagues_start_is_no_customers(bot: Bot) -> None:
    await bot.take(bot.message("telegram:900", command="start"))
    await bot.work()
    assert "personal link" not in str(_texts(bot, "telegram", "900"))


TOKEN = "Ab3" + "x" * 29


@pytest.mark.parametrize(
    "text",
    [
        f"https://t.me/acme_bot?start={TOKEN}",
        f"t.me/acme_bot?start={TOKEN}",
        f"hi, this is my link: https://t.me/acme_bot?start={TOKEN} ok?",
        f"https://telegram.me/acme_bot?start={TOKEN}",
        f"tg://resolve?domain=acme_bot&start={TOKEN}",
        f"<https://t.me/acme_bot?start={TOKEN}>",
        TOKEN,
    ],
)
async def test_a_pasted_link_is_taken(bot: Bot, text: str) -> None:
    # field A8
    await bot.add(replace(BUYER, telegram=None))

    def make(connection: Connection) -> None:
        contact_id = connection.execute(address.select()).first().contact_id  # type: ignore[union-attr]
        connection.execute(
            insert(link), {"token": TOKEN, "contact_id": contact_id, "made_at": bot.clock.now()}
        )

    await bot.store.write(make)
    await bot.say("telegram:4711", text)
    await bot.work()
    assert "may now ask you" in _texts(bot, "telegram", "4711")[-1]
    assert "4711" in [row.value for row in await bot.rows(address)]


@pytest.mark.parametrize("text", ["https://t.me/acme_bot", "see t.me/acme?x=1", "a" * 32, "9"])
async def test_other_words_are_no_link(bot: Bot, text: str) -> None:
    await bot.start(BUYER)
    await bot.say("telegram:1001", text)
    assert (await bot.rows(inbox))[-1].reading != "link"


# -------------------------------------------------------------------------- an address that is somebody else's: E7


async def _move(bot: Bot, *, to: str, value: str = "+31612345678") -> None:
    """A file gives an address to another contact, in two steps as an import asks for."""

    def change(connection: Connection) -> None:
        connection.execute(delete(address).where(address.c.channel == "sms", address.c.value == value))
        owner = connection.execute(contact.select().where(contact.c.contact_id == to)).one().id
        row = {"channel": "sms", "value": value, "contact_id": owner, "since": bot.clock.now()}
        connection.execute(insert(address), row)

    await bot.store.write(change)


SMS_ONLY = Customer("Buyer", sms="+31612345678")


async def test_the_new_holder_of_a_number_changes_nobodys_score(bot: Bot) -> None:
    # field E7
    await bot.start(SMS_ONLY)
    await bot.say(NUMBER, "3 slow")
    await bot.work()
    await bot.add(OTHER)
    await _move(bot, to="Other")
    bot.sms.taken.clear()
    for text in ("7", "sorry, 9", "great people"):
        await bot.say(NUMBER, text)
    await bot.work()
    assert await _score(bot) == (3, "slow")
    assert len(await bot.rows(answer)) == 2
    assert "3" not in str([text_of(one.body) for one in bot.sms.taken]), (
        "nothing is told of somebody else's answer"
    )


async def test_nor_by_a_press_or_after_its_end(bot: Bot) -> None:
    # field E7
    def give_away(connection: Connection) -> None:
        other = connection.execute(insert_contact()).scalar_one()
        connection.execute(update(address).where(address.c.value == "1001").values(contact_id=other))

    await bot.start(Customer("Buyer", telegram="1001"))
    await bot.store.write(give_away)
    row = await bot.conversation("Buyer")
    await bot.press("telegram:1001", score_value(row.id, 7))
    assert (await _score(bot))[0] is None
    await bot.later(days=8)
    await bot.say("telegram:1001", "7")
    assert (await _score(bot))[0] is None


def insert_contact() -> Any:
    values = {"contact_id": "New", "name": "New", "attributes": {}, "changed_at": MONDAY}
    return insert(contact).values(values).returning(contact.c.id)


async def test_a_question_that_waits_does_not_go_to_the_new_holder(bot: Bot) -> None:
    # field E7
    await bot.enrol(SMS_ONLY)
    await bot.add(OTHER)
    await _move(bot, to="Other")
    await bot.work()
    assert bot.sms.taken == []
    row = await bot.conversation("Buyer")
    assert (row.state, row.ending) == ("closed", "undelivered")
    assert "another contact" in row.undelivered


async def test_nor_one_that_is_in_the_outbox(bot: Bot) -> None:
    # field E7
    await bot.enrol(SMS_ONLY)
    await bot.timers.tick()
    await bot.add(OTHER)
    await _move(bot, to="Other")
    await bot.work()
    assert bot.sms.taken == []
    assert (await bot.conversation("Buyer")).ending == "undelivered"


async def test_nor_does_a_reply(bot: Bot) -> None:
    # field E7
    await bot.start(SMS_ONLY)
    await bot.say(NUMBER, "3 slow")
    await bot.add(OTHER)
    await _move(bot, to="Other")
    bot.sms.taken.clear()
    await bot.work()
    assert bot.sms.taken == []


async def test_a_number_that_nobody_has_any_more_still_answers(bot: Bot) -> None:
    await bot.start(SMS_ONLY)
    await bot.store.write(lambda connection: connection.execute(delete(address)))
    await bot.say(NUMBER, "3 slow")
    assert await _score(bot) == (3, "slow")


async def test_a_number_that_came_since_the_question_is_a_strangers(bot: Bot) -> None:
    # field A8
    await bot.start(OTHER, Customer("Third", sms="+31612345678"))
    await bot.later(days=1)
    await _move(bot, to="Other")
    await bot.say(NUMBER, "3 slow")
    await bot.work()
    assert (await _score(bot, "Other"))[0] is None
    assert (await _score(bot, "Third"))[0] is None
    assert "no open question" in _texts(bot, "sms", "+31612345678")[-1]


async def test_an_import_says_since_when_an_address_is_theirs(bot: Bot, tmp_path: Path) -> None:
    # field E7
    file = tmp_path / "contacts.csv"
    file.write_text("contact_id,phone,slack\nA,+31612345678,U01ABCDEF\n", encoding="utf-8")
    await import_contacts(bot.store, file, bot.settings, bot.clock.now())
    bot.clock.advance(days=3)
    file.write_text("contact_id,phone\nA,-\n", encoding="utf-8")
    await import_contacts(bot.store, file, bot.settings, bot.clock.now())
    file.write_text("contact_id,phone,slack\nB,+31612345678,\nA,,U01ABCDEF\n", encoding="utf-8")
    await import_contacts(bot.store, file, bot.settings, bot.clock.now())
    rows = {row.channel: row.since for row in await bot.rows(address)}
    assert (rows["sms"] - rows["slack"]).days == 3
