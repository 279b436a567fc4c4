"""Waves, what starts them, who is held back, and what happened at customers that one may ask about."""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.store.schema.shared import Instant, metadata, one_of

wave = Table(  # one confirmed start of a campaign, with a frozen copy of all that it needs
    "wave",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign", String(100), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, 3 … within the campaign; 0 and less: trials
    Column("trial", Boolean, nullable=False),  # `try`: runs like the real thing, counted nowhere
    Column("terms", JSON, nullable=False),  # campaigns.terms.Terms: survey, words, limits, channels, window
    Column(
        "plan", String(160), nullable=False, unique=True
    ),  # what started it, once: a plan's token, or a key
    Column("started_by", String(220), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("enrolled_at", Instant),  # when everybody in the audience had a row
    Column("undo_until", Instant),  # so long nothing is sent, and it can be undone
    Column("begun_at", Instant),  # when its questions might go from then on; None: it can still be undone
    Column("undone_at", Instant),  # nobody was asked, and it is counted nowhere
    Column("stopped_at", Instant),
    Column("stopped_by", String(220)),
    Column(
        "ended_at", Instant
    ),  # when it was found that everybody in it is through; of one that was not stopped
    # of a rolling campaign: until then it takes in whoever has an event; None: its audience, when it started
    Column("open_until", Instant),
    Column("seed", String(32)),  # of all that is left to chance in it
    Column(
        "draw", JSON(none_as_null=True)
    ),  # who of the audience is asked, once it was drawn: campaigns.draw
    Column("paused_at", Instant),  # nobody more is asked until it goes on
    Column("canary", String(8)),  # of one that asks a share first: how far that is
    Column("canary_lot", Integer),  # the last of that share, by the lots of its conversations
    Column("canary_until", Instant),  # so long the others wait
    # asks about something that happened: beside the terms, because how long ago somebody was asked so is looked for
    Column("transactional", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("campaign", "number"),
    CheckConstraint(one_of("canary", ("asking", "waiting", "passed", "failed")), name="canary"),
)
_WATCHED = text("canary IN ('asking', 'waiting')")
Index("ix_wave_watched", wave.c.id, sqlite_where=_WATCHED, postgresql_where=_WATCHED)
_TO_BEGIN = text("begun_at IS NULL AND stopped_at IS NULL")
Index("ix_wave_to_begin", wave.c.undo_until, sqlite_where=_TO_BEGIN, postgresql_where=_TO_BEGIN)

wave_event = Table(  # what admins did to a wave while it ran, in order
    "wave_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("wave_id", ForeignKey("wave.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("by", String(220)),  # None: npsbot by itself
    CheckConstraint(one_of("kind", ("paused", "resumed")), name="kind"),
)

account_draw = (
    Table(  # of an account with more people than a wave may ask of it: up to which place they are drawn
        "account_draw",
        metadata,
        Column("wave_id", ForeignKey("wave.id"), primary_key=True),
        Column("account_id", ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True),
        Column("last", BigInteger, nullable=False),
    )
)

hold = (
    Table(  # a customer whom a colleague holds back for a while, and why; no name and no reason once erased
        "hold",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("contact_id", ForeignKey("contact.id", ondelete="SET NULL"), index=True),
        Column("account_manager", String(200), nullable=False),  # whose customer it was then; empty: nobody's
        Column("reason", Text, nullable=False),
        Column("by", String(220), nullable=False),
        Column("made_at", Instant, nullable=False, index=True),
        Column("until", Instant, nullable=False),
        Column("ended_at", Instant),  # an admin refused it, or it is known to be over
        Column("ended_by", String(220)),
    )
)
_HOLDS: Final = text("ended_at IS NULL")
Index("uq_hold_open", hold.c.contact_id, unique=True, sqlite_where=_HOLDS, postgresql_where=_HOLDS)

customer_event = (
    Table(  # what happened at a customer's, as the company's own systems tell it; gone with the contact
        "customer_event",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("key", String(200), nullable=False, unique=True),  # its sender's own: it is taken in once
        Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("name", String(100), nullable=False),
        Column("at", Instant, nullable=False),
        Column("fields", JSON, nullable=False),  # text -> text
        Column("taken_at", Instant, nullable=False, index=True),
    )
)

OUTCOMES = ("asked", "skipped", "newer", "late", "stopped", "not_in_audience", "no_campaign")

touchpoint = (
    Table(  # a customer's event as one campaign takes it: it waits, and then somebody is asked or not
        "touchpoint",
        metadata,
        Column("event_id", ForeignKey("customer_event.id", ondelete="CASCADE"), primary_key=True),
        Column("campaign", String(100), primary_key=True),
        Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),  # the event's
        Column("due_at", Instant),  # None once its outcome is there
        Column("latest", Instant, nullable=False),  # it waits no longer, however many events come after it
        Column("until", Instant, nullable=False),  # a question after it would be too late
        Column("outcome", String(20)),
        Column("rule", String(40)),  # of a skip, a code of campaigns.plan, and what is said beside it
        Column("detail", String(200)),
        Column("settled_at", Instant),
        Column("conversation_id", ForeignKey("conversation.id"), index=True),  # in which they are asked
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome"),
        CheckConstraint("(due_at IS NULL) = (outcome IS NOT NULL)", name="due_or_settled"),
    )
)
_WAITS = text("due_at IS NOT NULL")
Index("ix_touchpoint_due", touchpoint.c.due_at, sqlite_where=_WAITS, postgresql_where=_WAITS)
Index("ix_touchpoint_contact", touchpoint.c.contact_id, touchpoint.c.campaign)

plan = Table(  # what `start` or `schedule` showed and waits to be confirmed
    "plan",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("campaign", String(100), nullable=False),
    Column("by", String(220), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("terms", JSON),  # as it was shown on; None: before this was kept
    Column("start_at", Instant),  # of a start that is to wait
    Column("rhythm", String(200)),  # of a schedule: an RRULE, as in the next table
)

schedule = Table(  # a campaign that starts by itself, again and again
    "schedule",
    metadata,
    Column("campaign", String(100), primary_key=True),
    Column("rhythm", String(200), nullable=False),  # an RRULE of local time (bot.when.rhythms)
    Column("by", String(220), nullable=False),  # an admin's address, or "config.yaml"
    Column("made_at", Instant, nullable=False),
    Column("paused_at", Instant),
)

occurrence = Table(  # a start of a campaign that waits for its time, and what became of it
    "occurrence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "key", String(160), nullable=False, unique=True
    ),  # the campaign and the day, or the moment: once only
    Column("campaign", String(100), nullable=False, index=True),
    Column("turn", Date),  # the day that the rhythm says; None: somebody named the moment
    Column("due_at", Instant, nullable=False),
    Column("by", String(220), nullable=False),  # who wanted it: an admin's address, or "config.yaml"
    Column("state", String(12), nullable=False),
    Column(
        "look_at", Instant, nullable=False
    ),  # when something is to be done about it; missed: when that was found
    Column("told_at", Instant),  # when the admins heard of it ahead
    Column("wave_id", ForeignKey("wave.id"), unique=True),
    CheckConstraint(one_of("state", ("waiting", "started", "skipped", "missed")), name="state"),
    CheckConstraint("(state = 'started') = (wave_id IS NOT NULL)", name="started_has_wave"),
)
Index("ix_occurrence_look", occurrence.c.state, occurrence.c.look_at)
