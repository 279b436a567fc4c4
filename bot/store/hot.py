"""Hot statements: built with SQLAlchemy like all others, compiled once, and handed straight to the driver.

Executing a statement through SQLAlchemy costs ten times what SQLite needs to perform it, most of it in
finding out anew what is known since the first time. The few statements that every reply runs are `Hot`;
everything else stays as it is. Types are converted by the columns' own processors, and errors come out as
SQLAlchemy's, so that a caller sees no difference. Whoever listens to an engine's statements (a test that
breaks them, tracing) sees these as well: then they go through SQLAlchemy.

One that adds a row, or changes the row of an id, runs for many rows at once too (`each`), and its rows may wait for
others of their kind (`later`, see `bot.store.behind`).
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from sqlalchemy import (
    Column,
    ColumnDefault,
    Connection,
    Delete,
    Dialect,
    FromClause,
    Insert,
    Select,
    Table,
    Update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import await_only

from bot.store.behind import SETTLED, Values, behind
from bot.store.schema import Instant, Row
from bot.store.spread import spread

AT_ONCE = 500  # rows of one statement at most: SQLite takes 32,766 values
EIGHTS = range(9, 64)
"""Between a few rows and a whole group of replies a statement of SQLite's takes a multiple of eight."""

_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in one engine's words."""

    text: str
    names: tuple[str, ...]  # of its parameters, in their order
    fixed: Values  # those that the statement itself holds
    to_driver: tuple[tuple[int, _Convert], ...]
    gives_rows: bool
    row: Callable[[Sequence[Any]], Row]
    from_driver: tuple[tuple[int, _Convert], ...]
    spread: dict[int, str] = field(default_factory=dict)  # the same for so many rows; under 0, for any number

    def parameters(self, rows: Sequence[Values]) -> list[Sequence[Any]]:
        """The values of so many rows as the driver takes them: of each parameter a column."""
        fixed = self.fixed
        given = [{**fixed, **row} for row in rows] if fixed else rows
        columns: list[Sequence[Any]] = [[row[name] for row in given] for name in self.names]
        for place, convert in self.to_driver:
            columns[place] = [convert(cell) for cell in columns[place]]
        return columns

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Row]:
        if not (self.from_driver and found):
            return [self.row(one) for one in found]
        columns: list[Sequence[Any]] = list(zip(*found, strict=True))
        for place, convert in self.from_driver:
            # Nothing is nothing in every type.
            columns[place] = [None if cell is None else convert(cell) for cell in columns[place]]
        return [self.row(one) for one in zip(*columns, strict=True)]


class Hot:
    """One statement, the same at every call: `values` always has the same names.

    Made at import; compiled at its first use on an engine. The connection must be one of `Store`'s, or any
    of SQLAlchemy's on SQLite or asyncpg.
    """

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self.statement = statement
        self.by_id = isinstance(statement, Update)
        """Whether it changes the row `of_id`, rather than adding one."""
        self.table = "" if isinstance(statement, Select) else str(statement.table.description)
        """The table that it changes."""
        self._tables = frozenset(_tables_in(statement))
        self._by_dialect: dict[str, _Compiled] = {}

    def first(self, connection: Connection, values: Values) -> Row | None:
        """The first row; None where there is none."""
        rows = self._perform(connection, values)[0]
        return rows[0] if rows else None

    def all(self, connection: Connection, values: Values) -> list[Row]:
        """Every row."""
        return self._perform(connection, values)[0]

    def run(self, connection: Connection, values: Values) -> int:
        """How many rows the statement changed."""
        return self._perform(connection, values)[1]

    def later(self, connection: Connection, *rows: Values) -> None:
        """Run it for each of these rows: by the end of what is done `together` on this connection, with all of its
        kind; now where nothing is."""
        opened = behind(connection)
        if opened is None:
            self.each(connection, rows)
            return
        for row in rows:
            opened.add(self, row)

    def each(self, connection: Connection, rows: Sequence[Values]) -> list[Row]:
        """Run an insert, or an update of the row `of_id`, for each of these rows by one statement; what it returns of
        them, in whatever order."""
        found: list[Row] = []
        while rows:
            count = _at_once(len(rows)) if connection.dialect.name == "sqlite" else AT_ONCE
            found += self._spread(connection, rows[:count])
            rows = rows[count:]
        return found

    def _spread(self, connection: Connection, rows: Sequence[Values]) -> list[Row]:
        if len(rows) == 1:
            return self._perform(connection, rows[0])[0]
        compiled = self._ready(connection, rows[0])
        count = len(rows) if connection.dialect.name == "sqlite" else 0
        text = compiled.spread.get(count)
        if text is None:
            text = compiled.spread[count] = spread(compiled.text, count)
        columns = compiled.parameters(rows)
        flat = tuple(chain.from_iterable(zip(*columns, strict=True))) if count else tuple(columns)
        return _execute(connection, compiled, text, flat)[0]

    def _perform(self, connection: Connection, values: Values) -> tuple[list[Row], int]:
        compiled = self._ready(connection, values)
        if _is_watched(connection):
            done = connection.execute(self.statement, values, execution_options=SETTLED)
            return (list(done), 0) if compiled.gives_rows else ([], done.rowcount)
        alone = tuple([cell for (cell,) in compiled.parameters([values])])
        return _execute(connection, compiled, compiled.text, alone)

    def _ready(self, connection: Connection, values: Values) -> _Compiled:
        """The statement in the words of the connection, which has written what this one would miss."""
        if (opened := behind(connection)) is not None:
            opened.settle(self._tables)
        compiled = self._by_dialect.get(connection.dialect.name)
        if compiled is None:
            compiled = self._by_dialect[connection.dialect.name] = _compile(
                self.statement, connection.dialect, values
            )
        return compiled


