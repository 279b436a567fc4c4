"""Working hours: what time it is once somebody has worked so long, whatever the clocks and the calendar do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns import windows
from bot.campaigns.places import public_holidays
from bot.cases import hours
from bot.cases.hours import WorkingHours, after_work, at_work, worked

WEEK = frozenset(range(5))
HALF_PAST_FIVE = (time(9), time(17, 30))
ZONES = (
    "Europe/Amsterdam",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # its clock is changed by half an hour
    "America/Havana",  # its clock jumps at midnight
    "Pacific/Apia",
    "UTC",
)


def local(text: str, zone: str = "Europe/Amsterdam") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def work_in(zone: str, country: str | None = None, **more: object) -> WorkingHours:
    values = {"hours": HALF_PAST_FIVE, "days": WEEK, "holidays": public_holidays(country)} | more
    return WorkingHours(ZoneInfo(zone), **values)  # type: ignore[arg-type]  # a table of values


@pytest.mark.parametrize(
    ("now", "amount", "expected"),
    [
        ("2026-11-30 10:00", 4, "2026-11-30 14:00"),
        ("2026-11-30 03:00", 4, "2026-11-30 13:00"),  # told by night: the time runs from nine
        ("2026-11-30 13:30", 4, "2026-11-30 17:30"),  # the very end of the day
        ("2026-11-30 16:00", 4, "2026-12-01 11:30"),
        ("2026-11-30 17:30", 4, "2026-12-01 13:00"),
        ("2026-11-27 16:00", 4, "2026-11-30 11:30"),  # over a weekend
        ("2026-11-28 12:00", 4, "2026-11-30 13:00"),  # told on a Saturday
        ("2026-12-24 16:30", 4, "2026-12-28 12:00"),  # two days of Christmas and a weekend
        ("2027-04-26 17:00", 1, "2027-04-28 09:30"),  # the King's birthday
        ("2026-11-30 10:00", 0, "2026-11-30 10:00"),
        ("2026-11-30 18:00", 0, "2026-12-01 09:00"),
        ("2026-11-30 09:00", 85, "2026-12-11 17:30"),  # ten whole days
    ],
)
def test_the_time_runs_while_people_work(now: str, amount: int, expected: str) -> None:
    work = work_in("Europe/Amsterdam", "NL")
    assert after_work(local(now), timedelta(hours=amount), work) == local(expected)


@pytest.mark.parametrize(
    ("zone", "country", "expected"),
    [
        ("Europe/Amsterdam", "NL", "2026-11-26 19:00"),
        ("America/New_York", "US", "2026-11-27 18:00"),  # Thanksgiving: the whole of the next morning
        ("Asia/Kolkata", "IN", "2026-11-27 07:00"),  # half an hour is left of the day there
    ],
)
def test_the_hours_and_holidays_are_those_where_somebody_works(
    zone: str, country: str, expected: str
) -> None:
    """Three hours of work from nine to nine, all from one Thursday afternoon in Amsterdam, by its clock."""
    work = work_in(zone, country, hours=(time(9), time(21)))
    assert after_work(local("2026-11-26 16:00"), timedelta(hours=3), work) == local(expected)


@pytest.mark.parametrize(
    ("zone", "hours", "now", "amount", "expected"),
    [
        # Clocks go back on 2026-10-25 from 03:00 to 02:00 in Amsterdam: both passes of the hour are worked.
        ("Europe/Amsterdam", (time(1), time(4)), "2026-10-24T23:00+00:00", 4, "2026-10-25T03:00+00:00"),
        # And forward on 2026-03-29 from 02:00 to 03:00: two hours are all that there is.
        ("Europe/Amsterdam", (time(1), time(4)), "2026-03-29T00:00+00:00", 2, "2026-03-29T02:00+00:00"),
        ("Europe/Amsterdam", (time(2), time(3)), "2026-03-29T00:00+00:00", 1, "2026-03-30T01:00+00:00"),
        # Havana's clock jumps at midnight, so that the day begins at one.
        ("America/Havana", (time(0), time(2)), "2026-03-08T05:00+00:00", 1, "2026-03-08T06:00+00:00"),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", (time(9), time(17)), "2011-12-30T03:00+00:00", 1, "2011-12-30T20:00+00:00"),
    ],
)
def test_a_change_of_the_clock_is_worked_through(
    zone: str, hours: tuple[time, time], now: str, amount: int, expected: str
) -> None:
    work = work_in(zone, hours=hours, days=frozenset(range(7)))
    found = after_work(datetime.fromisoformat(now), timedelta(hours=amount), work)
    assert found == datetime.fromisoformat(expected)


def test_by_day_and_by_night_is_every_hour() -> None:
    work = work_in("Europe/Amsterdam", "NL", hours=None)
    christmas = local("2026-12-25 03:00")
    assert at_work(christmas, work)
    assert after_work(christmas, timedelta(hours=4), work) == local("2026-12-25 07:00")
    assert worked(christmas, local("2026-12-25 07:00"), work) == timedelta(hours=4)


def test_who_never_works_so_long_is_an_error_and_no_endless_search() -> None:
    with pytest.raises(ValueError, match="check hours and days of follow_up"):
        after_work(local("2026-11-30 10:00"), timedelta(hours=1), work_in("UTC", days=frozenset()))


# ---------------------------------------------------------------------------------------------- properties

minutes = st.integers(0, 3 * 24 * 60).map(lambda count: timedelta(minutes=count))
# Around nights in which one of the zones changes its clock, and a plain winter.
starts = st.sampled_from(
    [
        datetime(2026, *day, tzinfo=UTC)
        for day in ((3, 7), (3, 27), (4, 3), (10, 2), (10, 23), (10, 30), (12, 23))
    ]
)
clock_times = st.integers(0, 24 * 60 - 1).map(lambda minute: time(*divmod(minute, 60)))
working = st.builds(
    WorkingHours,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    hours=st.tuples(clock_times, clock_times).filter(lambda both: both[0] < both[1]),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    holidays=st.frozensets(st.dates(date(2026, 3, 1), date(2026, 12, 31)), max_size=3),
)


@settings(max_examples=40)
@given(working, starts, minutes, minutes)
def test_working_time_is_what_a_watch_would_count(
    work: WorkingHours, start: datetime, wait: timedelta, length: timedelta
) -> None:
    """Minute by minute, by nothing but the clock on the wall."""
    since = start + wait
    count = int(length.total_seconds() // 60)
    watched = sum(at_work(since + timedelta(minutes=minute), work) for minute in range(count))
    assert worked(since, since + length, work) == timedelta(minutes=watched)


@given(working, starts, minutes, st.integers(1, 600))
def test_after_work_is_where_just_that_much_was_worked(
    work: WorkingHours, start: datetime, wait: timedelta, amount: int
) -> None:
    since, wanted = start + wait, timedelta(minutes=amount)
    try:
        at = after_work(since, wanted, work)
    except ValueError:  # minutes a week, of which none is left
        return
    assert worked(since, at, work) == wanted
    assert at_work(at - timedelta(seconds=1), work)  # never in the night after


@given(working, starts, minutes, st.integers(1, 300), st.integers(1, 300))
def test_two_pieces_of_work_are_one(
    work: WorkingHours, start: datetime, wait: timedelta, first: int, second: int
) -> None:
    """So a rung that is counted from the one before comes no sooner and no later for a restart between them."""
    since = start + wait
    one, both = timedelta(minutes=first), timedelta(minutes=first + second)
    halfway = after_work(since, one, work)
    assert halfway <= after_work(halfway, timedelta(minutes=second), work) == after_work(since, both, work)


def test_the_hours_of_a_day_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of many cases that open in an hour asks for the same day."""
    asked: list[date] = []

    def edges(day: date, at: time, zone: ZoneInfo) -> Iterator[datetime]:
        asked.append(day)
        return real(day, at, zone)

    real = windows.edges
    monkeypatch.setattr(hours, "edges", edges)
    work = work_in("Europe/Amsterdam", hours=(time(9, 1), time(17, 1)))
    for minute in (0, 1, 2):
        at = local(f"2031-03-05 10:0{minute}")
        assert after_work(at, timedelta(hours=4), work) == at + timedelta(hours=4)
    assert asked == [date(2031, 3, 5)] * 2  # at nine and at five
