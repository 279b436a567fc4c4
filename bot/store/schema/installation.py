"""What an installation knows of itself."""

from sqlalchemy import (
    JSON,
    Column,
    Integer,
    String,
    Table,
)

from bot.store.schema.shared import Instant, metadata

meta = Table(  # what this database knows of itself
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

accepted_settings = (
    Table(  # what config.yaml says of all that may change while a server runs; see config.accepted
        "accepted_settings",
        metadata,
        Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 …; all go by the highest
        Column("content", JSON, nullable=False),
        Column("taken_at", Instant, nullable=False),
    )
)
