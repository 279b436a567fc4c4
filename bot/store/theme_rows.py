"""Which themes reasons name, as rows and as counts of them, both changed together.

`theme_named` has a row for each reason that was matched, under `NAMES` where it names a theme and under `NONE` where
it names none, and one for each theme that it names; `theme_tally` says how many of these rows there are. What is yet
to be matched is in `reason_waiting`, which triggers fill. One transaction at a time changes the first two.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.schema import reason_waiting, theme_named, theme_tally

NAMES: Final = ""
NONE: Final = "-"

_ALONE: Final = 728_190  # an advisory lock's key: any number of our own
_LOCK: Final = text("SELECT pg_advisory_xact_lock(:key)")
_TRY: Final = text("SELECT pg_try_advisory_xact_lock(:key)")

_IDS: Final[Any] = bindparam("ids", expanding=True)
_CELL: Final = ("wave_id", "mark", "theme", "score")
_TAKE: Final = (
    delete(theme_named)
    .where(theme_named.c.conversation_id.in_(_IDS))
    .returning(*(theme_named.c[name] for name in _CELL))
)
_PUT: Final = insert(theme_named)


def _counting(engine: Any) -> Any:
    made = engine.insert(theme_tally)
    return made.on_conflict_do_update(
        index_elements=_CELL, set_={"people": theme_tally.c.people + made.excluded.people}
    )


_COUNT: Final = {engine.dialect.name: _counting(engine) for engine in (sqlite, postgresql)}
_FORGET_ALL: Final = (delete(theme_named), delete(theme_tally), delete(reason_waiting))
_ALL_WAIT: Final = text(
    "INSERT INTO reason_waiting (conversation_id)"
    " SELECT id FROM conversation WHERE reason <> '' AND score IS NOT NULL ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class Matched:
    """The reason of one answer and the themes that it names, by the list of this mark."""

    conversation_id: int
    wave_id: int
    mark: str
    score: int
    at: datetime
    themes: frozenset[str]

    @property
    def rows(self) -> list[dict[str, Any]]:
        alike = {
            "conversation_id": self.conversation_id,
            "wave_id": self.wave_id,
            "mark": self.mark,
            "score": self.score,
        }
        first = {**alike, "theme": NAMES if self.themes else NONE, "at": None}
        return [first, *({**alike, "theme": theme, "at": self.at} for theme in sorted(self.themes))]


def alone(connection: Connection, *, wait: bool = True) -> bool:
    """Be the only one who changes these tables, until the end of the transaction. Without `wait` it may not be had."""
    if connection.dialect.name != "postgresql":
        return True  # there is one writer
    if wait:
        connection.execute(_LOCK, {"key": _ALONE})
        return True
    return bool(connection.execute(_TRY, {"key": _ALONE}).scalar())


def keep(connection: Connection, ids: Collection[int], matched: Iterable[Matched]) -> None:
    """Put what was matched in the place of what was known of these conversations; be `alone` before you read them."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for row in connection.execute(_TAKE, {"ids": list(ids)}):
        counted[tuple(row)] -= 1
    new = [row for one in matched for row in one.rows]
    if new:
        connection.execute(_PUT, new)
    for one in new:
        counted[tuple(one[name] for name in _CELL)] += 1
    changed = [
        {**dict(zip(_CELL, cell, strict=True)), "people": people}
        for cell, people in sorted(counted.items())
        if people
    ]
    if changed:
        connection.execute(_COUNT[connection.dialect.name], changed)


def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Know nothing of these conversations any more."""
    if ids:
        alone(connection)
        keep(connection, ids, ())


def match_all_anew(connection: Connection) -> None:
    """Know nothing at all: every reason waits to be matched."""
    alone(connection)
    for statement in _FORGET_ALL:
        connection.execute(statement)
    connection.execute(_ALL_WAIT)
