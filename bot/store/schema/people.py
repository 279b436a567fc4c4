"""Accounts, their contacts and addresses, and who wants what: opt-outs, wishes, erasures."""

from sqlalchemy import (
    JSON,
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
)

from bot.store.schema.shared import Instant, metadata, of_account, one_of

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("account_manager", String(200)),  # a name in config.yaml's account_managers
    *of_account(),
)

contact = Table(
    "contact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contact_id", String(200), nullable=False, unique=True),  # the user's own key, from the CSV
    Column("name", String(200), nullable=False, server_default="", index=True),
    Column("account_id", ForeignKey("account.id"), index=True),
    Column("language", String(20)),
    Column("timezone", String(60)),
    Column("attributes", JSON, nullable=False),  # the CSV's other columns: text -> text
    Column("key_contact", Boolean),  # None: no file says
    Column("added_at", Instant),  # by an import; None for an admin who tries a campaign
    Column("changed_at", Instant, nullable=False),
)

address = Table(
    "address",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("value", String(200), nullable=False, index=True),  # erasure and `why` look without a channel
    Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), nullable=False),
    Column("dead_since", Instant),  # the provider said that nobody can be reached here
    Column("dead_reason", String(200)),
    # since when a file says that it is theirs; None: by a link of their own, or before this was kept
    Column("since", Instant),
    UniqueConstraint("channel", "value"),  # an address belongs to one contact
    UniqueConstraint("contact_id", "channel"),
)

former_address = Table(  # one that a file took from a contact: what was said there is still theirs
    "former_address",
    metadata,
    Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("value", String(200), primary_key=True),
)

link = Table(  # a single-use t.me link: pressing Start with the token ties that chat to the contact
    "link",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("made_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("used_by", String(200), index=True),
)

opt_out = Table(  # one row an address; a contact is opted out as soon as one of its addresses is
    "opt_out",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("value", String(200), primary_key=True, index=True),
    Column("contact_id", ForeignKey("contact.id", ondelete="SET NULL"), index=True),
    Column("since", Instant, nullable=False),
    Column("source", String(20), nullable=False),
    CheckConstraint(one_of("source", ("words", "provider", "block", "import", "erased")), name="source"),
)

opt_in = (
    Table(  # when somebody last asked for messages again, or lifted a block: what was said before is over
        "opt_in",
        metadata,
        Column("channel", String(20), primary_key=True),
        Column("value", String(200), primary_key=True, index=True),
        Column("source", String(20), primary_key=True),
        Column("at", Instant, nullable=False),
        CheckConstraint(one_of("source", ("start", "unblocked")), name="source"),
    )
)

wish = (
    Table(  # what somebody asked for in their own words, by the newest of each kind; undone: without a value
        "wish",
        metadata,
        Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True),
        Column("kind", String(12), primary_key=True),
        Column("not_before", Instant),
        Column("days", Integer),  # at most once in so many
        Column("channel", String(20)),
        Column("said_at", Instant, nullable=False),
        CheckConstraint(one_of("kind", ("later", "rarely", "channel")), name="kind"),
    )
)

erased_opt_out = Table(  # who was erased wants no messages either; see people.suppression
    "erased_opt_out",
    metadata,
    Column("digest", String(64), primary_key=True),  # HMAC-SHA-256 of an address or of a contact's own key
    Column("key_mark", String(16), nullable=False),  # which key made it
    Column("erasure", String(32), nullable=False, index=True),  # the same for all digests of one erasure
    Column("since", Instant, nullable=False, index=True),
)

erasure_code = Table(  # four digits that a person repeats to have everything about them erased
    "erasure_code",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("value", String(200), primary_key=True),
    Column("contact_id", ForeignKey("contact.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("code", String(4), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),  # wrong ones so far
)

departed = Table(  # how many contacts or addresses of an account manager went on a day, and by whom: no names
    "departed",
    metadata,
    Column("account_manager", String(200), primary_key=True),  # empty: nobody's
    Column("day", Date, primary_key=True),  # in UTC
    Column("what", String(12), primary_key=True),
    Column("by", String(220), primary_key=True),
    Column("people", Integer, nullable=False),
    CheckConstraint(one_of("what", ("removed", "erased", "changed", "vanished")), name="what"),
)
Index("ix_departed_day", departed.c.day)
