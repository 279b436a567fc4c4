"""Which other systems are told what happens, and what is on its way to them."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.schema.shared import Instant, metadata, one_of

HOOK_KINDS = (
    *("answer.given", "answer.corrected", "case.opened", "case.changed", "case.closed"),
    *("contact.opted_out", "wave.started", "wave.ended"),
)

hook = Table(  # another system that is told what happens, by signed requests to its address
    "hook",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),  # which of HOOK_KINDS
    Column("with_words", Boolean, nullable=False),
    Column("with_names", Boolean, nullable=False),
    Column("secret", String(100), nullable=False),  # as it is: it signs
    Column("old_secret", String(100)),  # signs too, until then
    Column("old_until", Instant),
    Column("made_at", Instant, nullable=False),
    Column("paused_at", Instant),
    Column("ended_at", Instant),  # the receiver said that it wants nothing more
    Column("waiting", Integer, nullable=False, server_default="0"),  # its deliveries, the parked ones too
    Column("dropped", Integer, nullable=False, server_default="0"),  # for which there was no room
    Column("full_since", Instant),
    Column("delivered_at", Instant),  # the last time
    Column("failures", Integer, nullable=False, server_default="0"),  # one after the other
    Column("failing_since", Instant),
    Column("failed_why", String(200)),  # the last time
    Column("rests_until", Instant),  # after a failure nothing goes to it for a while
    Column("told_failing_at", Instant),  # when the admins heard of it, as in the next column
    Column("told_parked_at", Instant),
)

hook_event = Table(  # what happened, until it is handed to each hook that asked for it
    "hook_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(40), nullable=False),  # `webhook-id`, the same at every try
    Column("kind", String(20), nullable=False),
    Column("subject", Integer, nullable=False),  # the conversation, the case, the contact or the wave
    Column("contact_id", ForeignKey("contact.id", ondelete="SET NULL"), index=True),
    Column("at", Instant, nullable=False),
    Column("detail", JSON, nullable=False),  # figures and states, as they were then; no names and no words
    CheckConstraint(one_of("kind", HOOK_KINDS), name="kind"),
)

hook_lane = Table(  # how many things of one person a hook was to be told of
    "hook_lane",
    metadata,
    Column("hook_id", ForeignKey("hook.id", ondelete="CASCADE"), primary_key=True),
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

hook_delivery = Table(  # one event on its way to one hook; gone once it arrived
    "hook_delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hook_id", ForeignKey("hook.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", Integer, nullable=False),
    Column("contact_id", ForeignKey("contact.id", ondelete="SET NULL"), index=True),
    Column("lane", Integer, nullable=False),  # what has the same goes in order: the contact, or 0
    Column("sequence", Integer, nullable=False),  # within its lane
    Column("at", Instant, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("due_at", Instant),  # None: an earlier one of its lane goes first
    Column("leased_until", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("tried_at", Instant),  # the first time
    Column("error", String(200)),  # of the last attempt
    CheckConstraint(one_of("state", ("waiting", "parked")), name="state"),
    CheckConstraint("state = 'waiting' OR due_at IS NULL", name="parked_is_not_due"),
    UniqueConstraint("hook_id", "key"),
)
_HOOK_WAITS = text("state = 'waiting'")
_HOOK_DUE = text("state = 'waiting' AND due_at IS NOT NULL")
_PARKED = text("state = 'parked'")
Index(
    "ix_hook_delivery_lane",
    hook_delivery.c.hook_id,
    hook_delivery.c.lane,
    hook_delivery.c.id,
    sqlite_where=_HOOK_WAITS,
    postgresql_where=_HOOK_WAITS,
)
Index(
    "ix_hook_delivery_due",
    hook_delivery.c.hook_id,
    hook_delivery.c.due_at,
    sqlite_where=_HOOK_DUE,
    postgresql_where=_HOOK_DUE,
)
Index(
    "ix_hook_delivery_parked",
    hook_delivery.c.hook_id,
    hook_delivery.c.id,
    sqlite_where=_PARKED,
    postgresql_where=_PARKED,
)
