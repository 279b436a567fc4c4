"""A prepared SQLite database and its copies, which serve one test after the other, as those of PostgreSQL do
(`originals.py`).

A copy alone is cheap. What costs is to open it: each connection reads the tables anew and prepares each statement anew.
So a test's database is emptied behind it and looked at; if nothing else of it differs from the original, the next test
gets it with the connections that the store has to it (`inline.py`), else it goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from tests.support.inline import keep_file, leave_file

PASSES: Final = 3
"""So often tables are emptied: what a trigger counts as rows go is gone by the second time."""
LARGE: Final = 3
"""A copy that has grown to so many times the original costs more to go through than a new one."""

Rows = Mapping[str, Sequence[tuple[Any, ...]]]


class OriginalFile:
    """One prepared database, and the copies that nobody uses now."""

    def __init__(self, path: Path) -> None:
        """`path` is prepared, and nobody is connected to it. The copies lie beside it."""
        self._path = path
        self._made = 0
        self._free: list[_Copy] = []
        self._taken: dict[Path, _Copy] = {}

    def take(self) -> Path:
        """A database that is as the original."""
        copy = self._free.pop() if self._free else self._new()
        self._taken[copy.path] = copy
        return copy.path

    def give_back(self, path: Path) -> None:
        """Have `path` used again, or removed if a test left more than rows behind."""
        copy = self._taken.pop(path)
        if copy.emptied():
            self._free.append(copy)
        else:
            copy.remove()

    def _new(self) -> _Copy:
        self._made += 1
        path = self._path.with_name(f"{self._path.stem}-{self._made}.db")
        # Not a copy of the file: what is still in the write-ahead log beside it belongs to the database too.
        with closing(sqlite3.connect(self._path)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        return _Copy(path)


class _Copy:
    """A database and what it holds while nobody has used it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        self._ask("PRAGMA secure_delete = ON")  # a test looks for words on the disk
        tables = [name for (name,) in self._ask("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        self._filled = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")"
            for name in tables
            if not name.startswith("sqlite_")
        )
        self._numbers = "sqlite_sequence" in tables
        self._given: Sequence[Any] = self._ask("SELECT * FROM sqlite_sequence") if self._numbers else ()
        self._looked = self._look()
        self._pages = self._size()
        keep_file(path)

    def emptied(self) -> bool:
        """Take out what was put in; False where something else differs, or where somebody is still at it."""
        try:
            self._ask("BEGIN IMMEDIATE")
            self._empty()
            same = self._look() == self._looked
            self._ask("COMMIT")
            ((busy, *_),) = self._ask("PRAGMA wal_checkpoint(TRUNCATE)")
            return same and not busy and self._size() <= LARGE * self._pages
        except sqlite3.Error:  # as a test may leave it
            return False

    def remove(self) -> None:
        """Close and delete it."""
        leave_file(self.path)
        self._connection.close()
        for beside in self.path.parent.glob(f"{self.path.name}*"):
            beside.unlink()

    def _empty(self) -> None:
        for _ in range(PASSES):
            filled = [name for (name,) in self._ask(self._filled) if name not in self._kept]
            if not filled:
                break
            for name in filled:
                self._ask(f'DELETE FROM "{name}"')
        if self._numbers:
            self._ask("DELETE FROM sqlite_sequence")
            for row in self._given:
                self._ask("INSERT INTO sqlite_sequence VALUES (?, ?)", row)

    def _look(self) -> tuple[Any, Rows]:
        """The number of the schema, which each change of it raises, and all rows."""
        filled = [name for (name,) in self._ask(self._filled)]
        return self._ask("PRAGMA schema_version"), {
            name: self._ask(f'SELECT * FROM "{name}" ORDER BY rowid') for name in filled
        }

    @property
    def _kept(self) -> Rows:
        return self._looked[1]

    def _size(self) -> int:
        ((pages,),) = self._ask("PRAGMA page_count")
        return int(pages)

    def _ask(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()
