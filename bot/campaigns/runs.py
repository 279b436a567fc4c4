"""The life of a wave: confirmed, enrolled, stopped.

A confirmed plan is a wave, once, however often the button is pressed. Its questions are released from its
rows elsewhere.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Concatenate, Final, ParamSpec

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.campaigns.enrolment import Surroundings, enrol_chunk
from bot.campaigns.terms import terms_of
from bot.campaigns.waves import Wave, unfinished_waves, wave_by_id, wave_from, wave_of_plan
from bot.config.settings import Settings
from bot.dialogue.conversation import Ending
from bot.steps import step
from bot.store.schema import OPEN_STATES, conversation, outbox, plan, tally, wave
from bot.store.standing import OPEN
from bot.store.store import Store

P = ParamSpec("P")
Now = Callable[[], datetime]

PLAN_LASTS: Final = timedelta(hours=24)
_ATTEMPTS: Final = 20  # starts that run into each other in several processes; one wins each time


class PlanGone(LookupError):
    """No such plan waits: it never was, or was cancelled."""


class PlanTooOld(ValueError):
    """The plan is older than a day; what it showed no longer counts."""


class AlreadyStarted(ValueError):
    """The plan was confirmed before, into `wave`."""

    def __init__(self, run: Wave) -> None:
        super().__init__(f"the plan was already confirmed, as wave {run.number} of {run.campaign}")
        self.wave = run


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a stop did: the waves it stopped, the people who are no longer asked, those still talking."""

    waves: tuple[int, ...]
    cancelled: int
    talking: int


# ---------------------------------------------------------------------------------------------- confirm

_PLAN: Final = select(plan).where(plan.c.token == bindparam("token"))
_DROP_PLAN: Final = delete(plan).where(plan.c.token == bindparam("token_"))
_NEXT_NUMBER: Final = select(func.coalesce(func.max(wave.c.number), 0) + 1).where(
    wave.c.campaign == bindparam("campaign"), wave.c.trial.is_(False)
)
_ADD_WAVE: Final = insert(wave).returning(wave)


async def confirm(
    store: Store, settings: Settings, token: str, by: str, clock: Now, within: float = inf
) -> Wave:
    """Start the wave of a plan and enrol everybody in it; the wave as it then stands.

    A plan is confirmed once: PlanGone, PlanTooOld or AlreadyStarted otherwise. Whom it has not enrolled after
    `within` seconds, or at a crash, `resume` enrols.
    """
    run = await start_wave(store, settings, token, by, clock())
    await enrol(store, settings, run.id, clock, within)
    return await store.read(wave_by_id, run.id)


async def start_wave(store: Store, settings: Settings, token: str, by: str, now: datetime) -> Wave:
    """Record the wave of a plan, with its terms frozen as the settings are now; nobody is enrolled yet."""
    return await numbered(store, _start, settings, token, by, now)


async def numbered(
    store: Store, function: Callable[Concatenate[Connection, P], Wave], *args: P.args, **kwargs: P.kwargs
) -> Wave:
    """Write a new wave, again where another process took its number or its plan at the same moment."""
    for _ in range(_ATTEMPTS):
        with suppress(IntegrityError):
            return await store.write(function, *args, **kwargs)
    return await store.write(function, *args, **kwargs)


def _start(connection: Connection, settings: Settings, token: str, by: str, now: datetime) -> Wave:
    run = wave_of_plan(connection, token)
    if run is not None:
        raise AlreadyStarted(run)
    row = connection.execute(_PLAN, {"token": token}).one_or_none()
    if row is None or row.campaign not in settings.campaigns:
        raise PlanGone("that plan is no longer there")
    if now - row.made_at > PLAN_LASTS:
        raise PlanTooOld("that plan is older than a day")
    terms = terms_of(row.campaign, settings.campaigns[row.campaign], settings.surveys)
    values = {
        "campaign": row.campaign,
        "number": connection.scalar(_NEXT_NUMBER, {"campaign": row.campaign}),
        "trial": False,
        "terms": terms.as_dict(),
        "plan": token,
        "started_by": by,
        "started_at": now,
    }
    run = wave_from(connection.execute(_ADD_WAVE, values).one())
    step("wave.started", wave=run.id, campaign=run.campaign, number=run.number)
    return run


