"""What was perhaps meant: the known names that look most like what was written. PURE."""

import difflib
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

_STROKES: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i"})
"""Letters that Unicode does not take apart."""


def alike(
    said: str,
    known: Iterable[str],
    *,
    most: int = 3,
    likeness: float = 0.6,
    fold: Callable[[str], str] = str.casefold,
) -> tuple[str, ...]:
    """At most `most` of the known names, the likeliest first. Spellings that `fold` makes the same are the same;
    of a `likeness` of 1 only these are alike."""
    folded = {fold(name): name for name in known}
    found = difflib.get_close_matches(fold(said), folded, n=most, cutoff=likeness)
    return tuple(folded[name] for name in found)


def fold(text: str) -> str:
    """The text without its capitals, for comparing."""
    return unicodedata.normalize("NFC", text.casefold())


def unaccented(text: str) -> str:
    """The text without its capitals and accents: `zoe` for `Zoë`, `soren` for `Søren`."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_STROKES)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
