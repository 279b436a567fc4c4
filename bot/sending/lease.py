"""Who sends for a channel, and the channel's pauses: one row a channel.

The row also shows a clock that was set back: a lease that ends later than any taken now could. Then it counts as
lapsed, and what waited for a moment of the old time is moved along (docs/decisions/0025-clocks.md).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot import outbox
from bot.steps import step
from bot.store.hot import Hot
from bot.store.schema import Row, sending

HELD = timedelta(seconds=10)
PAUSE = timedelta(seconds=60)  # between two tries of a channel whose token is wrong


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
_FOUND = select(sending).where(sending.c.channel == bindparam("of_channel")).with_for_update()
_TAKE = (
    update(sending)
    .where(
        sending.c.channel == bindparam("of_channel"),
        or_(
            sending.c.holder == bindparam("me"),
            sending.c.until <= bindparam("now"),
            sending.c.until > bindparam("no_later"),
        ),
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
_MOVE_PAUSE = (
    update(sending).where(sending.c.channel == bindparam("of_channel")).values(paused_until=bindparam("end"))
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
    found = connection.execute(_FOUND, {"of_channel": channel}).one()
    no_later = now + HELD + outbox.LEEWAY
    row = connection.execute(
        _TAKE, {"of_channel": channel, "me": holder, "now": now, "end": now + HELD, "no_later": no_later}
    ).first()
    if row is None:
        return None
    taken = _lease(row)
    return _set_back(connection, taken, found.until - taken.until, now) if found.until > no_later else taken


def _set_back(connection: Connection, taken: Lease, by: timedelta, now: datetime) -> Lease:
    """The clock was set back by so much, to a few seconds: all that waits is moved along."""
    outbox.set_back(connection, taken.channel, by, now)
    step("clock.set_back", channel=taken.channel, seconds=round(by.total_seconds()))
    if taken.paused_until is None:
        return taken
    until = max(now, taken.paused_until - by)
    connection.execute(_MOVE_PAUSE, {"of_channel": taken.channel, "end": until})
    return replace(taken, paused_until=until)


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
