"""What is on its way to each hook: handed out, leased, arrived, tried again, parked.

What happened (`hook_event`) becomes a row of `hook_delivery` for each hook that asked for it, numbered within its
*lane*, which is one person. Only the first of a lane has a time at which it is due; when it has arrived or is parked,
the next one has. So what is of one person goes in order, and what fails holds up nobody else.

Whoever changes what a hook waits for locks the hook's row first, so that no two do so at once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Connection,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.hooks.hooks import Hook
from bot.hooks.kinds import HookKind
from bot.hooks.pauses import next_try, rest
from bot.steps import step
from bot.store.schema import Row, conversation, hook, hook_delivery, hook_event, hook_lane, wave
from bot.store.schema import case as cases
from bot.store.sql import constant, known
from bot.store.typed import typed

WAITING_AT_MOST: Final = 100_000
"""Deliveries of one hook; of what comes beyond them it is not told, and sees by a gap in the numbers that there was
more. Nobody who answers waits for it."""
HANDED_AT_ONCE: Final = 500
HOOK_LEASE: Final = timedelta(seconds=30)  # longer than the 15 s that a receiver has
LEEWAY: Final = timedelta(
    seconds=5
)  # by which clocks differ; a lease further ahead is of a clock that was set back
PARKED_FOR: Final = timedelta(days=30)
"""So long what was parked can be asked for again."""

_STANDING: Final = select(hook).where(hook.c.ended_at.is_(None)).order_by(hook.c.id).with_for_update()
_owner = conversation.alias("owner")
_NEXT_EVENTS: Final = (
    select(
        hook_event,
        func.coalesce(_owner.c.contact_id, hook_event.c.contact_id, 0).label("lane"),
        func.coalesce(wave.c.trial, False).label("trial"),
    )
    .outerjoin(cases, (cases.c.id == hook_event.c.subject) & hook_event.c.kind.like("case.%"))
    .outerjoin(_owner, _owner.c.id == cases.c.conversation_id)
    .outerjoin(wave, wave.c.id == cases.c.wave_id)
    .order_by(hook_event.c.id)
    .limit(HANDED_AT_ONCE)
)
_ANY_EVENT: Final = select(exists().where(hook_event.c.id.is_not(None)))
_HANDED: Final = delete(hook_event).where(hook_event.c.id.in_(bindparam("ids", expanding=True)))
_LANES: Final = select(hook_lane).where(
    hook_lane.c.hook_id == bindparam("of_hook"), hook_lane.c.lane.in_(bindparam("lanes", expanding=True))
)
_BUSY: Final = (
    select(hook_delivery.c.lane)
    .where(
        hook_delivery.c.hook_id == bindparam("of_hook"),
        hook_delivery.c.lane.in_(bindparam("lanes", expanding=True)),
        hook_delivery.c.state == constant("waiting"),
    )
    .distinct()
)
_ADD: Final = insert(hook_delivery)
_KEEP_LANE: Final = {
    engine.dialect.name: engine.insert(hook_lane)
    .values(hook_id=bindparam("of_hook"), lane=bindparam("of_lane"), last=bindparam("to"))
    .on_conflict_do_update(index_elements=["hook_id", "lane"], set_={"last": bindparam("to")})
    for engine in (sqlite, postgresql)
}
_MORE: Final = (
    update(hook)
    .where(hook.c.id == bindparam("of_hook"))
    .values(
        waiting=hook.c.waiting + bindparam("added"),
        dropped=hook.c.dropped + bindparam("lost"),
        full_since=bindparam("full"),
    )
)


def any_event(connection: Connection) -> bool:
    """Whether something happened that nobody was handed yet."""
    return bool(connection.scalar(_ANY_EVENT))


def hand_out(connection: Connection, now: datetime, most: int = WAITING_AT_MOST) -> list[Hook]:
    """Give each hook what it asked for of what happened next, at most `HANDED_AT_ONCE` of it; the hooks for which there
    is no room from now on."""
    hooks = connection.execute(_STANDING).all()
    events = list(connection.execute(_NEXT_EVENTS))
    if not events:
        return []
    heard = [row for row in events if not row.trial]
    full = [Hook(*one) for one in hooks if _hand_to(connection, one, heard, now, most)]
    connection.execute(_HANDED, {"ids": [row.id for row in events]})
    return full


def _hand_to(connection: Connection, to: Row, events: Sequence[Row], now: datetime, most: int) -> bool:
    wanted = [row for row in events if row.kind in to.events]
    if not wanted:
        return False
    lanes = sorted({row.lane for row in wanted})
    of = {"of_hook": to.id, "lanes": lanes}
    last = dict.fromkeys(lanes, 0) | {row.lane: row.last for row in connection.execute(_LANES, of)}
    busy = set(connection.scalars(_BUSY, of))
    room = max(0, most - to.waiting)
    rows: list[dict[str, Any]] = []
    for number, event in enumerate(wanted):
        last[event.lane] += 1
        if number >= room:
            continue
        rows.append(_delivery(to.id, event, last[event.lane], None if event.lane in busy else now))
        busy.add(event.lane)
    if rows:
        connection.execute(_ADD, rows)
    keep = [{"of_hook": to.id, "of_lane": lane, "to": number} for lane, number in last.items()]
    connection.execute(_KEEP_LANE[connection.dialect.name], keep)
    lost = len(wanted) - len(rows)
    full = to.full_since or now if lost else (to.full_since if to.waiting + len(rows) > most / 2 else None)
    more = {"of_hook": to.id, "added": len(rows), "lost": lost, "full": full}
    connection.execute(_MORE, more)
    if lost:
        step("hook.full", hook=to.name, count=lost)
    return lost > 0 and to.full_since is None


def _delivery(hook_id: int, event: Row, sequence: int, due_at: datetime | None) -> dict[str, Any]:
    kept = ("key", "kind", "subject", "lane", "at", "detail")
    return {
        **{name: getattr(event, name) for name in kept},
        "contact_id": event.lane or None,
        "hook_id": hook_id,
        "sequence": sequence,
        "state": "waiting",
        "due_at": due_at,
    }


# ------------------------------------------------------------------------------------------------ claim

_TRIED: Final = (
    select(hook)
    .where(
        hook.c.ended_at.is_(None),
        hook.c.paused_at.is_(None),
        hook.c.waiting > 0,
        or_(
            hook.c.rests_until.is_(None),
            hook.c.rests_until <= bindparam("now"),
            hook.c.rests_until > bindparam("no_rest"),
        ),
    )
    .order_by(hook.c.id)
)
_FREE: Final = or_(
    hook_delivery.c.leased_until.is_(None),
    hook_delivery.c.leased_until <= bindparam("now"),
    hook_delivery.c.leased_until > bindparam("no_lease"),
)
_DUE: Final = (
    select(hook_delivery.c.id)
    .where(
        hook_delivery.c.hook_id == bindparam("of_hook"),
        hook_delivery.c.state == constant("waiting"),
        known(hook_delivery.c.due_at),
        hook_delivery.c.due_at <= bindparam("now"),
        _FREE,
    )
    .order_by(hook_delivery.c.due_at, hook_delivery.c.id)
    .limit(bindparam("count"))
    .with_for_update(skip_locked=True)
)
_LEASE: Final = (
    update(hook_delivery)
    .where(hook_delivery.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        leased_until=bindparam("until"),
        attempts=hook_delivery.c.attempts + 1,
        tried_at=func.coalesce(hook_delivery.c.tried_at, bindparam("now")),
    )
    .returning(hook_delivery)
)


@dataclass(frozen=True, slots=True)
class HookDelivery:
    """A delivery as it was leased; `attempts` counts this one."""

    id: int
    hook_id: int
    key: str
    kind: HookKind
    subject: int
    contact_id: int | None
    lane: int
    sequence: int
    at: datetime
    detail: Mapping[str, Any]
    leased_until: datetime
    attempts: int
    tried_at: datetime


def hooks_to_try(connection: Connection, now: datetime) -> list[Hook]:
    """The hooks to which something may go now."""
    rows = connection.execute(_TRIED, {"now": now, "no_rest": now + timedelta(hours=1) + LEEWAY})
    return [Hook(*row) for row in rows]


def lease_due(connection: Connection, hook_id: int, count: int, now: datetime) -> list[HookDelivery]:
    """Lease what is due for a hook, so that no other process sends it too; a lapsed lease is a retry."""
    place = {"of_hook": hook_id, "now": now, "no_lease": now + HOOK_LEASE + LEEWAY, "count": count}
    ids = connection.scalars(_DUE, place).all()
    if not ids:
        return []
    leased = connection.execute(_LEASE, {"ids": ids, "until": now + HOOK_LEASE, "now": now}).all()
    return [typed(HookDelivery, row) for row in sorted(leased, key=lambda row: (row.due_at, row.id))]


# ----------------------------------------------------------------------------------------------- record

_LOCK: Final = select(hook).where(hook.c.id == bindparam("of_hook")).with_for_update()
_ARRIVED: Final = delete(hook_delivery).where(hook_delivery.c.id == bindparam("of_id"))
_WELL: Final = (
    update(hook)
    .where(hook.c.id == bindparam("of_hook"))
    .values(
        waiting=hook.c.waiting - bindparam("gone"),
        delivered_at=bindparam("now"),
        failures=0,
        failing_since=None,
        rests_until=None,
        told_failing_at=None,
    )
)
_STILL_OURS: Final = (
    hook_delivery.c.id == bindparam("of_id"),
    hook_delivery.c.leased_until == bindparam("lease"),
)
_AGAIN: Final = (
    update(hook_delivery)
    .where(*_STILL_OURS)
    .values(due_at=bindparam("again"), leased_until=None, error=bindparam("why"))
)
_PARK: Final = (
    update(hook_delivery)
    .where(*_STILL_OURS)
    .values(state="parked", due_at=None, leased_until=None, error=bindparam("why"))
)
_GIVE_BACK: Final = (
    update(hook_delivery).where(*_STILL_OURS).values(leased_until=None, attempts=hook_delivery.c.attempts - 1)
)
_ILL: Final = (
    update(hook)
    .where(hook.c.id == bindparam("of_hook"))
    .values(
        failures=bindparam("number"),
        failing_since=func.coalesce(hook.c.failing_since, bindparam("now")),
        failed_why=bindparam("why"),
        rests_until=bindparam("until"),
    )
)
_first = hook_delivery.alias("first")
_NEXT_OF_LANE: Final = (
    update(hook_delivery)
    .where(
        hook_delivery.c.id
        == select(func.min(_first.c.id))
        .where(
            _first.c.hook_id == bindparam("of_hook"),
            _first.c.lane == bindparam("of_lane"),
            _first.c.state == constant("waiting"),
        )
        .scalar_subquery(),
        hook_delivery.c.due_at.is_(None),
    )
    .values(due_at=bindparam("now"))
)


def arrived(connection: Connection, sent: HookDelivery, now: datetime) -> None:
    """The receiver has it: it is gone from here, and the next of its lane goes."""
    if connection.execute(_LOCK, {"of_hook": sent.hook_id}).one_or_none() is None:
        return
    gone = connection.execute(_ARRIVED, {"of_id": sent.id}).rowcount
    connection.execute(_WELL, {"of_hook": sent.hook_id, "gone": gone, "now": now})
    connection.execute(_NEXT_OF_LANE, {"of_hook": sent.hook_id, "of_lane": sent.lane, "now": now})


@dataclass(frozen=True, slots=True)
class Failed:
    """A delivery that did not arrive: its hook as it was before, and whether it is tried no more."""

    hook: Hook
    parked: bool


def failed(
    connection: Connection, sent: HookDelivery, why: str, wished: timedelta, spread: float, now: datetime
) -> Failed | None:
    """It did not arrive: it is tried again, or parked, and then the next of its lane goes. None where its hook is
    gone."""
    to = connection.execute(_LOCK, {"of_hook": sent.hook_id}).one_or_none()
    if to is None or to.ended_at is not None:
        return None
    again = next_try(sent.attempts, sent.tried_at, now, wished, spread)
    ours = {"of_id": sent.id, "lease": sent.leased_until, "why": why[:200]}
    parked = again is None and connection.execute(_PARK, ours).rowcount == 1
    if again is not None:
        connection.execute(_AGAIN, {**ours, "again": again})
    if parked:
        connection.execute(_NEXT_OF_LANE, {"of_hook": to.id, "of_lane": sent.lane, "now": now})
        step("hook.parked", hook=to.name, kind=sent.kind, delivery=sent.id, attempt=sent.attempts)
    number = min(to.failures + 1, 30)
    until = now + rest(number, wished)
    ill = {"of_hook": to.id, "number": number, "now": now, "until": until, "why": why[:200]}
    connection.execute(_ILL, ill)
    return Failed(Hook(*to), parked)


def give_back(connection: Connection, sent: HookDelivery) -> None:
    """It was not waited for, because the server ends: whoever looks next sends it again."""
    connection.execute(_GIVE_BACK, {"of_id": sent.id, "lease": sent.leased_until})


_ALL_OF: Final = delete(hook_delivery).where(hook_delivery.c.hook_id == bindparam("of_hook"))
_END: Final = (
    update(hook)
    .where(hook.c.id == bindparam("of_hook"), hook.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"), waiting=0)
)


def end_hook(connection: Connection, hook_id: int, now: datetime) -> Hook | None:
    """The receiver wants nothing more: what waits for it goes. The hook, where it had not ended before."""
    to = connection.execute(_LOCK, {"of_hook": hook_id}).one_or_none()
    if to is None or not connection.execute(_END, {"of_hook": hook_id, "now": now}).rowcount:
        return None
    connection.execute(_ALL_OF, {"of_hook": hook_id})
    step("hook.ended", hook=to.name)
    return Hook(*to)


# ------------------------------------------------------------------------------------------------ retry

_TELL: Final = {
    name: update(hook)
    .where(hook.c.id == bindparam("of_hook"), hook.c[name].is_(None))
    .values({name: bindparam("now")})
    for name in ("told_failing_at", "told_parked_at")
}
_UNPARK: Final = (
    update(hook_delivery)
    .where(hook_delivery.c.hook_id == bindparam("of_hook"), hook_delivery.c.state == constant("parked"))
    .values(state="waiting", tried_at=None, attempts=0)
    .returning(hook_delivery.c.lane)
)
_HELD_BACK: Final = (
    update(hook_delivery)
    .where(
        hook_delivery.c.hook_id == bindparam("of_hook"),
        hook_delivery.c.lane == bindparam("of_lane"),
        hook_delivery.c.state == "waiting",
        hook_delivery.c.leased_until.is_(None),
    )
    .values(due_at=None)
)
_NOW: Final = (
    update(hook_delivery)
    .where(
        hook_delivery.c.hook_id == bindparam("of_hook"),
        hook_delivery.c.state == "waiting",
        hook_delivery.c.due_at.is_not(None),
    )
    .values(due_at=bindparam("now"))
)
_FRESH: Final = (
    update(hook)
    .where(hook.c.id == bindparam("of_hook"))
    .values(failures=0, rests_until=None, told_parked_at=None, paused_at=None)
)


def tell_once(connection: Connection, hook_id: int, what: str, now: datetime) -> bool:
    """Whether the admins are to hear of this now, once until it is over: `told_failing_at` or `told_parked_at`."""
    return bool(connection.execute(_TELL[what], {"of_hook": hook_id, "now": now}).rowcount)


def try_all_again(connection: Connection, hook_id: int, now: datetime) -> int:
    """Send all that is parked once more, and what waits for its next try now; how many were parked."""
    connection.execute(_LOCK, {"of_hook": hook_id})
    lanes = connection.scalars(_UNPARK, {"of_hook": hook_id}).all()
    for lane in sorted(set(lanes)):
        place = {"of_hook": hook_id, "of_lane": lane}
        connection.execute(_HELD_BACK, place)
        connection.execute(_NEXT_OF_LANE, {**place, "now": now})
    connection.execute(_NOW, {"of_hook": hook_id, "now": now})
    connection.execute(_FRESH, {"of_hook": hook_id})
    return len(lanes)


_OLD: Final = (
    delete(hook_delivery)
    .where(hook_delivery.c.state == constant("parked"), hook_delivery.c.at < bindparam("before"))
    .returning(hook_delivery.c.hook_id)
)
_FEWER: Final = (
    update(hook)
    .where(hook.c.id == bindparam("of_hook"))
    .values(waiting=case((hook.c.waiting > bindparam("gone"), hook.c.waiting - bindparam("gone")), else_=0))
)


def forget_parked(connection: Connection, now: datetime) -> None:
    """Drop what was parked and that nobody asked for in a month."""
    connection.execute(_STANDING)
    gone = Counter(connection.scalars(_OLD, {"before": now - PARKED_FOR}))
    for hook_id, number in sorted(gone.items()):
        connection.execute(_FEWER, {"of_hook": hook_id, "gone": number})
