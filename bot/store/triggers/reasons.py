"""The triggers that list whose reason is to be matched anew (`reason_waiting`), whoever changes it.

Like those of the tally they are code and no data. They add a row and look at none, so that nobody waits for anybody.
"""

from typing import Final

from sqlalchemy import Connection

TRIGGERS: Final = ("reason_of_new", "reason_of_changed")

_MATCHED: Final = ("reason", "score", "scored_at")


def install(connection: Connection) -> None:
    """Make the triggers, in the place of those that are there."""
    remove(connection)
    for statement in _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE:
        connection.exec_driver_sql(statement)


def remove(connection: Connection) -> None:
    """Take the triggers away."""
    on = " ON conversation" if connection.dialect.name == "postgresql" else ""
    for name in TRIGGERS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")


def _row(name: str) -> str:
    return f"({', '.join(f'{name}.{column}' for column in _MATCHED)})"


_WAITS: Final = "BEGIN INSERT INTO reason_waiting (conversation_id) VALUES (NEW.id);\nEND"
_SQLITE: Final = (
    "CREATE TRIGGER reason_of_new AFTER INSERT ON conversation "
    f"WHEN NEW.reason <> '' AND NEW.score IS NOT NULL {_WAITS}",
    f"CREATE TRIGGER reason_of_changed AFTER UPDATE OF {', '.join(_MATCHED)} ON conversation "
    f"WHEN (NEW.reason <> '' OR OLD.reason <> '') AND {_row('NEW')} IS NOT {_row('OLD')} {_WAITS}",
)
_POSTGRES: Final = (
    f"""
CREATE OR REPLACE FUNCTION list_reasons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO reason_waiting (conversation_id)
      SELECT come.id FROM come WHERE come.reason <> '' AND come.score IS NOT NULL;
  ELSE
    INSERT INTO reason_waiting (conversation_id)
      SELECT come.id FROM come JOIN gone ON gone.id = come.id
      WHERE (come.reason <> '' OR gone.reason <> '') AND {_row("come")} IS DISTINCT FROM {_row("gone")};
  END IF;
  RETURN NULL;
END $$""",  # noqa: S608 - made of our own text alone
    "CREATE TRIGGER reason_of_new AFTER INSERT ON conversation "
    "REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION list_reasons()",
    "CREATE TRIGGER reason_of_changed AFTER UPDATE ON conversation "
    "REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION list_reasons()",
)
