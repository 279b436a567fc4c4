"""When a digest ends and when it is said: every moment is in one turn, and nobody is told on a free day or at night."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.digests.times import DigestTurn, good_until, may_be_said, turns
from bot.cases.hours import WorkingHours
from bot.when.repeats import Repeats

HOLIDAYS = frozenset(
    {date(2026, 4, 6), date(2026, 12, 25), date(2027, 1, 1)}
)  # Easter Monday, Christmas, New Year
OFFICE = (time(9), time(17, 30))


def work(zone: str = "Europe/Amsterdam", days: frozenset[int] = frozenset(range(5))) -> WorkingHours:
    return WorkingHours(ZoneInfo(zone), OFFICE, days, HOLIDAYS)


def local(text: str, zone: str = "Europe/Amsterdam") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("repeats", "now", "ends", "said"),
    [
        ("daily", "2026-03-04 09:00", "2026-03-04 09:00", "2026-03-04 09:00"),
        ("daily", "2026-03-04 08:59", "2026-03-03 09:00", "2026-03-03 09:00"),
        ("daily", "2026-03-08 12:00", "2026-03-06 09:00", "2026-03-06 09:00"),  # a Sunday
        ("daily", "2026-04-06 12:00", "2026-04-03 09:00", "2026-04-03 09:00"),  # a holiday after a weekend
        ("weekly", "2026-03-09 09:00", "2026-03-09 00:00", "2026-03-09 09:00"),
        ("weekly", "2026-03-09 08:59", "2026-03-02 00:00", "2026-03-02 09:00"),
        ("weekly", "2026-04-06 23:00", "2026-03-30 00:00", "2026-03-30 09:00"),
        ("weekly", "2026-04-07 09:00", "2026-04-06 00:00", "2026-04-07 09:00"),
        ("monthly", "2026-04-01 09:00", "2026-04-01 00:00", "2026-04-01 09:00"),
        ("monthly", "2026-03-31 23:00", "2026-03-01 00:00", "2026-03-02 09:00"),  # the first was a Sunday
        ("monthly", "2027-01-04 09:00", "2027-01-01 00:00", "2027-01-04 09:00"),  # New Year, and a weekend
        ("monthly", "2027-01-01 12:00", "2026-12-01 00:00", "2026-12-01 09:00"),
    ],
)
def test_the_newest_turn(repeats: Repeats, now: str, ends: str, said: str) -> None:
    newest, following = turns(repeats, "09:00", work(), local(now))
    assert newest == DigestTurn(local(ends), local(said))
    assert following.at > local(now)


@given(
    st.sampled_from(["daily", "weekly", "monthly"]),
    st.integers(0, 2 * 365 * 24 * 12),
    st.sampled_from(["Europe/Amsterdam", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.sampled_from(["00:00", "02:30", "09:00", "16:00", "23:30"]),
    st.frozensets(st.integers(0, 6), min_size=1),
)
def test_turns_follow_each_other_on_working_days(
    repeats: Repeats, fives: int, zone: str, said_at: str, days: frozenset[int]
) -> None:
    hours = work(zone, days)
    at = datetime(2026, 1, 1, tzinfo=UTC) + fives * timedelta(minutes=5)
    newest, following = turns(repeats, said_at, hours, at)
    assert newest is not None
    assert newest.at <= at < following.at
    assert newest.ends < following.ends
    for turn in (newest, following):
        day = turn.at.astimezone(hours.zone).date()
        assert turn.ends <= turn.at
        assert day.weekday() in days
        assert day not in HOLIDAYS
    assert turns(repeats, said_at, hours, following.at)[0] == following, "none is left out"


@pytest.mark.parametrize(
    ("now", "may"),
    [
        ("2026-03-09 09:00", True),
        ("2026-03-09 09:59", True),
        ("2026-03-09 17:00", True),  # late, and still at work
        ("2026-03-09 18:00", False),
        ("2026-03-10 03:00", False),
        ("2026-03-10 09:00", True),
        ("2026-03-14 12:00", False),  # a Saturday
    ],
)
def test_a_late_one_waits_for_working_hours(now: str, may: bool) -> None:
    turn = DigestTurn(local("2026-03-09 00:00"), local("2026-03-09 09:00"))
    assert may_be_said(turn, work(), local(now)) is may


def test_one_that_is_set_for_the_evening_comes_in_the_evening() -> None:
    turn = DigestTurn(local("2026-03-09 20:00"), local("2026-03-09 20:00"))
    assert may_be_said(turn, work(), local("2026-03-09 20:05"))


@pytest.mark.parametrize(
    ("now", "until"),
    [("2026-03-09 09:00", "2026-03-09 17:30"), ("2026-03-09 17:00", "2026-03-09 19:00")],
)
def test_it_is_good_for_the_working_day(now: str, until: str) -> None:
    assert good_until(work(), local(now)) == local(until)


def test_where_people_work_at_any_hour_it_is_good_for_half_a_day() -> None:
    always = WorkingHours(ZoneInfo("UTC"), None, frozenset(range(7)), frozenset())
    now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert good_until(always, now) == now + timedelta(hours=12)


def test_there_are_no_turns_of_none() -> None:
    with pytest.raises(ValueError, match="off"):
        turns("off", "09:00", work(), datetime(2026, 3, 9, tzinfo=UTC))
