"""Who was not asked, and by which rule.

A score can be made as well as earned, by not asking the unhappy. So the rules stand beside it.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, func, select

from bot.campaigns.plan import Skip
from bot.reports.scope import PEOPLE, STANDING, Chosen, in_waves
from bot.reports.segment_query import UNKNOWN
from bot.reports.tallies import TAKEN_OFF, Cell, skipped_by_rule
from bot.store.schema import account
from bot.store.standing import SKIPPED, Standing
from scoring import Selection, selection

_BEFORE_THE_QUESTION: Final[Mapping[str, str]] = {
    **TAKEN_OFF,
    Standing.LEFT_EARLY: Skip.OPTED_OUT.value,
}


def left_out_by(standing: str) -> str | None:
    """The rule that left somebody out who stands so; None for who is or was to be asked."""
    if standing.startswith(SKIPPED):
        return standing.removeprefix(SKIPPED)
    return _BEFORE_THE_QUESTION.get(standing)


def skipped(cells: Iterable[Cell]) -> dict[str, int]:
    """How many were left out by each rule, the most frequent first; who left early among them."""
    return skipped_by_rule(cells, _BEFORE_THE_QUESTION)


def selected(connection: Connection, chosen: Chosen) -> tuple[Selection, ...]:
    """Whom each account manager's customers lost on the way to the question, in one aggregate."""
    manager = func.coalesce(account.c.account_manager, UNKNOWN).label("manager")
    people = select(manager, STANDING).select_from(PEOPLE).where(*in_waves(chosen)).subquery()
    counted = select(people.c.manager, people.c.standing, func.count()).group_by(*people.c)
    return selection(
        (manager, left_out_by(standing), times) for manager, standing, times in connection.execute(counted)
    )
