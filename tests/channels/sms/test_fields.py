"""Fields of Twilio's webhooks that are not as Twilio writes them, and messages to somebody else's number."""

from urllib.parse import urlencode

import pytest

from tests.channels.contract import Hook, Intake
from tests.channels.sms.test_channel import ACCOUNT, NUMBER
from tests.channels.sms.test_channel import TestSms as Sms

FORM = "application/x-www-form-urlencoded"
MESSAGE = {
    "MessageSid": f"SM{1:032}",
    "AccountSid": ACCOUNT,
    "From": "+31612345678",
    "To": NUMBER,
    "Body": "3",
}


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"MessageSid": f"MM{1:032}"}, 200),
        ({"MessageSid": "SM1"}, 400),
        ({"MessageSid": f"SM{1:032}:delivered"}, 400),
        ({"MessageSid": ""}, 400),
        ({"AccountSid": f"AC{9:032}"}, 403),
        ({"AccountSid": ""}, 403),
        ({"To": "+3197010000001"}, 403),
        ({"To": "whatsapp:+3197010000000"}, 403),
    ],
    ids=str,
)
async def test_malformed_fields_are_refused(changed: dict[str, str], status: int) -> None:  # field E9
    intake = Intake()
    webhook = Sms()
    request = Hook("/sms/inbound", urlencode(MESSAGE | changed).encode(), {"content-type": FORM})
    answer = await webhook.post(webhook.signed(request), intake)
    assert answer.status_code == status
    assert len(intake.events) == (1 if status == 200 else 0)
