"""What is done together: rows wait for others of their kind, and nobody sees a database that is behind."""

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.behind import behind, looked_up, remembered, together
from bot.store.hot import AT_ONCE, Hot
from bot.store.schema import account, case, contact, conversation, outbox, wave
from bot.store.store import Store
from tests.support.manual_clock import MONDAY

ADD = Hot(insert(account))
NAMES = Hot(select(account.c.name).order_by(account.c.id))
CONTACTS = Hot(select(contact.c.id))
NAME = Hot(
    update(account)
    .where(account.c.id == bindparam("of_id"))
    .values(name=bindparam("to_name"), account_manager=bindparam("to_manager"))
)
MANAGE = Hot(
    update(account).where(account.c.id == bindparam("of_id")).values(account_manager=bindparam("to_manager"))
)
OPEN = Hot(insert(case))
PUT = Hot(insert(outbox))
ROOT = Path(__file__).parents[2]


def _of(name: str) -> dict[str, Any]:
    return {"name": name, "account_manager": None}


def _names(connection: Connection) -> list[str]:
    return [row.name for row in NAMES.all(connection, {})]


@contextmanager
def counted(connection: Connection) -> Iterator[list[str]]:
    """The statements that go to the database meanwhile, by their first word."""
    seen: list[str] = []

    def note(*given: Any) -> None:
        seen.append(given[2].split()[0])

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


async def test_givenwait_and_go_in_one_statement(store: Store) -> None:
    def write(connection: Connection) -> list[str]:
        with counted(connection) as seen:
            with together(connection):
                for number in range(5):
                    ADD.later(connection, _of(f"n{number}"))
                assert CONTACTS.all(connection, {}) == []  # of another table: nothing is written for it
            assert [word for word in seen if word != "BEGIN"] == ["SELECT", "INSERT"]
        return _names(connection)

    assert await store.write(write) == [f"n{number}" for number in range(5)]


async def test_a_statement_that_names_their_table_sees_them(store: Store) -> None:
    def write(connection: Connection) -> None:
        with together(connection):
            ADD.later(connection, _of("hot"))
            assert _names(connection) == ["hot"]
            ADD.later(connection, _of("core"))
            assert list(connection.scalars(select(account.c.name).order_by(account.c.id))) == ["hot", "core"]
            ADD.later(connection, _of("change"))
            assert connection.execute(update(account).values(account_manager="M")).rowcount == 3
            ADD.later(connection, _of("last"))
        assert _names(connection) == ["hot", "core", "change", "last"]

    await store.write(write)


async def test_outside_of_it_a_row_is_written_at_once(store: Store) -> None:
    def write(connection: Connection) -> None:
        ADD.later(connection, _of("one"), _of("two"))
        assert behind(connection) is None
        assert list(connection.scalars(select(account.c.name))) == ["one", "two"]

    await store.write(write)


async def test_what_fails_leaves_nothing_that_waits(store: Store) -> None:
    class Stopped(Exception):
        pass

    def fails(connection: Connection) -> None:
        with together(connection):
            ADD.later(connection, _of("one"))
            raise Stopped

    def after(connection: Connection) -> list[str]:
        assert behind(connection) is None
        return _names(connection)

    with pytest.raises(Stopped):
        await store.write(fails)
    assert await store.write(after) == []


async def test_it_begins_the_transaction_that_it_belongs_to(store: Store) -> None:
    """On PostgreSQL SQLAlchemy begins with its own first statement: what went to the driver before would be
    committed by itself."""

    class Stopped(Exception):
        pass

    def fails(connection: Connection) -> None:
        with together(connection):
            ADD.later(connection, _of("one"), _of("two"))
        raise Stopped

    with pytest.raises(Stopped):
        await store.write(fails)
    assert await store.read(_names) == []


