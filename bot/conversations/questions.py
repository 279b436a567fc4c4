"""What becomes of a question: on its way, asked, delivered, or not to be delivered."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, String, bindparam, case, func, update

from bot.dialogue.conversation import Conversation, Ending
from bot.people.contacts import mark_dead
from bot.store.hot import Hot
from bot.store.schema import OPEN_STATES, Row, conversation
from channels.base import Address, SendError, Unreachable

_OF = conversation.c.id == bindparam("of_id")
_ASKED = Hot(
    update(conversation)
    .where(_OF)
    .values(
        asked_at=func.coalesce(conversation.c.asked_at, bindparam("now")),
        # Who was erased while their question was on its way leaves no reference behind.
        question_ref=case((conversation.c.erased.is_(None), bindparam("ref", type_=String))),
    )
)
_WINDOW = Hot(
    update(conversation)
    .where(_OF, conversation.c.state.in_(OPEN_STATES), conversation.c.closes_at.is_(None))
    .values(closes_at=bindparam("closes"))
)
# It was on its way when its wave was stopped: asked after all, so an answer still counts, as a late one.
_ASKED_AFTER_ALL = Hot(
    update(conversation)
    .where(_OF, conversation.c.state == "closed", conversation.c.ending == "cancelled")
    .values(ending="window")
)
_CALLED_OFF = (
    update(conversation)
    .where(_OF, conversation.c.state == "waiting")
    .values(state="closed", ending=bindparam("why"), closed_at=bindparam("now"), closes_at=None)
)
_STATE_ASKED = Hot(update(conversation).where(_OF, conversation.c.state == "waiting").values(state="asked"))
_DELIVERED = Hot(
    update(conversation)
    .where(_OF)
    .values(delivered_at=func.coalesce(conversation.c.delivered_at, bindparam("now")))
)
_BACK = (
    update(conversation)
    .where(_OF, conversation.c.state == "waiting")
    .values(released_at=None, ask_at=bindparam("ask"))
)
# Whoever has said something in it has the question, whatever a carrier says.
_UNDELIVERED = (
    update(conversation)
    .where(_OF, conversation.c.state.in_(("waiting", "asked")), conversation.c.unread == 0)
    .values(
        state="closed",
        ending="undelivered",
        undelivered=bindparam("why"),
        closed_at=bindparam("now"),
        closes_at=None,
    )
)


def windowed(c: Conversation, now: datetime, window: int) -> Conversation:
    """The conversation with its end set, `window` days from now."""
    return replace(c, closes_at=now + timedelta(days=window))


def sent(
    connection: Connection,
    conversation_id: int,
    ref: str | None,
    window: int,
    now: datetime,
    *,
    arrived: bool,
) -> None:
    """The provider took the question. `arrived`: taking it is all that this provider ever says (Slack and
    Telegram); a carrier reports the arrival itself."""
    _ASKED.run(connection, {"of_id": conversation_id, "now": now, "ref": ref})
    _STATE_ASKED.run(connection, {"of_id": conversation_id})
    _WINDOW.run(connection, {"of_id": conversation_id, "closes": now + timedelta(days=window)})
    _ASKED_AFTER_ALL.run(connection, {"of_id": conversation_id})
    if arrived:
        delivered(connection, conversation_id, now)


def delivered(connection: Connection, conversation_id: int, now: datetime) -> None:
    """The question arrived."""
    _DELIVERED.run(connection, {"of_id": conversation_id, "now": now})


def expired(connection: Connection, conversation_id: int, now: datetime) -> None:
    """The send window closed before the question's turn came: it waits for the next one."""
    connection.execute(_BACK, {"of_id": conversation_id, "ask": now})


def called_off(connection: Connection, conversation_id: int, why: Ending, now: datetime) -> None:
    """The question will never go: its conversation ends before it began."""
    connection.execute(_CALLED_OFF, {"of_id": conversation_id, "why": str(why), "now": now})


def undelivered(connection: Connection, row: Row, why: str, error: SendError | None, now: datetime) -> bool:
    """The question of an outbox row cannot be delivered. True where its owner wants no messages."""
    if row.kind == "question":
        connection.execute(_UNDELIVERED, {"of_id": row.conversation_id, "why": why[:200], "now": now})
    if isinstance(error, Unreachable) and row.address:  # empty: its owner was erased since
        mark_dead(connection, Address(row.channel, row.address), why, now)
        return error.opted_out
    return False


def reported(connection: Connection, row: Row, status: str, error: SendError | None, now: datetime) -> bool:
    """Take over what a delivery report says of a message. True where its owner wants no messages."""
    if status in ("undelivered", "failed"):
        return undelivered(connection, row, str(error) if error else f"the carrier said {status}", error, now)
    if status == "delivered" and row.kind == "question":
        delivered(connection, row.conversation_id, now)
    return False
