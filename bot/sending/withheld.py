"""What goes no more, looked at in the moment in which a message is claimed."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from bot.campaigns import spacing
from bot.campaigns.plan import Skip, Wishes, held_back
from bot.campaigns.spaces import Spaces
from bot.campaigns.wishes import wished_by
from bot.cases.found import thread_until
from bot.conversations import before, questions, talks
from bot.conversations.questions import ANOTHERS_NOW
from bot.outbox import Queued
from bot.people import consent
from bot.store.hot import Hot
from bot.store.schema import Row, conversation, wave
from channels.base import Address

_LEFT: Final = "the person opted out"
_STOPPED: Final = "the wave was stopped"
_PAUSED: Final = "the wave is paused"
_TOO_SOON: Final = "they were asked too lately"
_WISHED: Final = "they wish to be asked later or elsewhere"
_OVER: Final = "the question was answered or called off"
_TALKING: Final = "a colleague talks with them"
MAY_ANSWER: Final = frozenset({_STOPPED, _PAUSED, _TOO_SOON, _WISHED, _TALKING, ANOTHERS_NOW})
"""Why a question goes no more of which nobody knows whether it went before: whoever may have been asked may answer."""

# kinds that an opt-out stops
_CUSTOMERS: Final = frozenset({"question", "reply", "edit", "relay", "follow_up", "reminder"})
_STANDING: Final = Hot(
    select(
        conversation.c.state,
        conversation.c.unread,
        conversation.c.talk,
        conversation.c.contact_id,
        wave.c.stopped_at,
        wave.c.paused_at,
        wave.c.trial,
        wave.c.terms,
        thread_until(conversation.c.contact_id).label("thread_until"),
    )
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(conversation.c.id == bindparam("of_id"))
)


def why(connection: Connection, queued: Queued, now: datetime) -> str | None:
    """Why a message to a customer may no longer go; None where it may."""
    if queued.kind not in _CUSTOMERS:
        return None
    at = Address(queued.channel, queued.address)
    if consent.is_opted_out(connection, at):
        return _LEFT
    if queued.kind == "reminder" and (why := _why_not_reminded(connection, queued)) is not None:
        return why
    if queued.kind == "question" and (why := _why_not_asked(connection, queued, now)) is not None:
        return why
    return ANOTHERS_NOW if talks.is_anothers(connection, queued.conversation_id, at) else None


def opted_out(why: str) -> bool:
    """Whether it goes no more because its reader left."""
    return why == _LEFT


def call_off(connection: Connection, queued: Queued, why: str, now: datetime) -> None:
    """End the conversation of a question that goes no more, or let its release look at it again."""
    if queued.kind == "reminder" and why == _PAUSED:
        questions.reminder_held_back(connection, queued, now)
    if queued.kind != "question":
        return
    if why in (_LEFT, _STOPPED):
        questions.called_off(connection, queued, "opted_out" if why == _LEFT else "cancelled", now)
    elif why in (_TOO_SOON, _WISHED, _TALKING, _PAUSED):
        questions.expired(connection, queued, now)
    elif why == ANOTHERS_NOW:
        questions.moved_on(connection, queued.conversation_id, now)


def _why_not_asked(connection: Connection, queued: Queued, now: datetime) -> str | None:
    standing = _STANDING.first(connection, {"of_id": queued.conversation_id})
    if standing is None or standing.state != "waiting":
        return _OVER
    if standing.stopped_at is not None:
        return _STOPPED
    if standing.paused_at is not None:
        return _PAUSED
    if standing.thread_until is not None and now < standing.thread_until and not standing.trial:
        return _TALKING
    return None if standing.trial else _why_not_now(connection, queued, standing, now)


def _why_not_reminded(connection: Connection, queued: Queued) -> str | None:
    standing = _STANDING.first(connection, {"of_id": queued.conversation_id})
    if standing is None or standing.state != "asked" or standing.unread or standing.talk:
        return _OVER
    if queued.conversation_id is None or before.said_anything(connection, queued.conversation_id):
        return _OVER
    if standing.stopped_at is not None:
        return _STOPPED
    return None if standing.paused_at is None else _PAUSED


def _why_not_now(connection: Connection, queued: Queued, standing: Row, now: datetime) -> str | None:
    if queued.conversation_id is None:
        return None
    last = spacing.asked_before(connection, queued.conversation_id)
    wishes = wished_by(connection, (standing.contact_id,)).get(standing.contact_id, Wishes())
    why = held_back(last, wishes, Spaces.stored(standing.terms), None, now)
    if why is not None:
        return _TOO_SOON if why.code is Skip.TOO_SOON else _WISHED
    return None
