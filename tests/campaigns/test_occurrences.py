"""When a rhythm starts a campaign: short months, holidays, seasons, clocks; and what becomes of a start."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.campaigns.occurrences import AHEAD, StartFate, fate, instant_of, occurrences
from bot.campaigns.places import public_holidays
from bot.campaigns.windows import is_send_day
from bot.when.rhythms import Rhythm
from bot.when.seasons import Season
from tests.support.campaign_world import terms_like
from tests.when.test_rhythms import RHYTHMS

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TEN = time(10)
START = datetime(2026, 1, 1, tzinfo=UTC)


def days_of(
    *seasons: str, country: str = "NL", sundays: bool = False, holidays: bool = False
) -> Callable[[date], bool]:
    terms = terms_like(not_between=list(seasons), sundays=sundays, holidays=holidays)
    return lambda day: is_send_day(day, terms, public_holidays(country))


def local(rhythm: Rhythm, may_ask: Callable[[date], bool], count: int = 4, zone: ZoneInfo = AMSTERDAM) -> str:
    """The next starts as the company's clock shows them."""
    each = islice(occurrences(rhythm, zone, may_ask, START), count)
    return " ".join(f"{one.at.astimezone(zone):%Y-%m-%dT%H:%M}" for one in each)


@pytest.mark.parametrize(
    ("rhythm", "seasons", "starts"),
    [
        # King's Day is a Monday in 2026
        (Rhythm(1, "years", date(2026, 4, 27), TEN), "", "2026-04-28T10:00 2027-04-28T10:00"),
        # a Saturday is no Sunday, a Sunday moves to the Monday
        (Rhythm(1, "months", date(2026, 1, 31), TEN), "", "2026-01-31T10:00 2026-02-28T10:00 2026-03-31T10:00"),
        (Rhythm(1, "years", date(2026, 3, 1), TEN), "", "2026-03-02T10:00 2027-03-01T10:00"),
        # Good Friday is a working day there, Easter Monday is none
        (Rhythm(1, "years", date(2026, 4, 5), TEN), "", "2026-04-07T10:00 2027-04-05T10:00"),
        (Rhythm(3, "months", date(2025, 12, 21), TEN), "20-12..03-01", "2026-01-05T10:00 2026-03-21T10:00"),
        # three turns that move to the first Monday of the year are one start
        (Rhythm(1, "weeks", date(2026, 12, 14), TEN), "20-12..03-01", "2026-12-14T10:00 2027-01-04T10:00"),
        # in the night of 29 March 2:00 becomes 3:00, in that of 25 October 3:00 becomes 2:00; both are Sundays
        (Rhythm(1, "years", date(2026, 3, 29), time(2, 30)), "sundays", "2026-03-29T03:00 2027-03-29T02:30"),
        (Rhythm(1, "years", date(2026, 10, 25), time(2, 30)), "sundays", "2026-10-25T02:30 2027-10-25T02:30"),
        # ten o'clock is ten o'clock in summer and in winter
        (Rhythm(3, "months", date(2026, 3, 2), TEN), "", "2026-03-02T10:00 2026-06-02T10:00"),
    ],
)  # fmt: skip
def test_the_table(rhythm: Rhythm, seasons: str, starts: str) -> None:
    may_ask = days_of(sundays=True, holidays=True) if seasons == "sundays" else days_of(*seasons.split())
    assert local(rhythm, may_ask, len(starts.split())) == starts


def test_a_time_that_comes_twice_is_the_first() -> None:
    first = instant_of(date(2026, 10, 25), time(2, 30), AMSTERDAM)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_that_a_zone_left_out_is_the_next() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from the 29th to the 31st of December 2011
    assert instant_of(date(2011, 12, 30), TEN, apia).astimezone(apia).date() == date(2011, 12, 31)


