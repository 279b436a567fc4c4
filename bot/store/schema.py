"""The tables, with the invariants that must hold whatever the code does.

Times are UTC, kept as timezone-aware values (`Instant`). Texts of customers stand in `inbox.event`,
`conversation.reason` and `.parts`, `answer.text`, `outbox.body` and, where one sent a command, `command.line`,
and nowhere else; what colleagues wrote of them in `case.note`, `case_event.text`, `thread_message.text` and
`hold.reason`, and what the company's systems told of them in `customer_event`, `conversation.about` and, for a day,
`api_request.answer`. `bot.privacy.erasure` empties all of them: whoever adds a column that can hold a name, an address
or a text adds it there too.
"""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
    false,
    text,
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time. SQLite forgets the zone, so it is put back; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored; pass an aware UTC time")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


# ---------------------------------------------------------------------------------------------- people


def _of_account() -> tuple[Column[Any], ...]:
    """What a file says of an account; None where none did."""
    return (
        Column("account_value", Double),  # what it is worth, in the company's currency
        Column("account_since", Date),  # its first day as a customer
        Column("account_until", Date),  # its last day
        Column("renewal", Date),
    )


account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("account_manager", String(200)),  # a name in config.yaml's account_managers
    *_of_account(),
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
    CheckConstraint(_one_of("source", ("words", "provider", "block", "import", "erased")), name="source"),
)

opt_in = (
    Table(  # when somebody last asked for messages again, or lifted a block: what was said before is over
        "opt_in",
        metadata,
        Column("channel", String(20), primary_key=True),
        Column("value", String(200), primary_key=True, index=True),
        Column("source", String(20), primary_key=True),
        Column("at", Instant, nullable=False),
        CheckConstraint(_one_of("source", ("start", "unblocked")), name="source"),
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
        CheckConstraint(_one_of("kind", ("later", "rarely", "channel")), name="kind"),
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

meta = Table(  # what this database knows of itself
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

accepted_settings = (
    Table(  # what config.yaml says of all that may change while a server runs; see config.accepted
        "accepted_settings",
        metadata,
        Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 …; all go by the highest
        Column("content", JSON, nullable=False),
        Column("taken_at", Instant, nullable=False),
    )
)

# ------------------------------------------------------------------------------------------- campaigns

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
    CheckConstraint(_one_of("canary", ("asking", "waiting", "passed", "failed")), name="canary"),
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
    CheckConstraint(_one_of("kind", ("paused", "resumed")), name="kind"),
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

departed = Table(  # how many contacts or addresses of an account manager went on a day, and by whom: no names
    "departed",
    metadata,
    Column("account_manager", String(200), primary_key=True),  # empty: nobody's
    Column("day", Date, primary_key=True),  # in UTC
    Column("what", String(12), primary_key=True),
    Column("by", String(220), primary_key=True),
    Column("people", Integer, nullable=False),
    CheckConstraint(_one_of("what", ("removed", "erased", "changed", "vanished")), name="what"),
)
Index("ix_departed_day", departed.c.day)

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
    CheckConstraint(_one_of("state", STATES), name="state"),
    CheckConstraint("(state = 'skipped') = (skipped IS NOT NULL)", name="skipped_has_reason"),
    CheckConstraint("state = 'skipped' OR address IS NOT NULL", name="asked_has_address"),
    CheckConstraint(_one_of("erased", ("request", "retention")), name="erased"),
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
    sqlite_where=text(_one_of("state", OPEN_STATES)),
    postgresql_where=text(f"{_one_of('state', OPEN_STATES)} AND address IS NOT NULL"),
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
    *_of_account(),
    Column("key_contact", Boolean),
)
Index(
    "ix_enrolment_account",  # everybody of an account, and the highest of its values
    enrolment.c.account,
    enrolment.c.account_value,
)

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
        CheckConstraint(_one_of("outcome", OUTCOMES), name="outcome"),
        CheckConstraint("(due_at IS NULL) = (outcome IS NOT NULL)", name="due_or_settled"),
    )
)
_WAITS = text("due_at IS NOT NULL")
Index("ix_touchpoint_due", touchpoint.c.due_at, sqlite_where=_WAITS, postgresql_where=_WAITS)
Index("ix_touchpoint_contact", touchpoint.c.contact_id, touchpoint.c.campaign)

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
        _one_of("kind", ("score", "reason", "unread", "late", "replaced", "older", "thread")), name="kind"
    ),
)

# ------------------------------------------------------------------------------ messages in and out

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
        _one_of("kind", OUTBOX_KINDS),
        name="kind",
    ),
    CheckConstraint(_one_of("state", OUTBOX_STATES), name="state"),
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
    CheckConstraint(_one_of("state", ("waiting", "started", "skipped", "missed")), name="state"),
    CheckConstraint("(state = 'started') = (wave_id IS NOT NULL)", name="started_has_wave"),
)
Index("ix_occurrence_look", occurrence.c.state, occurrence.c.look_at)

# ------------------------------------------------------------------------------------- account managers

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
    CheckConstraint(_one_of("subject", ("customers", "board")), name="subject"),
    CheckConstraint(_one_of("repeats", ("daily", "weekly", "monthly", "off")), name="repeats"),
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

# ----------------------------------------------------------------------------------------------- cases

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
    CheckConstraint(_one_of("kind", ("detractor", "no_score", "review")), name="kind"),
    CheckConstraint(_one_of("state", ("open", "taken", "snoozed", "done")), name="state"),
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
    CheckConstraint(_one_of("kind", ("relay", "note", "answer")), name="kind"),
)
Index("ix_thread_message_ref", thread_message.c.channel, thread_message.c.ref)

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
    CheckConstraint(_one_of("kind", ("recovery", "improvement")), name="kind"),
    CheckConstraint(_one_of("state", ("waiting", "asked", "scoring", "over")), name="state"),
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

# ------------------------------------------------------------------------------------------- webhooks out

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
    CheckConstraint(_one_of("kind", HOOK_KINDS), name="kind"),
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
    CheckConstraint(_one_of("state", ("waiting", "parked")), name="state"),
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

# ------------------------------------------------------------------------------------------ other systems

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

Row = Any  # a SQLAlchemy row; its columns are those of the table it came from
