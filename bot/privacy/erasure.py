"""Erasure: everything that names a person or quotes them goes, from every table; the figures stay.

What stays of a conversation is its wave, its channel and language, the score, how it ended, and on which
day; so no count of a report changes. The providers' own numbers of deliveries and messages stay too: by
them a webhook that comes again is known and changes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    Connection,
    String,
    Table,
    Update,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    select,
    update,
)

from bot.cases import cases
from bot.config.settings import Settings
from bot.outbox import LASTING_REF
from bot.people import colleagues, suppression
from bot.people.contacts import Person
from bot.people.suppression import name_of_contact
from bot.privacy.traces import of_conversations, opt_outs_of, traces_of
from bot.steps import step
from bot.store import theme_rows
from bot.store.schema import (
    Instant,
    account,
    answer,
    api_request,
    command,
    contact,
    conversation,
    customer_event,
    enrolment,
    follow_up,
    hold,
    hook_delivery,
    hook_event,
    inbox,
    link,
    opt_in,
    opt_out,
    outbox,
)
from channels.base import Address

ErasedBecause = Literal["request", "retention"]
"""The person asked for it, or the time is over for which answers are kept."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was emptied."""

    conversations: int
    messages: int


def _emptying(table: Table, **blank: Any) -> tuple[Table, tuple[str, ...], Update]:
    """An update of one row (`of_id`) that leaves of each of its times the day."""
    times = tuple(column.name for column in table.columns if isinstance(column.type, Instant))
    days: dict[str, Any] = {name: bindparam(f"day_{name}") for name in times if name not in blank}
    statement = update(table).where(table.c.id == bindparam("of_id")).values({**days, **blank})
    return table, tuple(days), statement


_CONVERSATION: Final = _emptying(
    conversation,
    contact_id=None,
    erased=bindparam("why"),
    address=case((conversation.c.address.is_(None), null()), else_=""),
    question_ref=None,
    score_ref=None,
    score_number=None,
    reason=case((conversation.c.reason.is_(None), null()), else_=""),
    parts=[],
    candidates=[],
    skipped_detail=None,
    closes_at=None,
    about=null(),
)
_ANSWER: Final = _emptying(answer, text=None, message_ref=None)
_INBOX: Final = _emptying(inbox, actor=None, event={})
_WAS_QUEUED: Final = outbox.c.state == "queued"
_OUTBOX: Final = _emptying(
    outbox,
    dedupe_key=literal("erased:") + cast(outbox.c.id, String),
    lane=literal("erased:") + cast(outbox.c.id, String),
    address="",
    body=null(),
    choices=[],
    replaces=None,
    answer_ref=None,
    thread=None,
    leased_until=None,
    message_ref=LASTING_REF,
    state=case((_WAS_QUEUED, "cancelled"), else_=outbox.c.state),
    error=case((_WAS_QUEUED, "erased"), else_=outbox.c.error),
)
_FOLLOW_UP: Final = _emptying(
    follow_up,
    key=literal("erased:") + cast(follow_up.c.id, String),
    state="over",
    ending=func.coalesce(follow_up.c.ending, "left"),
)
_COMMAND: Final = _emptying(
    command,
    actor="",
    place="",
    line="",
    answer_ref=None,
    reply_to=None,
    leased_until=None,
    done_at=bindparam("day_taken_at"),  # what was not carried out yet is not carried out any more
)
# What is told to other systems is made when it goes, of what is there then; only when it happened stands in it.
_HOOK_EVENT: Final = _emptying(hook_event)
_HOOK_DELIVERY: Final = _emptying(
    hook_delivery,
    due_at=hook_delivery.c.due_at,
    leased_until=hook_delivery.c.leased_until,
    tried_at=hook_delivery.c.tried_at,
)

_LOCK: Final = select(contact.c.account_id).where(contact.c.id == bindparam("id")).with_for_update()
_OPT_OUT: Final = delete(opt_out).where(
    opt_out.c.channel == bindparam("at_channel"), opt_out.c.value == bindparam("at_value")
)
_OPT_IN: Final = delete(opt_in).where(
    opt_in.c.channel == bindparam("at_channel"), opt_in.c.value == bindparam("at_value")
)
_LINKS: Final = (
    update(link)
    .where(link.c.used_by.in_(bindparam("users", expanding=True)))
    .values(used_by="")  # a link of another contact that was passed on to this person
)
_HOLDS_OF: Final = select(hold.c.id).where(hold.c.contact_id == bindparam("person"))
_ANSWERED: Final = update(api_request).where(api_request.c.answer.is_not(None)).values(answer=None)
_CONTACT: Final = delete(contact).where(contact.c.id == bindparam("person"))
_EMPTY_ACCOUNT: Final = delete(account).where(
    account.c.id == bindparam("of_id"), ~exists().where(contact.c.account_id == account.c.id)
)
_IDS: Final[BindParameter[Sequence[int]]] = bindparam("ids", expanding=True)
_KNOWN: Final = delete(enrolment).where(enrolment.c.conversation_id.in_(_IDS))
_EVENTS: Final = delete(customer_event).where(customer_event.c.id.in_(_IDS))
_REASONS: Final = update(hold).where(hold.c.id.in_(_IDS)).values(reason="")
_ANSWERS: Final = select(answer.c.id).where(answer.c.conversation_id.in_(_IDS))
_FOLLOW_UPS: Final = select(follow_up.c.id).where(follow_up.c.conversation_id.in_(_IDS))


