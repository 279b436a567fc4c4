"""The store without its threads: the same engines, groups and commits, done at once by whoever asks.

A simulated process has one thing under way at a time. Handing each over to the writer's thread and back would
cost ten times what it takes to do it. The threads themselves have their tests in tests/store.

Engines outlive a store here: what an engine knows (each statement as it was compiled, the kind of server) costs
more than most tests do. A store lends them, and gives them back without a connection.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.group import Write, run_group
from bot.store.migrate import migrate
from bot.store.store import Store, StoreError, _empty_log, _prepare_sqlite, postgres_engine, sqlite_writer

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=Engine | AsyncEngine)


class _Lent(Generic[E]):
    """An engine that connects to the database of whoever has borrowed it."""

    def __init__(self, engine: E, shelf: list["_Lent[E]"]) -> None:
        self.engine = engine
        self._shelf = shelf
        self._sync = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
        self._url: URL | None = None
        event.listen(self._sync, "do_connect", self._aim)

    def lend(self, url: URL) -> Self:
        """Make it that of the database at `url`."""
        self._url = url
        return self

    def give_back(self) -> None:
        """The borrower has closed its connections. Where it left somebody who listens, nobody else gets it."""
        self._url = None
        if not (self._sync.dispatch.before_cursor_execute or self._sync.dispatch.after_cursor_execute):
            self._shelf.append(self)

    def _aim(self, dialect: Any, _record: Any, words: list[Any], named: dict[str, Any]) -> None:
        if self._url is None:
            raise StoreError("the database is closed")
        words[:], there = dialect.create_connect_args(self._url)
        named.update(there)


@dataclass(frozen=True, slots=True)
class _Shelf(Generic[E]):
    """The engines of one kind that nobody has borrowed."""

    make: Callable[[URL], E]
    engines: list[_Lent[E]] = field(default_factory=list)

    def take(self, url: URL) -> _Lent[E]:
        """An engine for the database at `url`: one that was given back, or a new one."""
        lent = self.engines.pop() if self.engines else _Lent(self.make(url), self.engines)
        return lent.lend(url)


def _sqlite_reader(url: URL) -> Engine:
    reader = create_engine(url.set(drivername="sqlite+pysqlite"), hide_parameters=True)
    _prepare_sqlite(reader, "BEGIN", readonly=True)
    return reader


WRITERS, READERS, SERVERS = (
    _Shelf(sqlite_writer),
    _Shelf(_sqlite_reader),
    _Shelf(partial(postgres_engine, ping=False)),
)


class _InlineWriter:
    """Does each write as it is put."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, write: Write) -> None:
        with self._engine.connect() as connection:
            (outcome,) = run_group(connection, [write])
            connection.commit()
        outcome.tell(write.future)

    async def close(self) -> None:
        """Nothing is under way."""


class InlineStore(Store):
    """An open SQLite database; made by `open_inline`."""

    def __init__(self, url: URL) -> None:
        writer, reader = WRITERS.take(url), READERS.take(url)
        self.url = url
        self._lent = [writer, reader]
        self._writer = _InlineWriter(writer.engine)
        self._takers = []
        self._reading = reader.engine
        self._listeners = []

    async def read(
        self,
        function: Callable[Concatenate[Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Store.read`."""
        with self._reading.connect() as connection:
            return function(connection, *args, **kwargs)

    async def scrub(self) -> bool:
        """See `Store.scrub`."""
        return _empty_log(self.url.database or "")

    async def close(self) -> None:
        """See `Store.close`."""
        while self._lent:
            lent = self._lent.pop()
            lent.engine.dispose()
            lent.give_back()


class LentStore(Store):
    """An open PostgreSQL database, as the product has it; made by `open_inline`."""

    def __init__(self, url: URL) -> None:
        lent = SERVERS.take(url)
        super().__init__(url, lent.engine, lent.engine, lent.engine)
        self._lent = [lent]

    async def close(self) -> None:
        """See `Store.close`."""
        await super().close()
        while self._lent:
            self._lent.pop().give_back()


async def open_inline(database_url: str) -> Store:
    """As `open_store`; on PostgreSQL nothing is handed to a thread."""
    url = make_url(database_url)
    if url.drivername == "postgresql+asyncpg":
        lent = LentStore(url)
        async with lent._reader.connect() as connection:
            await connection.run_sync(migrate)
        return lent
    inline = InlineStore(url)
    with inline._lent[0].engine.connect() as opened:
        migrate(opened)
    return inline
