"""By which keys other systems are known to the API, and what they asked of it."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
)

from bot.store.schema.shared import Instant, metadata

api_key = Table(  # by which another system is known to the API; the key itself is kept nowhere
    "api_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False, unique=True),  # a revoked one too: who did what stays clear
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the key
    Column("scopes", JSON, nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("made_by", String(220), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("used_at", Instant),  # to the minute
    Column("revoked_at", Instant),
)

api_request = Table(  # a write that its sender may send again: under its key it is done once, for a day
    "api_request",
    metadata,
    Column("key_id", ForeignKey("api_key.id"), primary_key=True),
    Column("idempotency_key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),  # SHA-256 of the request
    Column("made_at", Instant, nullable=False, index=True),
    Column("status", Integer),  # of the answer; None: it is being worked on, or the process ended
    Column("answer", Text),  # emptied once anybody is erased, whom it may name
)
