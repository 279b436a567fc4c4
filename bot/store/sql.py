"""Small things that statements on both databases need."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    DateTime,
    Dialect,
    String,
    TypeDecorator,
    bindparam,
    false,
    literal_column,
    or_,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeEngine

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
LARGEST_ID = 2**31 - 1  # of an Integer column; PostgreSQL refuses to look for a larger one


def constant(value: str) -> ColumnElement[str]:
    """A value that stands in the statement itself. Only so is a partial index found: what it holds (`state =
    'queued'`) does not follow from a parameter, neither in SQLite nor in a prepared plan of PostgreSQL."""
    return literal_column(f"'{value}'", String)


def known(column: ColumnElement[datetime]) -> ColumnElement[bool]:
    """A condition that always holds, and by which PostgreSQL knows a partial index that says `… IS NOT NULL`
    for one of its own. Said so in a query it strikes that out where the column never is null, and then looks
    for the index in vain."""
    return column > _BEFORE_ALL


def one_of(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column holds one of a few values that never change. An `IN` is written anew for each execution,
    which a statement that runs for many rows at once does not allow."""
    return or_(false(), *(column == value for value in values))


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a column holds one of the values of the parameter `name`, a list. Unlike an `IN` it is the same statement
    however long that is, so that a hot one can hold it."""
    return _among(column, bindparam(name, type_=_Several(column.type)))


def text_of(column: ColumnElement[Any], key: str) -> ColumnElement[Any]:
    """The text under a key of a JSON object; NULL where there is none. The key may be any text: people name
    the columns of an import."""
    if '"' in key or "\\" in key:
        return _searched_text(column, key)
    found: ColumnElement[Any] = column[key].as_string()
    return found


def days_before(column: ColumnElement[Any], days: int) -> ColumnElement[Any]:
    """The instant so many days before the one in a column, to be compared with others of the database."""
    return _days_before(column, literal_column(str(int(days))))


class _days_before(GenericFunction[Any]):  # noqa: N801 - a function of SQL
    """See `days_before`."""

    type = DateTime()
    inherit_cache = True


@compiles(_days_before, "sqlite")
def _days_before_on_sqlite(function: _days_before, compiler: SQLCompiler, **more: Any) -> str:
    column, days = (compiler.process(each, **more) for each in function.clauses)
    return f"(strftime('%Y-%m-%d %H:%M:%f', {column}, '-{days} days') || '000')"


@compiles(_days_before, "postgresql")
def _days_before_on_postgresql(function: _days_before, compiler: SQLCompiler, **more: Any) -> str:
    column, days = (compiler.process(each, **more) for each in function.clauses)
    return f"({column} - make_interval(days => {days}))"


class _Several(TypeDecorator[Any]):
    """A list of values as one parameter."""

    impl = JSON
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        several = JSON() if dialect.name == "sqlite" else postgresql.ARRAY(self.of, dimensions=1)
        return dialect.type_descriptor(several)


class _among(GenericFunction[bool]):  # noqa: N801 - a function of SQL
    """See `among`."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it is: SQLite, which has no booleans, would compare it with 1, and then find it by no index."""
        return self


@compiles(_among, "sqlite")
def _among_on_sqlite(function: _among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(each, **more) for each in function.clauses)
    return f"{column} IN (SELECT one.value FROM json_each({values}) AS one)"  # noqa: S608 - compiled


@compiles(_among, "postgresql")
def _among_on_postgresql(function: _among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(each, **more) for each in function.clauses)
    return f"{column} = ANY ({values})"


class _searched_text(GenericFunction[Any]):  # noqa: N801 - a function of SQL
    """The same by looking at each key. SQLite has no way to write a quotation mark or a backslash in a path."""

    type = String()
    inherit_cache = True


@compiles(_searched_text, "sqlite")
def _on_sqlite(function: _searched_text, compiler: SQLCompiler, **more: Any) -> str:
    column, key = (compiler.process(each, **more) for each in function.clauses)
    return f"(SELECT one.value FROM json_each({column}) AS one WHERE one.key = {key})"  # noqa: S608 - compiled


@compiles(_searched_text, "postgresql")
def _on_postgresql(function: _searched_text, compiler: SQLCompiler, **more: Any) -> str:
    column, key = (compiler.process(each, **more) for each in function.clauses)
    return f"({column} ->> {key})"
