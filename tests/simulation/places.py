"""Where the people of the simulated world are, and what may be sent there when."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import holidays

from tests.simulation.ledger import Person


def place(person: Person, zone: str | None) -> tuple[ZoneInfo, str]:
    """Where somebody is. The world's phones are Dutch, and a phone says whose holidays count."""
    country = {"America/New_York": "US", "Asia/Tokyo": "JP", "Europe/London": "GB"}.get(zone or "", "NL")
    return ZoneInfo(zone or "Europe/Amsterdam"), "NL" if "sms" in person.addresses else country


def inside(now: datetime, zone: ZoneInfo, country: str, hours: tuple[time, time]) -> bool:
    local = now.astimezone(zone)
    day: date = local.date()
    return (
        hours[0] <= local.time() < hours[1]
        and day.isoweekday() != 7
        and day not in holidays.country_holidays(country)
    )
