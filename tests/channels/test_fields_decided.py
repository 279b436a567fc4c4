"""Every field and kind that a provider can send has a decided answer: the lists of tests/data/fields, copied from the
providers' documents with their version, against what the adapters name. A new one fails here instead of vanishing.

To bring a list up to date, copy it from its `source`, with its version, and decide on what is new.
"""

import json
from pathlib import Path

import pytest
import telegram
from telegram.constants import MessageType, UpdateType

from channels.base import InboundMessage
from channels.slack import inbound as slack
from channels.sms import inbound as sms
from channels.telegram import content
from channels.telegram import inbound as updates
from tests.channels.contract import NOW, PAYLOADS

FIELDS = Path(__file__).parents[1] / "data" / "fields"


def listed(provider: str, what: str) -> list[str]:
    data = json.loads((FIELDS / f"{provider}.json").read_text())
    assert data["version"]
    assert data["source"]
    names: list[str] = data[what]
    assert len(set(names)) == len(names)
    return names


# ---------------------------------------------------------------------------------------------- Telegram

DECIDED = (content.WORDS, frozenset(content.BRINGS), content.SERVICE, content.ABOUT)


# discovered P1
@pytest.mark.parametrize("field", listed("telegram", "message"))
def test_each_field_of_a_telegram_message_is_decided(field: str) -> None:
    assert sum(field in some for some in DECIDED) == 1


def test_nothing_is_decided_of_what_telegram_does_not_have() -> None:
    assert frozenset().union(*DECIDED) == set(listed("telegram", "message"))
    assert {*updates.KINDS, *updates.UNASKED} == set(listed("telegram", "update"))


def test_the_sdk_knows_nothing_that_the_list_lacks() -> None:
    fields = {name.removeprefix("_") for name in telegram.Message.__slots__} - {"effective_attachment"}
    assert {"from" if name == "from_user" else name for name in fields} <= set(listed("telegram", "message"))
    assert {kind.value for kind in MessageType} <= set(listed("telegram", "message"))
    assert {kind.value for kind in UpdateType} <= set(listed("telegram", "update"))


# discovered P1
@pytest.mark.parametrize("field", [*listed("telegram", "message"), "a_newer_one"])
def test_what_a_person_sends_is_an_event_whatever_it_is(field: str) -> None:
    """A message with nothing else in it, in a private chat: an event, unless it is a known service message."""
    bare = json.loads((PAYLOADS / "telegram" / "voice.json").read_text())["message"]
    del bare["voice"]
    assert content.is_service({**bare, field: {}}) is (field in content.SERVICE)
    if field in content.WORDS or field in content.ABOUT or field in content.SERVICE:
        return
    assert content.brought({**bare, field: {}}) == content.BRINGS.get(field, "other")


# ------------------------------------------------------------------------------------------------- Slack

ELSEWHERE = {"message_changed", "message_deleted", "tombstone"}  # a change of an earlier message


@pytest.mark.parametrize("subtype", [*listed("slack", "message_subtype"), "a_newer_one", None])
def test_each_subtype_of_a_slack_message_is_decided(subtype: str | None) -> None:
    payload = json.loads((PAYLOADS / "slack" / "message.json").read_text())
    payload["event"]["subtype"] = subtype
    found = slack.events_of(payload, NOW)
    if subtype in ELSEWHERE:
        assert subtype not in slack.SAID | slack.TOLD
    elif subtype in slack.TOLD:
        assert found == []
    else:
        assert subtype in slack.SAID or subtype in (None, "a_newer_one")
        assert [type(event) for event in found] == [InboundMessage]


def test_nothing_is_decided_of_what_slack_does_not_have() -> None:
    assert set(listed("slack", "message_subtype")) == slack.SAID | slack.TOLD | ELSEWHERE


# ------------------------------------------------------------------------------------------------ Twilio

READ = {
    "MessageSid",
    "From",
    "Body",
    "ButtonText",
    "OptOutType",
    "NumMedia",
    "MediaContentType{n}",
    "Latitude",
}
CHECKED = {"AccountSid"}  # by the webhook
SAME = {"SmsSid", "SmsMessageSid", "SmsStatus"}  # as what is read, or "received"
UNUSED = {
    *(
        "Address",
        "ApiVersion",
        "ButtonPayload",
        "ChannelMetadata",
        "ErrorCode",
        "ExternalUserId",
        "Forwarded",
    ),
    *("FrequentlyForwarded", "FromCity", "FromCountry", "FromState", "FromZip", "Label", "Longitude"),
    *("MediaUrl{n}", "MessageType", "MessagingServiceSid", "NumSegments", "OriginalRepliedMessageSender"),
    *("OriginalRepliedMessageSid", "ProfileName", "ReferralBody", "ReferralCtwaClid", "ReferralHeadline"),
    *("ReferralMediaContentType", "ReferralMediaId", "ReferralMediaUrl", "ReferralNumMedia"),
    *("ReferralSourceId", "ReferralSourceType", "ReferralSourceUrl", "To", "ToCity", "ToCountry", "ToState"),
    *("ToZip", "WaId"),
}
READ_OF_A_STATUS = {"MessageSid", "MessageStatus", "ErrorCode"}
UNUSED_OF_A_STATUS = {
    *("ApiVersion", "ChannelInstallSid", "ChannelPrefix", "ChannelStatusCode", "ChannelStatusMessage"),
    *("ChannelToAddress", "ErrorMessage", "EventType", "From", "MessagingServiceSid", "RawDlrDoneDate"),
    *("StructuredMessage", "To"),
}
NEVER_OURS = {"receiving", "received"}  # states of what others sent


@pytest.mark.parametrize("parameter", listed("twilio", "inbound"))
def test_each_parameter_of_a_text_message_is_decided(parameter: str) -> None:
    assert sum(parameter in some for some in (READ, CHECKED, SAME, UNUSED)) == 1


@pytest.mark.parametrize("parameter", listed("twilio", "status"))
def test_each_parameter_of_a_status_is_decided(parameter: str) -> None:
    assert sum(parameter in some for some in (READ_OF_A_STATUS, CHECKED, SAME, UNUSED_OF_A_STATUS)) == 1


@pytest.mark.parametrize("status", listed("twilio", "message_status"))
def test_each_status_is_decided(status: str) -> None:
    found = sms.report({"MessageSid": "SM1", "MessageStatus": status}, NOW)
    assert (found == []) is (status in NEVER_OURS)
