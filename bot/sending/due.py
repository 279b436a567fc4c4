"""Whether time brings anything at all: one look at a tick, and hardly ever one for each thing that may be due; and one
a minute, for all that follows a survey."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, exists, or_, select

from bot.campaigns import touchpoints, undoing
from bot.cases import overdue
from bot.conversations import follow_ups, improvements, talks
from bot.sending import canaries, following_up, improving, release, reminders
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
_AFTER_SURVEYS: Final = select(
    or_(
        exists().where(follow_ups.IS_OPEN),
        exists().where(following_up.ASKS),
        exists().where(improvements.TO_ENROL),
        exists().where(improving.TOLD_LATELY),
    )
)
"""As above, of what follows a survey."""


def anything_due(connection: Connection, channels: Collection[str], now: datetime) -> bool:
    """Whether any step of a tick may find something to do."""
    return bool(connection.scalar(_ANYTHING, {"channels": channels, **undoing.moments(now)}))


def anything_after_surveys(connection: Connection, now: datetime) -> bool:
    """Whether anybody may have to be asked or told something after a survey, or what they were asked may end."""
    return bool(connection.scalar(_AFTER_SURVEYS, {"told_since": now - improving.LATE}))
