"""A group of writes that share one commit.

They run one after the other in one transaction, without savepoints, because hardly ever does one fail. Those of
the same function run by one call of it, at the place of the first. Where one fails, all that was done is taken back
and the group runs again, now each write alone and in a savepoint of its own, so that one that fails takes nobody with
it. A write may therefore run twice; what it did the first time is gone.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.metrics import DATABASE_ERRORS, GROUPED
from bot.store.hot import tell

GROUP = 64  # writes that share one commit at most; beyond it a commit's latency grows, not the rate

# SQLSTATEs that say "the same work may well succeed now": a serialization failure and a deadlock.
_TRY_AGAIN = frozenset({"40001", "40P01"})


class GroupLost(Exception):
    """The database rolled the whole group back (a full disk does); nothing of it is kept."""


@dataclass(slots=True)
class Write:
    """What is to be done, and who waits for it. Writes of the same `run` are done by one call, which is given what
    each is `about` and gives the result of each."""

    run: Callable[[Connection, Sequence[Any]], Sequence[Any]]
    about: Any
    future: asyncio.Future[Any]


@dataclass(slots=True)
class Ran:
    """What became of one write."""

    result: Any = None
    error: BaseException | None = None

    def tell(self, future: asyncio.Future[Any]) -> None:
        """On the loop of the one who waits, who may have gone."""
        if future.done():
            return
        if self.error is not None:
            if isinstance(self.error, SQLAlchemyError | GroupLost):
                DATABASE_ERRORS.labels(type(self.error).__name__).inc()
            future.set_exception(self.error)
        else:
            future.set_result(self.result)


def run_group(connection: Connection, group: list[Write]) -> list[Ran]:
    """Run the writes of a group; the caller commits. Raises GroupLost where the database threw the
    transaction away."""
    GROUPED.observe(len(group))
    try:
        return _all_at_once(connection, group)
    except Exception as error:
        _check_still_there(connection, error)
        connection.rollback()
        if len(group) == 1:
            return [Ran(error=error)]
    return [_in_savepoint(connection, write) for write in group]


def _all_at_once(connection: Connection, group: list[Write]) -> list[Ran]:
    alike: dict[Any, list[int]] = {}
    for place, write in enumerate(group):
        alike.setdefault(write.run, []).append(place)
    outcomes = [Ran() for _ in group]
    for run, places in alike.items():
        results = run(connection, [group[place].about for place in places])
        for place, result in zip(places, results, strict=True):
            outcomes[place].result = result
        _check_still_there(connection)
    if connection.dialect.name == "postgresql":
        # Where a write swallowed the database's refusal, the commit would take everything back and say nothing.
        tell(connection, "SELECT 1")
    return outcomes


def _in_savepoint(connection: Connection, write: Write) -> Ran:
    tell(connection, "SAVEPOINT one")
    try:
        (result,) = write.run(connection, [write.about])
        tell(connection, "RELEASE SAVEPOINT one")
    except Exception as error:
        _check_still_there(connection, error)
        tell(connection, "ROLLBACK TO SAVEPOINT one")
        tell(connection, "RELEASE SAVEPOINT one")
        return Ran(error=error)
    return Ran(result=result)


def _check_still_there(connection: Connection, error: Exception | None = None) -> None:
    """Whether the driver still has our transaction. SQLite drops it whole when the disk is full, and later
    statements would then commit one by one."""
    if not connection.in_transaction():
        return  # nothing was done yet
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        kept = bool(getattr(driver, "in_transaction", False))
    else:
        kept = error is None or bool(getattr(driver, "is_in_transaction", lambda: True)())
    if not kept:
        raise GroupLost("the database rolled a group of writes back") from error


def settle(group: list[Write], commit: Callable[[list[Write]], list[Ran]]) -> None:
    """Commit a group in a thread of its own, and tell each who waits, on their loop."""
    try:
        outcomes = commit(group)
    except Exception as error:
        outcomes = [Ran(error=error) for _ in group]
    # Waking a loop costs a system call: once for a group, and not for each who waits.
    waiting: dict[asyncio.AbstractEventLoop, list[tuple[Write, Ran]]] = {}
    for write, outcome in zip(group, outcomes, strict=True):
        waiting.setdefault(write.future.get_loop(), []).append((write, outcome))
    for loop, settled in waiting.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_tell_all, settled)


def _tell_all(settled: list[tuple[Write, Ran]]) -> None:
    for write, outcome in settled:
        outcome.tell(write.future)


def may_succeed_now(error: BaseException) -> bool:
    """Whether the same write may well succeed when it is tried again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _TRY_AGAIN