async def test_one_that_is_refused_takes_no_other_write_with_it(store: Store) -> None:
    def twice(connection: Connection) -> None:
        with together(connection):
            ADD.later(connection, _of("one"), _of("one"))

    def once(connection: Connection) -> None:
        with together(connection):
            ADD.later(connection, _of("two"))

    with pytest.raises(IntegrityError) as raised:
        await store.write(twice)
    assert "one" not in str(raised.value).replace("one parameter", "")
    await store.write(once)
    assert await store.read(_names) == ["two"]


async def test_what_is_given_stands_before_those_that_refer_to_them(store: Store) -> None:
    def write(connection: Connection) -> int:
        _begin(connection)
        with together(connection):
            for number in (2, 1):
                PUT.later(connection, _message(f"alert {number}", number))
                OPEN.later(connection, _case(number))
        return int(connection.scalar(select(func.count()).select_from(outbox)) or 0)

    assert await store.write(write) == 2


async def test_of_two_changes_of_a_row_the_last_stands(store: Store) -> None:
    numbered = Hot(insert(account))  # of its own: the rows of one statement have the same names at every call

    def write(connection: Connection) -> list[Any]:
        with together(connection):
            numbered.later(connection, {"id": 1, **_of("one")}, {"id": 2, **_of("two")})
            NAME.later(connection, {"of_id": 1, "to_name": "first", "to_manager": "A"})
            MANAGE.later(connection, {"of_id": 2, "to_manager": "B"})
            MANAGE.later(connection, {"of_id": 1, "to_manager": "C"})
            NAME.later(connection, {"of_id": 2, "to_name": "second", "to_manager": "D"})
            MANAGE.later(connection, {"of_id": 2, "to_manager": None})
        columns = (account.c.id, account.c.name, account.c.account_manager)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(account.c.id))]

    assert await store.write(write) == [(1, "first", "C"), (2, "second", None)]


async def test_many_given_are_those_that_one_by_one_gives(store: Store) -> None:
    """Whatever their columns hold; also more of them than one statement takes."""

    drawn = Hot(insert(outbox))  # of its own: the rows of one statement have the same names at every call

    def write(connection: Connection) -> None:
        _begin(connection)
        images = (None, b"\x89PNG\x00", None, b"")
        bodies: Sequence[Any] = ([["plain", 'Zoë said "8" 🔟', None]], None, [], [["bold", "it's", "x"]])
        for number, body in enumerate(bodies):
            drawn.run(connection, _message(f"one {number}") | {"body": body, "image": images[number]})
        pairs = enumerate(zip(bodies, images, strict=True))
        given = [
            _message(f"many {number}") | {"body": body, "image": image} for number, (body, image) in pairs
        ]
        drawn.each(connection, given)
        rows = connection.execute(select(outbox).order_by(outbox.c.id)).all()
        assert tuple(row.image for row in rows[4:]) == images
        assert [row[2:] for row in rows[:4]] == [row[2:] for row in rows[4:]]
        assert [row.dedupe_key for row in rows[4:]] == [f"many {number}" for number in range(4)]
        ADD.each(connection, [_of(f"n{number}") for number in range(AT_ONCE + 2)])
        assert _names(connection) == [f"n{number}" for number in range(AT_ONCE + 2)]

    await store.write(write)


async def test_many_changes_are_those_that_one_by_one_gives(store: Store) -> None:
    names = ("score", "scored_at", "scored_on", "parts", "late", "reason", "score_number")
    change = Hot(
        update(conversation)
        .where(conversation.c.id == bindparam("of_id"))
        .values({name: bindparam(f"to_{name}") for name in names})
    )
    values: tuple[tuple[Any, ...], ...] = (
        (3, MONDAY, date(2026, 3, 2), [["r", "too slow", None]], True, "too slow", 2**40),
        (None, None, None, [], False, None, None),
    )

    def write(connection: Connection) -> None:
        _begin(connection)
        rows = [
            {"of_id": id_, **{f"to_{name}": value for name, value in zip(names, given, strict=True)}}
            for id_, given in enumerate(values * 2, 1)
        ]
        for row in rows[:2]:
            change.run(connection, row)
        change.each(connection, rows[2:])
        columns = [conversation.c[name] for name in names]
        found = connection.execute(select(*columns).order_by(conversation.c.id)).all()
        assert [tuple(row) for row in found[:2]] == [tuple(row) for row in found[2:]]
        assert [tuple(row) for row in found[:2]] == [tuple(given) for given in values]

    await store.write(write)


