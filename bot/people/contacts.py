"""Contacts as the rest of the program sees them, and their addresses."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, ScalarSelect, bindparam, delete, exists, select, update
from sqlalchemy.sql.dml import Update

from bot.store.behind import WriteBehind, looked_up
from bot.store.hot import Hot
from bot.store.schema import Row, account, address, contact
from bot.store.sql import among, one_of
from channels.base import Address
from channels.known import those_that

BY_PHONE: Final = those_that(lambda limits: limits.by_phone)
"""The channels on which an address is a telephone number."""

RESERVED = "admin:"
"""Ids that begin so are those of admins who try a campaign; no import may use them, no audience has them."""


@dataclass(frozen=True, slots=True)
class Person:
    """A contact with everything that is needed to write to them or to tell their account manager."""

    id: int
    contact_id: str  # the user's own key
    name: str
    account: str | None
    account_manager: str | None  # a name that stood in account_managers when it was imported
    language: str | None  # None: not given
    timezone: str | None  # None: not given; what time it is there: `campaigns.places`
    attributes: Mapping[str, str]
    addresses: tuple[Address, ...]  # in the order in which they were added

    @property
    def phone(self) -> str | None:
        """The number in E.164."""
        return next((one.id for one in self.addresses if one.channel in BY_PHONE), None)


PEOPLE = select(
    contact.c.id,
    contact.c.contact_id,
    contact.c.name,
    contact.c.language,
    contact.c.timezone,
    contact.c.attributes,
    account.c.name.label("account"),
    account.c.account_manager,
).select_from(contact.outerjoin(account))
"""Each contact with its account."""
_BY_CONTACT_ID = PEOPLE.where(contact.c.contact_id == bindparam("contact_id"))
_BY_ADDRESS = Hot(
    PEOPLE.where(
        contact.c.id
        == select(address.c.contact_id)
        .where(address.c.channel == bindparam("channel"), address.c.value == bindparam("value"))
        .scalar_subquery()
    )
)
_ADDRESSES = Hot(
    select(address.c.channel, address.c.value)
    .where(address.c.contact_id == bindparam("id"))
    .order_by(address.c.id)
)
RELEASE_FROM_ADMIN = delete(address).where(
    address.c.channel == bindparam("at_channel"),
    address.c.value == bindparam("at_value"),
    exists().where(contact.c.id == address.c.contact_id, contact.c.contact_id.like(f"{RESERVED}%")),
)
"""Takes the address `at_channel`, `at_value` from an admin who had it for trials, and from nobody else: a
colleague who tried a campaign can still become a contact."""
_MARK = (
    update(address)
    .where(address.c.channel == bindparam("at_channel"), address.c.value == bindparam("at_value"))
    .values(dead_since=bindparam("dead_from"), dead_reason=bindparam("reason"))
)
_MARK_DEAD = _MARK.where(address.c.dead_since.is_(None))
_MARK_ALIVE = _MARK.where(address.c.dead_since.is_not(None))


def phone_of(contact_id: ColumnElement[int]) -> ScalarSelect[str]:
    """The telephone number, for use in other statements, of the contact with this `contact.id`."""
    return (
        select(address.c.value)
        .where(address.c.contact_id == contact_id, one_of(address.c.channel, BY_PHONE))
        .order_by(address.c.id)
        .limit(1)
        .scalar_subquery()
    )


_OWNER: Final = "owner of address"
_OWNED: Final = Hot(
    select(address.c.channel, address.c.value).where(
        address.c.channel == bindparam("at_channel"), among(address.c.value, "at_values")
    )
)


def by_channel(places: Collection[Address]) -> dict[str, list[str]]:
    """The ids of these addresses on each channel, in one order whoever asks."""
    found: dict[str, list[str]] = {}
    for channel, id_ in sorted({(one.channel, one.id) for one in places}):
        found.setdefault(channel, []).append(id_)
    return found


def look_for_owners(opened: WriteBehind, places: Collection[Address]) -> list[Address]:
    """Look up at once which of these addresses are anybody's; those that are nobody's."""
    strangers: list[Address] = []
    for channel, ids in by_channel(places).items():
        rows = _OWNED.all(opened.connection, {"at_channel": channel, "at_values": ids})
        here = [Address(channel, id_) for id_ in ids]
        opened.know(_OWNER, here, rows, lambda row: Address(row.channel, row.value))
        strangers += [one for one in here if is_nobodys(opened.connection, one)]
    return strangers


def is_nobodys(connection: Connection, at: Address) -> bool:
    """Whether it was looked up ahead that an address is nobody's: then there is no need to look for whose it is."""
    return looked_up(connection, _OWNER, at, again=True) == []


def person_at(connection: Connection, at: Address) -> Person | None:
    """The contact with this address; None for a stranger."""
    if is_nobodys(connection, at):
        return None
    return _person(connection, _BY_ADDRESS.first(connection, {"channel": at.channel, "value": at.id}))


def person(connection: Connection, contact_id: str) -> Person | None:
    """The contact with this key of the user's own."""
    return _person(connection, connection.execute(_BY_CONTACT_ID, {"contact_id": contact_id}).one_or_none())


def mark_dead(connection: Connection, at: Address, reason: str, since: datetime) -> bool:
    """Remember that nobody can be reached at this address; the first reason stays.

    True where this is news; False where it was known, or the address is nobody's.
    """
    return _marked(connection, _MARK_DEAD, at, since, reason[:200])


KEPT_STOP: Final = "the SMS provider keeps a STOP from it"
"""Why a number is dead whose owner can write to us, and whom the provider lets us answer only after START."""
_HEARD_FROM = Hot(
    update(address)
    .where(
        address.c.channel == bindparam("at_channel"),
        among(address.c.value, "at_values"),
        address.c.dead_since.is_not(None),
        address.c.dead_reason != KEPT_STOP,
    )
    .values(dead_since=None, dead_reason=None)
)


def heard_from(connection: Connection, places: Collection[Address]) -> None:
    """Whoever writes from an address can be reached there, whatever was said of it before."""
    for channel in sorted({one.channel for one in places}):
        here = sorted({one.id for one in places if one.channel == channel})
        _HEARD_FROM.run(connection, {"at_channel": channel, "at_values": here})


def mark_alive(connection: Connection, at: Address) -> bool:
    """Forget that nobody could be reached at this address; True where it was marked."""
    return _marked(connection, _MARK_ALIVE, at, None, None)


def _marked(
    connection: Connection, statement: Update, at: Address, since: datetime | None, reason: str | None
) -> bool:
    values = {"at_channel": at.channel, "at_value": at.id, "dead_from": since, "reason": reason}
    return bool(connection.execute(statement, values).rowcount)


def _person(connection: Connection, row: Row | None) -> Person | None:
    if row is None:
        return None
    addresses = tuple(Address(*found) for found in _ADDRESSES.all(connection, {"id": row.id}))
    return Person(
        id=row.id,
        contact_id=row.contact_id,
        name=row.name,
        account=row.account,
        account_manager=row.account_manager,
        language=row.language,
        timezone=row.timezone,
        attributes=row.attributes,
        addresses=addresses,
    )
