"""Who stayed, whether a goal is reached, and numbers in bands. (numbers 4.5)"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    Counts,
    GoalReached,
    Interval,
    Retention,
    ValueAtRisk,
    band_of,
    reached,
    retention_rate,
    share,
    shift_of_rates,
    thirds,
    value_at_risk,
)
from tests.support.worked_example import PAGE


@pytest.mark.parametrize(
    ("start", "end", "new", "rate"),
    [(200, 220, 40, 90), (200, 220, 50, 85), (200, 200, 0, 100), (10, 0, 0, 0), (0, 5, 5, None)],
)
def test_the_retention_rate(start: int, end: int, new: int, rate: float | None) -> None:
    assert retention_rate(start, end, new) == rate
    kept = Retention(start, end, new).kept
    assert (None if kept is None else kept.percent) == rate


def test_the_worked_examples() -> None:
    page = " ".join(PAGE.read_text("utf-8").split())
    kept, left, others = Retention(200, 220, 40).kept, share(9, 20), share(4, 42)
    shift = shift_of_rates(9, 20, 4, 42)
    assert kept is not None
    assert left is not None
    assert others is not None
    assert shift is not None
    told = [
        f"{one.percent:.0f}% ({one.interval.low:.0f}% to {one.interval.high:.0f}%" for one in (left, others)
    ]
    assert f"{kept.percent:.0f}% were kept ({kept.interval.low:.0f}% to {kept.interval.high:.0f}%" in page
    assert f"9 of 20 detractor accounts left, {told[0]}), and 4 of 42 promoter accounts, {told[1]})" in page
    assert f"{shift.interval.low:.0f} to {shift.interval.high:.0f} percentage points more" in page


@pytest.mark.parametrize(("start", "end", "new"), [(10, 12, 1), (10, 1, 2), (-1, 0, 0), (5, 3, -1)])
def test_more_cannot_stay_than_there_were(start: int, end: int, new: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        retention_rate(start, end, new)


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (41, 60, GoalReached.REACHED),
        (40, 60, GoalReached.REACHED),
        (39, 60, GoalReached.NOT_CERTAIN),
        (10, 40, GoalReached.NOT_CERTAIN),
        (10, 39.9, GoalReached.MISSED),
    ],
)
def test_a_goal_of_40(low: float, high: float, found: GoalReached) -> None:
    assert reached(40, Interval(low, high)) is found


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([1, 2, 3], (2, 3)),
        ([5, 5, 5], ()),
        ([5, 9], (9,)),
        ([2021, 2022, 2023], (2022, 2023)),
        (range(137, 137 * 50, 137), (2500, 4700)),
        ([0, 0, 0, 0, 12_345], (12_000,)),
    ],
)
def test_thirds(values: list[float], limits: tuple[float, ...]) -> None:
    assert thirds({value: list(values).count(value) for value in values}) == limits


@given(st.dictionaries(st.floats(-1e9, 1e9), st.integers(1, 9), min_size=1, max_size=40))
def test_every_third_holds_somebody(counted: dict[float, int]) -> None:
    limits = thirds(counted)
    assert list(limits) == sorted(set(limits))
    assert len({band_of(value, limits) for value in counted}) == len(limits) + 1


def test_a_limit_begins_the_band_above_it() -> None:
    assert [band_of(value, (10_000, 50_000)) for value in (0, 9_999, 10_000, 49_999, 50_000)] == [
        0,
        0,
        1,
        1,
        2,
    ]


def test_value_at_risk() -> None:
    accounts = [
        (Counts(3, 1, 0), 5.0),
        (Counts(1, 0, 1), 7.0),
        (Counts(0, 0, 0), 11.0),
        (Counts(0, 0, 2), 13.0),
    ]
    assert value_at_risk(accounts) == ValueAtRisk(total=36, detractors=5, silent=11, accounts=4)
    assert value_at_risk([]) is None
