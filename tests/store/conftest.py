"""The store as it is, with its threads and its migrations."""

import pytest

from bot.store import store as module
from bot.store.migrate import migrate
from bot.store.store import Store


@pytest.fixture(autouse=True)
def _tables_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tables are made by the migrations, and not by a copy."""
    monkeypatch.setattr(module, "migrate", migrate)


@pytest.fixture
def store(threaded_store: Store) -> Store:
    """See `threaded_store`."""
    return threaded_store
