"""Replies as the providers send them: signed HTTP requests, ready to be written to a socket."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

from bench.company import (
    BOT_URL,
    SLACK_SECRET,
    TELEGRAM_SECRET,
    TWILIO_SID,
    TWILIO_TOKEN,
    place_of,
    ref_of,
)
from bot.dialogue.buttons import score_value

SCORES = (9, 10, 8, 7, 10, 9, 8, 3, 9, 10)
"""What customers answer, in turn: one in ten is a detractor, whose case and alert are in the same commit."""


def requests_of(channel: str, numbers: range) -> list[bytes]:
    """The first answer of each customer, as one HTTP request each. Slack's are good for five minutes."""
    build = {"sms": _sms, "telegram": _telegram, "slack": _slack}[channel]
    return [build(n, SCORES[n % len(SCORES)]) for n in numbers]


def telegram_update(number: int, update_id: int, text: str) -> dict[str, object]:
    """A message of a customer to the bot, as Telegram words it."""
    chat = int(place_of("telegram", number))
    person = {"id": chat, "is_bot": False, "first_name": "Customer", "language_code": "en"}
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "from": person,
            "chat": {"id": chat, "first_name": "Customer", "type": "private"},
            "date": int(time.time()),
            "text": text,
        },
    }


def _telegram(number: int, score: int) -> bytes:
    body = json.dumps(telegram_update(number, number, str(score)))
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET}
    return _request("/telegram/webhook", headers, body)


def _sms(number: int, score: int) -> bytes:
    sid = f"SM{number + (1 << 64):032x}"
    form = {
        "ToCountry": "NL",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": str(score),
        "FromCountry": "NL",
        "To": "+3197010000000",
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": TWILIO_SID,
        "From": place_of("sms", number),
        "ApiVersion": "2010-04-01",
    }
    signature = RequestValidator(TWILIO_TOKEN).compute_signature(f"{BOT_URL}/sms/inbound", form)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
    return _request("/sms/inbound", headers, urlencode(form))


def _slack(number: int, score: int) -> bytes:
    channel, _, ts = ref_of("slack", number).partition(":")
    buttons = [
        {
            "type": "button",
            "action_id": f"choice-{n}",
            "text": {"type": "plain_text", "text": str(n), "emoji": False},
            "value": score_value(number, n),
        }
        for n in range(11)
    ]
    question = "How likely are you to recommend Acme to a friend or a colleague?"
    payload: dict[str, object] = {
        "type": "block_actions",
        "user": {
            "id": place_of("slack", number),
            "username": "customer",
            "name": "customer",
            "team_id": "T0ACME",
        },
        "api_app_id": "A0NPSBOT",
        "token": "deprecated-and-unused",
        "container": {
            "type": "message",
            "message_ts": ts,
            "channel_id": channel,
            "is_ephemeral": False,
        },
        "trigger_id": f"1795338050.{number}.aaaa",
        "team": {"id": "T0ACME", "domain": "acme"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel, "name": "directmessage"},
        "message": {
            "user": "U0NPSBOT",
            "type": "message",
            "ts": ts,
            "bot_id": "B0NPSBOT",
            "app_id": "A0NPSBOT",
            "text": question,
            "team": "T0ACME",
            "blocks": [
                {"type": "section", "block_id": "q", "text": {"type": "mrkdwn", "text": question}},
                {"type": "actions", "block_id": "w3Yz", "elements": buttons},
            ],
        },
        "state": {"values": {}},
        "response_url": f"https://hooks.slack.com/actions/T0ACME/{number}/abcdef",
        "actions": [{**buttons[score], "block_id": "w3Yz", "action_ts": f"1795338050.{number:06d}"}],
    }
    body = urlencode({"payload": json.dumps(payload)})
    timestamp = str(int(time.time()))
    digest = hmac.new(SLACK_SECRET.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    return _request("/slack/events", headers, body)


def _request(path: str, headers: dict[str, str], body: str) -> bytes:
    content = body.encode()
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content
