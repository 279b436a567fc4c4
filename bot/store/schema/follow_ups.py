"""What is asked or told after a survey, and what was improved since."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from bot.store.schema.shared import Instant, metadata, one_of

improvement = Table(  # what customers named, and an admin says is better now; a plan until it is confirmed
    "improvement",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token", String(64), nullable=False, unique=True),
    Column("wave_id", ForeignKey("wave.id"), nullable=False, index=True),
    Column("theme", Text, nullable=False),
    Column("words", Text, nullable=False),  # the company's own, to its customers
    Column("by", String(220), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("upto", Integer, nullable=False, server_default="0"),  # the last conversation that was looked at
    Column("enrolled_at", Instant),  # None while reasons are still to be looked at
    Column("stopped_at", Instant),
)

follow_up = Table(  # what is asked or told of somebody after their survey; its answers are counted nowhere
    "follow_up",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(120), nullable=False, unique=True),  # that of its message in the outbox
    Column("kind", String(12), nullable=False),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),  # what it follows
    Column("case_id", ForeignKey("case.id"), index=True),  # is it solved?
    Column("state", String(12), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("solved", Boolean),  # what the customer says
    Column("score", Integer),  # on the scale of the conversation, and never part of it
    Column("hints", Integer, nullable=False, server_default="0"),
    Column("ending", String(12)),
    Column("improvement_id", ForeignKey("improvement.id"), index=True),  # what they are told
    Column("due_at", Instant),  # when it is looked at again who waits to be told
    CheckConstraint(one_of("kind", ("recovery", "improvement")), name="kind"),
    CheckConstraint(one_of("state", ("waiting", "asked", "scoring", "over")), name="state"),
    CheckConstraint("(state = 'over') = (ending IS NOT NULL)", name="over_has_ending"),
    CheckConstraint("(kind = 'recovery') = (case_id IS NOT NULL)", name="of_a_case"),
)
_ASKING = text("state <> 'over'")
# One question of a case at a time, whichever process asks.
Index("uq_follow_up_open", follow_up.c.case_id, unique=True, sqlite_where=_ASKING, postgresql_where=_ASKING)
Index("ix_follow_up_closes", follow_up.c.closes_at, sqlite_where=_ASKING, postgresql_where=_ASKING)
_TO_TELL = text("state = 'waiting'")
_WAS_TOLD = text("ending = 'told'")
Index("ix_follow_up_told", follow_up.c.made_at, sqlite_where=_WAS_TOLD, postgresql_where=_WAS_TOLD)
Index("ix_follow_up_due", follow_up.c.due_at, sqlite_where=_TO_TELL, postgresql_where=_TO_TELL)
