"""A command line that every test here may ask for."""

from pathlib import Path

import pytest

from tests.support.shell import Shell


@pytest.fixture
def shell(migrated_url: str, tmp_path: Path) -> Shell:
    """Commands with a configuration and a database of their own, on SQLite and on PostgreSQL."""
    return Shell(tmp_path, migrated_url)
