"""What the database knows, as figures for Prometheus, read when somebody asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select

from bot import metrics
from bot.cases.our_account import refused_afterwards
from bot.cases.unseen import unseen
from bot.context import Context
from bot.hooks.hooks import HookStanding, all_hooks
from bot.sending.hearing import deaf
from bot.store.schema import OPEN_STATES, Row, case, conversation, outbox, sending, tally, wave
from bot.store.sql import constant, known
from bot.store.standing import OPEN, Standing
from channels.base import Priority
from channels.known import CHANNELS

COUNTED = 10_000
"""More of one channel and one priority are not counted: whoever asks sees that there are very many."""

_NEXT = (
    select(outbox.c.made_at, outbox.c.leased_until)
    .where(
        outbox.c.state == constant("queued"),
        known(outbox.c.due_at),
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.priority == bindparam("of_priority"),
    )
    .order_by(outbox.c.due_at)
    .limit(COUNTED)
    .subquery()
)
_QUEUE = select(
    func.count().label("queued"),
    func.min(_NEXT.c.made_at).label("oldest"),  # each retry moves due_at on
    func.count(_NEXT.c.leased_until).label("leased"),
).select_from(_NEXT)
_SENDING = select(sending)
_CASES = (
    select(
        case.c.state,
        func.count().label("number"),
        func.min(case.c.opened_at).label("oldest"),
        func.count().filter(case.c.shown == 0).label("unseen"),
        func.min(case.c.opened_at).filter(case.c.shown == 0).label("oldest_unseen"),
    )
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(case.c.state != constant("done"), wave.c.trial.is_(False))
    .group_by(case.c.state)
)
_STANDING_IN = (tally.c.wave_id == wave.c.id) & (wave.c.stopped_at.is_(None))
_TO_ASK = select(func.coalesce(func.sum(tally.c.people), 0)).where(
    _STANDING_IN, tally.c.standing == str(Standing.WAITING)
)
_OPEN_TALKS = (
    select(func.coalesce(func.sum(tally.c.people), 0))
    .where(tally.c.wave_id == wave.c.id, tally.c.standing.in_([str(one) for one in OPEN]))
    .scalar_subquery()
)
_RUNNING = (
    select(func.count())
    .select_from(wave)
    .where(
        wave.c.trial.is_(False),
        wave.c.stopped_at.is_(None),
        or_(wave.c.enrolled_at.is_(None), _OPEN_TALKS > 0),
    )
)
_CLOSING = select(func.min(conversation.c.closes_at)).where(
    conversation.c.closes_at.is_not(None),
    conversation.c.state != constant("closed"),
    conversation.c.state.in_(OPEN_STATES),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one look found."""

    queue: Mapping[tuple[str, Priority], Row]
    channels: list[Row]
    cases: list[Row]
    unreached: int
    deaf: Collection[str]
    refused: Collection[str]
    running: int
    to_ask: int
    closes_at: datetime | None
    hooks: Sequence[HookStanding]


def measured(connection: Connection) -> Measured:
    """Look once; some milliseconds, whatever the database holds."""
    return Measured(
        queue={
            (channel, priority): connection.execute(
                _QUEUE, {"of_channel": channel, "of_priority": int(priority)}
            ).one()
            for channel in CHANNELS
            for priority in Priority
        },
        channels=list(connection.execute(_SENDING)),
        cases=list(connection.execute(_CASES)),
        unreached=unseen(connection).alerts,
        deaf=deaf(connection).keys(),
        refused=refused_afterwards(connection).keys(),
        running=connection.execute(_RUNNING).scalar_one(),
        to_ask=connection.execute(_TO_ASK).scalar_one(),
        closes_at=connection.execute(_CLOSING).scalar(),
        hooks=all_hooks(connection),
    )


def show(found: Measured, context: Context, now: datetime) -> None:
    """Set the gauges; what is not there any more is 0."""
    _show_queue(found.queue, context, now)
    for channel in context.limits:
        metrics.DEAF.labels(channel).set(channel in found.deaf)
        metrics.REFUSED.labels(channel).set(channel in found.refused)
    for row in found.channels:
        if row.channel not in context.limits:
            continue  # it was switched off; nobody is to send for it
        metrics.PAUSED.labels(row.channel).set(0 if row.paused_reason is None else 1)
        metrics.SENDER.labels(row.channel).set((row.until - now).total_seconds())
    by_state = {row.state: row for row in found.cases}
    for state in ("open", "taken"):
        metrics.STANDING_CASES.labels(state).set(by_state[state].number if state in by_state else 0)
    metrics.OLDEST_CASE.set(_age(by_state["open"].oldest if "open" in by_state else None, now))
    metrics.UNREACHED.set(found.unreached)
    metrics.UNSEEN.set(sum(row.unseen for row in found.cases))
    unseen = [row.oldest_unseen for row in found.cases if row.oldest_unseen is not None]
    metrics.OLDEST_UNSEEN.set(_age(min(unseen, default=None), now))
    metrics.WAVES.set(found.running)
    metrics.TO_ASK.set(found.to_ask)
    metrics.CLOSING_LATE.set(_age(found.closes_at, now))
    parked = sum(row.parked for row in found.hooks)
    metrics.HOOKS_PARKED.set(parked)
    metrics.HOOKS_WAITING.set(sum(row.waiting for row in found.hooks) - parked)
    metrics.HOOKS_FAILING.set(sum(row.failing_since is not None for row in found.hooks))


def _show_queue(queue: Mapping[tuple[str, Priority], Row], context: Context, now: datetime) -> None:
    for channel in context.limits:
        for priority in Priority:
            row = queue[channel, priority]
            labels = (channel, priority.name.lower())
            metrics.QUEUED.labels(*labels).set(row.queued)
            metrics.OLDEST.labels(*labels).set(_age(row.oldest, now))
        metrics.LEASED.labels(channel).set(sum(queue[channel, priority].leased for priority in Priority))


def _age(since: datetime | None, now: datetime) -> float:
    """Seconds since then; 0 where it is still to come, or nothing waits."""
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
