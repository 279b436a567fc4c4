"""A workbook of a spreadsheet (.xlsx), row by row: each cell as it is shown.

openpyxl's read-only mode holds no more of a sheet than a row; the texts that cells share it holds all.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

from bot.people.files.csv import BadLine
from bot.people.files.header import CannotRead, HeaderReader, understood

_ZIP: Final = b"PK\x03\x04"
_SHEETS: Final = "xl/workbook.xml"
_LEADING_ZEROS: Final = re.compile(r"0+")


def is_workbook(path: Path) -> bool:
    """Whether this file is a workbook, whatever it is called."""
    try:
        with path.open("rb") as file:
            if file.read(4) != _ZIP:
                return False
        with zipfile.ZipFile(path) as archive:
            return _SHEETS in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


class Workbook:
    """An open workbook, of which one sheet is read; a line is a row's number there."""

    def __init__(
        self,
        path: Path,
        renamed: Mapping[str, str] = MappingProxyType({}),
        sheet: str | None = None,
        reads: HeaderReader = understood,
    ) -> None:
        """Open it; raises CannotRead."""
        from openpyxl import load_workbook  # Here, because most files are CSV and it takes a while to load.

        self.path = path
        self.notices: list[str] = []
        self.size = 0
        self.position = 0
        try:
            self._book = load_workbook(path, read_only=True, data_only=True)  # data_only: what a formula gave
        except Exception as error:  # it raises what its parts raise: KeyError, ParseError, BadZipFile, ...
            raise CannotRead(
                f"{path} is a workbook that cannot be read ({type(error).__name__}); save it anew as .xlsx, or as CSV"
            ) from None
        try:
            self._rows = self._sheet(sheet)
            self.header = reads(path, next(self._rows, (0, [""]))[1], renamed)
            self.notices.extend(self.header.notices)
        except BaseException:
            self.close()
            raise

    def _sheet(self, name: str | None) -> Iterator[tuple[int, list[str]]]:
        sheets = {one.title.casefold(): one for one in self._book.worksheets}
        if not sheets:
            raise CannotRead(f"{self.path} has no sheet with rows; save it with one, or as CSV")
        found = next(iter(sheets.values())) if name is None else sheets.get(name.strip().casefold())
        if found is None:
            titles = ", ".join(one.title for one in sheets.values())
            raise CannotRead(f"{self.path} has no sheet {name}; it has {titles}")
        if name is None and len(sheets) > 1:
            self.notices.append(
                f"{found.title} is read, the first of {len(sheets)} sheets; --sheet names another"
            )
        # What a sheet says of its own size is often wrong, and openpyxl would stop there.
        self.size = found.max_row or 0
        found.reset_dimensions()
        return self._shown(found)

    def _shown(self, sheet: Any) -> Iterator[tuple[int, list[str]]]:
        for line, cells in enumerate(sheet.iter_rows(), 1):
            self.position = line
            texts = [_shown(cell) for cell in cells]
            if any(texts):
                yield line, texts

    def __iter__(self) -> Iterator[tuple[int, list[str]] | BadLine]:
        width = len(self.header.names)
        for line, cells in self._rows:  # a sheet ends each row at its last filled cell
            yield line, [*cells, *[""] * (width - len(cells))]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. May be called twice."""
        self._book.close()


def _shown(cell: Any) -> str:
    """The text of a cell, near enough as the spreadsheet shows it: no `.0`, the zeros that a format puts in
    front, dates by the day."""
    value = cell.value
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _number(value, cell.number_format)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _number(value: float, shown_as: str) -> str:
    if value != int(value):
        return format(Decimal(repr(value)), "f")
    digits = str(int(value))
    pattern = shown_as.split(";")[0].strip('"')
    return digits.zfill(len(pattern)) if _LEADING_ZEROS.fullmatch(pattern) else digits
