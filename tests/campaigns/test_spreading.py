"""Asking over several days: evenly over the hours of the send windows, and never outside them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.places import public_holidays
from bot.campaigns.plan import Place
from bot.campaigns.spreading import hours_between
from bot.campaigns.windows import may_send
from tests.support.campaign_world import NOW, terms_like

AMSTERDAM = Place(ZoneInfo("Europe/Amsterdam"), "NL")
NEW_YORK = Place(ZoneInfo("America/New_York"), "US")


def test_the_open_hours_of_ten_days() -> None:
    """From a Monday at eleven on: nine hours of that day and eleven of seven more, none on the Sunday."""
    hours = hours_between(NOW, NOW + timedelta(days=10), AMSTERDAM, terms_like())
    assert len(hours.open) == 10
    assert hours.open[0] == (NOW, datetime.fromisoformat("2026-03-02T20:00+01:00"))
    assert hours.length == timedelta(hours=9 + 8 * 11 + 2)
    assert hours.at(0.0) == NOW
    assert hours.at(0.5) == datetime.fromisoformat("2026-03-06T16:30+01:00")


def test_at_any_time_it_is_the_days_themselves() -> None:
    hours = hours_between(NOW, NOW + timedelta(days=4), None, terms_like(send_between="always"))
    assert hours.at(0.25) == NOW + timedelta(days=1)


def test_after_the_last_day_nothing_is_open() -> None:
    assert hours_between(NOW, NOW - timedelta(days=1), AMSTERDAM, terms_like()).at(0.5) is None
    assert hours_between(NOW, NOW, None, terms_like(send_between="always")).at(0.5) is None


@given(
    st.floats(0, 1, exclude_max=True),
    st.integers(1, 20),
    st.integers(0, 400 * 24),
    st.sampled_from([AMSTERDAM, NEW_YORK]),
)
def test_every_moment_lies_within_the_hours_and_the_days(
    point: float, days: int, later: int, place: Place
) -> None:
    now, terms = NOW + timedelta(hours=later), terms_like()
    at = hours_between(now, now + timedelta(days=days), place, terms).at(point)
    if at is not None:
        assert now <= at < now + timedelta(days=days)
        assert may_send(at, place.zone, terms, public_holidays(place.country))


@pytest.mark.parametrize("half", [0, 1])
def test_a_half_has_hours_of_its_own(half: int) -> None:
    terms = terms_like(compare={"send_between": ["09:00-12:00", "16:00-20:00"]}).in_half(half)
    hours = hours_between(NOW, NOW + timedelta(days=2), AMSTERDAM, terms)
    starts = {(opens.astimezone(AMSTERDAM.zone).hour) for opens, _ in hours.open}
    assert starts == ({11, 9} if half == 0 else {16})
