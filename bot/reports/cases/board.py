"""Cases on a board: how many stand where, and the first of each lane."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select
from sqlalchemy import case as when

from bot.config.settings import Settings
from bot.reports.cases.list import case_rows
from bot.reports.cases.scope import Onlooker, asked_for, cases_for, late_at, seen_by
from bot.reports.cases.values import CaseRow
from bot.store.schema import case, follow_up, wave
from bot.store.sql import constant

Lane = Literal["open", "taken", "snoozed", "done", "confirmed"]
LANES: Final[tuple[Lane, ...]] = get_args(Lane)
SIZE: Final = 12
"""Cases of a lane at once."""
NEWEST: Final = 2_000
"""Of cases that are over, only the newest so many are looked through, so that it costs the same after years."""
YOUNG: Final = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""Where one age ends and the next begins."""


@dataclass(frozen=True, slots=True)
class BoardLane:
    """One lane: the first of its cases, and how many there are; of those that are over nobody counts."""

    name: Lane
    rows: tuple[CaseRow, ...]
    total: int | None
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class CaseAges:
    """The cases that are not done, or whose customer wrote since. `younger` counts those up to each age of `YOUNG`, and
    then the older ones; `late` those that nobody took in time."""

    total: int
    late: int
    younger: tuple[int, ...]


def case_ages(connection: Connection, who: Onlooker, now: datetime) -> CaseAges:
    """How old the open cases are that somebody may see."""
    bounds = [now - age for age in YOUNG]
    counts = [func.count().filter(case.c.opened_at > bound) for bound in bounds]
    row = connection.execute(
        select(func.count(), func.count().filter(late_at(now)), *counts)
        .select_from(cases_for(who))
        .where(*asked_for("open", None, who, now))
    ).one()
    total, late, *up_to = row
    steps = [0, *up_to, total]
    return CaseAges(total, late, tuple(after - before for before, after in pairwise(steps)))


def case_board(
    connection: Connection, settings: Settings, who: Onlooker, now: datetime
) -> tuple[BoardLane, ...]:
    """Every lane with the first of its cases: of open ones the oldest, of those that are over the newest."""
    totals = _totals(connection, who, now)
    return tuple(board_lane(connection, settings, who, now, lane, total=totals.get(lane)) for lane in LANES)


def board_lane(
    connection: Connection,
    settings: Settings,
    who: Onlooker,
    now: datetime,
    lane: Lane,
    page: int = 1,
    *,
    total: int | None = None,
) -> BoardLane:
    """A page of one lane that somebody may see."""
    over = lane in ("done", "confirmed")
    conditions = _over(lane, who) if over else [*asked_for("open", None, who, now), _in(lane)]
    # `shown` is never less: so SQLite puts the few that are not done in order, and does not look through all there
    # ever were in the order of their index.
    order = [case.c.id.desc()] if over else [case.c.shown < 0, case.c.opened_at, case.c.id]
    ids: Sequence[int] = connection.scalars(
        select(case.c.id)
        .select_from(cases_for(who))
        .where(*conditions)
        .order_by(*order)
        .offset((page - 1) * SIZE)
        .limit(SIZE + 1)
    ).all()
    rows = case_rows(connection, settings, ids[:SIZE], now)
    return BoardLane(lane, rows, total, page, len(ids) > SIZE)


def _totals(connection: Connection, who: Onlooker, now: datetime) -> dict[Lane, int]:
    """How many are in each lane; of those that are over, among the newest cases."""
    lane = when((case.c.state == "done", "open"), else_=case.c.state).label("lane")
    counted = (
        select(lane, func.count().label("cases"))
        .select_from(cases_for(who))
        .where(*asked_for("open", None, who, now))
        .group_by(lane)
    )
    found = {row.lane: row.cases for row in connection.execute(counted)}
    over = {lane: connection.scalar(_count(_over(lane, who), who)) or 0 for lane in LANES[3:]}
    return {lane: found.get(lane, 0) for lane in LANES[:3]} | over


def _count(conditions: Sequence[ColumnElement[bool]], who: Onlooker) -> Select[int]:
    return select(func.count()).select_from(cases_for(who)).where(*conditions)


def _in(lane: Lane) -> ColumnElement[bool]:
    """One that is done and was written to since is to be looked at, as an open one is."""
    return or_(case.c.state == "open", case.c.state == "done") if lane == "open" else case.c.state == lane


def _over(lane: Lane, who: Onlooker) -> list[ColumnElement[bool]]:
    newest = select(func.coalesce(func.max(case.c.id), 0) - NEWEST).select_from(case).scalar_subquery()
    confirmed = exists().where(follow_up.c.case_id == case.c.id, follow_up.c.solved.is_(True))
    return [
        case.c.id > newest,
        and_(case.c.state == constant("done"), case.c.new_words.is_(False)),
        wave.c.trial.is_(False),
        confirmed if lane == "confirmed" else ~confirmed,
        *seen_by(who),
    ]
