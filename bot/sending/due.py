"""Whether time brings anything at all: one look at a tick, and hardly ever one for each thing that may be due."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, exists, or_, select

from bot.campaigns import touchpoints, undoing
from bot.cases import overdue
from bot.conversations import talks
from bot.sending import canaries, release, reminders
from bot.store.schema import conversation, early_report

_ANYTHING: Final = select(
    or_(
        exists().where(talks.IS_OVER),
        exists(select(early_report.c.channel)),
        exists().where(touchpoints.IS_DUE),
        exists().where(undoing.IS_DUE),
        exists(canaries.WATCHED),
        exists().where(release.IS_UNRELEASED),
        exists().where(reminders.IS_DUE, conversation.c.channel.in_(bindparam("channels", expanding=True))),
        exists().where(overdue.IS_DUE),
    )
)
"""The conditions of those who do it, or wider ones: nothing is due of which this does not know."""


def anything_due(connection: Connection, channels: Collection[str], now: datetime) -> bool:
    """Whether any step of a tick may find something to do."""
    return bool(connection.scalar(_ANYTHING, {"channels": channels, **undoing.moments(now)}))
