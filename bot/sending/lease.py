"""Who sends for a channel, and the channel's pauses: one row a channel."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.hot import Hot
from bot.store.schema import Row, sending

HELD = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Lease:
    """What a channel's row says: until when its holder sends, and of its pause, where there is one."""

    channel: str
    until: datetime
    paused_until: datetime | None
    paused_reason: str | None


def _lease(row: Row) -> Lease:
    return Lease(row.channel, row.until, row.paused_until, row.paused_reason)


_SEED = {
    "sqlite": sqlite.insert(sending).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(sending).on_conflict_do_nothing(),
}
_TAKE = (
    update(sending)
    .where(
        sending.c.channel == bindparam("of_channel"),
        or_(sending.c.holder == bindparam("me"), sending.c.until <= bindparam("now")),
    )
    .values(holder=bindparam("me"), until=bindparam("end"))
    .returning(sending)
)
_GIVE_BACK = (
    update(sending)
    .where(sending.c.channel == bindparam("of_channel"), sending.c.holder == bindparam("me"))
    .values(until=bindparam("now"))
)
_PAUSE = (
    update(sending)
    .where(sending.c.channel == bindparam("of_channel"))
    .values(paused_until=bindparam("end"), paused_reason=bindparam("why"))
)
_RESUME = Hot(
    update(sending)
    .where(sending.c.channel == bindparam("of_channel"), sending.c.paused_reason.is_not(None))
    .values(paused_until=None, paused_reason=None, told_at=None)
)
_TELL = (
    update(sending)
    .where(sending.c.channel == bindparam("of_channel"), sending.c.told_at.is_(None))
    .values(told_at=bindparam("now"))
)
_ALL = select(sending)


def take(connection: Connection, channel: str, holder: str, now: datetime) -> Lease | None:
    """Become, or stay, the one who sends for a channel, for ten seconds; None where another does."""
    connection.execute(
        _SEED[connection.dialect.name], {"channel": channel, "holder": holder, "until": now + HELD}
    )
    row = connection.execute(
        _TAKE, {"of_channel": channel, "me": holder, "now": now, "end": now + HELD}
    ).first()
    return None if row is None else _lease(row)


def give_back(connection: Connection, channel: str, holder: str, now: datetime) -> None:
    """Let the next process send at once."""
    connection.execute(_GIVE_BACK, {"of_channel": channel, "me": holder, "now": now})


def pause(connection: Connection, channel: str, until: datetime, why: str) -> None:
    """Send nothing before `until`."""
    connection.execute(_PAUSE, {"of_channel": channel, "end": until, "why": why[:300]})


def resume(connection: Connection, channel: str) -> bool:
    """The channel works again; True where it did not before."""
    return bool(_RESUME.run(connection, {"of_channel": channel}))


def tell_once(connection: Connection, channel: str, now: datetime) -> bool:
    """Whether the admins are to be told of this pause now; once for each pause."""
    return bool(connection.execute(_TELL, {"of_channel": channel, "now": now}).rowcount)


def pauses(connection: Connection) -> list[Lease]:
    """Each channel's row, for the readiness page."""
    return [_lease(row) for row in connection.execute(_ALL)]
