"""The counts from nothing: everybody counted anew, by the expressions of `standing`.

After a migration (`migrate`), where what keeps the tally was switched off; and by hand (`npsbot tallies`).
"""

from typing import Final

from sqlalchemy import Connection, delete, text

from bot.store.groups import COUNTING_LOCK
from bot.store.schema import group_change, group_place, group_tally, group_too_many
from bot.store.standing import CELL, cell_of, outcome_of

KEY: Final = ", ".join(CELL)
COUNTED: Final = f"""
SELECT {", ".join(f"{what} AS {name}" for name, what in cell_of("one").items())}, count(*) AS people
FROM conversation AS one JOIN wave ON wave.id = one.wave_id AND NOT wave.trial
GROUP BY {", ".join(str(number + 1) for number in range(len(CELL)))}""".replace(":", r"\:")  # noqa: S608 - made of our own text alone
"""The cells as the conversations say: `KEY` and `people`. A colon would name a parameter."""

_FORGET: Final = text("DELETE FROM tally")
_RECOUNT: Final = text(
    f"INSERT INTO tally ({KEY}, people, slot) SELECT one.*, 0 FROM ({COUNTED}) AS one"  # noqa: S608 - as above
)
_LISTED: Final = text(
    f"""
INSERT INTO group_change (conversation_id)
SELECT one.id FROM conversation AS one JOIN wave ON wave.id = one.wave_id AND NOT wave.trial
WHERE {outcome_of("one")} IS NOT NULL ORDER BY one.id""".replace(":", r"\:")  # noqa: S608 - as above
)
_ALONE: Final = text("LOCK TABLE tally IN SHARE ROW EXCLUSIVE MODE")
_COUNTING: Final = text(f"SELECT pg_advisory_xact_lock({COUNTING_LOCK})")


def rebuild(connection: Connection) -> int:
    """Put a recount in the tally's place; how many cells it has.

    Whoever writes to a conversation meanwhile waits: on PostgreSQL for the lock on the tally that this takes
    first, on SQLite because there is one writer. What they then count is added to the recount.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE)
    connection.execute(_FORGET)
    return connection.execute(_RECOUNT).rowcount


def list_everybody(connection: Connection) -> None:
    """Forget what is counted by what was known of people, and have everybody counted anew, behind this."""
    if connection.dialect.name == "postgresql":
        connection.execute(_COUNTING)
    for table in (group_tally, group_too_many, group_place, group_change):
        connection.execute(delete(table))
    connection.execute(_LISTED)
