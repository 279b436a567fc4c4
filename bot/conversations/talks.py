"""Conversations as their rows tell them, found by whatever somebody says or asks."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)

from bot.campaigns.terms import alerts_at
from bot.dialogue.conversation import TAKE_LATE, Conversation, Ending, Part, State
from bot.dialogue.order import SaidAt
from bot.dialogue.wording import Wording
from bot.hooks.happened import ANY_HOOK, remember_hooks
from bot.people.contacts import by_channel, is_nobodys
from bot.reading.bounds import Bounds
from bot.store.behind import WriteBehind, know_nothing, looked_up
from bot.store.hot import Hot
from bot.store.schema import OPEN_STATES, Row, address, contact, conversation, wave
from bot.store.schema import case as cases
from bot.store.sql import LARGEST_ID, among, constant
from channels.base import Address
from channels.frozen import dataclass


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
    campaign: str
    trial: bool
    started_by: str
    released_at: datetime | None
    ask_at: datetime | None
    undelivered: str | None
    question_ref: str | None
    first_score: int | None
    scored_at: datetime | None
    scored_on: date | None
    closed_at: datetime | None
    erased: bool  # figures alone are left of it
    words_from: int | None  # words in the inbox from there on may belong here, or to another open one
    conversation: Conversation
    moved_at: datetime | None = None  # when it went on at the next channel of its wave
    moved_from: str | None = None  # the channel before
    thread: bool = False  # a colleague wrote to its contact, and may talk with them


_reviewing = conversation.alias("reviewing")
_REVIEWED = (  # elsewhere
    select(func.max(_reviewing.c.review_at))
    .where(_reviewing.c.contact_id == conversation.c.contact_id, _reviewing.c.id != conversation.c.id)
    .scalar_subquery()
)
_COLUMNS = (
    conversation,
    _REVIEWED.label("reviewed"),
    cast(wave.c.terms, Text).label("terms"),  # read once for all of a wave's: `_terms_of`
    wave.c.campaign,
    wave.c.trial,
    wave.c.started_by,
    contact.c.name.label("contact_name"),
)
_FROM = conversation.join(wave, wave.c.id == conversation.c.wave_id).outerjoin(
    contact, contact.c.id == conversation.c.contact_id
)
_HAS_BEGUN = or_(
    conversation.c.state.in_(("asked", "confirming", "reason", "thanked")),
    and_(conversation.c.state == "waiting", conversation.c.released_at.is_not(None)),
)
_OF_PEOPLE = conversation.c.erased.is_(None)  # no word or press belongs to an erased one any more
_BEGUN_AND_OPEN = and_(_HAS_BEGUN, conversation.c.state != "closed")
ANOTHERS = exists().where(
    address.c.channel == conversation.c.channel,
    address.c.value == conversation.c.address,
    address.c.contact_id != conversation.c.contact_id,
)
"""The condition that the address of a conversation belongs to another contact now: it takes part in it no more. A
trial's is the admin's who tries, whoever else they are."""
_THEIR_OWN = or_(wave.c.trial, ~ANOTHERS)


_theirs = conversation.alias("theirs")
_THREAD = (
    exists()
    .where(
        _theirs.c.contact_id == conversation.c.contact_id,
        cases.c.conversation_id == _theirs.c.id,
        cases.c.thread_until.is_not(None),
    )
    .correlate(conversation)
    .label("thread")
)
"""Whether a colleague wrote to the contact of a conversation under an alert that is not done: then it is worth looking
whether they talk."""


def _query(*conditions: Any) -> Select[Any]:
    return select(*_COLUMNS).select_from(_FROM).where(*conditions).with_for_update(of=conversation)


def lane_of(conversation_id: int, asked: Address, at: Address) -> str:
    """The lane of what is said in a conversation that was `asked` at one address, `at` another or the same: it leaves
    in order; where it is said elsewhere too, neither waits for the other."""
    lane = f"talk:{conversation_id}"
    return lane if at == asked else f"{lane}:{at.channel}"


# What is looked up ahead.
_AT, _BY, _ASKED_IN = "conversation at", "conversation", "conversation of a question"

LATE = timedelta(days=30)
"""So long after its end a conversation still takes what comes late; later words are about something else."""

# The open one, else the latest that ended lately; one that nobody was asked for yet comes last.
_RANK = case((_HAS_BEGUN, 0), (conversation.c.state == "closed", 1), else_=2).label("rank")
_MEANT = and_(_OF_PEOPLE, _THEIR_OWN, conversation.c.state != "skipped")
# In the order of their ids, in which everybody locks them.
_AT_ADDRESSES = Hot(
    _query(
        _MEANT,
        or_(conversation.c.state != "closed", conversation.c.closed_at > bindparam("late_from")),
        conversation.c.channel == bindparam("of_channel"),
        among(conversation.c.address, "of_addresses"),
    )
    .add_columns(_THREAD, _RANK, ANY_HOOK)
    .order_by(conversation.c.id)
)
_BY_IDS = Hot(
    _query(_MEANT, among(conversation.c.id, "of_ids"))
    .add_columns(_THREAD, ANY_HOOK)
    .order_by(conversation.c.id)
)
_OF_QUESTIONS = Hot(_query(among(conversation.c.id, "of_ids")).order_by(conversation.c.id))
_OPEN_AT = _query(
    conversation.c.channel == bindparam("of_channel"),
    conversation.c.address == bindparam("of_address"),
    conversation.c.state.in_(OPEN_STATES),
)
_HERE = and_(address.c.channel == bindparam("of_channel"), address.c.value == bindparam("of_address"))
# A file that names the address since the question was asked may have given it to them from somebody else.
_THEIRS_SINCE_BEFORE = exists().where(
    _HERE,
    or_(
        address.c.since.is_(None),
        address.c.since <= func.coalesce(conversation.c.asked_at, conversation.c.released_at),
    ),
)
_AT_ANOTHER_ADDRESS = (
    conversation.c.contact_id == select(address.c.contact_id).where(_HERE).scalar_subquery(),
    ~wave.c.trial,
    ~ANOTHERS,
    or_(conversation.c.channel != bindparam("of_channel"), conversation.c.address != bindparam("of_address")),
    _THEIRS_SINCE_BEFORE,
)
_ELSEWHERE = Hot(_query(_BEGUN_AND_OPEN, *_AT_ANOTHER_ADDRESS).order_by(conversation.c.id))
_LATE_ELSEWHERE = Hot(
    _query(
        conversation.c.state == "closed",
        conversation.c.closed_at > bindparam("late_from"),
        conversation.c.ending.in_(sorted(TAKE_LATE - {Ending.UNDELIVERED})),
        or_(conversation.c.score.is_(None), conversation.c.late),
        *_AT_ANOTHER_ADDRESS,
    ).order_by(conversation.c.id)
)
_OPEN_OF_CONTACT = Hot(
    _query(
        conversation.c.contact_id == bindparam("of_contact"), conversation.c.state.in_(OPEN_STATES)
    ).order_by(conversation.c.id)
)
IS_OVER = and_(
    conversation.c.closes_at <= bindparam("now"),
    conversation.c.state.in_(OPEN_STATES),
    conversation.c.state != constant("closed"),
)
_DUE_TO_CLOSE = (
    _query(_OF_PEOPLE, IS_OVER)
    .order_by(conversation.c.closes_at, conversation.c.id)
    .limit(bindparam("batch"))
    .with_for_update(of=conversation, skip_locked=True)
)


def at_address(connection: Connection, address: Address, now: datetime) -> Talk | None:
    """The conversation that words from this address belong to at this moment."""
    rows = looked_up(connection, _AT, address)
    if rows is None:
        rows = _at_addresses(connection, address.channel, [address.id], now)
    elif not rows:
        know_nothing(connection, _AT, address)
    late_from = now - LATE
    lately = [row for row in rows if row.state != "closed" or row.closed_at > late_from]
    row = min(lately, key=lambda row: (row.rank, -row.id), default=None)
    return None if row is None else _talk(row)


def _at_addresses(connection: Connection, channel: str, addresses: Sequence[str], now: datetime) -> list[Row]:
    place = {"of_channel": channel, "of_addresses": addresses, "late_from": now - LATE}
    rows = _AT_ADDRESSES.all(connection, place)
    remember_hooks(connection, rows)
    return rows


def elsewhere(connection: Connection, address: Address) -> list[Talk]:
    """The open conversations, begun at another address, of the contact whose address this is since before the
    question."""
    if is_nobodys(connection, address):
        return []
    rows = _ELSEWHERE.all(connection, {"of_channel": address.channel, "of_address": address.id})
    return [_talk(row) for row in rows]


def late_elsewhere(connection: Connection, address: Address, now: datetime) -> Talk | None:
    """The one conversation that ended lately without a score, or has one since, at another address of the contact whose
    address this is; None where there are several."""
    if is_nobodys(connection, address):
        return None
    place = {"of_channel": address.channel, "of_address": address.id, "late_from": now - LATE}
    rows = _LATE_ELSEWHERE.all(connection, place)
    return _talk(rows[0]) if len(rows) == 1 else None


_IS_ANOTHERS = Hot(
    select(address.c.id)
    .join(
        conversation,
        and_(conversation.c.id == bindparam("of_id"), conversation.c.contact_id != address.c.contact_id),
    )
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(_HERE, ~wave.c.trial)
)


def is_anothers(connection: Connection, id_: int | None, address: Address) -> bool:
    """Whether an address to which something of a conversation is to go belongs to another contact now."""
    place = {"of_channel": address.channel, "of_address": address.id}
    return id_ is not None and _IS_ANOTHERS.first(connection, {**place, "of_id": id_}) is not None


def by_id(connection: Connection, id_: int) -> Talk | None:
    """The conversation of this number, which may be whatever a button claims."""
    if id_ > LARGEST_ID:
        return None
    rows = looked_up(connection, _BY, id_)
    if rows is None:
        rows = _by_ids(connection, [id_])
    return _talk(rows[0]) if rows else None


def _by_ids(connection: Connection, ids: Sequence[int]) -> list[Row]:
    rows = _BY_IDS.all(connection, {"of_ids": ids})
    remember_hooks(connection, rows)
    return rows


def look_ahead(
    opened: WriteBehind, addresses: Collection[Address], ids: Collection[int], now: datetime
) -> list[Row]:
    """Look up at once what `at_address` and `by_id` are going to be asked for, not earlier than at this moment; the
    rows of the conversations at these addresses."""
    rows: list[Row] = []
    for channel, here in by_channel(addresses).items():
        found = _at_addresses(opened.connection, channel, here, now)
        places = (Address(channel, id_) for id_ in here)
        opened.know(_AT, places, found, lambda row: Address(row.channel, row.address))
        rows += found
    if valid := sorted({id_ for id_ in ids if id_ <= LARGEST_ID}):
        opened.know(_BY, valid, _by_ids(opened.connection, valid), lambda row: row.id)
    return rows


def of_question(connection: Connection, id_: int | None) -> Talk:
    """The conversation that a question of ours belongs to, also where its person was erased since."""
    found = looked_up(connection, _ASKED_IN, id_)
    if found is None:
        found = _OF_QUESTIONS.all(connection, {"of_ids": [id_]})
    if not found:
        raise LookupError(f"no conversation {id_}, though there is a question of it")
    return _talk(found[0])


def look_for_questions(opened: WriteBehind, ids: Collection[int]) -> None:
    """Look up at once what `of_question` is going to be asked for."""
    if wanted := sorted(set(ids)):
        rows = _OF_QUESTIONS.all(opened.connection, {"of_ids": wanted})
        opened.know(_ASKED_IN, wanted, rows, lambda row: row.id)


def open_at(connection: Connection, address: Address) -> Talk | None:
    """The conversation at an address that has not ended, begun or not."""
    place = {"of_channel": address.channel, "of_address": address.id}
    row = connection.execute(_OPEN_AT, place).one_or_none()
    return None if row is None else _talk(row)


def open_of_contact(connection: Connection, contact_id: int) -> list[Talk]:
    """Every conversation of a person that has not ended, on whatever channel."""
    return [_talk(row) for row in _OPEN_OF_CONTACT.all(connection, {"of_contact": contact_id})]


def due_to_close(connection: Connection, now: datetime, batch: int) -> list[Talk]:
    """Conversations whose time is over, at most `batch`."""
    return [_talk(row) for row in connection.execute(_DUE_TO_CLOSE, {"now": now, "batch": batch})]


@lru_cache(maxsize=64)
def _terms_of(stored: str) -> tuple[Wording, int, timedelta, timedelta | None, timedelta | None]:
    """How a wave speaks, the highest score that alerts, its window, how rarely it asks for a review, and how long
    after the question it reminds. Terms never change, and every reply of a wave needs them."""
    terms = json.loads(stored)
    review, reminder = terms.get("review_every"), terms.get("reminder")
    window = timedelta(days=terms["window"])
    return (
        Wording.from_terms(terms),
        alerts_at(terms),
        window,
        review and timedelta(days=review),
        reminder and timedelta(days=reminder),
    )


def _talk(row: Row) -> Talk:
    wording, alert_at, window, review_every, remind_after = _terms_of(row.terms)
    return Talk(
        id=row.id,
        wave_id=row.wave_id,
        contact_id=row.contact_id,
        address=Address(row.channel, row.address),
        name=row.contact_name,
        language=row.language,
        wording=replace(wording, fields=row.about) if row.about else wording,
        alert_at=alert_at,
        campaign=row.campaign,
        trial=row.trial,
        started_by=row.started_by,
        released_at=row.released_at,
        ask_at=row.ask_at,
        undelivered=row.undelivered,
        question_ref=row.question_ref,
        first_score=row.first_score,
        scored_at=row.scored_at,
        scored_on=row.scored_on,
        closed_at=row.closed_at,
        erased=row.erased is not None,
        words_from=row.words_from,
        moved_at=row.moved_at,
        moved_from=row.moved_from,
        thread=bool(getattr(row, "thread", False)),
        conversation=Conversation(
            state=_state(row),
            scale=Bounds(row.low, row.high),
            window=window,
            asked_at=row.asked_at,
            delivered_at=row.delivered_at,
            score=row.score,
            score_ref=row.score_ref,
            scored=_scored(row),
            reason_since=row.reason_since,
            late=row.late,
            parts=tuple(_part(*stored) for stored in row.parts),
            unread=row.unread,
            hints=row.hints,
            clarified=row.clarified,
            candidates=tuple(row.candidates),
            spoken=row.talk,
            closes_at=row.closes_at,
            ending=None if row.ending is None else Ending(row.ending),
            review_every=review_every,
            reviewed=row.reviewed,
            review=row.review,
            review_at=row.review_at,
            remind_after=remind_after,
            remind_at=row.remind_at,
            reminded_at=row.reminded_at,
            put_off=row.put_off,
        ),
    )


def _state(row: Row) -> State:
    """The state of a row: a waiting one that was released is on its way, a thanked one that was asked for a review
    awaits that."""
    if row.state == State.WAITING and row.released_at is not None:
        return State.ON_ITS_WAY
    return State.REVIEW if row.state == State.THANKED and row.review == "asked" else State(row.state)


def _scored(row: Row) -> SaidAt | None:
    """When the score was said. A provider that counts its updates tells no time of a press, which has no reference."""
    at = row.score_said_at or row.scored_at
    timed = row.score_number is None or row.score_ref is not None
    return None if at is None else SaidAt(at, row.score_number, timed)


def _part(ref: str | None, text: str, said: str | None = None, edited: str | None = None) -> Part:
    """A part of a reason as it is stored; of earlier ones nobody kept when they were said."""
    return Part(ref, text, *(None if at is None else datetime.fromisoformat(at) for at in (said, edited)))
