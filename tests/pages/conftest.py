"""A company with its dashboard, on both databases."""

import pytest

from bot.pages import live
from bot.store.store import Store
from tests.pages.house import House, house_of
from tests.support.manual_clock import ManualClock


@pytest.fixture(autouse=True)
def unrested(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look may follow another at once."""
    monkeypatch.setattr(live, "REST", 0)


@pytest.fixture
async def house(store: Store, clock: ManualClock) -> House:
    """Five customers of two account managers answered; case 1 is taken, 2 and 3 are open."""
    made = house_of(store, clock)
    await made.fill()
    return made


@pytest.fixture
def empty_house(store: Store, clock: ManualClock) -> House:
    """The same company before anybody was asked."""
    return house_of(store, clock)
