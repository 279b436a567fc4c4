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


def check(
    connection: Connection, at: Address, code: str, now: datetime
) -> Literal["right", "over"] | int | None:
    """Whether these four digits, from this address, are the ones expected; used up where they are.

    A number is the tries that are left after a wrong one; "over": that was the last, or the right code came
    too late. None where no code is expected here, so that the message means something else.
    """
    place = {"at_channel": at.channel, "at_value": at.id}
    row = connection.execute(_FIND, place).first()
    if row is None:
        return None
    right = row.code == code
    if row.owner != row.contact_id or (now >= row.expires_at and not right):
        connection.execute(_FORGET, place)  # the address came to somebody else, or nobody waits any more
        return None
    if right or row.tries + 1 >= TRIES:
        connection.execute(_FORGET, place)
        return "right" if right and now < row.expires_at else "over"
    connection.execute(_WRONG, place)
    return int(TRIES - row.tries - 1)
