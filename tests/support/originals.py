"""A prepared PostgreSQL database and its copies, which serve one test after the other.

A copy costs as much as many a test does in all. So a test's database is emptied behind it and looked at: if
nothing of it differs from the original (tables, triggers, rows, where the numbers begin, what the planner
believes), the next test gets it; else it is dropped.
"""

from __future__ import annotations

from collections import Counter

from tests.support.inline import KEPT
from tests.support.postgres import Postgres, PostgresError, Prompt

TIMES = 100
"""How many tests a copy serves: rows that are deleted leave room behind, and nothing sweeps here."""

TABLES = "pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"

FILLED = f"SELECT relname FROM {TABLES} AND pg_relation_size(oid) > 0"

EMPTY = f"""
DO $$
DECLARE
  named record;
BEGIN
  PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND (application_name <> '{KEPT}' OR state <> 'idle');
  SET LOCAL session_replication_role = replica;  -- neither foreign keys nor triggers
  FOR named IN SELECT relname FROM {TABLES} AND pg_relation_size(oid) > 0 AND relname <> ALL ('{{%(kept)s}}')
  LOOP
    EXECUTE format('DELETE FROM %%I', named.relname);
  END LOOP;
  FOR named IN SELECT schemaname, sequencename FROM pg_sequences WHERE last_value IS NOT NULL
  LOOP
    EXECUTE format('ALTER SEQUENCE %%I.%%I RESTART', named.schemaname, named.sequencename);
  END LOOP;
END $$
"""

LOOK = """
WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace)
SELECT md5(string_agg(part, E'\\n' ORDER BY part)) FROM (
  SELECT concat_ws(' ', relname, relkind, reltuples, relpages) FROM ours
  UNION ALL SELECT concat_ws(' ', relname, attname, atttypid, attnotnull, attisdropped)
    FROM pg_attribute JOIN ours ON ours.oid = attrelid
  UNION ALL SELECT concat_ws(' ', relname, tgname, tgenabled) FROM pg_trigger JOIN ours ON ours.oid = tgrelid
  UNION ALL SELECT concat_ws(' ', relname, conname, convalidated)
    FROM pg_constraint JOIN ours ON ours.oid = conrelid
  UNION ALL SELECT concat_ws(' ', relname, 'statistics', staattnum)
    FROM pg_statistic JOIN ours ON ours.oid = starelid
  UNION ALL SELECT concat_ws(' ', proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  %(rows)s
) AS parts (part)
"""


class Original:
    """One prepared database, and the copies that nobody uses now."""

    def __init__(self, server: Postgres, name: str) -> None:
        """`name` is prepared, and nobody is connected to it."""
        self._server = server
        self._name = name
        prompt = server.prompt(name)
        kept = prompt.ask(FILLED).split()
        rows = "".join(
            f" UNION ALL SELECT concat_ws(' ', '{table}', row.*) FROM {table} row" for table in kept
        )
        self._empty = EMPTY % {"kept": ",".join(kept)}
        self._look = LOOK % {"rows": rows}
        self._looks = prompt.ask(self._look)
        prompt.close()
        self._free: list[str] = []
        self._prompts: dict[str, Prompt] = {}
        self._served: Counter[str] = Counter()

    def take(self) -> str:
        """The name of a database that is as the original."""
        return self._free.pop() if self._free else self._server.create_database(self._name)

    def give_back(self, name: str) -> None:
        """Have `name` used again, or dropped if a test left more than rows behind. Who is connected is cut, but for
        connections that are kept for the next test and rest."""
        prompt = self._prompts.pop(name, None) or self._server.prompt(name)
        try:
            again = prompt.ask(self._empty, self._look) == self._looks
        except PostgresError:  # as a test may leave it
            again = False
        self._served[name] += 1
        if again and self._served[name] < TIMES:
            self._prompts[name] = prompt
            self._free.append(name)
        else:
            prompt.close()
            self._server.drop_database(name)
