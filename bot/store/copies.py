"""Copies of the database, and whether this one is a copy that somebody restored.

What was sent after a copy was made is not in it, so a server that simply went on from it would send it twice.
`npsbot backup` marks the copies of SQLite that it makes; a database in PostgreSQL knows in which cluster and
under which number it last ran, and a dump that was restored finds itself elsewhere. Either way `require_home`
refuses until `npsbot restored` has settled it (`bot.sending.restored`).
"""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, text

from bot.store.meta import put_value, value_under
from bot.store.schema import meta

_COPIED: Final = "copied_at"
_HOME: Final = "home"
_UNMARK: Final = delete(meta).where(meta.c.name == _COPIED)
# A cluster's number is drawn when it is made. https://www.postgresql.org/docs/current/functions-info.html
_WHERE: Final = text(
    "SELECT CASE WHEN has_function_privilege('pg_control_system()', 'execute')"
    " THEN (SELECT system_identifier::text FROM pg_control_system()) ELSE '' END"
    " || '/' || (SELECT oid::text FROM pg_database WHERE datname = current_database())"
)


class Restored(Exception):
    """The database is a restored copy that nobody has settled; one plain sentence with the next step."""


class CannotCopy(Exception):
    """No copy was made; one plain sentence with the next step."""


def copy_sqlite(source: Path, target: Path, now: datetime, *, force: bool = False) -> int:
    """Write a complete, checked and marked copy of an SQLite database to `target`, also while a server writes
    to it; its size in bytes.

    It holds every commit from before it began. `target` appears whole or not at all, readable by its owner
    alone. Raises CannotCopy; where `target` exists only `force` replaces it.
    """
    if not source.is_file():
        raise CannotCopy(f"there is no database {source} to copy; look at database_url")
    if target.exists() and (not force or target.samefile(source)):
        raise CannotCopy(f"{target} exists; choose another name, or write over it with --force")
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy(source, partial, now)
        _onto_disk(partial)
        partial.replace(target)
        _onto_disk(target.parent)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotCopy(f"the copy {target} cannot be made: {reason}") from None
    return target.stat().st_size


def _copy(source: Path, partial: Path, now: datetime) -> None:
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(partial)) as copy:
        # All pages in one step: one state of the database, which holds no writer up in a write-ahead log.
        # https://www.sqlite.org/c3ref/backup_finish.html
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"it is damaged ({found}); so is the database itself")
        copy.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (_COPIED, now.isoformat()))
        copy.commit()


def _onto_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_restored(connection: Connection) -> bool:
    """Whether this database is a copy that was restored and is not settled yet."""
    if value_under(connection, _COPIED) is not None:
        return True
    home = value_under(connection, _HOME)
    return home is not None and home != _here(connection)


def require_home(connection: Connection) -> None:
    """Raises Restored where `is_restored`. Otherwise the database remembers where it runs."""
    if is_restored(connection):
        raise Restored(
            "this database is a restored copy, and what was sent since it was made is not in it; "
            "run `npsbot restored` once, then start again (docs/operations.md)"
        )
    here = _here(connection)
    if here is not None and value_under(connection, _HOME) is None:
        put_value(connection, _HOME, here)


def settle(connection: Connection) -> None:
    """From now on this database is the one that runs."""
    connection.execute(_UNMARK)
    here = _here(connection)
    if here is not None:
        put_value(connection, _HOME, here)


def _here(connection: Connection) -> str | None:
    """Where this database is; None for a file, which says nothing about it."""
    if connection.dialect.name != "postgresql":
        return None
    here: str = connection.execute(_WHERE).scalar_one()
    return here
