"""The store as it is, with its threads."""

import pytest

from bot.store.store import Store


@pytest.fixture
def store(threaded_store: Store) -> Store:
    """See `threaded_store`."""
    return threaded_store
