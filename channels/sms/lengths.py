"""How long an SMS is, in what the network counts and the operator bills: segments.

3GPP TS 23.038 defines the alphabet and TS 23.040 the header of joined messages. A message of 140 octets
holds 160 septets of the GSM 7-bit alphabet or 70 UTF-16 units; a longer one is cut into parts that each
give six octets to a header, so 153 or 67. One character outside the alphabet turns the whole message into
UTF-16. No national language tables: operators and providers use them too unevenly to count on.
"""

from unicodedata import normalize

GSM7_SINGLE, GSM7_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Each is an escape and a second septet."""
_GSM7 = _BASIC | _EXTENSION


def is_gsm7(text: str) -> bool:
    """Whether every character is in the GSM 7-bit alphabet or its extension table."""
    return _GSM7.issuperset(text)


def without_odd_marks(text: str) -> str:
    """The text with each letter that the alphabet lacks only for its mark written without: `enquête` as `enquete`,
    and é, à or ö, which it has, as they are."""
    return "".join(_unmarked(character) for character in normalize("NFC", text))


def _unmarked(character: str) -> str:
    bare = normalize("NFD", character)[:1]
    return bare if character not in _GSM7 and bare in _GSM7 else character


def segments(text: str) -> int:
    """How many segments an SMS of this text is sent and billed as; 0 for an empty text."""
    return gsm7_segments(text) if is_gsm7(text) else ucs2_segments(text)


def gsm7_segments(text: str) -> int:
    """The segments of a text in the GSM 7-bit alphabet; ValueError names the first character outside it.

    A character of the extension table counts two, and is never torn apart between two parts.
    """
    outside = next((character for character in text if character not in _GSM7), None)
    if outside is not None:
        raise ValueError(f"{outside!r} is not in the GSM 7-bit alphabet; count this text with ucs2_segments")
    return _parts([2 if character in _EXTENSION else 1 for character in text], GSM7_SINGLE, GSM7_PART)


def ucs2_segments(text: str) -> int:
    """The segments of a text sent as UTF-16.

    A character beyond the basic plane, such as most emoji, is a surrogate pair: it counts two, and is never
    torn apart between two parts.
    """
    return _parts([2 if ord(character) > 0xFFFF else 1 for character in text], UCS2_SINGLE, UCS2_PART)


def _parts(sizes: list[int], single: int, part: int) -> int:
    if sum(sizes) <= single:
        return 1 if sizes else 0
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts
