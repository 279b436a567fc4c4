"""What every test may ask for: a database on each engine, and a browser.

The environment is pinned first, so that nothing of the machine (credentials, proxies, the zone, a terminal)
reaches a test or changes what it sees.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import pytest
import pytest_asyncio
import structlog
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser, async_playwright

from bot import app
from bot.cli import read, try_out
from bot.commands import worker
from bot.config import zone_data
from bot.demo import ties
from bot.logs import OURS
from bot.store import store as store_module
from bot.store.store import Store, open_store
from tests.support.bot_under_test import Bot, languages
from tests.support.browser import FLAGS, REQUIRED, browser_required, find_browser
from tests.support.databases import Databases, PostgresDatabases, SqliteDatabases, memory, migrated
from tests.support.inline import keep_connections, open_inline
from tests.support.manual_clock import ManualClock
from tests.support.new_databases import migrate_by_copy
from tests.support.patience import PATIENCE
from tests.support.ports import free_port
from tests.support.postgres import Postgres
from tests.support.sharing import Sharing
from tests.support.warm import create_subprocess_exec

FOREIGN_PREFIXES = ("SLACK_", "TELEGRAM_", "TWILIO_", "NPSBOT_", "PG")
FOREIGN_NAMES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "FORCE_COLOR", "CLICOLOR_FORCE"),
    "PYTHONDONTWRITEBYTECODE",
)
PINNED = {
    "TZ": "UTC",
    "COLUMNS": "120",
    "LINES": "40",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "_TYPER_FORCE_DISABLE_TERMINAL": "1",  # Typer colours its help on CI machines whatever NO_COLOR says
}


def _pin_environment() -> None:
    for name in tuple(os.environ):
        upper = name.upper()
        foreign = upper in FOREIGN_NAMES or upper.startswith(FOREIGN_PREFIXES)
        if foreign and name != REQUIRED:
            del os.environ[name]
    os.environ.update(PINNED)
    time.tzset()


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


_pin_environment()
# Python's own doing, under another name: asyncio puts its handler only in the place of Python's own, and before
# 3.11.8 `signal` then spells out the task's result, which may be a whole bot (python/cpython 112559).
signal.signal(signal.SIGINT, _interrupted)
zone_data.use_newer()  # before a module of the tests looks at a zone
# No log unless a test asks for one: drawing the traceback of a fault that was meant takes seconds.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
# A command that a test runs sets the log up for its process: its loggers would keep that for all that follow.
_configure = structlog.configure
structlog.configure = lambda **settings: _configure(**settings | {"cache_logger_on_first_use": False})
# A command that takes two seconds is answered by "this takes a moment" first, and on a busy machine any may.
worker.SOON = PATIENCE
# They never change, and to read them takes longer than most tests of the whole application do.
app.load_languages = languages  # type: ignore[attr-defined]  # it is not theirs to hand on
read.load_languages = languages  # type: ignore[attr-defined]  # as above
try_out.load_languages = languages  # type: ignore[attr-defined]  # as above
# Nor do the tables; that they are made where there are none, tests/store shows.
store_module.migrate = migrate_by_copy  # type: ignore[attr-defined]  # as above
# Of tests that run beside each other, none may be given the port that another is about to use.
ties._free_port = free_port

# The same examples at every run: a red test is red again. `HYPOTHESIS_PROFILE=explore` looks further.
settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
settings.register_profile(
    "explore",
    deadline=None,
    print_blob=True,
    max_examples=2_000,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-transcripts",
        action="store_true",
        help="write what the bot says now into tests/transcripts/",
    )
    parser.addoption(
        "--thin-postgres",
        action="store_true",
        help="of a table of rows take a fifth on PostgreSQL, and all on SQLite",
    )


SLOW = ("crash", "demo", "fuzz", "processes", "recomputed", "simulation", "wire")
"""The folders of the kinds of tests that take long; `make quick` leaves them out."""


EACH_ROW = (*SLOW, "store")
"""The folders whose tests are of the databases themselves: there each row is tried on both."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is slow. Where several processes share the tests out, that comes first, so that none of them is
    left with a long test when the others have nothing to do any more."""
    here = Path(__file__).parent
    room = {item: item.path.relative_to(here).parts[0] for item in items}
    if config.getoption("--thin-postgres"):
        left_out = _left_out([item for item in items if room[item] not in EACH_ROW])
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if room[item] in SLOW:
            item.add_marker("slow")
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _left_out(items: list[pytest.Item]) -> set[pytest.Item]:
    """What need not be tried on PostgreSQL too. The rows of a table send the same statements, with other words in
    them; of more than three it takes the first, each fifth (which goes through what is combined by twos, threes and
    fours) and the last."""
    tables: dict[tuple[object, str], list[pytest.Item]] = {}
    for item in items:
        row = getattr(item, "callspec", None)
        if isinstance(item, pytest.Function) and row and row.params.get("databases") == "postgres":
            tables.setdefault((item.parent, item.originalname), []).append(item)
    long = [rows for rows in tables.values() if len(rows) > 3]
    return {item for rows in long for place, item in enumerate(rows[:-1]) if place % 5}


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One process more than there are cores: a quarter of the time a process waits, for a server that it started, a
    browser or the clock."""
    return (yield) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing | None:
    """Where several processes share the tests out, the slow ones go out one by one."""
    return Sharing(config, log, _is_slow) if config.getoption("dist") == "load" else None


