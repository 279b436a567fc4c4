"""What the database is asked meanwhile, counted: a figure without noise."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

COMMIT = "COMMIT"


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that go to the database meanwhile, without those that begin a transaction; a commit is one."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    def committed(_connection: Any) -> None:
        seen.append(COMMIT)

    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "commit", committed)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        event.remove(Engine, "commit", committed)
