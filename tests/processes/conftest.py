"""The servers of these tests start and are killed often."""

import pytest


@pytest.fixture(autouse=True)
def begun_warm(warm: None) -> None:
    """None of them imports everything anew."""
