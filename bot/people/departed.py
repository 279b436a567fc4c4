"""Contacts and addresses that went: counted for the audit, by account manager, day and whoever did it, with no names.

A score can be made by taking the unhappy out of the list. So what goes leaves a number behind, also of who was erased.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.schema import departed

What = Literal["removed", "erased", "changed", "vanished"]
"""A contact was removed or erased; an address of one was put in another's place, or taken out."""

CUSTOMER: Final = "customer"
IMPORT: Final = "import"
"""Who did it, where it was no colleague by name."""


_COUNT: Final = {
    engine.dialect.name: engine.insert(departed)
    .values(people=bindparam("more"))
    .on_conflict_do_update(
        index_elements=["account_manager", "day", "what", "by"],
        set_={"people": departed.c.people + bindparam("more")},
    )
    for engine in (sqlite, postgresql)
}
_BETWEEN: Final = (
    select(departed)
    .where(departed.c.day >= bindparam("first"), departed.c.day <= bindparam("last"))
    .order_by(departed.c.what, departed.c.account_manager, departed.c.day, departed.c.by)
)


@dataclass(frozen=True, slots=True)
class Departed:
    """So many went on a day; `account_manager` is empty where they were nobody's."""

    account_manager: str
    day: date
    what: What
    by: str
    people: int


def note_departed(
    connection: Connection, gone: Mapping[tuple[str | None, What], int], by: str, now: datetime
) -> None:
    """Count what went today, by account manager and kind."""
    rows = [
        {"account_manager": manager or "", "day": now.date(), "what": what, "by": by, "more": people}
        for (manager, what), people in gone.items()
    ]
    if rows:
        connection.execute(_COUNT[connection.dialect.name], rows)


def departures(connection: Connection, first: date, last: date) -> list[Departed]:
    """What went from a day to another."""
    return [
        Departed(row.account_manager, row.day, row.what, row.by, row.people)
        for row in connection.execute(_BETWEEN, {"first": first, "last": last})
    ]
