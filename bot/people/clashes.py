"""People in two roles at once, which is allowed, and what then holds.

Who is an admin or account manager is that first: commands and the buttons of alerts at their address are a
colleague's. As a customer they are asked like anybody, and their words are a customer's only where a
conversation is open at that address; a STOP or an 8 without one is nobody's.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, select

from bot.config.settings import Settings
from bot.people import colleagues
from bot.people.contacts import RESERVED
from bot.store.schema import address, contact
from channels.base import Address

_ROLES: Final[Mapping[colleagues.Role, str]] = {"admin": "admin", "manager": "account manager"}
_CONTACTS_AT: Final = (
    select(address.c.channel, address.c.value, contact.c.contact_id)
    .join(contact, contact.c.id == address.c.contact_id)
    .where(
        address.c.value.in_(bindparam("values", expanding=True)),
        contact.c.contact_id.not_like(f"{RESERVED}%"),
    )
    .order_by(address.c.id)
)


def clashes(connection: Connection, settings: Settings) -> Iterator[str]:
    """One sentence for each address with two roles."""
    yield from _managers_of_two_names(settings)
    values = sorted({at.id for at in colleagues.addresses(settings)})
    found = connection.execute(_CONTACTS_AT, {"values": values}).all() if values else []
    for channel, value, contact_id in found:
        at = Address(channel, value)
        roles = " and ".join(_ROLES[role] for role in colleagues.roles_at(settings, at))
        if roles:
            yield (
                f"{at} is {roles}, and contact {contact_id!r} too: commands and alert "
                "buttons there are a colleague's, words a customer's only while a conversation is open"
            )


def _managers_of_two_names(settings: Settings) -> Iterator[str]:
    names: dict[Address, str] = {}
    for name, at in settings.account_managers.items():
        first = names.setdefault(at, name)
        if first != name:
            yield f"{at} is in account_managers as {first} and as {name}: alerts for both go there"
