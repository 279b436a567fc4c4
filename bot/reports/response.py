"""Response by group: how many of each group were invited, and how many of them gave a score."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Integer, func, literal_column, select

from bot.reports.group_counts import MANAGER, invited_and_answered
from bot.reports.scope import Chosen, cells_of, in_waves
from bot.reports.segment_query import UNKNOWN, value_of
from bot.reports.tallies import Cell, invited
from bot.store.schema import conversation
from bot.store.standing import outcome_of

_OUTCOME: Final = literal_column(outcome_of("conversation"), Integer)


@dataclass(frozen=True, slots=True)
class GroupResponse:
    """One group of those whom a wave invited; `UNKNOWN` is the label of those of whom the attribute is not known."""

    label: str
    invited: int
    answered: int


def response_by_group(connection: Connection, chosen: Chosen, attribute: str) -> list[GroupResponse]:
    """Every group of an attribute, the largest first: `channel`, a key of `segment_query.COLUMNS`, or a column of the
    import. Invited is as `scoring.Dispositions` says, so the groups add up to the wave's. A period is not looked at:
    who was silent was so on no day."""
    if attribute == "channel":
        found = _by_channel(cells_of(connection, chosen))
    else:
        known = invited_and_answered(connection, chosen, attribute)
        found = _counted(connection, chosen, attribute) if known is None else known
        if chosen.managers is None or attribute != MANAGER:  # theirs alone are known to have one
            found[UNKNOWN] = _rest(cells_of(connection, chosen), found)
    return sorted(
        (GroupResponse(label, *both) for label, both in found.items() if both[0]),
        key=lambda one: (-one.invited, one.label),
    )


def _by_channel(cells: list[Cell]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for cell in cells:
        if invited(cell):
            before = found.get(cell.channel or UNKNOWN, (0, 0))
            answered = cell.people if cell.score is not None else 0
            found[cell.channel or UNKNOWN] = (before[0] + cell.people, before[1] + answered)
    return found


def _rest(cells: list[Cell], known: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Of whom nothing is known: all but the others."""
    ours = [cell for cell in cells if invited(cell)]
    others = [both for label, both in known.items() if label != UNKNOWN]
    return (
        sum(cell.people for cell in ours) - sum(both[0] for both in others),
        sum(cell.people for cell in ours if cell.score is not None) - sum(both[1] for both in others),
    )


def _counted(connection: Connection, chosen: Chosen, attribute: str) -> dict[str, tuple[int, int]]:
    """By one aggregate over everybody."""
    stands = (
        select(value_of(chosen.known, attribute).label("label"), conversation.c.score)
        .select_from(chosen.known.people)
        .where(*in_waves(chosen), _OUTCOME.is_not(None))
        .subquery()
    )
    rows = connection.execute(
        select(stands.c.label, func.count().label("invited"), func.count(stands.c.score).label("answered"))
        .where(stands.c.label.is_not(None))
        .group_by(stands.c.label)
    )
    return {row.label: (row.invited, row.answered) for row in rows}
