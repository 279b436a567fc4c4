"""What becomes of a question, recorded: on its way, asked, arrived, or not to be delivered.

Each loads the conversation, lets the machine say what the news does to it, and saves that in one update.
"""

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Connection

from bot.conversations import talks
from bot.conversations.before import said_anything
from bot.dialogue.conversation import (
    Arrived,
    CalledOff,
    Expired,
    ReminderHeldBack,
    Sent,
    Undelivered,
    advance,
)
from bot.dialogue.events import Fate
from bot.outbox import Outgoing, free_keys, why_undelivered
from bot.people.contacts import mark_dead
from channels.base import Address, SendError, Unreachable


def reminder_key(conversation_id: int) -> str:
    """By which a conversation has one reminder."""
    return f"reminder:{conversation_id}"


ANOTHERS_NOW: Final = "the address belongs to another contact now"


def sent(
    connection: Connection, question: Outgoing, ref: str | None, now: datetime, *, arrived: bool
) -> None:
    """The provider took the question, or may have (then it gave no `ref`). `arrived`: see `Sent`."""
    _record(connection, question, Sent(now, arrived), now, ref=ref)


def expired(connection: Connection, question: Outgoing, now: datetime) -> None:
    """The send window closed before the question's turn came: it waits for the next one."""
    _record(connection, question, Expired(now), now)


def reminder_held_back(connection: Connection, reminder: Outgoing, now: datetime) -> None:
    """The reminder did not go: its time comes again, while they are still silent."""
    talk = talks.of_question(connection, reminder.conversation_id)
    after = advance(talk.conversation, ReminderHeldBack(now)).conversation
    if after != talk.conversation and not said_anything(connection, talk.id):
        free_keys(connection, [reminder_key(talk.id)])
        talks.save_reminder(connection, talk.id, after)


def called_off(
    connection: Connection, question: Outgoing, why: Literal["cancelled", "opted_out"], now: datetime
) -> None:
    """The question will never go: its conversation ends before it began."""
    _record(connection, question, CalledOff(now, why), now)


def moved_on(connection: Connection, conversation_id: int | None, now: datetime) -> None:
    """The question will never go: its address is another contact's by now."""
    _record_of(connection, conversation_id, Undelivered(now), now, why=ANOTHERS_NOW)


def undelivered(
    connection: Connection, message: Outgoing, why: str, error: SendError | None, now: datetime
) -> bool:
    """A message cannot be delivered, which ends a question's conversation. True where its owner wants no
    messages."""
    if message.kind == "question":
        _record(connection, message, Undelivered(now), now, why=why)
    if isinstance(error, Unreachable) and message.address:  # empty: its owner was erased since
        mark_dead(connection, Address(message.channel, message.address), why, now)
        return error.opted_out
    return False


def reported(
    connection: Connection, message: Outgoing, status: str, error: SendError | None, now: datetime
) -> bool:
    """Take over what a delivery report says of a message. True where its owner wants no messages."""
    if status in ("undelivered", "failed"):
        return undelivered(connection, message, why_undelivered(status, error), error, now)
    if status == "delivered" and message.kind == "question":
        _record(connection, message, Arrived(now), now)
    return False


def _record(
    connection: Connection,
    question: Outgoing,
    event: Fate,
    now: datetime,
    *,
    ref: str | None = None,
    why: str | None = None,
) -> None:
    _record_of(connection, question.conversation_id, event, now, ref=ref, why=why)


def _record_of(
    connection: Connection,
    conversation_id: int | None,
    event: Fate,
    now: datetime,
    *,
    ref: str | None = None,
    why: str | None = None,
) -> None:
    talk = talks.of_question(connection, conversation_id)
    # Who was erased while their question was on its way leaves no reference behind.
    kept = None if talk.erased else ref
    talks.save_fate(connection, talk, advance(talk.conversation, event).conversation, now, ref=kept, why=why)
