"""The triggers that keep the tally in the very transaction that changes a conversation.

A trigger misses no writer: the bot, an import of another tool, a hand at the database's prompt. They are code
and no data, so `migrate` makes them anew after every change of the schema and no migration holds a copy.

SQLite counts row by row. PostgreSQL counts once for a statement, however many rows it touched (100,000 that a
stop closes are a handful of cells), and spreads a cell over slots: each transaction counts in the lowest slot
that no other holds at that moment. So no two processes ever wait for one another at a counter, nor deadlock
there; a slot may hold less than nothing, and only the sum over the slots is a number of people.
"""

from typing import Final

from sqlalchemy import Connection

from bot.store.standing import CELL, READS, cell_of

TRIGGERS: Final = ("tally_of_new", "tally_of_changed", "tally_of_gone")
_SLOTS_LOCK: Final = 728_191  # an advisory lock's first key: any number of our own
_COLUMNS: Final = ", ".join(CELL)
_EXPRESSIONS: Final = {row: ", ".join(cell_of(row).values()) for row in ("NEW", "OLD", "one")}


def install(connection: Connection) -> None:
    """Make the triggers, in the place of those that are there."""
    remove(connection)
    statements = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    for statement in statements:
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Take the triggers away; the tally stands still until `install` and a recount."""
    on = " ON conversation" if connection.dialect.name == "postgresql" else ""
    for name in TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")


# ---------------------------------------------------------------------------------------------- SQLite


def _count(row: str, by: int) -> str:
    return f"""
  INSERT INTO tally ({_COLUMNS}, slot, people)
    SELECT {_EXPRESSIONS[row]}, 0, {by} FROM wave WHERE wave.id = {row}.wave_id AND NOT wave.trial
    ON CONFLICT DO UPDATE SET people = people + {by};"""  # noqa: S608 - made of our own text alone


_SQLITE: Final = (
    f"CREATE TRIGGER tally_of_new AFTER INSERT ON conversation BEGIN {_count('NEW', 1)}\nEND",
    f"CREATE TRIGGER tally_of_changed AFTER UPDATE OF {', '.join(READS)} ON conversation "
    f"WHEN ({_EXPRESSIONS['NEW']}) IS NOT ({_EXPRESSIONS['OLD']}) "
    f"BEGIN {_count('OLD', -1)}{_count('NEW', 1)}\nEND",
    f"CREATE TRIGGER tally_of_gone AFTER DELETE ON conversation BEGIN {_count('OLD', -1)}\nEND",
)

# ------------------------------------------------------------------------------------------ PostgreSQL

_KEY: Final = ", ".join((*CELL, "slot"))


def _count_all(*rows: tuple[str, int]) -> str:
    counted = " UNION ALL ".join(
        f"SELECT {', '.join(f'{what} AS {name}' for name, what in cell_of('one').items())}, {by} AS step "  # noqa: S608 - as above
        f"FROM {table} AS one"
        for table, by in rows
    )
    return f"""
    INSERT INTO tally ({_COLUMNS}, slot, people)
      SELECT {", ".join(f"moved.{name}" for name in CELL)}, free, sum(moved.step)
      FROM ({counted}) AS moved JOIN wave ON wave.id = moved.wave_id AND NOT wave.trial
      GROUP BY {", ".join(f"moved.{name}" for name in CELL)} HAVING sum(moved.step) <> 0
      ON CONFLICT ({_KEY}) DO UPDATE SET people = tally.people + excluded.people;"""  # noqa: S608 - as above


_POSTGRES: Final = (
    f"""
CREATE OR REPLACE FUNCTION keep_tally() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free integer := 0;
BEGIN
  WHILE NOT pg_try_advisory_xact_lock({_SLOTS_LOCK}, free) LOOP free := free + 1; END LOOP;
  IF TG_OP = 'INSERT' THEN {_count_all(("come", 1))}
  ELSIF TG_OP = 'UPDATE' THEN {_count_all(("come", 1), ("gone", -1))}
  ELSE {_count_all(("gone", -1))}
  END IF;
  RETURN NULL;
END $$""",
    "CREATE TRIGGER tally_of_new AFTER INSERT ON conversation "
    "REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION keep_tally()",
    "CREATE TRIGGER tally_of_changed AFTER UPDATE ON conversation "
    "REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION keep_tally()",
    "CREATE TRIGGER tally_of_gone AFTER DELETE ON conversation "
    "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_tally()",
)
