"""Answers by an attribute of the customers, in one aggregate: how often each value gave each score.

The database adds up and keeps the largest groups; what comes back is small, however many customers answered
and however many values the attribute has.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, literal, null, select

from bot.reports.scope import Chosen, Known, answered_in
from bot.store.schema import conversation
from bot.store.sql import text_of

COLUMNS: Final[Mapping[str, Callable[[Known], ColumnElement[Any]]]] = {
    "account": lambda known: known.account,
    "account_manager": lambda known: known.account_manager,
    "language": lambda _: conversation.c.language,
    "timezone": lambda known: known.timezone,
    "key_contact": lambda known: case((known.key_contact, "yes"), (~known.key_contact, "no")),
}
"""The attributes that every customer has; any other is a column of the import."""

UNKNOWN: Final = ""
"""The group of those of whom the value is not known: never given, or erased with the person."""


@dataclass(slots=True)
class Grouped:
    """Answers by group, the largest group first: label, then score, then how often.

    `unlisted` are the answers of the groups beyond the most that were asked for, and `unlisted_groups` how
    many groups that are.
    """

    groups: dict[str, dict[int, int]] = field(default_factory=dict)
    unlisted: dict[int, int] = field(default_factory=dict)
    unlisted_groups: int = 0


def value_of(known: Known, attribute: str) -> ColumnElement[Any]:
    """A key of `COLUMNS`, or a column of the import, of those of whom this is known."""
    return COLUMNS[attribute](known) if attribute in COLUMNS else text_of(known.attributes, attribute)


def grouped_answers(connection: Connection, chosen: Chosen, attribute: str, most: int) -> Grouped:
    """The answers of a report by a key of `COLUMNS`, or by a column of the import, at most `most` groups."""
    answers = (
        select(func.coalesce(value_of(chosen.known, attribute), UNKNOWN).label("label"), conversation.c.score)
        .select_from(chosen.known.people)
        .where(*answered_in(chosen))
        .subquery()
    )
    counted = (
        select(answers.c.label, answers.c.score, func.count().label("times"))
        .group_by(answers.c.label, answers.c.score)
        .subquery()
    )
    sized = select(
        counted, func.sum(counted.c.times).over(partition_by=counted.c.label).label("n")
    ).subquery()
    placed = select(
        sized, func.dense_rank().over(order_by=(sized.c.n.desc(), sized.c.label)).label("place")
    ).subquery()
    listed = placed.c.place <= literal(most)
    cut = select(
        case((listed, placed.c.place), else_=0).label("place"),
        case((listed, placed.c.label), else_=null()).label("label"),
        placed.c.score,
        placed.c.times,
        placed.c.place.label("last"),
    ).subquery()
    rows = connection.execute(
        select(cut.c.place, cut.c.label, cut.c.score, func.sum(cut.c.times), func.max(cut.c.last))
        .group_by(cut.c.place, cut.c.label, cut.c.score)
        .order_by(cut.c.place, cut.c.score)
    )
    found = Grouped()
    for _, label, score, times, last in rows:  # PostgreSQL adds up to a Decimal
        if label is None:
            found.unlisted[score] = int(times)
            found.unlisted_groups = max(found.unlisted_groups, last - most)
        else:
            found.groups.setdefault(label, {})[score] = int(times)
    return found
