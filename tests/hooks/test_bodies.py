"""What a receiver reads: the examples of docs/integrations.md, words and names only where they are asked for, and
nothing of somebody who was erased."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.hooks.kinds import HOOK_KINDS
from bot.people.contacts import person
from bot.privacy.erasure import erase, forget_conversations
from bot.store.schema import contact, metadata
from tests.hooks.receivers import BROKEN, WELL, Receiver, hook_sender, subscribed, told
from tests.support.bot_under_test import ADMIN, Bot, Customer

DOCS = (Path(__file__).parents[2] / "docs" / "integrations.md").read_text("utf-8")
EXAMPLES: dict[str, Any] = {
    example["type"]: example
    for text in re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)
    if "type" in (example := json.loads(text))
}
NAME, ACCOUNT, WORDS = "Zsofia Planted", "Planted Lighting", "the parcel came late"


async def lived(bot: Bot) -> None:
    """One customer's life, of which each kind has something to tell."""
    await bot.start(Customer("C1", slack="U1", account=ACCOUNT))
    await bot.store.write(
        lambda connection: connection.execute(
            contact.update().where(contact.c.contact_id == "C1").values(name=NAME)
        )
    )
    await bot.say("slack:U1", "3")
    await bot.say("slack:U1", WORDS)
    await bot.work()
    await bot.tap("slack:UMANAGER", "I'm on it")
    await bot.work()
    await bot.tap("slack:UMANAGER", "Done")
    await bot.say("slack:U1", "STOP")
    await bot.later(days=31)


def shape(value: Any) -> Any:
    """The keys of an object, and what kind of value each has."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    return "nothing" if value is None else type(value).__name__


async def test_every_kind_is_documented_as_it_is_sent(bot: Bot) -> None:
    assert EXAMPLES.keys() - {"webhook.test"} == set(HOOK_KINDS)
    await subscribed(bot, "crm", with_words=True, with_names=True)
    await lived(bot)
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    sent = {one.type: one.json for one in receiver.got}
    assert sent.keys() == set(HOOK_KINDS)
    for kind, body in sent.items():
        assert body.keys() == {"type", "timestamp", "sequence", "data"}
        assert shape(body) == shape(EXAMPLES[kind]), kind


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("names", [True, False])
async def test_words_and_names_only_where_they_are_asked_for(bot: Bot, words: bool, names: bool) -> None:
    await subscribed(bot, "crm", with_words=words, with_names=names)
    await lived(bot)
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    everything = "".join(one.body for one in receiver.got)
    assert len(receiver.got) == 8
    assert (WORDS in everything) is words
    assert (NAME in everything, ACCOUNT in everything, '"Manager"' in everything) == (names,) * 3
    assert "U1" not in everything
    assert "UMANAGER" not in everything


async def test_of_somebody_who_was_erased_figures_are_told(bot: Bot) -> None:
    """What waits when somebody is erased says nothing of them any more; neither does any table."""
    await subscribed(bot, "crm", with_words=True, with_names=True)
    receiver = Receiver(lambda _got: BROKEN)
    await lived(bot)
    await told(hook_sender(bot, receiver))

    def erased(connection: Connection) -> None:
        found = person(connection, "C1")
        assert found is not None
        erase(connection, bot.settings, found, bot.clock.now())

    await bot.store.write(erased)
    dump = await bot.store.read(_everything)
    for planted in (NAME, ACCOUNT, WORDS, "U1"):
        assert planted not in dump, planted
    receiver.fate = lambda _got: WELL
    for _ in range(20):
        bot.clock.advance(hours=1)
        await told(hook_sender(bot, receiver), 2)
    late = [one for one in receiver.got if not one.type.startswith("wave.")]
    assert len(late) >= 6
    for one in late:
        assert one.json["data"]["contact"] is None
        assert one.json["data"].get("reason") is None
        assert one.json["timestamp"].endswith(":00:00.000Z"), "of a moment the day is left"
    (given,) = [one for one in late if one.type == "answer.given"]
    assert given.json["data"]["score"] == 3


async def test_what_is_too_old_to_be_kept_is_not_told(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.corrected", with_words=True, with_names=True)
    await lived(bot)

    def forgotten(connection: Connection) -> None:
        forget_conversations(connection, bot.settings, [1], "retention", bot.clock.now())

    await bot.store.write(forgotten)
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    (one,) = receiver.got
    assert (one.json["data"]["contact"], one.json["data"]["reason"]) == (None, None)


async def test_a_long_reason_is_cut(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.corrected", with_words=True)
    await bot.start(Customer("C1", slack="U1"))
    await bot.say("slack:U1", "3")
    await bot.say("slack:U1", "late again " * 3_000)
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    assert len(receiver.got[-1].body) < 20_000
    assert str(ADMIN) not in receiver.got[-1].body


def _everything(connection: Connection) -> str:
    """Every cell of every table."""
    return "\n".join(
        repr(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
    )