async def test_what_was_looked_up_is_given_once_and_not_after_a_change(store: Store) -> None:
    def write(connection: Connection) -> None:
        assert looked_up(connection, "account", "one") is None
        with together(connection) as opened:
            opened.know("account", ("one", "none"), [("one", 1)], lambda row: row[0])
            assert looked_up(connection, "account", "one", again=True) == [("one", 1)]
            assert looked_up(connection, "account", "one") == [("one", 1)]
            assert looked_up(connection, "account", "one") is None
            assert looked_up(connection, "contact", "none") is None
            connection.execute(select(account))
            assert looked_up(connection, "account", "none", again=True) == []
            connection.execute(update(account).values(account_manager="M"))
            assert looked_up(connection, "account", "none") is None

    await store.write(write)


async def test_what_is_remembered_is_looked_for_again_after_a_change(store: Store) -> None:
    def write(connection: Connection) -> None:
        looks: list[int] = []

        def look() -> int:
            looks.append(1)
            return len(looks)

        assert remembered(connection, "x", look) == 1
        with together(connection):
            assert [remembered(connection, "x", look) for _ in range(3)] == [2, 2, 2]
            connection.execute(update(account).values(account_manager="M"))
            assert remembered(connection, "x", look) == 3

    await store.write(write)


async def test_it_is_begun_once(store: Store) -> None:
    def write(connection: Connection) -> None:
        with together(connection), pytest.raises(RuntimeError, match="begun already"), together(connection):
            pass

    await store.write(write)


def test_nothing_goes_past_what_waits() -> None:
    """What SQLAlchemy does not look at (`exec_driver_sql`) and what goes to the driver would miss it; outside of the
    store nothing does either."""
    past = {"exec_driver_sql", "driver_connection", "dbapi_connection", "raw_connection"}
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "bot").rglob("*.py"))
        if path.relative_to(ROOT / "bot").parts[0] != "store"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in past
    ]
    assert found == []


def _begin(connection: Connection) -> None:
    """Four conversations."""
    connection.execute(
        insert(wave),
        {"id": 1, "campaign": "demo", "number": 1, "trial": False, "terms": {}, "plan": "P"}
        | {"started_by": "terminal:1", "started_at": MONDAY},
    )
    people = [{"id": n, "contact_id": f"C{n}", "attributes": {}, "changed_at": MONDAY} for n in range(1, 5)]
    connection.execute(insert(contact), people)
    asked = {"wave_id": 1, "channel": "sms", "language": "en", "state": "asked", "low": 0, "high": 10}
    connection.execute(
        insert(conversation), [{"contact_id": n, "address": f"+{n}", "id": n, **asked} for n in range(1, 5)]
    )


def _case(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "conversation_id": number,
        "wave_id": 1,
        "manager": "M",
        "channel": "slack",
        "address": "UM",
        "kind": "detractor",
        "state": "open",
        "opened_at": MONDAY,
        "rung": 0,
    }


def _message(key: str, case_id: int | None = None) -> dict[str, Any]:
    return {
        "dedupe_key": key,
        "kind": "alert",
        "channel": "slack",
        "address": "UM",
        "lane": "l",
        "case_id": case_id,
        "body": None,
        "choices": [],
        "priority": 1,
        "due_at": MONDAY,
        "state": "queued",
        "made_at": MONDAY,
    }
