"""What is read without the SDKs is read as they read it: they judge ten thousand bodies of each channel."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any, Final
from urllib.parse import parse_qsl

from slack_bolt.async_app import AsyncBoltRequest
from starlette.requests import Request

from channels.base import Inbound
from channels.guard import MAX_FIELDS, Refused, json_object, storable_object
from channels.slack.ordinary import is_ordinary
from channels.slack.webhook import payload_of
from channels.telegram.inbound import command_of, events_by_sdk
from channels.telegram.ordinary import ordinary
from channels.values import ordinary_pairs, storable
from tests.fuzz.payloads import GONE, ODD, as_form, as_json, changed, paths, recorded
from tests.support.door import FORM, JSON

BODIES: Final = 10_000
NOW: Final = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
USUAL: Final = {
    "telegram": ("message", "press", "start"),
    "slack": ("message", "press", "message_edited"),
    "sms": ("inbound_message",),
}
_LETTERS: Final = (
    "%",
    "=",
    "&",
    "+",
    "%2",
    "%zz",
    "%%",
    "%C3%A9",
    "%FF",
    "%00",
    "%ED%A0%80",
    "é",
    "\n",
    "\r",
    "_",
    "=3D",
    " ",
)
_SMALL: Final = tuple(value for value in ODD if not (isinstance(value, str) and len(value) > 1_000))


def spoilt(provider: str) -> Iterator[Any]:
    """Recorded payloads with up to two things changed or gone, the usual ones half of the time; always the same."""
    random, known = Random(provider), recorded(provider)
    ways = {name: list(paths(payload)) for name, payload in known.items()}
    names = sorted(known)
    for _ in range(BODIES):
        name = random.choice(USUAL[provider] if random.random() < 0.7 else names)
        payload = known[name]
        for _ in range(random.choice((0, 1, 1, 1, 2))):
            value = GONE if random.random() < 0.2 else random.choice(_SMALL)
            try:
                payload = changed(payload, random.choice(ways[name]), value)
            except (KeyError, IndexError, AttributeError, TypeError):  # an earlier change took the place away
                continue
        yield payload


def whole(event: Inbound) -> dict[str, Any]:
    """Every field, those too that comparing events leaves out."""
    return {field.name: getattr(event, field.name) for field in fields(event)}


def test_telegram() -> None:
    quick = 0
    for payload in spoilt("telegram"):
        text = as_json(payload).decode()
        try:
            update = storable(json_object(text))
        except Refused:
            continue
        assert repr(storable_object(text)) == repr(update)
        event = ordinary(update, "7000001", partial(command_of, username="acme_bot"), NOW)
        if event is not None:
            quick += 1
            assert [whole(event)] == [whole(one) for one in events_by_sdk(update, "7000001", "acme_bot", NOW)]
    assert quick > BODIES / 10


def test_slack() -> None:
    random, quick = Random("kinds"), 0
    for payload in spoilt("slack"):
        kind = random.choice((FORM, JSON, FORM, JSON, f"{JSON}; charset=utf-8", f"x{JSON}", "text/plain"))
        text = as_json(payload)
        body = (as_form({"payload": text.decode()}) if kind == FORM else text).decode()
        try:
            found = payload_of(Request({"type": "http", "headers": [(b"content-type", kind.encode())]}), body)
        except Refused:
            continue
        if found is not None and is_ordinary(found):
            quick += 1
            by_bolt = AsyncBoltRequest(body=body, query="", headers={"content-type": kind})
            assert repr(storable(by_bolt.body)) == repr(found)
            assert by_bolt.body.get("ssl_check") != "1"
            assert by_bolt.body.get("type") != "url_verification"
    assert quick > BODIES / 4


def test_forms() -> None:
    random, quick = Random("forms"), 0
    presses = [as_form({"payload": json.dumps(recorded("slack")["press"])}).decode()]
    for number, payload in enumerate(spoilt("sms")):
        body = random.choice(presses) if number % 20 == 7 else as_form(payload).decode()
        for _ in range(random.choice((0, 0, 1, 2))):
            at = random.randrange(len(body) + 1)
            body = body[:at] + random.choice(_LETTERS) + body[at + random.choice((0, 1, 2)) :]
        found = ordinary_pairs(body, MAX_FIELDS)
        if found is not None:
            quick += 1
            assert found == parse_qsl(
                body, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
            )
    assert quick > BODIES / 3
