"""What time it is at a contact's, and which days are public holidays there.

The zone is the contact's own; else that of its phone number, where the number allows one zone only; else,
where there is no phone, the company's. The country, which says what is a holiday, is the phone number's, else
the zone's. A phone number of a country with several zones, and no zone given, leaves the place unknown:
providers.md 3.8 advises to refuse rather than to guess.
"""

from collections.abc import Container
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import holidays
import phonenumbers
from phonenumbers import timezone as phone_zones

from bot.campaigns.plan import Place
from bot.people.zones import country_of_zone

_NO_ZONE: Final = phone_zones.UNKNOWN_TIMEZONE


class Places:
    """Places by zone and phone, remembered; `company_zone` is `timezone` in config.yaml."""

    def __init__(self, company_zone: str) -> None:
        self._company = ZoneInfo(company_zone)
        self._company_zone = company_zone
        # Contacts share few zones; a phone counts by its leading digits where those already tell.
        self._of = lru_cache(maxsize=10_000)(self._find)

    def of(self, zone: str | None, phone: str | None) -> Place | None:
        """The place of a contact with this zone (an IANA name) and phone (E.164); None where unknown."""
        return self._of(zone, None if phone is None else _telling_part(phone))

    def _find(self, zone_name: str | None, phone: str | None) -> Place | None:
        zone = _zone(zone_name)
        number = None if phone is None else _number(phone)
        country = None if number is None else _country(number)
        if zone is None and number is not None:
            zone = self._only_zone(number, country)
            if zone is None:
                return None
        if zone is None:
            zone, zone_name = self._company, self._company_zone
        return Place(zone, country or country_of_zone(zone_name or ""))

    def _only_zone(self, number: phonenumbers.PhoneNumber, country: str | None) -> ZoneInfo | None:
        names = [name for name in phone_zones.time_zones_for_number(number) if name != _NO_ZONE]
        if not names:  # a range that the library does not know: any zone of the country will do
            names = list(_zones_of(country))
        if len(names) > 1 and country is not None:
            # +1 lists the Caribbean beside New York; only the zones of the number's own country count.
            names = [name for name in names if country_of_zone(name) == country]
        zones = [zone for name in names if (zone := _zone(name)) is not None]
        # Jersey's zone beside London's leaves nothing open: their clocks show the same.
        return zones[0] if len({_clock(zone) for zone in zones}) == 1 else None


@cache
def places_of(company_zone: str) -> Places:
    """The places as a company sees them, for whoever asks: one memory for send windows and alerts."""
    return Places(company_zone)


@cache
def public_holidays(country: str | None) -> Container[date]:
    """The public holidays of a whole country (ISO 3166 code), for any year; none for an unknown country.

    Holidays of one region of a country are not known here: a contact's region is not.
    """
    if country is None:
        return frozenset()
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:  # a country that the library does not know
        return frozenset()


@lru_cache(maxsize=1_000)
def _zone(name: str | None) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # imports check zones; an older tz database may lack one
        return None


@cache
def _clock(zone: ZoneInfo) -> tuple[object, ...]:
    """What tells the clocks of zones apart: their offsets on the first of each month of a recent year."""
    return tuple(datetime(2026, month, 1, 12, tzinfo=zone).utcoffset() for month in range(1, 13))


def _telling_part(phone: str) -> str:
    """As much of a number as decides its place: the whole, or just the country's code where the country
    has one zone and the code to itself."""
    for length in (2, 3, 4):
        code = phone[1:length]
        if code in _plain_codes():
            return f"+{code}"
    return phone


@cache
def _plain_codes() -> frozenset[str]:
    """Calling codes of one country with one zone."""
    return frozenset(
        str(code)
        for code, countries in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
        if len(countries) == 1 and len(_zones_of(countries[0])) == 1
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


def _zones_of(country: str | None) -> tuple[str, ...]:
    return _zones_by_country().get(country, ()) if country is not None else ()


@cache
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    """Listing the zones reads hundreds of files: once for all countries."""
    zones: dict[str, tuple[str, ...]] = {}
    for name in sorted(available_timezones()):
        country = country_of_zone(name)
        if country is not None:
            zones[country] = (*zones.get(country, ()), name)
    return zones
