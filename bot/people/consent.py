"""Who does not want to be written to.

An opt-out stands at the address where it was said, and counts for the whole person: a contact is opted out
as soon as one of its addresses is, or an address that was its own when it said so. So it outlives a change
of address, holds for addresses that are added later, and for an address that comes to another contact.
"""

from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.hot import Hot
from bot.store.schema import address
from bot.store.schema import opt_out as opt_outs
from channels.base import Address

Source = Literal["words", "provider", "block", "import", "erased"]
"""Who said so: the person's own words, the provider (Twilio's STOP), a block of the bot, an import, or an
earlier erasure of this same person (`people.suppression`)."""

_its_address = address.alias("its_address")


def contact_opted_out(contact_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition, for use in other statements, that the contact with this `contact.id` is opted out."""
    return or_(
        exists().where(opt_outs.c.contact_id == contact_id),
        exists().where(
            _its_address.c.contact_id == contact_id,
            opt_outs.c.channel == _its_address.c.channel,
            opt_outs.c.value == _its_address.c.value,
        ),
    )


_HERE: Final = and_(opt_outs.c.channel == bindparam("at_channel"), opt_outs.c.value == bindparam("at_value"))
_OWNER: Final = (
    select(address.c.contact_id)
    .where(address.c.channel == bindparam("at_channel"), address.c.value == bindparam("at_value"))
    .scalar_subquery()
)
_IS_OPTED_OUT: Final = Hot(select(or_(exists().where(_HERE), contact_opted_out(_OWNER)).label("opted_out")))
_FIND_OWNER: Final = select(_OWNER)
_VALUES: Final[dict[str, Any]] = {
    name: bindparam(f"new_{name}") for name in ("channel", "value", "contact_id", "since", "source")
}
# What a person says counts for more than a block, which ends when it is lifted; and what the provider keeps
# counts for most, because only the provider can lift it.
_STRONGER: Final = or_(
    and_(opt_outs.c.source == "block", bindparam("new_source") != "block"),
    and_(opt_outs.c.source != "provider", bindparam("new_source") == "provider"),
)
_INSERT: Final = {
    engine.dialect.name: engine.insert(opt_outs)
    .values(_VALUES)
    .on_conflict_do_update(
        index_elements=["channel", "value"],
        set_={"source": bindparam("new_source"), "since": bindparam("new_since")},
        where=_STRONGER,
    )
    for engine in (sqlite, postgresql)
}
_LIFT: Final = delete(opt_outs).where(
    or_(
        _HERE,
        opt_outs.c.contact_id == _OWNER,
        exists().where(
            _its_address.c.contact_id == _OWNER,
            opt_outs.c.channel == _its_address.c.channel,
            opt_outs.c.value == _its_address.c.value,
        ),
    )
)
_BLOCKED_NUMBERS: Final = select(opt_outs.c.value).where(
    opt_outs.c.channel == "sms",
    opt_outs.c.source == "provider",
    or_(
        _HERE,
        opt_outs.c.contact_id == _OWNER,
        exists().where(
            _its_address.c.contact_id == _OWNER,
            _its_address.c.channel == "sms",
            _its_address.c.value == opt_outs.c.value,
        ),
    ),
)
_LIFT_BLOCK: Final = delete(opt_outs).where(_HERE, opt_outs.c.source == "block")


def opt_out(connection: Connection, at: Address, since: datetime, source: Source) -> bool:
    """Remember that whoever is at this address wants no more messages, on any channel.

    An address that is nobody's is remembered too. True where the person was not opted out before.
    """
    place = {"at_channel": at.channel, "at_value": at.id}
    news = not is_opted_out(connection, at)
    connection.execute(
        _INSERT[connection.dialect.name],
        {
            "new_channel": at.channel,
            "new_value": at.id,
            "new_contact_id": connection.execute(_FIND_OWNER, place).scalar_one(),
            "new_since": since,
            "new_source": source,
        },
    )
    return news


def opt_in(connection: Connection, at: Address) -> bool:
    """Forget every opt-out of the person at this address, whichever address it was said at.

    True where there was one.
    """
    return bool(connection.execute(_LIFT, {"at_channel": at.channel, "at_value": at.id}).rowcount)


def blocked_numbers(connection: Connection, at: Address) -> tuple[Address, ...]:
    """The phone numbers of the person at this address from which the SMS provider itself took a STOP (by
    its own words, or told by 21610). Nothing that we do lifts that: only START, sent from the number.

    https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
    """
    rows = connection.execute(_BLOCKED_NUMBERS, {"at_channel": at.channel, "at_value": at.id})
    return tuple(Address("sms", row.value) for row in rows)


def lift_block(connection: Connection, at: Address) -> bool:
    """Forget the opt-out that came from a block of this address, and no other: who said STOP and later
    lifts a block did not say START. True where there was one."""
    return bool(connection.execute(_LIFT_BLOCK, {"at_channel": at.channel, "at_value": at.id}).rowcount)


def is_opted_out(connection: Connection, at: Address) -> bool:
    """Whether the person at this address wants no messages."""
    row = _IS_OPTED_OUT.first(connection, {"at_channel": at.channel, "at_value": at.id})
    return row is not None and bool(row.opted_out)
