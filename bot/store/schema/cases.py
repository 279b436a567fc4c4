"""Cases, what happened to each, and what was written under its alert."""

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
    and_,
    text,
)

from bot.store.schema.shared import Instant, metadata, one_of

case = Table(  # the follow-up of one detractor; also the alert that shows it
    "case",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", ForeignKey("conversation.id"), nullable=False, unique=True),
    Column("manager", String(200), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("address", String(200), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("state", String(12), nullable=False),
    Column("code", String(8)),  # by which a text message names it; None: opened before there were any
    Column("opened_at", Instant, nullable=False),
    Column("taken_by", String(220)),  # an address, and the name that the provider gave
    Column("taken_at", Instant),
    Column("done_by", String(220)),
    Column("done_at", Instant),
    Column("snoozed_until", Instant),
    Column("cause", String(40)),  # a key of config.yaml's causes, given with *Done* or after it
    Column("note", Text),  # of a colleague, with *Done*; empty once erased
    Column(
        "thread_until", Instant
    ),  # until then what the customer writes is for the colleague who wrote to them
    Column(
        "due_at", Instant
    ),  # when time alone does something next: a reminder, the next colleague, a snooze's end
    Column("reminded_at", Instant),
    Column(
        "rung", Integer, nullable=False, server_default="0"
    ),  # how often it went on because nobody took it
    Column("new_words", Boolean, nullable=False, default=False),  # the customer wrote after *Done*
    Column("face", String(12)),  # the choices that the alert shows in the place of its buttons
    Column("wanted", Integer, nullable=False, default=0),  # the version that should be shown
    Column("shown", Integer, nullable=False, default=0),  # the version that is shown; 0: none
    Column("shown_ref", String(200)),
    Column("pings", Integer, nullable=False, default=1),  # how often it should have been posted anew
    Column("pinged", Integer, nullable=False, default=0),  # how often it was
    Column("instead_of", String(200)),  # the account manager who was away, so that it went to their deputy
    Column("wave_id", ForeignKey("wave.id"), nullable=False),  # its conversation's, by which reports find it
    CheckConstraint(one_of("kind", ("detractor", "no_score", "review")), name="kind"),
    CheckConstraint(one_of("state", ("open", "taken", "snoozed", "done")), name="state"),
    CheckConstraint("(state = 'snoozed') = (snoozed_until IS NOT NULL)", name="snoozed_has_end"),
    CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_time"),
    CheckConstraint("state NOT IN ('taken', 'snoozed') OR taken_by IS NOT NULL", name="taken_has_colleague"),
    sqlite_autoincrement=True,  # a number is given once, and `bot.sending.restored` can leave some out
)
Index(
    "ix_case_undone",  # and what was written to since it was done
    case.c.shown,
    sqlite_where=text("state <> 'done' OR new_words = 1"),
    postgresql_where=text("state <> 'done' OR new_words"),
)
Index("ix_case_opened", case.c.opened_at)
Index("ix_case_wave", case.c.wave_id, case.c.state, case.c.kind)
ENDED_BY_ERASURE = and_(case.c.state == text("'done'"), case.c.done_by.is_(None))
"""Nobody had finished it when its customer was erased."""
Index(
    "ix_case_erased",
    case.c.wave_id,
    sqlite_where=ENDED_BY_ERASURE,
    postgresql_where=ENDED_BY_ERASURE,
)

_FINISHED = text("done_by IS NOT NULL")
Index(  # whose customer may be asked whether it is solved
    "ix_case_done", case.c.done_at, sqlite_where=_FINISHED, postgresql_where=_FINISHED
)
_DUE = text("due_at IS NOT NULL")
Index("ix_case_due", case.c.due_at, sqlite_where=_DUE, postgresql_where=_DUE)

case_event = Table(  # the time line of a case: what happened to it, in order; replayed it gives the row
    "case_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("who", String(220)),  # a colleague's address and name; None: the customer, or time
    Column("detail", JSON(none_as_null=True)),  # colleagues, times and causes: nothing of the customer
    Column("text", Text),  # words of a person; empty once erased
)

thread_message = Table(  # what a colleague and a customer wrote each other under an alert, each as it came
    "thread_message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("at", Instant, nullable=False),
    Column("said_at", Instant, nullable=False),  # by the provider's clock: what is older changes nothing
    Column("who", String(220)),  # a colleague's address and name; None: the customer
    Column(
        "channel", String(20), nullable=False
    ),  # where it was written; empty once erased, as are the next two
    Column("place", String(200), nullable=False),
    Column("ref", String(200)),  # the message itself, by which an edit of it is known
    Column("thread", String(200)),  # the message of ours that it answers
    Column("text", Text),  # of a note, which stays inside; empty once erased
    Column("outbox_id", ForeignKey("outbox.id"), index=True),  # as it goes to the other side
    Column("line_id", ForeignKey("outbox.id")),  # the line that tells its writer what became of it
    Column("told", String(12)),  # what that line says
    CheckConstraint(one_of("kind", ("relay", "note", "answer")), name="kind"),
)
Index("ix_thread_message_ref", thread_message.c.channel, thread_message.c.ref)
