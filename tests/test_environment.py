"""The tests' own ground: both databases are real and apart, the browser shows a page, nothing leaks in."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.async_api import Browser
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.store import StoreError
from tests.conftest import FOREIGN_NAMES, FOREIGN_PREFIXES
from tests.support.databases import Databases
from tests.support.inline import open_inline

ROOT = Path(__file__).parent.parent


async def ask(url: str, *statements: str) -> list[object]:
    """Run statements in one transaction; the first column of what the last one returned."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            for statement in statements:
                result = await connection.execute(text(statement))
            return list(result.scalars()) if result.returns_rows else []
    finally:
        await engine.dispose()


async def test_each_engine_is_the_real_one(database_url: str) -> None:
    version = "sqlite_version()" if database_url.startswith("sqlite+aiosqlite:") else "version()"
    (answer,) = await ask(database_url, f"SELECT {version}")
    assert str(answer).startswith(("3.", "PostgreSQL 18"))


@pytest.mark.parametrize("attempt", [1, 2])
async def test_every_test_finds_an_empty_database(database_url: str, attempt: int) -> None:
    await ask(database_url, "CREATE TABLE kept (n INTEGER)", f"INSERT INTO kept VALUES ({attempt})")
    assert await ask(database_url, "SELECT n FROM kept") == [attempt]


async def test_two_writers_at_once_share_the_database_of_a_test(database_url: str) -> None:
    await ask(database_url, "CREATE TABLE kept (n INTEGER)")
    await asyncio.gather(*(ask(database_url, f"INSERT INTO kept VALUES ({n})") for n in range(3)))
    assert await ask(database_url, "SELECT n FROM kept ORDER BY n") == [0, 1, 2]


def test_a_prepared_database_is_prepared_once_and_copied(databases: Databases, tmp_path: Path) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        asyncio.run(ask(url, "CREATE TABLE kept (n INTEGER)", "INSERT INTO kept VALUES (1)"))

    for directory in (tmp_path / "first", tmp_path / "second"):
        directory.mkdir()
        with databases.database(directory, prepare) as url:
            assert url not in prepared
            assert asyncio.run(ask(url, "SELECT n FROM kept")) == [1]
            asyncio.run(ask(url, "UPDATE kept SET n = 2"))
    assert len(prepared) == 1


