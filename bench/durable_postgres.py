"""The tests' PostgreSQL, told to wait for the disk as a real one does."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.postgres import Postgres

DURABLE = {"fsync": "on", "full_page_writes": "on", "wal_level": "replica"}


@contextmanager
def durable_postgres() -> Iterator[Postgres]:
    """A server of our own, gone afterwards."""
    server = Postgres(DURABLE)
    try:
        yield server
    finally:
        server.close()
