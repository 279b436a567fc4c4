"""Texts as cells of a CSV that no spreadsheet takes for a formula, and that no separator splits. PURE."""

import re
import unicodedata
from typing import Final

MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What a CSV file for a spreadsheet begins with, so that Excel takes it for the UTF-8 that it is."""

BREAK: Final = " ⏎ "
"""What stands for a line break in a cell."""

# The last nine are full-width and small forms, which spreadsheets in East Asia take for the plain ones, and the
# minus of mathematics.
_WHITE: Final = "\t\r\n"
_FORMULA: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212")
_GUARD: Final = "'"
_LINE_BREAK: Final = re.compile(r" *(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]) *")
_BEHIND_SEPARATOR: Final = re.compile(
    rf"([;,\t]\s*)(?=[{re.escape(''.join(sorted(_FORMULA - set(_WHITE))))}])"
)
MAY_NEED_GUARD: Final = (
    r"^[^\pL\pN]|[\n\r\v\f\x1c-\x1e\x{85}\x{2028}\x{2029}]|[;,\t][\s\pZ\x0b\x1c-\x1f\x{85}]*[^\s\pZ\pL\pN]"
)
"""A pattern of RE2 that every text matches which the functions below change; others may match it too."""


def in_one_cell(text: str) -> str:
    """The text as it stays in one cell whatever separator is expected: a sign in the place of each line break, and an
    apostrophe before what would begin a formula behind a semicolon, a comma or a tab."""
    return _BEHIND_SEPARATOR.sub(rf"\1{_GUARD}", _LINE_BREAK.sub(BREAK, text))


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return _GUARD + text if text.startswith(_GUARD) or _first_seen(text) in _FORMULA else text


def unguarded(cell: str) -> str:
    """The text that `guarded` made a cell of."""
    return cell.removeprefix(_GUARD)


def _first_seen(text: str) -> str:
    """The first character that is neither a space nor invisible; tabs and line breaks count as seen."""
    for character in text:
        if character in _FORMULA or not (
            character.isspace() or unicodedata.category(character) in {"Cc", "Cf", "Cn"}
        ):
            return character
    return ""
