"""How many were reminded in the waves of a report, and how many of them answered after that."""

from typing import Final

from sqlalchemy import Connection, and_, bindparam, func, select

from bot.reports.scope import Chosen
from bot.reports.values import Reminded
from bot.store.schema import conversation

_COUNT: Final = select(
    func.count().label("people"),
    func.count()
    .filter(and_(conversation.c.score.is_not(None), conversation.c.scored_at >= conversation.c.reminded_at))
    .label("answered"),
).where(
    conversation.c.wave_id.in_(bindparam("waves", expanding=True)), conversation.c.reminded_at.is_not(None)
)


def reminded(connection: Connection, chosen: Chosen) -> Reminded | None:
    """Those whose reminder was put on its way; None where there are none. Of some managers, of their customers."""
    statement = _COUNT
    if chosen.managers is not None:
        known = chosen.known
        statement = statement.select_from(known.people).where(known.account_manager.in_(chosen.managers))
    row = connection.execute(statement, {"waves": chosen.ids}).one()
    return Reminded(row.people, row.answered) if row.people else None
