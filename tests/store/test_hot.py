"""Hot statements do what SQLAlchemy does with the same statement, on both engines."""

from datetime import UTC, datetime
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    bindparam,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.store.hot import Hot, tell
from bot.store.schema import outbox
from bot.store.store import Store
from tests.support.counted import counted
from tests.support.manual_clock import MONDAY

ROW: dict[str, Any] = {
    "dedupe_key": "one",
    "kind": "reply",
    "channel": "sms",
    "address": "+31612345678",
    "lane": "l",
    "body": [["plain", 'Zoë said "8" 🔟', None]],
    "choices": [],
    "priority": 2,
    "due_at": MONDAY,
    "state": "queued",
    "made_at": MONDAY,
}
PUT = Hot(insert(outbox))
FIND = Hot(
    select(outbox)
    .where(outbox.c.channel == bindparam("of_channel"), outbox.c.state.in_(("queued", "sent")))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)
FINISH = Hot(
    update(outbox)
    .where(outbox.c.dedupe_key == bindparam("of_key"), outbox.c.kind.in_(("reply", "notice")))
    .values(state="sent", done_at=bindparam("now"))
    .returning(outbox.c.id, outbox.c.done_at, outbox.c.body)
)
DROP = Hot(delete(outbox).where(outbox.c.dedupe_key == bindparam("of_key")))


async def test_rows_are_those_that_sqlalchemy_gives(store: Store) -> None:
    def both(connection: Connection) -> None:
        PUT.run(connection, ROW)
        values = {"of_channel": "sms", "most": 5}
        usual = connection.execute(FIND.statement, values).all()
        hot = FIND.all(connection, values)

        assert [tuple(row) for row in hot] == [tuple(row) for row in usual]
        assert len(hot) == 1
        assert hot[0]._fields == usual[0]._fields
        assert hot[0].due_at == MONDAY
        assert hot[0].due_at.tzinfo is UTC
        assert hot[0].body == ROW["body"]
        assert (hot[0].attempts, hot[0].doubtful) == (0, False)  # the columns' defaults
        assert FIND.first(connection, values) == hot[0]

    await store.write(both)


async def test_changes_are_counted_and_returned(store: Store) -> None:
    def change(connection: Connection) -> None:
        later = datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=UTC)
        assert PUT.run(connection, ROW) == 1
        done = FINISH.first(connection, {"of_key": "one", "now": later})
        assert done is not None
        assert (done.done_at, done.body) == (later, ROW["body"])
        assert FINISH.first(connection, {"of_key": "none", "now": later}) is None
        assert FINISH.all(connection, {"of_key": "none", "now": later}) == []
        assert DROP.run(connection, {"of_key": "one"}) == 1
        assert DROP.run(connection, {"of_key": "one"}) == 0
        assert FIND.first(connection, {"of_channel": "sms", "most": 5}) is None

    await store.write(change)


async def test_it_belongs_to_the_transaction(store: Store) -> None:
    class Stopped(Exception):
        pass

    def fails(connection: Connection) -> None:
        PUT.run(connection, ROW)
        raise Stopped

    with pytest.raises(Stopped):
        await store.write(fails)

    assert await store.read(lambda c: c.execute(select(func.count()).select_from(outbox)).scalar_one()) == 0


async def test_a_reader_may_use_one(store: Store) -> None:
    await store.write(lambda connection: PUT.run(connection, ROW))

    found = await store.read(lambda connection: FIND.all(connection, {"of_channel": "sms", "most": 1}))

    assert [row.dedupe_key for row in found] == ["one"]


async def test_sqlites_reader_takes_one_turn_for_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = []
    performed: Any = aiosqlite.Connection._execute

    async def counting(*args: Any, **kwargs: Any) -> Any:
        turns.append(args)
        return await performed(*args, **kwargs)

    def read(connection: Connection) -> int:
        connection.exec_driver_sql("SELECT 1")  # the transaction has begun
        turns.clear()
        FIND.all(connection, {"of_channel": "sms", "most": 9})
        return len(turns)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counting)
    assert await store.read(read) == (1 if store.url.get_backend_name() == "sqlite" else 0)


