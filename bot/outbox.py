"""The outbox: what is to be said, in the database, in the transaction that decided it.

A row is due at a time, with a priority and an expiry. A worker leases it for ten seconds; a lease that
lapsed is a retry, so nothing needs cleaning up after a crash. Rows of one lane (one conversation, one case)
leave in the order of their ids; one failing row holds up its own lane only.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    String,
    Update,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.behind import WriteBehind, looked_up
from bot.store.hot import Hot
from bot.store.schema import Row, conversation, early_report, outbox
from bot.store.sql import among, constant, known, one_of
from channels.base import (
    Address,
    Barred,
    Body,
    Choice,
    Choices,
    Image,
    Misconfigured,
    Priority,
    Rejected,
    SendError,
    Span,
    Unreachable,
)
from channels.frozen import dataclass
from channels.known import those_that

EARLY_WAITS: Final = timedelta(days=7)
"""For so long a delivery report waits for the record of its message. A process that ended between the two and stays
away over a weekend finds the message in the provider's list, and the report comes only once."""
LEASE = timedelta(seconds=10)  # longer than an adapter's 8 s for one request
LEEWAY: Final = timedelta(seconds=5)
"""How much further ahead than its own length a lease may lie, by clocks that differ a little. Beyond that the
clock was set back, and it counts as lapsed."""

CommandPart = Literal["soon", "answer", "picture"]
COMMAND_PARTS: Final[tuple[CommandPart, ...]] = get_args(CommandPart)
"""What may answer a command: that it takes a while, the answer, and the picture behind it."""

MessageKind = Literal[
    "question",
    "reply",
    "consent",
    "edit",
    "alert",
    "command",
    "notice",
    "farewell",
    "digest",
    "relay",  # a colleague's words to a customer
    "thread",  # what stands in the thread of an alert
    "follow_up",  # what is asked after the survey
    "reminder",  # the question once more
]

AT_MOST_ONCE: Final[frozenset[MessageKind]] = frozenset({"question", "follow_up", "reminder"})
"""What nobody is to get twice: where nobody can say whether it went, it goes no more."""

# How far a message got. Reports come twice and out of order: a state only ever moves forward.
RANK = {"queued": 1, "sent": 2, "undelivered": 3, "failed": 3, "delivered": 4}


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to put in. `lane` orders it among others; `dedupe_key` lets it in once only."""

    dedupe_key: str
    kind: MessageKind
    address: Address
    lane: str
    body: Body | None
    choices: Choices = ()
    image: Image | None = None  # kept until the message is finished
    conversation_id: int | None = None
    case_id: int | None = None
    replaces: str | None = None
    answer_ref: str | None = None
    thread: str | None = None
    priority: Priority = Priority.REPLY
    due_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message of ours as its row tells it. `address` is empty where its owner was erased since."""

    id: int
    kind: MessageKind
    channel: str
    address: str
    conversation_id: int | None
    case_id: int | None


@dataclass(frozen=True, slots=True)
class Queued(Outgoing):
    """A message as it was claimed. `doubtful`: it may have been sent before."""

    wave_id: int | None
    body: Body
    choices: Choices
    image: Image | None
    replaces: str | None
    answer_ref: str | None
    thread: str | None
    priority: Priority
    made_at: datetime
    due_at: datetime
    expires_at: datetime | None
    leased_until: datetime
    attempts: int
    doubtful: bool


@dataclass(frozen=True, slots=True)
class EarlyReport:
    """A delivery report that came before the record of its message."""

    channel: str
    message_ref: str
    status: str
    code: str | None


