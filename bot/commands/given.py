"""The commands that were given and wait to be carried out: one is claimed, held while it takes, and finished."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, or_, select, update

from bot.outbox import LEEWAY
from bot.store.schema import Row, command
from channels.base import Address

LEASE = timedelta(seconds=30)

_NEXT = (
    select(command.c.id)
    .where(
        command.c.done_at.is_(None),
        or_(
            command.c.leased_until.is_(None),
            command.c.leased_until <= bindparam("now"),
            command.c.leased_until > bindparam("no_later"),
        ),
    )
    .order_by(command.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(command)
    .where(command.c.id.in_(_NEXT.scalar_subquery()))
    .values(leased_until=bindparam("lease"))
    .returning(command)
)
_HOLD = update(command).where(command.c.id == bindparam("of_id")).values(leased_until=bindparam("lease"))
_DONE = update(command).where(command.c.id == bindparam("of_id")).values(done_at=bindparam("now"))


@dataclass(frozen=True, slots=True)
class GivenCommand:
    """A command as intake kept it: who gave it, where, in which words, and what its answer goes to."""

    id: int
    inbox_id: int | None  # of the message or the press that it came in
    actor: Address
    place: Address
    line: str
    answer_ref: str | None  # a provider's short-lived address for answers
    reply_to: str | None  # the message whose button was pressed
    taken_at: datetime


def claim(connection: Connection, now: datetime) -> GivenCommand | None:
    """The command that waits longest and that nobody holds, from now on held by the caller for `LEASE`."""
    lease = now + LEASE
    row = connection.execute(_CLAIM, {"now": now, "lease": lease, "no_later": lease + LEEWAY}).first()
    return None if row is None else _given(row)


def hold(connection: Connection, id_: int, now: datetime) -> None:
    """Keep a claimed command for another `LEASE`."""
    connection.execute(_HOLD, {"of_id": id_, "lease": now + LEASE})


def finish(connection: Connection, id_: int, now: datetime) -> None:
    """Nobody claims this command any more."""
    connection.execute(_DONE, {"of_id": id_, "now": now})


def _given(row: Row) -> GivenCommand:
    return GivenCommand(
        id=row.id,
        inbox_id=row.inbox_id,
        actor=Address.parse(row.actor),
        place=Address.parse(row.place),
        line=row.line,
        answer_ref=row.answer_ref,
        reply_to=row.reply_to,
        taken_at=row.taken_at,
    )
