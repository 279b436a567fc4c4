"""What several replies of a group do alike, done together: looked up ahead, and written behind.

A reply runs the same few statements as its neighbours. While a connection is `together`, a row of a hot statement may
wait (`Hot.later`) and go with all of its kind in one statement, and what each reply would look up may be looked up for
all of them (`WriteBehind.know`). Nothing ever sees a database that is behind: a hot statement that names a table in
which something waits has all of it written first, and so does every other statement, whatever it names.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import ClauseElement, Connection, Engine, event

from bot.store.schema import Row, metadata

T = TypeVar("T")
Values = Mapping[str, Any]

SETTLED: Final = {"settled": True}
"""The execution options of a statement for which what waits was written already, as far as it needs that."""

_PLACE: Final = {table.name: place for place, table in enumerate(metadata.sorted_tables)}
_opened: Final[dict[Connection, "WriteBehind"]] = {}
"""What is done together, by its connection. A look into the connection's own `info` goes through the pool, and takes
ten times as long: a reply looks a dozen times."""


class Waits(Protocol):
    """A statement of which rows can wait; see `bot.store.hot`."""

    @property
    def table(self) -> str:
        """The table that it changes."""
        ...

    @property
    def by_id(self) -> bool:
        """Whether it changes the row `of_id`, rather than adding one."""
        ...

    def each(self, connection: Connection, rows: Sequence[Values]) -> object:
        """Run it for each of these rows, all at once."""
        ...


class WriteBehind:
    """What waits on one connection, and what was looked up ahead on it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._waiting: dict[Waits, list[Values]] = {}
        self._tables: set[str] = set()
        self._changed: set[tuple[str, object]] = set()
        self._known: dict[tuple[str, Hashable], list[Row]] = {}
        self._memory: dict[str, Any] = {}
        self.facts: dict[str, bool] = {}  # that nothing done together changes, so that they hold to its end

    def add(self, statement: Waits, values: Values) -> None:
        """Let a row wait. One that waits to be changed already is changed first, so that what came last stands."""
        if statement.by_id:
            row = (statement.table, values["of_id"])
            if row in self._changed:
                self.write()
            self._changed.add(row)
        self._waiting.setdefault(statement, []).append(values)
        self._tables.add(statement.table)

    def settle(self, tables: frozenset[str]) -> None:
        """Write what waits before a statement that names these tables."""
        if not self._tables.isdisjoint(tables):
            self.write()

    def know(
        self, kind: str, keys: Iterable[Hashable], rows: Iterable[Row], key_of: Callable[[Row], Hashable]
    ) -> None:
        """Keep what was looked up for these keys: the rows of each, in their order, or that there are none."""
        self._known.update(((kind, key), []) for key in keys)
        for row in rows:
            self._known[kind, key_of(row)].append(row)

    def looked_up(self, kind: str, key: Hashable, *, again: bool = False) -> list[Row] | None:
        """The rows that are known of a key; None where that was not looked up. They are given once, because whoever has
        them may change them, unless nobody does (`again`); and not after a statement that was no hot one and changed
        something."""
        if again:
            return self._known.get((kind, key))
        return self._known.pop((kind, key), None)

    def remembered(self, what: str, look: Callable[[], T]) -> T:
        """What `look` finds, looked for once, as long as nothing changes the database but hot statements."""
        if what not in self._memory:
            self._memory[what] = look()
        found: T = self._memory[what]
        return found

    def forget(self) -> None:
        """Know nothing any more."""
        self._known.clear()
        self._memory.clear()

    def write(self) -> None:
        """Write all that waits: rows before those that refer to them, new ones before what changes them."""
        waiting, self._waiting = self._waiting, {}
        self._tables.clear()
        self._changed.clear()
        for statement in sorted(waiting, key=lambda one: (_PLACE[one.table], one.by_id)):
            statement.each(self.connection, waiting[statement])


def behind(connection: Connection) -> WriteBehind | None:
    """What waits on a connection, where it is `together`."""
    return _opened.get(connection)


def looked_up(connection: Connection, kind: str, key: Hashable, *, again: bool = False) -> list[Row] | None:
    """See `WriteBehind.looked_up`; None, too, where nothing is done together."""
    opened = behind(connection)
    return None if opened is None else opened.looked_up(kind, key, again=again)


def know_nothing(connection: Connection, kind: str, key: Hashable) -> None:
    """Go on knowing that there is nothing of a key, which was given once: for what nobody adds together."""
    opened = behind(connection)
    if opened is not None:
        opened.know(kind, [key], (), lambda _: key)


def remembered(connection: Connection, what: str, look: Callable[[], T]) -> T:
    """See `WriteBehind.remembered`; looked for each time where nothing is done together."""
    opened = behind(connection)
    return look() if opened is None else opened.remembered(what, look)


@contextmanager
def together(connection: Connection) -> Iterator[WriteBehind]:
    """Let rows wait on a connection, until the end at the latest; nothing of them is written where it raises."""
    if connection in _opened:
        raise RuntimeError("what is done together was begun already; let what runs in it use that")
    opened = _opened[connection] = WriteBehind(connection)
    try:
        yield opened
        opened.write()
    finally:
        del _opened[connection]


@event.listens_for(Engine, "before_execute")
def _write_first(
    connection: Connection, statement: ClauseElement, _rows: Any, _row: Any, options: Mapping[str, Any]
) -> None:
    """Have every statement that SQLAlchemy executes see what waits, on whatever engine."""
    opened = None if options.get("settled") else behind(connection)
    if opened is not None:
        opened.write()
        if not getattr(statement, "is_select", False):
            opened.forget()
