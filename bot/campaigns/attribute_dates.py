"""The days in an attribute that a campaign asks after or before, as events of the contacts who have them.

They are looked for a page of contacts at a time. Each day of a contact becomes an event once, by a key of its own, as
soon as the question is due; a day that is changed before that is another one.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, func, select

from bot.config.sections.after import After
from bot.config.settings import Settings
from bot.people.contacts import RESERVED
from bot.people.events import OF_A_DATE, CustomerEvent, day_of
from bot.store.schema import contact
from bot.store.sql import text_of

PAGE: Final = 1000  # contacts of one look


@dataclass(frozen=True, slots=True)
class DatedPage:
    """The events found among a page of contacts, and the last contact (`contact.id`) of it; None at the end."""

    events: tuple[CustomerEvent, ...]
    last: int | None


_LAST: Final = select(func.max(contact.c.id))


def find_dated(
    connection: Connection, settings: Settings, campaign: str, after: int, now: datetime
) -> DatedPage:
    """The days among the contacts above `after` (a `contact.id`) whose question is due and not too late."""
    on = settings.campaigns[campaign].on
    if on is None or on.attribute is None:
        return DatedPage((), None)
    value = text_of(contact.c.attributes, on.attribute).label("value")
    rows = connection.execute(
        select(contact.c.contact_id, value).where(
            contact.c.id.between(bindparam("first"), bindparam("last")),
            contact.c.contact_id.not_like(f"{RESERVED}%"),
            value.is_not(None),
        ),
        {"first": after + 1, "last": after + PAGE},
    )
    zone = ZoneInfo(settings.timezone)
    found = tuple(
        event
        for key, said in rows
        if (event := dated(campaign, on, on.attribute, key, said, zone, now)) is not None
    )
    more = after + PAGE < (connection.scalar(_LAST) or 0)
    return DatedPage(found, after + PAGE if more else None)


def dated(
    campaign: str, on: After, attribute: str, contact_key: str, said: str, zone: ZoneInfo, now: datetime
) -> CustomerEvent | None:
    """The event of a day that an attribute holds; None where it holds none, or no question is due."""
    day = day_of(said)
    if day is None or not date(1970, 1, 2) <= day <= date(2199, 1, 1):
        return None
    at = datetime.combine(day, time(), zone)
    if not on.due(at) <= now < on.until(at):
        return None
    content = "\n".join((campaign, attribute, str(day), contact_key))
    return CustomerEvent(contact_key, attribute, at, f"{OF_A_DATE}{sha256(content.encode()).hexdigest()}", {})
