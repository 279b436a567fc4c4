"""The life of a wave: confirmed, enrolled, stopped or undone.

A confirmed plan is a wave, once, however often the button is pressed. Its questions are released from its
rows elsewhere.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import inf
from typing import Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.campaigns.by_lot import draw_wave
from bot.campaigns.enrolment import enrol_chunk
from bot.campaigns.rules import Rules, Surroundings
from bot.campaigns.seeds import next_number, seed_of
from bot.campaigns.terms import terms_of
from bot.campaigns.undoing import clear_chunk, half_undone
from bot.campaigns.waves import OPEN_PEOPLE, Wave, unfinished_waves, wave_by_id, wave_from, wave_of_plan
from bot.config.settings import Settings
from bot.dialogue.conversation import Ending
from bot.hooks.happened import happened
from bot.steps import step
from bot.store.schema import Row, conversation, outbox, plan, tally, wave
from bot.store.sql import constant, known
from bot.store.standing import NOT_OUT, OPEN
from bot.store.store import Store

P = ParamSpec("P")
T = TypeVar("T")
Now = Callable[[], datetime]

PLAN_LASTS: Final = timedelta(hours=24)
CHUNK: Final = 200  # conversations that are closed in one transaction; a longer one holds replies up
_ATTEMPTS: Final = 20  # starts that run into each other in several processes; one wins each time


class PlanGone(LookupError):
    """No such plan waits: it never was, or was cancelled."""


class PlanTooOld(ValueError):
    """The plan is older than a day; what it showed no longer counts."""


class PlanChanged(ValueError):
    """The settings have changed since the plan was shown; it would start something else."""

    def __init__(self, campaign: str) -> None:
        super().__init__(f"the settings of {campaign} have changed since that plan was shown")
        self.campaign = campaign


class PlanOfNobody(PlanChanged):
    """The plan asked nobody when it was shown, so whoever confirms it has not seen whom it would ask."""


class PlanOvertaken(PlanChanged):
    """The campaign was started since by another plan, so whoever confirms it has not seen whom it would ask now."""


class AlreadyStarted(ValueError):
    """The plan was confirmed before, into `wave`."""

    def __init__(self, run: Wave) -> None:
        super().__init__(f"the plan was already confirmed, as wave {run.number} of {run.campaign}")
        self.wave = run


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a stop did: the waves it stopped, the people who are no longer asked, those still talking. It counts
    those too whose conversation is yet to be closed."""

    waves: tuple[int, ...]
    cancelled: int
    talking: int


# ---------------------------------------------------------------------------------------------- confirm

_PLAN: Final = select(plan).where(plan.c.token == bindparam("token"))
_STARTED_SINCE: Final = select(wave.c.id).where(
    wave.c.campaign == bindparam("of_campaign"),
    wave.c.started_at > bindparam("since"),
    wave.c.started_at
    <= bindparam("now"),  # whose clock was set back is not refused until it is as late again
    wave.c.trial.is_(False),
    wave.c.undone_at.is_(None),
)
_DROP_PLAN: Final = delete(plan).where(plan.c.token == bindparam("token_"))
_NOBODY: Final[Mapping[str, object]] = {}  # in the place of terms
_NOBODYS_PLAN: Final = update(plan).where(plan.c.token == bindparam("token_")).values(terms=_NOBODY)
_ADD_WAVE: Final = insert(wave).returning(wave)


async def confirm(
    store: Store, settings: Settings, token: str, by: str, clock: Now, within: float = inf
) -> Wave:
    """Start the wave of a plan and enrol everybody in it; the wave as it then stands.

    A plan is confirmed once: PlanGone, PlanTooOld, PlanChanged or AlreadyStarted otherwise. Whom it has not enrolled
    after `within` seconds, or at a crash, `resume` enrols.
    """
    run = await start_wave(store, settings, token, by, clock())
    await enrol(store, settings, run.id, clock, within)
    return await store.read(wave_by_id, run.id)


