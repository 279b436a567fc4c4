"""What is kept under a name in `meta`: a value that every process of the installation goes by."""

from typing import Final

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.schema import meta

_VALUE: Final = select(meta.c.value).where(meta.c.name == bindparam("of_name"))
_PUT: Final = {
    engine.dialect.name: engine.insert(meta)
    .values(name=bindparam("of_name"), value=bindparam("to"))
    .on_conflict_do_update(index_elements=["name"], set_={"value": bindparam("to")})
    for engine in (sqlite, postgresql)
}


def value_under(connection: Connection, name: str) -> str | None:
    """The value under a name; None where there is none."""
    found: str | None = connection.execute(_VALUE, {"of_name": name}).scalar()
    return found


def put_value(connection: Connection, name: str, value: str) -> None:
    """Keep a value under a name, in the place of the one that was there."""
    connection.execute(_PUT[connection.dialect.name], {"of_name": name, "to": value})
