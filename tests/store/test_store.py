"""The store: what is written is on disk and whole; what fails fails alone, unless the database takes all."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import timedelta, timezone
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, func, insert, select, text, update
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import IntegrityError

from bot.steps import Noted, noting
from bot.store.migrate import SchemaError, schemas
from bot.store.schema import Instant, account, metadata, plan
from bot.store.shared_commit import GroupLost
from bot.store.store import Store, StoreError, open_store
from tests.support.manual_clock import MONDAY
from tests.support.patience import PATIENCE

_COUNTER = "counter"


def _add(connection: Connection, name: str, manager: str | None = None) -> None:
    connection.execute(insert(account), {"name": name, "account_manager": manager})


def _names(connection: Connection) -> list[str]:
    return list(connection.scalars(select(account.c.name).order_by(account.c.name)))


def _increment(connection: Connection) -> int:
    """Reads, then updates: an engine that begins its transaction late loses most of these."""
    read = select(account.c.account_manager).where(account.c.name == _COUNTER).with_for_update()
    value = int(connection.scalars(read).one()) + 1
    connection.execute(update(account).where(account.c.name == _COUNTER).values(account_manager=str(value)))
    return value


def _value(connection: Connection) -> int:
    return int(connection.scalars(select(account.c.account_manager).where(account.c.name == _COUNTER)).one())


# ----------------------------------------------------------------------------------------- nothing lost


async def test_two_hundred_increments_at_once_lose_nothing(store: Store) -> None:
    await store.write(_add, _COUNTER, "0")
    values = await asyncio.gather(*(store.write(_increment) for _ in range(200)))
    assert sorted(values) == list(range(1, 201))
    assert await store.read(_value) == 200


async def test_two_stores_on_one_database_lose_nothing(store: Store, migrated_url: str) -> None:
    other = await open_store(migrated_url)
    try:
        await store.write(_add, _COUNTER, "0")
        await asyncio.gather(*(one.write(_increment) for _ in range(50) for one in (store, other)))
        assert await store.read(_value) == await other.read(_value) == 100
    finally:
        await other.close()


_OTHER_PROCESS = """
import asyncio, sys
from bot.store.store import open_store
from tests.store.test_store import _increment

async def main():
    store = await open_store(sys.argv[1])
    print("ready", flush=True)
    await asyncio.gather(*(store.write(_increment) for _ in range(100)))
    await store.close()

asyncio.run(main())
"""


async def test_two_processes_write_side_by_side(store: Store, migrated_url: str) -> None:
    """The command line writes beside a running server."""
    await store.write(_add, _COUNTER, "0")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _OTHER_PROCESS, migrated_url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    await asyncio.gather(*(store.write(_increment) for _ in range(100)))
    assert await process.wait() == 0
    assert await store.read(_value) == 200


# ------------------------------------------------------------------------------------------------ groups


@pytest.fixture
def commits(store: Store) -> Iterator[Callable[[], int]]:
    """Counts the commits of the store's writer."""
    writer: Any = store._writer
    engine = writer._engine
    sync: Engine = getattr(engine, "sync_engine", engine)
    count = 0

    def committed(_connection: Connection) -> None:
        nonlocal count
        count += 1

    event.listen(sync, "commit", committed)
    yield lambda: count
    event.remove(sync, "commit", committed)


async def test_writes_that_wait_together_share_a_commit(store: Store, commits: Callable[[], int]) -> None:
    await asyncio.gather(*(store.write(_add, f"account {n}") for n in range(200)))
    assert len(await store.read(_names)) == 200
    assert commits() <= 200 / 10


async def test_a_write_that_fails_takes_nobody_with_it(store: Store, commits: Callable[[], int]) -> None:
    def wrong(connection: Connection) -> None:
        _add(connection, "half of a write")
        raise RuntimeError("in the middle of it")

    names = [f"account {n}" for n in range(20)]
    outcomes = await asyncio.gather(
        *(store.write(_add, name) for name in names[:10]),
        store.write(wrong),
        store.write(_add, names[0]),
        *(store.write(_add, name) for name in names[10:]),
        return_exceptions=True,
    )
    assert [type(one) for one in outcomes if one is not None] == [RuntimeError, IntegrityError]
    assert await store.read(_names) == sorted(names)
    assert commits() < 20


