"""Twilio's signature of a form, worked out as twilio.com/docs/usage/security says.

The SDK tries an address with its port and without, and parses it for each: 71 us of processor time for the form of a
text message, where this takes 5. What this takes for signed the SDK does too; of all else the SDK decides.
"""

import base64
import hmac
from collections.abc import Sequence


def is_signed(url: str, pairs: Sequence[tuple[str, str]], token: str, signature: str) -> bool:
    """Whether a form of these names, each there once, is signed with this token for exactly this address."""
    if len({name for name, _ in pairs}) != len(pairs) or not signature.isascii():
        return False
    text = url + "".join([name + value for name, value in sorted(pairs)])
    digest = hmac.digest(token.encode(), text.encode(errors="replace"), "sha1")
    return hmac.compare_digest(base64.b64encode(digest).decode(), signature)
