"""The triggers behind `groups`: they list whose outcome changed, and take out of the counts who is forgotten.

A trigger misses no writer. Like those of the tally they are code and no data: `migrate` makes them anew.

What was known of somebody goes with their row of `enrolment`, so what they count must go in the very transaction that
deletes it; of a value that nobody has any more no row is left. On PostgreSQL this takes the lock of who counts.
"""

from typing import Final

from sqlalchemy import Connection

from bot.store.groups import COUNTING_LOCK, FROZEN, LANGUAGE
from bot.store.standing import READS, outcome_of

_OF_CONVERSATION: Final = ("group_change_of_new", "group_change_of_changed", "group_change_of_gone")
_OF_ENROLMENT: Final = ("group_tally_of_forgotten",)

_OWN: Final = ", ".join(f"'{name}'" for name in (*FROZEN, LANGUAGE))


def install(connection: Connection) -> None:
    """Make the triggers, in the place of those that are there."""
    remove(connection)
    for statement in _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE:
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Take the triggers away; the counts stand still until `install` and a recount."""
    for table, names in (("conversation", _OF_CONVERSATION), ("enrolment", _OF_ENROLMENT)):
        on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")


def _known(each: str, row: str) -> str:
    """What was known of somebody, by attribute and value. `each` gives the members of their attributes."""
    own = "".join(f" UNION ALL SELECT '{name}', {row}.{name}" for name in FROZEN)
    return f"SELECT one.key AS attribute, one.value AS value FROM {each} AS one WHERE one.key NOT IN ({_OWN}){own}"  # noqa: S608 - made of our own text alone


# ---------------------------------------------------------------------------------------------- SQLite

_LIST: Final = "INSERT INTO group_change (conversation_id) VALUES ({row}.id);"
_PLACE: Final = "FROM group_place WHERE conversation_id = OLD.conversation_id"
_OF_OLD: Final = f"""wave_id = (SELECT wave_id {_PLACE})
  AND (attribute, value) IN ({_known("json_each(OLD.attributes)", "OLD")})"""

_SQLITE: Final = (
    f"CREATE TRIGGER group_change_of_new AFTER INSERT ON conversation "
    f"WHEN {outcome_of('NEW')} IS NOT NULL BEGIN {_LIST.format(row='NEW')} END",
    f"CREATE TRIGGER group_change_of_changed AFTER UPDATE OF {', '.join(READS)} ON conversation "
    f"WHEN {outcome_of('NEW')} IS NOT {outcome_of('OLD')} BEGIN {_LIST.format(row='NEW')} END",
    f"CREATE TRIGGER group_change_of_gone AFTER DELETE ON conversation "
    f"WHEN {outcome_of('OLD')} IS NOT NULL BEGIN {_LIST.format(row='OLD')} END",
    f"""CREATE TRIGGER group_tally_of_forgotten AFTER DELETE ON enrolment
WHEN EXISTS (SELECT 1 {_PLACE}) BEGIN
  UPDATE group_tally SET people = people - 1 WHERE {_OF_OLD} AND outcome = (SELECT outcome {_PLACE});
  DELETE FROM group_tally WHERE {_OF_OLD} AND people = 0;
END""",  # noqa: S608 - as above
)

# ------------------------------------------------------------------------------------------ PostgreSQL


def _listed(table: str, condition: str) -> str:
    return f"INSERT INTO group_change (conversation_id) SELECT one.id FROM {table} WHERE {condition};"  # noqa: S608 - as above


_FORGOTTEN: Final = f"""
    SELECT place.wave_id, known.attribute, known.value, place.outcome, count(*) AS people
    FROM gone JOIN group_place AS place ON place.conversation_id = gone.conversation_id
    CROSS JOIN LATERAL ({_known("json_each_text(gone.attributes)", "gone")}) AS known
    GROUP BY 1, 2, 3, 4"""  # noqa: S608 - as above
_SAME_VALUE: Final = """counted.wave_id = less.wave_id AND counted.attribute = less.attribute
    AND counted.value = less.value"""

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
BEGIN
  PERFORM pg_advisory_xact_lock({COUNTING_LOCK});
  UPDATE group_tally AS counted SET people = counted.people - less.people FROM ({_FORGOTTEN}) AS less
    WHERE {_SAME_VALUE} AND counted.outcome = less.outcome;
  DELETE FROM group_tally AS counted USING ({_FORGOTTEN}) AS less WHERE {_SAME_VALUE} AND counted.people = 0;
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
