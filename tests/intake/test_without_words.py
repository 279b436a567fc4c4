"""Answers without text, reactions, and words that were taken back: what is kept, said and shown of them."""

import pytest

from bot.store.schema import answer, inbox, outbox
from channels.base import Brought
from tests.support.bot_under_test import Bot, Customer
from tests.support.fake_channel import Lost

BUYER = Customer("buyer", slack="U1")
OF_CHANNEL = {
    "slack": (Customer("buyer", slack="U1"), "slack:U1"),
    "telegram": (Customer("buyer", telegram="1"), "telegram:1"),
    "sms": (Customer("buyer", sms="+31612345678"), "sms:+31612345678"),
}
CHAT = "https://t.me/buyer_at_globex"


def ref_of(bot: Bot, number: int = 0, who: str = "U1") -> str:
    """The reference of a message on a customer's screen, the oldest first."""
    return [ref for ref, shown in bot.slack.shown.items() if shown.address.id == who][number]


def alert(bot: Bot) -> str:
    return bot.slack.chat("UMANAGER")[-1]


async def react(bot: Bot, emoji: str, number: int = 0) -> None:
    await bot.say("slack:U1", emoji, brings="reaction", message_ref=None, reply_to=ref_of(bot, number))
    await bot.work()


# ---------------------------------------------------------------------------------------- without words


# field A5
@pytest.mark.parametrize("channel", OF_CHANNEL)
async def test_one_hint_while_a_score_is_awaited(bot: Bot, channel: str) -> None:
    customer, who = OF_CHANNEL[channel]
    await bot.start(customer)
    for brings in ("picture", "voice", "blank"):
        await bot.say(who, "", brings=brings)
        await bot.work()
    said = bot.channels[channel].chat(who.partition(":")[2])
    assert len(said) == 2
    assert "I can only read words here" in said[1]
    row = await bot.conversation("buyer")
    assert (row.state, row.score, row.unread) == ("asked", None, 3)
    kept = await bot.rows(answer)
    assert [(one.kind, one.score, one.text) for one in kept] == [("unread", None, None)] * 3
    assert [one.event["brings"] for one in await bot.rows(inbox)] == ["picture", "voice", "blank"]
    await bot.say(who, "8")
    assert (await bot.conversation("buyer")).score == 8


# field A5
@pytest.mark.parametrize("channel", OF_CHANNEL)
async def test_the_window_closes_on_a_reply_without_a_score(bot: Bot, channel: str) -> None:
    customer, who = OF_CHANNEL[channel]
    await bot.start(customer)
    await bot.say(who, "", brings="voice")
    await bot.later(days=8)
    assert (await bot.conversation("buyer")).ending == "unread"
    assert "Sent a voice message" in alert(bot)


# field A5
@pytest.mark.parametrize(
    ("brings", "told"),
    [
        ("voice", "Sent a voice message"),
        ("picture", "Sent a picture"),
        ("checklist", "Sent a checklist"),
        ("other", "Sent something that is no text"),
    ],
)
async def test_the_alert_says_what_came_while_the_reason_was_awaited(
    bot: Bot, brings: Brought, told: str
) -> None:
    await bot.start(Customer("buyer", telegram="1"))
    await bot.say("telegram:1", "2")
    await bot.work()
    await bot.say("telegram:1", "", brings=brings, chat_url=CHAT)
    await bot.work()
    assert bot.telegram.chat("1")[-1].startswith(
        "I can only read words here. Please type the reason for your 2"
    )
    assert told in alert(bot)
    assert "open the chat" in alert(bot)
    await bot.later(days=8)
    assert (await bot.conversation("buyer")).ending == "no_reason"
    assert told in alert(bot)
    assert "Gave no reason" not in alert(bot)


async def test_a_picture_beside_words_is_told_with_them(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "2, because of what you see here", brings="picture")
    await bot.work()
    assert "what you see here" in alert(bot)
    assert "Sent a picture" in alert(bot)


async def test_after_the_thanks_it_is_kept_and_shown_and_needs_no_answer(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "2, because it came late")
    await bot.work()
    said = len(bot.slack.chat("U1"))
    await bot.say("slack:U1", "", brings="picture")
    await bot.work()
    assert len(bot.slack.chat("U1")) == said
    assert "Sent a picture" in alert(bot)


