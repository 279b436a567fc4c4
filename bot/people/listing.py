"""The contacts as a list: each with what an import said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from bot.people.consent import contact_opted_out
from bot.people.contacts import PEOPLE, RESERVED
from bot.store.schema import Row, account, address, contact

PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """A contact in a list. `addresses` are written `sms:+31612345678`."""

    id: int
    contact_id: str
    name: str
    account: str
    account_manager: str
    addresses: tuple[str, ...]
    opted_out: bool
    language: str | None
    timezone: str | None
    attributes: Mapping[str, str]


_CONTACTS: Final = PEOPLE.add_columns(contact_opted_out(contact.c.id).label("opted_out")).where(
    contact.c.contact_id.not_like(f"{RESERVED}%")
)
_ONE: Final = _CONTACTS.where(contact.c.contact_id == bindparam("of_key"))
_PAGE: Final = (
    _CONTACTS.where(contact.c.id > bindparam("after")).order_by(contact.c.id).limit(bindparam("size"))
)
_OF_ACCOUNT: Final = _PAGE.where(func.lower(account.c.name) == bindparam("of_account"))
_ADDRESSES: Final = (
    select(address.c.contact_id, address.c.channel, address.c.value)
    .where(address.c.contact_id.in_(bindparam("ids", expanding=True)))
    .order_by(address.c.id)
)


def listed(
    connection: Connection, after: int, of_account: str | None = None, size: int = PAGE
) -> list[Listed]:
    """The next page of contacts, in the order in which they came in; `of_account` limits it to one account."""
    chosen = {"after": after, "size": size}
    if of_account is None:
        return _listed(connection, connection.execute(_PAGE, chosen).all())
    chosen_account = {**chosen, "of_account": of_account.strip().lower()}
    return _listed(connection, connection.execute(_OF_ACCOUNT, chosen_account).all())


def listed_contact(connection: Connection, contact_id: str) -> Listed | None:
    """The contact with this key of the user's own, as the list has them."""
    return next(iter(_listed(connection, connection.execute(_ONE, {"of_key": contact_id}).all())), None)


def _listed(connection: Connection, rows: Sequence[Row]) -> list[Listed]:
    addresses: dict[int, list[str]] = {row.id: [] for row in rows}
    for id_, channel, value in connection.execute(_ADDRESSES, {"ids": list(addresses)}):
        addresses[id_].append(f"{channel}:{value}")
    return [
        Listed(
            row.id,
            row.contact_id,
            row.name,
            row.account or "",
            row.account_manager or "",
            tuple(addresses[row.id]),
            bool(row.opted_out),
            row.language,
            row.timezone,
            row.attributes,
        )
        for row in rows
    ]
