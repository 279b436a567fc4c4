"""A migration keeps what is in the database, or leaves the database as it was."""

import asyncio
import copy
import re
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.cases import time_line
from bot.cases.as_kept import Case
from bot.cases.cases import life_of
from bot.cases.life.life import replay_case
from bot.reports.tallies import prove
from bot.reports.themes.proof import ThemeProof, prove_themes
from bot.store import migrate as migrations
from bot.store.migrate import VERSIONS, SchemaError, migrate
from bot.store.schema import case as case_table
from bot.store.schema import conversation, metadata, reason_waiting
from bot.store.store import _prepare_sqlite, opened
from bot.store.triggers import groups, reasons, tally
from channels.base import InboundMessage
from tests.support.bot_under_test import Bot, Customer
from tests.support.campaign_world import settings_of
from tests.support.databases import Databases
from tests.support.played import SCHEMAS, load
from tests.support.shape import rows, shape

T = TypeVar("T")
RELEASED = sorted(SCHEMAS.glob("*.sql"))

# What a later release may bring: other columns and rules in the tables that most others point at.
CHANGE = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("contact") as batch:
        batch.alter_column("name", type_=sa.String(300), existing_type=sa.String(200), existing_nullable=False)
    with op.batch_alter_table("wave") as batch:
        batch.alter_column("campaign", type_=sa.String(120), existing_type=sa.String(100), existing_nullable=False)
        batch.create_check_constraint(op.f("ck_wave_named"), "campaign <> ''")
    with op.batch_alter_table("conversation") as batch:
        batch.drop_constraint(op.f("ck_conversation_erased"), type_="check")
        batch.create_check_constraint(op.f("ck_conversation_erased"), "erased IN ('request', 'retention', 'move')")
        batch.alter_column("ending", type_=sa.String(30), existing_type=sa.String(20), existing_nullable=True)
    with op.batch_alter_table("case", table_kwargs={{"sqlite_autoincrement": True}}) as batch:
        batch.alter_column("manager", type_=sa.String(220), existing_type=sa.String(200), existing_nullable=False)
    {last}
"""


def head() -> str:
    found = ScriptDirectory(str(VERSIONS.parent), version_locations=[str(VERSIONS)]).get_current_head()
    assert found is not None
    return found


def versions(directory: Path, last: str = "pass", upto: str = "") -> Path:
    """A folder with the released migrations and the one above, which does `last` at its end; or, with `upto`,
    with those up to this one alone."""
    folder = directory / "versions"
    shutil.copytree(VERSIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    if upto:
        for file in folder.glob("*.py"):
            if file.name[:4] > upto:
                file.unlink()
    else:
        (folder / "next.py").write_text(CHANGE.format(head=head(), last=last))
    return folder


def on(url: str, function: Callable[..., T], *arguments: Any) -> T:
    """Run a function on a connection as the store's writer has it, and commit where it began a transaction."""
    if url.startswith("sqlite"):
        engine = create_engine(make_url(url).set(drivername="sqlite+pysqlite"))
        _prepare_sqlite(engine, "BEGIN IMMEDIATE", readonly=False)
        try:
            with engine.connect() as connection:
                result = function(connection, *arguments)
                connection.commit()
                return result
        finally:
            engine.dispose()

    async def run() -> T:
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            result = await connection.run_sync(function, *arguments)
            await connection.commit()
        await engine.dispose()
        return result

    return asyncio.run(run())


def fill(url: str, file: Path, directory: Path) -> None:
    """Make the schema that a file is of, and load what people did in it."""
    on(url, migrate, versions(directory, upto=file.stem))
    on(url, reasons.remove)  # the list that they write came later
    on(url, load, file)
    assert on(url, prove) == [], "the triggers counted what was loaded"
    shutil.rmtree(directory / "versions")