def erase(connection: Connection, settings: Settings, person: Person, now: datetime) -> Erased:
    """Erase a contact for good, and remember without a name that they want no messages.

    Their open conversations must have ended before (`bot.intake.erasing`), because a score still to come would
    have nobody to belong to.
    """
    row = connection.execute(_LOCK, {"id": person.id}).one()
    traces = traces_of(connection, person.id, colleagues.addresses(settings))
    names: list[Address | str] = [name_of_contact(person.contact_id), *traces.addresses]
    suppression.keep(connection, settings.secret_key, names, now)
    zone = ZoneInfo(settings.timezone)
    _empty_conversations(connection, settings, traces.conversations, "request", now)
    messages = _empty(connection, _INBOX, traces.inbox, zone)
    messages += _empty(connection, _OUTBOX, traces.outbox, zone)
    _empty(connection, _COMMAND, traces.commands, zone)
    for left in opt_outs_of(connection, traces):
        connection.execute(_OPT_OUT, {"at_channel": left.channel, "at_value": left.value})
    for at in traces.addresses:
        connection.execute(_OPT_IN, {"at_channel": at.channel, "at_value": at.id})
    connection.execute(_LINKS, {"users": [str(at) for at in traces.addresses]})
    forget_holds(connection, connection.scalars(_HOLDS_OF, {"person": person.id}).all())
    for emptying in (_HOOK_EVENT, _HOOK_DELIVERY):
        of_person = select(emptying[0].c.id).where(emptying[0].c.contact_id == person.id)
        _empty(connection, emptying, connection.scalars(of_person).all(), zone)
    connection.execute(_ANSWERED)  # a day's, any of which may name them
    connection.execute(_CONTACT, {"person": person.id})
    if row.account_id is not None:
        connection.execute(_EMPTY_ACCOUNT, {"of_id": row.account_id})
    step("person.erased", conversations=len(traces.conversations), messages=messages)
    return Erased(len(traces.conversations), messages)


def forget_conversations(
    connection: Connection, settings: Settings, ids: Collection[int], why: ErasedBecause, now: datetime
) -> None:
    """Leave of these conversations, which are over, nothing but the figures; their alerts say so."""
    zone = ZoneInfo(settings.timezone)
    came, went = of_conversations(connection, ids)
    _empty_conversations(connection, settings, ids, why, now)
    _empty(connection, _INBOX, came, zone)
    _empty(connection, _OUTBOX, went, zone)


def forget_messages(
    connection: Connection,
    settings: Settings,
    inbox_ids: Collection[int],
    outbox_ids: Collection[int],
    command_ids: Collection[int],
) -> None:
    """Empty messages and commands that belong to no conversation."""
    zone = ZoneInfo(settings.timezone)
    _empty(connection, _INBOX, inbox_ids, zone)
    _empty(connection, _OUTBOX, outbox_ids, zone)
    _empty(connection, _COMMAND, command_ids, zone)


def forget_events(connection: Connection, ids: Collection[int]) -> None:
    """Delete what happened at customers (`customer_event.id`); whom it had asked stays. Of an erased contact they are
    gone with the contact."""
    if ids:
        connection.execute(_EVENTS, {"ids": list(ids)})


def forget_holds(connection: Connection, ids: Collection[int]) -> None:
    """Empty why somebody was held back (`hold.id`); that somebody was is counted by the audit."""
    if ids:
        connection.execute(_REASONS, {"ids": list(ids)})


def _empty_conversations(
    connection: Connection, settings: Settings, ids: Collection[int], why: ErasedBecause, now: datetime
) -> None:
    zone = ZoneInfo(settings.timezone)
    _empty(connection, _CONVERSATION, ids, zone, why=why)
    connection.execute(_KNOWN, {"ids": list(ids)})
    theme_rows.forget(connection, list(ids))
    _empty(connection, _ANSWER, connection.scalars(_ANSWERS, {"ids": list(ids)}).all(), zone)
    _empty(connection, _FOLLOW_UP, connection.scalars(_FOLLOW_UPS, {"ids": list(ids)}).all(), zone)
    cases.forget(connection, ids, why, now, settings.language)


def _empty(
    connection: Connection,
    emptying: tuple[Table, tuple[str, ...], Update],
    ids: Iterable[int],
    zone: ZoneInfo,
    **values: object,
) -> int:
    """Empty these rows; how many there were."""
    table, times, statement = emptying
    chosen = list(ids)
    if not chosen:
        return 0
    rows = connection.execute(
        select(table.c.id, *(table.c[name] for name in times)).where(table.c.id.in_(chosen))
    ).all()
    connection.execute(
        statement,
        [
            {
                "of_id": row.id,
                **{f"day_{name}": _day(getattr(row, name), zone) for name in times},
                **values,
            }
            for row in rows
        ],
    )
    return len(rows)


def _day(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Noon of the day, as the company counts days: what is left of a moment."""
    return None if at is None else at.astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0)
