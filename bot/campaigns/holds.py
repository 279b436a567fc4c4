"""Customers whom a colleague holds back for a while: few, not for long, in the open, and never twice in a row.

A score can be made by not asking the unhappy. So whom an account manager keeps from a question stands in the audit, and
an admin may refuse it at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from bot.campaigns.spaces import LastAsked
from bot.campaigns.spacing import last_asked
from bot.people.contacts import RESERVED, Person
from bot.steps import step
from bot.store.schema import Row, account, contact, hold

LONGEST: Final = timedelta(days=30)
SHARE: Final = 20
"""One in so many of an account manager's contacts may be held back, one at least."""
LONGEST_REASON: Final = 500

WhyNot = Literal["held", "twice", "too_many"]
"""They are held back already; they were before and were not asked since; as many of their manager's customers are held
back as may be."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody who is held back. `account_manager` is empty where it is nobody's customer; `who` the contact's name
    and key."""

    id: int
    contact_id: int | None
    who: tuple[str, str]
    account_manager: str
    reason: str
    by: str
    made_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class HoldRoom:
    """How many of an account manager's contacts are held back, and how many may be."""

    held: int
    most: int
    contacts: int


def room_of(contacts: int, held: int) -> HoldRoom:
    """At most 5% of a manager's contacts, and one at least. PURE."""
    return HoldRoom(held, max(1, contacts // SHARE), contacts)


_OF_MANAGER: Final = or_(
    account.c.account_manager == bindparam("manager"),
    (bindparam("manager") == "") & account.c.account_manager.is_(None),
)
_LOCK: Final = select(account.c.id).where(_OF_MANAGER).order_by(account.c.id).with_for_update()
_CONTACTS: Final = (
    select(func.count())
    .select_from(contact.outerjoin(account))
    .where(_OF_MANAGER, contact.c.contact_id.not_like(f"{RESERVED}%"))
)
_IN_FORCE: Final = (hold.c.ended_at.is_(None)) & (hold.c.until > bindparam("now"))
_HELD: Final = (
    select(func.count()).select_from(hold).where(_IN_FORCE, hold.c.account_manager == bindparam("manager"))
)
_LAST: Final = (
    select(hold).where(hold.c.contact_id == bindparam("of_contact")).order_by(hold.c.id.desc()).limit(1)
)
_ADD: Final = insert(hold).returning(hold.c.id)
_END: Final = (
    update(hold)
    .where(hold.c.id == bindparam("of_id"), hold.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"), ended_by=bindparam("who"))
)
_SHOWN: Final = select(hold, contact.c.name, contact.c.contact_id.label("key")).join(
    contact, contact.c.id == hold.c.contact_id
)
_ALL: Final = _SHOWN.where(_IN_FORCE).order_by(hold.c.account_manager, hold.c.until, hold.c.id)
_BY_ID: Final = _SHOWN.where(_IN_FORCE, hold.c.id == bindparam("of_id"))
_OF_CONTACT: Final = _SHOWN.where(_IN_FORCE, hold.c.contact_id == bindparam("of_contact"))


def keep_hold(
    connection: Connection, one: Person, until: datetime, reason: str, by: str, now: datetime
) -> tuple[Hold | WhyNot, HoldRoom]:
    """Hold a contact back until a moment, or why not; and how many of their manager's customers then are."""
    manager = one.account_manager or ""
    connection.execute(_LOCK, {"manager": manager}).all()  # two holds at once are counted one after the other
    contacts = connection.execute(_CONTACTS, {"manager": manager}).scalar_one()
    room = room_of(contacts, connection.execute(_HELD, {"manager": manager, "now": now}).scalar_one())
    last = connection.execute(_LAST, {"of_contact": one.id}).one_or_none()
    if last is not None:
        if last.ended_at is None and now < last.until:
            return "held", room
        asked = last_asked(connection, [one.id]).get(one.id, LastAsked()).asked
        if asked is None or asked < last.made_at:
            return "twice", room
        connection.execute(_END, {"of_id": last.id, "at": last.until, "who": None})
    if room.held >= room.most:
        return "too_many", room
    reason = reason[:LONGEST_REASON]
    values = {
        "contact_id": one.id,
        "account_manager": manager,
        "reason": reason,
        "by": by,
        "made_at": now,
        "until": until,
    }
    id_ = connection.execute(_ADD, values).scalar_one()
    step("contact.held", hold=id_)
    held = Hold(id_, one.id, (one.name, one.contact_id), manager, reason, by, now, until)
    return held, room_of(contacts, room.held + 1)


def holds(connection: Connection, now: datetime, managers: tuple[str, ...] | None = None) -> list[Hold]:
    """Who is held back, by account manager; `managers` limits it to their customers."""
    found = map(_hold, connection.execute(_ALL, {"now": now}))
    return [one for one in found if managers is None or one.account_manager in managers]


def hold_by_id(connection: Connection, hold_id: int, now: datetime) -> Hold | None:
    """The hold with this number, while it is in force."""
    row = connection.execute(_BY_ID, {"of_id": hold_id, "now": now}).one_or_none()
    return None if row is None else _hold(row)


def hold_of(connection: Connection, contact_id: int, now: datetime) -> Hold | None:
    """The hold of a contact that is in force."""
    row = connection.execute(_OF_CONTACT, {"of_contact": contact_id, "now": now}).one_or_none()
    return None if row is None else _hold(row)


def refuse(connection: Connection, one: Hold, by: str, now: datetime) -> None:
    """End a hold at once, as an admin wants it."""
    connection.execute(_END, {"of_id": one.id, "at": now, "who": by})
    step("contact.hold_refused", hold=one.id)


def _hold(row: Row) -> Hold:
    return Hold(
        row.id,
        row.contact_id,
        (row.name, row.key),
        row.account_manager,
        row.reason,
        row.by,
        row.made_at,
        row.until,
    )
