"""Until when a plan's questions will be going out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns.forecast import sending_ends
from bot.campaigns.plan import Place
from bot.campaigns.windows import next_send, window_end
from tests.support.campaign_world import terms_like

TERMS = terms_like(send_between="09:00-20:00")
AMSTERDAM = Place(ZoneInfo("Europe/Amsterdam"))
NEW_YORK = Place(ZoneInfo("America/New_York"))
MONDAY_TEN = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10:00 in Amsterdam, 04:00 in New York


def ends(
    questions: dict[Place | None, int], per_second: float, now: datetime = MONDAY_TEN
) -> datetime | None:
    def opens(place: Place | None, at: datetime) -> datetime:
        return at if place is None else next_send(at, place.zone, TERMS, frozenset())

    def shuts(place: Place | None, at: datetime) -> datetime | None:
        return None if place is None else window_end(at, place.zone, TERMS, frozenset())

    return sending_ends(questions, per_second, now, opens, shuts)


@pytest.mark.parametrize(
    ("questions", "per_second", "expected"),
    [
        ({None: 3600}, 1.0, "2026-03-02T10:00Z"),
        ({AMSTERDAM: 3600}, 1.0, "2026-03-02T10:00Z"),
        ({AMSTERDAM: 10 * 3600}, 1.0, "2026-03-02T19:00Z"),  # the whole day, until 20:00
        ({AMSTERDAM: 11 * 3600}, 1.0, "2026-03-03T09:00Z"),  # an hour is left for the next morning
        ({AMSTERDAM: 100_000}, 5.0, "2026-03-02T14:33:20Z"),
        ({NEW_YORK: 60}, 1.0, "2026-03-02T14:01Z"),  # not before nine there
        ({AMSTERDAM: 3600, NEW_YORK: 3600}, 1.0, "2026-03-02T15:00Z"),
        ({AMSTERDAM: 6 * 3600, NEW_YORK: 3600}, 1.0, "2026-03-02T16:00Z"),  # one sender for both
    ],
)
def test_the_end_at_the_providers_pace(
    questions: dict[Place | None, int], per_second: float, expected: str
) -> None:
    assert ends(questions, per_second) == datetime.fromisoformat(expected)


def test_nothing_to_send_has_no_end() -> None:
    assert ends({}, 1.0) is None
    assert ends({AMSTERDAM: 0}, 1.0) is None


def test_a_channel_without_pace_is_an_error() -> None:
    with pytest.raises(ValueError, match="never ends"):
        ends({AMSTERDAM: 1}, 0.0)


@given(
    amsterdam=st.integers(0, 200_000),
    new_york=st.integers(0, 200_000),
    per_second=st.sampled_from([0.5, 1.0, 5.0, 30.0]),
)
def test_no_end_is_too_early_and_each_lies_in_somebodys_day(
    amsterdam: int, new_york: int, per_second: float
) -> None:
    end = ends({AMSTERDAM: amsterdam, NEW_YORK: new_york}, per_second)
    if end is None:
        assert amsterdam == new_york == 0
        return
    assert end - MONDAY_TEN >= timedelta(seconds=(amsterdam + new_york) / per_second - 0.001)
    just_before = end - timedelta(milliseconds=1)
    assert any(
        next_send(just_before, place.zone, TERMS, frozenset()) == just_before
        for place in (AMSTERDAM, NEW_YORK)
    )
