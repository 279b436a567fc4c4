"""Phone numbers become E.164, the same by the short way and by the library's."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


KINDS = sorted(phonenumbers.PhoneNumberType.values())


@pytest.mark.parametrize("kind", KINDS)
def test_the_short_way_is_the_librarys_way_in_every_country(kind: int) -> None:
    """Abroad and as it is dialled there, and for numbers beside it, which may be of another kind or of none."""
    for region in REGIONS:
        number = phonenumbers.example_number_for_type(region, kind)
        if number is not None:
            own = phonenumbers.national_significant_number(number)
            beside = [own, f"{own[:-1]}{9 - int(own[-1])}", f"{own[:1]}0{own[2:]}", f"{own}0", own[:-1]]
            for one in beside:
                for text in (f"+{number.country_code}{one}", f"0{one}", f"00{number.country_code}{one}"):
                    assert _short_or_long(text, region) == _long(text, region), (text, region)


@given(
    st.from_regex(r"\+(31[0-9]{8,10}|32[0-9]{8,9}|49[0-9]{9,11}|39[0-9]{8,10}|1[0-9]{10})", fullmatch=True)
)
def test_the_short_way_is_the_librarys_way(number: str) -> None:
    assert _short_or_long(number, None) == _long(number, None)


@given(
    st.from_regex(r"0[0-9]{7,11}(\.0)?", fullmatch=True),
    st.sampled_from(
        ["NL", "BE", "DE", "AT", "FR", "GB", "IE", "IT", "SE", "PL", "HU", "TR", "ZA", "AU", "US"]
    ),
)
def test_the_short_way_is_the_librarys_way_for_what_is_dialled(number: str, region: str) -> None:
    assert _short_or_long(number, region) == _long(number, region)


def test_what_a_table_of_decimal_numbers_added_is_no_digit() -> None:
    assert e164("+491711234567.0", "NL") == "+491711234567"


def _short_or_long(number: str, region: str | None) -> str | None:
    try:
        return e164(number, region)
    except ValueError:
        return None


def _long(number: str, region: str | None) -> str | None:
    try:
        return phones._slowly(number, region)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("zone", "country"), [("Europe/Amsterdam", "NL"), ("America/New_York", "US"), ("UTC", None), ("", None)]
)
def test_the_country_of_a_zone(zone: str, country: str | None) -> None:
    assert country_of_zone(zone) == country
