"""The keys of following up: within which time a case is to be taken, when colleagues work, and who is next."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from math import nan
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from bot.config.sections.channel import SettingsBlock, Text
from bot.config.value_types import as_list, known_zone, near, place_address, send_window
from channels.base import Address

_WITHIN: Final = re.compile(r"(?:([0-9]{1,3})\s*h(?:ours?)?)?\s*(?:([0-9]{1,4})\s*m(?:in(?:utes?)?)?)?")
_LONGEST: Final = timedelta(hours=240)
_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OF_A_MANAGER: Final = ("address", "zone", "country", "target")


@dataclass(frozen=True, slots=True)
class ManagersClock:
    """Where an account manager works, as far as it is said of them: a time zone, and the country (two letters) whose
    public holidays they have."""

    zone: str | None = None
    country: str | None = None


# ------------------------------------------------------------------------------------------ account managers


def manager_address(value: Any) -> Address:
    """The address of an account manager, which stands alone or beside where they work."""
    if not isinstance(value, Mapping):
        return place_address(value)
    for key in value:
        if key not in _OF_A_MANAGER:
            raise ValueError(f"has the key {key!r}; {near(str(key), _OF_A_MANAGER) or _EXPECTED}")
    if not value.get("address"):
        raise ValueError(f"has no address; {_EXPECTED}")
    managers_clock(value)
    managers_target(value)
    return place_address(value["address"])


_EXPECTED: Final = "expected an address such as slack:U0123ABCD, or address, zone, country and target"


def managers_clock(value: Any) -> ManagersClock:
    """Where an account manager works; nothing is said beside an address that stands alone."""
    if not isinstance(value, Mapping):
        return ManagersClock()
    zone, country = value.get("zone"), value.get("country")
    try:
        return ManagersClock(
            None if zone is None else known_zone(str(zone).strip()),
            None if country is None else known_country(str(country)),
        )
    except ValueError as error:
        raise ValueError(f"has a {'zone' if 'time zone' in str(error) else 'country'} that {error}") from None


def managers_target(value: Any) -> float | None:
    """The NPS that an account manager's customers are to give; None where nothing is said of one."""
    target = value.get("target") if isinstance(value, Mapping) else None
    if target is None:
        return None
    try:
        number = float(target)
    except (TypeError, ValueError):
        number = nan
    if not -100 <= number <= 100:
        raise ValueError(
            f"has a target that is {str(target)!r}; expected an NPS from -100 to 100, such as 40"
        )
    return number


def known_country(text: str) -> str:
    """A country whose public holidays are known, as two letters."""
    # Here, because it takes 0.15 s to load and only who names a country needs it.
    from bot.config.holiday_tables import knows_holidays

    code = text.strip().upper()
    if len(code) != 2 or not knows_holidays(code):
        raise ValueError(
            f"is {text!r}, of which no public holidays are known; expected two letters such as NL or GB"
        )
    return code


# ------------------------------------------------------------------------------------------------- follow_up


def agreed_time(value: Any) -> timedelta | None:
    """`4h`, `30m` or `1h 30m` of work; None for `off`."""
    if value is None or isinstance(value, timedelta):
        return value
    text = str(value).strip().casefold()
    if text in ("off", "never", "no"):
        return None
    found = _WITHIN.fullmatch(text)
    amount = timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0)) if found else timedelta()
    if not timedelta() < amount <= _LONGEST:
        raise ValueError(f"is {value!r}; expected working hours such as 4h or 1h 30m, up to 240h, or off")
    return amount


def weekdays(value: Any) -> frozenset[int]:
    """`mon-fri`, or days such as [mon, wed]; Monday is 0."""
    if isinstance(value, frozenset):
        return value
    listed = value if isinstance(value, (list, tuple)) else str(value).split(",")
    days: set[int] = set()
    for said in listed:
        first, dash, last = str(said).replace("–", "-").partition("-")
        begin, end = _weekday(first, value), _weekday(last if dash else first, value)
        days.update((begin + ahead) % 7 for ahead in range((end - begin) % 7 + 1))
    if not days:
        raise ValueError(f"has no day; {_DAYS}")
    return frozenset(days)


_DAYS: Final = "expected days such as mon-fri, or [mon, tue, wed]"


def _weekday(text: str, value: Any) -> int:
    word = text.strip().casefold()
    if len(word) < 3 or not any(day.startswith(word) for day in _WEEKDAYS):
        raise ValueError(f"is {value!r}; {_DAYS}")
    return _WEEK.index(word[:3])


def work_hours(text: str) -> str:
    """The hours of a working day, as a send window has them."""
    hours = send_window(text)
    if hours == "always":
        raise ValueError("is 'always'; expected hours such as 09:00-17:30, and at_night: true for every hour")
    return hours


AgreedTime = Annotated[timedelta | None, BeforeValidator(agreed_time)]
Days = Annotated[frozenset[int], BeforeValidator(weekdays)]
WorkHours = Annotated[str, AfterValidator(work_hours)]


class FollowUpRules(SettingsBlock):
    """Within how many working hours somebody is to have taken a case, and who is asked when nobody has: first the
    one it went to is reminded, then it goes to each of `escalation`, one after the other."""

    within: AgreedTime = Field(timedelta(hours=4), description="working hours such as 4h, or off")
    hours: WorkHours = Field("09:00-17:30", description="hours such as 09:00-17:30")
    days: Days = Field(frozenset(range(5)), description="days such as mon-fri")
    holidays: bool = Field(False, description="true or false")
    escalation: Annotated[tuple[Text, ...], BeforeValidator(as_list)] = Field(
        (), description="names from account_managers, or addresses, in the order in which they are asked"
    )
    at_night: bool = Field(False, description="true or false")

    @property
    def from_until(self) -> tuple[time, time] | None:
        """The hours of a working day; None where the time runs by day and by night."""
        if self.at_night:
            return None
        start, _, end = self.hours.partition("-")
        return time.fromisoformat(start), time.fromisoformat(end)
