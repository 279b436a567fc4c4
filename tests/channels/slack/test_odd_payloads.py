"""What Slack signed but never sends: refused or passed over, and never a fault of ours."""

import json

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette

from channels.slack.channel import SlackChannel
from tests.channels.contract import NOW, PAYLOADS, Intake

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
KEYS = ("event", "authorizations", "team", "user", "channel", "actions", "view", "type")
VALUES: tuple[object, ...] = (None, True, 7, "x", [], [None], ["x"], [[]], {}, {"id": 7})


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", ["message", "press", "view_submission"])
async def test_an_odd_value_is_no_fault_of_ours(name: str, key: str) -> None:
    intake = Intake()
    channel = SlackChannel("xoxb-token", SECRET, None, "http", "http://127.0.0.1:1", clock=lambda: NOW)
    transport = httpx.ASGITransport(Starlette(routes=list(channel.routes(intake.receive))))
    usual = json.loads((PAYLOADS / "slack" / f"{name}.json").read_text())
    async with httpx.AsyncClient(transport=transport, base_url="http://nps.example") as client:
        for value in VALUES:
            body = json.dumps(usual | {key: value}).encode()
            at = str(int(NOW.timestamp()))
            signature = SignatureVerifier(SECRET).generate_signature(timestamp=at, body=body)
            headers = {
                "content-type": "application/json",
                "x-slack-request-timestamp": at,
                "x-slack-signature": signature or "",
            }
            answer = await client.post("/slack/events", content=body, headers=headers)
            assert answer.status_code in (200, 400), value
