"""Which of two send windows brought more answers: a wave that was divided by lot."""

from sqlalchemy import Connection, func, select

from bot.reports.scope import CELL, Chosen, in_waves
from bot.reports.tallies import disposition
from bot.reports.values import Half, Halves
from bot.store.schema import conversation
from scoring import shift_of_rates


def compared(connection: Connection, chosen: Chosen, *, judged: bool) -> Halves | None:
    """The halves of the one wave of a report; None where it was not divided."""
    hours = chosen.waves[-1].terms.draw.halves
    if not hours:
        return None
    stands = (
        select(conversation.c.half, CELL["standing"], CELL["delivered"])
        .select_from(chosen.known.people)
        .where(*in_waves(chosen), conversation.c.half.is_not(None))
        .subquery()
    )
    counted = select(*stands.c, func.count().label("people")).group_by(*stands.c)
    scored, invited = [0, 0], [0, 0]
    for row in connection.execute(counted):
        far = disposition(row.standing, delivered=row.delivered)
        if far not in (None, "skipped"):
            invited[row.half] += row.people
            scored[row.half] += row.people if far in ("completed", "started") else 0
    first, second = (Half(hours[i], scored[i], invited[i]) for i in (0, 1))
    shift = shift_of_rates(scored[0], invited[0], scored[1], invited[1]) if judged else None
    return Halves(first, second, shift)
