"""Intake's phases: what an event means is found by looking alone, and nothing is done before its row stands."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.dialogue.buttons import score_value
from bot.intake import rounds
from bot.intake.meanings import (
    CameWordless,
    CasePress,
    ColleagueWrote,
    CommandLine,
    ErasureCode,
    FollowUpAnswered,
    Heard,
    HeardOutside,
    LinkOpened,
    Meaning,
    Nothing,
    NotOurs,
    ReviewAnswered,
    ScorePress,
    SendNow,
    UnderLostCopy,
    Unlinked,
    Which,
    Withdrawn,
    WrongCode,
)
from bot.intake.understand import understand
from bot.store.schema import erasure_code, inbox
from tests.support.bot_under_test import ADMIN, Bot, Customer

BUYER = Customer("buyer", slack="U1", telegram="1")
LATER = Customer("later", slack="U2")
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)

MESSAGES: dict[str, tuple[dict[str, Any], type[Meaning]]] = {
    "a score": ({"text": "8"}, Heard),
    "words": ({"text": "late again"}, Heard),
    "a copy of our words": (
        {"text": "How likely are you to recommend Acme to a friend or colleague?"},
        Heard,
    ),
    "a button": ({"choice": score_value(1, 8)}, ScorePress),
    "another's button": ({"choice": score_value(2, 8)}, Nothing),
    "a button of nothing": ({"choice": score_value(4711, 8)}, Nothing),
    "a button of no kind of ours": ({"choice": "x"}, Nothing),
    "a button of an alert": ({"choice": "c:1:take"}, CasePress),
    "Send now anyway": ({"choice": "r:1"}, SendNow),
    "Why? under an alert": ({"choice": "c:1:why"}, CommandLine),
    "a button of a wave's plan": ({"choice": "w:start:x"}, CommandLine),
    "a command": ({"command": "nps status"}, CommandLine),
    "STOP as a command": ({"command": "stop"}, Heard),
    "a link": ({"command": "start abc"}, LinkOpened),
    "a picture": ({"text": "", "brings": "picture"}, CameWordless),
    "words taken back": ({"text": "", "edits": "said before"}, Withdrawn),
    "a pasted link": ({"who": "telegram:99", "text": "https://t.me/acme_bot?start=abc"}, LinkOpened),
    "a bare start": ({"who": "telegram:99", "command": "start"}, Unlinked),
    "the right code": ({"text": "CODE"}, ErasureCode),
    "a wrong code": ({"text": "0000"}, ErasureCode),
}


@dataclass
class Looking:
    """What understanding asked the database, as it was asked, and what it found."""

    asked: list[str] = field(default_factory=list)
    found: list[Meaning] = field(default_factory=list)

    @property
    def writes(self) -> list[str]:
        return [statement for statement in self.asked if _WRITES.match(statement)]


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Looking:
    """What goes on while intake understands."""
    seen = Looking()

    def watched(connection: Connection, *args: Any) -> Meaning:
        def note(*about: Any) -> None:
            seen.asked.append(about[2])

        event.listen(connection.engine, "before_cursor_execute", note)
        try:
            seen.found.append(understand(connection, *args))
        finally:
            event.remove(connection.engine, "before_cursor_execute", note)
        return seen.found[-1]

    monkeypatch.setattr(rounds, "understand", watched)
    return seen


async def _asked_for_erasure(bot: Bot) -> str:
    await bot.start(BUYER, LATER)
    await bot.say("slack:U1", "late again", message_ref="said before")
    await bot.say("slack:U1", "DELETE")
    (row,) = await bot.rows(erasure_code)
    return str(row.code)


@pytest.mark.parametrize("name", MESSAGES)
async def test_understanding_only_looks(bot: Bot, looking: Looking, name: str) -> None:
    code = await _asked_for_erasure(bot)
    message, kind = MESSAGES[name]
    if message.get("text") == "CODE":
        message = {"text": code}
    looking.asked.clear()
    looking.found.clear()
    assert await bot.take(bot.message(**{"who": "slack:U1"} | message)) == "taken"
    assert [type(one) for one in looking.found] == [kind]
    assert looking.writes == []


async def test_words_outside_a_conversation_are_looked_at_too(bot: Bot, looking: Looking) -> None:
    for who in (str(ADMIN), "telegram:99"):
        await bot.say(who, "hello")
    assert [type(one) for one in looking.found] == [HeardOutside, HeardOutside]
    assert looking.asked
    assert looking.writes == []


@pytest.mark.parametrize("name", MESSAGES)
async def test_a_repetition_leaves_every_table_as_it_was(bot: Bot, name: str) -> None:
    code = await _asked_for_erasure(bot)
    message = dict(MESSAGES[name][0])
    if message.get("text") == "CODE":
        message = {"text": code}
    first = bot.message(**{"who": "slack:U1"} | message)
    await bot.take(first)
    tables = inbox.metadata.sorted_tables
    before = [await bot.rows(table) for table in tables]
    assert await bot.take(first) == "duplicate"
    assert [await bot.rows(table) for table in tables] == before


def test_every_meaning_is_tried() -> None:
    in_test_elsewhere = {HeardOutside, Which}
    in_test_under_alerts = {ColleagueWrote, WrongCode, UnderLostCopy, NotOurs}
    in_recovery_and_review = {FollowUpAnswered, ReviewAnswered}
    elsewhere = in_test_elsewhere | in_test_under_alerts | in_recovery_and_review
    assert {kind for _, kind in MESSAGES.values()} | elsewhere == set(Meaning.__args__)
