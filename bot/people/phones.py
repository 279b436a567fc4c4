"""Phone numbers: to E.164; and the country of a time zone. What a number tells of its place: `campaigns.places`.

The rules of each country are those of the phonenumbers library (Google's libphonenumber).
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType

_SEPARATORS: Final = re.compile(r"[\s().\-/\u2010-\u2015\u00a0\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_INTERNATIONAL: Final = re.compile(r"\+[1-9][0-9]{5,14}\Z")
_DIALLED: Final = re.compile(r"\+?[0-9]{3,20}\Z")

_NOT_FOR_TEXTS: Final = {
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.VOICEMAIL: "a voicemail number",
}


def e164(text: str, region: str | None) -> str:
    """The number as `+31612345678`; one without a country is read as dialled in `region` (`NL`).

    Raises ValueError with the rest of a sentence that begins with the number, where no number of that
    country has this length, or where the library is sure that it is no person's (premium rate). Whether a
    number is in use is the carrier's to say: the library's tables lag behind new ranges. Landlines are
    taken, because an alert offers the number to call.
    """
    digits = _SEPARATORS.sub("", text.replace("(0)", ""))
    if _INTERNATIONAL.match(digits) and _is_plain_mobile(digits):
        return digits
    return _slowly(text, digits, region)


def can_be_written_to(number: str) -> bool:
    """Whether a sender is a number that takes an answer; no short code, and no name of letters."""
    return _INTERNATIONAL.match(number) is not None


def country_of(number: str) -> str:
    """The country of a number in E.164, as two letters; its first digits where no country is known."""
    try:
        found = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        found = None
    return found or number[:4]


@lru_cache(maxsize=4096)
def _slowly(text: str, digits: str, region: str | None) -> str:
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if not _DIALLED.match(digits):
        raise ValueError("is no phone number; write it with its country, such as +31612345678")
    if not digits.startswith("+") and region is None:
        raise ValueError("has no country, and the configured timezone names none; write it as +31612345678")
    try:
        number = phonenumbers.parse(digits, None if digits.startswith("+") else region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not (phonenumbers.is_valid_number(number) or _as_long_as_a_mobile(number)):
        read = (
            "" if digits.startswith("+") else f", read as a number of {region} (from the configured timezone)"
        )
        raise ValueError(
            f"has not the length of a phone number{read}; write it with its country, such as +31612345678"
        )
    kind = _NOT_FOR_TEXTS.get(phonenumbers.number_type(number))
    if kind is not None:
        raise ValueError(f"is {kind}, which is no person's; give their own")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_plain_mobile(number: str) -> bool:
    """Whether this is a mobile number of the main country of its code: the common case, told in a fifth of
    the time that the library takes to tell everything."""
    for length in (2, 3, 1):
        pattern = _mobile_pattern(number[1 : 1 + length])
        if pattern is not None:
            return pattern.fullmatch(number, 1 + length) is not None
    return False


def _as_long_as_a_mobile(number: phonenumbers.PhoneNumber) -> bool:
    """Whether it has the length of its country's mobile numbers, in use or not."""
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    metadata = PhoneMetadata.metadata_for_region(region)
    mobile = metadata.mobile if metadata is not None else None
    return mobile is not None and len(phonenumbers.national_significant_number(number)) in (
        mobile.possible_length or ()
    )


@cache
def _mobile_pattern(country_code: str) -> re.Pattern[str] | None:
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(country_code), ())
    if not regions or regions[0] == "001":
        return None
    metadata = PhoneMetadata.metadata_for_region(regions[0])
    mobile = metadata.mobile if metadata is not None else None
    if mobile is None or mobile.national_number_pattern is None:
        return None
    return re.compile(mobile.national_number_pattern)


def country_of_zone(zone: str) -> str | None:
    """The country of a time zone, as two letters; None for zones such as UTC, and for old second names."""
    return _countries_of_zones().get(zone)


@cache
def _countries_of_zones() -> dict[str, str]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
