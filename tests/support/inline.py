"""The store without its threads: the same engines, groups and commits, done at once by whoever asks.

A simulated process has one thing under way at a time. Handing each over to the writer's thread and back would
cost ten times what it takes to do it. The threads themselves have their tests in tests/store.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine

from bot.store.group import Write, run_group
from bot.store.store import Store, _empty_log, _prepare_sqlite, _ThreadWriter, open_store

P = ParamSpec("P")
T = TypeVar("T")


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
        """Nothing is under way, and the engine is another's."""


class InlineStore(Store):
    """An open SQLite database; made by `open_inline`."""

    def __init__(self, opened: Store, writer: Engine, reader: Engine) -> None:
        self.url = opened.url
        self._opened = opened
        self._writer = _InlineWriter(writer)
        self._takers = []
        self._reading = reader
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
        self._reading.dispose()
        await self._opened.close()


async def open_inline(database_url: str) -> Store:
    """As `open_store`; on PostgreSQL it is that, since nothing there is handed to a thread."""
    opened = await open_store(database_url)
    if not isinstance(opened._writer, _ThreadWriter):
        return opened
    reader = create_engine(opened.url.set(drivername="sqlite+pysqlite"), hide_parameters=True)
    _prepare_sqlite(reader, "BEGIN", readonly=True)
    return InlineStore(opened, opened._writer._engine, reader)
