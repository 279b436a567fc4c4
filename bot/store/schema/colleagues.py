"""Who is away, what each was told of customers, and who is signed in."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
)

from bot.store.schema.shared import Instant, metadata, one_of

absence = Table(  # an account manager who is away: until then their new cases go to somebody else
    "absence",
    metadata,
    Column("manager", String(200), primary_key=True),  # a name of config.yaml's account_managers
    Column("deputy", String(200), nullable=False),  # another
    Column("until", Instant, nullable=False),
    Column("by", String(220), nullable=False),
    Column("at", Instant, nullable=False),
)

digest_reader = Table(  # who reads digests of what, and how far they were told
    "digest_reader",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String(220), nullable=False),
    Column("subject", String(12), nullable=False),
    Column("repeats", String(8)),  # what they chose themselves; None: as config.yaml has it
    Column("chosen_by", String(220)),
    Column("began", Instant, nullable=False),  # what was before it is never told
    Column("since", Instant, nullable=False),  # what was before it is told
    Column("looked", Instant, nullable=False),  # up to there it was looked for something to tell
    Column("quiet", Integer, nullable=False, server_default="0"),  # how often in a row there was nothing
    UniqueConstraint("address", "subject"),
    CheckConstraint(one_of("subject", ("customers", "board")), name="subject"),
    CheckConstraint(one_of("repeats", ("daily", "weekly", "monthly", "off")), name="repeats"),
)

# A digest to a colleague; what it says of customers is made from the rows below when it is sent.
digest = Table(
    "digest",
    metadata,
    Column("id", Integer, primary_key=True),
    # An address; of before there was a choice an account manager's name.
    Column("reader", String(220), nullable=False),
    Column("subject", String(12), nullable=False, server_default="customers"),
    Column("repeats", String(8), nullable=False, server_default="daily"),
    Column("day", Date, nullable=False),  # where the reader is
    Column("since", Instant),  # what it tells of: from then
    Column("until", Instant),  # and before then
    Column("quiet", Integer, nullable=False, server_default="0"),  # so many before it had nothing to tell
    Column("message_key", String(200), nullable=False, unique=True),  # outbox.dedupe_key
)
Index("ix_digest_reader", digest.c.reader, digest.c.subject, digest.c.id)

digested = Table(  # which conversations were told of, each in one digest: the newest
    "digested",
    metadata,
    Column("conversation_id", ForeignKey("conversation.id"), primary_key=True),
    Column("digest_id", ForeignKey("digest.id"), nullable=False, index=True),
    # of the reason that it told; 0 with a score: none, and without one the silence of a key contact
    Column("characters", Integer, nullable=False),
    Column("score", Integer),  # as it was told; None of the silent, and of what was told before it was kept
    Column("was", Integer),  # the score that an earlier digest told
    Column("fresh", Boolean, nullable=False, server_default=false()),  # no earlier digest told of the answer
)

sign_in = (
    Table(  # a link by which a colleague opens the dashboard, once and for some minutes; see people.visits
        "sign_in",
        metadata,
        Column("digest", String(64), primary_key=True),  # SHA-256 of the token, which stands nowhere
        Column("actor", String(220), nullable=False, index=True),
        Column("place", String(220), nullable=False),  # where they asked for it
        Column("expires_at", Instant, nullable=False, index=True),
        Column("used_at", Instant),
    )
)

visit = Table(  # a colleague's session on the dashboard
    "visit",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of what the browser keeps
    Column("actor", String(220), nullable=False, index=True),
    Column("place", String(220), nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)
