"""Answers by account, added up by the database: what intervals and comparisons need of the accounts of a report.

An account is the one that a customer had as the report counts it; who has none, or was erased, is an account of their
own. What comes back is a row a group, however many accounts answered.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Subquery, case, func, literal, select

from bot.reports.scope import Chosen, answered_in
from bot.store.schema import conversation
from scoring import NPS_SCALE, Clusters, Shared, Within

_STEP: Final = case(
    (conversation.c.score <= NPS_SCALE.low_to, -1), (conversation.c.score >= NPS_SCALE.high_from, 1), else_=0
)


def clusters_of(connection: Connection, chosen: Chosen) -> Clusters:
    """The answers of a report by account."""
    each = _accounts(chosen, literal(0))
    row = connection.execute(select(func.count(), *_own(each))).one()
    return Clusters(*map(_whole, row))


def clusters_of_waves(connection: Connection, chosen: Chosen) -> dict[int, Shared]:
    """The answers of each wave of a report by account, and what its accounts answered in the wave that stands before it
    in `chosen`; by the wave's id."""
    places = {wave_id: place for place, wave_id in enumerate(chosen.ids)}
    each = _accounts(chosen, case(places, value=conversation.c.wave_id))
    order: Any = {"partition_by": (each.c.account, each.c.alone), "order_by": each.c.part}
    after = select(
        each,
        *(func.lag(each.c[name]).over(**order).label(f"before_{name}") for name in ("part", "n", "s")),
    ).subquery()
    follows = after.c.before_part == after.c.part - 1
    n, s = (case((follows, after.c[name]), else_=0) for name in ("before_n", "before_s"))
    products = (after.c.n * n, after.c.n * s, after.c.s * n, after.c.s * s)
    rows = connection.execute(
        select(after.c.part, func.count(), *_own(after), *map(func.sum, products)).group_by(after.c.part)
    )
    found = {place: tuple(map(_whole, row)) for place, *row in rows}
    nobody = Clusters(0, 0, 0, 0)
    own = {place: Clusters(*row[:4]) for place, row in found.items()}
    return {
        chosen.ids[place]: Shared(own[place], own.get(place - 1, nobody), *row[4:])
        for place, row in found.items()
    }


def clusters_of_groups(
    connection: Connection, chosen: Chosen, group: ColumnElement[Any]
) -> Mapping[Any, Within]:
    """The answers of a report by group and account, each group as a part of all of them; what is in none (NULL) is
    left out."""
    each = _accounts(chosen, group)
    account: Any = {"partition_by": (each.c.account, each.c.alone)}
    of_all = select(
        each,
        func.sum(each.c.n).over(**account).label("all_n"),
        func.sum(each.c.s).over(**account).label("all_s"),
        func.row_number().over(**account, order_by=each.c.part).label("place"),
    ).subquery()
    n, s, all_n, all_s = of_all.c.n, of_all.c.s, of_all.c.all_n, of_all.c.all_s
    rows = connection.execute(
        select(
            of_all.c.part,
            func.count(),
            *_own(of_all),
            func.sum(case((of_all.c.place == 1, 1), else_=0)),
            func.sum(case((n == all_n, 1), else_=0)),
            *map(func.sum, (n * all_n, n * all_s, s * all_n, s * all_s)),
        ).group_by(of_all.c.part)
    )
    return {part: Within(Clusters(*map(_whole, row[:4])), *map(_whole, row[4:])) for part, *row in rows}


def _accounts(chosen: Chosen, part: ColumnElement[Any]) -> Subquery:
    """A row an account and part: how many answers it gave, and their sum as -1, 0 and +1."""
    account = chosen.known.account
    alone = case((account.is_(None), conversation.c.id))
    answers = (
        select(account.label("account"), alone.label("alone"), part.label("part"), _STEP.label("step"))
        .select_from(chosen.known.people)
        .where(*answered_in(chosen))
        .subquery()
    )
    return (
        select(
            answers.c.account,
            answers.c.alone,
            answers.c.part,
            func.count().label("n"),
            func.sum(answers.c.step).label("s"),
        )
        .where(answers.c.part.is_not(None))
        .group_by(answers.c.account, answers.c.alone, answers.c.part)
        .subquery()
    )


def _own(each: Subquery) -> tuple[ColumnElement[Any], ...]:
    n, s = each.c.n, each.c.s
    return func.sum(n * n), func.sum(n * s), func.sum(s * s)


def _whole(value: Any) -> int:
    """A sum: PostgreSQL adds up to a Decimal, and nothing of nobody."""
    return int(value or 0)