async def test_an_error_of_a_reader_is_sqlalchemys_too(store: Store) -> None:
    nowhere = Hot(select(Table("nowhere", MetaData(), Column("id", Integer))))
    with pytest.raises(DBAPIError, match="nowhere"):
        await store.read(lambda connection: nowhere.all(connection, {}))


@pytest.mark.parametrize("watched", [False, True], ids=["hot", "watched"])
async def test_an_error_is_sqlalchemys_and_shows_no_value(store: Store, watched: bool) -> None:
    seen: list[str] = []

    def twice(connection: Connection) -> None:
        if watched:
            event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        PUT.run(connection, ROW)
        with pytest.raises(IntegrityError) as raised:
            PUT.run(connection, ROW)
        assert "+31612345678" not in str(raised.value)
        raise raised.value

    with pytest.raises(IntegrityError):
        await store.write(twice)
    assert len([text for text in seen if text.startswith("INSERT")]) == (2 if watched else 0)


async def test_a_failed_one_spoils_no_other_of_its_group(store: Store) -> None:
    await store.write(lambda connection: PUT.run(connection, ROW))

    with pytest.raises(IntegrityError):
        await store.write(lambda connection: PUT.run(connection, ROW))
    await store.write(lambda connection: PUT.run(connection, ROW | {"dedupe_key": "two"}))

    found = await store.read(lambda connection: FIND.all(connection, {"of_channel": "sms", "most": 9}))
    assert [row.dedupe_key for row in found] == ["one", "two"]


async def test_who_listens_to_statements_sees_all_of_them(store: Store) -> None:
    seen: list[str] = []

    def all_ways(connection: Connection) -> None:
        event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2].split()[0]))
        PUT.run(connection, ROW)
        FIND.first(connection, {"of_channel": "sms", "most": 1})
        FIND.all(connection, {"of_channel": "sms", "most": 1})
        tell(connection, "SAVEPOINT two")
        assert DROP.run(connection, {"of_key": "one"}) == 1

    await store.write(all_ways)

    told = [word for word in seen if word != "BEGIN"]
    assert told[:5] == ["INSERT", "SELECT", "SELECT", "SAVEPOINT", "DELETE"]


async def test_a_default_that_is_worked_out_cannot_be_hot(store: Store) -> None:
    made = Table(
        "made", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer, default=lambda: 5)
    )
    with pytest.raises(TypeError, match=r"made\.n"):
        await store.write(lambda connection: Hot(insert(made)).run(connection, {"id": 1}))


async def test_many_rows_are_what_each_of_them_is_alone(store: Store) -> None:
    """Values that are there and values that are not, in one statement."""
    later = datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=UTC)
    rows = [
        ROW | {"dedupe_key": f"{number}", "body": None if number == 1 else ROW["body"], "expires_at": at}
        for number, at in enumerate((None, later, MONDAY))
    ]
    put = Hot(insert(outbox))

    def each(connection: Connection) -> None:
        put.each(connection, rows)
        for row in rows:
            put.run(connection, row | {"dedupe_key": f"alone {row['dedupe_key']}"})
        found = FIND.all(connection, {"of_channel": "sms", "most": 9})
        together, alone = found[:3], found[3:]
        assert [(row.expires_at, row.body) for row in together] == [
            (row["expires_at"], row["body"]) for row in rows
        ]
        assert [row[2:] for row in alone] == [row[2:] for row in together]
        usual = connection.execute(FIND.statement, {"of_channel": "sms", "most": 9}).all()
        assert [tuple(row) for row in usual] == [tuple(row) for row in found]

    await store.write(each)


async def test_groups_of_whatever_size_are_prepared_once(store: Store) -> None:
    """SQLite has a text for each number of rows, and takes longer to prepare a new one than to perform it."""
    put = Hot(insert(outbox))

    def groups(connection: Connection) -> None:
        for size in range(2, 65):
            put.each(connection, [ROW | {"dedupe_key": f"{size}:{number}"} for number in range(size)])

    with counted() as statements:
        await store.write(groups)
    assert len({text for text in statements if text.startswith("INSERT")}) <= 16
    assert len(statements) <= 63 * 2 + 1
    keys = await store.read(
        lambda c: c.execute(select(outbox.c.dedupe_key).order_by(outbox.c.id)).scalars().all()
    )
    assert keys == [f"{size}:{number}" for size in range(2, 65) for number in range(size)]
