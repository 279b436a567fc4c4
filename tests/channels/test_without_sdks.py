"""Ordinary requests are read without what reads the others; `tests/fuzz/test_ordinary.py` compares the two."""

import json
from urllib.parse import urlencode

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette

from channels import guard
from channels.slack import webhook
from channels.slack.channel import SlackChannel
from channels.telegram import inbound as telegram
from tests.channels.contract import NOW, PAYLOADS, Intake


def recorded(name: str) -> str:
    return (PAYLOADS / f"{name}.json").read_text()


@pytest.mark.parametrize("name", ["message", "press"])
def test_an_ordinary_update_needs_no_python_telegram_bot(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram, "events_by_sdk", None)
    assert telegram.events_of(json.loads(recorded(f"telegram/{name}")), "7000001", "acme_nps_bot", NOW)


@pytest.mark.parametrize("name", ["message", "message_in_thread", "press", "reaction"])
async def test_an_ordinary_payload_needs_no_bolt(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "AsyncBoltRequest", None)
    intake = Intake()
    channel = SlackChannel("xoxb-1", "secret", None, "http", "http://127.0.0.1:1", clock=lambda: NOW)
    body, kind = recorded(f"slack/{name}"), "application/json"
    if name == "press":
        body, kind = urlencode({"payload": body}), "application/x-www-form-urlencoded"
    at = str(int(NOW.timestamp()))
    signature = SignatureVerifier("secret").generate_signature(timestamp=at, body=body) or ""
    transport = httpx.ASGITransport(Starlette(routes=list(channel.routes(intake.receive))))
    async with httpx.AsyncClient(transport=transport, base_url="http://nps.example") as client:
        answer = await client.post(
            "/slack/events",
            content=body,
            headers={"content-type": kind, "x-slack-request-timestamp": at, "x-slack-signature": signature},
        )
    assert (answer.status_code, answer.content) == (200, b"")
    assert intake.events


def test_an_ordinary_form_needs_no_second_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "parse_qsl", None)
    monkeypatch.setattr(guard, "storable", None)
    fields = {"payload": recorded("slack/press"), "Body": "één + 1 = 2, 100%", "To": "", "": "x"}
    pairs = guard.form_pairs(urlencode(fields))
    assert pairs == list(fields.items())
    assert guard.storable_object(pairs[0][1]) == json.loads(recorded("slack/press"))
