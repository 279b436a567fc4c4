"""Phone numbers: to E.164. What a number tells of its place: `campaigns.places`.

The rules of each country are those of the phonenumbers library (Google's libphonenumber).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType

from bot.people.files.spreadsheet import is_shortened, plain, whole

_SEPARATORS: Final = re.compile(r"[\s().\-/\u2010-\u2015\u00a0\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_INTERNATIONAL: Final = re.compile(r"\+[1-9][0-9]{5,14}\Z")
_LED: Final = re.compile(r"\A\s*(?:tel|phone|mob|mobile|mobiel|gsm)[.:]*\s*(?=[+\d(])", re.IGNORECASE)
_LEAST_WITH_COUNTRY: Final = 11  # digits of a number that may be one of another country without its plus
_DIALLED: Final = re.compile(r"\+?[0-9]{3,20}\Z")

# Plans that changed so that each old number has one new one: Mexico dropped the 1 before mobile numbers in August 2019,
# Benin put 01 before all in November 2024 (docs/field.md).
_RENUMBERED: Final = (
    (re.compile(r"\+?521([0-9]{10})"), "+52"),
    (re.compile(r"\+?229((?!01)[0-9]{8})"), "+22901"),
)

_MOBILE: Final = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
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
    taken, because an alert offers the number to call. What a spreadsheet does to a number is undone: `.0`
    behind it goes, and a foreign mobile number that lost its plus has it back.
    """
    digits = _SEPARATORS.sub("", whole(plain(text)).replace("(0)", ""))
    return _at_a_glance(digits, region) or _slowly(text, region)


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
def _slowly(text: str, region: str | None) -> str:
    text = whole(plain(text))
    digits = _SEPARATORS.sub("", _LED.sub("", text).replace("(0)", ""))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    digits = _as_numbered_now(digits)
    if is_shortened(text):
        raise ValueError(
            "is a number that a spreadsheet shortened, so that its last digits are lost; format the column as "
            "text there and fill it in again"
        )
    if not _DIALLED.match(digits):
        raise ValueError("is no phone number; write it with its country, such as +31612345678")
    if not digits.startswith("+") and region is None:
        raise ValueError("has no country, and the configured timezone names none; write it as +31612345678")
    number = _parsed(digits, region)
    kind = _kind_of(number)
    if kind == PhoneNumberType.UNKNOWN and len(digits) >= _LEAST_WITH_COUNTRY:
        abroad = _parsed(f"+{digits}", None) if digits[0] not in "+0" else None
        if (its_kind := _kind_of(abroad)) in _MOBILE:
            number, kind = abroad, its_kind
    if number is None or (kind == PhoneNumberType.UNKNOWN and not _as_long_as_a_mobile(number)):
        read = (
            "" if digits.startswith("+") else f", read as a number of {region} (from the configured timezone)"
        )
        raise ValueError(
            f"has not the length of a phone number{read}; write it with its country, such as +31612345678"
        )
    refused = _NOT_FOR_TEXTS.get(kind)
    if refused is not None:
        raise ValueError(f"is {refused}, which is no person's; give their own")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _as_numbered_now(digits: str) -> str:
    """The number under the plan that its country has now; `+5215512345678` is `+525512345678` since 2019."""
    for old, new in _RENUMBERED:
        if (found := old.fullmatch(digits)) is not None:
            return f"{new}{found[1]}"
    return digits


def lost_its_zero(text: str, number: str, region: str | None) -> bool:
    """Whether the number as it was written lacks the 0 that people of this country dial first."""
    digits = _SEPARATORS.sub("", whole(plain(text)))
    return (
        region is not None
        and not digits.startswith(("0", "+"))
        and phonenumbers.ndd_prefix_for_region(region, True) == "0"
        and number == f"+{phonenumbers.country_code_for_region(region)}{digits}"
    )


def _parsed(digits: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, None if digits.startswith("+") else region)
    except phonenumbers.NumberParseException:
        return None


def _kind_of(number: phonenumbers.PhoneNumber | None) -> int:
    """What a number is for; UNKNOWN where it is none that its country gives out."""
    return PhoneNumberType.UNKNOWN if number is None else phonenumbers.number_type(number)


def _at_a_glance(digits: str, region: str | None) -> str | None:
    """The number in E.164 where that can be told without the library, which takes ten times as long: most can.
    None where it is the library's to say, or to refuse."""
    if _INTERNATIONAL.match(digits):
        for length in (2, 3, 1):
            code = digits[1 : 1 + length]
            if (pattern := _mobile_pattern(code)) is not None:
                as_it_is = pattern.fullmatch(digits, 1 + length) or _is_plain(code, digits[1 + length :])
                return digits if as_it_is else None
        return None
    if region is not None and digits[:1] == "0" and _DIALLED.match(digits):
        own = _code_behind_a_zero(region)
        if own is not None and _is_plain(own, digits[1:], digits):
            return f"+{own}{digits[1:]}"
    return None


def _is_plain(code: str, national: str, dialled: str = "") -> bool:
    """Whether a number of the one country of a code has the length of a mobile number there, is of no kind that is
    refused, and begins with nothing that the library might take for a prefix; and whether it is none as it is
    `dialled`."""
    its = _numbering(code)
    return (
        its is not None
        and len(national) in its.lengths
        and national[0] != "0"
        and its.prefix.match(national) is None
        and its.any_number.fullmatch(dialled) is None
        and not any(pattern.fullmatch(national) for pattern in its.refused)
    )


def _as_long_as_a_mobile(number: phonenumbers.PhoneNumber) -> bool:
    """Whether it has the length of its country's mobile numbers, in use or not."""
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    metadata = PhoneMetadata.metadata_for_region(region)
    mobile = metadata.mobile if metadata is not None else None
    return mobile is not None and len(phonenumbers.national_significant_number(number)) in (
        mobile.possible_length or ()
    )


@dataclass(frozen=True, slots=True)
class _Numbering:
    """What the library knows of the numbers of a country that has a code for itself."""

    lengths: frozenset[int]  # of mobile numbers
    prefix: re.Pattern[str]  # what may stand before a number and is no part of it
    any_number: re.Pattern[str]
    refused: tuple[re.Pattern[str], ...]


@cache
def _numbering(code: str) -> _Numbering | None:
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())
    changed = any(new.startswith(f"+{code}") for _, new in _RENUMBERED)
    metadata = PhoneMetadata.metadata_for_region(regions[0]) if len(regions) == 1 and not changed else None
    if metadata is None or metadata.mobile is None:
        return None
    anything = metadata.general_desc and metadata.general_desc.national_number_pattern
    kinds = (metadata.premium_rate, metadata.shared_cost, metadata.voicemail)
    return _Numbering(
        frozenset(metadata.mobile.possible_length),
        re.compile(metadata.national_prefix_for_parsing or r"(?!)"),
        re.compile(anything or r".+"),
        tuple(
            re.compile(kind.national_number_pattern)
            for kind in kinds
            if kind and kind.national_number_pattern
        ),
    )


@cache
def _code_behind_a_zero(region: str) -> str | None:
    """The code of a country that has it for itself, where a 0 is dialled before a number, and two before one abroad."""
    code = str(phonenumbers.country_code_for_region(region))
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or _numbering(code) is None:
        return None
    dialled = metadata.national_prefix_for_parsing, metadata.international_prefix
    return code if dialled == ("0", "00") else None


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
