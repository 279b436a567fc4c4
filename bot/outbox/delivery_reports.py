"""Delivery reports: what a provider tells of a message that it took, in whatever order that comes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, exists, insert, select, update

from bot.outbox.messages import Outgoing, outgoing_from
from bot.store.behind import WriteBehind, looked_up
from bot.store.hot import Hot
from bot.store.schema import Row, early_report, outbox
from bot.store.sql import among
from channels.base import Barred, Misconfigured, Rejected, SendError, Unreachable
from channels.frozen import dataclass

EARLY_WAITS: Final = timedelta(days=7)
"""For so long a delivery report waits for the record of its message. A process that ended between the two and stays
away over a weekend finds the message in the provider's list, and the report comes only once."""

# How far a message got. Reports come twice and out of order: a state only ever moves forward.
RANK = {"queued": 1, "sent": 2, "undelivered": 3, "failed": 3, "delivered": 4}


@dataclass(frozen=True, slots=True)
class EarlyReport:
    """A delivery report that came before the record of its message."""

    channel: str
    message_ref: str
    status: str
    code: str | None


_BY_REFS = Hot(
    select(
        outbox.c.id,
        outbox.c.kind,
        outbox.c.channel,
        outbox.c.address,
        outbox.c.conversation_id,
        outbox.c.case_id,
        outbox.c.message_ref,
        outbox.c.status,
    )
    .where(outbox.c.channel == bindparam("of_channel"), among(outbox.c.message_ref, "refs"))
    .order_by(outbox.c.id)
    .with_for_update()
)
_SET_STATUS = Hot(
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"))
    .values(status=bindparam("to_status"), error=bindparam("to_error"))
)
_SENT_AS = "message sent as"  # what is looked up ahead
_KEEP_EARLY = insert(early_report)
_THIS_EARLY = and_(
    early_report.c.channel == bindparam("of_channel"), early_report.c.message_ref == bindparam("ref")
)
_EARLY = select(early_report).where(_THIS_EARLY)
_TAKE_EARLY = (
    delete(early_report)
    .where(
        exists().where(
            outbox.c.channel == early_report.c.channel, outbox.c.message_ref == early_report.c.message_ref
        )
    )
    .returning(early_report)
)
_FORGET_EARLY = delete(early_report).where(early_report.c.at < bindparam("before"))


def why_undelivered(status: str, error: SendError | None) -> str:
    """Why nobody got a message, as its delivery report tells."""
    return f"the carrier said {status}" if error is None else str(error)


def may_pass(error: SendError | None) -> bool:
    """Whether who did not get a message may have it a little later. A telephone that is off may be on again soon; so
    may one of which the report that came early does not say why. What our own account has to answer for does not pass
    in a minute."""
    return not isinstance(error, Rejected | Unreachable | Barred | Misconfigured)


def look_for_refs(opened: WriteBehind, refs: Collection[tuple[str, str]]) -> list[Row]:
    """Look up at once what `report` is going to be asked for, by channel and reference; the messages that there are."""
    rows: list[Row] = []
    for channel in sorted({channel for channel, _ in refs}):
        wanted = sorted({ref for of, ref in refs if of == channel})
        rows += _BY_REFS.all(opened.connection, {"of_channel": channel, "refs": wanted})
    opened.know(_SENT_AS, refs, rows, lambda row: (row.channel, row.message_ref))
    return rows


def report(
    connection: Connection, channel: str, ref: str, status: str, code: str | None, now: datetime
) -> Outgoing | None:
    """Take a delivery report. The message where it moved it forward; None where it did not,
    or where the message is not recorded yet (then the report waits for it)."""
    found = looked_up(connection, _SENT_AS, (channel, ref))
    if found is None:
        found = _BY_REFS.all(connection, {"of_channel": channel, "refs": [ref]})
    if not found:
        _keep_early(connection, channel, ref, status, code, now)
        return None
    row = found[0]
    if RANK.get(status, 0) <= RANK.get(row.status or "", 0):
        return None
    _SET_STATUS.later(connection, {"of_id": row.id, "to_status": status, "to_error": code})
    return outgoing_from(row)


def take_early(connection: Connection, now: datetime) -> list[EarlyReport]:
    """The reports whose messages are recorded by now; they wait no longer. What waited for a week is
    of no message of ours, and goes."""
    connection.execute(_FORGET_EARLY, {"before": now - EARLY_WAITS})
    return [
        EarlyReport(row.channel, row.message_ref, row.status, row.code)
        for row in connection.execute(_TAKE_EARLY)
    ]


def _keep_early(
    connection: Connection, channel: str, ref: str, status: str, code: str | None, now: datetime
) -> None:
    known = connection.execute(_EARLY, {"of_channel": channel, "ref": ref}).first()
    if known is None:
        connection.execute(
            _KEEP_EARLY, {"channel": channel, "message_ref": ref, "status": status, "code": code, "at": now}
        )
    elif RANK.get(status, 0) > RANK.get(known.status, 0):
        connection.execute(
            update(early_report)
            .where(early_report.c.channel == channel, early_report.c.message_ref == ref)
            .values(status=status, code=code, at=now)
        )
