"""The wave as a value, and finding one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, func, select

from bot.campaigns.terms import Terms
from bot.store.schema import Row, tally, wave
from bot.store.sql import LARGEST_ID
from bot.store.standing import OPEN


@dataclass(frozen=True, slots=True)
class Wave:
    """One confirmed start of a campaign, or a trial, whose `number` is 0 or less.

    `enrolled_at` is None while people of the audience still have no row, and `draw` until it is known who of them is
    asked; the chance in it comes from `seed`. `open_until` is when the period of a rolling campaign ends, which takes
    in people one by one until then; None of any other wave. `begun_at` is when its questions might go
    from then on, None while it can be undone, which is until `undo_until`; one that was undone is stopped too, and
    counted nowhere. `paused_at` is since when nobody more is asked until it goes on, and `ended_at`
    when it was seen that everybody in it is through. `canary` says
    how far the share is that is asked first: those up to `canary_lot`, for whom the others wait until `canary_until`.
    """

    id: int
    campaign: str
    number: int
    trial: bool
    terms: Terms
    started_by: str
    started_at: datetime
    enrolled_at: datetime | None
    stopped_at: datetime | None
    stopped_by: str | None
    open_until: datetime | None = None
    seed: str = ""
    draw: Mapping[str, Any] | None = None
    undo_until: datetime | None = None
    begun_at: datetime | None = None
    undone_at: datetime | None = None
    paused_at: datetime | None = None
    canary: str | None = None
    canary_lot: int | None = None
    canary_until: datetime | None = None
    ended_at: datetime | None = None


OPEN_PEOPLE: Final = (
    select(func.coalesce(func.sum(tally.c.people), 0))
    .where(tally.c.wave_id == wave.c.id, tally.c.standing.in_([str(one) for one in OPEN]))
    .scalar_subquery()
)
"""How many of a wave, in a statement that reads it, are still to be asked or to answer."""


COUNTED: Final = and_(wave.c.trial.is_(False), wave.c.undone_at.is_(None))
"""The condition that a wave is one of its campaign's: no trial, and not undone."""

_BY_ID: Final = select(wave).where(wave.c.id == bindparam("wave_id"))
_BY_ID_LOCKED: Final = _BY_ID.with_for_update()
_BY_NUMBER: Final = select(wave).where(
    wave.c.campaign == bindparam("campaign"), wave.c.number == bindparam("number"), COUNTED
)
_NEWEST: Final = (
    select(wave)
    .where(wave.c.campaign == bindparam("campaign"), COUNTED)
    .order_by(wave.c.number.desc())
    .limit(1)
)
_CAMPAIGNS: Final = select(wave.c.campaign).where(COUNTED).distinct().order_by(wave.c.campaign)
_BY_PLAN: Final = select(wave).where(wave.c.plan == bindparam("plan"))
_UNFINISHED: Final = select(wave.c.id).where(wave.c.enrolled_at.is_(None)).order_by(wave.c.id)


def wave_by_id(connection: Connection, wave_id: int, *, lock: bool = False) -> Wave:
    """The wave of this id; with `lock`, nobody else changes it until the transaction ends."""
    statement = _BY_ID_LOCKED if lock else _BY_ID
    return wave_from(connection.execute(statement, {"wave_id": wave_id}).one())


def find_wave(connection: Connection, campaign: str, number: int | None = None) -> Wave | None:
    """A wave of a campaign, the newest where no number is given; trials, and what was undone, are not found."""
    if number is None:
        row = connection.execute(_NEWEST, {"campaign": campaign}).one_or_none()
    elif number > LARGEST_ID:
        return None
    else:
        row = connection.execute(_BY_NUMBER, {"campaign": campaign, "number": number}).one_or_none()
    return None if row is None else wave_from(row)


def wave_of_plan(connection: Connection, token: str) -> Wave | None:
    """The wave that a plan was confirmed into, or that another key started."""
    row = connection.execute(_BY_PLAN, {"plan": token}).one_or_none()
    return None if row is None else wave_from(row)


def unfinished_waves(connection: Connection) -> list[int]:
    """The ids of the waves whose audience is not enrolled to its end, the oldest first."""
    return list(connection.scalars(_UNFINISHED))


def campaign_names(connection: Connection, configured: Iterable[str]) -> tuple[str, ...]:
    """The campaigns that can be asked about: those of config.yaml, and those that were ever started."""
    return tuple(dict.fromkeys((*configured, *connection.scalars(_CAMPAIGNS))))


def wave_from(row: Row) -> Wave:
    """A row of the table `wave` as a value."""
    return Wave(
        id=row.id,
        campaign=row.campaign,
        number=row.number,
        trial=row.trial,
        terms=Terms.from_dict(row.terms),
        started_by=row.started_by,
        started_at=row.started_at,
        enrolled_at=row.enrolled_at,
        stopped_at=row.stopped_at,
        stopped_by=row.stopped_by,
        open_until=row.open_until,
        seed=row.seed or "",
        draw=row.draw,
        undo_until=row.undo_until,
        begun_at=row.begun_at,
        undone_at=row.undone_at,
        paused_at=row.paused_at,
        canary=row.canary,
        ended_at=row.ended_at,
        canary_lot=row.canary_lot,
        canary_until=row.canary_until,
    )
