"""A command line that every test here may ask for."""

from pathlib import Path

import pytest

from tests.support.shell import Shell


@pytest.fixture
def shell(migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Commands with a configuration and a database of their own, on SQLite and on PostgreSQL."""
    # The log is the whole process's; other tests look at it too.
    monkeypatch.setattr("bot.cli.campaign.set_up_logs", lambda form, level: None)
    return Shell(tmp_path, migrated_url)
