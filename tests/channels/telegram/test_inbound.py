"""What Telegram's updates tell."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Address, Blocked, Inbound, InboundMessage, Unblocked
from channels.telegram.content import words_of
from channels.telegram.inbound import command_of, events_of, press_of
from tests.channels.contract import NOW, PAYLOADS
from tests.channels.slack.test_inbound import spoilt

CUSTOMER = Address("telegram", "1001")
GROUP = Address("telegram", "-1002233")
COLLEAGUE = Address("telegram", "2002")
CHAT = "https://t.me/customer_at_globex"


def payload(name: str) -> dict[str, object]:
    return dict(json.loads((PAYLOADS / "telegram" / f"{name}.json").read_text()))


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


EXPECTED: dict[str, Inbound] = {
    "message": InboundMessage(
        "7000001:501",
        CUSTOMER,
        CUSTOMER,
        at(1795337999),
        text="6, the delivery was three weeks late & <niemand> belde",
        message_ref="1001:41",
    ),
    "reply": InboundMessage(
        "7000001:502", CUSTOMER, CUSTOMER, at(1795338001), text="8", message_ref="1001:42", reply_to="1001:40"
    ),
    "reply_to_us_in_group": InboundMessage(
        "7000001:540",
        GROUP,
        COLLEAGUE,
        at(1795338001),
        text="Ik bel u morgen om tien uur.",
        message_ref="-1002233:95",
        reply_to="-1002233:90",
        actor_name="Account Manager",
        shared=True,
    ),
    "reply_to_us_in_group_edited": InboundMessage(
        "7000001:542",
        GROUP,
        COLLEAGUE,
        at(1795338099),
        text="Ik bel u overmorgen.",
        message_ref="-1002233:95",
        edits="-1002233:95",
        reply_to="-1002233:90",
        actor_name="Account Manager",
        shared=True,
    ),
    "start": InboundMessage(
        "7000001:503",
        CUSTOMER,
        CUSTOMER,
        at(1795338002),
        text="/start Tok_en-123",
        command="start Tok_en-123",
        message_ref="1001:43",
    ),
    "voice": InboundMessage(  # field A5
        "7000001:504",
        CUSTOMER,
        CUSTOMER,
        at(1795338003),
        message_ref="1001:44",
        brings="voice",
    ),
    "album": InboundMessage(
        "7000001:album:13579",
        CUSTOMER,
        CUSTOMER,
        at(1795338113),
        message_ref="1001:53",
        brings="picture",
    ),
    "rich_message": InboundMessage(  # field A14, discovered P1
        "7000001:517",
        CUSTOMER,
        CUSTOMER,
        at(1795338110),
        text="3\naltijd te laat🙁\n• levering\n• facturen",
        message_ref="1001:50",
    ),
    "rich_message_edited": InboundMessage(
        "7000001:518",
        CUSTOMER,
        CUSTOMER,
        at(1795338120),
        text="STOP",
        message_ref="1001:50",
        edits="1001:50",
    ),
    "checklist": InboundMessage(
        "7000001:519",
        CUSTOMER,
        CUSTOMER,
        at(1795338111),
        message_ref="1001:51",
        brings="checklist",
    ),
    "newer_kind": InboundMessage(
        "7000001:520",
        CUSTOMER,
        CUSTOMER,
        at(1795338112),
        message_ref="1001:52",
        brings="other",
    ),
    "reaction": InboundMessage(  # field A5
        "7000001:522", CUSTOMER, CUSTOMER, at(1795338131), text="👍", reply_to="1001:40", brings="reaction"
    ),
    "reaction_changed": InboundMessage(
        "7000001:523", CUSTOMER, CUSTOMER, at(1795338132), text="👎", reply_to="1001:40", brings="reaction"
    ),
    "edited_message": InboundMessage(
        "7000001:505",
        CUSTOMER,
        CUSTOMER,
        at(1795338020),
        text="7, the delivery was three weeks late",
        message_ref="1001:41",
        edits="1001:41",
    ),
    "press": InboundMessage(
        "7000001:506", CUSTOMER, CUSTOMER, NOW, choice="v1.6", reply_to="1001:40", actor_name="Customer"
    ),
    "press_on_old_message": InboundMessage(
        "7000001:507", CUSTOMER, CUSTOMER, NOW, choice="v1.9", reply_to="1001:12", actor_name="Customer"
    ),
    "blocked": Blocked("7000001:508", CUSTOMER, at(1795338030)),
    "unblocked": Unblocked("7000001:509", CUSTOMER, at(1795338040)),
    "command_in_group": InboundMessage(
        "7000001:510",
        GROUP,
        CUSTOMER,
        at(1795338050),
        text="/nps@acme_nps_bot status demo",
        command="nps status demo",
        message_ref="-1002233:90",
    ),
}


NAMELESS = {"reaction", "reaction_changed", "command_in_group"}
"""Where Telegram names nobody, or a chat is nobody's to write to."""


