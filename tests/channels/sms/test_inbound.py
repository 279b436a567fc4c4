"""What Twilio's forms tell."""

import json

import pytest

from channels.base import (
    Address,
    DeliveryReport,
    DeliveryStatus,
    Inbound,
    InboundMessage,
    ProviderOptIn,
    ProviderOptOut,
    Unavailable,
)
from channels.sms.inbound import inbound, report
from tests.channels.contract import NOW, PAYLOADS

PERSON = Address("sms", "+31612345678")


def form(name: str) -> dict[str, str]:
    return dict(json.loads((PAYLOADS / "sms" / f"{name}.json").read_text()))


def sid(number: int) -> str:
    return f"SM{number:032d}"


@pytest.mark.parametrize(
    ("name", "event"),
    [
        (
            "inbound_message",
            InboundMessage(
                sid(1),
                PERSON,
                PERSON,
                NOW,
                text="6, the delivery was three weeks late & niemand belde +1",
                message_ref=sid(1),
            ),
        ),
        # field A5
        (
            "inbound_picture",
            InboundMessage(sid(2), PERSON, PERSON, NOW, message_ref=sid(2), brings="picture"),
        ),
        ("inbound_voice", InboundMessage(sid(9), PERSON, PERSON, NOW, message_ref=sid(9), brings="voice")),
        (
            "inbound_blank",
            InboundMessage(sid(8), PERSON, PERSON, NOW, " ", message_ref=sid(8), brings="blank"),
        ),
        ("inbound_stop", ProviderOptOut(sid(3), PERSON, NOW, "Stop ", confirmed=True)),
        ("inbound_stop_advanced", ProviderOptOut(sid(4), PERSON, NOW, "AFMELDEN", confirmed=True)),
        ("inbound_start", ProviderOptIn(sid(5), PERSON, NOW, "START", confirmed=True)),
    ],
)
def test_each_recorded_message(name: str, event: Inbound) -> None:
    assert inbound(form(name), NOW) == [event]


@pytest.mark.parametrize(
    "word", ["STOP", "stopall", "Unsubscribe", "CANCEL", "end", "quit", "REVOKE", "OPTOUT", " stop\n"]
)
def test_twilios_own_stop_words(word: str) -> None:
    assert [type(event) for event in inbound({**form("inbound_message"), "Body": word}, NOW)] == [
        ProviderOptOut
    ]


@pytest.mark.parametrize(
    "text", ["YES", "stop it", "ik stop ermee", "the end", "HELP", "INFO", "stoppen", "8", ""]
)
def test_other_words_are_the_conversations(text: str) -> None:
    assert [type(event) for event in inbound({**form("inbound_message"), "Body": text}, NOW)] == [
        InboundMessage
    ]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("accepted", "queued"),
        ("queued", "queued"),
        ("scheduled", "queued"),
        ("sending", "queued"),
        ("sent", "sent"),
        ("partially_delivered", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_each_status(said: str, status: DeliveryStatus) -> None:
    (event,) = report({**form("status_delivered"), "MessageStatus": said}, NOW)
    assert isinstance(event, DeliveryReport)
    assert (event.status, event.provider_id, event.message_ref) == (status, f"{sid(9)}:{said}", sid(9))
    assert event.error is None  # the form has no code that says why


@pytest.mark.parametrize("said", ["receiving", "received", "", "nonsense"])
def test_other_statuses_tell_nothing(said: str) -> None:
    assert report({**form("status_delivered"), "MessageStatus": said}, NOW) == []


def test_a_failure_says_why() -> None:
    (event,) = report(form("status_undelivered"), NOW)
    assert isinstance(event, DeliveryReport)
    assert event.code == "30003"
    assert isinstance(event.error, Unavailable)


@pytest.mark.parametrize("code", ["", "x", "٣", "9" * 5000])
def test_a_senseless_code_is_still_a_failure(code: str) -> None:
    (event,) = report({**form("status_undelivered"), "ErrorCode": code}, NOW)
    assert isinstance(event, DeliveryReport)
    assert (event.status, event.error) == ("undelivered", None)
