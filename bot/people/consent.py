"""Who does not want to be written to.

An opt-out stands at the address where it was said, and counts for the whole person: a contact is opted out
as soon as one of its addresses is, or an address that was its own when it said so. So it outlives a change
of address, holds for addresses that are added later, and for an address that comes to another contact.

What was said last stands (`bot.dialogue.order`): a START lifts what was said before it, and is remembered for a while,
so that an older STOP which comes late changes nothing.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    union,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.dialogue.order import SaidAt, is_newer
from bot.hooks.happened import happened
from bot.people.contacts import RESERVED, by_channel
from bot.store.behind import WriteBehind, looked_up
from bot.store.hot import Hot
from bot.store.schema import Row, address, contact
from bot.store.schema import opt_in as opt_ins
from bot.store.schema import opt_out as opt_outs
from bot.store.sql import among
from channels.base import Address

Source = Literal["words", "provider", "block", "import", "erased"]
"""Who said so: the person's own words, the provider (Twilio's STOP), a block of the bot, an import, or an
earlier erasure of this same person (`people.suppression`)."""

_its_address = address.alias("its_address")

Whose = Callable[[ColumnElement[int]], ColumnElement[bool]]
"""A condition on `contact.id`: whose opt-outs are looked for."""


def _counting_for(whose: Whose) -> CompoundSelect[Any]:
    """The opt-outs that count for contacts, with the `contact_id` each counts for: what they said themselves, at
    whatever address, and what was said at an address that is theirs now. Each half goes by an index."""
    at = (opt_outs.c.channel, opt_outs.c.value)
    said = select(opt_outs.c.contact_id, *at).where(whose(opt_outs.c.contact_id))
    theirs = and_(opt_outs.c.channel == _its_address.c.channel, opt_outs.c.value == _its_address.c.value)
    there = (
        select(_its_address.c.contact_id, *at)
        .join_from(_its_address, opt_outs, theirs)
        .where(whose(_its_address.c.contact_id))
    )
    own = (opt_outs, _its_address)
    return union_all(said.correlate_except(*own), there.correlate_except(*own))


def contact_opted_out(contact_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition, for use in other statements, that the contact with this `contact.id` is opted out."""
    return exists(_counting_for(lambda id_: id_ == contact_id))


