"""The rows of what a colleague and a customer write each other under an alert, and the lines that tell a colleague what
became of their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot import outbox as messages
from bot.cases.as_kept import Case, CaseWithCustomer, ThreadMessage, ThreadMessageShown
from bot.context import Context
from bot.outbox import Draft, put
from bot.people.contacts import phone_of
from bot.store.schema import (
    account,
    case,
    contact,
    conversation,
    outbox,
    thread_message,
    wave,
)
from channels.base import Address, Body, Choices, Priority, Span, plain
from channels.known import limits_of

AGAIN: Final = timedelta(hours=72)
AGAIN_AFTER: Final = timedelta(minutes=10)

WITH_CUSTOMER: Final = (
    select(
        case,
        conversation.c.erased,
        conversation.c.contact_id,
        conversation.c.language,
        conversation.c.channel.label("talk_channel"),
        conversation.c.address.label("talk_address"),
        contact.c.name,
        contact.c.timezone,
        account.c.name.label("account"),
        account.c.account_manager,
        wave.c.terms,
        wave.c.trial,
        phone_of(conversation.c.contact_id).label("phone"),
    )
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .outerjoin(contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(account, account.c.id == contact.c.account_id)
)
"""Cases with their customers, which a `CaseWithCustomer` holds."""
_SEEN: Final = WITH_CUSTOMER.where(case.c.id == bindparam("of_id"))
_BY_ID: Final = _SEEN.with_for_update(of=case)
_OF_CONVERSATION: Final = WITH_CUSTOMER.where(case.c.conversation_id == bindparam("of_id")).with_for_update(
    of=case
)
_LAST: Final = (
    select(thread_message)
    .where(thread_message.c.case_id == bindparam("of_case"), thread_message.c.kind == "relay")
    .order_by(thread_message.c.id.desc())
    .limit(1)
)
_FIRST: Final = select(func.min(thread_message.c.id)).where(
    thread_message.c.case_id == bindparam("of_case"), thread_message.c.kind == "relay"
)
_KEEP: Final = insert(thread_message).returning(thread_message.c.id)
_CHANGE: Final = update(thread_message).where(thread_message.c.id == bindparam("of_id"))
_told = outbox.alias("told_line")
_ALL: Final = (
    select(thread_message, outbox.c.body, outbox.c.state, _told.c.body.label("line"))
    .outerjoin(outbox, outbox.c.id == thread_message.c.outbox_id)
    .outerjoin(_told, _told.c.id == thread_message.c.line_id)
    .where(thread_message.c.case_id == bindparam("of_case"))
    .order_by(thread_message.c.id)
)
_BEFORE: Final = (
    select(thread_message.c.id)
    .where(thread_message.c.case_id == bindparam("of_case"), thread_message.c.at <= bindparam("until"))
    .limit(1)
)
_COPIES: Final = select(outbox).where(
    outbox.c.case_id == bindparam("of_case"),
    outbox.c.kind == "thread",
    outbox.c.message_ref.is_not(None),
    outbox.c.replaces.is_(None),
)
_LINE: Final = select(outbox).where(outbox.c.id == bindparam("of_id"))
_FORGET: Final = (
    update(thread_message)
    .where(thread_message.c.case_id == bindparam("of_case"))
    .values(channel="", place="", ref=None, thread=None)
)
_FORGET_NOTES: Final = (
    update(thread_message)
    .where(thread_message.c.case_id == bindparam("of_case"), thread_message.c.text.is_not(None))
    .values(text="")
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a colleague is to read something: the address, and the message in whose thread it goes."""

    at: Address
    thread: str | None


def by_id(connection: Connection, case_id: int) -> CaseWithCustomer:
    """A case, locked, with what stands around it."""
    return CaseWithCustomer(*connection.execute(_BY_ID, {"of_id": case_id}).one())


def seen(connection: Connection, case_id: int) -> CaseWithCustomer:
    """The same without a lock, to look at."""
    return CaseWithCustomer(*connection.execute(_SEEN, {"of_id": case_id}).one())


def of_conversation(connection: Connection, conversation_id: int) -> CaseWithCustomer | None:
    """The case of a conversation, as `by_id` gives it."""
    row = connection.execute(_OF_CONVERSATION, {"of_id": conversation_id}).first()
    return None if row is None else CaseWithCustomer(*row)


