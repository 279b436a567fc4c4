"""Signed as Standard Webhooks 1.0 has it (https://github.com/standard-webhooks/standard-webhooks), by its library."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from standardwebhooks.webhooks import Webhook

SECRET_BYTES: Final = 32
BOTH_SIGN: Final = timedelta(hours=24)
"""For so long after a change of the secret the old one signs too."""


def new_hook_secret() -> str:
    """A secret as receivers' libraries take it. Standard base64: of the other alphabet they drop letters in silence."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(keys: Sequence[str], id_: str, at: datetime, body: str) -> dict[str, str]:
    """The headers that prove a body, sent at this moment (UTC), by each of these secrets: joined by single spaces,
    since some receivers fail at anything else before they look at the signature that is good."""
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(id_, at, body) for key in keys),
    }