_INSERT = {
    "sqlite": Hot(sqlite.insert(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"])),
    "postgresql": Hot(postgresql.insert(outbox).on_conflict_do_nothing(index_elements=["dedupe_key"])),
}


def command_key(command_id: int, part: CommandPart) -> str:
    """The dedupe key of what answers a command (`command.id`), by which it is found however much was ever sent."""
    return f"command:{command_id}:{part}"


def put(connection: Connection, drafts: Sequence[Draft], now: datetime) -> None:
    """Put messages in, in their order. One whose key is known already changes nothing."""
    _INSERT[connection.dialect.name].later(connection, *(_row(draft, now) for draft in drafts))


_ID = select(outbox.c.id).where(outbox.c.dedupe_key == bindparam("key"))
_REF = select(func.coalesce(outbox.c.message_ref, outbox.c.replaces)).where(outbox.c.id == bindparam("of_id"))
_WHERE_TO = select(outbox.c.channel, outbox.c.address).where(outbox.c.id == bindparam("of_id"))
_OF_ROW: Final = "row:"


def id_of(connection: Connection, dedupe_key: str) -> int:
    """The row of the message that was put in under this key."""
    return int(connection.execute(_ID, {"key": dedupe_key}).scalar_one())


def where_to(connection: Connection, id_: int) -> Address:
    """Where a message of ours goes, or went."""
    row = connection.execute(_WHERE_TO, {"of_id": id_}).one()
    return Address(row.channel, row.address)


def in_place_of(id_: int) -> str:
    """What a draft `replaces` where that is an earlier message of ours whose reference is not known yet."""
    return f"{_OF_ROW}{id_}"


def replaced(connection: Connection, replaces: str | None) -> str | None:
    """The reference that a draft replaces; None where that message never got one, so that this one is posted."""
    if replaces is None or not replaces.startswith(_OF_ROW):
        return replaces
    ref: str | None = connection.scalar(_REF, {"of_id": int(replaces.removeprefix(_OF_ROW))})
    return replaced(connection, ref)


def _row(draft: Draft, now: datetime) -> dict[str, Any]:
    return {
        "dedupe_key": draft.dedupe_key,
        "kind": draft.kind,
        "channel": draft.address.channel,
        "address": draft.address.id,
        "lane": draft.lane,
        "conversation_id": draft.conversation_id,
        "case_id": draft.case_id,
        "body": None if draft.body is None else body_to_json(draft.body),
        "choices": [[[c.label, c.value, c.style] for c in row] for row in draft.choices],
        "image": None if draft.image is None else draft.image.png,
        "image_name": None if draft.image is None else draft.image.name,
        "image_alt": None if draft.image is None else draft.image.alt,
        "replaces": draft.replaces,
        "answer_ref": draft.answer_ref,
        "thread": draft.thread,
        "priority": int(draft.priority),
        "due_at": draft.due_at or now,
        "expires_at": draft.expires_at,
        "state": "queued",
        "made_at": now,
    }


def body_to_json(body: Body) -> list[list[str | None]]:
    return [[span.kind, span.text, span.url] for span in body]


def _outgoing(row: Row) -> Outgoing:
    return Outgoing(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        address=row.address,
        conversation_id=row.conversation_id,
        case_id=row.case_id,
    )


def _queued(row: Row) -> Queued:
    return Queued(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        address=row.address,
        conversation_id=row.conversation_id,
        case_id=row.case_id,
        wave_id=row.wave_id,
        body=tuple(Span(kind, text, url) for kind, text, url in row.body or ()),
        choices=tuple(
            tuple(Choice(label, value, style) for label, value, style in line) for line in row.choices
        ),
        image=None if row.image is None else Image(row.image, row.image_alt, row.image_name),
        replaces=row.replaces,
        answer_ref=row.answer_ref,
        thread=row.thread,
        priority=Priority(row.priority),
        made_at=row.made_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
        leased_until=row.leased_until,
        attempts=row.attempts,
        doubtful=row.doubtful,
    )


# ------------------------------------------------------------------------------------------------ claim

# By what is first in its lane, and not by what has nothing ahead: where PostgreSQL's statistics say that hardly
# anything is queued, it would join all that is due with all that is queued.
_ahead = outbox.alias("ahead")
_first_in_lane = (
    select(func.min(_ahead.c.id))
    .where(_ahead.c.lane == outbox.c.lane, _ahead.c.state == constant("queued"))
    .scalar_subquery()
)
_DUE = and_(
    outbox.c.state == constant("queued"),
    outbox.c.channel == bindparam("of_channel"),
    outbox.c.due_at <= bindparam("now"),
    or_(
        outbox.c.leased_until.is_(None),
        outbox.c.leased_until <= bindparam("now"),
        outbox.c.leased_until > bindparam("no_later"),
    ),
    outbox.c.id == _first_in_lane,
)
_PICK = (
    select(outbox.c.id)
    .where(_DUE)
    .order_by(outbox.c.priority, outbox.c.due_at, outbox.c.id)
    .limit(bindparam("batch"))
    .with_for_update(skip_locked=True)
)
_WAVE = (  # for the log
    select(conversation.c.wave_id)
    .where(conversation.c.id == outbox.c.conversation_id)
    .scalar_subquery()
    .label("wave_id")
)
_CLAIM = Hot(
    update(outbox)
    .where(outbox.c.id.in_(_PICK.scalar_subquery()))
    .values(
        leased_until=bindparam("lease"),
        attempts=outbox.c.attempts + 1,
        # A lease that nobody gave back: its holder died, before or after it sent.
        doubtful=or_(outbox.c.doubtful, outbox.c.leased_until.is_not(None)),
    )
    .returning(outbox, _WAVE)
)


def claim(connection: Connection, channel: str, now: datetime, batch: int) -> list[Queued]:
    """Lease up to `batch` messages that are due, the most urgent first."""
    lease = now + LEASE
    values = {
        "of_channel": channel,
        "now": now,
        "batch": batch,
        "lease": lease,
        "no_later": lease + LEEWAY,
    }
    rows = _CLAIM.all(connection, values)
    return [_queued(row) for row in sorted(rows, key=lambda row: (row.priority, row.due_at, row.id))]


def _expire(kind: MessageKind) -> Update:
    return (
        update(outbox)
        .where(
            outbox.c.state == constant("queued"),
            outbox.c.kind == constant(kind),  # each has an index of its own
            outbox.c.expires_at <= bindparam("now"),
            or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= bindparam("now")),
        )
        .values(
            state="expired",
            done_at=bindparam("now"),
            body=null(),
            image=null(),
            image_name=null(),
            image_alt=null(),
        )
    )


_EXPIRE_ANSWERS = _expire("command")
_EXPIRE_DIGESTS = _expire("digest")


def expire_answers(connection: Connection, now: datetime) -> None:
    """Empty what commands were answered, and digests, that nobody can be told in time: a channel that is paused or off
    claims nothing, and customers' words may stand in it."""
    connection.execute(_EXPIRE_ANSWERS, {"now": now})
    connection.execute(_EXPIRE_DIGESTS, {"now": now})


_LATER = select(outbox.c.id, outbox.c.due_at).where(
    outbox.c.state == constant("queued"),
    outbox.c.channel == bindparam("of_channel"),
    outbox.c.due_at > bindparam("now"),
)
_MOVE_DUE = update(outbox).where(outbox.c.id == bindparam("of_id")).values(due_at=bindparam("to"))


def set_back(connection: Connection, channel: str, by: timedelta, now: datetime) -> None:
    """The clock was set back by so much: what was to wait for a minute waits for one, and not for an hour more."""
    later = connection.execute(_LATER, {"of_channel": channel, "now": now}).all()
    if later:
        moved = [{"of_id": row.id, "to": max(now, row.due_at - by)} for row in later]
        connection.execute(_MOVE_DUE, moved)


# ----------------------------------------------------------------------------------------------- record

_FINISH = Hot(
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"), outbox.c.state.in_(("queued", "cancelled")))
    .values(
        state=bindparam("to_state"),
        message_ref=bindparam("ref"),
        error=bindparam("why"),
        done_at=bindparam("now"),
        leased_until=None,
        # What a command was answered may hold customers' words; it can be asked again.
        body=case((outbox.c.kind.in_(("command", "digest")), null()), else_=outbox.c.body),
        image=null(),  # it is large, and can be drawn again
        image_name=null(),
        image_alt=null(),
    )
    .returning(outbox.c.kind, outbox.c.address)
)
LASTING_REF: Final = case(
    (one_of(outbox.c.channel, those_that(lambda limits: limits.nameless_refs)), outbox.c.message_ref),
    else_=null(),
)
"""What is left of a message's reference when its person is erased. A carrier's stays, which reports on it for
days and names nobody; other providers' references hold the chat's id."""
# The goodbye to somebody who was erased goes with the rest once it is on its way, and so does what was being
# sent while they were erased.
_FORGET = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"))
    .values(address="", body=null(), thread=null(), message_ref=LASTING_REF)
)
_RETRY = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"), outbox.c.state == "queued")
    .values(
        due_at=bindparam("again"),
        error=bindparam("why"),
        leased_until=None,
        doubtful=bindparam("doubt"),
        attempts=outbox.c.attempts - bindparam("uncounted"),
    )
)