async def test_writes_of_one_function_are_done_by_one_call(store: Store) -> None:
    """What waits for the same function goes together, beside the writes of others; each is told its own result, and the
    steps of each are its own."""
    calls: list[int] = []

    def add_all(connection: Connection, names: Sequence[Noted[str]]) -> list[str]:
        calls.append(len(names))
        for name in names:
            noting(name.steps, _add, connection, name.about)
        return [name.about.upper() for name in names]

    names = [f"n{number}" for number in range(30)]
    told = await asyncio.gather(
        *(store.write_each(f"person {number % 3}", add_all, name) for number, name in enumerate(names)),
        *(store.write(_add, f"other {number}") for number in range(5)),
    )
    assert told[:30] == [name.upper() for name in names]
    assert sum(calls) == 30
    assert len(calls) < 30
    assert set(await store.read(_names)) == {*names, *(f"other {number}" for number in range(5))}


async def test_one_of_them_that_fails_fails_alone(store: Store) -> None:
    def add_all(connection: Connection, names: Sequence[Noted[str]]) -> list[None]:
        for name in names:
            _add(connection, name.about)
        return [None for _ in names]

    await store.write(_add, "n7")
    outcomes = await asyncio.gather(
        *(store.write_each("person", add_all, f"n{number}") for number in range(12)), return_exceptions=True
    )
    assert [type(one) for one in outcomes if one is not None] == [IntegrityError]
    assert isinstance(outcomes[7], IntegrityError)
    assert set(await store.read(_names)) == {f"n{number}" for number in range(12)}


async def test_a_refusal_that_a_write_swallowed_loses_no_other_write(store: Store) -> None:
    """PostgreSQL would turn the commit of the whole group into a rollback, and say nothing."""

    def swallows(connection: Connection) -> None:
        with contextlib.suppress(IntegrityError):
            _add(connection, "Acme")

    await store.write(_add, "Acme")
    names = [f"account {n}" for n in range(6)]
    outcomes = await asyncio.gather(
        *(store.write(_add, name) for name in names), store.write(swallows), return_exceptions=True
    )
    assert outcomes[:-1] == [None] * len(names)
    assert await store.read(_names) == sorted(["Acme", *names])


async def test_a_write_that_ran_twice_is_there_once(store: Store) -> None:
    """A group in which one fails runs again."""
    runs: list[str] = []

    def noted(connection: Connection, name: str) -> None:
        runs.append(name)
        _add(connection, name)

    await store.write(_add, "Acme")
    writes = [store.write(noted, name) for name in ("one", "two", "Acme", "three")]
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(one) for one in outcomes] == [type(None), type(None), IntegrityError, type(None)]
    assert await store.read(_names) == ["Acme", "one", "three", "two"]
    assert len(runs) > len(writes), "the group ran again"


async def test_what_comes_of_one_person_keeps_its_order(store: Store) -> None:
    said = [(f"person {n % 7}", f"{n:03}") for n in range(200)]
    await asyncio.gather(*(store.write_of(who, _add, f"{who} {what}") for who, what in said))
    kept = await store.read(lambda c: list(c.scalars(select(account.c.name).order_by(account.c.id))))
    assert sorted(kept) == sorted(f"{who} {what}" for who, what in said)
    for who in {who for who, _ in said}:
        assert [name for name in kept if name.startswith(who)] == [
            f"{one} {what}" for one, what in said if one == who
        ]


async def test_a_write_is_on_disk_when_it_returns(store: Store, migrated_url: str) -> None:
    await store.write(_add, "Acme")
    other = await open_store(migrated_url)
    try:
        assert await other.read(_names) == ["Acme"]
    finally:
        await other.close()


async def test_who_gives_up_waiting_breaks_nothing(store: Store) -> None:
    waiting = [asyncio.create_task(store.write(_add, f"account {n}")) for n in range(20)]
    await asyncio.sleep(0)
    for task in waiting[::2]:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await store.write(_add, "last")
    kept = await store.read(_names)
    assert "last" in kept
    assert {f"account {n}" for n in range(1, 20, 2)} <= set(kept)


