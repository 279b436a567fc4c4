"""How things stand with the customer of a case: where they wrote last, when their hours are, and whether they can be
written to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, or_, select

from bot.campaigns.places import places_of, public_holidays
from bot.campaigns.terms import Terms
from bot.campaigns.windows import fits, next_send_in_all
from bot.cases.around import COLLEAGUE
from bot.cases.as_kept import CaseWithCustomer
from bot.cases.relaying import JUST, Reachable
from bot.context import Context
from bot.people import consent
from bot.store.schema import address, inbox
from channels.base import Address

_HEARD: Final = (
    select(inbox.c.actor, inbox.c.received_at)
    .where(
        inbox.c.conversation_id == bindparam("of_id"),
        inbox.c.kind == "InboundMessage",
        inbox.c.actor.is_not(None),
        or_(inbox.c.reading.is_(None), inbox.c.reading != COLLEAGUE),
    )
    .order_by(inbox.c.id.desc())
    .limit(1)
)
_ADDRESSES: Final = select(address.c.channel, address.c.value, address.c.dead_since).where(
    address.c.contact_id == bindparam("of_contact")
)


@dataclass(frozen=True, slots=True)
class LastHeard:
    """Where the customer wrote last, and when; the address of the conversation where they never wrote."""

    at: Address | None
    when: datetime | None


def heard(connection: Connection, row: CaseWithCustomer) -> LastHeard:
    """Where the customer of a case is to be written to: where they wrote last, while that is theirs and alive."""
    found = connection.execute(_HEARD, {"of_id": row.conversation_id}).first()
    last = None if found is None else Address.parse(found.actor)
    alive = {
        Address(one.channel, one.value): one.dead_since is None
        for one in connection.execute(_ADDRESSES, {"of_contact": row.contact_id})
    }
    at = next((one for one in (last, row.asked) if one is not None and alive.get(one)), None)
    return LastHeard(at, None if found is None else found.received_at)


def reachable(connection: Connection, context: Context, row: CaseWithCustomer, now: datetime) -> Reachable:
    """How things stand with the customer of a case at this moment."""
    if row.asked is None:
        return Reachable(None, erased=True)
    at = heard(connection, row).at
    return Reachable(
        at,
        on=at is not None and at.channel in context.limits,
        opted_out=consent.is_opted_out(connection, at or row.asked),
        blocked=consent.only_blocked(connection, at or row.asked),
        done=row.state == "done",
        opens=opens(context, row, now),
    )


def opens(context: Context, row: CaseWithCustomer, now: datetime) -> datetime | None:
    """When the send window of a customer opens; None where it is open. Where nobody knows the time there, it goes by
    the company's clock: somebody waits for an answer."""
    terms = Terms.from_dict(row.terms)
    place = places_of(context.settings.timezone).of(row.timezone, row.phone)
    zones = place.zones if place is not None and fits(now, place.zones, terms) else (zone_of(context, row),)
    due = next_send_in_all(now, zones, terms, public_holidays(place.country if place else None))
    return due if due > now else None


def zone_of(context: Context, row: CaseWithCustomer) -> ZoneInfo:
    """By whose clock the customer of a case lives, else the company's."""
    place = places_of(context.settings.timezone).of(row.timezone, row.phone)
    return place.zones[0] if place is not None else ZoneInfo(context.settings.timezone)


def is_awake(connection: Connection, row: CaseWithCustomer, now: datetime) -> bool:
    """Whether the customer of a case wrote so lately that a colleague may answer them outside their hours."""
    when = heard(connection, row).when
    return when is not None and now - when <= JUST
