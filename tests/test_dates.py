"""Days as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import read_day, read_day_ahead

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-11-01", date(2026, 11, 1)),
        ("2026-1-5", date(2026, 1, 5)),
        ("1-11-2026", date(2026, 11, 1)),
        ("01/11/2026", date(2026, 11, 1)),
        ("1.11.2026", date(2026, 11, 1)),
        ("1-11", date(2026, 11, 1)),
        ("1-12", date(2025, 12, 1)),
        ("22-11", TODAY),
        ("23-11", date(2025, 11, 23)),
        ("29-2", date(2024, 2, 29)),
        ("1 november", date(2026, 11, 1)),
        ("1 December", date(2025, 12, 1)),
        ("1 nov 2026", date(2026, 11, 1)),
        ("1 nov. 2026", date(2026, 11, 1)),
        ("1e november 2026", date(2026, 11, 1)),
        ("3 mrt", date(2026, 3, 3)),
        ("3 MAART 2025", date(2025, 3, 3)),
        ("5 mei", date(2026, 5, 5)),
        ("5 oktober", date(2026, 10, 5)),
        ("November 1", date(2026, 11, 1)),
        ("Nov 1st, 2025", date(2025, 11, 1)),
        ("november", date(2026, 11, 1)),
        ("december", date(2025, 12, 1)),
        ("juni 2024", date(2024, 6, 1)),
        ("2025", date(2025, 1, 1)),
        ("2030-01-01", date(2030, 1, 1)),
        ("today", TODAY),
        ("Vandaag", TODAY),
        ("yesterday", date(2026, 11, 21)),
        ("gisteren", date(2026, 11, 21)),
        ("30 days", date(2026, 10, 23)),
        ("last 30 days", date(2026, 10, 23)),
        ("the last 2 weeks", date(2026, 11, 8)),
        ("last week", date(2026, 11, 15)),
        ("afgelopen week", date(2026, 11, 15)),
        ("laatste 30 dagen", date(2026, 10, 23)),
        ("3 weken geleden", date(2026, 11, 1)),
        ("3 months ago", date(2026, 8, 22)),
        ("12 maanden", date(2025, 11, 22)),
    ],
)
def test_a_day_is_read(said: str, day: date) -> None:
    assert read_day(said.split(), TODAY) == day


@pytest.mark.parametrize(
    "said",
    [
        "",
        "soon",
        "tomorrow",
        "32-1-2026",
        "30 february",
        "29-2-2026",
        "13/13/2026",
        "11/30/2026",  # month before day: said, not guessed
        "2026-13-01",
        "1-11/2026",
        "0 november",
        "1 nov 26",
        "1 nov 2026 please",
        "ma 2026",
        "99999999 days",
        "99999 months",
        "week",
        "9999",
        "１-１１-２０２６",
    ],
)
def test_what_is_no_day_is_none(said: str) -> None:
    assert read_day(said.split(), TODAY) is None


def test_a_month_ago_stays_within_the_month() -> None:
    assert read_day(["1", "month", "ago"], date(2026, 3, 31)) == date(2026, 2, 28)


@given(st.dates(date(1970, 1, 1), date(2199, 12, 31)), st.sampled_from(["-", "/", "."]))
def test_every_day_reads_as_itself(day: date, mark: str) -> None:
    for said in (
        [day.isoformat()],
        [f"{day.day}{mark}{day.month}{mark}{day.year}"],
        [str(day.day), f"{day:%B}", str(day.year)],
        [f"{day:%b}", str(day.day), str(day.year)],
    ):
        assert read_day(said, TODAY) == day


@given(st.lists(st.text(max_size=8) | st.sampled_from(["1", "31", "nov", "last", "30", "days", "2026"])))
def test_no_words_raise(words: list[str]) -> None:
    read_day(words, TODAY)


@pytest.mark.parametrize("today", [date.min, date.max])
@pytest.mark.parametrize(
    "said",
    [
        "yesterday",
        "tomorrow",
        "friday",
        "next week",
        "in 30 days",
        "last 30 days",
        "3 months",
        "3 months ago",
    ],
)
def test_where_the_calendar_ends_no_words_raise(said: str, today: date) -> None:
    for read in (read_day, read_day_ahead):
        found = read(said.split(), today)
        assert found is None or abs(found - today) < timedelta(days=100)


@given(st.dates(date(1970, 1, 2), date(2199, 12, 31)), st.integers(1, 31), st.integers(1, 12))
def test_without_a_year_it_is_the_latest_that_was(today: date, day: int, month: int) -> None:
    found = read_day([f"{day}-{month}"], today)
    if found is not None:
        assert (found.day, found.month) == (day, month)
        assert timedelta(0) <= today - found <= timedelta(days=8 * 366)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("24-12", date(2026, 12, 24)),
        ("24 december", date(2026, 12, 24)),
        ("Dec 24th", date(2026, 12, 24)),
        ("on 24 dec 2027", date(2027, 12, 24)),
        ("22-11", TODAY),
        ("21-11", date(2027, 11, 21)),
        ("21-11-2026", date(2026, 11, 21)),  # the past, because it says the year
        ("29-2", date(2028, 2, 29)),
        ("january", date(2027, 1, 1)),
        ("today", TODAY),
        ("tomorrow", date(2026, 11, 23)),
        ("yesterday", date(2026, 11, 21)),
        ("gisteren", date(2026, 11, 21)),
        ("Morgen", date(2026, 11, 23)),
        ("overmorgen", date(2026, 11, 24)),
        ("the day after tomorrow", date(2026, 11, 24)),
        ("monday", date(2026, 11, 23)),
        ("vrijdag", date(2026, 11, 27)),
        ("op vr", date(2026, 11, 27)),
        ("Fri", date(2026, 11, 27)),
        ("sunday", date(2026, 11, 29)),  # never today
        ("next week", date(2026, 11, 23)),
        ("volgende week", date(2026, 11, 23)),
        ("in 2 weeks", date(2026, 12, 6)),
        ("over een week", date(2026, 11, 29)),
        ("10 dagen", date(2026, 12, 2)),
        ("3 months", date(2027, 2, 22)),
    ],
)
def test_a_day_ahead_is_read(said: str, day: date) -> None:
    assert read_day_ahead(said.split(), TODAY) == day


@pytest.mark.parametrize(
    "said",
    [
        "",
        "next friday",
        "volgende vrijdag",
        "30-2",
        "soon",
        "2 weeks ago",
        "maand",  # a month, and no way to write Monday
        "99999 days",
        "9999 months",
    ],
)
def test_what_is_no_day_ahead(said: str) -> None:
    assert read_day_ahead(said.split(), TODAY) is None


@given(st.text(max_size=20), st.dates(date(1990, 1, 1), date(2150, 1, 1)))
def test_any_text_ahead_is_a_day_or_none(said: str, today: date) -> None:
    found = read_day_ahead(said.split(), today)
    assert found is None or date(1970, 1, 1) <= found <= date(2199, 12, 31)


@given(st.dates(date(1990, 1, 1), date(2150, 1, 1)), st.integers(0, 300))
def test_a_day_without_a_year_is_the_first_that_comes(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    assert read_day_ahead([f"{day:%d-%m}"], today) == day
