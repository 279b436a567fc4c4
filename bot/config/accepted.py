"""What a running server goes by: the newest settings that were accepted, a numbered row of the database.

Every process reads the newest row, so that all go by the same, whichever saw its file change. Channels, secrets and the
database are no part of it: each process keeps those that it began with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.schema import accepted_settings

FIXED: Final = ("channels", "database_url", "log", "public_url", "secret_key")
"""The keys of config.yaml that are taken in at a start alone."""

_NAMED: Final = frozenset({"account_managers", "campaigns", "surveys"})
"""The keys that hold things by name, of which each is told for itself."""

_NEWEST: Final = select(accepted_settings).order_by(accepted_settings.c.number.desc()).limit(1)
_NEWEST_NUMBER: Final = select(func.max(accepted_settings.c.number))
_ADD: Final = {
    engine.dialect.name: engine.insert(accepted_settings).on_conflict_do_nothing(index_elements=["number"])
    for engine in (sqlite, postgresql)
}

KeyValues = Mapping[str, Any]
"""Keys and values as `bot.config.yaml_file.read_config` gives them."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Settings that were accepted, as values, and their number: 1, 2, 3 …"""

    number: int
    values: KeyValues


def newest_accepted(connection: Connection) -> Accepted | None:
    """What was accepted last."""
    row = connection.execute(_NEWEST).one_or_none()
    return None if row is None else Accepted(row.number, row.content)


def newest_number(connection: Connection) -> int | None:
    """The number of what was accepted last, for who looks often: its values are as long as the file."""
    found: int | None = connection.scalar(_NEWEST_NUMBER)
    return found


def accept(connection: Connection, values: KeyValues, now: datetime) -> None:
    """Have every process go by these values from now on; nothing where they do already. Where another process
    accepts something in the same moment, that counts, and the caller's next look compares again."""
    values = movable(values)
    before = newest_accepted(connection)
    if before is not None and before.values == values:
        return
    number = 1 if before is None else before.number + 1
    connection.execute(
        _ADD[connection.dialect.name], {"number": number, "content": dict(values), "taken_at": now}
    )


def movable(values: KeyValues) -> KeyValues:
    """What of a file is taken in while a server runs."""
    return {key: value for key, value in values.items() if key not in FIXED}


def fixed(values: KeyValues) -> KeyValues:
    """What of a file is taken in at a start."""
    return {key: value for key, value in values.items() if key in FIXED}


def changed_keys(before: KeyValues, after: KeyValues) -> tuple[str, ...]:
    """The keys of which the values differ, in the order of the alphabet: `company`, `campaigns.spring`."""
    return tuple(sorted(_changed(before, after)))


def _changed(before: KeyValues, after: KeyValues) -> set[str]:
    found: set[str] = set()
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if key in _NAMED:
            old, new = old or {}, new or {}
            found |= {f"{key}.{name}" for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        else:
            found.add(key)
    return found
