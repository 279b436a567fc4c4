"""What became of the cases of a wave: how many in time, how long it took, by which cause, and who was won back."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, ScalarSelect, Select, func, select

from bot.reports.case_scope import CASES, Onlooker, cases_for, late_at, seen_by
from bot.reports.case_values import CaseFigures
from bot.reports.scope import Chosen
from bot.store.schema import Row, account, case, case_event
from scoring import Duration, durations, share

TOUCHES: Final = ("taken", "wrote", "snoozed", "finished")
"""What a colleague does with a case that says that somebody has it. To hand it over says only that they do not."""


def case_figures(connection: Connection, wave_id: int, who: Onlooker, now: datetime) -> CaseFigures:
    """The figures of all cases of a wave that may be seen."""
    rows = connection.execute(every_case(wave_id, who, now)).all()
    causes = Counter(row.cause for row in rows if row.state == "done" and row.done_by is not None)
    judged = [row for row in rows if row.promised is not None]
    over = [row for row in judged if _over(row, now)]
    return CaseFigures(
        opened=len(rows),
        states=dict(Counter(row.state for row in rows)),
        late=sum(row.late for row in rows),
        touched=durations(_until_touched(rows, now)),
        finished=durations(_until_finished(rows, now)),
        in_time=share(sum(_in_time(row) for row in over), len(over)),
        pending=len(judged) - len(over),
        causes=tuple(sorted(causes.items(), key=lambda one: (-one[1], one[0] or "~"))),
    )


def case_states(connection: Connection, chosen: Chosen) -> dict[str, int]:
    """How many cases of these waves are open, taken, put aside and done: by an index alone, however many they are,
    where they are not limited to some managers' customers."""
    of_managers = [] if chosen.managers is None else [account.c.account_manager.in_(chosen.managers)]
    counted = (
        select(case.c.state, func.count().label("cases"))
        .select_from(case if chosen.managers is None else CASES)
        .where(case.c.wave_id.in_(chosen.ids), *of_managers)
        .group_by(case.c.state)
        .order_by(case.c.state)
    )
    return {row.state: row.cases for row in connection.execute(counted)}


def first_touch() -> ScalarSelect[datetime]:
    """When a colleague first touched the case of a row; NULL where nobody has yet."""
    mine = case_event.c.case_id == case.c.id
    touched = select(func.min(case_event.c.at)).where(mine, case_event.c.kind.in_(TOUCHES))
    return touched.correlate(case).scalar_subquery()


def every_case(wave_id: int, who: Onlooker, now: datetime) -> Select[Any]:
    """The statement for what the figures need of each case of a wave: when it was opened, first touched and done,
    and by when it was to be taken, as was agreed when it was opened."""
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
        .where(case.c.wave_id == wave_id, *seen_by(who))
        .order_by(case.c.id)
    )


def _until_touched(rows: Iterable[Row], now: datetime) -> Iterator[Duration]:
    for row in rows:
        # Whose customer was erased before anybody had touched it is over without that.
        until = row.touched_at or row.done_at or now
        yield _duration(row, until, ended=row.touched_at is not None)


def _until_finished(rows: Iterable[Row], now: datetime) -> Iterator[Duration]:
    for row in rows:
        yield _duration(row, row.done_at or now, ended=row.done_by is not None and row.state == "done")


def _duration(row: Row, until: datetime, *, ended: bool) -> Duration:
    return Duration(max(0.0, (until - row.opened_at).total_seconds()), ended)


def _over(row: Row, now: datetime) -> bool:
    """Whether the agreed time is over: before, whoever is quick would be judged and whoever is slow not yet. A case
    that an erasure ended before that is not judged."""
    due = datetime.fromisoformat(row.promised)
    untouched = row.touched_at is None and row.done_at is not None
    return due <= (row.done_at if untouched else now)


def _in_time(row: Row) -> bool:
    return row.touched_at is not None and row.touched_at <= datetime.fromisoformat(row.promised)
