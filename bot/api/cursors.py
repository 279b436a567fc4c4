"""Where a list goes on: a text that says nothing to its reader, and is good for the same list and the same key alone.
PURE."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

_SIGNATURE: Final = 12  # bytes
_LONGEST: Final = 100


class BadCursor(ValueError):
    """It was not given for this list; one plain sentence."""


def cursor_after(after: int, query: Mapping[str, object], secret: str) -> str:
    """A cursor for what comes after the row of this number, in the list of a query."""
    said = str(after).encode()
    return base64.urlsafe_b64encode(_signed(said, query, secret) + said).decode().rstrip("=")


def after_cursor(cursor: str | None, query: Mapping[str, object], secret: str) -> int:
    """After the row of which number the list goes on; 0 is from its beginning. Raises BadCursor."""
    if cursor is None:
        return 0
    try:
        whole = base64.b64decode(cursor[:_LONGEST] + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        whole = b""
    signature, said = whole[:_SIGNATURE], whole[_SIGNATURE:]
    if not said or not hmac.compare_digest(signature, _signed(said, query, secret)):
        raise BadCursor("is of another list or another key; leave it out to begin anew")
    return int(said)


def _signed(said: bytes, query: Mapping[str, object], secret: str) -> bytes:
    asked = repr(sorted((name, str(value)) for name, value in query.items() if value is not None))
    return hmac.digest(secret.encode(), asked.encode() + b"\0" + said, hashlib.sha256)[:_SIGNATURE]
