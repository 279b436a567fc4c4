"""Everything that the database holds of one person: found once, shown by `held`, told by `reports.timeline`, emptied by
`erasure`.

A person's addresses are those they have, and those they had that nobody else has now: a phone number or a
chat that came to another contact is that contact's, and only what was said in the person's own
conversations is theirs. Likewise what another contact said earlier from an address of this person is not
this person's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, or_, select, union

from bot.cases.around import COLLEAGUE
from bot.cases.as_kept import Case
from bot.outbox import COMMAND_PARTS, command_key
from bot.privacy.as_kept import (
    ConversationTrace,
    EventTrace,
    HoldTrace,
    LinkTrace,
    OptInTrace,
    OptOutTrace,
    ReceivedTrace,
    SentTrace,
    TouchpointTrace,
)
from bot.store.schema import (
    address,
    answer,
    case,
    command,
    conversation,
    customer_event,
    enrolment,
    former_address,
    hold,
    inbox,
    link,
    opt_in,
    opt_out,
    outbox,
    touchpoint,
    wave,
)
from bot.store.typed import typed
from channels.base import Address

_CONVERSATIONS: Final = (
    select(
        conversation,
        *(wave.c[name] for name in ("campaign", "number", "trial", "terms")),
        *(wave.c[name] for name in ("started_by", "started_at", "stopped_by", "stopped_at")),
        *(enrolment.c[name] for name in ("account", "account_manager", "timezone", "attributes")),
    )
    .join(wave, wave.c.id == conversation.c.wave_id)
    .outerjoin(enrolment, enrolment.c.conversation_id == conversation.c.id)
    .where(conversation.c.contact_id == bindparam("person"))
    .order_by(conversation.c.id)
)
_CONVERSATION_IDS: Final = (
    select(conversation.c.id)
    .where(conversation.c.contact_id == bindparam("person"))
    .order_by(conversation.c.id)
)
_EVENTS: Final = (
    select(customer_event)
    .where(customer_event.c.contact_id == bindparam("person"))
    .order_by(customer_event.c.at, customer_event.c.id)
)
_HOLDS: Final = select(hold).where(hold.c.contact_id == bindparam("person")).order_by(hold.c.id)
_TOUCHPOINTS: Final = (
    select(touchpoint)
    .where(touchpoint.c.contact_id == bindparam("person"))
    .order_by(touchpoint.c.event_id, touchpoint.c.campaign)
)
_LINKS: Final = select(link).where(link.c.contact_id == bindparam("person")).order_by(link.c.made_at)
_ADDRESSES: Final = union(
    select(address.c.channel, address.c.value).where(address.c.contact_id == bindparam("person")),
    select(conversation.c.channel, conversation.c.address).where(
        conversation.c.contact_id == bindparam("person"), conversation.c.address.is_not(None)
    ),
    select(opt_out.c.channel, opt_out.c.value).where(opt_out.c.contact_id == bindparam("person")),
    select(former_address.c.channel, former_address.c.value).where(
        former_address.c.contact_id == bindparam("person")
    ),
)
_OWNERS: Final = select(address.c.channel, address.c.value).where(
    address.c.value.in_(bindparam("values", expanding=True)), address.c.contact_id != bindparam("person")
)

_OPT_OUTS: Final = (
    select(opt_out)
    .where(
        (opt_out.c.contact_id == bindparam("person"))
        | opt_out.c.value.in_(bindparam("values", expanding=True))
    )
    .order_by(opt_out.c.since)
)

_OPT_INS: Final = (
    select(opt_in).where(opt_in.c.value.in_(bindparam("values", expanding=True))).order_by(opt_in.c.at)
)

_IDS: Final[BindParameter[Sequence[int]]] = bindparam("ids", expanding=True)
_INBOX: Final = union(
    select(inbox.c.id).where(inbox.c.conversation_id.in_(_IDS)),
    select(answer.c.inbox_id).where(answer.c.conversation_id.in_(_IDS), answer.c.inbox_id.is_not(None)),
)
_INBOX_AT: Final = select(inbox.c.id).where(
    inbox.c.actor.in_(bindparam("actors", expanding=True)), inbox.c.conversation_id.is_(None)
)
# An alert of a conversation is the manager's message: its text is made from the rows, and it is shown anew.
_OUTBOX: Final = select(outbox.c.id).where(outbox.c.conversation_id.in_(_IDS), outbox.c.kind != "alert")
_OUTBOX_AT: Final = select(outbox.c.id).where(
    outbox.c.address.in_(bindparam("values", expanding=True)),
    outbox.c.channel == bindparam("at_channel"),
    outbox.c.conversation_id.is_(None),
    outbox.c.case_id.is_(None),
    outbox.c.kind.not_in(("command", "digest")),  # a digest is told to a colleague
)
_COMMANDS_AT: Final = select(command.c.id).where(command.c.actor.in_(bindparam("actors", expanding=True)))
_ANSWERS_TO: Final = select(outbox.c.id).where(outbox.c.dedupe_key.in_(bindparam("keys", expanding=True)))
# What a colleague wrote under an alert came not from the person, and what stands in its thread went not to them; it is
# of them all the same, and goes with the rest.
_RECEIVED: Final = (
    select(inbox)
    .where(inbox.c.id.in_(_IDS), or_(inbox.c.reading.is_(None), inbox.c.reading != COLLEAGUE))
    .order_by(inbox.c.id)
)
_SENT: Final = select(outbox).where(outbox.c.id.in_(_IDS), outbox.c.kind != "thread").order_by(outbox.c.id)
_CASES: Final = select(case).where(case.c.conversation_id.in_(_IDS))


@dataclass(frozen=True, slots=True)
class Traces:
    """The rows of one person, as ids of the tables."""

    person: int  # contact.id
    addresses: tuple[Address, ...]
    conversations: tuple[int, ...]
    inbox: tuple[int, ...]
    outbox: tuple[int, ...]
    commands: tuple[int, ...]


def traces_of(connection: Connection, person: int, colleagues: Collection[Address] = ()) -> Traces:
    """Where a contact (`contact.id`) left traces. What was ordered from the addresses of `colleagues`,
    admins who are customers too, is a colleague's and no trace."""
    conversations = _ids(connection, _CONVERSATION_IDS, person=person)
    addresses = _addresses(connection, person)
    actors = [str(at) for at in addresses]
    customers = [str(at) for at in addresses if at not in colleagues]
    came, went = of_conversations(connection, conversations)
    inbox_ids = {*came, *_ids(connection, _INBOX_AT, actors=actors)}
    outbox_ids = set(went)
    for at in addresses:
        outbox_ids.update(_ids(connection, _OUTBOX_AT, values=[at.id], at_channel=at.channel))
    commands = _ids(connection, _COMMANDS_AT, actors=customers)
    if commands:
        keys = [command_key(id_, part) for id_ in commands for part in COMMAND_PARTS]
        outbox_ids.update(_ids(connection, _ANSWERS_TO, keys=keys))
    return Traces(
        person,
        addresses,
        tuple(conversations),
        tuple(sorted(inbox_ids)),
        tuple(sorted(outbox_ids)),
        tuple(commands),
    )


