"""Starts whose time comes: the admins hear of one a day ahead, it starts once, and they hear of one that was missed.

What waits is a row, so a restart forgets nothing, and its end is one transaction: the wave, the row, the next start of
its schedule and what the admins are told. Two processes that come to it at once end it once. A task of its own, since
counting a large audience for a notice takes longer than other work may wait.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, or_, select, update

from bot.campaigns import runs
from bot.campaigns.occurrences import AHEAD, StartFate, fate
from bot.campaigns.planning import PlanSummary, plan_wave
from bot.campaigns.schedules import (
    PlannedStart,
    can_start,
    end_start,
    following,
    start_by_id,
    start_from,
    sync,
)
from bot.campaigns.terms import changes, terms_of
from bot.campaigns.waves import Wave, find_wave
from bot.cases.admins import tell_admins
from bot.clock import Clock
from bot.config.settings import Settings
from bot.context import Context
from bot.dialogue.wording import Words
from bot.logs import Failures
from bot.steps import step
from bot.store.schema import occurrence
from bot.store.store import Store
from channels.base import Choice, Choices

LOOK: Final = 1.0  # seconds
BUTTON: Final = "w:o:"
SKIP: Final = ":skip"
SHOW: Final = ":look"

_WAITING: Final = occurrence.c.state == "waiting"
_DUE: Final = (
    select(occurrence)
    .where(_WAITING, occurrence.c.look_at <= bindparam("now"))
    # Starts first: a notice whose audience cannot be counted holds none of them up.
    .order_by(occurrence.c.due_at > bindparam("now"), occurrence.c.look_at, occurrence.c.id)
    .limit(1)
)
# Found missed at a time that is yet to come: the clock was ahead.
_TOO_SOON: Final = (
    update(occurrence)
    .where(occurrence.c.state == "missed", occurrence.c.look_at > bindparam("now"))
    .values(state="waiting", look_at=occurrence.c.due_at)
)
_TELL: Final = (
    update(occurrence)
    .where(occurrence.c.id == bindparam("of_id"), _WAITING, occurrence.c.told_at.is_(None))
    .values(told_at=bindparam("now"), look_at=occurrence.c.due_at)
)
_LATER: Final = (
    update(occurrence)
    .where(occurrence.c.id == bindparam("of_id"), _WAITING)
    .values(look_at=bindparam("look"))
)
_ANY: Final = (
    select(occurrence.c.id)
    .where(
        or_(
            (_WAITING) & (occurrence.c.look_at <= bindparam("now")),
            (occurrence.c.state == "missed") & (occurrence.c.look_at > bindparam("now")),
        )
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What is told of a start a day ahead."""

    wave: int
    changed: dict[str, tuple[Any, Any]]
    plan: PlanSummary


class Planner:
    """Looks once a second for a start whose time has come. Every process may."""

    name = "planner"

    def __init__(self, store: Store, context: Context, clock: Clock) -> None:
        self._store = store
        self._context = context
        self._clock = clock
        self._synced: Settings | None = None

    async def run(self) -> None:
        """Until it is cancelled."""
        failures = Failures("planner.failed", self.name)
        while True:
            with failures.survived():
                await self.tick()
            await self._clock.sleep(LOOK)

    async def tick(self) -> None:
        """Do what is due now."""
        settings = self._context.settings
        if settings is not self._synced:
            await self._store.write(sync, settings, self._clock.now())
            self._synced = settings
        if not await self._store.read(_any_due, self._clock.now()):
            return
        await self._store.write(_wait_again, self._clock.now())
        while (one := await self._store.read(_due, self._clock.now())) is not None:
            await self._go_on(settings, one)

    async def _go_on(self, settings: Settings, one: PlannedStart) -> None:
        becomes = await self._store.read(fate_of, settings, one, self._clock.now())
        if becomes is not StartFate.TOLD:
            await runs.numbered(self._store, _settle, self._context, one.id, self._clock.now())
            return
        now = self._clock.now()
        plan = await plan_wave(
            self._store, settings, one.campaign, self._context.limits, now, None, one.due_at
        )
        ahead = _Ahead(*await self._store.read(_differs, settings, one.campaign), plan)
        await self._store.write(_tell_ahead, self._context, one, ahead, self._clock.now())


def _any_due(connection: Connection, now: datetime) -> bool:
    return connection.execute(_ANY, {"now": now}).first() is not None


