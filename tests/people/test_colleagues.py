"""Who is a colleague, in which role, and what others call them."""

import pytest

from bot.people.colleagues import addresses, called, managers_at, may_follow_up, roles_at
from channels.base import Address
from tests.support.campaign_world import settings_of

ADMIN, BOTH, TEAM = Address("slack", "UADMIN"), Address("slack", "UBOTH"), Address("telegram", "-100")
FALLBACK, CUSTOMER = Address("sms", "+31612345678"), Address("slack", "U1")
SETTINGS = settings_of(
    admins=["slack:UADMIN", "slack:UBOTH"],
    account_managers={"North": "slack:UBOTH", "South": "telegram:-100", "East": "telegram:-100"},
    fallback_manager="sms:+31612345678",
)


def test_roles() -> None:
    assert [roles_at(SETTINGS, at) for at in (ADMIN, BOTH, TEAM, FALLBACK, CUSTOMER)] == [
        ("admin",),
        ("admin", "manager"),
        ("manager",),
        ("manager",),
        (),
    ]
    assert addresses(SETTINGS) == {ADMIN, BOTH, TEAM, FALLBACK}
    assert addresses(SETTINGS, "admin") == {ADMIN, BOTH}


def test_a_fallback_that_is_an_address_has_no_accounts_of_its_own() -> None:
    assert managers_at(SETTINGS, FALLBACK) == {}
    assert managers_at(SETTINGS, CUSTOMER, TEAM) == {"South": TEAM, "East": TEAM}


@pytest.mark.parametrize(
    ("actor", "place", "may"),
    [
        (BOTH, BOTH, True),  # an admin, anywhere
        (ADMIN, CUSTOMER, True),
        (TEAM, TEAM, True),  # who was alerted
        (CUSTOMER, TEAM, True),  # in the channel that was
        (CUSTOMER, CUSTOMER, False),
        (FALLBACK, FALLBACK, False),  # another's alert
    ],
)
def test_who_may_follow_up(actor: Address, place: Address, may: bool) -> None:
    assert may_follow_up(SETTINGS, actor, place, TEAM) is may


@pytest.mark.parametrize(
    ("kept", "name"),
    [
        ("slack:UBOTH", "North"),
        ("slack:UBOTH Somebody Else", "North"),
        ("slack:UADMIN The Admin", "The Admin"),
        ("slack:UADMIN", "an admin"),
        ("telegram:-100", "South"),  # the first of those who share it
        ("terminal:operator", "operator at the terminal"),
        (None, ""),
    ],
)
def test_what_a_colleague_is_called(kept: str | None, name: str) -> None:
    assert called(SETTINGS, kept) == name
