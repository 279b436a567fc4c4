"""What came in, what is to go out, who sends it, and the commands among what came in."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.schema.shared import Instant, metadata, one_of

inbox = Table(  # every event that came in, once
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("provider_id", String(300), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("actor", String(220)),
    Column("event", JSON, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("conversation_id", ForeignKey("conversation.id"), index=True),
    Column("reading", String(20)),  # what the words were taken for
    UniqueConstraint("channel", "provider_id"),
)
_OUTSIDE = text("conversation_id IS NULL")
Index("ix_inbox_outside", inbox.c.actor, sqlite_where=_OUTSIDE, postgresql_where=_OUTSIDE)
_NAMED = text("conversation_id IS NULL AND actor IS NOT NULL")
Index("ix_inbox_kept", inbox.c.received_at, sqlite_where=_NAMED, postgresql_where=_NAMED)

OUTBOX_KINDS = (
    *("question", "reply", "consent", "edit", "alert", "command", "notice", "farewell"),
    *("relay", "thread"),  # a colleague's words to a customer, and what stands in an alert's thread
    "digest",
    "follow_up",  # what is asked after the survey
    "reminder",  # the question once more
)
OUTBOX_STATES = ("queued", "sent", "unknown", "failed", "cancelled", "expired")

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("dedupe_key", String(120), nullable=False, unique=True),
    Column("kind", String(12), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("address", String(200), nullable=False),
    Column("lane", String(60), nullable=False),  # messages of one lane leave in the order of their ids
    Column("conversation_id", ForeignKey("conversation.id"), index=True),
    Column("case_id", ForeignKey("case.id"), index=True),
    Column("body", JSON),  # None for an alert: it is written from the case just before it is sent
    Column("choices", JSON, nullable=False),
    Column("image", LargeBinary),  # a PNG that goes with the body; emptied once it is sent
    Column("image_name", String(100)),
    Column("image_alt", Text),  # what it shows, in words, for who cannot see it
    Column("replaces", String(200)),
    Column("answer_ref", String(500)),
    Column("thread", String(200)),  # the message in whose thread it goes
    Column("priority", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("leased_until", Instant),
    Column("doubtful", Boolean, nullable=False, default=False),  # an earlier attempt may have been sent
    Column("message_ref", String(200)),
    Column("status", String(12)),  # the furthest the provider reported
    Column("error", String(300)),
    Column("made_at", Instant, nullable=False),
    Column("done_at", Instant),
    CheckConstraint(
        one_of("kind", OUTBOX_KINDS),
        name="kind",
    ),
    CheckConstraint(one_of("state", OUTBOX_STATES), name="state"),
)
_QUEUED = text("state = 'queued'")
Index(
    "ix_outbox_due",
    outbox.c.channel,
    outbox.c.priority,
    outbox.c.due_at,
    outbox.c.id,
    sqlite_where=_QUEUED,
    postgresql_where=text("state = 'queued' AND due_at IS NOT NULL"),
)
Index(
    "ix_outbox_lane",
    outbox.c.lane,
    outbox.c.id,
    sqlite_where=_QUEUED,
    postgresql_where=text("state = 'queued' AND lane IS NOT NULL"),
)
Index("ix_outbox_message_ref", outbox.c.channel, outbox.c.message_ref)
Index(
    "ix_outbox_outside",
    outbox.c.channel,
    outbox.c.address,
    sqlite_where=_OUTSIDE,
    postgresql_where=_OUTSIDE,
)
_ANSWER = text("state = 'queued' AND kind = 'command'")
Index("ix_outbox_answers", outbox.c.expires_at, sqlite_where=_ANSWER, postgresql_where=_ANSWER)
_DIGEST = text("state = 'queued' AND kind = 'digest'")
Index("ix_outbox_digests", outbox.c.expires_at, sqlite_where=_DIGEST, postgresql_where=_DIGEST)
_ADDRESSED = text("conversation_id IS NULL AND address <> ''")
Index("ix_outbox_kept", outbox.c.made_at, sqlite_where=_ADDRESSED, postgresql_where=_ADDRESSED)
_TAKEN = text("message_ref IS NOT NULL")
Index(  # what a provider took, by when: of whom a report may be late, and what stood beside a doubtful one
    "ix_outbox_taken", outbox.c.channel, outbox.c.done_at, sqlite_where=_TAKEN, postgresql_where=_TAKEN
)

early_report = Table(  # a delivery report that came before the send was recorded; joined then
    "early_report",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("message_ref", String(200), primary_key=True),
    Column("status", String(12), nullable=False),
    Column("code", String(20)),
    Column("at", Instant, nullable=False),
)

sending = Table(  # who sends for a channel: a provider's rate belongs to one token, so to one process
    "sending",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Instant, nullable=False),
    Column("paused_until", Instant),  # after a wrong token or a rate limit
    Column("paused_reason", String(300)),
    Column("told_at", Instant),  # when the admins were told of a pause
)

command = Table(  # a command that was taken in and is yet to be carried out
    "command",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("inbox_id", ForeignKey("inbox.id"), unique=True),
    Column("actor", String(220), nullable=False),
    Column("place", String(220), nullable=False),
    Column("line", String(1000), nullable=False),
    Column("answer_ref", String(500)),
    Column("reply_to", String(200)),
    Column("taken_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("done_at", Instant),
)
Index("ix_command_actor", command.c.actor)
_WAITING = text("done_at IS NULL")
Index("ix_command_waiting", command.c.id, sqlite_where=_WAITING, postgresql_where=_WAITING)
_GIVEN = text("actor <> ''")
Index("ix_command_kept", command.c.taken_at, sqlite_where=_GIVEN, postgresql_where=_GIVEN)
