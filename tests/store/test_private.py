"""Files that hold names or words are for their owner alone."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from bot.store.private import make_private, open_private
from bot.store.store import opened


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """A umask that lets everybody read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def _mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


async def test_a_new_database_and_its_log(tmp_path: Path) -> None:  # field E9
    async with opened(f"sqlite+aiosqlite:///{tmp_path / 'npsbot.db'}") as store:
        await store.write(lambda connection: connection.execute(text("SELECT 1")).scalar())
        assert _modes(tmp_path) == dict.fromkeys(("npsbot.db", "npsbot.db-shm", "npsbot.db-wal"), "0o600")


def _modes(folder: Path) -> dict[str, str]:
    return {path.name: _mode(path) for path in folder.glob("npsbot.db*")}


@pytest.mark.parametrize("before", [False, True])
def test_a_list_of_names(tmp_path: Path, before: bool) -> None:  # field E9
    path = tmp_path / "links.csv"
    if before:
        path.write_text("old and open to all", "utf-8")
    with open_private(path, "utf-8-sig") as file:
        file.write("new")
    assert (_mode(path), path.read_text("utf-8-sig")) == ("0o600", "new")


def test_what_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "npsbot.db"
    path.write_text("kept", "utf-8")
    make_private(path)
    assert (_mode(path), path.read_text("utf-8")) == ("0o644", "kept")


_ANOTHER: Final = """
import sqlite3, sys
sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute("BEGIN IMMEDIATE")
"""


def test_a_lock_on_what_is_there_stays(tmp_path: Path) -> None:
    """To open a file and close it lets go of all that this process holds on it."""
    path = tmp_path / "npsbot.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        make_private(path)
        done = subprocess.run([sys.executable, "-c", _ANOTHER, path], capture_output=True, check=False)
    assert b"database is locked" in done.stderr