def finish(
    connection: Connection,
    id_: int,
    state: Literal["sent", "unknown", "failed", "cancelled", "expired"],
    now: datetime,
    *,
    message_ref: str | None = None,
    error: str | None = None,
) -> bool:
    """Record what became of a message; False where somebody recorded it before. A message that was taken
    back while it was on its way counts as what it became."""
    row = _FINISH.first(
        connection,
        {
            "of_id": id_,
            "to_state": state,
            "ref": message_ref,
            "why": None if error is None else error[:300],
            "now": now,
        },
    )
    if row is not None and (row.kind == "farewell" or not row.address):
        connection.execute(_FORGET, {"of_id": id_})
    return row is not None


def retry(
    connection: Connection, id_: int, at: datetime, error: str, *, doubtful: bool, counts: bool = True
) -> None:
    """Give the lease back; the message is due again at `at`. `doubtful`: it may have been sent already. A try
    that says nothing of the message `counts` not among its attempts."""
    values = {
        "of_id": id_,
        "again": at,
        "why": error[:300],
        "doubt": doubtful,
        "uncounted": 0 if counts else 1,
    }
    connection.execute(_RETRY, values)


_POST_ANEW = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"), outbox.c.state == "queued")
    .values(
        replaces=None,
        answer_ref=None,
        thread=None,
        due_at=bindparam("now"),
        error=bindparam("why"),
        leased_until=None,
    )
)


