"""What something that was written belongs to: the alert that it answers, an earlier message of a thread, a thread that
is open with who wrote it. It only looks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, bindparam, or_, select

from bot.cases.around import COLLEAGUE
from bot.cases.as_kept import ThreadMessage
from bot.store.hot import Hot
from bot.store.schema import case, conversation, inbox, outbox, thread_message
from bot.store.sql import LARGEST_ID, among, constant
from channels.base import Address, InboundMessage

_ANSWERED: Final = Hot(
    select(outbox.c.case_id, outbox.c.conversation_id)
    .where(
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.message_ref == bindparam("ref"),
        outbox.c.kind.in_(("alert", "thread")),
        outbox.c.case_id.is_not(None),
    )
    .limit(1)
)
_WRITTEN: Final = Hot(
    select(thread_message)
    .where(thread_message.c.channel == bindparam("of_channel"), thread_message.c.ref == bindparam("ref"))
    .limit(1)
)
_KNOWN: Final = (
    select(outbox.c.id)
    .where(outbox.c.channel == bindparam("of_channel"), outbox.c.message_ref == bindparam("ref"))
    .limit(1)
)
_CUT_OFF: Final = (
    select(outbox.c.id)
    .join(case, case.c.id == outbox.c.case_id)
    .where(
        or_(case.c.state != constant("done"), case.c.new_words),
        outbox.c.kind.in_(("alert", "thread")),
        outbox.c.channel == bindparam("of_channel"),
        among(outbox.c.address, "at"),
        or_(outbox.c.doubtful, and_(outbox.c.state == constant("queued"), outbox.c.attempts > 0)),
    )
    .limit(1)
)
_OF_COLLEAGUES: Final = select(inbox.c.event).where(
    inbox.c.conversation_id == bindparam("of_conversation"), inbox.c.reading == COLLEAGUE
)
_MESSAGE: Final = select(thread_message).where(thread_message.c.id == bindparam("of_id"))
_NAMED: Final = select(case.c.id, case.c.conversation_id, case.c.code, case.c.channel, case.c.address).where(
    case.c.id == bindparam("of_id")
)


@dataclass(frozen=True, slots=True)
class Alerted:
    """A case, where its alert stands, and its code."""

    case_id: int
    conversation_id: int
    at: Address
    code: str | None


def answered(connection: Connection, channel: str, ref: str) -> tuple[int, int] | None:
    """The case, and its conversation, of which this message is the alert or stands in its thread."""
    row = _ANSWERED.first(connection, {"of_channel": channel, "ref": ref})
    return None if row is None else (row.case_id, row.conversation_id)


def may_be_lost(connection: Connection, event: InboundMessage) -> bool:
    """Whether what this answers may be an alert that a provider took while we never learned its reference: no row knows
    it, and where it stands an alert's sending was cut off."""
    channel = event.actor.channel
    if connection.scalar(_KNOWN, {"of_channel": channel, "ref": event.reply_to}) is not None:
        return False
    at = [event.place.id, event.actor.id]
    return connection.scalar(_CUT_OFF, {"of_channel": channel, "at": at}) is not None


def written(connection: Connection, channel: str, ref: str) -> ThreadMessage | None:
    """An earlier message of a thread, by its own reference."""
    row = _WRITTEN.first(connection, {"of_channel": channel, "ref": ref})
    return None if row is None else ThreadMessage(*row)


def was_changed(connection: Connection, conversation_id: int, ref: str | None) -> bool:
    """Whether a change of something that a colleague wrote to the customer of a conversation was heard already, or that
    it was deleted."""
    rows = connection.execute(_OF_COLLEAGUES, {"of_conversation": conversation_id})
    return ref is not None and any(row.event.get("edits") == ref for row in rows)


def message(connection: Connection, id_: int) -> ThreadMessage | None:
    """The message of a thread with this number, which may be whatever a button claims."""
    row = connection.execute(_MESSAGE, {"of_id": id_}).first() if id_ <= LARGEST_ID else None
    return None if row is None else ThreadMessage(*row)


def alerted(connection: Connection, case_id: int) -> Alerted | None:
    """The case of this number, which may be whatever somebody typed."""
    row = connection.execute(_NAMED, {"of_id": case_id}).first() if case_id <= LARGEST_ID else None
    if row is None:
        return None
    return Alerted(row.id, row.conversation_id, Address(row.channel, row.address), row.code)


_OPEN: Final = (
    select(case.c.conversation_id)
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .where(conversation.c.contact_id == bindparam("of_contact"), case.c.thread_until > bindparam("now"))
    .order_by(case.c.thread_until.desc())
    .limit(1)
)


def thread_until(contact_id: ColumnElement[int]) -> ScalarSelect[datetime]:
    """For use in other statements: until when the thread lasts that lasts longest with this contact."""
    theirs = conversation.alias("theirs")
    return (
        select(case.c.thread_until)
        .join(theirs, theirs.c.id == case.c.conversation_id)
        .where(theirs.c.contact_id == contact_id, case.c.thread_until.is_not(None))
        .order_by(case.c.thread_until.desc())
        .limit(1)
        .scalar_subquery()
    )


def open_thread(connection: Connection, contact_id: int, now: datetime) -> int | None:
    """The conversation of the case whose thread is open with a contact at this moment."""
    found: int | None = connection.scalar(_OPEN, {"of_contact": contact_id, "now": now})
    return found
