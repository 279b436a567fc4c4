"""The four digits that a person repeats to have everything about them erased.

Never yes or no: by SMS the provider takes YES for START and END for STOP.
"""

import re
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.people.contacts import Person
from bot.store.schema import address, erasure_code
from channels.base import Address

VALID: Final = timedelta(hours=1)
TRIES: Final = 3

_FOUR_DIGITS: Final = re.compile(r"[^0-9A-Za-z]{0,3}([0-9]{4})[^0-9A-Za-z]{0,3}")
_HERE: Final = (
    erasure_code.c.channel == bindparam("at_channel"),
    erasure_code.c.value == bindparam("at_value"),
)
_FORGET: Final = delete(erasure_code).where(*_HERE)
_ADD: Final = insert(erasure_code)
_FIND: Final = (
    select(erasure_code, address.c.contact_id.label("owner"))
    .select_from(
        erasure_code.outerjoin(
            address, (address.c.channel == erasure_code.c.channel) & (address.c.value == erasure_code.c.value)
        )
    )
    .where(*_HERE)
    .with_for_update(of=erasure_code)
)
_EXPIRED: Final = delete(erasure_code).where(erasure_code.c.expires_at < bindparam("before"))
_WRONG: Final = update(erasure_code).where(*_HERE).values(tries=erasure_code.c.tries + 1)


def expect(connection: Connection, person: Person, at: Address, code: str, now: datetime) -> None:
    """Expect this code from one address of a person, in the place of any earlier one."""
    place = {"at_channel": at.channel, "at_value": at.id}
    connection.execute(_FORGET, place)
    connection.execute(
        _ADD,
        {
            "channel": at.channel,
            "value": at.id,
            "contact_id": person.id,
            "code": code,
            "expires_at": now + VALID,
            "tries": 0,
        },
    )


def code_in(text: str) -> str | None:
    """The four digits that a message consists of; None where it is anything else."""
    found = _FOUR_DIGITS.fullmatch(text.strip())
    return found[1] if found else None


Checked = Literal["right", "over"] | int
"""What the digits that somebody repeated are. A number is the tries that are left after wrong ones; "over":
that was the last, or the right code came too late."""


def check(connection: Connection, at: Address, code: str, now: datetime) -> Checked | None:
    """Whether these four digits, from this address, are the ones expected. It only looks; `spend` uses them up.

    None where no code is expected here, so that the message means something else: there is none, nobody waits
    any more, or the address came to somebody else.
    """
    row = connection.execute(_FIND, {"at_channel": at.channel, "at_value": at.id}).first()
    if row is None or row.owner != row.contact_id:
        return None
    if row.code == code:
        return "right" if now < row.expires_at else "over"
    if now >= row.expires_at:
        return None
    return int(TRIES - row.tries - 1) or "over"


def spend(connection: Connection, at: Address, checked: Checked) -> None:
    """Count a try at this address; after the right code, and after the last try, none is expected there."""
    place = {"at_channel": at.channel, "at_value": at.id}
    connection.execute(_FORGET if checked in ("right", "over") else _WRONG, place)


def forget_expired(connection: Connection, now: datetime) -> None:
    """Forget the codes that nobody repeated in time. A right one that comes late is told so for a day."""
    connection.execute(_EXPIRED, {"before": now - timedelta(days=1)})