@pytest.fixture(params=RELEASED, ids=lambda file: file.stem)
def released(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A database of a released schema with what people did in it."""
    fill(database_url, request.param, tmp_path)
    return database_url


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> str:
    """A database of today's schema with what people did in it; case 103 was the last number given."""
    fill(database_url, RELEASED[-1], tmp_path)
    on(database_url, migrate)
    on(database_url, _skip_cases)
    return database_url


def _skip_cases(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("UPDATE sqlite_sequence SET seq = 103 WHERE name = 'case'"))
    else:
        connection.execute(text("SELECT setval(pg_get_serial_sequence('\"case\"', 'id'), 103)"))


def everything(url: str) -> tuple[Any, Any]:
    """The schema and all rows."""
    return on(url, shape), on(url, rows)


# ------------------------------------------------------------------------------------- what we have now


def test_a_released_database_becomes_todays_and_keeps_every_row(released: str) -> None:
    before = on(released, rows)
    on(released, migrate)
    after = on(released, rows)
    assert before.pop("alembic_version") != after.pop("alembic_version") or head() == "0001"
    # Each case has its time line from 0006 on, which the test below looks at, and has not gone on to anybody; from
    # 0008 on it has the wave of its conversation.
    after["case"] = [re.sub(r"\('rung', 0\), |, \('wave_id', \d+\)", "", row) for row in after["case"]]
    # Every wave from before 0017 had begun when it started, for nobody could undo it.
    after["wave"] = [
        re.sub(r"\('begun_at', (?:'[^']*'|datetime[^)]*\)\)?)\), ", "", row) for row in after["wave"]
    ]
    # From 0016 on nobody has put a question off, and a wave of the NPS asks about doing business as such.
    for table, new in (
        ("conversation", r", \('put_off', (False|0)\)"),
        ("wave", r", \('transactional', (False|0)\)"),
    ):
        after[table] = [re.sub(new, "", row) for row in after[table]]
    # What was known of everybody in a wave is taken from what is known now (0010).
    # Every reason waits to be matched (0023).
    filled = {"case_event", "enrolment", "reason_waiting"} - before.keys()
    assert {name: kept for name, kept in after.items() if name in before} == before
    assert not any(after[name] for name in after.keys() - before.keys() - filled), "what is new begins empty"
    assert on(released, prove) == []


_TAKEN = "taken_by = 'slack:U1 One', taken_at = '2026-03-03 10:00:00.000000'"
_FINISHED = "done_by = 'slack:U2', done_at = '2026-03-04 10:00:00.000000'"


_BEFORE = (
    ("state = 'open'", "open", "opened"),
    (f"state = 'taken', {_TAKEN}", "taken", "opened taken"),
    (f"state = 'done', {_TAKEN}, {_FINISHED}", "done", "opened taken finished"),
    (f"state = 'done', {_FINISHED}", "done", "opened finished"),
    (f"state = 'done', {_FINISHED}, new_words = TRUE", "done", "opened finished new_words"),
    (f"state = 'open', {_TAKEN}, {_FINISHED}", "open", "opened taken finished new_words"),
    (
        f"state = 'taken', {_FINISHED}, taken_by = 'slack:U1', taken_at = '2026-03-05 10:00:00.000000'",
        "taken",
        "opened finished new_words taken",
    ),
    ("state = 'done', done_at = '2026-03-04 10:00:00.000000'", "done", "opened erased"),
)
"""Cases as they stood: what is set of the row of an open one, and what its time line is to say."""


def _stand(connection: Connection) -> list[int]:
    """Have such a case at a conversation each; their numbers. It is one database, since to migrate it takes seconds."""
    found = connection.execute(text('SELECT * FROM "case"')).keys()
    columns = [name for name in found if name != "id"]
    copied = ", ".join(columns).replace("conversation_id", ":conversation")
    free = connection.execute(
        text(
            "SELECT id FROM conversation WHERE erased IS NULL AND id NOT IN"
            ' (SELECT conversation_id FROM "case") ORDER BY id'
        )
    ).scalars()
    numbers = [1, *range(101, 100 + len(_BEFORE))]
    for number in numbers[1:]:
        connection.execute(
            text(
                f'INSERT INTO "case" (id, {", ".join(columns)}) SELECT :number, {copied} FROM "case" WHERE id = 1'
            ),
            {"number": number, "conversation": next(free)},
        )
    for number, (row, _, _) in zip(numbers, _BEFORE, strict=True):
        connection.execute(text(f'UPDATE "case" SET {row} WHERE id = {number}'))
    return numbers


def test_a_case_from_before_has_a_time_line_that_gives_its_row(database_url: str, tmp_path: Path) -> None:
    """Migration 0006."""
    fill(database_url, SCHEMAS / "0001.sql", tmp_path)
    numbers = on(database_url, _stand)
    on(database_url, migrate)
    erased = conversation.c.erased
    query = select(case_table, erased).join(conversation)
    for number, (before, state, events) in zip(numbers, _BEFORE, strict=True):
        asked = query.where(case_table.c.id == number)
        row = on(database_url, lambda c, asked=asked: c.execute(asked).one())
        kept = on(database_url, time_line.happened, number)
        assert [one.kind for one in kept] == events.split(), before
        gone = row.erased is not None or "erased" in events
        assert replay_case(map(time_line.from_row, kept)) == life_of(Case(*row[:-1]), erased=gone), before
        assert row.state == state, before


def test_a_case_from_before_is_found_by_the_wave_of_its_conversation(
    database_url: str, tmp_path: Path
) -> None:
    """Migration 0008."""
    fill(database_url, SCHEMAS / "0001.sql", tmp_path)
    on(database_url, migrate)
    query = select(case_table.c.wave_id, conversation.c.wave_id.label("talked_in")).join(conversation)
    waves = on(database_url, lambda c: c.execute(query).all())
    assert waves
    assert all(row.wave_id == row.talked_in for row in waves)


async def test_the_store_that_migrated_holds_its_foreign_keys(database_url: str) -> None:
    async with opened(database_url) as store:
        with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
            await store.write(
                lambda c: c.execute(
                    text("INSERT INTO link (token, contact_id, made_at) VALUES ('t', 7, '2026-03-02')")
                )
            )


def test_the_migrations_make_the_schema_to_the_letter(
    databases: Databases, migrated_url: str, tmp_path: Path
) -> None:
    """Alembic's own comparison sees no CHECK, no condition of an index and no trigger."""

    def make(connection: Connection) -> None:
        metadata.create_all(connection)
        tally.install(connection)
        reasons.install(connection)
        groups.install(connection)

    (other := tmp_path / "other").mkdir()
    with databases.database(other) as url:
        on(url, make)
        wanted = on(url, shape)
    made = on(migrated_url, shape)
    del made["alembic_version"]
    assert made == wanted


def test_every_check_has_a_name() -> None:
    """On SQLite a change of its table would drop one without, and only warn."""
    for table in metadata.tables.values():
        for one in table.constraints:
            assert not isinstance(one, CheckConstraint) or one.name, f"a CHECK of {table} has no name"


# ------------------------------------------------------------------------------------ what is still to come


def test_a_change_of_the_tables_that_others_point_at_keeps_everything(filled: str, tmp_path: Path) -> None:
    schema, before = everything(filled)
    on(filled, migrate, versions(tmp_path))
    changed, after = everything(filled)

    wanted = copy.deepcopy(schema)
    wanted["contact"]["columns"]["name"] = ("VARCHAR(300)", *schema["contact"]["columns"]["name"][1:])
    wanted["wave"]["columns"]["campaign"] = ("VARCHAR(120)", False, None)
    wanted["conversation"]["columns"]["ending"] = ("VARCHAR(30)", True, None)
    wanted["case"]["columns"]["manager"] = ("VARCHAR(220)", False, None)
    wanted["wave"]["checks"]["ck_wave_named"] = changed["wave"]["checks"]["ck_wave_named"]
    assert "move" in changed["conversation"]["checks"]["ck_conversation_erased"]
    wanted["conversation"]["checks"]["ck_conversation_erased"] = changed["conversation"]["checks"][
        "ck_conversation_erased"
    ]
    assert changed == wanted
    assert before.pop("alembic_version") != after.pop("alembic_version")
    assert after == before
    assert on(filled, prove) == []


def test_what_runs_on_a_changed_database_is_as_before(filled: str, tmp_path: Path) -> None:
    """Foreign keys hold again, the tally counts, and no case gets a number that was given."""
    on(filled, migrate, versions(tmp_path))

    def use(connection: Connection) -> None:
        connection.execute(
            text("UPDATE conversation SET state = 'closed', ending = 'silent' WHERE state = 'asked'")
        )
        columns = (
            "conversation_id, wave_id, manager, channel, address, kind, state, opened_at,"
            " new_words, wanted, shown, pings, pinged"
        )
        connection.execute(
            text(
                f"INSERT INTO \"case\" ({columns}) SELECT max(id), max(wave_id), 'Manager', 'slack', 'U1', 'detractor',"
                " 'open', '2026-03-02 10:00:00.000000', FALSE, 0, 0, 1, 0 FROM conversation"
            )
        )

    on(filled, use)
    assert on(filled, prove) == []
    assert on(filled, lambda c: c.scalar(text('SELECT max(id) FROM "case"'))) == 104
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        on(filled, lambda c: c.execute(text("DELETE FROM wave WHERE NOT trial")))


def test_a_migration_that_changes_rows_is_counted(filled: str, tmp_path: Path) -> None:
    on(
        filled,
        migrate,
        versions(tmp_path, """op.execute("UPDATE conversation SET score = 1 WHERE score = 9")"""),
    )
    assert on(filled, prove) == []
    assert on(filled, lambda c: c.scalar(text("SELECT count(*) FROM conversation WHERE score = 9"))) == 0


def test_a_migration_that_would_leave_a_broken_key_is_refused(filled: str, tmp_path: Path) -> None:
    before = everything(filled)
    with pytest.raises((SchemaError, DBAPIError), match=r"rows of `\w+` that point at no|foreign key"):
        on(filled, migrate, versions(tmp_path, """op.execute("DELETE FROM contact WHERE id = 1")"""))
    assert everything(filled) == before


def test_rows_that_pointed_at_nothing_before_do_not_stand_in_the_way(tmp_path: Path) -> None:
    """A hand at SQLite's prompt, where foreign keys are off, can leave some."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'npsbot.db'}"
    fill(url, RELEASED[-1], tmp_path)

    def by_hand(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        connection.execute(text("DELETE FROM contact WHERE id = 1"))

    on(url, by_hand)
    on(url, migrate, versions(tmp_path))
    assert on(url, rows)["alembic_version"] == ["[('version_num', 'next')]"]


def test_a_migration_that_fails_leaves_the_database_as_it_was(filled: str, tmp_path: Path) -> None:
    before = everything(filled)
    with pytest.raises(DBAPIError):
        on(filled, migrate, versions(tmp_path, 'op.execute("INSERT INTO nowhere VALUES (1)")'))
    assert everything(filled) == before


_DIES = """
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from bot.store.migrate import migrate
from tests.store.test_migrations import on

on(sys.argv[1], migrate, Path(sys.argv[2]))
"""


async def test_a_crash_in_the_middle_leaves_the_old_database(filled: str, tmp_path: Path) -> None:
    before = await asyncio.to_thread(everything, filled)
    folder = versions(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _DIES, filled, str(folder))
    assert await process.wait() == -signal.SIGKILL
    assert await asyncio.to_thread(everything, filled) == before


# --------------------------------------------------------------------------------- while a server runs
async def test_a_server_goes_on_while_another_process_migrates(filled: str, tmp_path: Path) -> None:
    """As docs/operations.md says: a webhook is answered, or fails and is delivered again; and neither the
    server nor the migration loses to the other."""
    async with opened(filled) as store:
        bot = Bot(store)
        people = [f"U{number}" for number in range(12)]
        await bot.start(*(Customer(who, slack=who) for who in people))
        folder = versions(tmp_path, "import time; time.sleep(1)")
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", _DIES, filled, str(folder))
        ended = asyncio.create_task(process.wait())

        async def talk(who: str) -> None:
            for turn in count():
                event = replace(bot.message(f"slack:{who}", f"{turn % 11}"), provider_id=f"{who}-{turn}")
                failed: list[str] = []  # a provider delivers it again, and each connection may say so once
                while (why := await _delivered(bot, event)) is not None:
                    failed.append(why)
                    assert len(failed) < 8, failed
                if ended.done():
                    return

        await asyncio.gather(*(talk(who) for who in people))
        assert await ended == 0
        assert await store.read(prove) == []
        assert {row.version_num for row in await store.read(_versions)} == {"next"}


async def _delivered(bot: Bot, event: InboundMessage) -> str | None:
    """Why a delivery failed: of a statement whose table has changed since, PostgreSQL says so once."""
    try:
        await bot.take(event)
    except DBAPIError as error:
        return str(error)
    return None


def _versions(connection: Connection) -> list[Any]:
    return list(connection.execute(text("SELECT version_num FROM alembic_version")))


async def test_a_migration_and_a_running_write_do_not_lock_each_other_out(
    postgres_databases: Databases, tmp_path: Path
) -> None:
    """The write has a row of the outbox and wants the conversation; the migration has that and wants the outbox."""
    with postgres_databases.database(tmp_path) as url:
        await asyncio.to_thread(fill, url, RELEASED[-1], tmp_path)
        await asyncio.to_thread(on, url, migrate)
        folder = versions(tmp_path, 'op.execute("ALTER TABLE outbox ADD COLUMN more INTEGER")')
        engine = create_async_engine(url)
        async with engine.begin() as writing:
            await writing.execute(text("UPDATE outbox SET attempts = attempts"))
            migrating = asyncio.create_task(asyncio.to_thread(on, url, migrate, folder))
            await asyncio.sleep(0.3)
            await writing.execute(text("UPDATE conversation SET talk = talk"))
        await migrating
        await engine.dispose()


async def test_a_migration_waits_for_who_reads_and_holds_nobody_up_meanwhile(
    postgres_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of the database by pg_dump, say, which reads each table to its own end."""
    monkeypatch.setattr(migrations, "_TRIES", 3)
    with postgres_databases.database(tmp_path) as url:
        await asyncio.to_thread(fill, url, RELEASED[-1], tmp_path)
        await asyncio.to_thread(on, url, migrate)
        folder = versions(tmp_path)
        before = await asyncio.to_thread(everything, url)
        engine = create_async_engine(url)
        async with engine.connect() as reading:
            await reading.execute(text("SELECT count(*) FROM outbox"))
            migrating = asyncio.create_task(asyncio.to_thread(on, url, migrate, folder))
            async with opened(url) as store:
                bot = Bot(store)
                while not migrating.done():
                    await bot.say("slack:UBUYER", "hello")
                    await asyncio.sleep(0.05)
            with pytest.raises(SchemaError, match="waits in vain for tables that others use"):
                await migrating
        await engine.dispose()
        assert (await asyncio.to_thread(everything, url))[0] == before[0]
        await asyncio.to_thread(on, url, migrate, folder)


def test_what_was_known_at_enrolment_is_taken_from_what_is_known_now(released: str) -> None:  # numbers 1.1
    def told(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.execute(text(statement))]

    on(released, migrate)
    kept = on(released, told, "SELECT conversation_id, account, account_manager FROM enrolment ORDER BY 1")
    known = """
        SELECT conversation.id, account.name, account.account_manager FROM conversation
        JOIN wave ON wave.id = wave_id JOIN contact ON contact.id = conversation.contact_id
        LEFT JOIN account ON account.id = account_id
        WHERE NOT trial ORDER BY 1
    """
    assert kept
    assert kept == on(released, told, known)


def test_every_reason_of_before_waits_to_be_matched(database_url: str, tmp_path: Path) -> None:
    """Migration 0023."""
    fill(database_url, RELEASED[-1], tmp_path)
    on(database_url, migrate)
    reasons = select(conversation.c.id).where(conversation.c.reason != "", conversation.c.score.is_not(None))
    waiting = select(reason_waiting.c.conversation_id).order_by(reason_waiting.c.id)
    expected = on(database_url, lambda c: sorted(c.scalars(reasons)))
    assert expected
    assert on(database_url, lambda c: list(c.scalars(waiting))) == expected
    assert on(database_url, prove_themes, settings_of()) == ThemeProof(0, 0)


def test_what_daily_summaries_told_stays_told(database_url: str, tmp_path: Path) -> None:
    """Migration 0032."""
    fill(database_url, RELEASED[-1], tmp_path)
    on(database_url, migrate, versions(tmp_path, upto="0031"))

    def tell(connection: Connection) -> int:
        talked: int = connection.execute(text("SELECT min(id) FROM conversation")).scalar_one()
        connection.execute(
            text(
                "INSERT INTO digest VALUES (7, 'Manager', '2026-03-02', '16:00', 'digest:2026-03-02:16:00:Manager')"
            )
        )
        connection.execute(text(f"INSERT INTO digested VALUES ({talked}, 7, 12)"))
        return talked

    talked = on(database_url, tell)
    on(database_url, migrate)
    query = text(
        "SELECT reader, subject, repeats, until, conversation_id, characters, score, fresh "
        "FROM digest JOIN digested ON digest_id = digest.id"
    )
    (row,) = on(database_url, lambda c: c.execute(query).all())
    assert tuple(row) == ("Manager", "customers", "daily", None, talked, 12, None, False)
