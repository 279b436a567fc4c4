"""What time it is at a contact's, and whose holidays count there."""

from datetime import date

import phonenumbers
import pytest

from bot.campaigns.places import Places, public_holidays
from bot.people.zones import country_of_zone


@pytest.mark.parametrize(
    ("zone", "phone", "expected"),
    [
        (None, None, ("Europe/Amsterdam", "NL")),  # the company's own
        ("America/New_York", None, ("America/New_York", "US")),
        (None, "+31612345678", ("Europe/Amsterdam", "NL")),
        (None, "+32470123456", ("Europe/Brussels", "BE")),
        (None, "+4915112345678", ("Europe/Berlin", "DE")),  # its second zone, Busingen, shows the same time
        (None, "+447700900123", ("Europe/London", "GB")),  # a number reserved for fiction
        (None, "+447911123456", ("Europe/Guernsey", "GG")),
        (None, "+12125550123", ("America/New_York", "US")),
        (None, "+80012345678", None),  # toll-free: anywhere in the world
        (
            None,
            "+212650123456",
            ("Africa/Casablanca", "MA"),
        ),  # discovered P3: the library says Atlantic/Canary
        (None, "+213551234567", ("Africa/Algiers", "DZ")),  # discovered P3: Europe/Paris
        (None, "+218912345678", ("Africa/Tripoli", "LY")),  # discovered P3: Europe/Bucharest
        (None, "+50581234567", ("America/Managua", "NI")),  # discovered P3: America/Chicago
        (None, "+211977123456", ("Africa/Juba", "SS")),  # discovered P3: Africa/Nairobi
        (
            None,
            "+970599123456",
            ("Asia/Gaza", "PS"),
        ),  # discovered P3: Asia/Jerusalem; Hebron's clock is the same
        ("Australia/Perth", "+61412345678", ("Australia/Perth", "AU")),
        ("UTC", None, ("UTC", None)),
        ("UTC", "+31612345678", ("UTC", "NL")),
        ("Europe/Amsterdam", "+32470123456", ("Europe/Amsterdam", "BE")),  # the phone says which holidays
        ("No/Such_Zone", None, ("Europe/Amsterdam", "NL")),
        (None, "+999", ("Europe/Amsterdam", "NL")),  # no country has this code
    ],
)
def test_the_place_of_a_contact(
    zone: str | None, phone: str | None, expected: tuple[str, str | None] | None
) -> None:
    place = Places("Europe/Amsterdam").of(zone, phone)
    assert (None if place is None else (place.zone.key, place.country)) == expected


@pytest.mark.parametrize(
    ("phone", "country", "zones"),
    [
        ("+34612345678", "ES", {"Europe/Madrid", "Atlantic/Canary"}),
        ("+351912345678", "PT", {"Europe/Lisbon", "Atlantic/Azores"}),
        ("+64211234567", "NZ", {"Pacific/Auckland", "Pacific/Chatham"}),
    ],
)
def test_a_number_that_may_be_in_several_zones(phone: str, country: str, zones: set[str]) -> None:  # field C8
    place = Places("Europe/Amsterdam").of(None, phone)
    assert place is not None
    assert (place.country, {zone.key for zone in place.zones}) == (country, zones)


@pytest.mark.parametrize(
    "phone", ["+79123456789", "+74012123456", "+18005550100", "+61412345678", "+521234567890"]
)
def test_the_zones_of_a_number_are_its_own_countrys(phone: str) -> None:  # discovered P3
    place = Places("Europe/Amsterdam").of(None, phone)
    assert place is None or {country_of_zone(zone.key) for zone in place.zones} == {place.country}


def test_no_number_of_any_country_is_given_a_foreign_clock() -> None:  # discovered P3
    places = Places("Europe/Amsterdam")
    for region in phonenumbers.SUPPORTED_REGIONS:
        number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        if number is None:
            continue
        place = places.of(None, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        if place is not None:
            assert {country_of_zone(zone.key) for zone in place.zones} == {place.country}, region


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("GB", date(2027, 3, 29)),
        ("GB", date(2027, 8, 30)),
        ("CH", date(2027, 3, 26)),
        ("CH", date(2027, 3, 29)),
        ("CH", date(2027, 5, 17)),
        ("CH", date(2027, 12, 26)),
        ("CA", date(2027, 10, 11)),
        ("CA", date(2027, 5, 24)),
        ("AU", date(2027, 4, 26)),
        ("AU", date(2027, 6, 14)),
        ("ES", date(2027, 3, 25)),
    ],
)
def test_what_most_of_a_country_has_is_a_holiday(country: str, day: date) -> None:  # discovered P4
    assert day in public_holidays(country)


@pytest.mark.parametrize(("country", "day"), [("GB", date(2027, 1, 4)), ("DE", date(2027, 11, 1))])
def test_what_few_of_a_country_have_is_none(country: str, day: date) -> None:  # discovered P4
    assert day not in public_holidays(country)


@pytest.mark.parametrize(
    ("country", "day", "expected"),
    [
        ("NL", date(2026, 4, 27), True),
        ("NL", date(2026, 4, 28), False),
        ("NL", date(2027, 12, 25), True),
        ("DE", date(2026, 10, 3), True),
        ("US", date(2026, 7, 4), True),
        (None, date(2026, 12, 25), False),
        ("ZZ", date(2026, 12, 25), False),
    ],
)
def test_public_holidays_of_a_country(country: str | None, day: date, expected: bool) -> None:
    assert (day in public_holidays(country)) is expected
