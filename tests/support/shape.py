"""The whole of a database as values that can be compared: its schema, and its rows."""

import re
from collections import Counter
from typing import Any

from sqlalchemy import Connection, inspect, text

Shape = dict[str, dict[str, Any]]

# A table's indexes and triggers as the engine itself tells them, with what SQLAlchemy does not look at.
_TOLD = {
    "sqlite": "SELECT tbl_name, type, name, sql FROM sqlite_master"
    " WHERE type IN ('index', 'trigger') AND sql IS NOT NULL",
    "postgresql": "SELECT tablename, 'index', indexname, indexdef FROM pg_indexes"
    " WHERE schemaname = current_schema()"
    " UNION ALL SELECT tgrelid::regclass::text, 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal",
}
_MADE = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"


def shape(connection: Connection) -> Shape:
    """Each table: columns, keys, checks, indexes, triggers and, on SQLite, how it is kept."""
    found: Shape = {}
    look = inspect(connection)
    for name in look.get_table_names():
        found[name] = {
            "columns": {
                one["name"]: (str(one["type"]), one["nullable"], one["default"])
                for one in look.get_columns(name)
            },
            "primary key": _said(look.get_pk_constraint(name), "name", "constrained_columns"),
            "foreign keys": {
                _said(one, "name", "constrained_columns", "referred_table", "referred_columns", "options")
                for one in look.get_foreign_keys(name)
            },
            "uniques": {_said(one, "name", "column_names") for one in look.get_unique_constraints(name)},
            "checks": {one["name"]: _plain(one["sqltext"]) for one in look.get_check_constraints(name)},
        }
    for table, kind, name, said in connection.exec_driver_sql(_TOLD[connection.dialect.name]):
        found[table.strip('"')].setdefault(kind, {})[name] = _plain(said)
    if connection.dialect.name == "sqlite":
        for name, said in connection.exec_driver_sql(_MADE):
            if name in found:
                found[name]["kept"] = re.findall("AUTOINCREMENT|WITHOUT ROWID", said)
    return found


def rows(connection: Connection) -> dict[str, Any]:
    """Every row of every table; of the tally what its slots add up to, which is all that it says, and nothing of what
    is counted behind (`bot.store.groups`). A column that holds nothing, and a table without rows, say nothing: a later
    schema has more of both."""
    found: dict[str, Any] = {}
    for name in inspect(connection).get_table_names():
        if name.startswith("group_"):
            continue
        mappings = connection.execute(text(f'SELECT * FROM "{name}"')).mappings()
        told = sorted(repr(sorted((k, v) for k, v in one.items() if v is not None)) for one in mappings)
        if told:
            found[name] = told
    people: Counter[str] = Counter()
    for one in connection.execute(text("SELECT * FROM tally")).mappings():
        people[repr(sorted((k, v) for k, v in one.items() if k not in ("slot", "people")))] += one["people"]
    found["tally"] = {cell: count for cell, count in people.items() if count}
    return found


def _said(one: Any, *keys: str) -> str:
    return repr([one.get(key) for key in keys])


def _plain(said: str) -> str:
    return re.sub(r"\s+", " ", said.replace('"', "")).strip()