_HERE: Final = and_(opt_outs.c.channel == bindparam("at_channel"), opt_outs.c.value == bindparam("at_value"))
_OWNER: Final = (
    select(address.c.contact_id)
    .where(address.c.channel == bindparam("at_channel"), address.c.value == bindparam("at_value"))
    .scalar_subquery()
)
_OPTED_OUT: Final = or_(exists().where(_HERE), contact_opted_out(_OWNER)).label("opted_out")
_IS_OPTED_OUT: Final = Hot(select(_OPTED_OUT))
_THEIRS: Final = _counting_for(lambda id_: id_ == _OWNER).subquery()
# The address itself too: it may be nobody's. Found before they are changed, because for an OR between the two one
# engine reads the whole table, and for a list of pairs the other.
_OF_WHO_IS_HERE: Final = union(
    select(opt_outs.c.channel, opt_outs.c.value, opt_outs.c.source, opt_outs.c.since).where(_HERE),
    select(opt_outs.c.channel, opt_outs.c.value, opt_outs.c.source, opt_outs.c.since).join_from(
        _THEIRS,
        opt_outs,
        and_(opt_outs.c.channel == _THEIRS.c.channel, opt_outs.c.value == _THEIRS.c.value),
    ),
)
_WHO_IS_HERE: Final = Hot(
    select(
        _OPTED_OUT,
        _OWNER.label("contact"),
        select(contact.c.contact_id).where(contact.c.id == _OWNER).scalar_subquery().label("contact_id"),
    )
)
"""Whether they are opted out, and the contact that they are."""
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
    engine.dialect.name: Hot(
        engine.insert(opt_outs)
        .values(_VALUES)
        .on_conflict_do_update(
            index_elements=["channel", "value"],
            set_={
                "source": bindparam("new_source"),
                "since": case(
                    (opt_outs.c.since < bindparam("new_since"), bindparam("new_since")),
                    else_=opt_outs.c.since,
                ),
            },
            where=_STRONGER,
        )
    )
    for engine in (sqlite, postgresql)
}
_STRANGER: Final = "opt-out of a stranger"
_OF_STRANGERS: Final = Hot(
    select(opt_outs.c.channel, opt_outs.c.value).where(
        opt_outs.c.channel == bindparam("at_channel"), among(opt_outs.c.value, "at_values")
    )
)
_LIFT: Final = delete(opt_outs).where(_HERE)
_SAID_BEFORE: Final = opt_outs.c.since <= bindparam("said")
_LAST_OPT_IN: Final = Hot(
    select(func.max(opt_ins.c.at).label("at")).where(
        or_(
            and_(opt_ins.c.channel == bindparam("at_channel"), opt_ins.c.value == bindparam("at_value")),
            exists().where(
                _its_address.c.channel == opt_ins.c.channel,
                _its_address.c.value == opt_ins.c.value,
                _its_address.c.contact_id == _OWNER,
            ),
        ),
        or_(opt_ins.c.source == "start", bindparam("of_block")),
    )
)
_KEEP_OPT_IN: Final = {
    engine.dialect.name: engine.insert(opt_ins)
    .values({name: bindparam(f"new_{name}") for name in ("channel", "value", "source", "at")})
    .on_conflict_do_update(
        index_elements=["channel", "value", "source"],
        set_={"at": bindparam("new_at")},
        where=opt_ins.c.at < bindparam("new_at"),
    )
    for engine in (sqlite, postgresql)
}
_FORGET_OPT_INS: Final = delete(opt_ins).where(opt_ins.c.at < bindparam("before"))
TIE: Final = (
    update(opt_outs)
    .where(
        opt_outs.c.channel == bindparam("its_channel"),
        opt_outs.c.value == bindparam("its_value"),
        opt_outs.c.contact_id.is_(None),
    )
    .values(contact_id=bindparam("its_contact"))
)
"""Who wrote STOP at an address before it was a contact's is opted out as the contact whose it now is."""

_LIFT_BLOCK: Final = delete(opt_outs).where(_HERE, opt_outs.c.source == "block", _SAID_BEFORE)
_BLOCKED: Final = select(opt_outs.c.since).where(_HERE, opt_outs.c.source == "block")
OPT_IN_KEPT: Final = timedelta(days=30)
"""For so long a STOP may still come that is older than a START: providers deliver for a day, a restored copy longer."""


def opt_out(
    connection: Connection, at: Address, since: datetime, source: Source, *, somebody_else: bool = False
) -> bool:
    """Remember that whoever is at this address wants no more messages, on any channel.

    An address that is nobody's is remembered too. `somebody_else`: it is not the contact who says so, who can be
    asked again as soon as another address is known; this one stays closed, whoever an import gives it to. True
    where the person was not opted out before.
    """
    place = {"at_channel": at.channel, "at_value": at.id}
    (here,) = _WHO_IS_HERE.all(connection, place)
    news, owner = not here.opted_out, None if somebody_else else here.contact
    _INSERT[connection.dialect.name].run(
        connection,
        {
            "new_channel": at.channel,
            "new_value": at.id,
            "new_contact_id": owner,
            "new_since": since,
            "new_source": source,
        },
    )
    if news and source != "erased" and owner is not None and not here.contact_id.startswith(RESERVED):
        happened(connection, "contact.opted_out", owner, owner, since, channel=at.channel, source=source)
    return news


