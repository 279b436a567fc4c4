"""Texts of others as they can be typed, compared and shown. PURE."""

import unicodedata
from typing import Final

from channels.layout import cut

_QUOTES: Final = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛‹›´`", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_TURNS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that cannot be seen and turn the direction of what follows."""

LONGEST: Final = 60
"""How many characters of somebody's own words an answer repeats."""


def typed(text: str) -> str:
    """The text as it can be typed: plain quotes, dashes and spaces, and nothing that cannot be seen."""
    return "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text).translate(_QUOTES)
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf"}
    )


def fold(text: str) -> str:
    """The text without its capitals, for comparing."""
    return unicodedata.normalize("NFC", text.casefold())


def readable(text: str, most: int | None = None) -> str:
    """What somebody wrote, as it can stand among our own words: on one line, at most so many characters.

    What cannot be seen and turns or moves text goes: a name must not turn the numbers behind it round, nor
    drive a terminal. What is written from right to left is isolated (unicode.org/reports/tr9, 2.4), so that
    what follows keeps its order.
    """
    line = " ".join(
        "".join(
            character
            for character in text
            if character.isspace() or not (character in _TURNS or unicodedata.category(character) == "Cc")
        ).split()
    )
    if most is not None and len(line) > most:
        line = cut(line, most - 1)
    turned = any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in line)
    return f"\u2068{line}\u2069" if turned else line
