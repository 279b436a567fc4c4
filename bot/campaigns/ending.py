"""The end of a wave that nobody stopped: everybody in it is through, and nobody joins it any more."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, exists, or_, select, update

from bot.campaigns.waves import OPEN_PEOPLE
from bot.hooks.happened import happened
from bot.steps import step
from bot.store.schema import wave

_OVER: Final = (
    wave.c.trial.is_(False),
    wave.c.begun_at.is_not(None),
    wave.c.enrolled_at.is_not(None),
    wave.c.stopped_at.is_(None),
    wave.c.ended_at.is_(None),
    or_(wave.c.open_until.is_(None), wave.c.open_until <= bindparam("now")),
    OPEN_PEOPLE == 0,
)
_ANY: Final = select(exists().where(*_OVER))
_END: Final = (
    update(wave).where(*_OVER).values(ended_at=bindparam("now")).returning(wave.c.id, wave.c.campaign)
)


def any_over(connection: Connection, now: datetime) -> bool:
    """Whether some wave is over and that is not known yet."""
    return bool(connection.scalar(_ANY, {"now": now}))


def end_over(connection: Connection, now: datetime) -> None:
    """Record of every wave that is over that it is, once. Answers that come late still count in it."""
    for run in connection.execute(_END, {"now": now}):
        happened(connection, "wave.ended", run.id, None, now, how="over")
        step("wave.ended", wave=run.id, campaign=run.campaign)
