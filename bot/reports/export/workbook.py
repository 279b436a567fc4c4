"""Rows of an export as a workbook: typed cells under a heading that stays, filters, and a sheet that explains columns.

A sheet holds 1,048,576 rows; what is more goes on in a further sheet. Rows are written as they come, into files on the
disk, so that memory stays flat. A text is a text whatever it begins with: nothing in it is a formula.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO, Final

import pyarrow as pa  # type: ignore[import-untyped]
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from bot.dialogue.wording import Words
from bot.reports.export.columns import ColumnKind, ExportColumn

MOST_ROWS: Final = 1_048_575
"""Of one sheet, beside its heading."""

LONGEST: Final = 32_767
"""Characters of one cell."""

# https://www.w3.org/TR/xml/#charsets; a workbook is XML.
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS: Final = re.compile("\r\n?")
_WIDTHS: Final[dict[ColumnKind, int]] = {"text": 18, "utc": 20, "local": 20, "day": 12}
_OTHERS: Final = 10
_FORMATS: Final = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd"}


def write_workbook(
    file: BinaryIO,
    columns: Sequence[ExportColumn],
    batches: Iterable[pa.RecordBatch],
    words: Words,
    most: int = MOST_ROWS,
) -> None:
    """Write a workbook with so many rows a sheet; `words` explain the columns."""
    book = Workbook(write_only=True)
    title = words.text("sheet_rows")
    sheet = _begun(book, title, columns)
    _explain(book, columns, words)
    sheets, rows = 1, 0
    for batch in batches:
        for row in zip(*(_cells(one) for one in batch.columns), strict=True):
            if rows == most:
                _end(sheet, columns, rows)
                sheets, rows = sheets + 1, 0
                sheet = _begun(book, f"{title} {sheets}", columns)
            sheet.append([_cell(sheet, value) for value in row])
            rows += 1
    _end(sheet, columns, rows)
    book.save(file)


def _begun(book: Workbook, title: str, columns: Sequence[ExportColumn]) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, one in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(one.kind, _OTHERS)
    sheet.append([_heading(sheet, one.name) for one in columns])
    return sheet


def _end(sheet: Any, columns: Sequence[ExportColumn], rows: int) -> None:
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{rows + 1}"


def _explain(book: Workbook, columns: Sequence[ExportColumn], words: Words) -> None:
    sheet = book.create_sheet(words.text("sheet_columns"))
    sheet.freeze_panes = "A2"
    for letter, width in (("A", 22), ("B", 26), ("C", 100)):
        sheet.column_dimensions[letter].width = width
    sheet.append([_heading(sheet, words.text(key)) for key in ("column", "kind_of_cells", "meaning")])
    for one in columns:
        meaning = WriteOnlyCell(sheet, meaning_of(one, words))
        meaning.data_type, meaning.alignment = "s", Alignment(wrap_text=True, vertical="top")
        sheet.append([_text(sheet, one.name), words.text(f"kind_{one.kind}"), meaning])


def meaning_of(column: ExportColumn, words: Words) -> str:
    """What a column holds, in a sentence."""
    if column.attribute is not None:
        return words.text("of_import", name=column.attribute)
    return words.text(f"column_{column.name}")


def _cells(column: pa.Array) -> list[Any]:
    """The values; a moment as the UTC that its column says, because a workbook knows no zones."""
    plain = column.cast(pa.timestamp("s")) if pa.types.is_timestamp(column.type) else column
    return plain.to_pylist()  # type: ignore[no-any-return]


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, str):
        return _text(sheet, value)
    if type(value) in _FORMATS:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = _FORMATS[type(value)]
        return cell
    return value


def as_kept(text: str) -> str:
    """A text as a workbook can hold it: without characters that XML has no way to write, and with its line ends."""
    return _LINE_ENDS.sub("\n", _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text))[:LONGEST]


def _text(sheet: Any, text: str) -> Any:
    """A text that openpyxl takes for one."""
    text = as_kept(text)
    if not text.startswith("=") and text not in ERROR_CODES:
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True  # and Excel, too, where somebody edits it
    return cell


def _heading(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, as_kept(text))
    cell.data_type, cell.font = "s", Font(bold=True)
    return cell
