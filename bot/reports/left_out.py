"""Who was not asked, and by which rule.

A score can be made as well as earned, by not asking the unhappy. So the rules stand beside it.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, Connection, Integer, TextClause, func, literal_column, select, text

from bot.reports.group_counts import invited_and_answered
from bot.reports.scope import STANDING, Chosen, cells_of, in_waves
from bot.reports.segment_query import UNKNOWN
from bot.reports.tallies import invited, left_out_by
from bot.store.schema import LEFT_OUT
from bot.store.standing import outcome_of
from scoring import Selection, selection

NOT_INVITED: Final = literal_column(outcome_of("conversation"), Integer).is_(None)
# Each in the words of its index: who a rule left out, and whose turn has not come.
WAYS: Final = (
    text(LEFT_OUT),
    text("conversation.state = 'waiting' AND conversation.wave_id + 0 > 0"),
)


def selected(connection: Connection, chosen: Chosen) -> tuple[Selection, ...]:
    """Whom each account manager's customers lost on the way to the question. Who was invited is counted already, so
    only the others are looked at."""
    known = invited_and_answered(connection, chosen, "account_manager")
    if known is None:
        return selection(_standing(connection, chosen))
    asked = {manager: both[0] for manager, both in known.items() if both[0]}
    if chosen.managers is None:
        everybody = sum(cell.people for cell in cells_of(connection, chosen) if invited(cell))
        if others := everybody - sum(asked.values()):
            asked[UNKNOWN] = others
    rows = [(manager, None, people) for manager, people in asked.items()]
    return selection(
        [*rows, *(one for way in WAYS for one in _standing(connection, chosen, way, NOT_INVITED))]
    )


def _standing(
    connection: Connection, chosen: Chosen, *conditions: ColumnElement[bool] | TextClause
) -> Iterator[tuple[str, str | None, int]]:
    manager = func.coalesce(chosen.known.account_manager, UNKNOWN).label("manager")
    people = (
        select(manager, STANDING)
        .select_from(chosen.known.people)
        .where(*in_waves(chosen), *conditions)
        .subquery()
    )
    counted = select(people.c.manager, people.c.standing, func.count()).group_by(*people.c)
    for name, standing, times in connection.execute(counted):
        yield name, left_out_by(standing), times
