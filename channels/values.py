"""What a provider's values become before anybody reads them: texts that every database takes, the fields
of a form, and times. PURE."""

import binascii
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


def ordinary_pairs(text: str, most: int) -> list[tuple[str, str]] | None:
    """The fields of an ordinary form in their order, as `parse_qsl` gives them; None where `parse_qsl` has to look: at
    letters that are no ASCII, an escape that is none, a field without `=` or with two, or more than `most` fields.

    `parse_qsl` goes through the escapes one by one in Python: a Slack press of 4 kB takes it 100 us of processor time
    and this 8, the form of a text message 12 and this 6. Quoted-printable, which the standard library decodes in C, is
    the same escape with another sign."""
    if not text.isascii() or text.count("&") >= most or "\n" in text or "\r" in text:
        return None
    pairs = []
    try:
        for field in text.split("&"):
            name, equals, value = field.partition("=")
            if not equals or "=" in value:
                return None
            pairs.append((unescaped(name), unescaped(value)))
    except ValueError:  # UnicodeDecodeError is one
        return None
    return pairs


def unescaped(text: str) -> str:
    """A name or a value as it was meant: ASCII in one line, without `=`. ValueError where an escape is none, or what it
    stands for is not UTF-8."""
    if "+" in text:
        text = text.replace("+", " ")
    escapes = text.count("%")
    if not escapes:
        return text
    raw = binascii.a2b_qp(text.replace("%", "="))
    if (
        len(text) - len(raw) != 2 * escapes
    ):  # each takes three letters and leaves one; what is none takes fewer
        raise ValueError("an escape is none")
    return raw.decode()
