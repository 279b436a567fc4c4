"""What is older than answers are kept is erased by night: names and words go, the figures stay."""

import calendar
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, delete, exists, select

from bot.context import Context
from bot.privacy.erasure import forget_conversations, forget_events, forget_holds, forget_messages
from bot.store.schema import (
    api_request,
    command,
    conversation,
    customer_event,
    hold,
    inbox,
    outbox,
    touchpoint,
    wave,
)
from bot.store.sql import constant

NIGHT: Final = time(3, 0)  # where the company is
CHUNK: Final = 50  # conversations a transaction; a longer one holds replies up
MESSAGES: Final = 200
REPEATABLE: Final = timedelta(hours=24)
"""For so long a request to the API may be sent again for its answer."""

_CLOSED: Final = (
    select(conversation.c.id)
    .where(
        conversation.c.erased.is_(None),
        conversation.c.state == "closed",
        conversation.c.closed_at <= bindparam("before"),
    )
    .order_by(conversation.c.closed_at)
    .limit(CHUNK)
)
_SKIPPED: Final = (
    select(conversation.c.id)
    .where(
        # Waves first, of which there are few: who was left out of new ones is nobody who could go.
        conversation.c.wave_id.in_(select(wave.c.id).where(wave.c.started_at <= bindparam("before"))),
        conversation.c.contact_id.is_not(None),
        conversation.c.state == constant("skipped"),
    )
    .limit(CHUNK)
)
_RECEIVED: Final = (
    select(inbox.c.id)
    .where(
        inbox.c.conversation_id.is_(None),
        inbox.c.actor.is_not(None),
        inbox.c.received_at <= bindparam("before"),
    )
    .limit(MESSAGES)
)
_SENT: Final = (
    select(outbox.c.id)
    .where(
        outbox.c.conversation_id.is_(None),
        outbox.c.address != constant(""),
        outbox.c.state != "queued",
        outbox.c.made_at <= bindparam("before"),
    )
    .limit(MESSAGES)
)
_COMMANDS: Final = (
    select(command.c.id)
    .where(command.c.actor != constant(""), command.c.taken_at <= bindparam("before"))
    .limit(MESSAGES)
)
_MAY_BE_ASKED: Final = exists().where(
    touchpoint.c.event_id == customer_event.c.id, touchpoint.c.until > bindparam("before")
)
_EVENTS: Final = (
    select(customer_event.c.id)
    .where(customer_event.c.taken_at <= bindparam("before"), ~_MAY_BE_ASKED)
    .limit(MESSAGES)
)


_REQUESTS: Final = delete(api_request).where(api_request.c.made_at <= bindparam("before"))
_HOLDS: Final = (
    select(hold.c.id)
    .where(hold.c.made_at <= bindparam("before"), hold.c.reason != constant(""))
    .limit(MESSAGES)
)


@dataclass(frozen=True, slots=True)
class Old:
    """Rows whose time is over: one chunk of them."""

    conversations: tuple[int, ...]
    received: tuple[int, ...]
    sent: tuple[int, ...]
    commands: tuple[int, ...]
    events: tuple[int, ...]
    holds: tuple[int, ...]

    def __bool__(self) -> bool:
        outside = self.received or self.sent or self.commands or self.events or self.holds
        return bool(self.conversations or outside)


def find_old(connection: Connection, before: datetime) -> Old:
    """The next chunk of what ended, or of what came and went outside conversations, before a moment. It reads
    only, so that looking for it holds nobody up."""
    chosen = {"before": before}
    closed = connection.scalars(_CLOSED, chosen).all() or connection.scalars(_SKIPPED, chosen).all()
    return Old(
        tuple(closed),
        tuple(connection.scalars(_RECEIVED, chosen)),
        tuple(connection.scalars(_SENT, chosen)),
        tuple(connection.scalars(_COMMANDS, chosen)),
        tuple(connection.scalars(_EVENTS, chosen)),
        tuple(connection.scalars(_HOLDS, chosen)),
    )


def forget_old(connection: Connection, context: Context, old: Old, now: datetime) -> None:
    """Erase one chunk."""
    forget_conversations(connection, context.settings, old.conversations, "retention", now)
    forget_messages(connection, context.settings, old.received, old.sent, old.commands)
    forget_events(connection, old.events)
    forget_holds(connection, old.holds)


def forget_requests(connection: Connection, now: datetime) -> None:
    """Forget requests to the API that came `REPEATABLE` ago, and how they were answered."""
    connection.execute(_REQUESTS, {"before": now - REPEATABLE})


def months_before(now: datetime, months: int) -> datetime:
    """The same day of the month, so many months ago; its last day where it has no such day."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    day = min(now.day, calendar.monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)


def next_night(now: datetime, zone: ZoneInfo) -> datetime:
    """The next time that it is night where the company is."""
    local = now.astimezone(zone)
    night = datetime.combine(local.date(), NIGHT, zone)
    return night if night > local else datetime.combine(local.date() + timedelta(days=1), NIGHT, zone)
