"""Looking people up, and addresses at which nobody is reached."""

from datetime import timedelta

from sqlalchemy import select

from bot.people.contacts import Person, mark_alive, mark_dead, person, person_at
from bot.store.schema import address
from bot.store.store import Store
from channels.base import Address
from tests.people.conftest import NOW, Import

PHONE = Address("sms", "+31612345678")


async def test_a_person_is_found_by_address_and_by_key(store: Store, imported: Import) -> None:
    await imported(
        "contact_id,name,account,account_manager,language,timezone,slack,phone,plan\n"
        "C1,Purchasing,Globex,North,nl,Europe/Paris,U1AB,+31612345678,gold\nC2,,,,,,,,\n"
    )
    found = await store.read(person_at, PHONE)
    assert found is not None
    assert found == Person(
        id=found.id,
        contact_id="C1",
        name="Purchasing",
        account="Globex",
        account_manager="North",
        language="nl",
        timezone="Europe/Paris",
        attributes={"plan": "gold"},
        addresses=found.addresses,
    )
    assert set(found.addresses) == {PHONE, Address("slack", "U1AB")}
    assert found.phone == "+31612345678"
    assert await store.read(person_at, Address("slack", "U1AB")) == found
    assert await store.read(person, "C1") == found


async def test_a_stranger_is_nobody(store: Store) -> None:
    assert await store.read(person_at, PHONE) is None
    assert await store.read(person, "C1") is None


async def test_what_is_not_given_is_not_known(store: Store, imported: Import) -> None:
    await imported("contact_id,phone\nC1,+12125550123\nC2,\n")
    new_york, nowhere = [await store.read(person, key) for key in ("C1", "C2")]
    assert new_york is not None
    assert nowhere is not None
    assert new_york.timezone is None  # what its phone tells, campaigns.places says
    assert (nowhere.language, nowhere.phone) == (None, None)


async def test_an_address_is_dead_until_it_is_alive(store: Store, imported: Import) -> None:
    await imported("contact_id,phone\nC1,+31612345678\n")
    assert await store.write(mark_dead, PHONE, "x" * 300, NOW)
    assert not await store.write(mark_dead, PHONE, "again", NOW + timedelta(days=1))
    row = await store.read(lambda connection: connection.execute(select(address)).one())
    assert (row.dead_since, row.dead_reason) == (NOW, "x" * 200)
    assert await store.write(mark_alive, PHONE)
    assert not await store.write(mark_alive, PHONE)
    assert not await store.write(mark_dead, Address("slack", "U9"), "nobody's", NOW)
