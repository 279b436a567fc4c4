"""A typed line, as words: what a phone makes of quotes, dashes and spaces is read as what was meant. PURE."""

import difflib
import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

from channels.layout import cut

_TOKEN: Final = re.compile(r'"([^"]*)"|(?<!\S)\'([^\']*)\'(?!\S)|([^\s"]+)|"')
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


def split(line: str) -> list[str]:
    """The words of a line; what stands in quotes is one word, and a quote that is not closed is left out."""
    words = []
    for match in _TOKEN.finditer(typed(line)):
        word = next((group for group in match.groups() if group is not None), "").strip()
        if word:
            words.append(word)
    return words


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


def short(words: Iterable[str]) -> str:
    """Somebody's own words as an answer repeats them, at most 60 characters."""
    return readable(" ".join(words), LONGEST)


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


def named(words: Sequence[str], names: Sequence[str]) -> tuple[str | None, list[str]]:
    """The name that the words begin with, the longest first and in any case, and the words after it."""
    folded = {fold(name): name for name in names}
    for length in range(len(words), 0, -1):
        said = " ".join(words[:length])
        if said in names:
            return said, list(words[length:])
        if fold(said) in folded:
            return folded[fold(said)], list(words[length:])
    return None, list(words)


def near(words: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """At most three names that the words were perhaps meant for, the best first."""
    folded = {fold(name): name for name in names}
    for said in (fold(words[0]), fold(" ".join(words))):
        found = difflib.get_close_matches(said, folded, n=3, cutoff=0.5)
        starts = [name for name in folded if said and name.startswith(said) and name not in found]
        if found or starts:
            return tuple(folded[name] for name in [*found, *starts][:3])
    return ()


def clauses(
    words: Sequence[str], keywords: Mapping[str, str], named: Container[str]
) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The words before the first keyword, and each clause: its keyword as it was typed, and its words.

    The first word after the keyword of a clause in `named` belongs to it whatever it is, so that an attribute
    may be called "since".
    """
    before: list[str] = []
    found: list[tuple[str, list[str]]] = []
    for word in words:
        takes_any = found and not found[-1][1] and keywords[fold(found[-1][0])] in named
        if fold(word) in keywords and not takes_any:
            found.append((word, []))
        elif found:
            found[-1][1].append(word)
        else:
            before.append(word)
    return before, found
