"""The contacts as a list: each with what an import said of them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from bot.people.consent import contact_opted_out
from bot.people.contacts import RESERVED
from bot.store.schema import account, address, contact

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


_PAGE: Final = (
    select(
        contact.c.id,
        contact.c.contact_id,
        contact.c.name,
        account.c.name.label("account"),
        account.c.account_manager,
        contact_opted_out(contact.c.id).label("opted_out"),
    )
    .select_from(contact.outerjoin(account))
    .where(contact.c.id > bindparam("after"), contact.c.contact_id.not_like(f"{RESERVED}%"))
    .order_by(contact.c.id)
    .limit(PAGE)
)
_OF_ACCOUNT: Final = _PAGE.where(func.lower(account.c.name) == bindparam("of_account"))
_ADDRESSES: Final = (
    select(address.c.contact_id, address.c.channel, address.c.value)
    .where(address.c.contact_id.in_(bindparam("ids", expanding=True)))
    .order_by(address.c.id)
)


def listed(connection: Connection, after: int, of_account: str | None = None) -> list[Listed]:
    """The next page of contacts, in the order in which they came in; `of_account` limits it to one account."""
    rows = (
        connection.execute(_PAGE, {"after": after})
        if of_account is None
        else connection.execute(_OF_ACCOUNT, {"after": after, "of_account": of_account.strip().lower()})
    ).all()
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
        )
        for row in rows
    ]
