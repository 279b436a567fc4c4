"""Messages put in, leased, and what became of each recorded."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, Update, and_, bindparam, case, func, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.outbox.messages import OF_ROW, Draft, MessageKind, Queued, queued_from, row_of
from bot.store.hot import Hot
from bot.store.schema import conversation, outbox
from bot.store.sql import constant, one_of
from channels.base import Address
from channels.known import those_that

LEASE = timedelta(seconds=10)  # longer than an adapter's 8 s for one request
LEEWAY: Final = timedelta(seconds=5)
"""How much further ahead than its own length a lease may lie, by clocks that differ a little. Beyond that the
clock was set back, and it counts as lapsed."""


_INSERT = {
    "sqlite": Hot(sqlite.insert(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"])),
    "postgresql": Hot(postgresql.insert(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"])),
}


def put(connection: Connection, drafts: Sequence[Draft], now: datetime) -> None:
    """Put messages in, in their order. One whose key is known already changes nothing."""
    _INSERT[connection.dialect.name].later(connection, *(row_of(draft, now) for draft in drafts))


_ID = select(outbox.c.id).where(outbox.c.dedupe_key == bindparam("key"))
_REF = select(func.coalesce(outbox.c.message_ref, outbox.c.replaces)).where(outbox.c.id == bindparam("of_id"))
_WHERE_TO = select(outbox.c.channel, outbox.c.address).where(outbox.c.id == bindparam("of_id"))


def id_of(connection: Connection, dedupe_key: str) -> int:
    """The row of the message that was put in under this key."""
    return int(connection.execute(_ID, {"key": dedupe_key}).scalar_one())


def where_to(connection: Connection, id_: int) -> Address:
    """Where a message of ours goes, or went."""
    row = connection.execute(_WHERE_TO, {"of_id": id_}).one()
    return Address(row.channel, row.address)


def replaced(connection: Connection, replaces: str | None) -> str | None:
    """The reference that a draft replaces; None where that message never got one, so that this one is posted."""
    if replaces is None or not replaces.startswith(OF_ROW):
        return replaces
    ref: str | None = connection.scalar(_REF, {"of_id": int(replaces.removeprefix(OF_ROW))})
    return replaced(connection, ref)


# By what is first in its lane, and not by what has nothing ahead: where PostgreSQL's statistics say that hardly
# anything is queued, it would join all that is due with all that is queued.
_ahead = outbox.alias("ahead")
_first_in_lane = (
    select(func.min(_ahead.c.id))
    .where(_ahead.c.lane == outbox.c.lane, _ahead.c.state == constant("queued"))
    .scalar_subquery()
)
_DUE = and_(
    outbox.c.state == constant("queued"),
    outbox.c.channel == bindparam("of_channel"),
    outbox.c.due_at <= bindparam("now"),
    or_(
        outbox.c.leased_until.is_(None),
        outbox.c.leased_until <= bindparam("now"),
        outbox.c.leased_until > bindparam("no_later"),
    ),
    outbox.c.id == _first_in_lane,
)
_PICK = (
    select(outbox.c.id)
    .where(_DUE)
    .order_by(outbox.c.priority, outbox.c.due_at, outbox.c.id)
    .limit(bindparam("batch"))
    .with_for_update(skip_locked=True)
)
_WAVE = (  # for the log
    select(conversation.c.wave_id)
    .where(conversation.c.id == outbox.c.conversation_id)
    .scalar_subquery()
    .label("wave_id")
)
_CLAIM = Hot(
    update(outbox)
    .where(outbox.c.id.in_(_PICK.scalar_subquery()))
    .values(
        leased_until=bindparam("lease"),
        attempts=outbox.c.attempts + 1,
        # A lease that nobody gave back: its holder died, before or after it sent.
        doubtful=or_(outbox.c.doubtful, outbox.c.leased_until.is_not(None)),
    )
    .returning(outbox, _WAVE)
)


def claim(connection: Connection, channel: str, now: datetime, batch: int) -> list[Queued]:
    """Lease up to `batch` messages that are due, the most urgent first."""
    lease = now + LEASE
    values = {
        "of_channel": channel,
        "now": now,
        "batch": batch,
        "lease": lease,
        "no_later": lease + LEEWAY,
    }
    rows = _CLAIM.all(connection, values)
    return [queued_from(row) for row in sorted(rows, key=lambda row: (row.priority, row.due_at, row.id))]


def _expire(kind: MessageKind) -> Update:
    return (
        update(outbox)
        .where(
            outbox.c.state == constant("queued"),
            outbox.c.kind == constant(kind),  # each has an index of its own
            outbox.c.expires_at <= bindparam("now"),
            or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= bindparam("now")),
        )
        .values(
            state="expired",
            done_at=bindparam("now"),
            body=null(),
            image=null(),
            image_name=null(),
            image_alt=null(),
        )
    )


_EXPIRE_ANSWERS = _expire("command")
_EXPIRE_DIGESTS = _expire("digest")


def expire_answers(connection: Connection, now: datetime) -> None:
    """Empty what commands were answered, and digests, that nobody can be told in time: a channel that is paused or off
    claims nothing, and customers' words may stand in it."""
    connection.execute(_EXPIRE_ANSWERS, {"now": now})
    connection.execute(_EXPIRE_DIGESTS, {"now": now})


