"""How many were reminded, or asked on another channel, in the waves of a report, and how many answered after that."""

from sqlalchemy import ColumnElement, Connection, func, select

from bot.reports.scope import Chosen
from bot.reports.values import Reminded
from bot.store.schema import conversation


def reminded(connection: Connection, chosen: Chosen) -> Reminded | None:
    """Those whose reminder was put on its way and those who were moved on; None where there are neither. Of some
    managers, of their customers."""
    people, answered = _since(connection, chosen, conversation.c.reminded_at)
    moved, moved_answered = _since(connection, chosen, conversation.c.moved_at)
    return Reminded(people, answered, moved, moved_answered) if people or moved else None


def _since(connection: Connection, chosen: Chosen, at: ColumnElement[object]) -> tuple[int, int]:
    """Of how many this is known, and how many of them gave a score after it."""
    known = chosen.known
    answered = func.count().filter(conversation.c.score.is_not(None), conversation.c.scored_at >= at)
    statement = select(func.count().label("people"), answered.label("answered")).where(
        conversation.c.wave_id.in_(chosen.ids), at.is_not(None)
    )
    if chosen.managers is not None:
        statement = statement.select_from(known.people).where(known.account_manager.in_(chosen.managers))
    row = connection.execute(statement).one()
    return row.people, row.answered