def name_of(context: Context, row: CaseWithCustomer) -> str:
    """What colleagues call the customer of a case."""
    return row.name or context.manager_words.text("nobody")


def last_relay(connection: Connection, case_id: int) -> ThreadMessage | None:
    """What a colleague wrote last under an alert for its customer."""
    row = connection.execute(_LAST, {"of_case": case_id}).first()
    return None if row is None else ThreadMessage(*row)


def spot(connection: Connection, row: Case) -> Spot:
    """Where a colleague reads what the customer of a case writes: in the thread in which one wrote to them last, while
    the case is still there, else under the alert. `row` is the case's."""
    last = last_relay(connection, row.id)
    if last is not None and row.at == Address(last.channel, last.place):
        return Spot(row.at, last.thread or row.shown_ref)
    return Spot(row.at, row.shown_ref)


def is_first(connection: Connection, message: ThreadMessage) -> bool:
    """Whether no colleague wrote under this alert before."""
    first = connection.execute(_FIRST, {"of_case": message.case_id}).scalar_one()
    return bool(first == message.id)


def said(connection: Connection, case_id: int) -> Sequence[ThreadMessageShown]:
    """All that was written under an alert, in its order, with the body that went to the other side and the line that
    tells its writer what became of it."""
    return [ThreadMessageShown(*row) for row in connection.execute(_ALL, {"of_case": case_id})]


def wrote_before(connection: Connection, case_id: int, until: datetime) -> bool:
    """Whether anything was written under an alert by that moment."""
    return connection.execute(_BEFORE, {"of_case": case_id, "until": until}).first() is not None


def keep(connection: Connection, **values: Any) -> int:
    """Keep a message of a thread; its id."""
    return int(connection.execute(_KEEP, values).scalar_one())


def change(connection: Connection, id_: int, **values: Any) -> None:
    """Change a message of a thread."""
    connection.execute(_CHANGE.values(values), {"of_id": id_})


def line(
    connection: Connection,
    row: Case,
    to: Spot,
    key: str,
    body: Body,
    now: datetime,
    *,
    lane: str | None = None,
    choices: Choices = (),
    replaces: str | None = None,
    due_at: datetime | None = None,
) -> int:
    """Put a line into the thread of a case, once under its key; the id of its row. `row` is the case's."""
    draft = Draft(
        dedupe_key=key,
        kind="thread",
        address=to.at,
        lane=lane or f"thread:{row.id}",
        body=body,
        choices=choices,
        conversation_id=row.conversation_id,
        case_id=row.id,
        replaces=replaces,
        thread=to.thread if limits_of(to.at.channel).edits else None,
        priority=Priority.ALERT,
        due_at=due_at,
    )
    put(connection, [draft], now)
    return messages.id_of(connection, key)


def say_again(connection: Connection, row: CaseWithCustomer, line_id: int, now: datetime) -> None:
    """Say a line of a thread that nobody got to whoever has the case now; a little later where that is who missed it,
    and for as long as `AGAIN`. `row` is the case's, as it is now."""
    lost = connection.execute(_LINE, {"of_id": line_id}).one()
    if row.erased is not None or lost.body is None or lost.replaces is not None:
        return
    at, first = row.at, lost.expires_at or lost.made_at + AGAIN
    later = now + AGAIN_AFTER if at == Address(lost.channel, lost.address) else now
    draft = Draft(
        dedupe_key=f"again:{line_id}",
        kind="thread",
        address=at,
        lane=f"thread:{row.id}",
        body=tuple(Span(*span) for span in lost.body),
        conversation_id=row.conversation_id,
        case_id=row.id,
        priority=Priority.ALERT,
        due_at=later,
        expires_at=first,
    )
    put(connection, [draft], now)


def forget(connection: Connection, row: Case, erased: str, now: datetime) -> None:
    """The customer of a case was erased: nothing that they or a colleague wrote is left, and what stands in the
    thread of a channel where that can be changed says so."""
    for copy in connection.execute(_COPIES, {"of_case": row.id}).all():
        if limits_of(copy.channel).edits and copy.address:
            to = Spot(Address(copy.channel, copy.address), None)
            line(
                connection, row, to, f"forgotten:{copy.id}", (plain(erased),), now, replaces=copy.message_ref
            )
    connection.execute(_FORGET, {"of_case": row.id})
    connection.execute(_FORGET_NOTES, {"of_case": row.id})