_LATER = select(outbox.c.id, outbox.c.due_at).where(
    outbox.c.state == constant("queued"),
    outbox.c.channel == bindparam("of_channel"),
    outbox.c.due_at > bindparam("now"),
)
_MOVE_DUE = update(outbox).where(outbox.c.id == bindparam("of_id")).values(due_at=bindparam("to"))


def set_back(connection: Connection, channel: str, by: timedelta, now: datetime) -> None:
    """The clock was set back by so much: what was to wait for a minute waits for one, and not for an hour more."""
    later = connection.execute(_LATER, {"of_channel": channel, "now": now}).all()
    if later:
        moved = [{"of_id": row.id, "to": max(now, row.due_at - by)} for row in later]
        connection.execute(_MOVE_DUE, moved)


_FINISH = Hot(
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"), outbox.c.state.in_(("queued", "cancelled")))
    .values(
        state=bindparam("to_state"),
        message_ref=bindparam("ref"),
        error=bindparam("why"),
        done_at=bindparam("now"),
        leased_until=None,
        # What a command was answered may hold customers' words; it can be asked again.
        body=case((outbox.c.kind.in_(("command", "digest")), null()), else_=outbox.c.body),
        image=null(),  # it is large, and can be drawn again
        image_name=null(),
        image_alt=null(),
    )
    .returning(outbox.c.kind, outbox.c.address)
)
LASTING_REF: Final = case(
    (one_of(outbox.c.channel, those_that(lambda limits: limits.nameless_refs)), outbox.c.message_ref),
    else_=null(),
)
"""What is left of a message's reference when its person is erased. A carrier's stays, which reports on it for
days and names nobody; other providers' references hold the chat's id."""
# The goodbye to somebody who was erased goes with the rest once it is on its way, and so does what was being
# sent while they were erased.
_FORGET = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"))
    .values(address="", body=null(), thread=null(), message_ref=LASTING_REF)
)
_RETRY = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"), outbox.c.state == "queued")
    .values(
        due_at=bindparam("again"),
        error=bindparam("why"),
        leased_until=None,
        doubtful=bindparam("doubt"),
        attempts=outbox.c.attempts - bindparam("uncounted"),
    )
)


def finish(
    connection: Connection,
    id_: int,
    state: Literal["sent", "unknown", "failed", "cancelled", "expired"],
    now: datetime,
    *,
    message_ref: str | None = None,
    error: str | None = None,
) -> bool:
    """Record what became of a message; False where somebody recorded it before. A message that was taken
    back while it was on its way counts as what it became."""
    row = _FINISH.first(
        connection,
        {
            "of_id": id_,
            "to_state": state,
            "ref": message_ref,
            "why": None if error is None else error[:300],
            "now": now,
        },
    )
    if row is not None and (row.kind == "farewell" or not row.address):
        connection.execute(_FORGET, {"of_id": id_})
    return row is not None


def retry(
    connection: Connection, id_: int, at: datetime, error: str, *, doubtful: bool, counts: bool = True
) -> None:
    """Give the lease back; the message is due again at `at`. `doubtful`: it may have been sent already. A try
    that says nothing of the message `counts` not among its attempts."""
    values = {
        "of_id": id_,
        "again": at,
        "why": error[:300],
        "doubt": doubtful,
        "uncounted": 0 if counts else 1,
    }
    connection.execute(_RETRY, values)


_POST_ANEW = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"), outbox.c.state == "queued")
    .values(
        replaces=None,
        answer_ref=None,
        thread=None,
        due_at=bindparam("now"),
        error=bindparam("why"),
        leased_until=None,
    )
)


def post_anew(connection: Connection, id_: int, now: datetime, error: str) -> None:
    """Send as a message of its own what could not take the place of an earlier one."""
    connection.execute(_POST_ANEW, {"of_id": id_, "now": now, "why": error[:300]})


_TOLD = select(func.count()).where(
    outbox.c.channel == bindparam("of_channel"),
    outbox.c.address == bindparam("of_address"),
    outbox.c.conversation_id.is_(None),
    outbox.c.kind == "notice",
    outbox.c.made_at > bindparam("since"),
)


def told_lately(connection: Connection, address: Address, now: datetime) -> int:
    """How many notices there were for an address in a day, outside conversations."""
    values = {"of_channel": address.channel, "of_address": address.id, "since": now - timedelta(days=1)}
    return int(connection.execute(_TOLD, values).scalar_one())


_HOW_MANY: Final = (
    select(func.count()).select_from(outbox).where(outbox.c.dedupe_key.in_(bindparam("keys", expanding=True)))
)


def how_many(connection: Connection, keys: Sequence[str]) -> int:
    """How many messages there are under these keys."""
    return int(connection.execute(_HOW_MANY, {"keys": keys}).scalar_one())


# A person may have been erased since, and the address with them; a reference that names nobody stays.
_HELD = select(outbox.c.message_ref).where(
    outbox.c.channel == bindparam("of_channel"),
    outbox.c.address.in_((bindparam("of_address"), "")),
    outbox.c.message_ref.is_not(None),
    outbox.c.done_at > bindparam("since"),
    outbox.c.id != bindparam("of_id"),
)


def held_refs(connection: Connection, queued: Queued, since: datetime) -> set[str]:
    """The references of other messages to the same address, recorded after `since`: what is found under one of
    them is not the message that is looked for."""
    values = {
        "of_channel": queued.channel,
        "of_address": queued.address,
        "since": since,
        "of_id": queued.id,
    }
    return set(connection.execute(_HELD, values).scalars())