async def test_a_write_wakes_who_listens_and_a_taking_wakes_nobody(store: Store) -> None:
    woken = 0

    def wake() -> None:
        nonlocal woken
        woken += 1

    store.on_commit(wake)
    await store.write(_add, "Acme")
    assert woken == 1
    await store.take(_add, "Globex")
    assert woken == 1
    with pytest.raises(IntegrityError):
        await store.write(_add, "Acme")
    assert woken == 1


async def test_a_reader_may_not_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only|query_only"):
        await store.read(_add, "Acme")
    assert await store.read(_names) == []


async def test_a_read_sees_one_state(store: Store) -> None:
    """A report adds up several queries; what is written between them must not show in half of them."""
    loop = asyncio.get_running_loop()

    def twice(connection: Connection) -> tuple[int, int]:
        counted = select(func.count()).select_from(account)
        first = connection.execute(counted).scalar_one()
        asyncio.run_coroutine_threadsafe(store.write(_add, "in between"), loop)
        for _ in range(3):
            connection.execute(text("SELECT 1"))
        second = connection.execute(counted).scalar_one()
        return first, second

    assert await store.read(twice) == (0, 0)


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.write(_add, "Acme")


async def test_closing_finishes_what_is_queued(migrated_url: str) -> None:
    store = await open_store(migrated_url)
    waiting = [asyncio.create_task(store.write(_add, f"account {n}")) for n in range(10)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*waiting)
    again = await open_store(migrated_url)
    assert len(await again.read(_names)) == 10
    await again.close()


# --------------------------------------------------------------------------------- a lost transaction


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'npsbot.db'}")
    yield opened
    await opened.close()


async def _together(store: Store, *functions: Callable[[Connection], Any]) -> list[Any]:
    """Writes that are sure to be one group: the first holds the writer up until all are queued."""
    holding, held = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold(_connection: Connection) -> None:
        loop.call_soon_threadsafe(holding.set)
        asyncio.run_coroutine_threadsafe(held.wait(), loop).result(PATIENCE)

    first = asyncio.create_task(store.write(hold))
    await holding.wait()
    rest = [asyncio.create_task(store.write(function)) for function in functions]
    await asyncio.sleep(0.02)
    held.set()
    await first
    return await asyncio.gather(*rest, return_exceptions=True)


async def test_a_lost_transaction_fails_every_write_of_its_group_and_keeps_nothing(
    sqlite_store: Store,
) -> None:
    await sqlite_store.write(_add, "Acme")

    def lose(connection: Connection) -> None:
        connection.execute(text("INSERT OR ROLLBACK INTO account (name) VALUES ('Acme')"))

    outcomes = await _together(
        sqlite_store, lambda c: _add(c, "before"), lose, lambda c: _add(c, "after"), lambda c: _add(c, "last")
    )
    assert [type(one) for one in outcomes] == [GroupLost] * 4
    assert await sqlite_store.read(_names) == ["Acme"]
    await sqlite_store.write(_add, "Globex")
    assert await sqlite_store.read(_names) == ["Acme", "Globex"]


async def test_a_lost_transaction_is_noticed_where_its_error_was_swallowed(sqlite_store: Store) -> None:
    await sqlite_store.write(_add, "Acme")

    def lose(connection: Connection) -> None:
        try:
            connection.execute(text("INSERT OR ROLLBACK INTO account (name) VALUES ('Acme')"))
        except IntegrityError:
            _add(connection, "commits by itself")

    outcomes = await _together(sqlite_store, lambda c: _add(c, "before"), lose, lambda c: _add(c, "after"))
    assert [type(one) for one in outcomes] == [GroupLost] * 3
    assert "before" not in await sqlite_store.read(_names)


async def test_a_full_disk_in_the_middle_of_a_group_keeps_nothing_of_it(sqlite_store: Store) -> None:
    def fill_up(connection: Connection) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages + 2}"))

    def large(connection: Connection) -> None:
        for number in range(200):
            _add(connection, f"{number:05}" + "x" * 190)

    await sqlite_store.write(_add, "Acme")
    await sqlite_store.write(fill_up)
    outcomes = await _together(sqlite_store, lambda c: _add(c, "before"), large, lambda c: _add(c, "after"))
    failed = [one for one in outcomes if one is not None]
    assert failed
    kept = await sqlite_store.read(_names)
    assert not any(name.endswith("x") for name in kept)
    told = [name for name, one in zip(("before", "large", "after"), outcomes, strict=True) if one is None]
    assert kept == sorted(["Acme", *(name for name in told if name != "large")]), (
        "what was told is what is there"
    )

    def make_room(connection: Connection) -> None:
        connection.execute(text("PRAGMA max_page_count = 1000000"))

    await sqlite_store.write(make_room)
    await sqlite_store.write(large)


