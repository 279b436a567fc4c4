"""Bring a database's schema up to date, under a lock, in the caller's transaction."""

from importlib.resources import files

import structlog
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from bot.store import tally_triggers

# Any number will do as long as every npsbot asks for the same one; it guards the migration alone.
_POSTGRES_LOCK = 7_281_900_001


log = structlog.get_logger()


class SchemaError(Exception):
    """The database is of a newer npsbot than this one; the sentence says so."""


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for the migrations that this program carries, on a connection of ours."""
    config = Config()
    config.set_main_option("script_location", str(files("bot.store").joinpath("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection) -> None:
    """Apply what is missing. On SQLite the caller's `BEGIN IMMEDIATE` is the lock, on PostgreSQL an
    advisory lock that ends with the transaction. Raises SchemaError for a newer database."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    config = alembic_config(connection)
    directory = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == directory.get_current_head():
        return
    if current is not None:
        try:
            directory.get_revision(current)
        except CommandError:
            raise SchemaError(
                f"the database has schema {current}, which this npsbot does not know: a newer version wrote "
                "it. Start that version, or restore a backup made before the upgrade."
            ) from None
    command.upgrade(config, "head")
    tally_triggers.install(connection)
    log.info("database.migrated", before=current or "empty", now=directory.get_current_head())
