"""The send window: when the next question may leave, whatever the clocks do."""

from collections.abc import Container
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.windows import (
    fits,
    may_send,
    next_send,
    next_send_in_all,
    window_end,
    window_end_in_all,
)
from tests.support.campaign_world import terms_like

NONE: frozenset[date] = frozenset()
KINGS_DAY = frozenset({date(2026, 4, 27)})
NINE_TO_EIGHT = terms_like()


def local(text: str, zone: str, fold: int = 0) -> datetime:
    """A wall-clock time somewhere, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "zone", "expected"),
    [
        ("2026-03-02 11:00", "Europe/Amsterdam", "2026-03-02 11:00"),
        ("2026-03-02 09:00", "Europe/Amsterdam", "2026-03-02 09:00"),
        ("2026-03-02 08:59", "Europe/Amsterdam", "2026-03-02 09:00"),
        ("2026-03-02 19:59", "Europe/Amsterdam", "2026-03-02 19:59"),
        ("2026-03-02 20:00", "Europe/Amsterdam", "2026-03-03 09:00"),
        ("2026-03-07 20:30", "Europe/Amsterdam", "2026-03-09 09:00"),  # Saturday evening: Sunday is left out
        ("2026-03-08 12:00", "Europe/Amsterdam", "2026-03-09 09:00"),
        ("2026-04-25 21:00", "Europe/Amsterdam", "2026-04-28 09:00"),  # Sunday, then a holiday
        ("2026-03-02 05:00", "America/New_York", "2026-03-02 09:00"),
        ("2026-03-02 23:00", "Asia/Kolkata", "2026-03-03 09:00"),
    ],
)
def test_a_question_waits_for_the_hours_of_the_customers_day(now: str, zone: str, expected: str) -> None:
    assert next_send(local(now, zone), ZoneInfo(zone), NINE_TO_EIGHT, KINGS_DAY) == local(expected, zone)


@pytest.mark.parametrize(
    ("sundays", "holidays", "expected"),
    [
        (False, False, "2026-04-28 09:00"),
        (True, False, "2026-04-26 09:00"),
        (False, True, "2026-04-27 09:00"),
    ],
)
def test_a_campaign_may_allow_sundays_and_holidays(sundays: bool, holidays: bool, expected: str) -> None:
    terms = terms_like(sundays=sundays, holidays=holidays)
    now = local("2026-04-25 20:00", "Europe/Amsterdam")
    assert next_send(now, ZoneInfo("Europe/Amsterdam"), terms, KINGS_DAY) == local(
        expected, "Europe/Amsterdam"
    )


def test_always_is_any_time_of_any_day() -> None:
    sunday_night = local("2026-03-08 03:00", "Europe/Amsterdam")
    terms = terms_like(send_between="always")
    assert next_send(sunday_night, ZoneInfo("Europe/Amsterdam"), terms, {sunday_night.date()}) == sunday_night
    assert window_end(sunday_night, ZoneInfo("Europe/Amsterdam"), terms, NONE) is None


@pytest.mark.parametrize(
    ("hours", "now", "expected_utc"),
    [
        # Clocks go forward on 2026-03-29 from 02:00 to 03:00 in Amsterdam: 02:30 never comes.
        ("02:30-05:00", "2026-03-29T00:00Z", "2026-03-29T01:00Z"),
        ("02:00-02:45", "2026-03-29T00:00Z", "2026-03-30T00:00Z"),  # the whole window never comes
        ("09:00-20:00", "2026-03-29T00:00Z", "2026-03-29T07:00Z"),
        # Clocks go back on 2026-10-25 from 03:00 to 02:00: 02:30 comes twice.
        ("02:30-02:45", "2026-10-25T00:00Z", "2026-10-25T00:30Z"),
        ("02:30-02:45", "2026-10-25T00:50Z", "2026-10-25T01:30Z"),
        ("01:30-02:30", "2026-10-25T00:40Z", "2026-10-25T01:00Z"),  # open again as the clock is set back
        ("09:00-20:00", "2026-10-25T00:00Z", "2026-10-25T08:00Z"),
    ],
)
def test_the_night_the_clocks_change(hours: str, now: str, expected_utc: str) -> None:
    terms = terms_like(send_between=hours, sundays=True)
    assert next_send(
        datetime.fromisoformat(now), ZoneInfo("Europe/Amsterdam"), terms, NONE
    ) == datetime.fromisoformat(expected_utc)


def test_a_window_that_opens_on_no_day_is_an_error() -> None:
    class EveryDay(Container[date]):
        def __contains__(self, day: object) -> bool:
            return True

    with pytest.raises(ValueError, match="opens on no day"):
        next_send(local("2026-03-08 12:00", "UTC"), ZoneInfo("UTC"), NINE_TO_EIGHT, EveryDay())


# Zones that change their clocks in every way: by half an hour, at midnight, over midnight, and never.
ZONES = st.sampled_from(
    [
        "Europe/Amsterdam",
        "America/New_York",
        "Australia/Lord_Howe",
        "America/Nuuk",
        "Africa/Cairo",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "UTC",
    ]
).map(ZoneInfo)
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
NEAR_A_CHANGE = st.builds(
    lambda day, minutes: datetime.fromisoformat(f"{day}T00:00Z") + timedelta(minutes=minutes),
    st.sampled_from(["2026-03-28", "2026-10-24", "2026-04-04", "2026-10-03", "2026-04-23", "2026-10-29"]),
    st.integers(0, 2 * 24 * 60),
)
HOURS = (
    st.tuples(st.integers(0, 47), st.integers(0, 47))
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: tuple(time(half // 2, 30 * (half % 2)) for half in pair))
)


@given(now=INSTANTS | NEAR_A_CHANGE, zone=ZONES, hours=HOURS, sundays=st.booleans())
def test_next_send_is_the_first_open_minute(
    now: datetime, zone: ZoneInfo, hours: tuple[time, time], sundays: bool
) -> None:
    terms = replace(NINE_TO_EIGHT, send_from=hours[0], send_until=hours[1], sundays=sundays)
    holidays = frozenset({(now + timedelta(days=1)).date()})
    found = next_send(now, zone, terms, holidays)
    minute = now
    while not may_send(minute, zone, terms, holidays):
        minute += timedelta(minutes=1)
    assert found == minute


@given(now=INSTANTS | NEAR_A_CHANGE, zone=ZONES, hours=HOURS)
def test_an_open_window_stays_open_until_its_end(
    now: datetime, zone: ZoneInfo, hours: tuple[time, time]
) -> None:
    terms = replace(NINE_TO_EIGHT, send_from=hours[0], send_until=hours[1])
    opened = next_send(now, zone, terms, NONE)
    end = window_end(opened, zone, terms, NONE)
    assert end is not None
    minute = opened
    while may_send(minute, zone, terms, NONE):
        minute += timedelta(minutes=1)
    assert end == minute


def test_who_may_be_in_several_zones_is_asked_when_it_fits_all() -> None:  # discovered P3, field C8
    spain = (ZoneInfo("Europe/Madrid"), ZoneInfo("Atlantic/Canary"))
    early = local("2026-03-02 09:30", "Europe/Madrid")
    at = next_send_in_all(early, spain, NINE_TO_EIGHT, NONE)
    assert at == local("2026-03-02 09:00", "Atlantic/Canary")
    assert window_end_in_all(at, spain, NINE_TO_EIGHT, NONE) == local("2026-03-02 20:00", "Europe/Madrid")
    late = local("2026-03-02 19:30", "Atlantic/Canary")
    assert next_send_in_all(late, spain, NINE_TO_EIGHT, NONE) == local("2026-03-03 09:00", "Atlantic/Canary")
    assert fits(early, spain, NINE_TO_EIGHT)
    assert not fits(early, spain, terms_like(send_between="09:00-10:00"))