async def start_wave(store: Store, settings: Settings, token: str, by: str, now: datetime) -> Wave:
    """Record the wave of a plan, with its terms frozen as the settings are now; nobody is enrolled yet."""
    return await numbered(store, _start, settings, token, by, now)


async def numbered(
    store: Store, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Write a new wave, again where another process took its number or its plan at the same moment."""
    for _ in range(_ATTEMPTS):
        with suppress(IntegrityError):
            return await store.write(function, *args, **kwargs)
    return await store.write(function, *args, **kwargs)


def _start(connection: Connection, settings: Settings, token: str, by: str, now: datetime) -> Wave:
    run = wave_of_plan(connection, token)
    if run is not None:
        raise AlreadyStarted(run)
    row = plan_to_confirm(connection, settings, token, now)
    since = {"of_campaign": row.campaign, "since": row.made_at, "now": now}
    if connection.execute(_STARTED_SINCE, since).first() is not None:
        raise PlanOvertaken(row.campaign)
    return _begin(connection, settings, row.campaign, token, by, now)


def plan_to_confirm(connection: Connection, settings: Settings, token: str, now: datetime) -> Row:
    """A plan that can be confirmed; PlanGone, PlanTooOld, PlanChanged or PlanOfNobody otherwise."""
    row = connection.execute(_PLAN, {"token": token}).one_or_none()
    if row is None or row.campaign not in settings.campaigns:
        raise PlanGone("that plan is no longer there")
    if now - row.made_at > PLAN_LASTS:
        raise PlanTooOld("that plan is older than a day")
    if row.terms == _NOBODY:
        raise PlanOfNobody(row.campaign)
    terms = terms_of(row.campaign, settings.campaigns[row.campaign], settings.surveys)
    if row.terms is not None and row.terms != terms.as_dict():
        raise PlanChanged(row.campaign)
    return row


def start_keyed(
    connection: Connection, settings: Settings, campaign: str, key: str, by: str, now: datetime
) -> tuple[Wave, bool]:
    """The wave that this key starts, with its terms frozen as the settings are at its first call, and whether that
    was this one. Nobody is enrolled yet: `resume` does that. Call it by `numbered`: another process may start the
    same wave, or the next one of the campaign, at the same moment."""
    run = wave_of_plan(connection, key)
    if run is not None:
        return run, False
    return _begin(connection, settings, campaign, key, by, now), True


def _begin(
    connection: Connection, settings: Settings, campaign: str, key: str, by: str, now: datetime
) -> Wave:
    terms = terms_of(campaign, settings.campaigns[campaign], settings.surveys)
    number = next_number(connection, campaign)
    hold = settings.undo_of(campaign)
    values = {
        "campaign": campaign,
        "number": number,
        "seed": seed_of(connection, campaign, number),
        "trial": False,
        "terms": terms.as_dict(),
        "transactional": terms.transactional,
        "plan": key,
        "started_by": by,
        "started_at": now,
        "undo_until": now + hold,
        "begun_at": None if hold else now,
        "canary": None if terms.canary is None else "asking",
    }
    run = wave_from(connection.execute(_ADD_WAVE, values).one())
    step("wave.started", wave=run.id, campaign=run.campaign, number=run.number)
    if run.begun_at is not None:
        happened(connection, "wave.started", run.id, None, now)
    return run


async def enrol(store: Store, settings: Settings, wave_id: int, clock: Now, within: float = inf) -> bool:
    """Give everybody in a wave's audience a row, in chunks between which others write. After `within` seconds
    it leaves the rest to `resume`; whether everybody has a row now."""
    surroundings = Surroundings.of(settings)
    until = asyncio.get_running_loop().time() + within
    if not await close_stopped(store, within):  # whom a stop took off would else be busy
        return False
    run = await store.read(wave_by_id, wave_id)
    if run.terms.draw.chooses and run.draw is None:
        rules = Rules(run.terms, surroundings.channels_on, run.started_at, clock(), run.seed)
        await draw_wave(store, run, rules, surroundings.places)
    while not await store.write(enrol_chunk, wave_id, surroundings, clock()):
        if asyncio.get_running_loop().time() >= until:
            return False
    return True


async def resume(store: Store, settings: Settings, clock: Now, within: float = inf) -> int:
    """Enrol to its end every wave that a crash left half enrolled; how many there were. First, for `within`
    seconds, close what was stopped."""
    await close_stopped(store, within)
    unfinished = await store.read(unfinished_waves)
    for wave_id in unfinished:
        await enrol(store, settings, wave_id, clock)
    return len(unfinished)


def keep_as_nobodys(connection: Connection, token: str) -> None:
    """Keep of a plan that it asked nobody when it was shown: it is to be shown anew before it starts."""
    connection.execute(_NOBODYS_PLAN, {"token_": token})


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

_RUNNING: Final = (
    select(wave.c.id, wave.c.number, wave.c.begun_at, wave.c.ended_at)
    .where(
        wave.c.campaign == bindparam("campaign"),
        wave.c.trial.is_(False),
        wave.c.stopped_at.is_(None),
        or_(wave.c.enrolled_at.is_(None), wave.c.open_until > bindparam("at"), OPEN_PEOPLE > 0),
    )
    .order_by(wave.c.id)
    .with_for_update()
)
_STOP: Final = (
    update(wave)
    .where(wave.c.id == bindparam("id_"))
    .values(stopped_at=bindparam("at"), stopped_by=bindparam("by"))
)
_OF_WAVE: Final = conversation.c.wave_id == bindparam("id_")
# The second condition says nothing new; the index of who waits is known by it, and by nothing else.
_WAITING: Final = and_(
    conversation.c.state == constant("waiting"),
    conversation.c.wave_id + literal_column("0") > literal_column("0"),
)
_QUEUED_QUESTION: Final = and_(
    outbox.c.kind == "question", outbox.c.state == constant("queued"), known(outbox.c.due_at)
)
_ITS_TALK_WAITS: Final = exists().where(conversation.c.id == outbox.c.conversation_id, _OF_WAVE, _WAITING)
_CANCEL_QUESTIONS: Final = (
    update(outbox)
    .where(_QUEUED_QUESTION, outbox.c.leased_until.is_(None), outbox.c.doubtful.is_(False), _ITS_TALK_WAITS)
    .values(state="cancelled", done_at=bindparam("at"))
    .returning(outbox.c.conversation_id)
)
# A question that is in a sender's hands, or was when its process ended, may arrive; its conversation may finish.
_UNDER_WAY: Final = exists().where(
    outbox.c.conversation_id == conversation.c.id, outbox.c.kind == "question", outbox.c.state == "queued"
)
_COUNT_UNDER_WAY: Final = select(func.count()).select_from(outbox).where(_QUEUED_QUESTION, _ITS_TALK_WAITS)
_STANDING: Final = select(
    func.coalesce(func.sum(tally.c.people), 0).label("open"),
    func.coalesce(
        func.sum(tally.c.people).filter(tally.c.standing.in_([str(one) for one in NOT_OUT])), 0
    ).label("waiting"),
).where(tally.c.wave_id == bindparam("id_"), tally.c.standing.in_([str(one) for one in OPEN]))
_NEXT_WAITING: Final = (
    select(conversation.c.id)
    .where(_OF_WAVE, _WAITING, ~_UNDER_WAY)
    .limit(CHUNK)
    .with_for_update(of=conversation, skip_locked=True)
)
_CLOSE: Final = (
    update(conversation)
    .where(conversation.c.id.in_(bindparam("ids", expanding=True)), conversation.c.state == "waiting")
    .values(state="closed", ending=Ending.CANCELLED.value, closed_at=bindparam("at"))
)
_SOMEBODY_WAITS: Final = (
    select(conversation.c.id)
    .where(conversation.c.wave_id == wave.c.id, _WAITING, ~_UNDER_WAY)
    .limit(1)
    .scalar_subquery()
)
_HALF_STOPPED: Final = (
    select(wave.c.id)
    .where(wave.c.stopped_at.is_not(None), wave.c.undone_at.is_(None), _SOMEBODY_WAITS.is_not(None))
    .order_by(wave.c.id)
)
_STOPPED_AT: Final = select(wave.c.stopped_at).where(wave.c.id == bindparam("id_"))


def running(connection: Connection, campaign: str, now: datetime) -> Sequence[Row]:
    """The id and number of each running wave of a campaign, which nobody else changes until the transaction ends."""
    return connection.execute(_RUNNING, {"campaign": campaign, "at": now}).all()


def would_stop(connection: Connection, campaign: str, now: datetime) -> Stopped:
    """What a stop would do now, as far as nothing is in a sender's hands."""
    runs = running(connection, campaign, now)
    standing = [connection.execute(_STANDING, {"id_": run.id}).one() for run in runs]
    waiting = sum(one.waiting for one in standing)
    return Stopped(tuple(run.number for run in runs), waiting, sum(one.open for one in standing) - waiting)


def stop(connection: Connection, campaign: str, by: str, now: datetime) -> Stopped:
    """Ask nobody more in any running wave of a campaign, from this transaction on.

    Questions that are not sent are cancelled, and the conversations of whoever waits for one are closed: the
    first of them here, the others by `close_stopped`. Conversations in which the question went out may finish.
    Who has no row yet gets one, skipped as stopped. Trials are left alone.
    """
    cancelled = talking = 0
    runs = running(connection, campaign, now)
    for run in runs:
        connection.execute(_STOP, {"id_": run.id, "at": now, "by": by})
        taken_back = connection.scalars(_CANCEL_QUESTIONS, {"id_": run.id, "at": now}).all()
        under_way = connection.scalar(_COUNT_UNDER_WAY, {"id_": run.id}) or 0
        standing = connection.execute(_STANDING, {"id_": run.id}).one()
        called_off = standing.waiting - under_way
        if taken_back:
            connection.execute(_CLOSE, {"ids": taken_back, "at": now})
        close_chunk(connection, run.id)
        if run.begun_at is not None and run.ended_at is None:
            happened(connection, "wave.ended", run.id, None, now, how="stopped")
        step("wave.stopped", wave=run.id, campaign=campaign, number=run.number, people=called_off)
        cancelled += called_off
        talking += standing.open - called_off
    return Stopped(tuple(run.number for run in runs), cancelled, talking)


def close_chunk(connection: Connection, wave_id: int) -> bool:
    """Close the next conversations of a stopped wave whose question is not out, as of the moment of the stop;
    whether there may be more."""
    ids = connection.scalars(_NEXT_WAITING, {"id_": wave_id}).all()
    if ids:
        at = connection.scalar(_STOPPED_AT, {"id_": wave_id})
        connection.execute(_CLOSE, {"ids": ids, "at": at})
    return len(ids) == CHUNK


async def close_stopped(store: Store, within: float = inf) -> bool:
    """Close to the end every wave that was stopped, and empty every one that was undone, also before a crash, in
    chunks between which others write; for `within` seconds. Whether none is left."""
    until = asyncio.get_running_loop().time() + within
    undone = [partial(clear_chunk, wave_id=id_, size=CHUNK) for id_ in await store.read(half_undone)]
    stopped = [partial(close_chunk, wave_id=id_) for id_ in await store.read(_half_stopped)]
    for next_chunk in (*undone, *stopped):
        while await store.write(next_chunk):
            if asyncio.get_running_loop().time() >= until:
                return False
    return True


def _half_stopped(connection: Connection) -> list[int]:
    return list(connection.scalars(_HALF_STOPPED))