@pytest.mark.parametrize(
    "left",
    [
        "INSERT INTO kept VALUES (2)",
        "INSERT INTO counted DEFAULT VALUES",
        "DELETE FROM kept",
        "CREATE TABLE other (n INTEGER)",
        "ALTER TABLE kept ADD COLUMN more INTEGER",
        "CREATE INDEX more ON kept (n)",
        "INSERT INTO counted SELECT n FROM generate_series(1, 5000) AS n; ANALYZE",
    ],
)
def test_nothing_that_a_test_leaves_reaches_the_next(
    postgres_databases: Databases, tmp_path: Path, left: str
) -> None:
    def prepare(url: str) -> None:
        tables = "CREATE TABLE kept (n INTEGER)", "CREATE TABLE counted (n SERIAL)"
        asyncio.run(ask(url, *tables, "INSERT INTO kept VALUES (1)"))

    seen = []
    for _ in range(3):
        with postgres_databases.database(tmp_path, prepare) as url:
            shape = (
                "SELECT string_agg(concat(relname, relnatts, reltuples), ' ' ORDER BY relname) FROM pg_class"
            )
            rows = "SELECT string_agg(concat(n), ' ') FROM"
            seen.append(asyncio.run(ask(url, f"{shape} WHERE relnamespace = 'public'::regnamespace")))
            asyncio.run(ask(url, "INSERT INTO counted DEFAULT VALUES"))
            seen[-1] += asyncio.run(ask(url, f"{rows} (SELECT n FROM kept UNION ALL SELECT n FROM counted)"))
            asyncio.run(ask(url, *left.split("; ")))
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize(
    ("left", "serves_again"),
    [
        ("INSERT INTO kept VALUES (2)", False),
        ("INSERT INTO kept VALUES (2); DELETE FROM kept WHERE n = 2", True),
        ("DELETE FROM kept", False),
        ("INSERT INTO counted (n) VALUES (7); DELETE FROM counted", True),
        ("INSERT INTO counted (n) VALUES (7); INSERT INTO noted VALUES (8)", True),
        ("CREATE TABLE other (n INTEGER)", False),
        ("ALTER TABLE counted ADD COLUMN more INTEGER", False),
        ("CREATE INDEX more ON kept (n)", False),
        ("DROP TRIGGER note", False),
        ("ANALYZE", False),
    ],
)
async def test_nor_on_sqlite(
    sqlite_databases: Databases, tmp_path: Path, left: str, serves_again: bool
) -> None:
    def prepare(url: str) -> None:
        with closing(sqlite3.connect(make_url(url).database or "")) as connection:
            connection.executescript(
                "CREATE TABLE kept (n INTEGER); INSERT INTO kept VALUES (1);"
                "CREATE TABLE noted (n INTEGER); CREATE TABLE counted (n INTEGER PRIMARY KEY AUTOINCREMENT);"
                "CREATE TRIGGER note AFTER DELETE ON counted BEGIN INSERT INTO noted VALUES (old.n); END;"
            )

    seen, urls = [], []
    for _ in range(3):
        with sqlite_databases.database(tmp_path, prepare) as url:
            urls.append(url)
            shape = "SELECT group_concat(sql) FROM sqlite_schema"
            numbers = "SELECT group_concat(seq) FROM sqlite_sequence"
            rows = "SELECT group_concat(n) FROM (SELECT n FROM kept UNION ALL SELECT n FROM noted)"
            seen.append([await ask(url, asked) for asked in (shape, numbers, rows)])
            await ask(url, *left.split("; "))
    assert seen[0] == seen[1] == seen[2]
    assert (urls[0] == urls[1] == urls[2]) == serves_again


async def test_a_store_that_is_closed_does_nothing_to_the_next(migrated_url: str) -> None:
    closed = await open_inline(migrated_url)
    await closed.close()
    if migrated_url.startswith("sqlite"):
        with pytest.raises(StoreError, match="closed"):
            await closed.read(lambda connection: None)
    with pytest.raises(StoreError, match="closed"):
        await closed.write(lambda connection: None)


def test_a_killed_run_leaves_no_server_behind() -> None:
    started = (
        "from tests.support.postgres import Postgres; import time; print(Postgres().url('x')); time.sleep(60)"
    )
    command = [sys.executable, "-u", "-c", started]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        directory = Path(run.stdout.readline().strip().partition("?host=")[2])
        assert (directory / ".s.PGSQL.5432").is_socket()
        run.kill()
    deadline = time.monotonic() + 20
    while directory.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not directory.exists()


def test_nothing_of_the_machine_reaches_a_test() -> None:
    script = "import os, tests.conftest; print(*os.environ)"
    foreign = {f"{prefix}X": "1" for prefix in FOREIGN_PREFIXES} | dict.fromkeys(FOREIGN_NAMES, "1")
    foreign |= {name.lower(): "1" for name in FOREIGN_NAMES}
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | foreign,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not set(run.stdout.split()) & foreign.keys()


@pytest.mark.asyncio(loop_scope="session")
async def test_the_browser_shows_a_page_of_this_machine(browser: Browser) -> None:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<title>npsbot</title><button onclick='this.textContent=9'>8</button>")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{server.server_port}/")
        await page.get_by_role("button").click()
        assert await page.title() == "npsbot"
        assert await page.get_by_role("button").inner_text() == "9"
        server.shutdown()


def test_nothing_is_left_out_but_for_want_of_a_browser() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if re.search(r"pytest\.(skip|importorskip)\b|mark\.(skip|skipif|xfail)\b", path.read_text("utf-8"))
    }
    assert found == {"tests/conftest.py"}