def of_conversations(connection: Connection, ids: Iterable[int]) -> tuple[list[int], list[int]]:
    """What came in and went out in conversations: ids of the inbox and of the outbox."""
    chosen = list(ids)
    return _ids(connection, _INBOX, ids=chosen), _ids(connection, _OUTBOX, ids=chosen)


def conversations_of(connection: Connection, person: int) -> Sequence[ConversationTrace]:
    """A contact's conversations with what was their wave, the oldest first."""
    return [typed(ConversationTrace, row) for row in connection.execute(_CONVERSATIONS, {"person": person})]


def cases_of(connection: Connection, conversations: Iterable[int]) -> Mapping[int, Case]:
    """The cases of conversations, by `conversation.id`: each has one at most."""
    found = (Case(*row) for row in connection.execute(_CASES, {"ids": list(conversations)}))
    return {one.conversation_id: one for one in found}


def links_of(connection: Connection, person: int) -> Sequence[LinkTrace]:
    """The personal links that a contact was given, the oldest first."""
    return [typed(LinkTrace, row) for row in connection.execute(_LINKS, {"person": person})]


def events_of(connection: Connection, person: int) -> Sequence[EventTrace]:
    """What happened at a contact's, as the company's systems told it, the oldest first."""
    return [typed(EventTrace, row) for row in connection.execute(_EVENTS, {"person": person})]


def holds_of(connection: Connection, person: int) -> Sequence[HoldTrace]:
    """When a colleague held a contact back, and why, the oldest first."""
    return [typed(HoldTrace, row) for row in connection.execute(_HOLDS, {"person": person})]


def touchpoints_of(connection: Connection, person: int) -> Sequence[TouchpointTrace]:
    """What campaigns made of a contact's events, in the order of these."""
    return [typed(TouchpointTrace, row) for row in connection.execute(_TOUCHPOINTS, {"person": person})]


def opt_outs_of(connection: Connection, traces: Traces) -> list[OptOutTrace]:
    """What opted them out, the oldest first: said by them, or by anybody at an address of theirs."""
    values = [at.id for at in traces.addresses]
    rows = connection.execute(_OPT_OUTS, {"person": traces.person, "values": values})
    return [
        typed(OptOutTrace, row)
        for row in rows
        if row.contact_id == traces.person or Address(row.channel, row.value) in traces.addresses
    ]


def opt_ins_of(connection: Connection, traces: Traces) -> list[OptInTrace]:
    """When they asked for messages again or lifted a block, the oldest first; kept for a month."""
    rows = connection.execute(_OPT_INS, {"values": [at.id for at in traces.addresses]})
    return [typed(OptInTrace, row) for row in rows if Address(row.channel, row.value) in traces.addresses]


def received_from(connection: Connection, traces: Traces) -> Sequence[ReceivedTrace]:
    """What came in from them, in the order in which it came."""
    return [typed(ReceivedTrace, row) for row in connection.execute(_RECEIVED, {"ids": traces.inbox})]


def sent_to(connection: Connection, traces: Traces) -> Sequence[SentTrace]:
    """What was sent to them, or was to be, in the order in which it was put into the outbox."""
    return [typed(SentTrace, row) for row in connection.execute(_SENT, {"ids": traces.outbox})]


def _addresses(connection: Connection, person: int) -> tuple[Address, ...]:
    found = [Address(*row) for row in connection.execute(_ADDRESSES, {"person": person})]
    values = [at.id for at in found]
    others = {Address(*row) for row in connection.execute(_OWNERS, {"values": values, "person": person})}
    return tuple(sorted(at for at in found if at.id and at not in others))


def _ids(connection: Connection, statement: Any, **values: Any) -> list[int]:
    return [int(id_) for id_ in connection.scalars(statement, values)]