def post_anew(connection: Connection, id_: int, now: datetime, error: str) -> None:
    """Send as a message of its own what could not take the place of an earlier one."""
    connection.execute(_POST_ANEW, {"of_id": id_, "now": now, "why": error[:300]})


_WAITING_ALERT = and_(
    outbox.c.state == "queued", outbox.c.kind == "alert", outbox.c.case_id == bindparam("of_case")
)
_KEPT_ALERT = select(outbox.c.id).where(
    _WAITING_ALERT,
    or_(
        outbox.c.leased_until > bindparam("now"),
        and_(
            or_(outbox.c.doubtful, outbox.c.due_at <= bindparam("now")),
            ~bindparam("elsewhere", type_=Boolean),
        ),
    ),
)
_TAKE_BACK_ALERT = (
    update(outbox)
    .where(_WAITING_ALERT)
    .values(state="cancelled", error="tried anew at a start", done_at=bindparam("now"))
)


def take_back_alert(connection: Connection, case_id: int, now: datetime, *, elsewhere: bool) -> bool:
    """Take back what waits of a case's alert, to be sent anew. False, with nothing changed, where some of it
    is on its way at this moment; or, unless it is to go `elsewhere`, may have arrived or is due anyway."""
    values = {"of_case": case_id, "now": now}
    if connection.execute(_KEPT_ALERT, {**values, "elsewhere": elsewhere}).first() is not None:
        return False
    connection.execute(_TAKE_BACK_ALERT, values)
    return True


_MOVE = (
    update(outbox)
    .where(
        outbox.c.state == constant("queued"),
        known(outbox.c.due_at),
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.address == bindparam("of_address"),
    )
    .values(address=bindparam("to"), replaces=None, due_at=bindparam("now"), leased_until=None)
)


def move(connection: Connection, old: Address, new: Address, now: datetime) -> None:
    """Send what is queued for a place where that is now. What was to be edited stays behind, and is posted."""
    values = {"of_channel": old.channel, "of_address": old.id, "to": new.id, "now": now}
    connection.execute(_MOVE, values)


