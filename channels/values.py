"""What a provider's values become before anybody reads them: texts that every database takes, and times. PURE."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

Payload = Mapping[str, object]
"""An object of JSON, as a provider sends it."""

MAX_DEPTH = 100
"""Objects within objects of one payload; a Slack press has about ten. What is deeper is left out: it is nothing
that we read, and going down without end would break."""

_LONGEST_NUMBER: Final = 10  # digits of what is no code and no count

_ODD_ESCAPE: Final = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def number_in(text: str) -> int:
    """A code or a count that is written in digits; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER else 0


def storable(payload: Mapping[str, object]) -> dict[str, object]:
    """A JSON object whose texts every database takes; see `storable_text` and `MAX_DEPTH`."""
    return {storable_text(key): _storable(item, MAX_DEPTH) for key, item in payload.items()}


def is_storable(text: str) -> bool:
    """Whether the JSON that this is holds nothing that `storable` would change: no escape of U+0000 or of half a pair,
    which JSON has no other way to write, and nothing deep. Going through a Slack press takes 34 us of processor time,
    this look 1."""
    escaped = "\\u" in text and _ODD_ESCAPE.search(text) is not None
    return not escaped and text.count("{") + text.count("[") <= MAX_DEPTH


def _storable(value: object, depth: int) -> object:
    match value:
        case str():
            return storable_text(value)
        case dict() | list() if depth == 0:
            return None
        case dict():
            return {storable_text(key): _storable(item, depth - 1) for key, item in value.items()}
        case list():
            return [_storable(item, depth - 1) for item in value]
    return value


def storable_text(text: str) -> str:
    """The text without U+0000, which PostgreSQL refuses, and with U+FFFD for half a surrogate pair, which no
    UTF-8 holds. JSON can carry both as escapes; a message that cannot be stored would come back for ever."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def mark_of(text: str) -> str:
    """A short mark of a text, the same for the same text: by it one edit is told from the next of the same second."""
    return sha256(text.encode()).hexdigest()[:16]


def moment(seconds: object, otherwise: datetime) -> datetime:
    """A provider's Unix time (a number, or Slack's "1716920000.000100") as aware UTC; `otherwise` where it is
    none."""
    try:
        return datetime.fromtimestamp(float(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        return otherwise
