"""The triggers behind `groups`: they list whose outcome changed, and take out of the counts who is forgotten.

A trigger misses no writer. Like those of the tally they are code and no data: `migrate` makes them anew.

What was known of somebody goes with their row of `enrolment`, so what they count must go in the very transaction that
deletes it; of a value that nobody has any more no row is left. On PostgreSQL this takes the lock of who counts.
"""

from typing import Final

from sqlalchemy import Connection

from bot.store.groups import COUNTING_LOCK, FROZEN, LANGUAGE
from bot.store.standing import READS, outcome_of

_NAMES: Final = {
    "conversation": ("group_change_of_new", "group_change_of_changed", "group_change_of_gone"),
    "enrolment": ("group_tally_of_forgotten",),
    "group_tally": ("group_tally_of_nobody",),
}

_OWN: Final = ", ".join(f"'{name}'" for name in (*FROZEN, LANGUAGE))


def install(connection: Connection) -> None:
    """Make the triggers, in the place of those that are there."""
    remove(connection)
    for statement in _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE:
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Take the triggers away; the counts stand still until `install` and a recount."""
    for table, names in _NAMES.items():
        on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")


def _known(each: str, row: str) -> str:
    """What was known of somebody, by attribute and value. `each` gives the members of their attributes."""
    own = "".join(f" UNION ALL SELECT '{name}', {value.format(row=row)}" for name, value in FROZEN.items())
    return f"SELECT one.key AS attribute, one.value AS value FROM {each} AS one WHERE one.key NOT IN ({_OWN}){own}"  # noqa: S608 - made of our own text alone


# ---------------------------------------------------------------------------------------------- SQLite

_LIST: Final = "INSERT INTO group_change (conversation_id) VALUES ({row}.id);"
_IN_COUNTS: Final = "group_place WHERE conversation_id = OLD.conversation_id"
# An upsert finds each row by its key; an update would read all of a wave where it thinks that small.
TAKE_OUT: Final = f"""
  INSERT INTO group_tally (wave_id, attribute, value, outcome, people)
  SELECT place.wave_id, known.attribute, known.value, place.outcome, -1
  FROM (SELECT wave_id, outcome FROM {_IN_COUNTS}) AS place,
    ({_known("json_each(OLD.attributes)", "OLD")}) AS known
  WHERE EXISTS (
    SELECT 1 FROM group_tally AS counted WHERE counted.wave_id = place.wave_id
    AND counted.attribute = known.attribute AND counted.value = known.value AND counted.outcome = place.outcome
  )
  ON CONFLICT DO UPDATE SET people = people - 1"""  # noqa: S608 - as above

_SQLITE: Final = (
    f"CREATE TRIGGER group_change_of_new AFTER INSERT ON conversation "
    f"WHEN {outcome_of('NEW')} IS NOT NULL BEGIN {_LIST.format(row='NEW')} END",
    f"CREATE TRIGGER group_change_of_changed AFTER UPDATE OF {', '.join(READS)} ON conversation "
    f"WHEN {outcome_of('NEW')} IS NOT {outcome_of('OLD')} BEGIN {_LIST.format(row='NEW')} END",
    f"CREATE TRIGGER group_change_of_gone AFTER DELETE ON conversation "
    f"WHEN {outcome_of('OLD')} IS NOT NULL BEGIN {_LIST.format(row='OLD')} END",
    f"""CREATE TRIGGER group_tally_of_forgotten AFTER DELETE ON enrolment
WHEN EXISTS (SELECT 1 FROM {_IN_COUNTS}) BEGIN {TAKE_OUT}; END""",  # noqa: S608 - as above
    """CREATE TRIGGER group_tally_of_nobody AFTER UPDATE OF people ON group_tally WHEN NEW.people = 0 BEGIN
  DELETE FROM group_tally WHERE wave_id = NEW.wave_id AND attribute = NEW.attribute AND value = NEW.value
    AND outcome = NEW.outcome;
END""",
)

# ------------------------------------------------------------------------------------------ PostgreSQL


def _listed(table: str, condition: str) -> str:
    return f"INSERT INTO group_change (conversation_id) SELECT one.id FROM {table} WHERE {condition};"  # noqa: S608 - as above


_FORGOTTEN: Final = f"""
    SELECT place.wave_id, known.attribute, known.value, place.outcome, count(*) AS people
    FROM gone JOIN group_place AS place ON place.conversation_id = gone.conversation_id
    CROSS JOIN LATERAL ({_known("json_each_text(gone.attributes)", "gone")}) AS known
    GROUP BY 1, 2, 3, 4"""  # noqa: S608 - as above
_POSTGRES: Final = (
    f"""
CREATE OR REPLACE FUNCTION list_group_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN {_listed("come AS one", f"{outcome_of('one')} IS NOT NULL")}
  ELSIF TG_OP = 'UPDATE' THEN
    {_listed("come AS one JOIN gone ON gone.id = one.id", f"{outcome_of('one')} IS DISTINCT FROM {outcome_of('gone')}")}
  ELSE {_listed("gone AS one", f"{outcome_of('one')} IS NOT NULL")}
  END IF;
  RETURN NULL;
END $$""",
    f"""
CREATE OR REPLACE FUNCTION forget_group() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE less record;
BEGIN
  PERFORM pg_advisory_xact_lock({COUNTING_LOCK});
  FOR less IN {_FORGOTTEN} LOOP
    UPDATE group_tally SET people = group_tally.people - less.people
      WHERE wave_id = less.wave_id AND attribute = less.attribute AND value = less.value AND outcome = less.outcome;
    DELETE FROM group_tally
      WHERE wave_id = less.wave_id AND attribute = less.attribute AND value = less.value AND people = 0;
  END LOOP;
  RETURN NULL;
END $$""",  # noqa: S608 - as above
    "CREATE TRIGGER group_change_of_new AFTER INSERT ON conversation "
    "REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION list_group_change()",
    "CREATE TRIGGER group_change_of_changed AFTER UPDATE ON conversation "
    "REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION list_group_change()",
    "CREATE TRIGGER group_change_of_gone AFTER DELETE ON conversation "
    "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION list_group_change()",
    "CREATE TRIGGER group_tally_of_forgotten AFTER DELETE ON enrolment "
    "REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_group()",
)
