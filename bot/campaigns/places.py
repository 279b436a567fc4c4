"""What time it is at a contact's, and which days are public holidays there.

The zone is the contact's own; else that of its phone number; else, where there is no phone, the company's. The
country, which says what is a holiday, is the phone number's, else the zone's. A phone number of a country with
several clocks, and no zone given, may be at any of them: then the hours count that fit all (providers.md 3.8
advises not to guess).
"""

from collections import Counter
from collections.abc import Container
from datetime import date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as phone_zones

from bot.campaigns.plan import Place
from bot.config.holiday_tables import holidays_of, knows_holidays
from bot.people.zones import clock, country_of_zone, zones_of_country


class Places:
    """Places by zone and phone, remembered; `company_zone` is `timezone` in config.yaml."""

    def __init__(self, company_zone: str) -> None:
        self._company = ZoneInfo(company_zone)
        self._company_zone = company_zone
        # Contacts share few zones; a phone counts by its leading digits where those already tell.
        self._of = lru_cache(maxsize=10_000)(self._find)

    def today(self, moment: datetime) -> date:
        """The day that the company has then."""
        return moment.astimezone(self._company).date()

    def of(self, zone: str | None, phone: str | None) -> Place | None:
        """The place of a contact with this zone (an IANA name) and phone (E.164); None where unknown."""
        return self._of(zone, None if phone is None else _telling_part(phone))

    def _find(self, zone_name: str | None, phone: str | None) -> Place | None:
        zone = _zone(zone_name)
        number = None if phone is None else _number(phone)
        country = None if number is None else _country(number)
        if zone is None and number is not None:
            zones = _zones_of_number(number, country)
            return Place(zones[0], country, zones[1:]) if zones else None
        if zone is None:
            zone, zone_name = self._company, self._company_zone
        return Place(zone, country or country_of_zone(zone_name or ""))


@cache
def places_of(company_zone: str) -> Places:
    """The places as a company sees them, for whoever asks: one memory for send windows and alerts."""
    return Places(company_zone)


@cache
def public_holidays(country: str | None) -> Container[date]:
    """The public holidays of a country (ISO 3166 code), for any year; none for an unknown country.

    A day counts where the whole country has it, or at least half of its subdivisions do: where in the country
    a contact is, nobody knows.
    """
    return _Holidays(country) if country is not None and knows_holidays(country) else frozenset()


class _Holidays:
    """The holidays of one country, of which each year is looked up once."""

    def __init__(self, country: str) -> None:
        self._table = holidays_of(country)
        self._everywhere = self._table()
        self._mostly: dict[int, frozenset[date]] = {}

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        if day in self._everywhere:
            return True
        mostly = self._mostly.get(day.year)
        if mostly is None:
            mostly = self._mostly[day.year] = self._of_most(day.year)
        return day in mostly

    def _of_most(self, year: int) -> frozenset[date]:
        parts = self._everywhere.subdivisions
        having = Counter(day for part in parts for day in self._table(subdiv=part, years=year))
        return frozenset(day for day, count in having.items() if count * 2 >= len(parts) and day.year == year)


@lru_cache(maxsize=1_000)
def _zone(name: str | None) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # imports check zones; an older tz database may lack one
        return None


def _zones_of_number(number: phonenumbers.PhoneNumber, country: str | None) -> tuple[ZoneInfo, ...]:
    """Where a number may be, one zone for each clock; nowhere where that is not known.

    The library names the zones of the number's range, and for whole countries a foreign one whose clock was
    once the same (Europe/Paris for Algeria): only zones of the number's own country count, and where it names
    none, any of that country will do.
    """
    names = [name for name in phone_zones.time_zones_for_number(number) if country_of_zone(name) == country]
    by_clock: dict[object, ZoneInfo] = {}
    for name in (names if country is not None else ()) or zones_of_country(country):
        zone = _zone(name)
        if zone is not None:  # Jersey's beside London's leaves nothing open: their clocks show the same
            by_clock.setdefault(clock(zone), zone)
    return tuple(by_clock.values())


def _telling_part(phone: str) -> str:
    """As much of a number as decides its place: the whole, or just the country's code where the country
    has one zone and the code to itself."""
    return _plain_code(phone[:4]) or phone


@lru_cache(maxsize=2_000)
def _plain_code(beginning: str) -> str | None:
    codes = (beginning[1:length] for length in (2, 3, 4))
    return next((f"+{code}" for code in codes if code in _plain_codes()), None)


@cache
def _plain_codes() -> frozenset[str]:
    """Calling codes of one country with one zone."""
    return frozenset(
        str(code)
        for code, countries in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
        if len(countries) == 1 and len(zones_of_country(countries[0])) == 1
    )


def _number(phone: str) -> phonenumbers.PhoneNumber | None:
    code = phone.removeprefix("+")
    if code in _plain_codes():
        return phonenumbers.example_number(phonenumbers.region_code_for_country_code(int(code)))
    try:
        return phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return None


def _country(number: phonenumbers.PhoneNumber) -> str | None:
    code = phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )
    return code if code.isalpha() and code != "ZZ" else None  # 001: numbers of no country