@pytest.mark.parametrize("name", EXPECTED)
def test_each_recorded_update(name: str) -> None:
    (event,) = events_of(payload(name), "7000001", "acme_nps_bot", NOW)
    chat = getattr(event, "chat_url", None)
    said = replace(event, chat_url=None) if isinstance(event, InboundMessage) else event
    assert said == EXPECTED[name]
    named = isinstance(event, InboundMessage) and not event.shared and name not in NAMELESS
    assert chat == (CHAT if named else None)


def test_another_bots_command_is_not_ours() -> None:
    assert events_of(payload("command_in_group"), "7000001", "globex_bot", NOW) == []
    assert len(events_of(payload("command_in_group"), "7000001", None, NOW)) == 1


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/start", "start"),
        ("/Start TOKEN", "start TOKEN"),
        ("/nps  start demo ", "nps start demo"),
        ("/nps@Acme_NPS_bot status", "nps status"),
        ("/nps\nstart demo", "nps start demo"),
        ("/nps@other_bot status", None),
        ("/8", None),
        ("/", None),
        ("8", None),
        ("a /start", None),
        ("/start-now", None),
        ("//start", None),
    ],
)
def test_commands(text: str, command: str | None) -> None:
    assert command_of(text, "acme_nps_bot") == command


# field A9
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@acme_nps_bot 7", "7"),
        ("7 @ACME_NPS_BOT", "7"),
        ("@acme_nps_bot, 7", "7"),
        ("7 for @acme_nps_bots", "7 for @acme_nps_bots"),
        ("mail a@acme_nps_bot", "mail a@acme_nps_bot"),
        ("@somebody 7", "@somebody 7"),
    ],
)
@pytest.mark.parametrize("kind", ["message", "edited_message"])
def test_a_mention_of_us_is_no_word(text: str, words: str, kind: str) -> None:
    update = payload(kind)
    update[kind] = {**update[kind], "text": text, "entities": []}  # type: ignore[dict-item]
    (found,) = events_of(update, "7000001", "acme_nps_bot", NOW)
    assert isinstance(found, InboundMessage)
    assert found.text == words


# field E9
@pytest.mark.parametrize("kind", ["reply_to_us_in_group", "reply_to_us_in_group_edited"])
@pytest.mark.parametrize("title", [{}, {"author_signature": "Sales"}])
def test_an_admin_who_writes_in_the_name_of_their_group_is_heard(kind: str, title: dict[str, str]) -> None:
    update = payload(kind)
    name = next(key for key in update if key != "update_id")
    telegrams = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    group = {"id": -1002233, "title": "Acme sales", "type": "supergroup"}
    update[name] = {**update[name], "from": telegrams, "sender_chat": group, **title}  # type: ignore[dict-item]
    (found,) = events_of(update, "7000001", None, NOW)
    assert isinstance(found, InboundMessage)
    assert (found.actor, found.place) == (GROUP, GROUP)
    assert found.actor_name == title.get("author_signature", "")


# field E9
def test_a_channel_that_speaks_in_a_group_is_nobody() -> None:
    update = payload("reply_to_us_in_group")
    telegrams = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    channel = {"id": -1009, "title": "News", "type": "channel"}
    update["message"] = {**update["message"], "from": telegrams, "sender_chat": channel}  # type: ignore[dict-item]
    assert events_of(update, "7000001", None, NOW) == []


def test_an_edited_command_is_not_run_again() -> None:
    update = payload("edited_message")
    update["edited_message"]["text"] = "/nps start demo"  # type: ignore[index]  # it is an object
    (event,) = events_of(update, "7000001", None, NOW)
    assert isinstance(event, InboundMessage)
    assert event.command is None


def test_an_edit_without_words_tells_nothing() -> None:
    update = payload("edited_message")
    del update["edited_message"]["text"]  # type: ignore[attr-defined]  # it is an object
    assert events_of(update, "7000001", None, NOW) == []


