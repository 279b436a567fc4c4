"""What became of the cases of a wave: how many in time, how long it took, by which cause, and who was won back."""

from collections import Counter
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, ScalarSelect, Select, func, select

from bot.reports.cases.recovery import asked_again
from bot.reports.cases.scope import CASES, Onlooker, cases_for, late_at, seen_by
from bot.reports.cases.values import CaseFigures
from bot.reports.scope import Chosen
from bot.store.schema import ENDED_BY_ERASURE, Row, account, case, case_event
from scoring import Duration, Durations, durations, share

CHUNK: Final = 1000
_Lasted = tuple[int, bool]  # seconds, and whether it is over

TOUCHES: Final = ("taken", "wrote", "snoozed", "finished")
"""What a colleague does with a case that says that somebody has it. To hand it over says only that they do not."""


def case_figures(connection: Connection, wave_id: int, who: Onlooker, now: datetime) -> CaseFigures:
    """The figures of all cases of a wave that may be seen. They are counted while they are read, a chunk at a time, so
    that a wave of hundreds of thousands leaves room for what comes in meanwhile."""
    states, causes, in_time = Counter[str](), Counter[str | None](), Counter[bool | None]()
    touched, finished = Counter[_Lasted](), Counter[_Lasted]()
    late = 0
    rows = connection.execute(every_case(wave_id, who, now), execution_options={"yield_per": CHUNK})
    for row in rows:
        done = row.state == "done" and row.done_by is not None
        states["erased" if row.state == "done" and not done else row.state] += 1
        late += row.late
        causes[row.cause] += done
        # Whose customer was erased before anybody had touched it is over without that.
        touched[_lasted(row, row.touched_at or row.done_at or now), row.touched_at is not None] += 1
        finished[_lasted(row, row.done_at or now), done] += 1
        if row.promised is not None:
            in_time[_in_time(row, now)] += 1
    judged = in_time[True] + in_time[False]
    again = asked_again(connection, wave_id, who)
    return CaseFigures(
        opened=states.total(),
        states=dict(states),
        late=late,
        touched=_durations(touched),
        finished=_durations(finished),
        in_time=share(in_time[True], judged),
        pending=in_time[None],
        asked_again=again.asked,
        solved=again.solved,
        recovery=again.recovery,
        causes=tuple(sorted((+causes).items(), key=lambda one: (-one[1], one[0] or "~"))),
    )


def case_states(connection: Connection, chosen: Chosen) -> dict[str, int]:
    """How many cases of these waves, promised reviews apart, are open, taken, put aside and done, and how many an
    erasure ended: by indexes alone, however many they are, where they are not limited to some managers' customers."""
    of_managers = [] if chosen.managers is None else [account.c.account_manager.in_(chosen.managers)]
    of_waves = (
        select(case.c.state, func.count().label("cases"))
        .select_from(case if chosen.managers is None else CASES)
        .where(case.c.wave_id.in_(chosen.ids), case.c.kind != "review", *of_managers)
        .group_by(case.c.state)
        .order_by(case.c.state)
    )
    states: dict[str, int] = {row.state: row.cases for row in connection.execute(of_waves)}
    if (erased := connection.execute(of_waves.where(ENDED_BY_ERASURE)).one_or_none()) is not None:
        states |= {"done": states["done"] - erased.cases, "erased": erased.cases}
    return {state: cases for state, cases in states.items() if cases}


def first_touch() -> ScalarSelect[datetime]:
    """When a colleague first touched the case of a row; NULL where nobody has yet."""
    mine = case_event.c.case_id == case.c.id
    touched = select(func.min(case_event.c.at)).where(mine, case_event.c.kind.in_(TOUCHES))
    return touched.correlate(case).scalar_subquery()


def every_case(wave_id: int, who: Onlooker, now: datetime) -> Select[Any]:
    """The statement for what the figures need of each case of a wave but promised reviews: when it was opened, first
    touched and done, and by when it was to be taken, as was agreed when it was opened."""
    mine = case_event.c.case_id == case.c.id
    promised = select(case_event.c.detail["due_at"].as_string()).where(mine, case_event.c.kind == "opened")
    return (
        select(
            case.c.opened_at,
            case.c.state,
            case.c.cause,
            case.c.done_by,
            case.c.done_at,
            late_at(now).label("late"),
            first_touch().label("touched_at"),
            promised.limit(1).scalar_subquery().label("promised"),
        )
        .select_from(cases_for(who))
        .where(case.c.wave_id == wave_id, case.c.kind != "review", *seen_by(who))
        .order_by(case.c.id)
    )


def _lasted(row: Row, until: datetime) -> int:
    """Whole seconds since it was opened."""
    return max(0, int((until - row.opened_at).total_seconds()))


def _durations(counted: Counter[_Lasted]) -> Durations:
    return durations(Duration(lasted, ended, times) for (lasted, ended), times in counted.items())


def _in_time(row: Row, now: datetime) -> bool | None:
    """Whether it was touched within the agreed time; None while that is not over: else whoever is quick would be
    judged, and whoever is slow not yet. A case that an erasure ended before that is not judged either."""
    due = datetime.fromisoformat(row.promised)
    untouched = row.touched_at is None and row.done_at is not None
    if due > (row.done_at if untouched else now):
        return None
    return row.touched_at is not None and row.touched_at <= due
