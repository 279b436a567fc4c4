"""The workspace that Slack's tests play in."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

USER = "U0CUSTOMER"
DIRECT = "D0CUSTOMER"
BUTTONS: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "How *likely* are you?"}},
    {
        "type": "actions",
        "block_id": "nps",
        "elements": [
            {
                "type": "button",
                "action_id": f"s{n}",
                "value": f"i:{n}",
                "text": {"type": "plain_text", "text": str(n)},
            }
            for n in range(11)
        ],
    },
]


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    error: str = caught.value.response["error"]
    return error
