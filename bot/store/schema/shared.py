"""The one metadata of all tables, and what several of them are made of."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Date, DateTime, Dialect, Double, MetaData, TypeDecorator

Row = Any  # a SQLAlchemy row; its columns are those of the table it came from


class Instant(TypeDecorator[datetime]):
    """An aware UTC time. SQLite forgets the zone, so it is put back; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored; pass an aware UTC time")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The condition that a column holds one of a few values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def of_account() -> tuple[Column[Any], ...]:
    """What a file says of an account; None where none did."""
    return (
        Column("account_value", Double),  # what it is worth, in the company's currency
        Column("account_since", Date),  # its first day as a customer
        Column("account_until", Date),  # its last day
        Column("renewal", Date),
    )
