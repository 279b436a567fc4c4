"""Databases for the tests: empty ones, and copies of one that was prepared before, on both engines.

Setting up the tables costs more than most tests do. A copy of a database that has them costs 2 ms on SQLite, and what
it takes to get to know it anew; on PostgreSQL 48 ms of processor time, and 6 where an earlier test's is emptied
instead. So both are emptied (`emptied.py`, `originals.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy.engine import make_url

from bot.store.copies import copy_sqlite
from bot.store.store import open_store
from tests.support.emptied import OriginalFile
from tests.support.originals import Original
from tests.support.postgres import Postgres

Prepare = Callable[[str], None]
"""Sets up the database at an address, and leaves no connection to it open."""


class Databases(Protocol):
    """One engine's supply of databases."""

    def database(self, directory: Path, prepare: Prepare | None = None) -> AbstractContextManager[str]:
        """The address of a database of the taker's own, gone after `with`.

        It is empty, or as `prepare` left one: that is called once and its work is copied from then on.
        `directory` is where an empty database that is a file lies.
        """
        ...

    def backup(self, url: str, file: Path) -> None:
        """Copy a database as docs/operations.md says, also while it is in use."""
        ...

    def restore(self, file: Path) -> str:
        """The address of a database made of such a copy."""
        ...


class SqliteDatabases:
    """Files."""

    def __init__(self, originals: Path) -> None:
        self._originals = originals
        self._prepared: dict[Prepare, OriginalFile] = {}

    @contextmanager
    def database(self, directory: Path, prepare: Prepare | None = None) -> Iterator[str]:
        """See `Databases`; an empty one is left to whoever removes `directory`."""
        if prepare is None:
            yield _sqlite_url(directory / "npsbot.db")
            return
        original = self._original(prepare)
        path = original.take()
        try:
            yield _sqlite_url(path)
        finally:
            original.give_back(path)

    def backup(self, url: str, file: Path) -> None:
        """See `Databases`."""
        copy_sqlite(Path(make_url(url).database or ""), file, datetime.now(UTC))

    def restore(self, file: Path) -> str:
        """See `Databases`: the copy is the database."""
        return _sqlite_url(file)

    def _original(self, prepare: Prepare) -> OriginalFile:
        if prepare not in self._prepared:
            path = self._originals / f"original{len(self._prepared)}.db"
            prepare(_sqlite_url(path))
            self._prepared[prepare] = OriginalFile(path)
        return self._prepared[prepare]


class PostgresDatabases:
    """Databases of one running server."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._prepared: dict[Prepare, Original] = {}

    @contextmanager
    def database(self, directory: Path, prepare: Prepare | None = None) -> Iterator[str]:
        """See `Databases`; connections that are still open at the end are cut."""
        original = self._original(prepare) if prepare else None
        name = original.take() if original else self._server.create_database()
        try:
            yield self._server.url(name)
        finally:
            give_back = original.give_back if original else self._server.drop_database
            give_back(name)

    def backup(self, url: str, file: Path) -> None:
        """See `Databases`."""
        self._server.dump(make_url(url).database or "", file)

    def restore(self, file: Path) -> str:
        """See `Databases`; the database lives until the server ends."""
        return self._server.url(self._server.restore(file))

    def _original(self, prepare: Prepare) -> Original:
        if prepare not in self._prepared:
            name = self._server.create_database()
            prepare(self._server.url(name))
            self._prepared[prepare] = Original(self._server, name)
        return self._prepared[prepare]


def migrated(url: str) -> None:
    """Set up our tables: to be passed as `prepare`."""

    async def migrate() -> None:
        await (await open_store(url)).close()

    asyncio.run(migrate())


def memory() -> str | None:
    """A directory in memory where there is one, for whoever does not try the disk."""
    there = Path("/dev/shm")
    return str(there) if there.is_dir() else None


def _sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"
