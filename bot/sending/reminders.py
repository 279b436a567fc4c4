"""The one reminder: who was asked and said nothing at all is asked once more, on the same channel or the next one. So
is who asked to be asked later, on that day, where they said so and whatever they said besides.

Each conversation carries the time of its reminder, which anything that its person says or does takes away
(`bot.dialogue.conversation`). So what is due is found by an index, and a tick with nothing due is one look. It goes
within the send window and at the provider's pace, about a minute's worth at a time; it is no new asking, and the days
in which they may answer are those of the question. Nobody is reminded of a wave that was stopped.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Integer, and_, bindparam, null, select, update

from bot.campaigns.places import Places
from bot.campaigns.terms import Terms
from bot.cases.found import thread_until
from bot.context import Context
from bot.conversations import fallback, saving, talks
from bot.conversations.follow_ups import REACHED
from bot.conversations.questions import reminder_key
from bot.conversations.talks import Talk
from bot.dialogue import messages
from bot.dialogue.conversation import AskAgain, ReminderDue, advance
from bot.outbox import Draft, put
from bot.people.contacts import phone_of
from bot.sending.release import AHEAD, MOST, standing, window_of
from bot.steps import step
from bot.store.schema import Row, contact, conversation, wave
from bot.store.sql import known
from channels.base import Address, Priority

_LOOK_AGAIN: Final = timedelta(minutes=10)  # at who is in a paused wave

IS_DUE: Final = and_(known(conversation.c.remind_at), conversation.c.remind_at <= bindparam("now"))
_THEIR_TIME: Final = and_(IS_DUE, conversation.c.channel == bindparam("of_channel"))
_ANY_DUE: Final = select(conversation.c.id).where(_THEIR_TIME).limit(1)
_DUE: Final = (
    select(
        conversation.c.id,
        conversation.c.closes_at,
        contact.c.timezone,
        phone_of(conversation.c.contact_id).label("phone"),
        wave.c.terms,
        wave.c.stopped_at,
        wave.c.paused_at,
        REACHED.label("reached"),
        thread_until(conversation.c.contact_id).label("thread_until"),
    )
    .select_from(
        conversation.join(wave, wave.c.id == conversation.c.wave_id).join(
            contact, contact.c.id == conversation.c.contact_id
        )
    )
    .where(_THEIR_TIME)
    .order_by(conversation.c.remind_at, conversation.c.id)
    .limit(bindparam("batch", type_=Integer))
    .with_for_update(of=conversation, skip_locked=True)
)
_OF: Final = conversation.c.id == bindparam("of_id")
_LATER: Final = update(conversation).where(_OF).values(remind_at=bindparam("at"))
_NEVER: Final = update(conversation).where(_OF).values(remind_at=null())


def any_to_remind(connection: Connection, channel: str, now: datetime) -> bool:
    """Whether the time of somebody on a channel has come: one look into an index."""
    return connection.scalar(_ANY_DUE, {"of_channel": channel, "now": now}) is not None


def remind(connection: Connection, context: Context, places: Places, channel: str, now: datetime) -> int:
    """Put the next reminders of a channel into the outbox; how many."""
    most = int(context.limits[channel].per_second * AHEAD)
    wanted = min(MOST, most - standing(connection, "reminder", channel, most))
    if wanted <= 0:
        return 0
    values: Mapping[str, Any] = {"of_channel": channel, "now": now, "batch": wanted}
    drafts: list[Draft] = []
    for row in connection.execute(_DUE, values).all():
        at, until = _when(row, places, now)
        if at is None or at >= row.closes_at:
            connection.execute(_NEVER, {"of_id": row.id})
        elif at > now:
            connection.execute(_LATER, {"of_id": row.id, "at": at})
        elif (draft := _draft(connection, context, row, until, now)) is not None:
            drafts.append(draft)
    if drafts:
        put(connection, drafts, now)
        step("reminders.released", channel=channel, count=len(drafts))
    return len(drafts)


def _when(row: Row, places: Places, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When somebody is reminded, and until when if that is now; None where never."""
    if row.stopped_at is not None:
        return None, None
    if row.paused_at is not None:
        return now + _LOOK_AGAIN, None
    if row.thread_until is not None and now < row.thread_until:
        return row.thread_until, None
    return window_of(Terms.from_dict(row.terms), places.of(row.timezone, row.phone), now)


def _place(connection: Connection, context: Context, talk: Talk, *, reached: bool) -> Address | None:
    """Where somebody is reminded: on the next channel where the wave falls back and they were not moved on before, else
    where they were asked; None where they can be reached at neither."""
    here = talk.conversation.put_off  # they answered there
    if talk.moved_at is None and not here and fallback.falls_back(connection, talk):
        place = fallback.next_place(connection, talk, context.limits)
        if place is not None:
            return place
    return talk.address if reached else None


def _draft(
    connection: Connection, context: Context, row: Row, until: datetime | None, now: datetime
) -> Draft | None:
    talk = talks.of_question(connection, row.id)
    turn = advance(talk.conversation, ReminderDue(now))
    place = _place(connection, context, talk, reached=row.reached)
    if place is None or AskAgain() not in turn.effects:
        connection.execute(_NEVER, {"of_id": row.id})
        return None
    saving.save_reminder(connection, talk.id, turn.conversation)
    if place != talk.address:
        saving.move(connection, talk.id, place, now)
    voice = context.voice(place.channel, talk.language, talk.conversation.scale, talk.wording, talk.name)
    own = talk.conversation.put_off  # by their own wish it is no reminder
    body, choices = (messages.question if own else messages.reminder)(voice, talk.id)
    return Draft(
        dedupe_key=f"again:{talk.id}" if own else reminder_key(talk.id),
        kind="reply" if own else "reminder",
        address=place,
        lane=f"talk:{talk.id}",
        body=body,
        choices=choices,
        conversation_id=talk.id,
        priority=Priority.REMINDER,
        expires_at=min(row.closes_at, until or row.closes_at),
    )
