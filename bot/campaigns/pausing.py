"""Holding a running wave back, and letting it go on.

While a wave is paused its release passes it over, and the sender calls back what stands in the outbox (`bot.sending`).
Who was asked already may answer, and their days go on; who waits keeps waiting, and has as many days as ever once they
are asked.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, case, insert, null, update

from bot.campaigns.runs import running
from bot.steps import step
from bot.store.schema import wave, wave_event

_OF: Final = wave.c.id == bindparam("id_")
_PAUSE: Final = update(wave).where(_OF, wave.c.paused_at.is_(None)).values(paused_at=bindparam("at"))
# Whoever lets a wave go on of which the first share went badly lets all of it go.
_GO_ON: Final = (
    update(wave)
    .where(_OF, wave.c.paused_at.is_not(None))
    .values(paused_at=null(), canary=case((wave.c.canary == "failed", "passed"), else_=wave.c.canary))
)
_TELL: Final = insert(wave_event)


def pause(connection: Connection, campaign: str, by: str, now: datetime) -> tuple[int, ...]:
    """Hold every running wave of a campaign back from now on; the numbers of those that were not paused before."""
    return _each(connection, campaign, "paused", by, now)


def go_on(connection: Connection, campaign: str, by: str, now: datetime) -> tuple[int, ...]:
    """Let every running wave of a campaign go on that is paused; their numbers."""
    return _each(connection, campaign, "resumed", by, now)


def _each(connection: Connection, campaign: str, kind: str, by: str, now: datetime) -> tuple[int, ...]:
    statement, name = (_PAUSE, "wave.paused") if kind == "paused" else (_GO_ON, "wave.resumed")
    found = []
    for run in running(connection, campaign, now):
        if connection.execute(statement, {"id_": run.id, "at": now}).rowcount:
            connection.execute(_TELL, {"wave_id": run.id, "at": now, "kind": kind, "by": by})
            step(name, wave=run.id, campaign=campaign, number=run.number)
            found.append(run.number)
    return tuple(found)