def _is_slow(test: str) -> bool:
    return test.split("/")[1] in SLOW


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end (a third of a gigabyte): who looks for cycles need not
    go through it again and again, nor as often as in a small program."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command that a test runs sets the log up for its process: its form, who writes it, and from which level on."""
    before, root = structlog.get_config(), logging.getLogger()
    names = (None, *OURS)
    levels, handlers = [logging.getLogger(name).level for name in names], list(root.handlers)
    yield
    structlog.configure(**before)
    root.handlers[:] = handlers
    for name, level in zip(names, levels, strict=True):
        logging.getLogger(name).setLevel(level)


@pytest.fixture(scope="session")
async def the_loop() -> asyncio.AbstractEventLoop:
    """The loop that all tests run in."""
    keep_connections()
    return asyncio.get_running_loop()


@pytest.fixture(autouse=True)
def _loop_as_before(the_loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """What a test started and left ends with it, as if it had had the loop for itself."""
    before = asyncio.all_tasks(the_loop)
    yield
    the_loop.set_exception_handler(None)
    if left := asyncio.all_tasks(the_loop) - before:
        for task in left:
            task.cancel()
        the_loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))


@pytest.fixture(scope="session")
def sqlite_databases() -> Iterator[Databases]:
    """SQLite's supply of databases, in memory as those of `room` are."""
    with TemporaryDirectory(dir=memory()) as directory:
        yield SqliteDatabases(Path(directory))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[Databases]:
    """PostgreSQL's supply of databases; the server starts when the first test asks for it."""
    server = Postgres()
    try:
        yield PostgresDatabases(server)
    finally:
        server.close()


@pytest.fixture(params=("sqlite", "postgres"))
def databases(request: pytest.FixtureRequest) -> Databases:
    """One engine's supply after the other: who asks for it is tested on both."""
    supply: Databases = request.getfixturevalue(f"{request.param}_databases")
    return supply


@pytest.fixture
def room() -> Iterator[Path]:
    """Where a database that is a file lies: in memory, since no test cuts the power, and waiting for the disk at
    each commit would be a good part of all the time."""
    with TemporaryDirectory(dir=memory()) as directory:
        yield Path(directory)


@pytest.fixture
def database_url(databases: Databases, room: Path) -> Iterator[str]:
    """The address of an empty database, on SQLite and on PostgreSQL."""
    with databases.database(room) as url:
        yield url


@pytest.fixture
def migrated_url(databases: Databases, room: Path) -> Iterator[str]:
    """The address of a database with our tables in it; they were made once, and are copied."""
    with databases.database(room, migrated) as url:
        yield url


@pytest.fixture
async def store(migrated_url: str) -> AsyncIterator[Store]:
    """An open store, on SQLite and on PostgreSQL; without SQLite's threads, which take a third of the time."""
    opened = await open_inline(migrated_url)
    yield opened
    await opened.close()


@pytest.fixture
async def threaded_store(migrated_url: str) -> AsyncIterator[Store]:
    """The same as the product has it, for tests of the store itself: they take it as their `store`."""
    opened = await open_store(migrated_url)
    yield opened
    await opened.close()


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that a test starts have imported what they need; see `tests/support/warm.py`."""
    monkeypatch.setattr(asyncio, "create_subprocess_exec", create_subprocess_exec)


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still until it is moved."""
    return ManualClock()


@pytest.fixture
def bot(store: Store, clock: ManualClock) -> Bot:
    """The whole bot over fake channels; see `Bot`."""
    return Bot(store, clock=clock)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A headless browser; without one on the machine the test is skipped, or fails where one is required.

    It starts once: a test takes a context of its own, as a visitor who was never here, and its event loop is
    that of the browser (`pytest.mark.asyncio(loop_scope="session")`).
    """
    path = find_browser()
    if path is None:
        reason = "no browser on this machine; Debian's is in its package `chromium`"
        if browser_required():
            pytest.fail(f"{reason}, and {REQUIRED} is set")
        pytest.skip(reason)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield opened
        finally:
            await opened.close()
