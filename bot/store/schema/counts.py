"""What is counted ahead of the reports that ask for it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from bot.store.schema.shared import Instant, metadata

tally = Table(  # how many of a wave stand where; kept by triggers on conversation, see store.standing
    "tally",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("standing", String(60), primary_key=True),
    Column("asked", Boolean, primary_key=True),  # the provider took the question
    Column("delivered", Boolean, primary_key=True),  # the provider says that it arrived, or they answered
    Column("day", Date, primary_key=True),
    Column("score", Integer, primary_key=True, autoincrement=False),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("people", Integer, nullable=False),  # in this slot; the sum over the slots is the number
    sqlite_with_rowid=False,
)

wave_clusters = Table(  # a large wave by account, as of these answers; `bot.reports.clusters` keeps it
    "wave_clusters",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("detractors", Integer, nullable=False),
    Column("passives", Integer, nullable=False),
    Column("promoters", Integer, nullable=False),
    Column("accounts", Integer, nullable=False),
    Column("n_n", BigInteger, nullable=False),  # the sums over the accounts of n·n, n·s and s·s
    Column("n_s", BigInteger, nullable=False),
    Column("s_s", BigInteger, nullable=False),
    Column("loose", Integer, nullable=False, server_default="0"),  # accounts that are people without one
)

theme_named = Table(  # what the reason of an answer names, once it was matched; see store.theme_rows
    "theme_named",
    metadata,
    # No foreign key: it would wait for whoever has the conversation, who may wait for these rows.
    Column("conversation_id", Integer, primary_key=True, autoincrement=False),
    # a theme; and once a reason: empty where it names any, - where it names none
    Column("theme", String(200), primary_key=True),
    Column("wave_id", ForeignKey("wave.id"), nullable=False),
    Column("mark", String(40), nullable=False),  # of the list that it was matched with
    Column("score", Integer, nullable=False),
    Column("at", Instant),  # of a theme: when the score was given
    sqlite_with_rowid=False,
)
_NAMED = text("at IS NOT NULL")
Index(
    "ix_theme_named_newest",
    theme_named.c.wave_id,
    theme_named.c.theme,
    theme_named.c.at,
    theme_named.c.conversation_id,
    sqlite_where=_NAMED,
    postgresql_where=_NAMED,
)
_MATCHED = text("at IS NULL")
Index(
    "ix_theme_named_matched",  # by which list the reasons were matched
    theme_named.c.mark,
    theme_named.c.conversation_id,
    sqlite_where=_MATCHED,
    postgresql_where=_MATCHED,
)

theme_tally = Table(  # how many of them there are, by score
    "theme_tally",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("mark", String(40), primary_key=True),
    Column("theme", String(200), primary_key=True),
    Column("score", Integer, primary_key=True, autoincrement=False),
    Column("people", Integer, nullable=False),
    sqlite_with_rowid=False,
)

reason_waiting = Table(  # answers whose reason, or its score, changed since it was matched; by triggers
    "reason_waiting",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, nullable=False),
)

# What a report by an attribute reads, brought up to date behind the answers: see store.groups. Without foreign keys,
# because whoever counts may wait for nobody.
group_tally = Table(  # how many of a wave, of whom this was known, gave which score
    "group_tally",
    metadata,
    Column("wave_id", Integer, primary_key=True, autoincrement=False),
    Column("attribute", String(200), primary_key=True),
    Column("value", String(200), primary_key=True),  # no row once nobody is left of whom it was known
    Column("outcome", Integer, primary_key=True, autoincrement=False),  # store.standing.OUTCOME
    Column("people", Integer, nullable=False),
    sqlite_with_rowid=False,
)

group_change = Table(  # conversations whose outcome changed since they were counted, in order
    "group_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, nullable=False),
)

group_place = Table(  # where a conversation counts in group_tally; no row where it does not
    "group_place",
    metadata,
    Column("conversation_id", Integer, primary_key=True, autoincrement=False),
    Column("wave_id", Integer, nullable=False),
    Column("language", String(20), nullable=False),
    Column("outcome", Integer, nullable=False),
)

group_too_many = Table(  # attributes of a wave that are not counted, because they have too many values
    "group_too_many",
    metadata,
    Column("wave_id", Integer, primary_key=True, autoincrement=False),
    Column("attribute", String(200), primary_key=True),
)
