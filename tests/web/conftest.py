"""With the store as the server has it: it can be lost."""

import pytest

from bot.store.store import Store


@pytest.fixture
def store(threaded_store: Store) -> Store:
    """See `threaded_store`."""
    return threaded_store
