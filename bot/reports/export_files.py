"""Rows of an export as text: CSV for a spreadsheet, JSON lines for a program. PURE.

No cell of the CSV can be taken for a formula, and none breaks a line: a spreadsheet that expects another separator
than the file has would begin a row behind the break, or a cell behind its own separator in the middle of a text. A
break is `⏎` in the CSV, and a formula behind a separator has an apostrophe before it. What begins with a sign that
starts one (= + - @, a tab, and their full-width forms), also behind spaces or what cannot be seen, gets an apostrophe
before it, as OWASP advises (owasp.org/www-community/attacks/CSV_Injection); a cell that begins with an apostrophe by
itself gets one more, so that `unguarded` gives every text back as `in_one_cell` made it; JSON lines hold it as it was.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Final

from bot.reports.as_json import export_json
from bot.reports.values import ExportRow

MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What a CSV file for a spreadsheet begins with, so that Excel takes it for the UTF-8 that it is."""

BREAK: Final = " ⏎ "
"""What stands for a line break in a cell."""

COLUMNS: Final = tuple(field.name for field in fields(ExportRow))

# The last nine are full-width and small forms, which spreadsheets in East Asia take for the plain ones, and the
# minus of mathematics.
_WHITE: Final = "\t\r\n"
_FORMULA: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212")
_GUARD: Final = "'"
_LINE_BREAK: Final = re.compile(r" *(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]) *")
_BEHIND_SEPARATOR: Final = re.compile(
    rf"([;,\t]\s*)(?=[{re.escape(''.join(sorted(_FORMULA - set(_WHITE))))}])"
)


def csv_lines(rows: Iterable[ExportRow], separator: str = ",") -> Iterator[str]:
    """The heading and a line for each row, each with its line end. Every cell stands in quotes, so that a
    separator or a line break in somebody's words starts no cell of its own."""
    line = _Line()
    writer = csv.writer(line, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    yield line.text
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in COLUMNS])
        yield line.text


def json_lines(rows: Iterable[ExportRow]) -> Iterator[str]:
    """A JSON object for each row, one a line."""
    for row in rows:
        yield json.dumps(export_json(row), ensure_ascii=False) + "\n"


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


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case datetime():
            return value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case str():
            return guarded(in_one_cell(value))
        case _:
            return in_one_cell(json.dumps(value, ensure_ascii=False, sort_keys=True))


class _Line:
    """A file that holds the line that was written last."""

    text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)
