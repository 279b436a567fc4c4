"""What follows a survey, as rows: found, begun, saved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, bindparam, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.conversations.talks import ANOTHERS
from bot.dialogue.recovery import Recovery, RecoveryEnding, RecoveryState
from bot.people.contacts import by_channel, phone_of
from bot.reading.bounds import Bounds
from bot.store.behind import WriteBehind, looked_up
from bot.store.hot import Hot
from bot.store.schema import OPEN_STATES, Row, address, case, contact, conversation, follow_up, outbox, wave
from bot.store.sql import LARGEST_ID, among, constant
from channels.base import Address


@dataclass(frozen=True, slots=True)
class AskedAfter:
    """What was asked of somebody after their survey, with what stands around it."""

    id: int
    conversation_id: int
    case_id: int
    address: Address
    recovery: Recovery


_talk, _theirs = conversation.alias("talk"), case.alias("theirs")
REACHED: Final = and_(
    ~ANOTHERS,
    exists().where(
        address.c.channel == conversation.c.channel,
        address.c.value == conversation.c.address,
        address.c.dead_since.is_(None),
    ),
)
"""Whether the address of a conversation is still its contact's, and alive."""
BUSY: Final = or_(
    exists().where(_talk.c.contact_id == conversation.c.contact_id, _talk.c.state.in_(OPEN_STATES)),
    exists().where(
        _talk.c.contact_id == conversation.c.contact_id,
        _theirs.c.conversation_id == _talk.c.id,
        _theirs.c.thread_until > bindparam("now"),
    ),
)
"""Whether their conversation is open, this one or another, or a colleague writes with them."""
THEM: Final = (
    conversation.c.id,
    conversation.c.channel,
    conversation.c.address,
    conversation.c.language,
    conversation.c.low,
    conversation.c.high,
    contact.c.name,
    contact.c.timezone,
    phone_of(contact.c.id).label("phone"),
    wave.c.terms,
)
"""Of a conversation and its customer: where what follows goes, in which words, and when it may."""
_QUERY: Final = (
    select(
        follow_up,
        conversation.c.channel,
        conversation.c.address,
        conversation.c.low,
        conversation.c.high,
    )
    .join(conversation, conversation.c.id == follow_up.c.conversation_id)
    .where(follow_up.c.kind == "recovery", conversation.c.erased.is_(None))
    .with_for_update(of=follow_up)
)
IS_OPEN: Final = follow_up.c.state != constant("over")
"""Whether one is not over: it waits to be told, or for an answer."""
# While a colleague and the customer write to each other, words are theirs.
_OPEN_AT: Final = Hot(
    _QUERY.join(case, case.c.id == follow_up.c.case_id)
    .where(
        or_(case.c.thread_until.is_(None), case.c.thread_until <= bindparam("now")),
        conversation.c.channel == bindparam("of_channel"),
        among(conversation.c.address, "of_addresses"),
        IS_OPEN,
        ~ANOTHERS,
    )
    .order_by(follow_up.c.id)
)
_AT: Final = "follow-up at"
_BY_ID: Final = Hot(_QUERY.where(follow_up.c.id == bindparam("of_id"), ~ANOTHERS))
_DUE: Final = (
    _QUERY.where(IS_OPEN, follow_up.c.closes_at <= bindparam("now"))
    .order_by(follow_up.c.closes_at)
    .limit(200)
)
_OF_CONTACT: Final = Hot(_QUERY.where(IS_OPEN, conversation.c.contact_id == bindparam("of_contact")))
_NOT_SENT: Final = (
    _QUERY.join(outbox, outbox.c.dedupe_key == follow_up.c.key)
    .where(
        IS_OPEN,
        or_(
            outbox.c.state.in_(("expired", "failed", "cancelled")),
            outbox.c.status.in_(("undelivered", "failed")),
        ),
    )
    .limit(200)
)
_BEGIN: Final = {
    engine.dialect.name: Hot(engine.insert(follow_up).on_conflict_do_nothing().returning(follow_up.c.id))
    for engine in (sqlite, postgresql)
}
_SAVE: Final = Hot(
    update(follow_up)
    .where(follow_up.c.id == bindparam("of_id"))
    .values({name: bindparam(f"to_{name}") for name in ("state", "solved", "score", "hints", "ending")})
)
_OF_CASE: Final = (
    select(follow_up.c.solved, follow_up.c.score, follow_up.c.ending)
    .where(follow_up.c.case_id == bindparam("of_case"), follow_up.c.kind == "recovery")
    .order_by(follow_up.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class SaidSolved:
    """What a customer said of a case when they were asked whether it is solved, and how that ended."""

    solved: bool | None
    score: int | None
    ending: str | None


def open_at(connection: Connection, at: Address, now: datetime) -> AskedAfter | None:
    """The question after a survey that words from this address answer: the latest."""
    rows = looked_up(connection, _AT, at)
    if rows is None:
        rows = _open_at(connection, at.channel, [at.id], now)
    return _follow_up(rows[-1]) if rows else None


def look_ahead(opened: WriteBehind, places: Collection[Address], now: datetime) -> None:
    """Look up at once what `open_at` is going to be asked for."""
    for channel, ids in by_channel(places).items():
        rows = _open_at(opened.connection, channel, ids, now)
        here = (Address(channel, id_) for id_ in ids)
        opened.know(_AT, here, rows, lambda row: Address(row.channel, row.address))


def _open_at(connection: Connection, channel: str, addresses: Sequence[str], now: datetime) -> list[Row]:
    return _OPEN_AT.all(connection, {"of_channel": channel, "of_addresses": addresses, "now": now})


def by_id(connection: Connection, id_: int) -> AskedAfter | None:
    """The one of this number, which may be whatever a button claims."""
    row = None if id_ > LARGEST_ID else _BY_ID.first(connection, {"of_id": id_})
    return None if row is None else _follow_up(row)


def due_to_close(connection: Connection, now: datetime) -> list[AskedAfter]:
    """Those whose time is over."""
    return _all(connection, _DUE, {"now": now})


def not_sent(connection: Connection) -> list[AskedAfter]:
    """Those whose question did not reach anybody, as far as is known by now."""
    return _all(connection, _NOT_SENT, {})


def open_of_contact(connection: Connection, contact_id: int) -> list[AskedAfter]:
    """Every one of a person that is not over."""
    return [_follow_up(row) for row in _OF_CONTACT.all(connection, {"of_contact": contact_id})]


def begin(connection: Connection, key: str, kind: str, now: datetime, **values: object) -> int | None:
    """A row for what is put into the outbox under this key; its number, None where there is one already."""
    row = _BEGIN[connection.dialect.name].first(
        connection, {"key": key, "kind": kind, "made_at": now, **values}
    )
    return None if row is None else int(row.id)


def save(connection: Connection, one: AskedAfter, after: Recovery) -> None:
    """Write what an event did; nothing where it changed nothing."""
    if after == one.recovery:
        return
    values: dict[str, Any] = {
        "to_state": after.state.value,
        "to_solved": after.solved,
        "to_score": after.score,
        "to_hints": after.hints,
        "to_ending": None if after.ending is None else after.ending.value,
    }
    _SAVE.run(connection, {"of_id": one.id, **values})


def of_case(connection: Connection, case_id: int) -> SaidSolved | None:
    """The newest question whether a case is solved, with its answers."""
    row = connection.execute(_OF_CASE, {"of_case": case_id}).first()
    return None if row is None else SaidSolved(*row)


def _all(connection: Connection, statement: Select[Any], values: dict[str, object]) -> list[AskedAfter]:
    return [_follow_up(row) for row in connection.execute(statement, values)]


def _follow_up(row: Row) -> AskedAfter:
    return AskedAfter(
        row.id,
        row.conversation_id,
        row.case_id,
        Address(row.channel, row.address),
        Recovery(
            RecoveryState(row.state),
            Bounds(row.low, row.high),
            row.closes_at,
            row.solved,
            row.score,
            row.hints,
            None if row.ending is None else RecoveryEnding(row.ending),
        ),
    )