async def test_the_writer_keeps_its_connection_until_something_fails_on_it(sqlite_store: Store) -> None:
    """To take one out of the pool for each group, and to give it back, takes as long as two replies."""
    writer: Any = sqlite_store._writer
    taken = 0

    def took(*_: object) -> None:
        nonlocal taken
        taken += 1

    event.listen(writer._engine, "checkout", took)
    for number in range(5):
        await sqlite_store.write(_add, f"account {number}")
    assert taken == 1

    def lose(connection: Connection) -> None:
        connection.execute(text("INSERT OR ROLLBACK INTO account (name) VALUES ('account 0')"))

    with pytest.raises(GroupLost):
        await sqlite_store.write(lose)
    await sqlite_store.write(_add, "after")
    await sqlite_store.write(_add, "last")
    assert taken == 2
    assert len(await sqlite_store.read(_names)) == 7


# -------------------------------------------------------------------------------------- opening a store


async def test_the_migrations_make_the_tables_of_the_schema(store: Store) -> None:
    def differences(connection: Connection) -> Any:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    assert await store.read(differences) == []


def test_the_files_of_the_migrations_are_named_after_what_they_make() -> None:
    directory = ScriptDirectory(str(files("bot.store").joinpath("migrations")))
    upwards = [script.revision for script in directory.walk_revisions()][::-1]
    assert schemas() == tuple(upwards)


async def test_a_database_of_a_newer_version_is_refused(store: Store, migrated_url: str) -> None:
    def newer(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await store.write(newer)
    with pytest.raises(
        SchemaError, match=r"schema 9999, which this npsbot does not know.*Start that version"
    ):
        await open_store(migrated_url)


async def test_opening_twice_at_once_migrates_once(database_url: str) -> None:
    first, second, third = await asyncio.gather(*(open_store(database_url) for _ in range(3)))
    try:
        await first.write(_add, "Acme")
        assert await second.read(_names) == await third.read(_names) == ["Acme"]
    finally:
        for store in (first, second, third):
            await store.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "is no database address"),
        ("sqlite:///x.db", "write sqlite\\+aiosqlite"),
        ("mysql+aiomysql://h/d", "names mysql\\+aiomysql"),
        ("sqlite+aiosqlite://", "names no file"),
        ("sqlite+aiosqlite:////no/such/folder/x.db", "folder of the database .* does not exist"),
        ("postgresql+asyncpg://u:hidden@127.0.0.1:1/d", "cannot be opened"),
    ],
)
async def test_an_address_that_cannot_be_used_is_explained(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence) as caught:
        await open_store(url)
    assert "hidden" not in str(caught.value)


async def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "npsbot.db"
    path.write_text("this is no database, and longer than a header " * 20)
    with pytest.raises(StoreError, match=r"npsbot\.db cannot be opened: file is not a database"):
        await open_store(f"sqlite+aiosqlite:///{path}")


async def test_an_error_never_names_the_values(store: Store) -> None:
    """They may be what a customer wrote, and errors are logged."""
    secret = "what the customer wrote"

    def wrong(connection: Connection) -> None:
        connection.execute(text("INSERT INTO account (name, nothing) VALUES (:name, 1)"), {"name": secret})

    with pytest.raises(Exception, match="nothing") as caught:
        await store.write(wrong)
    assert secret not in str(caught.value)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        Instant().process_bind_param(MONDAY.replace(tzinfo=None), sqlite_dialect())


async def test_a_time_comes_back_in_utc(store: Store) -> None:
    summer = MONDAY.astimezone(timezone(timedelta(hours=2)))

    def there_and_back(connection: Connection) -> Any:
        connection.execute(
            insert(plan), {"token": "t", "campaign": "demo", "by": "terminal:1", "made_at": summer}
        )
        return connection.execute(select(plan.c.made_at)).scalar_one()

    back = await store.write(there_and_back)
    assert back == summer
    assert str(back.tzinfo) == "UTC"
