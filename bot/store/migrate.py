"""Bring a database's schema up to date: in one transaction, alone, and with all that is in it.

How a migration is written stands in CONTRIBUTING.md; why this goes about it so, in decision 0015.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.store.groups import FIRST_SCHEMA
from bot.store.recount import list_everybody, rebuild
from bot.store.schema import metadata
from bot.store.triggers import groups, reasons, tally

# Any number will do as long as every npsbot asks for the same one; it guards the migration alone.
_POSTGRES_LOCK: Final = 7_281_900_001
_MIGRATIONS: Final = Path(str(files("bot.store").joinpath("migrations")))
VERSIONS: Final = _MIGRATIONS / "versions"

_PATIENCE: Final = "400ms"  # less than PostgreSQL takes for a deadlock; it would end a running server's write
_TRIES: Final = 150  # a minute
_NOT_NOW: Final = frozenset({"55P03", "40P01"})  # the lock was not to be had in time; a deadlock


log = structlog.get_logger()


class SchemaError(Exception):
    """The schema cannot be brought up to date; one plain sentence with the next step. Nothing was changed."""


def schemas(versions: Path = VERSIONS) -> tuple[str, ...]:
    """The schemas that the migrations of a folder make, the newest last: its files are named after them. Alembic
    knows them too, but loading it takes longer than most commands need for their work."""
    return tuple(sorted(file.stem.partition("_")[0] for file in versions.glob("[!_]*.py")))


def schema_of(connection: Connection) -> str | None:
    """The schema that a database has, as Alembic keeps it there; None where it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(connection: Connection, versions: Path = VERSIONS) -> None:
    """Apply what is missing, all of it or nothing, in a transaction of its own: the connection has none.

    What a migration does not speak of stays: it runs where no foreign key deletes or refuses anything, and the
    tally is counted anew behind it. Raises SchemaError where the database is newer than this program, where a
    migration would leave a row that points at nothing, and where others keep the tables from it.
    """
    with _transaction(connection):
        known, current = schemas(versions), schema_of(connection)
        newest = known[-1]
        if current == newest:
            return
        if current is None:
            _upgrade(connection, versions)
        elif current not in known:
            raise SchemaError(
                f"the database has schema {current}, which this npsbot does not know: a newer version wrote "
                "it. Start that version, or restore a backup made before the upgrade."
            )
        else:
            with _all_kept(connection, f"the change of the database from schema {current} to {newest}"):
                _upgrade(connection, versions)
            rebuild(connection)
            if newest >= FIRST_SCHEMA:
                list_everybody(connection)
        tally.install(connection)
        reasons.install(connection)
        if newest >= FIRST_SCHEMA:
            groups.install(connection)
    log.info("database.migrated", before=current or "empty", now=newest)


def _upgrade(connection: Connection, versions: Path) -> None:
    # Here, because a database is upgraded once, and opened by each command.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextlib.contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    """One transaction, in which nobody else migrates.

    SQLite changes most of a table by making a new one, moving the rows and dropping the old one. With foreign
    keys on, dropping it deletes what points at it or is refused; and only outside of a transaction can they be
    switched off (https://www.sqlite.org/lang_altertable.html#otheralter).
    """
    if connection.dialect.name == "postgresql":
        with connection.begin():
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
            yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a connection that is open has its driver's
    assert not driver.in_transaction, "in one the next line does nothing"  # noqa: S101 - as above
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():  # `BEGIN IMMEDIATE`, which is the lock
            yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


@contextlib.contextmanager
def _all_kept(connection: Connection, change: str) -> Iterator[None]:
    """Around the migrations of a database that is in use: what they do not speak of is there after them."""
    if connection.dialect.name == "postgresql":
        _take_tables(connection, change)
    # They look at tables that a migration puts new ones in the place of.
    tally.remove(connection)
    reasons.remove(connection)
    groups.remove(connection)
    broken, numbers = _broken(connection), _numbers(connection)
    yield
    _keep_numbers(connection, numbers)
    for (table, parent), rows in (_broken(connection) - broken).items():
        raise SchemaError(
            f"{change} would leave {rows} rows of `{table}` that point at no row of `{parent}`, so nothing was "
            "changed. Start the version that ran before, and report it."
        )


# -------------------------------------------------------------------------------------------- PostgreSQL


def _take_tables(connection: Connection, change: str) -> None:
    """Have all tables to ourselves before anything is changed: a migration that takes one table after the
    other meets a running server in a deadlock, and either of them loses."""
    there = set(inspect(connection).get_table_names())
    quote = connection.dialect.identifier_preparer.quote
    # In the order in which a server takes most of them.
    first = ("conversation", "inbox", "answer", "outbox")
    names = [*(name for name in first if name in there), *sorted(there & metadata.tables.keys() - {*first})]
    for _ in range(_TRIES):
        try:
            with connection.begin_nested():
                connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
                tables = ", ".join(quote(name) for name in names)
                connection.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
                connection.execute(text("SET LOCAL lock_timeout = DEFAULT"))
            return
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _NOT_NOW:
                raise
    raise SchemaError(
        f"{change} waits in vain for tables that others use (a backup, a long query): nothing was changed. "
        "Start npsbot again when they have finished."
    )


# ------------------------------------------------------------------------------------------------ SQLite


def _broken(connection: Connection) -> Counter[tuple[str, str]]:
    """How many rows of a table point at no row of another. PostgreSQL never lets one be."""
    if connection.dialect.name == "postgresql":
        return Counter()
    return Counter((row[0], row[2]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check"))


def _numbers(connection: Connection) -> dict[str, int]:
    """The last number given in each table that gives a number once (AUTOINCREMENT)."""
    if connection.dialect.name == "postgresql":
        return {}  # a sequence outlives whatever is done to its table
    return dict(row for row in connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence"))


def _keep_numbers(connection: Connection, before: dict[str, int]) -> None:
    """A new table goes on from its highest row, and would give the number of a row that is gone once more."""
    now = _numbers(connection)
    for name, last in before.items():
        if now.get(name, 0) >= last:
            continue
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        connection.exec_driver_sql(
            "INSERT INTO sqlite_sequence (name, seq) SELECT name, ? FROM sqlite_master"
            " WHERE type = 'table' AND name = ? AND sql LIKE '%AUTOINCREMENT%'",
            (last, name),
        )
