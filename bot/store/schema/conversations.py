"""What was asked of whom, and what they said."""

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

from bot.store.schema.shared import Instant, metadata, of_account, one_of

STATES = ("skipped", "waiting", "asked", "confirming", "reason", "thanked", "closed")
OPEN_STATES = ("waiting", "asked", "confirming", "reason", "thanked")

conversation = Table(  # one contact in one wave; its row is the response
    "conversation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("wave_id", ForeignKey("wave.id"), nullable=False),
    Column("contact_id", ForeignKey("contact.id")),  # None once erased
    Column("erased", String(12)),  # why nothing but the figures is left of it
    Column("channel", String(20)),  # None: skipped before a channel was chosen
    Column("address", String(200)),  # empty once erased
    Column("language", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("skipped", String(40)),  # the rule that left this person out, a code of campaigns.plan
    Column("skipped_detail", String(200)),
    Column("ask_at", Instant),  # not to be asked before
    Column("half", Integer),  # of a wave that compares two send windows: in which of them
    Column("released_at", Instant),  # the question is in the outbox
    Column("asked_at", Instant),  # the provider took the question
    Column("delivered_at", Instant),  # the provider says that it arrived, or takes it as arrived
    Column("undelivered", String(200)),  # why the question did not arrive
    Column("question_ref", String(200)),
    Column("low", Integer, nullable=False),
    Column("high", Integer, nullable=False),
    Column("score", Integer),
    Column("first_score", Integer),
    Column("scored_at", Instant),
    Column("score_said_at", Instant),  # by the provider's clock: what was said before it changes no score
    Column("score_number", BigInteger),  # of the provider's own count, where it has one
    Column("scored_on", Date),  # the day of it where the company is, when it was scored
    Column("score_ref", String(200)),  # the message that gave the score; an edit of it gives another
    Column("late", Boolean, nullable=False, default=False),  # the score came after it had closed
    Column("reason", Text),  # the parts below as one text; empty once erased
    # [[message_ref or null, text, when it was said, when it was last edited], …], in the order in which they were said;
    # an edit replaces its part
    Column("parts", JSON, nullable=False, default=list),
    Column("reason_since", Instant),  # when a good score fell to a bad one: earlier words are no reason of it
    Column("unread", Integer, nullable=False, default=0),  # messages that held no score while one was awaited
    Column("talk", Integer, nullable=False, default=0),  # messages that we sent in it; bounded
    Column("candidates", JSON, nullable=False, default=list),  # what the one clarifying question offered
    Column("hints", Integer, nullable=False, default=0),
    Column("clarified", Boolean, nullable=False, default=False),
    Column(
        "review", String(8)
    ),  # asked for one after a good reason, and what they said: asked, yes, no, later
    Column("review_at", Instant),  # when they were asked for it
    # The row of the inbox with the first words that may belong here or to another open one, until they say which
    Column("words_from", Integer),
    Column(
        "moved_at", Instant
    ),  # when it went on at the next channel of its wave: address and channel are that one's
    Column("moved_from", String(20)),  # the channel before
    Column("canary", Integer),  # their lot in a wave that asks a share first
    Column("remind_at", Instant),  # when they are reminded; None: once they said anything, or never
    Column("reminded_at", Instant),
    Column("put_off", Boolean, nullable=False, server_default=false()),  # they asked to be asked later
    Column("closes_at", Instant),
    Column("closed_at", Instant),
    Column("ending", String(20)),  # why it closed
    Column(
        "about", JSON(none_as_null=True)
    ),  # the event that it asks about: its name and fields, text -> text
    UniqueConstraint("wave_id", "contact_id"),
    CheckConstraint("score IS NULL OR score BETWEEN low AND high", name="score_on_scale"),
    CheckConstraint(one_of("state", STATES), name="state"),
    CheckConstraint("(state = 'skipped') = (skipped IS NOT NULL)", name="skipped_has_reason"),
    CheckConstraint("state = 'skipped' OR address IS NOT NULL", name="asked_has_address"),
    CheckConstraint(one_of("erased", ("request", "retention")), name="erased"),
    CheckConstraint("(contact_id IS NULL) = (erased IS NOT NULL)", name="erased_has_nobody"),
    CheckConstraint("erased IS NULL OR state IN ('closed', 'skipped')", name="erased_is_over"),
)
# Where a condition says `… IS NOT NULL` on PostgreSQL alone: with statistics of a quiet hour, which say that hardly
# anything is open or queued, it takes one small index for as good as another and reads the whole of it. So such an
# index also names the column that it is looked up by, and answers no other question. SQLite goes by the columns.

# One open conversation an address: what a person says can then mean one conversation only.
OPEN_AT_ADDRESS = Index(
    "uq_conversation_open_address",
    conversation.c.channel,
    conversation.c.address,
    unique=True,
    sqlite_where=text(one_of("state", OPEN_STATES)),
    postgresql_where=text(f"{one_of('state', OPEN_STATES)} AND address IS NOT NULL"),
)
Index("ix_conversation_contact", conversation.c.contact_id, conversation.c.id)
Index("ix_conversation_address", conversation.c.channel, conversation.c.address, conversation.c.id)
Index(
    "ix_conversation_unreleased",  # who waits for their question, by their wave: one that is paused is passed over
    conversation.c.channel,
    conversation.c.wave_id,
    conversation.c.ask_at,
    sqlite_where=text("state = 'waiting' AND released_at IS NULL"),
    postgresql_where=text("state = 'waiting' AND released_at IS NULL"),
)
Index(
    "ix_conversation_closes",
    conversation.c.closes_at,
    sqlite_where=text("closes_at IS NOT NULL AND state <> 'closed'"),
    postgresql_where=text("closes_at IS NOT NULL AND state <> 'closed'"),
)
_OF_CANARY = text("canary IS NOT NULL AND state = 'waiting' AND released_at IS NULL")
Index(
    "ix_conversation_canary",
    conversation.c.wave_id,
    conversation.c.canary,
    sqlite_where=_OF_CANARY,
    postgresql_where=_OF_CANARY,
)
_TO_REMIND = text("remind_at IS NOT NULL")
Index(
    "ix_conversation_remind",
    conversation.c.channel,
    conversation.c.remind_at,
    sqlite_where=_TO_REMIND,
    postgresql_where=_TO_REMIND,
)
_MOVED = text("moved_at IS NOT NULL")
Index("ix_conversation_moved", conversation.c.wave_id, sqlite_where=_MOVED, postgresql_where=_MOVED)
_REMINDED = text("reminded_at IS NOT NULL")
Index(
    "ix_conversation_reminded",
    conversation.c.wave_id,
    sqlite_where=_REMINDED,
    postgresql_where=_REMINDED,
)
Index(
    "ix_conversation_kept",  # whose names and words are still here, by age
    conversation.c.closed_at,
    sqlite_where=text("erased IS NULL AND closed_at IS NOT NULL"),
    postgresql_where=text("erased IS NULL AND closed_at IS NOT NULL"),
)
# That a wave has a number is said here and where a stop looks, in words that no other condition implies, so that
# PostgreSQL takes it for nothing else.
_TO_ASK = text("state = 'waiting' AND wave_id + 0 > 0")
Index(
    "ix_conversation_waiting",  # whose question is not out, by their wave: whom a stop takes off
    conversation.c.wave_id,
    sqlite_where=_TO_ASK,
    postgresql_where=_TO_ASK,
)
_NOT_ASKED = text("state = 'skipped' AND contact_id IS NOT NULL")
Index(
    "ix_conversation_skipped",  # who was left out and is still named, by their wave
    conversation.c.wave_id,
    sqlite_where=_NOT_ASKED,
    postgresql_where=_NOT_ASKED,
)
LEFT_OUT: Final = "(state = 'skipped' OR ending = 'cancelled' OR ending = 'opted_out')"
"""Who was left out by a rule, among a few who left later."""

Index(
    "ix_conversation_left_out",  # in some order of their wave: how many of whom were not asked
    conversation.c.wave_id,
    sqlite_where=text(LEFT_OUT),
    postgresql_where=text(LEFT_OUT),
)
Index(
    "ix_conversation_newest",  # the answers of a wave, by when they were given
    conversation.c.wave_id,
    conversation.c.scored_at,
    conversation.c.id,
    sqlite_where=text("score IS NOT NULL"),
    postgresql_where=text("score IS NOT NULL"),
)

Index(
    "ix_conversation_scored",  # the scores of a wave in the order of their rows: what a report by group may read
    conversation.c.wave_id,
    conversation.c.id,
    conversation.c.score,
    conversation.c.scored_on,
    sqlite_where=text("score IS NOT NULL"),
    postgresql_where=text("score IS NOT NULL"),
)

enrolment = Table(  # what was known of a contact when a wave took them in; no row once erased, and of trials
    "enrolment",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True),
    Column("account", String(200)),
    Column("account_manager", String(200)),
    Column("timezone", String(60)),
    Column("attributes", JSON, nullable=False),
    *of_account(),
    Column("key_contact", Boolean),
)
Index(
    "ix_enrolment_account",  # everybody of an account, and the highest of its values
    enrolment.c.account,
    enrolment.c.account_value,
)

answer = Table(  # everything a customer said in a conversation, in order; a corrected score keeps both
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, index=True),
    Column("inbox_id", ForeignKey("inbox.id")),
    Column("at", Instant, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("score", Integer),
    Column("text", Text),
    Column("message_ref", String(200)),  # by which a later edit finds it
    CheckConstraint(
        one_of("kind", ("score", "reason", "unread", "late", "replaced", "older", "thread")), name="kind"
    ),
)
