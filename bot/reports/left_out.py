"""Who was not asked, and by which rule.

A score can be made as well as earned, by not asking the unhappy. So the rules stand beside it.
"""

from sqlalchemy import Connection, func, select

from bot.reports.scope import STANDING, Chosen, in_waves
from bot.reports.segment_query import UNKNOWN
from bot.reports.tallies import left_out_by
from scoring import Selection, selection


def selected(connection: Connection, chosen: Chosen) -> tuple[Selection, ...]:
    """Whom each account manager's customers lost on the way to the question, in one aggregate."""
    known = chosen.known
    manager = func.coalesce(known.account_manager, UNKNOWN).label("manager")
    people = select(manager, STANDING).select_from(known.people).where(*in_waves(chosen)).subquery()
    counted = select(people.c.manager, people.c.standing, func.count()).group_by(*people.c)
    return selection(
        (manager, left_out_by(standing), times) for manager, standing, times in connection.execute(counted)
    )
