"""What became of a colleague's words on their way to the customer, told to the colleague where they wrote them: one
line, changed as it goes on where a channel can change what it showed, and short notices elsewhere."""

from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from bot.cases import cases, customer, threads
from bot.cases.as_kept import CaseWithCustomer, ThreadMessage
from bot.cases.life.events import ManagerDelivered
from bot.cases.threads import Spot
from bot.cases.unseen import missed
from bot.context import Context
from bot.outbox import Outgoing, in_place_of, may_pass, why_undelivered
from bot.people import consent
from bot.store.schema import outbox, thread_message
from channels.base import Address, Choice, Choices, SendError, plain
from channels.known import limits_of, title_of

Became = Literal[
    "held",
    "sent",
    "delivered",
    "unknown",
    "failed",
    "expired",
    "opted_out",
    "taken_back",
    "changed",
    "not_changed",
    "gone",
]
"""What a line says."""

_TEXTS: Final[dict[Became, str]] = {
    "held": "relay_held",
    "sent": "relay_sent",
    "delivered": "relay_delivered",
    "unknown": "relay_unknown",
    "failed": "relay_failed",
    "expired": "relay_expired",
    "opted_out": "relay_opted_out",
    "taken_back": "relay_taken_back",
    "changed": "relay_changed",
    "not_changed": "relay_not_changed",
    "gone": "relay_gone",
}

_RANK: Final[dict[str, int]] = {"held": 0, "sent": 1, "unknown": 1, "changed": 3, "not_changed": 3, "gone": 3}
_LAST: Final = 2
"""Reports come twice and out of order: a line only moves on. What is not named above is the end of the way."""
_PASSING: Final = frozenset({"sent"})

_BY_OUTBOX: Final = select(thread_message).where(
    thread_message.c.outbox_id == bindparam("of_id"), thread_message.c.kind == "relay"
)
_CHANNEL: Final = select(outbox.c.channel, outbox.c.address, outbox.c.due_at).where(
    outbox.c.id == bindparam("of_id")
)


def became(
    connection: Connection, context: Context, outbox_id: int, what: Became, now: datetime, *, why: str = ""
) -> None:
    """Something became of the message that is this row of the outbox, where it is a colleague's."""
    found = connection.execute(_BY_OUTBOX, {"of_id": outbox_id}).first()
    message = None if found is None else ThreadMessage(*found)
    if message is None or not message.channel:  # its customer was erased since
        return
    row = threads.by_id(connection, message.case_id)
    if what == "sent" and row.erased is None:
        cases.happen(connection, row, ManagerDelivered(now), now)
    tell(connection, context, row, message, what, now, why=why)


def relay_reported(
    connection: Connection,
    context: Context,
    message: Outgoing,
    status: str,
    error: SendError | None,
    now: datetime,
) -> None:
    """Take over what a delivery report says of a colleague's words."""
    if status == "delivered":
        became(connection, context, message.id, "delivered", now)
    elif status in ("undelivered", "failed"):
        became(connection, context, message.id, "failed", now, why=why_undelivered(status, error))


def line_missed(
    connection: Connection,
    context: Context,
    line: Outgoing,
    why: str,
    now: datetime,
    *,
    passing: bool = False,
) -> None:
    """Nobody got a line of a thread: the alert goes on to the next, as where nobody got the alert itself, and the line
    goes with it."""
    if not line.address:  # its customer was erased since
        return
    missed(connection, context, line.case_id, Address(line.channel, line.address), why, now, passing=passing)
    if line.case_id is not None:
        threads.say_again(connection, threads.by_id(connection, line.case_id), line.id, now)


def line_reported(
    connection: Connection,
    context: Context,
    line: Outgoing,
    status: str,
    error: SendError | None,
    now: datetime,
) -> None:
    """Take over what a delivery report says of a line of a thread."""
    if status in ("undelivered", "failed"):
        passing = may_pass(error)
        line_missed(connection, context, line, why_undelivered(status, error), now, passing=passing)


def tell(
    connection: Connection,
    context: Context,
    row: CaseWithCustomer,
    message: ThreadMessage,
    what: Became,
    now: datetime,
    *,
    why: str = "",
) -> None:
    """Tell who wrote a message what became of it. `row` is the case's, `message` the thread's."""
    if _rank(what) < _rank(message.told) or (what == message.told and what != "changed"):
        return
    out = connection.execute(_CHANNEL, {"of_id": message.outbox_id}).one()
    here, there = limits_of(message.channel), limits_of(out.channel)
    if not here.edits and what in _PASSING and there.reports:
        return  # a report follows, and each text message is paid for
    words = context.manager_words
    values = {
        "name": threads.name_of(context, row),
        "channel": title_of(out.channel),
        "why": why.rstrip("."),
        **calling(context, row),
        **_hours(context, row, out.due_at, now),
    }
    blocked = what == "opted_out" and consent.only_blocked(connection, Address(out.channel, out.address))
    key = "relay_blocked" if blocked else _TEXTS[what]
    text = words.text(key, **values, where=title_of(blocked) if blocked else "")
    spoken = threads.line(
        connection,
        row,
        Spot(Address(message.channel, message.place), message.thread),
        f"line:{message.id}:{what}:{message.outbox_id}",
        (plain(text if here.edits else f"npsbot: {text}"),),
        now,
        lane=f"line:{message.id}",
        choices=_hurrying(connection, context, row, message, now) if what == "held" else (),
        replaces=in_place_of(message.line_id) if message.line_id is not None and here.edits else None,
    )
    threads.change(connection, message.id, line_id=spoken, told=what)


def calling(context: Context, row: CaseWithCustomer) -> dict[str, str]:
    """What texts say of calling the customer of a case; nothing where nobody knows a number."""
    words, keys = context.manager_words, {"call": "call_them", "or_call": "or_call_them"}
    return {one: words.text(key, phone=row.phone) if row.phone else "" for one, key in keys.items()}


def _rank(what: str | None) -> int:
    return -1 if what is None else _RANK.get(what, _LAST)


def _hours(context: Context, row: CaseWithCustomer, due_at: datetime, now: datetime) -> dict[str, str]:
    """The time where the customer is, and when their hours begin by the company's clock."""
    zone = customer.zone_of(context, row)
    return {
        "time": f"{now.astimezone(zone):%H:%M}",
        "until": f"{due_at.astimezone(ZoneInfo(context.settings.timezone)):%d-%m %H:%M}",
    }


def _hurrying(
    connection: Connection, context: Context, row: CaseWithCustomer, message: ThreadMessage, now: datetime
) -> Choices:
    """*Send now anyway*, where the customer wrote so lately that they are awake."""
    if not customer.is_awake(connection, row, now):
        return ()
    return ((Choice(context.manager_words.text("relay_now_button"), f"r:{message.id}"),),)
