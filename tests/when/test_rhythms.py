"""How often a campaign starts by itself: what people write, what is kept, and which days it has."""

from calendar import monthrange
from datetime import date, time
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.when.rhythm_words import BadRhythm, read_rhythm
from bot.when.rhythms import Rhythm, Unit

TODAY = date(2026, 2, 23)  # a Monday
TEN = time(10)


@pytest.mark.parametrize(
    ("said", "rhythm"),
    [
        ("every 3 months from 2 March 10:00", Rhythm(3, "months", date(2026, 3, 2), TEN)),
        ("elke drie maanden vanaf 2 maart om 10 uur", Rhythm(3, "months", date(2026, 3, 2), TEN)),
        ("om de 3 maanden vanaf 2 maart", Rhythm(3, "months", date(2026, 3, 2), TEN)),
        ("every quarter from 2026-03-02", Rhythm(3, "months", date(2026, 3, 2), TEN)),
        ("per kwartaal vanaf 2-3-2026 9:30", Rhythm(3, "months", date(2026, 3, 2), time(9, 30))),
        ("quarterly from tomorrow", Rhythm(3, "months", date(2026, 2, 24), TEN)),
        ("every half year from 1 june", Rhythm(6, "months", date(2026, 6, 1), TEN)),
        ("elk half jaar vanaf 1 juni", Rhythm(6, "months", date(2026, 6, 1), TEN)),
        ("every year from 29 february 2028", Rhythm(1, "years", date(2028, 2, 29), TEN)),
        ("jaarlijks vanaf 1 maart", Rhythm(1, "years", date(2026, 3, 1), TEN)),
        ("every other week from next monday 16:00", Rhythm(2, "weeks", date(2026, 3, 2), time(16))),
        ("every month from 31 march", Rhythm(1, "months", date(2026, 3, 31), TEN)),
        ("every 10 days from tomorrow", Rhythm(10, "days", date(2026, 2, 24), TEN)),
        ("every monday at 10:00", Rhythm(1, "weeks", date(2024, 1, 1), TEN)),
        ("elke vrijdag", Rhythm(1, "weeks", date(2024, 1, 5), TEN)),
    ],
)
def test_a_rhythm_is_read(said: str, rhythm: Rhythm) -> None:
    assert read_rhythm(said.split(), TODAY) == rhythm


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "unread"),
        ("now and then", "unread"),
        ("every moon from 2 march", "unread"),
        ("every 0 months from 2 march", "unread"),
        ("every 500 years from 2 march", "unread"),
        ("every 3 months", "no_start"),
        ("every 3 months from", "no_start"),
        ("elke maand", "no_start"),  # and not every Monday
        ("every month from 30 february", "bad_start"),
        ("every 3 months from monday", "which"),
        ("every 3 months from 03/04", "which"),
        ("every monday at 3", "which"),
        ("0 10 * * 1", "unread"),
    ],
)
def test_what_is_no_rhythm_and_why(said: str, why: str) -> None:
    read = read_rhythm(said.split(), TODAY)
    assert isinstance(read, BadRhythm)
    assert read.why == why


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("every 3 months from 2 march", "no_year"),
        ("every 3 months from tomorrow", "no_year"),
        ("every 3 months from 30 february 2026", "bad_start"),
        ("every 3 months", "no_start"),
    ],
)
def test_what_is_read_on_any_day_names_its_year(said: str, why: str) -> None:
    read = read_rhythm(said.split(), None)
    assert isinstance(read, BadRhythm)
    assert read.why == why
    dated = read_rhythm(["every", "3", "months", "from", "2", "march", "2026", "10:00"], None)
    assert dated == Rhythm(3, "months", date(2026, 3, 2), TEN)


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [  # discovered.md 2, 2: others leave out the months that have no such day
        (
            Rhythm(3, "months", date(2025, 8, 31), TEN),
            "2025-08-31 2025-11-30 2026-02-28 2026-05-31 2026-08-31",
        ),
        (
            Rhythm(1, "months", date(2028, 1, 30), TEN),
            "2028-01-30 2028-02-29 2028-03-30 2028-04-30 2028-05-30",
        ),
        (
            Rhythm(1, "months", date(2026, 1, 29), TEN),
            "2026-01-29 2026-02-28 2026-03-29 2026-04-29 2026-05-29",
        ),
        (
            Rhythm(1, "months", date(2026, 1, 28), TEN),
            "2026-01-28 2026-02-28 2026-03-28 2026-04-28 2026-05-28",
        ),
        (
            Rhythm(1, "years", date(2024, 2, 29), TEN),
            "2024-02-29 2025-02-28 2026-02-28 2027-02-28 2028-02-29",
        ),
        (Rhythm(2, "weeks", date(2026, 3, 2), TEN), "2026-03-02 2026-03-16 2026-03-30 2026-04-13 2026-04-27"),
        (
            Rhythm(10, "days", date(2026, 2, 20), TEN),
            "2026-02-20 2026-03-02 2026-03-12 2026-03-22 2026-04-01",
        ),
    ],
)
def test_the_days_of_a_rhythm(rhythm: Rhythm, days: str) -> None:
    assert [str(day) for day in islice(rhythm.days(date(2020, 1, 1)), 5)] == days.split()


UNITS: st.SearchStrategy[Unit] = st.sampled_from(("days", "weeks", "months", "years"))
RHYTHMS = st.builds(
    Rhythm,
    st.integers(1, 10),
    UNITS,
    st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
)


@given(RHYTHMS)
def test_what_is_kept_is_the_same_rhythm(rhythm: Rhythm) -> None:
    assert Rhythm.parse(str(rhythm)) == rhythm


@given(RHYTHMS, st.dates(date(2024, 1, 1), date(2032, 1, 1)))
def test_no_turn_is_left_out_whatever_days_a_month_has(rhythm: Rhythm, after: date) -> None:
    days = list(islice(rhythm.days(after), 6))
    assert len(days) == 6
    assert all(day > after and day >= rhythm.first for day in days)
    for one, other in pairwise(days):
        if rhythm.unit in ("days", "weeks"):
            assert (other - one).days == rhythm.count * (7 if rhythm.unit == "weeks" else 1)
            continue
        months = (other.year - one.year) * 12 + other.month - one.month
        assert months == rhythm.count * (12 if rhythm.unit == "years" else 1)
        assert other.day == min(rhythm.first.day, monthrange(other.year, other.month)[1])


@pytest.mark.parametrize("text", ["", "0 10 * * 1", "DTSTART:20260302T100000\nRRULE:FREQ=HOURLY;INTERVAL=1"])
def test_what_npsbot_never_kept_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no rhythm that npsbot keeps"):
        Rhythm.parse(text)
