"""The part of the database that a chunk of imported rows touches: read all at once, changed in memory,
written back all at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.people import consent, suppression
from bot.people.contacts import KEPT_STOP, RELEASE_FROM_ADMIN, RESERVED, mark_alive
from bot.people.departed import IMPORT, What, note_departed
from bot.people.rows import ContactRow
from bot.people.typed_cells import OF_ACCOUNT, TypedValue
from bot.store.hot import Hot
from bot.store.schema import account, address, contact, former_address
from bot.store.schema import opt_out as opt_outs
from bot.store.sql import among
from channels.base import Address


@dataclass(slots=True, eq=False)
class KnownAccount:
    """An account as it will be."""

    id: int | None  # None: not in the database yet
    name: str
    manager: str | None
    worth: dict[str, TypedValue | None] = field(default_factory=dict)
    """What is known in the columns `OF_ACCOUNT`."""
    changed: bool = False


@dataclass(slots=True, eq=False)
class KnownContact:
    """A contact as it will be."""

    id: int | None  # None: not in the database yet
    contact_id: str
    name: str = ""
    account: KnownAccount | None = None
    language: str | None = None
    timezone: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    key_contact: bool | None = None
    addresses: dict[str, str] = field(default_factory=dict)
    changed: bool = False


@dataclass(slots=True)
class Picture:
    """What the rows touch. A contact stands under its `contact_id`, an account under its name."""

    contacts: dict[str, KnownContact] = field(default_factory=dict)
    accounts: dict[str, KnownAccount] = field(default_factory=dict)
    owners: dict[tuple[str, str], str] = field(default_factory=dict)
    """The `contact_id` that has an address (channel, value)."""
    dropped: set[tuple[str, str]] = field(default_factory=set)
    """Addresses to delete, as `contact_id` and channel."""
    gained: dict[tuple[str, str], str] = field(default_factory=dict)
    """Addresses to add, as `contact_id` and channel with the value."""
    dead: set[tuple[str, str]] = field(default_factory=set)
    """Addresses (channel, value) at which nobody could be reached."""
    revived: set[tuple[str, str]] = field(default_factory=set)
    """Those of them that a row names again: whoever sends the file says that they are right."""
    released: set[tuple[str, str]] = field(default_factory=set)
    """Addresses (channel, value) to take from admins, who had them for trials alone."""

    def add(self, later: "Picture") -> None:
        """Look at more of the database, of which what was changed here stays as it is."""
        for key, one in later.contacts.items():
            self.contacts.setdefault(key, one)
        for name, its in later.accounts.items():
            self.accounts.setdefault(name, its)
        for (channel, value), owner in later.owners.items():
            if (owner, channel) not in self.dropped:
                self.owners.setdefault((channel, value), owner)

    def set_address(self, one: KnownContact, channel: str, value: str | None) -> bool:
        """Give the contact this address on a channel, or none; whether that is a change."""
        old = one.addresses.get(channel)
        if old == value:
            if value is not None and (channel, value) in self.dead:
                self.revived.add((channel, value))
            return False
        key = (one.contact_id, channel)
        if old is not None:
            del one.addresses[channel]
            self.owners.pop((channel, old), None)
            # A row of this same chunk may have brought it: then there is nothing in the database to delete.
            if self.gained.pop(key, None) is None:
                self.dropped.add(key)
        if value is not None:
            if self.owners.get((channel, value), "").startswith(RESERVED):
                self.released.add((channel, value))
            one.addresses[channel] = value
            self.owners[channel, value] = one.contact_id
            self.gained[key] = value
        return True


# What the rows touch. FOR UPDATE, so that nobody changes it between our look and our writing.
_CONTACTS: Final = Hot(
    select(
        contact.c.id,
        contact.c.contact_id,
        contact.c.name,
        contact.c.account_id,
        contact.c.language,
        contact.c.timezone,
        contact.c.attributes,
        contact.c.key_contact,
    )
    .where(among(contact.c.contact_id, "keys"))
    .order_by(contact.c.id)
    .with_for_update()
)
_ACCOUNTS: Final = (
    select(account.c.id, account.c.name, account.c.account_manager, *(account.c[name] for name in OF_ACCOUNT))
    .where(or_(among(account.c.name, "names"), among(account.c.id, "ids")))
    .order_by(account.c.id)
    .with_for_update()
)
_OWN_ADDRESSES: Final = Hot(
    select(
        address.c.contact_id,
        address.c.channel,
        address.c.value,
        and_(address.c.dead_since.is_not(None), address.c.dead_reason != KEPT_STOP).label("dead"),
    ).where(among(address.c.contact_id, "ids"))
)
_OWNERS: Final = Hot(
    select(address.c.channel, address.c.value, contact.c.contact_id)
    .join(contact, contact.c.id == address.c.contact_id)
    .where(among(address.c.value, "values"))
)

_ADD_ACCOUNTS: Final = insert(account).returning(account.c.id, account.c.name)
_CHANGE_ACCOUNT: Final = (
    update(account)
    .where(account.c.id == bindparam("its_id"))
    .values(
        account_manager=bindparam("manager"),
        **{name: bindparam(f"new_{name}") for name in OF_ACCOUNT},
    )
)
_COLUMNS: Final = ("name", "account_id", "language", "timezone", "attributes", "key_contact")
_ADD_CONTACTS: Final = Hot(insert(contact).returning(contact.c.id, contact.c.contact_id))
_CHANGE_CONTACTS: Final = Hot(
    update(contact)
    .where(contact.c.id == bindparam("of_id"))
    .values({name: bindparam(name) for name in (*_COLUMNS, "changed_at")})
)
_DROP_ADDRESS: Final = delete(address).where(
    address.c.contact_id == bindparam("its_contact"), address.c.channel == bindparam("its_channel")
)
_DROPPED: Final = select(address.c.contact_id, address.c.channel, address.c.value).where(
    address.c.contact_id == bindparam("its_contact"), address.c.channel == bindparam("its_channel")
)
_KEEP_FORMER: Final = {
    engine.dialect.name: engine.insert(former_address)
    .from_select(["contact_id", "channel", "value"], _DROPPED)
    .on_conflict_do_nothing()
    for engine in (sqlite, postgresql)
}
_ADD_ADDRESSES: Final = Hot(insert(address))
_OPTED_OUT_STRANGERS: Final = Hot(
    select(opt_outs.c.channel, opt_outs.c.value).where(
        opt_outs.c.contact_id.is_(None), among(opt_outs.c.value, "values")
    )
)


def read_picture(connection: Connection, rows: Sequence[ContactRow]) -> Picture:
    """What these rows touch, as it is."""
    picture = Picture()
    found = _CONTACTS.all(connection, {"keys": sorted({row.contact_id for row in rows})})
    names = sorted({row.account for row in rows if isinstance(row.account, str)})
    ids = sorted({row.account_id for row in found if row.account_id is not None})
    by_id: dict[int, KnownAccount] = {}
    if names or ids:
        for id_, name, manager, *worth in connection.execute(_ACCOUNTS, {"names": names, "ids": ids}):
            known = dict(zip(OF_ACCOUNT, worth, strict=True))
            by_id[id_] = picture.accounts[name] = KnownAccount(id_, name, manager, known)
    contacts: dict[int, KnownContact] = {}
    for row in found:
        contacts[row.id] = picture.contacts[row.contact_id] = KnownContact(
            row.id,
            row.contact_id,
            row.name,
            by_id.get(row.account_id),
            row.language,
            row.timezone,
            row.attributes,
            row.key_contact,
        )
    if contacts:
        for id_, channel, value, dead in _OWN_ADDRESSES.all(connection, {"ids": sorted(contacts)}):
            its = contacts[id_]
            its.addresses[channel] = value
            picture.owners[channel, value] = its.contact_id
            if dead:
                picture.dead.add((channel, value))
    values = sorted(
        {
            value
            for row in rows
            for channel, value in row.addresses.items()
            if value is not None and picture.owners.get((channel, value)) != row.contact_id
        }
    )
    if values:
        for channel, value, owner in _OWNERS.all(connection, {"values": values}):
            picture.owners[channel, value] = owner
    return picture


def write_picture(
    connection: Connection, picture: Picture, now: datetime, secret: SecretStr | None = None
) -> frozenset[str]:
    """Write what is new and what changed. Who was erased comes back opted out, and is given by key; `secret` is the
    configured key by which they are known."""
    _write_accounts(connection, picture)
    _write_contacts(connection, picture, now)
    _write_addresses(connection, picture, now)
    return _keep_erased_out(connection, picture, now, secret)


def _write_accounts(connection: Connection, picture: Picture) -> None:
    new = [one for one in picture.accounts.values() if one.id is None]
    changed = [one for one in picture.accounts.values() if one.id is not None and one.changed]
    if new:
        values = [
            {"name": one.name, "account_manager": one.manager}
            | {name: one.worth.get(name) for name in OF_ACCOUNT}
            for one in new
        ]
        for id_, name in connection.execute(_ADD_ACCOUNTS, values):
            picture.accounts[name].id = id_
    if changed:
        connection.execute(
            _CHANGE_ACCOUNT,
            [
                {"its_id": one.id, "manager": one.manager}
                | {f"new_{name}": one.worth.get(name) for name in OF_ACCOUNT}
                for one in changed
            ],
        )


def _write_contacts(connection: Connection, picture: Picture, now: datetime) -> None:
    new = [one for one in picture.contacts.values() if one.id is None]
    changed = [one for one in picture.contacts.values() if one.id is not None and one.changed]
    if new:
        values = [
            {"contact_id": one.contact_id, "added_at": now, "changed_at": now} | _columns(one) for one in new
        ]
        for id_, contact_id in _ADD_CONTACTS.each(connection, values):
            picture.contacts[contact_id].id = id_
    if changed:
        _CHANGE_CONTACTS.each(
            connection, [{"of_id": one.id, "changed_at": now} | _columns(one) for one in changed]
        )


def _columns(one: KnownContact) -> dict[str, Any]:
    return {
        "name": one.name,
        "account_id": one.account.id if one.account is not None else None,
        "language": one.language,
        "timezone": one.timezone,
        "attributes": one.attributes,
        "key_contact": one.key_contact,
    }


def _write_addresses(connection: Connection, picture: Picture, now: datetime) -> None:
    ids = {key: one.id for key, one in picture.contacts.items()}
    if picture.released:
        connection.execute(
            RELEASE_FROM_ADMIN,
            [{"at_channel": channel, "at_value": value} for channel, value in picture.released],
        )
    if picture.dropped:
        note_departed(connection, _addresses_gone(picture), IMPORT, now)
        dropped = [{"its_contact": ids[key], "its_channel": channel} for key, channel in picture.dropped]
        connection.execute(_KEEP_FORMER[connection.dialect.name], dropped)
        connection.execute(_DROP_ADDRESS, dropped)
    for channel, value in sorted(picture.revived):
        mark_alive(connection, Address(channel, value))
    if not picture.gained:
        return
    _ADD_ADDRESSES.each(
        connection,
        [
            {"contact_id": ids[key], "channel": channel, "value": value, "since": now}
            for (key, channel), value in picture.gained.items()
        ],
    )
    values = sorted(set(picture.gained.values()))
    strangers = {tuple(row) for row in _OPTED_OUT_STRANGERS.all(connection, {"values": values})}
    tied = [
        {"its_contact": ids[key], "its_channel": channel, "its_value": value}
        for (key, channel), value in picture.gained.items()
        if (channel, value) in strangers
    ]
    if tied:
        connection.execute(consent.TIE, tied)


def _addresses_gone(picture: Picture) -> Counter[tuple[str | None, What]]:
    """How many of each account manager's addresses have another in their place now, and how many have none."""
    gone = Counter[tuple[str | None, What]]()
    for key, channel in picture.dropped:
        its = picture.contacts[key].account
        what: What = "changed" if (key, channel) in picture.gained else "vanished"
        gone[None if its is None else its.manager, what] += 1
    return gone


def _keep_erased_out(
    connection: Connection, picture: Picture, now: datetime, secret: SecretStr | None
) -> frozenset[str]:
    """Opt out, at the addresses they came with, those whom an erasure had opted out before; who they are, by key."""
    if not picture.gained or not suppression.anybody(connection):
        return frozenset()
    gained = {Address(channel, value): key for (key, channel), value in picture.gained.items()}
    contacts = {key: suppression.name_of_contact(key) for key in gained.values()}
    erased = suppression.among(connection, secret, {*gained, *contacts.values()})
    back = {at: key for at, key in gained.items() if at in erased or contacts[key] in erased}
    for at in back:
        consent.opt_out(connection, at, now, "erased")
    return frozenset(back.values())
