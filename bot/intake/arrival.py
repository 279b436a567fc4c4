"""The row by which an event is taken in once: a repetition meets it and goes no further."""

from dataclasses import fields
from datetime import datetime
from hashlib import sha256
from typing import Any, get_args

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from bot.conversations.talks import Talk
from bot.store.hot import Hot
from bot.store.schema import inbox
from channels.base import Address, DeliveryReport, Inbound, InboundMessage

KEY_LENGTH = 300

_INSERT = {
    engine.dialect.name: Hot(
        engine.insert(inbox)
        .on_conflict_do_nothing(index_elements=["channel", "provider_id"])
        .returning(inbox.c.id)
    )
    for engine in (sqlite, postgresql)
}

# What is stored of each kind of event: all of it but an error, of which its code says as much, and the
# short-lived ways to answer.
_STORED: dict[type[Inbound], tuple[str, ...]] = {
    kind: tuple(
        field.name for field in fields(kind) if field.name not in ("answer_ref", "error", "message_key")
    )
    for kind in get_args(Inbound)
}


def once(
    connection: Connection,
    channel: str,
    event: Inbound,
    now: datetime,
    talk: Talk | None,
    reading: str | None,
) -> int | None:
    """The id of the event's row in the inbox, with what it was taken for; None where this delivery has one
    already, and nothing may be done again."""
    who = _who(event)
    row = _INSERT[connection.dialect.name].first(
        connection,
        {
            "channel": channel,
            "provider_id": _key(event),
            "kind": type(event).__name__,
            "actor": None if who is None else str(who),
            "event": event_to_json(event),
            "received_at": now,
            "conversation_id": None if talk is None else talk.id,
            "reading": None if reading is None else reading[:20],
        },
    )
    return None if row is None else int(row.id)


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
    return {name: _as_json(getattr(event, name)) for name in _STORED[type(event)]}


def _as_json(value: object) -> object:
    match value:
        case Address():
            return {"channel": value.channel, "id": value.id}
        case datetime():
            return str(value)
    return value
