"""Everything that the database holds of one person: found once, shown by `held`, emptied by `erasure`.

A person's addresses are those they have, and those they had that nobody else has now: a phone number or a
chat that came to another contact is that contact's, and only what was said in the person's own
conversations is theirs. Likewise what another contact said earlier from an address of this person is not
this person's.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, select, union

from bot.store.schema import address, answer, command, conversation, inbox, opt_out, outbox
from channels.base import Address

_CONVERSATIONS: Final = (
    select(conversation.c.id)
    .where(conversation.c.contact_id == bindparam("person"))
    .order_by(conversation.c.id)
)
_ADDRESSES: Final = union(
    select(address.c.channel, address.c.value).where(address.c.contact_id == bindparam("person")),
    select(conversation.c.channel, conversation.c.address).where(
        conversation.c.contact_id == bindparam("person"), conversation.c.address.is_not(None)
    ),
    select(opt_out.c.channel, opt_out.c.value).where(opt_out.c.contact_id == bindparam("person")),
)
_OWNERS: Final = select(address.c.channel, address.c.value).where(
    address.c.value.in_(bindparam("values", expanding=True)), address.c.contact_id != bindparam("person")
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
    outbox.c.kind != "command",
)
_COMMANDS_AT: Final = select(command.c.id).where(command.c.actor.in_(bindparam("actors", expanding=True)))
_ANSWERS_TO: Final = select(outbox.c.id).where(
    outbox.c.lane.in_(bindparam("lanes", expanding=True)), outbox.c.kind == "command"
)


@dataclass(frozen=True, slots=True)
class Traces:
    """The rows of one person, as ids of the tables."""

    addresses: tuple[Address, ...]
    conversations: tuple[int, ...]
    inbox: tuple[int, ...]
    outbox: tuple[int, ...]
    commands: tuple[int, ...]


def traces_of(connection: Connection, person: int, colleagues: Collection[Address] = ()) -> Traces:
    """Where a contact (`contact.id`) left traces. What was ordered from the addresses of `colleagues`,
    admins who are customers too, is a colleague's and no trace."""
    conversations = _ids(connection, _CONVERSATIONS, person=person)
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
        outbox_ids.update(_ids(connection, _ANSWERS_TO, lanes=[f"command:{id_}" for id_ in commands]))
    return Traces(
        addresses, tuple(conversations), tuple(sorted(inbox_ids)), tuple(sorted(outbox_ids)), tuple(commands)
    )


def of_conversations(connection: Connection, ids: Iterable[int]) -> tuple[list[int], list[int]]:
    """What came in and went out in conversations: ids of the inbox and of the outbox."""
    chosen = list(ids)
    return _ids(connection, _INBOX, ids=chosen), _ids(connection, _OUTBOX, ids=chosen)


def _addresses(connection: Connection, person: int) -> tuple[Address, ...]:
    found = [Address(*row) for row in connection.execute(_ADDRESSES, {"person": person})]
    values = [at.id for at in found]
    others = {Address(*row) for row in connection.execute(_OWNERS, {"values": values, "person": person})}
    return tuple(sorted(at for at in found if at.id and at not in others))


def _ids(connection: Connection, statement: Any, **values: Any) -> list[int]:
    return [int(id_) for id_ in connection.scalars(statement, values)]
