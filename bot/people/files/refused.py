"""The rows of an import that were refused, as a CSV file that can be corrected and imported again."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bot.people.rows import LEFT_ASIDE, Refusal
from bot.store.private import open_private

_FORMULA: Final = ("=", "+", "-", "@")


class RefusedFile:
    """Writes each refused row with its line and the reason before it."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        # With a byte-order mark, because Excel takes a CSV file without one for Latin-1.
        self._file = open_private(path, "utf-8-sig")
        self._writer = csv.writer(self._file)
        self._width = len(header)
        self._left = [place for place, name in enumerate(header) if name not in LEFT_ASIDE]
        self._writer.writerow([*LEFT_ASIDE, *(header[place] for place in self._left)])

    def add(self, refusal: Refusal, cells: Sequence[str]) -> None:
        """One row, with as many cells as it had, or it might pass the next time without a correction; a line that
        could not be read has none."""
        kept = [cells[place] for place in self._left if place < len(cells)]
        beyond = cells[self._width :]
        self._writer.writerow([refusal.line, refusal.reason, *map(_guarded, (*kept, *beyond))])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; an import reads it as it was."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
