"""Time zones and countries: which belong together, and which zone is meant by what stands in a cell.

People write a city, a country, the name that Windows gives a zone, or a number of hours. The names and the
cities are those of Unicode's CLDR, which Babel carries.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_HOURS: Final = re.compile(r"(?:utc|gmt|z)?\s*([+\-\u2212\u2013])\s*(\d{1,2})(?:[:.]?(\d\d))?", re.IGNORECASE)
_PARTS: Final = re.compile(r"\s*[(),;]\s*")  # "(UTC+01:00) Amsterdam, Berlin, Bern", as Windows shows it
_NAMES_IN: Final = (
    "en",
    "nl",
    "de",
    "fr",
    "es",
    "it",
)  # the languages in which cities and countries are known

# What people call the hours of a place, summer and winter, where the IANA database has another meaning or none.
_CALLED: Final = {
    "cest": "CET",
    "mez": "CET",
    "mesz": "CET",
    "met": "CET",
    "mest": "CET",
    "central european time": "CET",
    "central european standard time": "CET",
    "central european summer time": "CET",
    "mitteleuropäische zeit": "CET",
    "midden-europese tijd": "CET",
    "eest": "EET",
    "oez": "EET",
    "eastern european time": "EET",
    "west": "WET",
    "bst": "Europe/London",
    "british summer time": "Europe/London",
    "greenwich mean time": "Etc/GMT",
    "coordinated universal time": "UTC",
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "sgt": "Asia/Singapore",
    "sast": "Africa/Johannesburg",
    "aest": "Australia/Sydney",
    "est": "America/New_York",
    "edt": "America/New_York",
    "et": "America/New_York",
    "eastern time": "America/New_York",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "central time": "America/Chicago",
    "mdt": "America/Denver",
    "mountain time": "America/Denver",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "pacific time": "America/Los_Angeles",
    "utc": "UTC",
    "z": "UTC",
    "gmt": "Etc/GMT",
}


def country_of_zone(zone: str) -> str | None:
    """The country of a time zone, as two letters; None for zones such as UTC, and for old second names."""
    return _countries_of_zones().get(zone)


def zones_of_country(country: str | None) -> tuple[str, ...]:
    """The time zones of a country (two letters), by name."""
    return _zones_by_country().get(country, ()) if country is not None else ()


@cache
def clock(zone: ZoneInfo) -> tuple[timedelta, ...]:
    """What tells the clocks of zones apart: their offsets on the first of each month of two years."""
    days = (datetime(year, month, 1, 12, tzinfo=zone) for year in (2026, 2027) for month in range(1, 13))
    return tuple(day.utcoffset() or timedelta() for day in days)


@lru_cache(maxsize=1_000)
def zone_meant(text: str, company_zone: str) -> str | None:
    """The IANA name of the zone that somebody plainly means; None where it is not plain.

    A bare number of hours is the company's zone where that stands so in winter: who writes GMT+1 beside a
    company in Amsterdam has no other summer. Elsewhere it is that many hours, all year.
    """
    said = _folded(text)
    parts = [part for part in (said, *_PARTS.split(said)) if part]
    named = next((zone for part in parts if (zone := _named(part)) is not None), None)
    return named or next((zone for part in parts if (zone := _hours(part, company_zone)) is not None), None)


def _named(said: str) -> str | None:
    if said in _CALLED:
        return _CALLED[said]
    all_year = re.sub(r" (?:daylight|summer) time$", " standard time", said)
    return _by_iana_name().get(said.replace(" ", "_")) or _by_other_names().get(all_year)


def _hours(said: str, company_zone: str) -> str | None:
    match = _HOURS.fullmatch(said)
    if match is None:
        return None
    minutes = (int(match[2]) * 60 + int(match[3] or 0)) * (1 if match[1] == "+" else -1)
    if min(clock(ZoneInfo(company_zone))) == timedelta(minutes=minutes):  # the least is the winter's
        return company_zone
    hours, rest = divmod(abs(minutes), 60)
    if rest:  # the places whose clock always stands so, such as India
        return next((zone for zone in _countries_of_zones() if _always_at(zone, minutes)), None)
    name = f"Etc/GMT{'-' if minutes > 0 else '+'}{hours}" if minutes else "UTC"
    return name if name in available() else None


def _always_at(zone: str, minutes: int) -> bool:
    return set(clock(ZoneInfo(zone))) == {timedelta(minutes=minutes)}


def _folded(text: str) -> str:
    return re.sub(r"\s*/\s*", "/", " ".join(text.casefold().split()))


@cache
def available() -> frozenset[str]:
    """Every name that the time-zone data knows. Listing them reads hundreds of files: once."""
    return frozenset(available_timezones())


@cache
def _by_iana_name() -> dict[str, str]:
    return {name.casefold(): name for name in available()}


@cache
def _by_other_names() -> dict[str, str]:
    """Zones by the names of Windows, of cities, and of countries with one clock; a name of two zones whose
    clocks differ is none."""
    from babel import Locale  # Here, because few files hold such a name, and the tables take a while to load.
    from babel.core import get_global

    meant = {windows.casefold(): zone for windows, zone in get_global("windows_zone_mapping").items()}
    candidates: dict[str, set[str]] = {}
    for zone in _countries_of_zones():
        candidates.setdefault(zone.rpartition("/")[2].replace("_", " ").casefold(), set()).add(zone)
    for locale in map(Locale, _NAMES_IN):
        for zone, names in locale.time_zones.items():
            if "city" in names and zone in _countries_of_zones():
                candidates.setdefault(names["city"].casefold(), set()).add(zone)
        for country, name in locale.territories.items():
            if country in _zones_by_country():
                for said in (name, country):
                    candidates.setdefault(said.casefold(), set()).update(zones_of_country(country))
    for article, name in (("the netherlands", "netherlands"), ("holland", "netherlands"), ("uk", "gb")):
        candidates.setdefault(article, candidates[name])
    for said, zones in candidates.items():
        only = one_clock(sorted(zones))
        if only is not None:
            meant.setdefault(said, only)
    return meant


def one_clock(names: Iterable[str]) -> str | None:
    """The first of these zones where the clocks of all agree; else None."""
    zones = [ZoneInfo(name) for name in names]
    return zones[0].key if len({clock(zone) for zone in zones}) == 1 else None


@cache
def _countries_of_zones() -> dict[str, str]:
    return {zone: country for country, zone in _table()}


@cache
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    zones: dict[str, tuple[str, ...]] = {}
    for name in sorted(available()):  # a zone that the data lacks is no zone to ask for
        country = country_of_zone(name)
        if country is not None:
            zones[country] = (*zones.get(country, ()), name)
    return zones


def _table() -> Iterator[tuple[str, str]]:
    text = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            yield country, zone