def _at_once(rows: int) -> int:
    """How many of so many rows one statement of SQLite's takes. SQLite has a text for each number of rows, and to
    prepare an update of 28 takes it 0.6 ms, the update 0.5: so those between a few and a whole group go by eights, and
    then what is left, by texts that it knows."""
    return rows // 8 * 8 if rows in EIGHTS else min(rows, AT_ONCE)


def _tables_in(statement: Select[Any] | Insert | Update | Delete) -> Iterator[str]:
    """The tables that a statement names anywhere, under whatever alias."""
    if not isinstance(statement, Select):
        yield str(statement.table.description)
    for element in visitors.iterate(statement):
        named: Any = element if isinstance(element, FromClause) else getattr(element, "table", None)
        while named is not None and not isinstance(named, Table):
            named = getattr(named, "element", None)
        if named is not None:
            yield named.name


def _execute(
    connection: Connection, compiled: _Compiled, text: str, parameters: tuple[Any, ...]
) -> tuple[list[Row], int]:
    if not connection.in_transaction():
        connection.begin()
    if _is_watched(connection):
        done = connection.exec_driver_sql(text, parameters)
        return compiled.rows([tuple(row) for row in done] if done.returns_rows else []), done.rowcount
    driver: Any = connection.connection.driver_connection
    if connection.dialect.driver == "asyncpg" and driver.is_in_transaction():
        return _on_asyncpg(connection, driver, compiled, text, parameters)
    if connection.dialect.driver == "aiosqlite" and compiled.gives_rows:
        return _on_aiosqlite(connection, driver, compiled, text, parameters)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text, parameters)
        rows = compiled.rows(cursor.fetchall()) if cursor.description else []
        return rows, cursor.rowcount
    except connection.dialect.dbapi.Error as error:  # type: ignore[union-attr]  # a connected dialect has its dbapi
        raise _as_sqlalchemys(error, text, connection.dialect) from error
    finally:
        cursor.close()


def _on_asyncpg(
    connection: Connection,
    driver: Any,
    compiled: _Compiled,
    text: str,
    parameters: tuple[Any, ...],
) -> tuple[list[Row], int]:
    """Perform it without SQLAlchemy's cursor, which costs more than the database does. The transaction has
    begun, so that there is nothing else that the cursor would do."""
    # Here, because whoever is on SQLite need not wait for it. It has no types.
    import asyncpg  # type: ignore[import-untyped]

    try:
        if compiled.gives_rows:
            found = await_only(driver.fetch(text, *parameters))
            return compiled.rows(found), len(found)
        done: str = await_only(driver.execute(text, *parameters))
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        try:
            # Into an error of the dialect's, as its cursor would.
            connection.connection.dbapi_connection._handle_exception(error)  # type: ignore[union-attr]  # asyncpg's has it
        except connection.dialect.dbapi.Error as known:  # type: ignore[union-attr]  # a connected dialect has its dbapi
            raise _as_sqlalchemys(known, text, connection.dialect) from known
        raise
    return [], int(done.rpartition(" ")[2])  # "UPDATE 1"


