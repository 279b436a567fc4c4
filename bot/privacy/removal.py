"""Removing a contact who is a customer no more: nobody asks them again, and it is no opt-out.

What was asked and answered belongs to its waves and stays, under the contact's key; `privacy.erasure` is for
who wants to be forgotten. A later import brings the contact back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, exists, func, select, update

from bot.conversations import talks
from bot.people.contacts import person
from bot.people.departed import note_departed
from bot.store.schema import account, address, contact, conversation, customer_event, hold, link


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of it: how many waves' rows stay under the key, none where the contact is gone altogether;
    `open` says that nothing was done, since a conversation is under way."""

    waves: int
    open: bool = False


_LOCK: Final = select(contact.c.account_id).where(contact.c.id == bindparam("of_id")).with_for_update()
_WAVES: Final = select(func.count()).where(conversation.c.contact_id == bindparam("of_id"))
_ADDRESSES: Final = delete(address).where(address.c.contact_id == bindparam("of_id"))
_LINKS: Final = delete(link).where(link.c.contact_id == bindparam("of_id"))
_EVENTS: Final = delete(customer_event).where(customer_event.c.contact_id == bindparam("of_id"))
_HOLDS: Final = update(hold).where(hold.c.contact_id == bindparam("of_id")).values(reason="")
_CONTACT: Final = delete(contact).where(contact.c.id == bindparam("of_id"))
_EMPTY_ACCOUNT: Final = delete(account).where(
    account.c.id == bindparam("its_account"), ~exists().where(contact.c.account_id == account.c.id)
)


def remove(connection: Connection, contact_id: str, by: str, now: datetime) -> Removed | None:
    """Remove the contact with this key of the user's own; None where there is none. `by` is counted for the audit."""
    found = person(connection, contact_id)
    if found is None:
        return None
    of = {"of_id": found.id}
    account_id = connection.execute(_LOCK, of).scalar_one()
    if talks.open_of_contact(connection, found.id):
        return Removed(0, open=True)
    note_departed(connection, {(found.account_manager, "removed"): 1}, by, now)
    connection.execute(_HOLDS, of)
    waves = connection.execute(_WAVES, of).scalar_one()
    if waves:
        connection.execute(_ADDRESSES, of)
        connection.execute(_LINKS, of)
        connection.execute(_EVENTS, of)
        return Removed(waves)
    connection.execute(_CONTACT, of)
    connection.execute(_EMPTY_ACCOUNT, {"its_account": account_id})
    return Removed(0)
