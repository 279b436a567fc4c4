"""What becomes of a question, recorded: on its way, asked, arrived, or not to be delivered.

Each loads the conversation, lets the machine say what the news does to it, and saves that in one update.
"""

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection

from bot.conversations import fallback, saving, talks
from bot.conversations.before import said_anything
from bot.dialogue.conversation import (
    Arrived,
    CalledOff,
    Expired,
    ReminderHeldBack,
    Sent,
    State,
    Undelivered,
    advance,
)
from bot.dialogue.events import Fate
from bot.outbox import Outgoing, free_keys, may_pass, why_undelivered
from bot.people.contacts import mark_dead
from bot.steps import step
from channels.base import Address, Misconfigured, RateLimited, SendError, Unreachable

AGAIN_AFTER: Final = timedelta(minutes=1)
"""So long after a question that was not delivered, for a reason that may pass, the same address is tried once more."""

OURS_AGAIN_AFTER: Final = timedelta(hours=1)
TRIES_OF_OURS: Final = 24
"""So often a question is asked again that a carrier refused because of our account, which somebody has to mend, or of
its limit for a day."""


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
        saving.save_reminder(connection, talk.id, after)


def called_off(
    connection: Connection, question: Outgoing, why: Literal["cancelled", "opted_out"], now: datetime
) -> None:
    """The question will never go: its conversation ends before it began."""
    _record(connection, question, CalledOff(now, why), now)


def moved_on(connection: Connection, conversation_id: int | None, now: datetime) -> None:
    """The question will never go: its address is another contact's by now."""
    _record_of(connection, conversation_id, Undelivered(now), now, why=ANOTHERS_NOW)


def undelivered(
    connection: Connection,
    message: Outgoing,
    why: str,
    error: SendError | None,
    now: datetime,
    on: Container[str],
) -> bool:
    """A message cannot be delivered, which ends a question's conversation unless it is asked on the next channel of
    those that are `on`. True where its owner wants no messages."""
    if message.kind == "question" and not _asked_elsewhere(connection, message, error, now, on):
        _record(connection, message, Undelivered(now), now, why=why)
    if isinstance(error, Unreachable) and message.address:  # empty: its owner was erased since
        mark_dead(connection, Address(message.channel, message.address), why, now)
        return error.opted_out
    return False


def reported(
    connection: Connection,
    message: Outgoing,
    status: str,
    error: SendError | None,
    now: datetime,
    on: Container[str],
) -> bool:
    """Take over what a delivery report says of a message. True where its owner wants no messages."""
    if status in ("undelivered", "failed"):
        return undelivered(connection, message, why_undelivered(status, error), error, now, on)
    if status == "delivered" and message.kind == "question":
        _record(connection, message, Arrived(now), now)
    return False


def _asked_elsewhere(
    connection: Connection, question: Outgoing, error: SendError | None, now: datetime, on: Container[str]
) -> bool:
    """Whether somebody whom a question did not reach is asked once more: where the reason may pass, there, a minute
    later, and then on the next channel. A report of a question that went on since says nothing of where it is now."""
    talk = talks.of_question(connection, question.conversation_id)
    if question.channel != talk.address.channel:
        return True
    if isinstance(error, Misconfigured):
        return _asked_later(connection, talk, OURS_AGAIN_AFTER, now)
    if isinstance(error, RateLimited):
        return _asked_later(connection, talk, max(AGAIN_AFTER, timedelta(seconds=error.retry_after)), now)
    if (isinstance(error, Unreachable) and error.opted_out) or not fallback.falls_back(connection, talk):
        return False
    once_more = may_pass(error) and fallback.missed(connection, talk) == 1
    place = talk.address if once_more else fallback.next_place(connection, talk, on)
    after = advance(talk.conversation, Undelivered(now, again=True)).conversation
    if place is None or after.state is not State.WAITING:
        return False
    saving.save_fate(connection, talk, after, now, to=place, ask_at=now + AGAIN_AFTER if once_more else now)
    step("question.again", conversation=talk.id, wave=talk.wave_id, channel=place.channel)
    return True


def _asked_later(connection: Connection, talk: talks.Talk, wait: timedelta, now: datetime) -> bool:
    """Whether somebody whom a carrier refused because of our own account is asked again, at the same address."""
    again = fallback.missed(connection, talk) <= TRIES_OF_OURS and fallback.still_asks(connection, talk)
    after = advance(talk.conversation, Undelivered(now, again=True)).conversation
    if not again or after.state is not State.WAITING:
        return False
    saving.save_fate(connection, talk, after, now, to=talk.address, ask_at=now + wait)
    step("question.again", conversation=talk.id, wave=talk.wave_id, channel=talk.address.channel)
    return True


def _record(
    connection: Connection,
    question: Outgoing,
    event: Fate,
    now: datetime,
    *,
    ref: str | None = None,
    why: str | None = None,
) -> None:
    _record_of(connection, question.conversation_id, event, now, ref=ref, why=why, channel=question.channel)


def _record_of(
    connection: Connection,
    conversation_id: int | None,
    event: Fate,
    now: datetime,
    *,
    ref: str | None = None,
    why: str | None = None,
    channel: str | None = None,
) -> None:
    talk = talks.of_question(connection, conversation_id)
    if channel not in (None, talk.address.channel):
        return  # what a question became that went on elsewhere since
    # Who was erased while their question was on its way leaves no reference behind.
    kept = None if talk.erased else ref
    saving.save_fate(connection, talk, advance(talk.conversation, event).conversation, now, ref=kept, why=why)
