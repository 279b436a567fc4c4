"""Runs the real application with planted secrets, providers that nobody reaches, and webhooks of every recorded
kind, signed, forged and broken: `python -m tests.support.logged_server FORM FILE`."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

from bot.app import running
from bot.logs import log_crashes, set_up_logs
from tests.support.bot_under_test import settings_of
from tests.support.planted import CHAT, NAME, PHONE, SIGNING, SLACK, TELEGRAM, TOKEN, TWILIO, WORDS

PAYLOADS = Path(__file__).parents[1] / "data" / "payloads"
PUBLIC = "https://nps.example.com"
NOWHERE = "http://127.0.0.1:1"  # nothing listens there
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
PLANTED: Mapping[str, Any] = {
    "text": WORDS,
    "Body": WORDS,
    "caption": WORDS,
    "first_name": NAME,
    "last_name": NAME,
    "username": NAME,
    "user_name": NAME,
    "real_name": NAME,
    "ProfileName": NAME,
    "title": NAME,
    "From": PHONE,
    "response_url": f"https://hooks.example/{TOKEN}",
    "token": TOKEN,
    "user": SLACK,
    "user_id": SLACK,
}

Hook = tuple[str, bytes, dict[str, str]]


def settings(path: Path) -> Any:
    return settings_of(
        database_url=f"sqlite+aiosqlite:///{path}",
        public_url=PUBLIC,
        channels={
            "slack": {"bot_token": TOKEN, "signing_secret": SIGNING, "api_url": f"{NOWHERE}/api/"},
            "telegram": {"token": TELEGRAM, "secret": SIGNING, "api_url": f"{NOWHERE}/bot"},
            "sms": {
                "account_sid": "AC1",
                "auth_token": TWILIO,
                "from": "+31612340000",
                "api_url": f"{NOWHERE}/sms",
            },
        },
    )


def hooks() -> Iterator[Hook]:
    """Every recorded payload with planted values; signed, forged, cut off, and of other types."""
    for file in sorted(PAYLOADS.glob("*/*.json")):
        payload = _planted(json.loads(file.read_text()))
        for path, body, headers, signed in _worded(file.parent.name, file.stem, payload):
            yield path, body, headers | signed
            yield path, body, headers
            yield path, body[: len(body) // 2], headers | signed
            yield path, WORDS.encode() + b"\xff", headers | signed


def _planted(value: Any, key: str = "") -> Any:
    match value:
        case dict():
            found = {name: _planted(one, name) for name, one in value.items()}
            return found | {"id": int(CHAT)} if "first_name" in found else found
        case list():
            return [_planted(one) for one in value]
        case str() if key in PLANTED:
            return PLANTED[key]
        case _:
            return value


def _worded(
    channel: str, name: str, payload: Any
) -> Iterator[tuple[str, bytes, dict[str, str], dict[str, str]]]:
    for odd in (payload, {**payload, "event": WORDS, "message": WORDS, "actions": [WORDS], "user": None}):
        match channel:
            case "slack":
                pressed = "actions" in payload or name.startswith("view")
                form = odd if name == "command" else {"payload": json.dumps(odd)}
                as_form = pressed or name == "command"
                body = (urlencode(form) if as_form else json.dumps(odd)).encode()
                yield "/slack/events", body, FORM if as_form else JSON, _slack(body)
            case "telegram":
                secret = {"x-telegram-bot-api-secret-token": SIGNING}
                yield "/telegram/webhook", json.dumps(odd).encode(), JSON, secret
            case _:
                path = "/sms/status" if name.startswith("status") else "/sms/inbound"
                fields = {key: str(value) for key, value in odd.items()}
                signature = RequestValidator(TWILIO).compute_signature(PUBLIC + path, fields)
                yield path, urlencode(fields).encode(), FORM, {"x-twilio-signature": signature}


def _slack(body: bytes) -> dict[str, str]:
    now = str(int(time.time()))
    signature = SignatureVerifier(SIGNING).generate_signature(timestamp=now, body=body) or ""
    return {"x-slack-request-timestamp": now, "x-slack-signature": signature}


async def serve(path: Path) -> None:
    """All of it, and a moment for the senders to fail."""
    log_crashes(asyncio.get_running_loop())
    answers: dict[int, int] = {}
    async with running(settings(path)) as app:
        transport = httpx.ASGITransport(app.asgi, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
            for where, body, headers in hooks():
                answer = await client.post(where, content=body, headers=headers)
                answers[answer.status_code // 100] = answers.get(answer.status_code // 100, 0) + 1
            for where in ("/metrics", "/readyz"):
                sys.stdout.write((await client.get(where)).text)
        await asyncio.sleep(1)
    sys.stdout.write(f"\nanswered {sorted(answers.items())}\n")


if __name__ == "__main__":
    set_up_logs("json" if sys.argv[1] == "json" else "console", "debug")
    asyncio.run(serve(Path(sys.argv[2])))
