"""New SQLite databases as copies of one: to make the tables takes longer than most tests do in all.

`tests/store` has them made, and so does a program that a test starts without `warm.py`.
"""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, make_url

from bot.store.migrate import VERSIONS, migrate
from bot.store.store import sqlite_writer


@cache
def original() -> bytes:
    """A database as the migrations make it."""
    writer = sqlite_writer(make_url("sqlite+aiosqlite://"))
    with writer.connect() as connection:
        migrate(connection)
        content: bytes = _driver(connection).serialize()
    writer.dispose()
    return content


def migrate_by_copy(connection: Connection, versions: Path = VERSIONS) -> None:
    """As `migrate`, in the place of which it stands; nobody else opens the same new database meanwhile."""
    if connection.dialect.name == "sqlite" and not _tables(_driver(connection)):
        with closing(sqlite3.connect(":memory:")) as source:
            source.deserialize(original())
            source.backup(_driver(connection))
    migrate(connection, versions)


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _tables(driver: sqlite3.Connection) -> int:
    found: int = driver.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    return found
