"""The row by which an event is taken in once: a repetition meets it and goes no further."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from typing import Any, get_args

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from bot.context import Context
from bot.store.hot import Hot
from bot.store.schema import inbox
from channels.base import Address, DeliveryReport, Inbound, InboundMessage, ProviderOptIn, ProviderOptOut
from channels.frozen import dataclass

KEY_LENGTH = 300

_INSERT = {
    engine.dialect.name: Hot(
        engine.insert(inbox)
        .on_conflict_do_nothing(index_elements=["channel", "provider_id"])
        .returning(inbox.c.id, inbox.c.channel, inbox.c.provider_id)
    )
    for engine in (sqlite, postgresql)
}

# What is stored of each kind of event: all of it but an error, of which its code says as much, and the
# short-lived ways to answer.
_NAMES: dict[type[Inbound], tuple[str, ...]] = {
    kind: tuple(
        field.name for field in fields(kind) if field.name not in ("answer_ref", "error", "message_key")
    )
    for kind in get_args(Inbound)
}
_STORED = {kind: (names, attrgetter(*names)) for kind, names in _NAMES.items()}
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})

# What each kind is called in the database, the log and the figures: not to change with the name of a class.
_KIND = {kind: kind.__name__ for kind in _NAMES} | {ProviderOptOut: "OptOut", ProviderOptIn: "OptIn"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event as it came by a channel, at a moment."""

    channel: str
    event: Inbound
    context: Context
    now: datetime


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """An arrival for the inbox: whose conversation it belongs to, and what it was taken for."""

    arrival: Arrival
    conversation_id: int | None
    reading: str | None


def once(connection: Connection, entries: Sequence[InboxEntry]) -> list[int | None]:
    """Of each the id of its row in the inbox; None where its delivery has one already, and nothing may be done
    again."""
    if not entries:
        return []
    rows = [_row(entry) for entry in entries]
    new = _INSERT[connection.dialect.name].each(connection, rows)
    ids = {(row.channel, row.provider_id): int(row.id) for row in new}
    # Each is given once: of two of the same delivery the second is a repetition.
    return [ids.pop((row["channel"], row["provider_id"]), None) for row in rows]


def _row(entry: InboxEntry) -> dict[str, Any]:
    channel, event = entry.arrival.channel, entry.arrival.event
    who = _who(event)
    return {
        "channel": channel,
        "provider_id": _key(event),
        "kind": kind_of(event),
        "actor": None if who is None else str(who),
        "event": event_to_json(event),
        "received_at": entry.arrival.now,
        "conversation_id": entry.conversation_id,
        "reading": None if entry.reading is None else entry.reading[:20],
    }


def kind_of(event: Inbound) -> str:
    """What rows of the inbox, lines of the log and figures call this kind of event."""
    return _KIND[type(event)]


def whose(event: Inbound) -> str:
    """Whose event this is: those of one person, and the reports of one message, are kept in their order."""
    match event:
        case InboundMessage(actor=actor):
            return str(actor)
        case DeliveryReport(message_ref=ref):
            return ref
        case _:
            return str(event.address)


def _who(event: Inbound) -> Address | None:
    match event:
        case InboundMessage(actor=actor):
            return actor
        case DeliveryReport():
            return None
        case _:
            return event.address


def _key(event: Inbound) -> str:
    """The key of what was said, which is kept for good. One that holds the id of the person or of their chat is kept
    as a hash, so that it outlives an erasure. So is one that is longer than the column: no provider's is near
    that, and a signed oddity must not come back for ever because it cannot be stored."""
    key, who = event.provider_id, _who(event)
    places = [who]
    if isinstance(event, InboundMessage):
        key = event.message_key or key
        places.append(event.place)
    if not any(at is not None and at.id in key for at in places) and len(key) <= KEY_LENGTH:
        return key
    return f"sha256:{sha256(key.encode()).hexdigest()}"


def event_to_json(event: Inbound) -> Any:
    """The event as stored: without what answers it (a response_url is a key to somebody's chat)."""
    names, values = _STORED[type(event)]
    return {
        name: value if type(value) in _AS_THEY_ARE else _as_json(value)
        for name, value in zip(names, values(event), strict=True)
    }


def _as_json(value: object) -> object:
    match value:
        case Address():
            return {"channel": value.channel, "id": value.id}
        case datetime():
            return str(value)
    return value
