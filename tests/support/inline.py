"""The store without its threads: the same engines, groups and commits, done at once by whoever asks.

A simulated process has one thing under way at a time. Handing each over to the writer's thread and back would
cost ten times what it takes to do it. The threads themselves have their tests in tests/store.

Engines outlive a store here: what an engine knows (each statement as it was compiled, the kind of server) costs
more than most tests do. A store lends them, and gives them back: on SQLite without a connection, on PostgreSQL with
those that it has, for the next store on the same database; on SQLite too, where the database is one of those that serve
several tests. What a connection has learned there, every table and the plan of every statement, is much of what a test
costs.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.migrate import migrate
from bot.store.shared_commit import Write, run_group
from bot.store.store import Store, StoreError, _empty_log, _prepare_sqlite, postgres_engine, sqlite_writer

P = ParamSpec("P")
T = TypeVar("T")
KEPT: Final = "kept by the tests"
"""What such a connection calls itself, so that a database may be emptied under it."""
E = TypeVar("E", bound=Engine | AsyncEngine)


_LASTING: Final[list[asyncio.AbstractEventLoop]] = []
_FILES: Final[set[str]] = set()


def keep_connections() -> None:
    """Keep those of the running loop from now on: it lasts for as long as the tests do."""
    _LASTING.append(asyncio.get_running_loop())


def _lasts() -> bool:
    return asyncio.get_running_loop() in _LASTING


class _Lent(Generic[E]):
    """An engine that connects to the database of whoever has borrowed it."""

    def __init__(self, engine: E, shelf: list["_Lent[E]"]) -> None:
        self.engine = engine
        self.url: URL | None = None
        self._shelf = shelf
        self._sync = engine.sync_engine if isinstance(engine, AsyncEngine) else engine
        event.listen(self._sync, "do_connect", self._aim)

    def aim(self, url: URL) -> None:
        """Connect to the database at `url` from now on."""
        if self.url != url:
            self.let_go()
            self.url = url

    def let_go(self) -> None:
        """Close what it has."""
        if isinstance(self.engine, Engine):
            self.engine.dispose()
        self.url = None

    def give_back(self) -> None:
        """The borrower is done. Where it left somebody who listens, nobody else gets it."""
        if not self.overheard:
            self._shelf.append(self)

    @property
    def overheard(self) -> bool:
        """Whether somebody listens to what it does."""
        heard = self._sync.dispatch
        return bool(heard.before_cursor_execute or heard.after_cursor_execute)

    def _aim(self, dialect: Any, _record: Any, words: list[Any], named: dict[str, Any]) -> None:
        if self.url is None:
            raise StoreError("the database is closed")
        words[:], there = dialect.create_connect_args(self.url)
        named.update(there)
        if isinstance(self.engine, AsyncEngine):
            named["server_settings"] = {"application_name": KEPT}


@dataclass(frozen=True, slots=True)
class _Shelf(Generic[E]):
    """The engines of one kind that nobody has borrowed."""

    make: Callable[[URL], E]
    engines: list[_Lent[E]] = field(default_factory=list)

    def take(self, url: URL) -> _Lent[E]:
        """An engine for the database at `url`, not aimed yet: one that is connected to it, to nothing, or to another,
        or a new one."""
        lent = min(
            (one for one in self.engines if one.url is None or isinstance(one.engine, Engine) or _lasts()),
            key=lambda one: (one.url != url, one.url is not None),
            default=None,
        )
        if lent is None:
            return _Lent(self.make(url), self.engines)
        self.engines.remove(lent)
        return lent


def _sqlite_reader(url: URL) -> Engine:
    reader = create_engine(url.set(drivername="sqlite+pysqlite"), hide_parameters=True)
    _prepare_sqlite(reader, "BEGIN", readonly=True)
    return reader


WRITERS, READERS, SERVERS = (
    _Shelf(sqlite_writer),
    _Shelf(_sqlite_reader),
    _Shelf(partial(postgres_engine, ping=False)),
)


class _Connected:
    """A connection that stays open: to take one out of the pool and to give it back takes as long as two statements.
    One on which something failed is left for another."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._closed = False

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """It, without a transaction before and behind."""
        if self._closed:  # the engine may have another borrower
            raise StoreError("the database is closed")
        connection, self._connection = self._connection or self._engine.connect(), None
        try:
            yield connection
            connection.rollback()
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def close(self) -> None:
        """Give the connection back to its engine."""
        self._closed = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _InlineWriter:
    """Does each write as it is put."""

    def __init__(self, engine: Engine) -> None:
        self._connected = _Connected(engine)

    def put(self, write: Write) -> None:
        with self._connected.connection() as connection:
            (outcome,) = run_group(connection, [write])
            connection.commit()
        outcome.tell(write.future)

    async def close(self) -> None:
        """Nothing is under way."""
        self._connected.close()


class InlineStore(Store):
    """An open SQLite database; made by `open_inline`."""

    def __init__(self, url: URL) -> None:
        writer, reader = WRITERS.take(url), READERS.take(url)
        self._lent = [writer, reader]
        for lent in self._lent:
            lent.aim(url)
        self.url = url
        self._writer = _InlineWriter(writer.engine)
        self._takers = []
        self._reads = _Connected(reader.engine)
        self._listeners = []

    async def read(
        self,
        function: Callable[Concatenate[Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Store.read`."""
        with self._reads.connection() as connection:
            return function(connection, *args, **kwargs)

    async def scrub(self) -> bool:
        """See `Store.scrub`."""
        return _empty_log(self.url.database or "")

    async def close(self) -> None:
        """See `Store.close`; the connections stay, where the database does and nobody listens to them."""
        await self._writer.close()
        self._reads.close()
        while self._lent:
            lent = self._lent.pop()
            if lent.overheard or self.url.database not in _FILES:
                lent.let_go()
            lent.give_back()


class LentStore(Store):
    """An open PostgreSQL database, as the product has it; made by `open_inline`."""

    def __init__(self, lent: _Lent[AsyncEngine], url: URL) -> None:
        super().__init__(url, lent.engine, lent.engine, lent.engine)
        self._lent = [lent]

    async def close(self) -> None:
        """See `Store.close`; the connections stay, where nobody listens to them and the loop stays too."""
        for writer in (*self._takers, self._writer):
            await writer.close()
        while self._lent:
            lent = self._lent.pop()
            if lent.overheard or not _lasts():
                await lent.engine.dispose()
                lent.url = None
            lent.give_back()


def keep_file(path: Path) -> None:
    """Leave connections to this SQLite database open from store to store."""
    _FILES.add(str(path))


def leave_file(path: Path) -> None:
    """Close them: the database goes."""
    _FILES.discard(str(path))
    for shelf in (WRITERS, READERS):
        for lent in shelf.engines:
            if lent.url is not None and lent.url.database == str(path):
                lent.let_go()


async def open_inline(database_url: str) -> Store:
    """As `open_store`; on PostgreSQL nothing is handed to a thread."""
    url = make_url(database_url)
    if url.drivername == "postgresql+asyncpg":
        lent = SERVERS.take(url)
        if lent.url != url:
            await lent.engine.dispose()
            lent.url = url
        async with lent.engine.connect() as connection:
            await connection.run_sync(migrate)
        return LentStore(lent, url)
    inline = InlineStore(url)
    with inline._lent[0].engine.connect() as opened:
        migrate(opened)
    return inline