async def test_after_the_end_it_is_asked_for_in_words_once(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.later(days=8)
    for _ in range(2):
        await bot.say("slack:U1", "", brings="voice")
        await bot.work()
    assert len(bot.slack.chat("U1")) == 2
    assert "Sent a voice message" in alert(bot)
    await bot.say("slack:U1", "3")
    await bot.work()
    assert (await bot.conversation("buyer")).score == 3


# -------------------------------------------------------------------------------------------- reactions


# field A5
@pytest.mark.parametrize("emoji", ["👍", "👎", "💯", "⭐", ":acme-logo:", "🛑", "❤️"])
async def test_a_reaction_to_the_question_gets_one_hint_and_no_score(bot: Bot, emoji: str) -> None:
    await bot.start(BUYER)
    await react(bot, emoji)
    await react(bot, "🎉")
    assert (await bot.conversation("buyer")).score is None
    assert (await bot.conversation("buyer")).state == "asked"
    assert len(bot.slack.chat("U1")) == 2
    await bot.later(days=8)
    assert (await bot.conversation("buyer")).ending == "unread"
    assert f"Reacted with {emoji}" in alert(bot)


# field A5
@pytest.mark.parametrize(("emoji", "score"), [("8️⃣", 8), ("🔟", 10), ("2️⃣", 2), ("0️⃣", None), ("1️⃣", None)])
async def test_a_number_as_a_reaction_is_as_clear_as_a_typed_one(
    bot: Bot, emoji: str, score: int | None
) -> None:
    await bot.start(BUYER)
    await react(bot, emoji)
    row = await bot.conversation("buyer")
    assert row.score == score
    if score is None:  # a 1 beside a 0 is a ten, and each comes alone
        assert row.state == "confirming"
        assert row.candidates[1] == 10
        await react(bot, "1️⃣" if emoji == "0️⃣" else "0️⃣")
        assert (await bot.conversation("buyer")).score is None
        assert len(bot.slack.chat("U1")) == 2
        await bot.tap("slack:U1", "10")
        assert (await bot.conversation("buyer")).score == 10


# field A5
@pytest.mark.parametrize("known", [True, False])
async def test_a_number_on_a_question_whose_outcome_nobody_knows(bot: Bot, known: bool) -> None:
    """It stands on the customer's screen, and its reference was never told."""
    bot.slack.fates.append(Lost())
    await bot.start(BUYER)
    assert (await bot.rows(outbox, kind="question"))[0].message_ref is None
    where = ref_of(bot) if known else "in-1"
    if not known:
        await bot.say("slack:U1", "hm", message_ref="in-1")
    await bot.say("slack:U1", "3️⃣", brings="reaction", message_ref=None, reply_to=where)
    await bot.work()
    assert (await bot.conversation("buyer")).score == (3 if known else None)


async def test_a_number_on_words_that_are_not_ours_says_nothing(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "3️⃣", brings="reaction", message_ref=None, reply_to="in-99")
    await bot.work()
    assert (await bot.conversation("buyer")).score is None
    assert len(bot.slack.chat("U1")) == 1


async def test_a_thumb_on_the_question_back_is_yes_and_on_an_older_message_is_not(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "💯")
    await bot.work()
    assert (await bot.conversation("buyer")).candidates == [10]
    await react(bot, "👍", 0)
    assert (await bot.conversation("buyer")).score is None
    await react(bot, "👍", -1)
    assert (await bot.conversation("buyer")).score == 10


async def test_a_nod_to_the_thanks_says_nothing_more(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "8")
    await bot.work()
    await react(bot, "👍", -1)
    await bot.say("slack:U1", "good people")
    await bot.work()
    said = len(bot.slack.chat("U1"))
    await react(bot, "❤️", -1)
    assert len(bot.slack.chat("U1")) == said
    assert (await bot.conversation("buyer")).score == 8


async def test_a_reaction_alone_is_no_reason(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "2")
    await bot.work()
    await react(bot, "👎", -1)
    await bot.later(days=8)
    assert "Gave no reason: call" in alert(bot)
    assert "Reacted with 👎" in alert(bot)


async def test_a_reaction_of_a_stranger_is_no_word_to_answer(bot: Bot) -> None:
    await bot.say("slack:U9", "👍", brings="reaction", message_ref=None, reply_to="D9:1")
    await bot.work()
    assert bot.slack.chat("U9") == []


# -------------------------------------------------------------------------------------------- taken back


async def take_back(bot: Bot, ref: str) -> None:
    await bot.say("slack:U1", "", message_ref=ref, edits=ref)
    await bot.work()


async def test_a_deleted_score_stands_until_they_give_another(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "2", message_ref="m1")
    await bot.work()
    await take_back(bot, "m1")
    row = await bot.conversation("buyer")
    assert (row.score, row.score_ref) == (2, None)
    assert "your 2 still stands" in bot.slack.chat("U1")[-1]
    assert "Took a message back" in alert(bot)
    await bot.say("slack:U1", "8")
    await bot.work()
    assert (await bot.conversation("buyer")).score == 8


async def test_deleted_words_leave_the_reason_and_the_alert(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "2", message_ref="m1")
    await bot.say("slack:U1", "your manager is rude", message_ref="m2")
    await bot.say("slack:U1", "and too late", message_ref="m3")
    await bot.work()
    said = len(bot.slack.chat("U1"))
    await take_back(bot, "m2")
    row = await bot.conversation("buyer")
    assert (row.score, row.reason) == (2, "and too late")
    assert "rude" not in alert(bot)
    assert "and too late" in alert(bot)
    assert "Took a message back" in alert(bot)
    assert len(bot.slack.chat("U1")) == said


async def test_deleted_words_that_held_no_score_leave_the_alert(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "you are all crooks", message_ref="m1")
    await take_back(bot, "m1")
    await bot.later(days=8)
    assert "crooks" not in alert(bot)
    assert "Took a message back" in alert(bot)


async def test_a_deleted_message_that_was_none_of_the_talk_changes_nothing(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "8", message_ref="m1")
    await bot.work()
    said = len(bot.slack.chat("U1"))
    await take_back(bot, "another")
    assert len(bot.slack.chat("U1")) == said
    assert (await bot.conversation("buyer")).score_ref == "m1"
