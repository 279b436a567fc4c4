"""What people send that is no plain text, as each provider hands it over, and what the adapters make of it."""

import pytest

from channels.base import Choice, InboundMessage
from tests.support.bot_in_sandbox import bot_in_sandbox
from tests.support.running import Running


# field A9
async def test_slack_names_emoji_in_the_text_and_has_them_in_the_blocks(run: Running) -> None:
    await run.people.type("slack", "8 👍🏼 & :heart:")
    [event] = run.bot.events("message")
    assert event["text"] == "8 :+1::skin-tone-3: &amp; :heart:"
    (section,) = event["blocks"][0]["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "8 "},
        {"type": "emoji", "name": "+1", "unicode": "1f44d-1f3fc", "skin_tone": 3},
        {"type": "text", "text": " & "},
        {"type": "emoji", "name": "heart", "unicode": "2764-fe0f"},
    ]
    [message] = run.world.messages("slack")
    assert message.text.startswith("8 👍🏼")


# field A5
@pytest.mark.parametrize(
    ("phone", "what", "brings", "words"),
    [
        ("slack", "voice", "voice", ""),
        ("slack", "picture", "picture", ""),
        ("telegram", "voice", "voice", ""),
        ("telegram", "picture", "picture", ""),
        ("telegram", "checklist", "checklist", ""),
        ("telegram", "rich", None, "3 altijd te laat"),  # discovered P1
        ("sms", "picture", "picture", ""),
        ("sms", "voice", "voice", ""),
        ("sms", "blank", "blank", ""),
    ],
)
async def test_each_adapter_hears_it(phone: str, what: str, brings: str | None, words: str) -> None:
    async with bot_in_sandbox() as bot:
        act = await bot.run.people.send(phone, what, words)  # type: ignore[arg-type]  # one of them
        assert act.ok
        (event,) = bot.told
        assert isinstance(event, InboundMessage)
        assert (event.brings, event.text.strip()) == (brings, words)


# field A5
@pytest.mark.parametrize("phone", ["slack", "telegram"])
async def test_a_reaction_to_the_question(phone: str) -> None:
    async with bot_in_sandbox() as bot:
        people = bot.run.people
        await bot.channels["telegram"].register(bot.url)
        await people.type(phone, "hello")
        choices = ((Choice("8", "s:1:8"),),)
        receipt = await bot.channels[phone].send(bot.say(phone, choices=choices))
        for emoji in ("👍", "8️⃣"):
            assert (await people.react(phone, emoji)).ok
        hello, *reactions = bot.messages()
        assert [(one.text, one.brings, one.reply_to, one.actor) for one in reactions] == [
            (emoji, "reaction", receipt.message_ref, hello.actor) for emoji in ("👍", "8️⃣")
        ]


async def test_on_ones_own_words_a_reaction_says_nothing() -> None:
    async with bot_in_sandbox() as bot:
        await bot.run.people.type("slack", "hello")
        await bot.run.people.react("slack", "👍", bot.run.world.messages("slack")[-1].id)
        assert len(bot.told) == 1


async def test_what_is_deleted_is_told_by_slack_alone() -> None:
    async with bot_in_sandbox() as bot:
        for phone in ("slack", "telegram"):
            await bot.run.people.type(phone, "3")
            assert (await bot.run.people.delete(phone)).ok
        said, deleted, *others = bot.messages()
        assert (deleted.edits, deleted.text, deleted.actor) == (said.message_ref, "", said.actor)
        assert len(others) == 1
        assert not (await bot.run.people.delete("sms")).ok


async def test_what_cannot_be_sent_is_refused(run: Running) -> None:
    assert not (await run.people.send("slack", "checklist")).ok
    assert not (await run.people.send("telegram", "blank")).ok
    assert not (await run.people.send("sms", "rich")).ok
    assert not (await run.people.react("sms", "👍")).ok
    assert not (await run.people.delete("slack")).ok
