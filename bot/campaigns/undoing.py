"""The first minute of a wave, in which nothing of it is sent and its start can be undone.

A wave begins, or it is undone: each is one update of its row that the other finds done, so that of an *Undo* in the
last moment nobody was asked. The people of a wave that was undone have no row in it afterwards, as if it had never
been; the wave's own row stays, so that the plan or the occurrence that started it does not start it again, and its
number is not given twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, Connection, and_, bindparam, delete, exists, or_, select, update

from bot.campaigns.waves import Wave, wave_by_id
from bot.hooks.happened import happened
from bot.outbox import LEEWAY
from bot.steps import step
from bot.store.schema import conversation, inbox, wave

_TO_BEGIN: Final = and_(wave.c.begun_at.is_(None), wave.c.stopped_at.is_(None))
# One that started later than now did so before the clock was set back; it does not wait for an hour more.
IS_DUE: Final = and_(
    _TO_BEGIN, or_(wave.c.undo_until <= bindparam("now"), wave.c.started_at > bindparam("no_later"))
)
_ANY_DUE: Final = select(exists().where(IS_DUE))
_BEGIN: Final = (
    update(wave).where(IS_DUE).values(begun_at=bindparam("now")).returning(wave.c.id, wave.c.campaign)
)
_UNDO: Final = (
    update(wave)
    .where(wave.c.id == bindparam("id_"), _TO_BEGIN)
    .values(undone_at=bindparam("at"), stopped_at=bindparam("at"), stopped_by=bindparam("by"))
)
_LAST: Final = (
    select(wave.c.id)
    .where(wave.c.campaign == bindparam("campaign"), wave.c.trial.is_(False))
    .order_by(wave.c.number.desc())
    .limit(1)
)
_OF_WAVE: Final = conversation.c.wave_id == bindparam("of_wave")
_NEXT: Final = select(conversation.c.id).where(_OF_WAVE).limit(bindparam("size")).with_for_update()
_IDS: Final[BindParameter[Sequence[int]]] = bindparam("ids", expanding=True)
# A button of another wave may have named such a number, in a database that was restored.
_OUTSIDE: Final = update(inbox).where(inbox.c.conversation_id.in_(_IDS)).values(conversation_id=None)
_TAKE_OUT: Final = delete(conversation).where(conversation.c.id.in_(_IDS))
_HALF_UNDONE: Final = (
    select(wave.c.id)
    .where(wave.c.undone_at.is_not(None), exists().where(conversation.c.wave_id == wave.c.id))
    .order_by(wave.c.id)
)


def moments(now: datetime) -> Mapping[str, datetime]:
    """What `IS_DUE` is asked with."""
    return {"now": now, "no_later": now + LEEWAY}


def any_to_begin(connection: Connection, now: datetime) -> bool:
    """Whether the time is over in which some wave could be undone."""
    return bool(connection.scalar(_ANY_DUE, moments(now)))


def begin_due(connection: Connection, now: datetime) -> None:
    """Let the questions go of every wave that can be undone no more."""
    for run in connection.execute(_BEGIN, moments(now)):
        happened(connection, "wave.started", run.id, None, now)
        step("wave.begun", wave=run.id, campaign=run.campaign)


def undo(connection: Connection, wave_id: int, by: str, now: datetime) -> tuple[Wave, bool]:
    """Undo the start of a wave: nobody of it is asked, and no report counts it. The wave, and whether this undid it:
    that is so once, before it begins and where it was not stopped."""
    undone = connection.execute(_UNDO, {"id_": wave_id, "at": now, "by": by}).rowcount == 1
    run = wave_by_id(connection, wave_id)
    if undone:
        step("wave.undone", wave=run.id, campaign=run.campaign, number=run.number)
    return run, undone


def last_started(connection: Connection, campaign: str) -> int | None:
    """The id of the wave of a campaign that was started last, also where it was undone."""
    return connection.scalar(_LAST, {"campaign": campaign})


def half_undone(connection: Connection) -> list[int]:
    """The waves that were undone and still hold people."""
    return list(connection.scalars(_HALF_UNDONE))


def clear_chunk(connection: Connection, wave_id: int, size: int) -> bool:
    """Take the next people out of a wave that was undone; whether there may be more."""
    ids = connection.scalars(_NEXT, {"of_wave": wave_id, "size": size}).all()
    if ids:
        connection.execute(_OUTSIDE, {"ids": ids})
        connection.execute(_TAKE_OUT, {"ids": ids})
    return len(ids) == size
