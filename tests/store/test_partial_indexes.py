"""What the workers look for each half second is found by an index, however much history there is."""

import sqlite3
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from bot import outbox
from bot.conversations import talks
from bot.sending import release
from bot.store.schema import metadata


@pytest.mark.parametrize(
    ("statement", "indexes"),
    [
        (outbox._PICK, {"ix_outbox_due", "ix_outbox_lane"}),
        (release._STANDING, {"ix_outbox_due"}),
        (release._READY, {"ix_conversation_unreleased"}),
        (talks._DUE_TO_CLOSE, {"ix_conversation_closes"}),
    ],
)
def test_a_partial_index_is_used(statement: Select[Any], indexes: set[str]) -> None:
    dialect = sqlite.dialect()
    database = sqlite3.connect(":memory:")
    for table in metadata.sorted_tables:
        database.execute(str(CreateTable(table).compile(dialect=dialect)))
        for index in table.indexes:
            database.execute(str(CreateIndex(index).compile(dialect=dialect)))
    bound = statement.params(now=datetime.now(UTC), batch=1, of_channel="sms")
    asked = str(bound.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
    plan = database.execute(f"EXPLAIN QUERY PLAN {asked}", [1] * asked.count("?")).fetchall()
    database.close()
    steps = [str(step) for *_, step in plan]
    assert all(any(f"INDEX {index} " in step for step in steps) for index in indexes), steps