_CANCEL_FOR = (
    update(outbox)
    .where(
        outbox.c.state == constant("queued"),
        known(outbox.c.due_at),
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.address == bindparam("of_address"),
        outbox.c.kind.in_(("question", "reply", "edit", "follow_up", "reminder")),
    )
    .values(state="cancelled", error="the person opted out", done_at=bindparam("now"))
)


def cancel_for(connection: Connection, address: Address, now: datetime) -> None:
    """Take back whatever is queued for a customer who left. Alerts and commands are no customer's."""
    connection.execute(_CANCEL_FOR, {"of_channel": address.channel, "of_address": address.id, "now": now})


_WAITS = and_(outbox.c.state == "queued", outbox.c.kind == "relay", outbox.c.leased_until.is_(None))
_FREE: Final = (
    update(outbox)
    .where(outbox.c.dedupe_key.in_(bindparam("keys", expanding=True)))
    .values(dedupe_key=outbox.c.dedupe_key + ":" + cast(outbox.c.id, String))
)
_REWRITE = (
    update(outbox)
    .where(_WAITS, outbox.c.id == bindparam("of_id"))
    .values(body=bindparam("new_body", type_=JSON))
)
_TAKE_BACK = (
    update(outbox)
    .where(_WAITS, outbox.c.id == bindparam("of_id"))
    .values(state="cancelled", error="its writer took it back", done_at=bindparam("now"))
)
_HURRY = (
    update(outbox)
    .where(_WAITS, outbox.c.case_id == bindparam("of_case"), outbox.c.id <= bindparam("up_to"))
    .values(due_at=bindparam("now"))
)


def free_keys(connection: Connection, keys: Sequence[str]) -> None:
    """Let messages that did not go give their keys to later ones."""
    connection.execute(_FREE, {"keys": list(keys)})


def rewrite(connection: Connection, id_: int, body: Body) -> bool:
    """Give a colleague's words, which wait to go out, others in their place; False where they wait no more."""
    values = {"of_id": id_, "new_body": body_to_json(body)}
    return bool(connection.execute(_REWRITE, values).rowcount)


def take_back(connection: Connection, id_: int, now: datetime) -> bool:
    """Take a colleague's words back that wait to go out; False where they wait no more."""
    return bool(connection.execute(_TAKE_BACK, {"of_id": id_, "now": now}).rowcount)


def hurry(connection: Connection, case_id: int, up_to: int, now: datetime) -> bool:
    """Let what waits of a case's words go now, in its order, this message the last; False where none waits."""
    values = {"of_case": case_id, "up_to": up_to, "now": now}
    return bool(connection.execute(_HURRY, values).rowcount)


_TOLD = select(func.count()).where(
    outbox.c.channel == bindparam("of_channel"),
    outbox.c.address == bindparam("of_address"),
    outbox.c.conversation_id.is_(None),
    outbox.c.kind == "notice",
    outbox.c.made_at > bindparam("since"),
)


def told_lately(connection: Connection, address: Address, now: datetime) -> int:
    """How many notices there were for an address in a day, outside conversations."""
    values = {"of_channel": address.channel, "of_address": address.id, "since": now - timedelta(days=1)}
    return int(connection.execute(_TOLD, values).scalar_one())


_HOW_MANY: Final = (
    select(func.count()).select_from(outbox).where(outbox.c.dedupe_key.in_(bindparam("keys", expanding=True)))
)


def how_many(connection: Connection, keys: Sequence[str]) -> int:
    """How many messages there are under these keys."""
    return int(connection.execute(_HOW_MANY, {"keys": keys}).scalar_one())


# A person may have been erased since, and the address with them; a reference that names nobody stays.
_HELD = select(outbox.c.message_ref).where(
    outbox.c.channel == bindparam("of_channel"),
    outbox.c.address.in_((bindparam("of_address"), "")),
    outbox.c.message_ref.is_not(None),
    outbox.c.done_at > bindparam("since"),
    outbox.c.id != bindparam("of_id"),
)


def held_refs(connection: Connection, queued: Queued, since: datetime) -> set[str]:
    """The references of other messages to the same address, recorded after `since`: what is found under one of
    them is not the message that is looked for."""
    values = {
        "of_channel": queued.channel,
        "of_address": queued.address,
        "since": since,
        "of_id": queued.id,
    }
    return set(connection.execute(_HELD, values).scalars())


