"""What customers named is better now: each who waits to be told is told when their window is open.

It goes after everything else, at the provider's pace, and about a minute's worth at a time. Who may not be told any
more when their turn comes is let go, and so is who had to wait for two weeks.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Integer, and_, bindparam, delete, func, or_, select, update

from bot.campaigns.places import Places
from bot.campaigns.terms import Terms
from bot.context import Context
from bot.conversations.follow_ups import BUSY, REACHED, THEM
from bot.conversations.improvements import OPTED_OUT, lately
from bot.dialogue import messages
from bot.dialogue.wording import Wording
from bot.outbox import Draft, free_keys, put
from bot.reading.bounds import Bounds
from bot.sending.release import AHEAD, window_of
from bot.steps import step
from bot.store.schema import Row, contact, conversation, follow_up, improvement, outbox, wave
from bot.store.sql import constant, known
from channels.base import Address, Priority

MOST: Final = 200
_LOOK_AGAIN: Final = timedelta(minutes=10)  # at who is in a conversation
LATE: Final = timedelta(days=3)  # in which it may still be found out that one did not arrive

_STANDING: Final = select(func.count()).select_from(
    select(outbox.c.id)
    .where(
        outbox.c.state == constant("queued"),
        known(outbox.c.due_at),
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.kind == constant("follow_up"),
    )
    .limit(bindparam("most", type_=Integer))
    .subquery()
)
_READY: Final = (
    select(
        follow_up.c.id.label("follow_up_id"),
        follow_up.c.key,
        follow_up.c.closes_at.label("until"),
        *THEM,
        improvement.c.words,
        OPTED_OUT.label("opted_out"),
        REACHED.label("reached"),
        lately(but=follow_up.c.id).label("lately"),
        BUSY.label("busy"),
    )
    .select_from(
        follow_up.join(conversation, conversation.c.id == follow_up.c.conversation_id)
        .join(contact, contact.c.id == conversation.c.contact_id)
        .join(wave, wave.c.id == conversation.c.wave_id)
        .join(improvement, improvement.c.id == follow_up.c.improvement_id)
    )
    .where(
        follow_up.c.state == constant("waiting"),
        follow_up.c.due_at <= bindparam("now"),
        # By who waits: the index of addresses would be read through for every conversation of the channel.
        func.coalesce(conversation.c.channel, "") == bindparam("of_channel"),
        improvement.c.stopped_at.is_(None),
    )
    .order_by(follow_up.c.due_at, follow_up.c.id)
    .limit(bindparam("batch", type_=Integer))
    .with_for_update(of=follow_up, skip_locked=True)
)
_LATER: Final = update(follow_up).where(follow_up.c.id == bindparam("of_id")).values(due_at=bindparam("due"))
_TOLD: Final = (
    update(follow_up)
    .where(follow_up.c.id == bindparam("of_id"))
    .values(state="over", ending="told", made_at=bindparam("now"))
)
_LET_GO: Final = delete(follow_up).where(follow_up.c.id == bindparam("of_id"))
TOLD_LATELY: Final = and_(
    follow_up.c.kind == constant("improvement"),
    follow_up.c.ending == constant("told"),
    follow_up.c.made_at > bindparam("told_since"),
)
"""Whether it may still be found out that somebody was not told."""
_NOT_SENT: Final = (
    select(follow_up.c.id, follow_up.c.key, outbox.c.state)
    .join(outbox, outbox.c.dedupe_key == follow_up.c.key)
    .where(
        TOLD_LATELY,
        or_(
            outbox.c.state.in_(("expired", "failed", "cancelled")),
            outbox.c.status.in_(("undelivered", "failed")),
        ),
    )
    .limit(MOST)
)
_UNDELIVERED: Final = (
    update(follow_up).where(follow_up.c.id == bindparam("of_id")).values(ending="undelivered")
)
_AGAIN: Final = (
    update(follow_up)
    .where(follow_up.c.id == bindparam("of_id"))
    .values(state="waiting", ending=None, due_at=bindparam("now"))
)


def tell_improvements(
    connection: Connection, context: Context, places: Places, channel: str, now: datetime
) -> int:
    """Put what is to be told on a channel into the outbox; how many."""
    most = int(context.limits[channel].per_second * AHEAD)
    standing = connection.execute(_STANDING, {"of_channel": channel, "most": most}).scalar_one()
    wanted = min(MOST, most - standing)
    if wanted <= 0:
        return 0
    values = {
        "of_channel": channel,
        "now": now,
        "batch": wanted,
        "again_from": now - timedelta(days=context.settings.follow_up_again_within),
    }
    drafts: list[Draft] = []
    for row in connection.execute(_READY, values).all():
        due, until = window_of(Terms.from_dict(row.terms), places.of(row.timezone, row.phone), now)
        if row.opted_out or not row.reached or row.lately or row.until <= now:
            connection.execute(_LET_GO, {"of_id": row.follow_up_id})
        elif row.busy or due > now:
            later = max(due, now + _LOOK_AGAIN) if row.busy else due
            connection.execute(_LATER, {"of_id": row.follow_up_id, "due": later})
        else:
            drafts.append(_draft(context, row, until))
            connection.execute(_TOLD, {"of_id": row.follow_up_id, "now": now})
    if drafts:
        put(connection, drafts, now)
        step("improvements.told", channel=channel, count=len(drafts))
    return len(drafts)


def hear_of_untold(connection: Connection, now: datetime) -> None:
    """Whose window closed before it went waits again; whom it did not reach counts as not told."""
    for row in connection.execute(_NOT_SENT, {"told_since": now - LATE}).all():
        if row.state == "expired":
            free_keys(connection, [row.key])
            connection.execute(_AGAIN, {"of_id": row.id, "now": now})
        else:
            connection.execute(_UNDELIVERED, {"of_id": row.id})


def _draft(context: Context, row: Row, until: datetime | None) -> Draft:
    terms: Any = row.terms
    bounds = Bounds(row.low, row.high)
    voice = context.voice(row.channel, row.language, bounds, Wording.from_terms(terms), row.name)
    return Draft(
        dedupe_key=row.key,
        kind="follow_up",
        address=Address(row.channel, row.address),
        lane=f"talk:{row.id}",
        body=messages.improvement(voice, row.words),
        conversation_id=row.id,
        priority=Priority.NEWS,
        expires_at=until,
    )
