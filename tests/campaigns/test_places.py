"""What time it is at a contact's, and whose holidays count there."""

from datetime import date

import pytest

from bot.campaigns.places import Places, public_holidays


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
        (None, "+79123456789", None),  # one of eleven of Russia
        (None, "+18005550100", None),  # toll-free: anywhere in America
        (None, "+61412345678", None),  # a mobile phone may be in Perth or in Sydney
        (None, "+34612345678", None),  # Madrid or the Canary Islands
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