# discovered P1: a block's text may be a string, a list or an object, and a block may hold blocks
@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([{"type": "paragraph", "text": "3, altijd te laat"}], "3, altijd te laat"),
        ([{"type": "paragraph", "text": {"type": "bold", "text": "STOP"}}], "STOP"),
        ([{"type": "heading", "text": ["9", " ", {"type": "italic", "text": ["top"]}]}], "9 top"),
        ([{"type": "list", "items": [{"label": "3.", "blocks": [{"text": "te laat"}]}]}], "3. te laat"),
        ([{"type": "blockquote", "blocks": [{"text": "5"}], "credit": {"text": "me"}}], "5\nme"),
        ([{"type": "table", "cells": [[{"text": "cijfer"}, {"text": "4"}]]}], "cijfer\n4"),
        ([{"type": "details", "summary": "7", "blocks": [{"type": "p", "text": "want"}]}], "7\nwant"),
        ([{"type": "photo", "photo": [{}], "caption": {"text": "2", "credit": None}}], "2"),
        ([{"type": "newer_block", "contents": [{"deeper": {"text": "8"}}]}], "8"),
        ([{"type": "divider"}, {"type": "map", "location": {"latitude": 5}}], ""),
        ("no list", ""),
    ],
)
def test_the_words_of_a_rich_message(blocks: object, words: str) -> None:
    assert words_of({"rich_message": {"blocks": blocks}}) == words


def test_a_text_that_stands_in_for_a_rich_message_gives_way() -> None:
    rich = {"blocks": [{"type": "paragraph", "text": "3, altijd te laat"}]}
    assert words_of({"text": "Update Telegram to see this", "rich_message": rich}) == "3, altijd te laat"
    assert words_of({"text": "3", "rich_message": {"blocks": []}}) == "3"


@given(st.sampled_from(sorted(EXPECTED)), st.data())
def test_an_odd_update_never_raises(name: str, data: st.DataObject) -> None:
    update = data.draw(spoilt(payload(name)))
    events_of(update, "7000001", "acme_nps_bot", NOW)
    press_of(update)


@pytest.mark.parametrize(
    "more",
    [
        {"forward_origin": {"type": "hidden_user", "date": 1795338000, "sender_user_name": "An admin"}},
        {"via_bot": {"id": 77, "is_bot": True, "first_name": "Another"}},
    ],
    ids=["forwarded", "by another bot"],
)
@pytest.mark.parametrize("line", ["/nps start demo", "/start Tok_en-123", "/stop"])
def test_a_command_in_somebody_else_s_words_is_none(more: dict[str, object], line: str) -> None:  # field E9
    update = payload("message")
    message = {**update["message"], "text": line, "entities": []}  # type: ignore[dict-item]
    (own,) = events_of({**update, "message": message}, "7000001", "acme_nps_bot", NOW)
    (theirs,) = events_of({**update, "message": {**message, **more}}, "7000001", "acme_nps_bot", NOW)
    assert isinstance(own, InboundMessage)
    assert isinstance(theirs, InboundMessage)
    assert own.command == line[1:]
    assert (theirs.command, theirs.text, theirs.own) == (None, line, False)


# field A14: an object that the SDK's version does not know so took the whole message with it
OLDER_POLL = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False}


@pytest.mark.parametrize(
    ("holds", "text", "brings"),
    [
        ({"poll": OLDER_POLL}, "", "poll"),
        ({"text": "STOP", "quote": {"newer": 1}}, "STOP", None),
        ({"text": "3", "external_reply": {"origin": {"type": "newer"}}}, "3", None),
        ({"text": "3", "entities": [{"type": "newer"}]}, "3", None),
        ({"text": "3", "link_preview_options": 7}, "3", None),
    ],
)
def test_what_the_sdk_cannot_read_in_a_message_costs_none_of_it(
    holds: dict[str, object], text: str, brings: str | None
) -> None:
    update = payload("message")
    message = {**dict(update["message"]), **holds}  # type: ignore[call-overload]  # a JSON object
    if "text" not in holds:
        del message["text"]
    (found,) = events_of({**update, "message": message}, "7000001", "acme_bot", NOW)
    assert isinstance(found, InboundMessage)
    assert (found.text, found.brings) == (text, brings)


def test_nor_does_what_it_cannot_read_in_the_message_that_is_answered() -> None:
    update = payload("reply")
    message = dict(update["message"])  # type: ignore[call-overload]  # a JSON object
    message["reply_to_message"] = {**message["reply_to_message"], "poll": OLDER_POLL}
    (found,) = events_of({**update, "message": message}, "7000001", "acme_bot", NOW)
    assert isinstance(found, InboundMessage)
    assert (found.text, found.reply_to) == ("8", "1001:40")
