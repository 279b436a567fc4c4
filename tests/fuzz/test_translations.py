"""What Socket Mode, polling and Twilio's list bring is translated by the same functions, and kept."""

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake.arrival import event_to_json
from channels.base import Address, Inbound, InboundMessage
from channels.guard import Refused, form_pairs, json_object
from channels.slack import inbound as slack
from channels.sms import inbound as sms
from channels.telegram import inbound as telegram
from channels.values import storable, storable_text
from tests.fuzz.payloads import GONE, ODD, as_form, as_json, changed, paths, recorded, spoilt

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def by_slack(payload: Any) -> list[Inbound]:
    return slack.events_of(storable(json_object(as_json(payload).decode())), NOW)


def by_telegram(payload: Any) -> list[Inbound]:
    update = storable(json_object(as_json(payload).decode()))
    return telegram.events_of(update, "7000001", "acme_bot", NOW)


def by_twilio(payload: Any) -> list[Inbound]:
    form = {key: storable_text(value) for key, value in form_pairs(as_form(payload).decode())}
    return [*sms.inbound(form, NOW), *sms.report(form, NOW)]


TRANSLATIONS = {"slack": by_slack, "telegram": by_telegram, "sms": by_twilio}
every_payload = pytest.mark.parametrize(
    ("provider", "name"),
    [(provider, name) for provider in TRANSLATIONS for name in sorted(recorded(provider))],
)


def translated(provider: str, payload: Any) -> None:
    """It is refused or read, and what it tells can be written to either database: UTF-8 without U+0000."""
    try:
        events = TRANSLATIONS[provider](payload)
    except Refused:
        return
    for event in events:
        assert _is_sound(event), event
        text = json.dumps(event_to_json(event), ensure_ascii=False)
        assert "\\u0000" not in text
        text.encode()


def _is_sound(event: Inbound) -> bool:
    """Whether each field holds what its type says: the providers' SDKs do not look."""
    places = [value for value in vars_of(event).values() if isinstance(value, Address)]
    texts = [event.provider_id, *(place.id for place in places)]
    if isinstance(event, InboundMessage):
        texts += [event.text]
        others = (event.choice, event.command, event.edits, event.reply_to, event.message_ref)
        texts += [text for text in (*others, event.answer_ref, event.actor_name) if text is not None]
    return all(isinstance(text, str) for text in texts) and all(place.id for place in places)


def vars_of(event: Inbound) -> dict[str, Any]:
    return {field.name: getattr(event, field.name) for field in fields(event)}


@every_payload
def test_anything_may_stand_anywhere(provider: str, name: str) -> None:
    payload = recorded(provider)[name]
    for path in paths(payload):
        for value in (GONE, *ODD):
            translated(provider, changed(payload, path, value))


@pytest.mark.parametrize("provider", TRANSLATIONS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_spoilt_payloads(provider: str, data: st.DataObject) -> None:
    translated(provider, data.draw(spoilt(provider))[1])
