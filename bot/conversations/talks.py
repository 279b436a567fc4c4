"""Conversations between their rows and the pure machine: find, load, save."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    insert,
    or_,
    select,
    update,
)

from bot.campaigns.terms import alerts_at
from bot.dialogue.conversation import Conversation, Effect, Ending, Keep, Part, State
from bot.dialogue.wording import Wording
from bot.reading.reader import Scale
from bot.store.hot import Hot
from bot.store.schema import OPEN_STATES, Row, answer, contact, conversation, wave
from bot.store.sql import LARGEST_ID, constant
from channels.base import Address


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with what stands around it in the database."""

    id: int
    wave_id: int
    contact_id: int
    address: Address
    name: str | None  # as the import has it; None where nobody is behind it any more
    language: str
    wording: Wording
    alert_at: int  # a score of this or lower alerts
    window: int
    trial: bool
    started_by: str
    question_ref: str | None
    first_score: int | None
    scored_at: datetime | None
    scored_on: date | None
    delivered_at: datetime | None
    closed_at: datetime | None
    released: bool
    unreported: bool  # asked, and nobody has said yet that the question arrived
    conversation: Conversation


_COLUMNS = (
    conversation,
    cast(wave.c.terms, Text).label("terms"),  # read once for all of a wave's: `_terms_of`
    wave.c.trial,
    wave.c.started_by,
    contact.c.name.label("contact_name"),
)
_FROM = conversation.join(wave, wave.c.id == conversation.c.wave_id).outerjoin(
    contact, contact.c.id == conversation.c.contact_id
)
_ON_ITS_WAY = or_(
    conversation.c.state.in_(("asked", "confirming", "reason", "thanked")),
    and_(conversation.c.state == "waiting", conversation.c.released_at.is_not(None)),
)


def _query(*conditions: Any) -> Select[Any]:
    # An erased conversation is figures alone: no word or press belongs to it any more.
    return (
        select(*_COLUMNS)
        .select_from(_FROM)
        .where(conversation.c.erased.is_(None), *conditions)
        .with_for_update(of=conversation)
    )


LATE = timedelta(days=30)
"""So long after its end a conversation still takes what comes late; later words are about something else."""

# The open one, else the latest that ended lately; one that nobody was asked for yet comes last.
_AT_ADDRESS = Hot(
    _query(
        or_(conversation.c.state != "closed", conversation.c.closed_at > bindparam("late_from")),
        conversation.c.channel == bindparam("of_channel"),
        conversation.c.address == bindparam("of_address"),
        conversation.c.state != "skipped",
    )
    .order_by(
        case((_ON_ITS_WAY, 0), (conversation.c.state == "closed", 1), else_=2), conversation.c.id.desc()
    )
    .limit(1)
)
_BY_ID = Hot(_query(conversation.c.id == bindparam("of_id"), conversation.c.state != "skipped"))
_OPEN_OF_CONTACT = _query(
    conversation.c.contact_id == bindparam("of_contact"), conversation.c.state.in_(OPEN_STATES)
).order_by(conversation.c.id)
_DUE_TO_CLOSE = (
    _query(
        conversation.c.closes_at <= bindparam("now"),
        conversation.c.state.in_(OPEN_STATES),
        conversation.c.state != constant("closed"),
    )
    .order_by(conversation.c.closes_at, conversation.c.id)
    .limit(bindparam("batch"))
    .with_for_update(of=conversation, skip_locked=True)
)


def at_address(connection: Connection, address: Address, now: datetime) -> Talk | None:
    """The conversation that words from this address belong to at this moment."""
    place = {"of_channel": address.channel, "of_address": address.id, "late_from": now - LATE}
    row = _AT_ADDRESS.first(connection, place)
    return None if row is None else _talk(row)


def by_id(connection: Connection, id_: int) -> Talk | None:
    """The conversation of this number, which may be whatever a button claims."""
    if id_ > LARGEST_ID:
        return None
    row = _BY_ID.first(connection, {"of_id": id_})
    return None if row is None else _talk(row)


def open_of_contact(connection: Connection, contact_id: int) -> list[Talk]:
    """Every conversation of a person that has not ended, on whatever channel."""
    return [_talk(row) for row in connection.execute(_OPEN_OF_CONTACT, {"of_contact": contact_id})]


def due_to_close(connection: Connection, now: datetime, batch: int) -> list[Talk]:
    """Conversations whose time is over, at most `batch`."""
    return [_talk(row) for row in connection.execute(_DUE_TO_CLOSE, {"now": now, "batch": batch})]