async def enrol(store: Store, settings: Settings, wave_id: int, clock: Now, within: float = inf) -> bool:
    """Give everybody in a wave's audience a row, in chunks between which others write. After `within` seconds
    it leaves the rest to `resume`; whether everybody has a row now."""
    surroundings = Surroundings.of(settings)
    until = asyncio.get_running_loop().time() + within
    while not await store.write(enrol_chunk, wave_id, surroundings, clock()):
        if asyncio.get_running_loop().time() >= until:
            return False
    return True


async def resume(store: Store, settings: Settings, clock: Now) -> int:
    """Enrol to its end every wave that a crash left half enrolled; how many there were."""
    unfinished = await store.read(unfinished_waves)
    for wave_id in unfinished:
        await enrol(store, settings, wave_id, clock)
    return len(unfinished)


def drop_plan(connection: Connection, token: str) -> str:
    """Forget a plan; the name of its campaign. PlanGone, or AlreadyStarted where it is too late."""
    run = wave_of_plan(connection, token)
    if run is not None:
        raise AlreadyStarted(run)
    row = connection.execute(_PLAN, {"token": token}).one_or_none()
    if row is None:
        raise PlanGone("that plan is no longer there")
    connection.execute(_DROP_PLAN, {"token_": token})
    campaign: str = row.campaign
    return campaign


# ------------------------------------------------------------------------------------------------- stop

_OPEN: Final = (
    select(func.coalesce(func.sum(tally.c.people), 0))
    .where(tally.c.wave_id == wave.c.id, tally.c.standing.in_([str(one) for one in OPEN]))
    .scalar_subquery()
)
_RUNNING: Final = (
    select(wave.c.id, wave.c.number)
    .where(
        wave.c.campaign == bindparam("campaign"),
        wave.c.trial.is_(False),
        wave.c.stopped_at.is_(None),
        wave.c.enrolled_at.is_(None) | (_OPEN > 0),
    )
    .order_by(wave.c.id)
    .with_for_update()
)
_STOP: Final = (
    update(wave)
    .where(wave.c.id == bindparam("id_"))
    .values(stopped_at=bindparam("at"), stopped_by=bindparam("by"))
)
_CANCEL_QUESTIONS: Final = (
    update(outbox)
    .where(
        outbox.c.kind == "question",
        outbox.c.state == "queued",
        outbox.c.leased_until.is_(None),
        outbox.c.doubtful.is_(False),
        outbox.c.conversation_id.in_(
            select(conversation.c.id).where(
                conversation.c.wave_id == bindparam("id_"), conversation.c.state == "waiting"
            )
        ),
    )
    .values(state="cancelled", done_at=bindparam("at"))
)
# A question that is in a sender's hands, or was when its process ended, may arrive; its conversation may finish.
_UNDER_WAY: Final = exists().where(
    outbox.c.conversation_id == conversation.c.id, outbox.c.kind == "question", outbox.c.state == "queued"
)
_CLOSE_WAITING: Final = (
    update(conversation)
    .where(conversation.c.wave_id == bindparam("id_"), conversation.c.state == "waiting", ~_UNDER_WAY)
    .values(state="closed", ending=Ending.CANCELLED.value, closed_at=bindparam("at"))
)
_TALKING: Final = (
    select(func.count())
    .select_from(conversation)
    .where(conversation.c.wave_id == bindparam("id_"), conversation.c.state.in_(OPEN_STATES))
)


def stop(connection: Connection, campaign: str, by: str, now: datetime) -> Stopped:
    """Ask nobody more in any running wave of a campaign, in this one transaction.

    Questions that are not sent are cancelled and their conversations closed; conversations in which the
    question went out may finish. Who has no row yet gets one, skipped as stopped. Trials are left alone.
    """
    running = connection.execute(_RUNNING, {"campaign": campaign}).all()
    cancelled = talking = 0
    for run in running:
        connection.execute(_STOP, {"id_": run.id, "at": now, "by": by})
        connection.execute(_CANCEL_QUESTIONS, {"id_": run.id, "at": now})
        called_off = connection.execute(_CLOSE_WAITING, {"id_": run.id, "at": now}).rowcount
        step("wave.stopped", wave=run.id, campaign=campaign, number=run.number, people=called_off)
        cancelled += called_off
        talking += connection.scalar(_TALKING, {"id_": run.id}) or 0
    return Stopped(tuple(run.number for run in running), cancelled, talking)
