"""All rows of one database put into another, past triggers and foreign keys, which they went through before: from
SQLite, where much is played in little time, to PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Connection, String, select, type_coerce
from sqlalchemy.util import await_only

from bot.store.schema import metadata

Carried = Mapping[str, Sequence[tuple[Any, ...]]]
"""The rows of each table, with JSON as its text."""


def rows_in(connection: Connection) -> Carried:
    """All that a database of SQLite holds."""
    found = {}
    for table in metadata.sorted_tables:
        values = (type_coerce(one, String) if isinstance(one.type, JSON) else one for one in table.columns)
        found[table.name] = [tuple(row) for row in connection.execute(select(*values))]
    return found


def put_in(connection: Connection, rows: Carried) -> None:
    """Have a database of PostgreSQL hold these and nothing else."""
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    driver: Any = connection.connection.driver_connection
    for table in metadata.sorted_tables:
        names = [column.name for column in table.columns]
        await_only(driver.execute(f'DELETE FROM "{table.name}"'))
        await_only(driver.copy_records_to_table(table.name, records=rows[table.name], columns=names))