@lru_cache(maxsize=64)
def _terms_of(stored: str) -> tuple[Wording, int, int]:
    """How a wave speaks, the highest score that alerts, and its window in days. Terms never change, and every
    reply of a wave needs them."""
    terms = json.loads(stored)
    return Wording.from_terms(terms), alerts_at(terms), terms["window"]


def _talk(row: Row) -> Talk:
    wording, alert_at, window = _terms_of(row.terms)
    released = row.state != "waiting" or row.released_at is not None
    # A question that is on its way may be answered before its receipt is recorded.
    state = State.ASKED if row.state == "waiting" and released else State(row.state)
    return Talk(
        id=row.id,
        wave_id=row.wave_id,
        contact_id=row.contact_id,
        address=Address(row.channel, row.address),
        name=row.contact_name,
        language=row.language,
        wording=wording,
        alert_at=alert_at,
        window=window,
        trial=row.trial,
        started_by=row.started_by,
        question_ref=row.question_ref,
        first_score=row.first_score,
        scored_at=row.scored_at,
        scored_on=row.scored_on,
        delivered_at=row.delivered_at,
        closed_at=row.closed_at,
        released=released,
        unreported=row.delivered_at is None
        and (row.asked_at is not None or state not in (State.WAITING, State.CLOSED)),
        conversation=Conversation(
            state=state,
            scale=Scale(row.low, row.high),
            score=row.score,
            score_ref=row.score_ref,
            late=row.late,
            parts=tuple(Part(ref, text) for ref, text in row.parts),
            unread=row.unread,
            hints=row.hints,
            clarified=row.clarified,
            candidates=tuple(row.candidates),
            talk=row.talk,
            closes_at=row.closes_at,
            ending=None if row.ending is None else Ending(row.ending),
        ),
    )


# ------------------------------------------------------------------------------------------------- save

_SAVED = (
    "state",
    "delivered_at",
    "score",
    "first_score",
    "scored_at",
    "scored_on",
    "score_ref",
    "late",
    "reason",
    "parts",
    "unread",
    "hints",
    "clarified",
    "candidates",
    "talk",
    "closes_at",
    "closed_at",
    "ending",
)
# Built once: with values given at each call SQLAlchemy would look at every one of them again.
_SAVE = Hot(
    update(conversation)
    .where(conversation.c.id == bindparam("of_id"))
    .values({name: bindparam(f"to_{name}") for name in _SAVED})
)
_KEEP = Hot(insert(answer))


def save(
    connection: Connection, talk: Talk, after: Conversation, at: datetime, zone: ZoneInfo, *, heard: bool
) -> None:
    """Write what an event changed; nothing where it changed nothing.

    `zone` is where the company counts days. `heard`: the customer said something, so they have the question.
    """
    before = talk.conversation
    arrived = heard and talk.unreported
    if before == after and not arrived:
        return
    scored = after.score != before.score
    values: dict[str, Any] = {
        "state": str(after.state),
        "delivered_at": at if arrived else talk.delivered_at,
        "score": after.score,
        "first_score": after.score if talk.first_score is None else talk.first_score,
        "scored_at": at if scored else talk.scored_at,
        "scored_on": at.astimezone(zone).date() if scored else talk.scored_on,
        "score_ref": after.score_ref,
        "late": after.late,
        "reason": after.reason,
        "parts": [[part.ref, part.text] for part in after.parts],
        "unread": after.unread,
        "hints": after.hints,
        "clarified": after.clarified,
        "candidates": list(after.candidates),
        "talk": after.talk,
        "closes_at": after.closes_at,
        "closed_at": at if before.open and not after.open else talk.closed_at,
        "ending": None if after.ending is None else str(after.ending),
    }
    _SAVE.run(connection, {"of_id": talk.id, **{f"to_{name}": values[name] for name in _SAVED}})


def keep(
    connection: Connection, talk: Talk, effects: tuple[Effect, ...], inbox_id: int | None, at: datetime
) -> None:
    """Write the answer rows of a turn."""
    for effect in effects:
        if isinstance(effect, Keep):
            row = {
                "conversation_id": talk.id,
                "inbox_id": inbox_id,
                "at": at,
                "kind": effect.kind,
                "score": effect.score,
                "text": effect.text,
                "message_ref": effect.ref,
            }
            _KEEP.run(connection, row)
