"""Small things that statements on both databases need."""

from sqlalchemy import ColumnElement, String, literal_column

LARGEST_ID = 2**31 - 1  # of an Integer column; PostgreSQL refuses to look for a larger one


def constant(value: str) -> ColumnElement[str]:
    """A value that stands in the statement itself. Only so is a partial index found: what it holds (`state =
    'queued'`) does not follow from a parameter, neither in SQLite nor in a prepared plan of PostgreSQL."""
    return literal_column(f"'{value}'", String)
