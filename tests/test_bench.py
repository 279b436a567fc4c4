"""The benchmark still runs: every row with a few items, and the table that it prints."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from starlette.applications import Starlette

from bench import attributes, inbound, outbound, reports
from bench.__main__ import ROWS, main, measured
from bench.answered import fill
from bench.base import HERE, base
from bench.children import serving
from bench.load import LoadFailed, send_all
from bench.signed import requests_of
from bench.sizes import TINY
from bench.table import Line, markdown, ratio_of
from bot.store.schema import Row, conversation, enrolment
from bot.web.listening import listening
from tests.support.databases import Databases, memory, migrated

LINES = {
    "inbound": 7,
    "postgres": 6,
    "processes": 2,
    "attributes": 2,
    "talks": 1,
    "outbound": 3,
    "alerts": 1,
    "threads": 2,
    "import": 2,
    "campaign": 2,
    "events": 3,
    "million": 27,
    "report": 28,
    "files": 5,
    "memory": 1,
    "reader": 3,
    "commands": 3,
    "screens": 8,
    "viewers": 1,
}


def test_every_row_is_tried() -> None:
    assert set(LINES) == set(ROWS)


class LentPostgres:
    """Databases of the tests' own server, with our tables in them. It waits for no disk, and was started before."""

    def __init__(self, databases: Databases, stack: ExitStack) -> None:
        self._databases = databases
        self._stack = stack
        self.create_database()  # which the next ones are copies of; it cannot be made in a loop that runs

    def create_database(self) -> str:
        return self._stack.enter_context(self._databases.database(Path(), migrated))

    def url(self, database: str) -> str:
        return database


@pytest.fixture
def hasty(warm: None, monkeypatch: pytest.MonkeyPatch, postgres_databases: Databases) -> Iterator[None]:
    """What is measured begins at once; one row on PostgreSQL has the benchmark's own server (`processes`)."""
    monkeypatch.setattr(tempfile, "tempdir", memory())
    with ExitStack() as stack:
        lent = LentPostgres(postgres_databases, stack)
        for module in (attributes, inbound, reports):
            monkeypatch.setattr(module, "durable_postgres", lambda: nullcontext(lent))
        yield


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("row", ROWS)
async def test_a_row_gives_its_lines(row: str) -> None:
    lines = await measured([row], TINY)

    assert len(lines) == LINES[row]
    assert all(line.ours for line in lines)
    # A line is judged where it has a target, and only there.
    assert all(bool(line.target) == (line.met is not None) for line in lines)


async def test_the_answers_that_reports_are_measured_with_are_as_customers_give_them(
    tmp_path: Path,
) -> None:  # numbers 1.8
    """At times in no order, most with a reason, of accounts with several people."""
    store = await fill(f"sqlite+aiosqlite:///{tmp_path}/many.db", answers=600, accounts=20)

    def answers(connection: Connection) -> list[Row]:
        return list(connection.execute(select(conversation, enrolment).join_from(conversation, enrolment)))

    rows = await store.read(answers)
    await store.close()
    times = [row.scored_at for row in rows]
    assert len(rows) == 600
    assert None not in times
    assert times != sorted(times)
    assert sum(row.reason is not None for row in rows) == 360
    assert len({row.account for row in rows}) == 20
    assert len({row.scored_on for row in rows}) == 15, "two weeks, from ten in the morning on"


async def test_a_revision_to_compare_with_is_there_for_as_long_as_it_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its server begins cold, and is its own."""
    monkeypatch.setenv("BASE", "HEAD")
    with base() as build:
        assert build is not None
        async with serving("bench.server", "checked", "", build=build) as child:
            assert os.readlink(f"/proc/{child.pid}/cwd") == str(build.root)  # noqa: PTH115 - it waits for no disk
            await send_all(child.port, requests_of("sms", range(1, 3)), 1)
        where = build.python("-c", "import bot; print(bot.__path__[0])")
        run = await asyncio.create_subprocess_exec(
            *where, env=build.environment(), cwd="/", stdout=asyncio.subprocess.PIPE
        )
        said, _ = await run.communicate()
        assert said.decode() == f"{build.root / 'bot'}\n"
    assert not build.root.exists()
    monkeypatch.setenv("BASE", "no-such-revision")
    with pytest.raises(LookupError, match="BASE=no-such-revision is no revision"), base():
        pass


async def test_messages_out_are_measured_beside_a_revision_too(
    warm: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "base", lambda: nullcontext(HERE))
    monkeypatch.setattr(outbound, "_BARE", {"sms": outbound._BARE["sms"]})
    _, line = await measured(["outbound"], TINY)

    assert line.what == "sms messages out, the other revision"
    assert line.against
    assert line.ratio


async def test_webhooks_are_measured_beside_a_revision_too(
    warm: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "base", lambda: nullcontext(HERE))
    monkeypatch.setattr(inbound, "CHANNELS", ("sms",))
    _, line, *_ = await measured(["inbound"], TINY)

    assert line.what == "sms webhook to commit, SQLite, the other revision"
    assert line.ratio


async def test_a_refused_request_ends_a_measurement() -> None:
    async with listening(Starlette(), "127.0.0.1", 0) as port:  # it knows no webhook: 404
        with pytest.raises(LoadFailed, match="404"):
            await send_all(port, requests_of("sms", range(1, 3)), 1)


def test_an_unknown_row_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inbuond"]) == 2
    assert "no row inbuond" in capsys.readouterr().err


def test_sides_are_compared_run_by_run() -> None:
    """Each run against the one beside it: a machine that slows down for one pair changes no ratio."""
    assert ratio_of([100, 10, 90], [200, 20, 100]) == 0.5


def test_the_table() -> None:
    lines = [Line("one", "5/s", "10/s", 0.5, ">= 0.70", False), Line("another", "9 ms")]

    assert markdown(lines).splitlines() == [
        "| what    | npsbot | against | ratio | target  | met | note |",
        "|---------|--------|---------|-------|---------|-----|------|",
        "| one     | 5/s    | 10/s    | 0.50  | >= 0.70 | NO  |      |",
        "| another | 9 ms   |         |       |         |     |      |",
    ]
