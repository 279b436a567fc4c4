"""Seasons of every year in which nobody is asked."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.when.seasons import Season, whole_year


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("20-12..03-01", "2025-12-20 2025-12-31 2026-01-01 2026-01-03", "2025-12-19 2026-01-04 2026-07-01"),
        ("1-7 .. 31-8", "2026-07-01 2026-08-31", "2026-06-30 2026-09-01"),
        ("29-02..29-02", "2028-02-29", "2027-02-28 2027-03-01"),
        ("28-02..01-03", "2027-02-28 2028-02-29 2027-03-01", "2027-02-27 2027-03-02"),
    ],
)
def test_the_days_of_a_season(text: str, inside: str, outside: str) -> None:
    season = Season.parse(text)
    assert all(date.fromisoformat(day) in season for day in inside.split())
    assert not any(date.fromisoformat(day) in season for day in outside.split())


@pytest.mark.parametrize("text", ["", "20-12", "20-12..31-02", "12-20..03-01", "20 december..3 january"])
def test_what_is_no_season(text: str) -> None:
    with pytest.raises(ValueError, match="expected days and months such as"):
        Season.parse(text)


DAYS = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: (day.month, day.day))


@given(DAYS, DAYS, st.integers(2026, 2040))
def test_a_season_begins_and_ends_once_a_year(
    first: tuple[int, int], last: tuple[int, int], year: int
) -> None:
    season = Season(first, last)
    assert Season.parse(str(season)) == season
    days = [date(year, 1, 1) + timedelta(days=ahead) for ahead in range(366)]
    edges = sum((one in season) != (other in season) for one, other in itertools.pairwise(days))
    assert edges <= 2


@pytest.mark.parametrize(
    ("seasons", "whole"),
    [
        ("01-01..31-12", True),
        ("02-01..01-01", True),
        ("01-01..30-06 01-07..31-12", True),
        ("01-01..30-06 02-07..31-12", False),
        ("01-03..28-02", True),
        ("", False),
    ],
)
def test_whether_no_day_is_left(seasons: str, whole: bool) -> None:
    assert whole_year(Season.parse(one) for one in seasons.split()) is whole
