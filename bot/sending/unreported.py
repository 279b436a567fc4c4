"""Delivery reports that never came: what became of open questions and alerts is asked every five minutes.

A callback is lost where it finds nobody at home for longer than its provider tries. A question that a carrier did
not deliver would stand as asked, and an alert as seen.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection, and_, bindparam, or_, select

from bot.clock import Clock
from bot.logs import Failures
from bot.store.schema import case, conversation, outbox
from bot.store.store import Store
from channels.base import Channel, Receive, SendError

log = structlog.get_logger()

EVERY: Final = 300.0  # seconds
DUE: Final = timedelta(minutes=5)  # by then a report has come, if one comes by itself
GIVEN_UP: Final = timedelta(hours=36)  # a carrier that has said nothing for so long says nothing any more
MOST: Final = 5000

_OPEN = (
    select(outbox.c.message_ref)
    .outerjoin(conversation, conversation.c.id == outbox.c.conversation_id)
    .outerjoin(case, case.c.id == outbox.c.case_id)
    .where(
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.message_ref.is_not(None),
        or_(outbox.c.status.is_(None), outbox.c.status.in_(("queued", "sent"))),
        outbox.c.done_at > bindparam("since"),
        outbox.c.done_at <= bindparam("until"),
        or_(
            and_(outbox.c.kind == "question", conversation.c.state == "asked"),
            and_(outbox.c.kind.in_(("alert", "relay", "thread")), case.c.state != "done"),
        ),
    )
    .order_by(outbox.c.done_at.desc())
    .limit(MOST)
)


def open_refs(connection: Connection, channel: str, now: datetime) -> frozenset[str]:
    """The questions that nobody has answered, and the alerts and threads of open cases, whose reports are late."""
    values = {"of_channel": channel, "since": now - GIVEN_UP, "until": now - DUE}
    return frozenset(connection.execute(_OPEN, values).scalars())


class Unreported:
    """Asks each channel that reports, until it is cancelled; what it says is taken in as if it had come."""

    name = "reports"

    def __init__(
        self, store: Store, channels: Sequence[Channel], receives: Mapping[str, Receive], clock: Clock
    ) -> None:
        self._store, self._receives, self._clock = store, receives, clock
        self._channels = [channel for channel in channels if channel.limits.reports]

    async def run(self) -> None:
        """Ask at a start, and every five minutes."""
        failures = Failures("reports.failed", self.name)
        while True:
            with failures.survived():
                await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """Ask once."""
        for channel in self._channels:
            refs = await self._store.read(open_refs, channel.name, self._clock.now())
            if not refs:
                continue
            try:
                reports = await channel.states(refs)
            except SendError as error:
                log.warning("reports.not_asked", channel=channel.name, reason=str(error))
                continue
            if reports:
                await self._receives[channel.name](reports)
