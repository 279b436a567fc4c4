"""Phone numbers become E.164, the same by the short way and by the library's."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from bot.people import phones
from bot.people.phones import e164
from bot.people.zones import country_of_zone


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+31612345678", "+31612345678"),
        ("+31 6 1234 5678", "+31612345678"),
        ("+31 (0)6-12345678", "+31612345678"),
        ("0031 6 12345678", "+31612345678"),
        ("06 12345678", "+31612345678"),
        ("06-1234.5678", "+31612345678"),
        ("+31\u00a06\u20111234\u20115678", "+31612345678"),
        ("+44 7400 123456", "+447400123456"),
        ("+32 470 12 34 56", "+32470123456"),
        ("+1 (212) 555-0123", "+12125550123"),
        ("020 624 1111", "+31206241111"),  # a landline: for calling
        ("+5215512345678", "+525512345678"),  # discovered, doubtful: a plan that changed
        ("00 52 1 55 1234 5678", "+525512345678"),
        ("5215512345678", "+525512345678"),
        ("+525512345678", "+525512345678"),
        ("+229 97 12 34 56", "+2290197123456"),
        ("+2290197123456", "+2290197123456"),
        ("+31600000001", "+31600000001"),  # a range that the tables do not know
    ],
)
def test_read_as_dialled_in_the_netherlands(written: str, kept: str) -> None:
    assert e164(written, "NL") == kept


@pytest.mark.parametrize(
    ("written", "region", "sentence"),
    [
        ("0900 1234", "NL", "is a premium-rate number, which is no person's; give their own"),
        (
            "06 12345",
            "NL",
            "has not the length of a phone number, read as a number of NL (from the configured timezone); "
            "write it with its country, such as +31612345678",
        ),
        (
            "+316123456789",
            "NL",
            "has not the length of a phone number; write it with its country, such as +31612345678",
        ),
        (
            "+999 12345678",
            "NL",
            "has not the length of a phone number; write it with its country, such as +31612345678",
        ),
        (
            "06 12345678",
            None,
            "has no country, and the configured timezone names none; write it as +31612345678",
        ),
        ("ask reception", "NL", "is no phone number; write it with its country, such as +31612345678"),
        ("+31612345678 ext. 5", "NL", "is no phone number; write it with its country, such as +31612345678"),
        ("٠٦١٢٣٤٥٦٧٨", "NL", "is no phone number; write it with its country, such as +31612345678"),
    ],
)
def test_refused(written: str, region: str | None, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        e164(written, region)


REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize("kind", [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE])
def test_the_short_way_is_the_librarys_way_in_every_country(kind: int) -> None:
    for region in REGIONS:
        number = phonenumbers.example_number_for_type(region, kind)
        if number is not None:
            text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            assert _short_or_long(text) == _long(text), text


@given(
    st.from_regex(r"\+(31[0-9]{8,10}|32[0-9]{8,9}|49[0-9]{9,11}|39[0-9]{8,10}|1[0-9]{10})", fullmatch=True)
)
def test_the_short_way_is_the_librarys_way(number: str) -> None:
    assert _short_or_long(number) == _long(number)


def _short_or_long(number: str) -> str | None:
    try:
        return e164(number, None)
    except ValueError:
        return None


def _long(number: str) -> str | None:
    try:
        return phones._slowly(number, None)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("zone", "country"), [("Europe/Amsterdam", "NL"), ("America/New_York", "US"), ("UTC", None), ("", None)]
)
def test_the_country_of_a_zone(zone: str, country: str | None) -> None:
    assert country_of_zone(zone) == country