# ---------------------------------------------------------------------------------------------- reports

_BY_REFS = Hot(
    select(
        outbox.c.id,
        outbox.c.kind,
        outbox.c.channel,
        outbox.c.address,
        outbox.c.conversation_id,
        outbox.c.case_id,
        outbox.c.message_ref,
        outbox.c.status,
    )
    .where(outbox.c.channel == bindparam("of_channel"), among(outbox.c.message_ref, "refs"))
    .order_by(outbox.c.id)
    .with_for_update()
)
_SET_STATUS = Hot(
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"))
    .values(status=bindparam("to_status"), error=bindparam("to_error"))
)
_SENT_AS = "message sent as"  # what is looked up ahead
_KEEP_EARLY = insert(early_report)
_THIS_EARLY = and_(
    early_report.c.channel == bindparam("of_channel"), early_report.c.message_ref == bindparam("ref")
)
_EARLY = select(early_report).where(_THIS_EARLY)
_TAKE_EARLY = (
    delete(early_report)
    .where(
        exists().where(
            outbox.c.channel == early_report.c.channel, outbox.c.message_ref == early_report.c.message_ref
        )
    )
    .returning(early_report)
)
_FORGET_EARLY = delete(early_report).where(early_report.c.at < bindparam("before"))


def why_undelivered(status: str, error: SendError | None) -> str:
    """Why nobody got a message, as its delivery report tells."""
    return f"the carrier said {status}" if error is None else str(error)


def may_pass(error: SendError | None) -> bool:
    """Whether who did not get a message may have it a little later. A telephone that is off may be on again soon; so
    may one of which the report that came early does not say why. What our own account has to answer for does not pass
    in a minute."""
    return not isinstance(error, Rejected | Unreachable | Barred | Misconfigured)


def look_for_refs(opened: WriteBehind, refs: Collection[tuple[str, str]]) -> list[Row]:
    """Look up at once what `report` is going to be asked for, by channel and reference; the messages that there are."""
    rows: list[Row] = []
    for channel in sorted({channel for channel, _ in refs}):
        wanted = sorted({ref for of, ref in refs if of == channel})
        rows += _BY_REFS.all(opened.connection, {"of_channel": channel, "refs": wanted})
    opened.know(_SENT_AS, refs, rows, lambda row: (row.channel, row.message_ref))
    return rows


def report(
    connection: Connection, channel: str, ref: str, status: str, code: str | None, now: datetime
) -> Outgoing | None:
    """Take a delivery report. The message where it moved it forward; None where it did not,
    or where the message is not recorded yet (then the report waits for it)."""
    found = looked_up(connection, _SENT_AS, (channel, ref))
    if found is None:
        found = _BY_REFS.all(connection, {"of_channel": channel, "refs": [ref]})
    if not found:
        _keep_early(connection, channel, ref, status, code, now)
        return None
    row = found[0]
    if RANK.get(status, 0) <= RANK.get(row.status or "", 0):
        return None
    _SET_STATUS.later(connection, {"of_id": row.id, "to_status": status, "to_error": code})
    return _outgoing(row)


def take_early(connection: Connection, now: datetime) -> list[EarlyReport]:
    """The reports whose messages are recorded by now; they wait no longer. What waited for a week is
    of no message of ours, and goes."""
    connection.execute(_FORGET_EARLY, {"before": now - EARLY_WAITS})
    return [
        EarlyReport(row.channel, row.message_ref, row.status, row.code)
        for row in connection.execute(_TAKE_EARLY)
    ]


def _keep_early(
    connection: Connection, channel: str, ref: str, status: str, code: str | None, now: datetime
) -> None:
    known = connection.execute(_EARLY, {"of_channel": channel, "ref": ref}).first()
    if known is None:
        connection.execute(
            _KEEP_EARLY, {"channel": channel, "message_ref": ref, "status": status, "code": code, "at": now}
        )
    elif RANK.get(status, 0) > RANK.get(known.status, 0):
        connection.execute(
            update(early_report)
            .where(early_report.c.channel == channel, early_report.c.message_ref == ref)
            .values(status=status, code=code, at=now)
        )
