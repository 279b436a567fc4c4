"""What time brings after a survey: the question whether it is solved, some days after *Done*, and its end.

It has rules of its own. Nobody is asked twice within `follow_up_again_within` days, whatever their surveys; nobody who
wants no messages, whose address is dead or another's, or who has a conversation or a colleague's thread open; and only
inside the send window of the wave. Whoever has to wait for one of these waits, up to `STALE` after the day: later it
would be odd to ask.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, bindparam, exists, or_, select

from bot.campaigns.places import Places
from bot.campaigns.terms import Terms
from bot.context import Context
from bot.conversations import follow_ups
from bot.conversations.follow_ups import BUSY, REACHED, THEM
from bot.dialogue import messages
from bot.dialogue.events import TimePassed
from bot.dialogue.recovery import NotDelivered, RecoveryState, advance_recovery
from bot.dialogue.wording import Wording
from bot.outbox import Draft, put
from bot.people import consent
from bot.reading.bounds import Bounds
from bot.sending.release import window_of
from bot.steps import step
from bot.store.schema import Row, case, contact, conversation, follow_up, wave
from bot.store.sql import constant
from channels.base import Address, Priority

STALE: Final = timedelta(days=14)
OPEN_FOR: Final = timedelta(days=7)
_MOST: Final = 200

_earlier, _talk = follow_up.alias("earlier"), conversation.alias("talk")
_DAYS: Final = wave.c.terms["recovery"].as_integer()
ASKS: Final = and_(_DAYS.is_not(None), wave.c.trial.is_(False))
"""Whether a wave asks, some days after *Done*, if it is solved."""
_EVERY_DAYS: Final = select(_DAYS).where(ASKS).distinct()
_ASKED: Final = or_(_earlier.c.ending.is_(None), _earlier.c.ending != constant("undelivered"))
_DUE: Final = (
    select(
        case.c.id.label("case_id"),
        case.c.done_at,
        case.c.opened_at,
        *THEM,
    )
    .select_from(case)
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .join(contact, contact.c.id == conversation.c.contact_id)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(
        case.c.state == constant("done"),
        case.c.kind != constant("review"),  # in which there is nothing to solve
        case.c.done_by.is_not(None),
        case.c.done_at.between(bindparam("since"), bindparam("until")),
        bindparam("days") == _DAYS,
        wave.c.trial.is_(False),
        conversation.c.erased.is_(None),
        conversation.c.channel.in_(bindparam("channels", expanding=True)),
        REACHED,
        ~BUSY,
        ~exists().where(_earlier.c.case_id == case.c.id, _earlier.c.made_at >= case.c.done_at, _ASKED),
        ~exists().where(
            _talk.c.contact_id == conversation.c.contact_id,
            _earlier.c.conversation_id == _talk.c.id,
            _earlier.c.kind == constant("recovery"),
            _earlier.c.made_at > bindparam("again_from"),
            _ASKED,
        ),
    )
    .order_by(case.c.done_at, case.c.id)
    .limit(_MOST)
    .with_for_update(of=case, skip_locked=True)
)


def ask_if_solved(connection: Connection, context: Context, places: Places, now: datetime) -> int:
    """Ask those whose time it is; how many."""
    asked = 0
    for days in connection.scalars(_EVERY_DAYS).all():
        values = {
            "days": days,
            "until": now - timedelta(days=days),
            "since": now - timedelta(days=days) - STALE,
            "now": now,
            "again_from": now - timedelta(days=context.settings.follow_up_again_within),
            "channels": list(context.limits),
        }
        each: set[Address] = set()
        for row in connection.execute(_DUE, values).all():
            at = Address(row.channel, row.address)
            if at not in each and _ask(connection, context, places, row, now):
                each.add(at)
                asked += 1
    return asked


def end_follow_ups(connection: Connection, now: datetime) -> None:
    """End those whose time is over, and those of which nothing was delivered, which count as not asked."""
    for one in follow_ups.due_to_close(connection, now):
        follow_ups.save(connection, one, advance_recovery(one.recovery, TimePassed(now)).recovery)
    for one in follow_ups.not_sent(connection):
        follow_ups.save(connection, one, advance_recovery(one.recovery, NotDelivered()).recovery)


def _ask(connection: Connection, context: Context, places: Places, row: Row, now: datetime) -> bool:
    at = Address(row.channel, row.address)
    due, until = window_of(Terms.from_dict(row.terms), places.of(row.timezone, row.phone), now)
    if due > now or consent.is_opted_out(connection, at):
        return False
    key = f"recovery:{row.case_id}:{now:%Y%m%d%H%M%S}"
    values = {
        "case_id": row.case_id,
        "conversation_id": row.id,
        "state": RecoveryState.ASKED.value,
        "closes_at": now + OPEN_FOR,
    }
    id_ = follow_ups.begin(connection, key, "recovery", now, **values)
    if id_ is None:
        return False
    wording = Wording.from_terms(row.terms)
    voice = context.voice(row.channel, row.language, Bounds(row.low, row.high), wording, row.name)
    day = row.opened_at.astimezone(ZoneInfo(context.settings.timezone)).date()
    body, choices = messages.recovery_question(voice, id_, day)
    draft = Draft(
        dedupe_key=key,
        kind="follow_up",
        address=at,
        lane=f"talk:{row.id}",
        body=body,
        choices=choices,
        conversation_id=row.id,
        priority=Priority.REMINDER,
        expires_at=until,
    )
    put(connection, [draft], now)
    step("recovery.asked", case=row.case_id, conversation=row.id, channel=row.channel)
    return True
