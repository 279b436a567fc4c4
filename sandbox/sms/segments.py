"""How many segments a text takes [3GPP TS 23.038, the GSM 7-bit default alphabet]."""

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[~]|€\f")
"""Each of these counts two."""


def septets(text: str) -> int | None:
    """The length in GSM-7, or None where a character needs UCS-2."""
    if not all(character in GSM or character in GSM_EXTENDED for character in text):
        return None
    return sum(2 if character in GSM_EXTENDED else 1 for character in text)


def segments(text: str) -> int:
    """Segments of a text: 160 or 153 each in GSM-7, 70 or 67 in UCS-2; an empty text takes one."""
    length, single, part = septets(text), 160, 153
    if length is None:
        length, single, part = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= single else -(-length // part)
