"""Rows of an export as text: CSV for a spreadsheet, JSON lines for a program. PURE.

No cell of the CSV can be taken for a formula. What begins with a sign that starts one (= + - @, a tab, a line
break, and their full-width forms), also behind spaces or what cannot be seen, gets an apostrophe before it, as OWASP
advises (owasp.org/www-community/attacks/CSV_Injection); a cell that begins with an apostrophe by itself gets one
more, so that `unguarded` gives every text back.
"""

import csv
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Final

from bot.reports.as_json import export_json
from bot.reports.values import ExportRow

MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What a CSV file for a spreadsheet begins with, so that Excel takes it for the UTF-8 that it is."""

COLUMNS: Final = tuple(field.name for field in fields(ExportRow))

# The last nine are full-width and small forms, which spreadsheets in East Asia take for the plain ones, and the
# minus of mathematics.
_FORMULA: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212")
_GUARD: Final = "'"


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
        case str():
            return guarded(value)
        case _:
            return json.dumps(value, ensure_ascii=False, sort_keys=True)


class _Line:
    """A file that holds the line that was written last."""

    text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)
