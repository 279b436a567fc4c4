"""The database: synchronous functions on a connection go in, committed results come out.

`await store.write(function, …)` returns when the commit that holds the function's work is on disk. Writes
that wait together share one commit (`shared_commit.py`), and one that fails takes nobody with it. There is no timer:
what queued up while the last commit ran shares the next.

SQLite: one writer thread, `BEGIN IMMEDIATE`, WAL, `synchronous=FULL`; reads go through aiosqlite.
PostgreSQL: tasks that write over asyncpg, each on a connection of its own: a few for what comes in, by person,
and one for everything else; reads on connections of their own. Functions lock the rows that they change from
what they read with `FOR UPDATE` (`lock` in each query module), which SQLite ignores and does not need: it has
one writer at a time.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.metrics import COMMITTING
from bot.steps import Noted, Steps, noting, tell_steps
from bot.store.hot import give
from bot.store.migrate import SchemaError, migrate
from bot.store.private import make_private
from bot.store.shared_commit import GROUP, Ran, Write, may_succeed_now, run_group, settle
from channels.as_json import encoder

# As the letters that they are: SQLite does not find a key of an attribute that was written as `\u00f6`.
_AS_JSON = encoder(ensure_ascii=False)

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")

WAIT = 15  # seconds for a lock on SQLite's file that another process holds
PREPARED = 256  # statements that the writer keeps prepared; a group's have a text for each number of rows
SCRUB_WAITS = 100  # milliseconds for readers to finish, while a write has to wait


TAKERS = 2  # writers of what comes in, on PostgreSQL; one waits for the database while another works


class StoreError(Exception):
    """The database cannot be used; one plain sentence with the next step."""


class _Writer(Protocol):
    """Does writes in the order in which they are put, and tells who waits for each."""

    def put(self, write: Write) -> None: ...

    async def close(self) -> None: ...


class Store:
    """An open, migrated database. Made by `open_store`."""

    def __init__(
        self, url: URL, reader: AsyncEngine, writer: Engine | AsyncEngine, taker: AsyncEngine | None = None
    ) -> None:
        self.url = url
        self._reader = reader
        self._taking = taker
        self._writer: _Writer = _ThreadWriter(writer) if isinstance(writer, Engine) else _TaskWriter(writer)
        # On PostgreSQL what comes in has writers of its own, so that one's commit runs beside another's work.
        self._takers: list[_Writer] = [] if taker is None else [_TaskWriter(taker) for _ in range(TAKERS)]
        self._listeners: list[Callable[[], None]] = []

    async def write(
        self,
        function: Callable[Concatenate[Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `function(connection, …)` in a transaction; return its result once that is on disk.

        What the function raises comes out here, and nothing of it is kept. The function must not commit,
        roll back or keep the connection.
        """
        result = await self.take(function, *args, **kwargs)
        self._wake()
        return result

    async def write_of(
        self,
        person: str,
        function: Callable[Concatenate[Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Write as `write` does. What comes of one person is written in its order, and beside that of others."""
        result = await _taken(self._taker(person), function, *args, **kwargs)
        self._wake()
        return result

    async def write_each(
        self, person: str, function: Callable[[Connection, Sequence[Noted[V]]], Sequence[T]], about: V
    ) -> T:
        """Write as `write_of` does, by a function that does several at once: it is called for all that wait for the
        same one, and for each alone where that fails. It gives the result of each, and notes the steps of each."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        noted = Noted(about)
        self._taker(person).put(Write(function, noted, future))
        result = await future
        tell_steps(noted.steps)
        self._wake()
        return result

    def _taker(self, person: str) -> _Writer:
        return self._takers[hash(person) % len(self._takers)] if self._takers else self._writer

    async def take(
        self,
        function: Callable[Concatenate[Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Write as `write` does and wake nobody: for a worker that takes work and makes none. Were it woken
        by its own looking, it would never rest."""
        return await _taken(self._writer, function, *args, **kwargs)

    def _wake(self) -> None:
        for listener in self._listeners:
            listener()

    async def read(
        self,
        function: Callable[Concatenate[Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `function(connection, …)` on one consistent state of what is committed; it must not write."""
        async with self._reader.connect() as connection:
            if connection.dialect.name == "postgresql":
                # A report adds up several queries; SQLite's reads see one state by themselves.
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            return await connection.run_sync(lambda sync: function(sync, *args, **kwargs))

    async def scrub(self) -> bool:
        """Leave nothing on the disk of what was erased: empty SQLite's write-ahead log, which keeps what was
        written until it is written over. Whether it was done now: a write may wait a moment for it, and no
        longer, so where others read all the time it is for another time. PostgreSQL has its own ways.
        """
        if self.url.database is None or not isinstance(self._writer, _ThreadWriter):
            return True
        return await asyncio.to_thread(_empty_log, self.url.database)

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener` on the event loop after each `write` of this process (to wake a worker)."""
        self._listeners.append(listener)

    async def close(self) -> None:
        """Finish what is queued and close. May be called twice."""
        for writer in (*self._takers, self._writer):
            await writer.close()
        if self._taking is not None:
            await self._taking.dispose()
        await self._reader.dispose()


async def _taken(
    writer: _Writer,
    function: Callable[Concatenate[Connection, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    steps: Steps = []

    def run(connection: Connection, _: Sequence[None]) -> Sequence[T]:
        return [noting(steps, function, connection, *args, **kwargs)]

    writer.put(Write(run, None, future))
    result = await future
    tell_steps(steps)
    return result


async def open_store(database_url: str) -> Store:
    """Open the database at a SQLAlchemy address, bringing its schema up to date under a lock.

    Raises StoreError where the address cannot be used and SchemaError where its schema cannot be brought up
    to date, such as that of a newer program.
    """
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        raise StoreError(f"database_url is no database address: {error}") from None
    if url.drivername == "sqlite+aiosqlite":
        return await _open_sqlite(url)
    if url.drivername == "postgresql+asyncpg":
        return await _open_postgres(url)
    raise StoreError(
        f"database_url names {url.drivername}; write sqlite+aiosqlite:///FILE or postgresql+asyncpg://…"
    )


@contextlib.asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[Store]:
    """The store at an address, as `open_store` opens it, closed at the end."""
    store = await open_store(database_url)
    try:
        yield store
    finally:
        await store.close()


# ---------------------------------------------------------------------------------------------- SQLite


def _prepare_sqlite(engine: Engine, begin: str, *, readonly: bool) -> None:
    """Take transactions into our own hands: the driver's habit of beginning late loses updates."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {WAIT * 1000}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        if readonly:
            cursor.execute("PRAGMA query_only = ON")
        else:
            # What is erased is overwritten and not only let go of: Debian's SQLite does so, others need not.
            cursor.execute("PRAGMA secure_delete = ON")
            _write_ahead(cursor)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        give(connection, begin)


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch to the write-ahead log. The switch itself does not wait for a lock, whatever `busy_timeout` says:
    of two processes that open a new database at once, one is refused."""
    for patience in range(WAIT * 100, -1, -1):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if patience == 0:
                raise
            time.sleep(0.01)


def _empty_log(path: str) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {SCRUB_WAITS}")
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")  # most of the work; it holds up nobody
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    return not busy


def sqlite_writer(url: URL) -> Engine:
    """The engine that a store writes to SQLite by; it has connected to nothing yet."""
    writer = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"check_same_thread": False, "cached_statements": PREPARED},
        hide_parameters=True,
        json_serializer=_AS_JSON,
    )
    _prepare_sqlite(writer, "BEGIN IMMEDIATE", readonly=False)
    return writer


async def _open_sqlite(url: URL) -> Store:
    if not url.database or url.database == ":memory:":
        raise StoreError("database_url names no file; npsbot keeps its data in a file, e.g. npsbot.db")
    path = Path(url.database)
    if not path.parent.is_dir():
        raise StoreError(f"the folder of the database {path} does not exist; make it or change database_url")
    with contextlib.suppress(OSError):  # what is wrong is told when it is opened
        make_private(path)
    writer = sqlite_writer(url)

    def upgrade() -> None:
        with writer.connect() as connection:
            migrate(connection)

    try:
        await asyncio.to_thread(upgrade)
    except SchemaError:
        writer.dispose()
        raise
    except SQLAlchemyError as error:
        writer.dispose()
        raise StoreError(f"the database {path} cannot be opened: {_cause(error)}") from None
    reader = create_async_engine(url, hide_parameters=True)
    _prepare_sqlite(reader.sync_engine, "BEGIN", readonly=True)
    return Store(url, reader, writer)


class _ThreadWriter:
    """The one thread that writes to SQLite."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._queue: queue.SimpleQueue[Write | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="npsbot-writer", daemon=True)
        self._thread.start()
        self._closed = False

    def put(self, write: Write) -> None:
        if self._closed:
            raise StoreError("the database is closed")
        self._queue.put(write)

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
            if self._connection is not None:
                self._connection.close()
            self._engine.dispose()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            stop = False
            while len(group) < GROUP and not self._queue.empty():
                write = self._queue.get()
                if write is None:
                    stop = True
                    break
                group.append(write)
            settle(group, self._commit)
            if stop:
                return

    def _commit(self, group: list[Write]) -> list[Ran]:
        """On a connection that stays open: to take one out of the pool and to give it back takes as long as two
        replies. One on which something failed is left for another."""
        connection, self._connection = self._connection or self._engine.connect(), None
        try:
            with COMMITTING.time():
                outcomes = run_group(connection, group)
                connection.commit()
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return outcomes


# ------------------------------------------------------------------------------------------ PostgreSQL


def postgres_engine(url: URL, *, ping: bool = True) -> AsyncEngine:
    """The engine that a store reads and writes PostgreSQL by; it has connected to nothing yet. Without `ping` a
    connection is taken as it is, where none can have been cut meanwhile."""
    return create_async_engine(
        url,
        pool_size=6,
        max_overflow=4,
        pool_pre_ping=ping,
        pool_use_lifo=True,  # the connection used last knows the tables and the statements already
        hide_parameters=True,
        json_serializer=_AS_JSON,
    )


BY_INDEX: Final = "SELECT " + ", ".join(
    f"set_config('enable_{way}', 'off', FALSE)" for way in ("seqscan", "hashjoin", "mergejoin")
)
"""Lets a connection find rows by their keys. A group of replies looks up and changes a few, and no guess at how large a
table is may turn that into reading all of it, to which one of some thousand rows invites."""


def _look_by_index(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(BY_INDEX)
        cursor.close()
        connection.commit()


async def _open_postgres(url: URL) -> Store:
    engine = postgres_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
    except SchemaError:
        await engine.dispose()
        raise
    except (SQLAlchemyError, OSError) as error:
        await engine.dispose()
        where = url.render_as_string(hide_password=True)
        raise StoreError(f"the database {where} cannot be opened: {_cause(error)}") from None
    taker = postgres_engine(url)
    _look_by_index(taker.sync_engine)
    return Store(url, engine, engine, taker)


class _TaskWriter:
    """A task that writes to PostgreSQL, in groups; a process has several, and other processes have theirs."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._queue: asyncio.Queue[Write] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def put(self, write: Write) -> None:
        if self._closed:
            raise StoreError("the database is closed")
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="npsbot-writer")
        self._queue.put_nowait(write)

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await self._queue.join()
            if self._task is not None:
                self._task.cancel()
                await asyncio.gather(self._task, return_exceptions=True)  # a cancel of ours passes

    async def _work(self) -> None:
        while True:
            group = [await self._queue.get()]
            while len(group) < GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            try:
                outcomes = await self._commit(group)
            except Exception as error:
                outcomes = [Ran(error=error) for _ in group]
            await self._finish(group, outcomes)
            for _ in group:
                self._queue.task_done()

    async def _finish(self, group: list[Write], outcomes: list[Ran]) -> None:
        for write, outcome in zip(group, outcomes, strict=True):
            if outcome.error is not None and may_succeed_now(outcome.error):
                # Alone it holds no locks that another process could be waiting for.
                try:
                    (outcome,) = await self._commit([write])
                except Exception as error:
                    outcome = Ran(error=error)
            outcome.tell(write.future)

    async def _commit(self, group: list[Write]) -> list[Ran]:
        async with self._engine.connect() as connection:
            with COMMITTING.time():
                outcomes = await connection.run_sync(run_group, group)
                await connection.commit()
            return outcomes


def _cause(error: BaseException) -> str:
    """The driver's own sentence, without SQLAlchemy's statement and parameters (they may hold words)."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return str(original).strip().splitlines()[0] if str(original).strip() else type(original).__name__
