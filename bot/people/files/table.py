"""A table of contacts, or of events, in a file of any form that is read: CSV, or a workbook of a spreadsheet."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, Self

from bot.people.files.csv import BadLine, CsvFile
from bot.people.files.header import CannotRead, Header, HeaderReader, understood
from bot.people.files.workbook import Workbook, is_workbook


class Table(AbstractContextManager["Table"], Protocol):
    """An open file whose header was understood. Iterating gives `(line, cells)` or a `BadLine`; blank rows
    are left out."""

    header: Header
    notices: list[str]
    size: int

    @property
    def position(self) -> int:
        """How much of `size` was read so far, for a progress bar."""

    def __iter__(self) -> Iterator[tuple[int, list[str]] | BadLine]: ...

    def __enter__(self) -> Self: ...


def open_table(
    path: Path,
    renamed: Mapping[str, str] = MappingProxyType({}),
    sheet: str | None = None,
    reads: HeaderReader = understood,
) -> Table:
    """Open the file; raises CannotRead. `renamed` says which column a (folded) name is; `sheet` names the
    sheet of a workbook, which is the first where it is left out; `reads` is for the header."""
    if is_workbook(path):
        return Workbook(path, renamed, sheet, reads)
    if sheet is not None:
        raise CannotRead(f"{path} has no sheets; leave --sheet out")
    return CsvFile(path, renamed, reads)