def _on_aiosqlite(
    connection: Connection, driver: Any, compiled: _Compiled, text: str, parameters: tuple[Any, ...]
) -> tuple[list[Row], int]:
    """Read in one turn of the thread that reads. SQLAlchemy's cursor takes four, each of which wakes the loop."""
    try:
        found = await_only(driver.execute_fetchall(text, parameters))
    except connection.dialect.dbapi.Error as error:  # type: ignore[union-attr]  # a connected dialect has its dbapi
        raise _as_sqlalchemys(error, text, connection.dialect) from error
    return compiled.rows(found), len(found)


def tell(connection: Connection, text: str) -> None:
    """Give the database a statement without values, such as a savepoint, in the running transaction."""
    if not connection.in_transaction():
        connection.begin()
    give(connection, text)


def give(connection: Connection, text: str) -> None:
    """The same, and no transaction begins by it; this may be what begins one."""
    if _is_watched(connection):
        connection.exec_driver_sql(text)
        return
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text)
    except connection.dialect.dbapi.Error as error:  # type: ignore[union-attr]  # a connected dialect has its dbapi
        raise _as_sqlalchemys(error, text, connection.dialect) from error
    finally:
        cursor.close()


def _is_watched(connection: Connection) -> bool:
    return bool(connection.dispatch.before_cursor_execute or connection.dispatch.after_cursor_execute)


def _as_sqlalchemys(error: Exception, text: str, dialect: Dialect) -> BaseException:
    base = dialect.dbapi.Error  # type: ignore[union-attr]  # a connected dialect has its dbapi
    return DBAPIError.instance(text, None, error, base, hide_parameters=True, dialect=dialect)


def _compile(
    statement: Select[Any] | Insert | Update | Delete, dialect: Dialect, values: Values
) -> _Compiled:
    rows = isinstance(statement, Select) or bool(statement._returning)
    # An insert would else return its new id, which nobody asked for.
    wanted = statement.inline() if isinstance(statement, Insert) and not rows else statement
    compiled = wanted.compile(
        dialect=dialect, column_keys=None if isinstance(statement, Select) else list(values)
    )
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - what a query or a change compiles to
    defaults = {column.key: _default(column) for column in compiled.prefetch}
    # Lists in the statement itself (`state IN (…)`) become parameters of their own.
    expanded = compiled.construct_expanded_state(defaults | dict(values))
    names = tuple(expanded.positiontup or ())
    columns = list(statement.exported_columns) if rows else []
    results = (_reading(one.type, dialect) for one in columns)
    return _Compiled(
        text=expanded.statement,
        names=names,
        fixed={name: value for name, value in expanded.parameters.items() if name not in values},
        to_driver=_places(
            _binding(compiled.binds[name].type, dialect)
            if name in compiled.binds
            else expanded.processors.get(name)
            for name in names
        ),
        gives_rows=rows,
        # Its own `_make` takes twice as long, to see that there are as many cells as names.
        row=partial(tuple.__new__, namedtuple("Row", [str(column.key) for column in columns])),
        from_driver=_places(results),
    )


_instants: dict[str, _Convert] = {}  # by dialect


def _binding(type_: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    """How values of a type are given to the driver. One event stores the same few moments again and again."""
    convert = type_.dialect_impl(dialect).bind_processor(dialect)
    if not isinstance(type_, Instant) or convert is None:
        return convert
    return _instants.setdefault(dialect.name, lru_cache(maxsize=256)(convert))


def _reading(type_: TypeEngine[Any], dialect: Dialect) -> _Convert | None:
    """How the driver's values become those of a type. A moment is a text of SQLite's, to which its zone is added before
    it is read, and not afterwards."""
    if isinstance(type_, Instant) and dialect.name == "sqlite":
        return _instant_in
    return type_.dialect_impl(dialect).result_processor(dialect, None)


def _instant_in(text: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{text}+00:00")
    except ValueError:  # it has its zone: a statement of another program's wrote it
        return datetime.fromisoformat(text).astimezone(UTC)


def _default(column: Column[Any]) -> Any:
    default = column.default
    if not isinstance(default, ColumnDefault) or not default.is_scalar:
        raise TypeError(
            f"the default of {column} is no plain value, which is all that a hot statement can hold"
        )
    return default.arg


def _places(converts: Iterable[Any]) -> tuple[tuple[int, _Convert], ...]:
    return tuple((n, convert) for n, convert in enumerate(converts) if convert is not None)