def came_back_since(connection: Connection, at: Address, said: SaidAt, *, block: bool = False) -> bool:
    """Whether who is at this address asked for messages again after this was said, so that it is over. `block`: or
    lifted a block after it."""
    values = {"at_channel": at.channel, "at_value": at.id, "of_block": block}
    row = _LAST_OPT_IN.first(connection, values)
    return row is not None and row.at is not None and not is_newer(said, SaidAt(row.at))


def opt_in(connection: Connection, at: Address, said: SaidAt) -> bool:
    """Forget every opt-out of the person at this address that was said before, whichever address it was said at.

    True where there was one, and none is left.
    """
    _keep_opt_in(connection, at, "start", said)
    found = _of_who_is_here(connection, at)
    before = [row for row in found if row.since <= said.at]
    if before:
        connection.execute(_LIFT, [{"at_channel": row.channel, "at_value": row.value} for row in before])
    return bool(before) and len(before) == len(found)


def forget_opt_ins(connection: Connection, now: datetime) -> None:
    """Forget who came back so long ago that nothing older comes any more."""
    connection.execute(_FORGET_OPT_INS, {"before": now - OPT_IN_KEPT})


def _keep_opt_in(
    connection: Connection, at: Address, source: Literal["start", "unblocked"], said: SaidAt
) -> None:
    values = {"new_channel": at.channel, "new_value": at.id, "new_source": source, "new_at": said.at}
    connection.execute(_KEEP_OPT_IN[connection.dialect.name], values)


def _of_who_is_here(connection: Connection, at: Address) -> Sequence[Row]:
    return connection.execute(_OF_WHO_IS_HERE, {"at_channel": at.channel, "at_value": at.id}).all()


def blocked_numbers(connection: Connection, at: Address) -> tuple[Address, ...]:
    """The numbers of the person at this address from which the provider itself took a STOP (by its own
    words, or told by Twilio's 21610). Nothing that we do lifts that: only START, sent from the number.

    https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
    """
    rows = _of_who_is_here(connection, at)
    return tuple(Address(row.channel, row.value) for row in rows if row.source == "provider")


def lift_block(connection: Connection, at: Address, said: SaidAt) -> bool:
    """Forget the opt-out that came from an earlier block of this address, and no other: who said STOP and later
    lifts a block did not say START. True where there was one."""
    _keep_opt_in(connection, at, "unblocked", said)
    values = {"at_channel": at.channel, "at_value": at.id, "said": said.at}
    return bool(connection.execute(_LIFT_BLOCK, values).rowcount)


def is_blocked(connection: Connection, at: Address) -> bool:
    """Whether the owner of this address blocked the bot there."""
    values = {"at_channel": at.channel, "at_value": at.id}
    return connection.execute(_BLOCKED, values).first() is not None


def only_blocked(connection: Connection, at: Address) -> str | None:
    """The channel where the person at this address blocked the bot, where that is all they said against messages."""
    rows = _of_who_is_here(connection, at)
    return rows[0].channel if rows and all(row.source == "block" for row in rows) else None


def left_since(connection: Connection, at: Address, said: SaidAt) -> bool:
    """Whether who is at this address wants no messages since after this was said."""
    return any(not is_newer(said, SaidAt(row.since)) for row in _of_who_is_here(connection, at))


def look_for_strangers(opened: WriteBehind, places: Collection[Address]) -> None:
    """Look up at once which of these addresses, all of them nobody's, want no messages."""
    for channel, ids in by_channel(places).items():
        rows = _OF_STRANGERS.all(opened.connection, {"at_channel": channel, "at_values": ids})
        here = (Address(channel, id_) for id_ in ids)
        opened.know(_STRANGER, here, rows, lambda row: Address(row.channel, row.value))


def is_opted_out(connection: Connection, at: Address) -> bool:
    """Whether the person at this address wants no messages."""
    known = looked_up(connection, _STRANGER, at, again=True)
    if known is not None:
        return bool(known)
    row = _IS_OPTED_OUT.first(connection, {"at_channel": at.channel, "at_value": at.id})
    return row is not None and bool(row.opted_out)
