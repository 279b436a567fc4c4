"""Texts of others as they can be typed, compared and shown. PURE."""

import unicodedata
from collections.abc import Collection, Mapping
from itertools import takewhile
from typing import Final

from bot.alike import fold as fold  # of those who compare what was typed
from channels.layout import ELLIPSIS, cut

_QUOTES: Final = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛‹›´`", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_TURNS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that cannot be seen and turn the direction of what follows."""

_WRITTEN: Final = frozenset(
    {
        "LATIN",
        "GREEK",
        "CYRILLIC",
        "ARMENIAN",
        "HEBREW",
        "ARABIC",
        "GEORGIAN",
        "MICRO",
        "FEMININE",
        "MASCULINE",
    }
)
_FIRST_BEYOND: Final = 0x2E80  # from here on: the scripts of East Asia, full-width forms, emoji

LONGEST: Final = 60
"""How many characters of somebody's own words an answer repeats."""


def typed(text: str) -> str:
    """The text as it can be typed: plain quotes, dashes and spaces, and nothing that cannot be seen."""
    return "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text).translate(_QUOTES)
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf"}
    )


def readable(text: str, most: int | None = None) -> str:
    """What somebody wrote, as it can stand among our own words: on one line, at most so many characters.

    What cannot be seen and turns or moves text goes: a name must not turn the numbers behind it round, nor
    drive a terminal. What is written from right to left is isolated (unicode.org/reports/tr9, 2.4), so that
    what follows keeps its order.
    """
    line = _line(text)
    if most is not None and len(line) > most:
        line = cut(line, most - 1)
    return _isolated(line)


def told_apart(texts: Collection[str], most: int) -> dict[str, str]:
    """Each text as `readable` has it, but different wherever the texts are: where an end that is cut off makes two
    alike, they are cut in the middle, then behind what they have in common; at the last they get a number."""
    found = {text: readable(text, most) for text in texts}
    for group in _alike(found):
        lines = {text: _line(text) for text in group}
        known = set(found.values()) - {found[text] for text in group}
        ways = (
            {text: _without_middle(line, most) for text, line in lines.items()},
            {text: _without_beginning(line, lines.values(), most) for text, line in lines.items()},
        )
        for labels in ways:
            if len({*labels.values()} - known) == len(group):
                found |= {text: _isolated(label) for text, label in labels.items()}
                break
        else:
            for number, text in enumerate(group, start=1):
                short = lines[text] if len(lines[text]) <= most - 5 else cut(lines[text], most - 6)
                found[text] = _isolated(f"{short} ({number})")
    return found


def _alike(labels: Mapping[str, str]) -> list[list[str]]:
    """The texts that have the same label as another one, those of each label together."""
    groups: dict[str, list[str]] = {}
    for text, label in labels.items():
        groups.setdefault(label, []).append(text)
    return [group for group in groups.values() if len(group) > 1]


def _without_middle(line: str, most: int) -> str:
    if len(line) <= most:
        return line
    first = most // 2
    return f"{line[:first].rstrip()}{ELLIPSIS}{line[len(line) - (most - first - 1) :].lstrip()}"


def _without_beginning(line: str, lines: Collection[str], most: int) -> str:
    same = sum(1 for _ in takewhile(lambda each: len({*each}) == 1, zip(*lines, strict=False)))
    start = line.rfind(" ", 0, same) + 1
    rest = f"{ELLIPSIS}{line[start:]}" if start else line
    return rest if len(rest) <= most else cut(rest, most - 1)


def _line(text: str) -> str:
    return " ".join(
        "".join(
            character
            for character in text
            if character.isspace() or not (character in _TURNS or unicodedata.category(character) == "Cc")
        ).split()
    )


def _isolated(line: str) -> str:
    turned = any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in line)
    return f"\u2068{line}\u2069" if turned else line


def beyond_pictures(text: str) -> bool:
    """Whether somebody's words hold what the typeface of the pictures cannot write: Chinese, Japanese, Korean, the
    scripts of India and Thailand, emoji."""
    return any(
        ord(character) >= _FIRST_BEYOND
        or (character.isalpha() and unicodedata.name(character, "").partition(" ")[0] not in _WRITTEN)
        for character in text
    )