def test_where_nobody_may_ever_be_asked_it_says_so() -> None:
    with pytest.raises(ValueError, match="nobody may be asked on 2026"):
        next(occurrences(Rhythm(1, "weeks", date(2026, 1, 5), TEN), AMSTERDAM, lambda day: False, START))


ZONES = st.sampled_from(["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
SEASONS = st.sampled_from(["20-12..03-01", "01-07..31-08", "29-02..01-03", "15-01..10-12"])
NOWS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=40)
@given(RHYTHMS, ZONES, SEASONS, NOWS)
def test_every_start_is_on_a_day_when_somebody_may_be_asked_and_no_turn_is_lost(
    rhythm: Rhythm, zone_name: str, season: str, now: datetime
) -> None:
    zone, may_ask = ZoneInfo(zone_name), days_of(season)
    found = list(islice(occurrences(rhythm, zone, may_ask, now), 4))
    assert all(one.at > now for one in found)
    assert all(may_ask(one.day) and one.at.astimezone(zone).date() == one.day for one in found)
    assert all(one.day == one.turn or one.day.weekday() < 5 for one in found)
    assert all(one.at < other.at and one.day < other.day for one, other in pairwise(found))
    for one, other in pairwise(found):  # whatever turns lie between two starts became the first of them
        between = takewhile(lambda turn, other=other: turn < other.turn, rhythm.days(one.turn))  # type: ignore[misc]
        assert all(_not_before(turn, may_ask) <= one.day for turn in between)
    # Asked again from any start on, it goes on where it was.
    again = list(islice(occurrences(rhythm, zone, may_ask, found[0].at, found[0].turn), 3))
    assert again == found[1:]


def _not_before(turn: date, may_ask: Callable[[date], bool]) -> date:
    """The first day from a turn on when somebody may be asked; of those that move, a working day."""
    while not may_ask(turn):
        turn += timedelta(days=1)
        while turn.weekday() > 4:
            turn += timedelta(days=1)
    return turn


AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "told", "following", "becomes"),
    [
        (AT - AHEAD - MINUTE, False, None, StartFate.WAITS),
        (AT - AHEAD, False, None, StartFate.TOLD),
        (AT - AHEAD, True, None, StartFate.WAITS),
        (AT - MINUTE, False, None, StartFate.TOLD),
        (AT - MINUTE, True, None, StartFate.WAITS),
        (AT, False, None, StartFate.STARTS),
        (AT + DAY, True, AT + 90 * DAY, StartFate.STARTS),
        (AT + DAY + MINUTE, True, AT + 90 * DAY, StartFate.MISSED),
        (AT + 3 * DAY, False, None, StartFate.MISSED),
        (AT + MINUTE, True, AT + MINUTE, StartFate.MISSED),
        (AT + MINUTE, True, AT + 2 * MINUTE, StartFate.STARTS),
    ],
)
def test_what_becomes_of_a_start(
    now: datetime, told: bool, following: datetime | None, becomes: StartFate
) -> None:
    assert fate(AT, told, now, DAY, following) is becomes


@given(
    st.timedeltas(-3 * DAY, 3 * DAY),
    st.booleans(),
    st.timedeltas(MINUTE, 7 * DAY),
    st.timedeltas(MINUTE, 9 * DAY),
)
def test_of_two_starts_that_are_due_one_starts(
    later: timedelta, told: bool, grace: timedelta, apart: timedelta
) -> None:
    now, second = AT + later, AT + apart
    both = fate(AT, told, now, grace, second), fate(second, told, now, grace, None)
    assert both.count(StartFate.STARTS) <= 1
    assert StartFate.STARTS not in both or now >= AT


def test_a_season_closes_the_window() -> None:
    terms = terms_like(not_between="20-12..03-01")
    assert terms.not_between == (Season((12, 20), (1, 3)),)
    assert not is_send_day(date(2026, 12, 21), terms, frozenset())
    assert is_send_day(date(2026, 12, 18), terms, frozenset())