def _wait_again(connection: Connection, now: datetime) -> None:
    connection.execute(_TOO_SOON, {"now": now})


def _due(connection: Connection, now: datetime) -> PlannedStart | None:
    row = connection.execute(_DUE, {"now": now}).one_or_none()
    return None if row is None else start_from(row)


def fate_of(connection: Connection, settings: Settings, one: PlannedStart, now: datetime) -> StartFate:
    """What becomes of a start now, by the table of `bot.campaigns.occurrences`. One of a campaign that the settings
    start no more is missed."""
    if not can_start(settings, one.campaign):
        return StartFate.MISSED
    grace = settings.campaigns[one.campaign].grace
    after = following(connection, settings, one)
    return fate(one.due_at, one.told_at is not None, now, grace, None if after is None else after.at)


def _settle(connection: Connection, context: Context, id_: int, now: datetime) -> Wave | None:
    """End a start whose time has come, and the wave where it starts one; one whose time moved is looked at then."""
    one = start_by_id(connection, id_, lock=True)
    if one is None or one.state != "waiting":
        return None  # another process was first
    settings, words = context.settings, context.manager_words
    becomes = fate_of(connection, settings, one, now)
    values = {"campaign": one.campaign, "when": moment_of(words, settings, one.due_at)}
    if becomes is StartFate.STARTS:
        run, _ = runs.start_keyed(connection, settings, one.campaign, one.key, one.by, now)
        end_start(connection, settings, id_, "started", now, run.id)
        text = words.text("start_begun", wave=run.number, **values)
        tell_admins(connection, context, f"start:{one.key}:begun", text, now)
        return run
    if becomes is StartFate.MISSED:
        end_start(connection, settings, id_, "missed", now)
        key = "start_missed" if can_start(settings, one.campaign) else "start_gone"
        tell_admins(connection, context, f"start:{one.key}:missed", words.text(key, **values), now)
        step("start.missed", campaign=one.campaign)
    else:
        look = one.due_at if one.told_at is not None else one.due_at - AHEAD
        connection.execute(_LATER, {"of_id": id_, "look": look})
    return None


def _differs(
    connection: Connection, settings: Settings, campaign: str
) -> tuple[int, dict[str, tuple[Any, Any]]]:
    """The number of the next wave, and what of its terms differs from those of the last one."""
    last = find_wave(connection, campaign)
    if last is None:
        return 1, {}
    now = terms_of(campaign, settings.campaigns[campaign], settings.surveys)
    return last.number + 1, changes(last.terms, now)


def _tell_ahead(
    connection: Connection, context: Context, one: PlannedStart, ahead: _Ahead, now: datetime
) -> None:
    if connection.execute(_TELL, {"of_id": one.id, "now": now}).rowcount:
        words = context.manager_words
        # Not by the number of its row, which is another where a clock that was set back had it planned anew.
        key = f"start:{one.key}:{one.due_at:%Y-%m-%dT%H:%M}:ahead"
        text = _ahead_text(words, context.settings, one, ahead)
        tell_admins(connection, context, key, text, now, choices=buttons(words, one.id))


def _ahead_text(words: Words, settings: Settings, one: PlannedStart, ahead: _Ahead) -> str:
    skipped = sum(ahead.plan.skipped.values())
    text = words.text(
        "start_ahead",
        campaign=one.campaign,
        wave=ahead.wave,
        when=moment_of(words, settings, one.due_at),
        asked=words.forms.number(ahead.plan.asked_in_all),
        skipped=words.forms.number(skipped),
    )
    if not ahead.changed:
        return text
    changed = ", ".join(
        key if old == new else f"{key} ({old} → {new})" for key, (old, new) in ahead.changed.items()
    )
    return f"{text} {words.text('start_changed', wave=ahead.wave - 1, changed=changed)}"


def buttons(words: Words, id_: int) -> Choices:
    """What can be done with a start that waits."""
    skip = Choice(words.text("button_skip_start"), f"{BUTTON}{id_}{SKIP}")
    return ((skip, Choice(words.text("button_look_start"), f"{BUTTON}{id_}{SHOW}")),)


def moment_of(words: Words, settings: Settings, at: datetime) -> str:
    """A moment with its day, date, time and zone, as the company reads it."""
    local = at.astimezone(ZoneInfo(settings.timezone))
    return f"{words.forms.full_day(local.date())} {local:%H:%M}, {settings.timezone}"
