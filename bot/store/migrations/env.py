"""Run by Alembic; the connection and its transaction belong to `bot.store.migrate`."""

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # what Alembic writes for us is to run on SQLite
    compare_type=True,
)
context.run_migrations()
