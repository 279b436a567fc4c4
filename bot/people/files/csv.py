"""A CSV file as it comes from a spreadsheet: its encoding, its delimiter, its header and its rows.

The file is looked through once before the first row is read, so that a wrong encoding is found before
anything is kept; neither pass holds more of it than a row.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Self, TextIO

from bot.people.files.header import CannotRead, HeaderReader, understood

_DELIMITERS: Final = (",", ";", "\t", "|")
_PIECE: Final = 1 << 20
_LONGEST_HEADER: Final = 1 << 16
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_SEQUENCE: Final = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|\xc2[\x80-\xbf]"
)
_NOT_IN_CP1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_MAGIC: Final = {
    b"PK\x03\x04": "is an archive, or a spreadsheet of another kind than .xlsx; save it as .xlsx or CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "is an old spreadsheet (.xls), or has a password; save it as .xlsx without one, or as CSV",
    b"\x1f\x8b": "is compressed; unpack it first",
    b"%PDF": "is a PDF; export the data as CSV (UTF-8)",
    codecs.BOM_UTF32_LE: "is UTF-32 text; save it as CSV UTF-8",
    codecs.BOM_UTF16_LE: "is UTF-16 text; save it as CSV UTF-8",
    codecs.BOM_UTF16_BE: "is UTF-16 text; save it as CSV UTF-8",
}


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line whose quotation marks cannot be made sense of."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Encoding:
    name: str
    notice: str | None


class CsvFile:
    """An open CSV file whose header was understood. Iterating gives `(line, cells)` or a `BadLine`; a line
    is the one that the row begins on, counted from 1. Blank rows are left out."""

    def __init__(
        self, path: Path, renamed: Mapping[str, str] = MappingProxyType({}), reads: HeaderReader = understood
    ) -> None:
        """Open it; raises CannotRead. `renamed` says which column a name is; `reads` is for its header."""
        self.path = path
        self.notices: list[str] = []
        try:
            self.size = path.stat().st_size
            encoding = _encoding(path)
            self._raw = path.open("rb")
        except FileNotFoundError:
            raise CannotRead(f"{path} does not exist; give the name of a CSV file") from None
        except OSError as error:
            raise CannotRead(f"{path} cannot be read: {error.strerror or error}") from None
        if encoding.notice:
            self.notices.append(encoding.notice)
        self._text: TextIO = io.TextIOWrapper(self._raw, encoding=encoding.name, newline="")
        try:
            self._skipped, self._delimiter = _dialect(self._text)
            # A doubtful quotation mark is refused: to guess at it would shift the cells behind it.
            self._reader = csv.reader(self._text, delimiter=self._delimiter, strict=True)
            self.header = reads(path, self._read_header(), renamed)
            self.notices.extend(self.header.notices)
        except BaseException:
            self.close()
            raise

    @property
    def position(self) -> int:
        """How many bytes were read so far, for a progress bar."""
        return self._raw.tell()

    def __iter__(self) -> Iterator[tuple[int, list[str]] | BadLine]:
        reader = self._reader
        while True:
            line = reader.line_num + self._skipped + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield BadLine(line, _quotes(error, line, reader.line_num + self._skipped))
                continue
            if any(cells) and any(cell and not cell.isspace() for cell in cells):
                yield line, cells

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. May be called twice."""
        self._text.close()

    def _read_header(self) -> list[str]:
        try:
            return next(self._reader)
        except StopIteration:
            raise CannotRead(f"{self.path} is empty; its first line should name the columns") from None
        except csv.Error as error:
            raise CannotRead(f"{self.path}: the header cannot be read: {_quotes(error, 1, 1)}") from None


def _encoding(path: Path) -> _Encoding:
    """UTF-8 where the whole file is; else Windows-1252 or Latin-1, with a notice."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, high, sequences, undefined = True, 0, 0, False
    read = 0
    broken_at: int | None = None
    lines = 1
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if read == 0:
                _refuse_other_formats(path, piece)
            read += len(piece)
            if valid:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError as error:
                    valid = False
                    broken_at = lines + piece.count(b"\n", 0, max(0, error.start))
            lines += piece.count(b"\n")
            if not piece.isascii():
                found = _SEQUENCE.findall(piece)
                sequences += len(found)
                high += len(_HIGH.findall(piece)) - sum(map(len, found))
                undefined = undefined or _NOT_IN_CP1252.search(_SEQUENCE.sub(b"", piece)) is not None
    if read == 0:
        raise CannotRead(f"{path} is empty; its first line should name the columns")
    if valid:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            broken_at = lines
        else:
            return _Encoding("utf-8-sig", None)
    if sequences > high:
        raise CannotRead(
            f"{path} is UTF-8 text with a broken character on line {broken_at}; save it again as UTF-8"
        )
    name, known_as = ("latin-1", "Latin-1") if undefined else ("cp1252", "Windows-1252")
    return _Encoding(
        name,
        f"{path} is not UTF-8 (see line {broken_at}) and was read as {known_as}; check a name with an accent",
    )


def _refuse_other_formats(path: Path, start: bytes) -> None:
    for magic, sentence in _MAGIC.items():
        if start.startswith(magic):
            raise CannotRead(f"{path} {sentence}")
    sample = start[:4096]
    if sample.count(0) > len(sample) // 4:
        raise CannotRead(f"{path} is UTF-16 text, or no text at all; save it as CSV UTF-8")


def _dialect(text: TextIO) -> tuple[int, str]:
    """How many lines to skip before the header, and the delimiter; leaves `text` at the header."""
    first = text.readline(_LONGEST_HEADER)
    # Excel writes and reads a first line that names the delimiter.
    named = re.fullmatch(r'"?sep=(.)"?[\r\n]*', first, re.IGNORECASE)
    if named and named[1] in _DELIMITERS:
        return 1, named[1]
    text.seek(0)
    outside = re.sub(r'"[^"]*"', "", first)
    return 0, max(_DELIMITERS, key=outside.count)


def _quotes(error: csv.Error, first: int, last: int) -> str:
    text = str(error)
    taken = f" (lines {first} to {last} were taken as one row)" if last > first else ""
    if "field larger than field limit" in text:
        return f"has a cell without an end; close its quotation mark{taken}"
    if "unexpected end of data" in text:
        return f"opens a quotation mark that is never closed; close it{taken}"
    if "expected after" in text:
        return f"has text behind a closing quotation mark; within a text write it twice{taken}"
    return f"cannot be read as CSV: {text}{taken}"
