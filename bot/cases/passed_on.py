"""Whose a case is at first, where somebody else has it now, and why: for the line of the alert that says so."""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from bot.cases.alerts import PassedBecause
from bot.cases.as_kept import Case
from bot.config.settings import Settings
from bot.store.schema import case_event
from channels.base import Address

_LAST_MOVE: Final = (
    select(case_event.c.kind)
    .where(
        case_event.c.case_id == bindparam("of_id"),
        case_event.c.kind.in_(("opened", "not_reached", "escalated", "handed_over")),
    )
    .order_by(case_event.c.id.desc())
    .limit(1)
)


def passed_on(
    connection: Connection, settings: Settings, row: Case, account_manager: str | None
) -> tuple[str, PassedBecause] | None:
    """Who would have a case, by who has the account, and why somebody else does: they did not take it in time, they are
    away, or they could not be reached. None where they have it, and where a colleague handed it over."""
    first = settings.manager(account_manager)
    here = Address(row.channel, row.address)
    if first is None:
        return None
    if row.rung:
        return row.instead_of or first[0], "late"
    if here == first[1]:
        return None
    last = connection.scalar(_LAST_MOVE, {"of_id": row.id})
    if last == "opened" and row.instead_of is not None:
        return row.instead_of, "away"
    next_ones = [*settings.escalation, *([settings.fallback] if settings.fallback is not None else [])]
    unreached = last in ("opened", "not_reached") and here in (at for _, at in next_ones)
    return (first[0], "unreached") if unreached else None
