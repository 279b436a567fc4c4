"""Whom somebody means: by key, by address, by name, or nearly."""

from typing import Any

import pytest
from sqlalchemy import Connection, insert

from bot.people.contacts import Person
from bot.people.finding import MOST_NEAR, Near, find_contact
from bot.store.schema import account, address, contact
from bot.store.store import Store
from tests.support.manual_clock import ManualClock

PEOPLE: tuple[tuple[str, str, str | None, dict[str, str]], ...] = (
    ("globex-1", "Buyer at Globex", "North", {"slack": "U1", "sms": "+31612345678"}),
    ("globex-2", "Planner at Globex", "North", {"telegram": "5001"}),
    ("initech-1", "Buyer at Initech", "South", {"slack": "U2"}),
    ("initech-2", "Planner", "South", {}),
    ("initech-3", "planner", "South", {}),
    ("100%_sure", "Élan Owner", "South", {}),
    ("hooli-1", "Zoë van der Łęcki-Søndergård", "South", {}),
    ("admin:slack:UADMIN", "admin", None, {"slack": "UADMIN"}),
)


@pytest.fixture
async def people(store: Store) -> Store:
    def write(connection: Connection) -> None:
        accounts = {
            manager: connection.execute(
                insert(account).returning(account.c.id), {"name": manager, "account_manager": manager}
            ).scalar_one()
            for manager in ("North", "South")
        }
        for key, name, manager, addresses in PEOPLE:
            values: dict[str, Any] = {
                "contact_id": key,
                "name": name,
                "account_id": accounts.get(manager or ""),
                "attributes": {},
                "changed_at": ManualClock().now(),
            }
            made = connection.execute(insert(contact).returning(contact.c.id), values).scalar_one()
            for channel, value in addresses.items():
                connection.execute(insert(address), {"channel": channel, "value": value, "contact_id": made})

    await store.write(write)
    return store


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("globex-1", "globex-1"),
        ("  globex-1 ", "globex-1"),
        ("GLOBEX-1", "globex-1"),
        ("Buyer at Globex", "globex-1"),
        ("buyer AT globex", "globex-1"),
        ("Élan Owner", "100%_sure"),
        ("E\u0301lan Owner", "100%_sure"),  # an accent that stands beside its letter
        ("élan owner", "100%_sure"),
        ("elan owner", "100%_sure"),
        ("zoe van der lecki-sondergard", "hooli-1"),
        ("+31612345678", "globex-1"),
        ("+31 6 1234-5678", "globex-1"),
        ("sms:+31 6 12345678", "globex-1"),
        ("slack:U1", "globex-1"),
        ("Slack: U1", "globex-1"),
        ("U2", "initech-1"),
        ("5001", "globex-2"),
        ("telegram:5001", "globex-2"),
        ("100%_sure", "100%_sure"),
        ("admin:slack:UADMIN", "admin:slack:UADMIN"),
    ],
)
async def test_who_is_meant(people: Store, said: str, found: str) -> None:
    one = await people.read(find_contact, said)
    assert isinstance(one, Person), one
    assert one.contact_id == found


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("Planner", ["initech-2", "initech-3"]),  # two are called so
        ("globex", ["globex-1", "globex-2"]),
        ("Buyer", ["globex-1", "initech-1"]),
        ("Buyer at Globx", ["globex-1", "initech-1"]),  # a slip: by the first letters, the likest first
        ("Zoe", ["hooli-1"]),
        ("zoë", ["hooli-1"]),
        ("Zoe Lecki", ["hooli-1"]),
        ("Sondergard", ["hooli-1"]),
        ("a]b", []),
        ("[a-z]", []),
        ("elan.owner", ["100%_sure"]),
        ("%", []),
        ("_", []),
        ("0%_s", ["100%_sure"]),
        ("slack:U9", []),
        ("admin", []),  # admins who tried a campaign are no customers
        ("", []),
        ("zzz", []),
        ("x" * 500, []),
    ],
)
async def test_the_nearest_are_offered(people: Store, said: str, near: list[str]) -> None:
    found = await people.read(find_contact, said)
    assert isinstance(found, Near), found
    assert [key for key, _ in found.people] == near


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("initech-1", "initech-1"),
        ("Buyer", ("initech-1",)),
        ("globex-1", ()),
        ("+31612345678", ()),
        ("Buyer at Globex", ("initech-1",)),
        ("admin:slack:UADMIN", ()),
    ],
)
async def test_an_account_manager_hears_of_own_customers_alone(
    people: Store, said: str, found: str | tuple[str, ...]
) -> None:
    one = await people.read(find_contact, said, ("South",))
    keys = one.contact_id if isinstance(one, Person) else tuple(key for key, _ in one.people)
    assert keys == found


async def test_not_more_than_a_few_are_offered(store: Store) -> None:
    def write(connection: Connection) -> None:
        rows = [
            {
                "contact_id": f"same-{number}",
                "name": "Same",
                "attributes": {},
                "changed_at": ManualClock().now(),
            }
            for number in range(300)
        ]
        connection.execute(insert(contact), rows)

    await store.write(write)
    for said in ("Same", "sam"):
        found = await store.read(find_contact, said)
        assert isinstance(found, Near)
        assert len(found.people) == MOST_NEAR
