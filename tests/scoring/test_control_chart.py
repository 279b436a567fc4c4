"""A smoothed score and its band. (numbers 4.6)"""

from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Counts, Finding, control_chart
from scoring.control_chart import FEWEST_PERIODS, WEIGHT, WIDTH
from scoring.interval import adjusted
from tests.support.worked_example import table

NONE, LOWER = Finding.NO_EVIDENCE, Finding.LOWER
USUAL, HAPPY, LOW = (0.2, 0.3, 0.5), (0.03, 0.12, 0.85), (0.35, 0.3, 0.35)
WAVES = 400
some = st.lists(st.builds(Counts, *[st.integers(0, 40)] * 3).filter(lambda counts: counts.n > 0), max_size=14)


def _drawn(chance: Random, shares: tuple[float, float, float], n: int) -> Counts:
    found = chance.choices((0, 1, 2), shares, k=n)
    return Counts(*(found.count(each) for each in (0, 1, 2)))


@pytest.mark.parametrize("shares", [USUAL, HAPPY])
@pytest.mark.parametrize("sizes", [(5,) * 12, (5, 50) * 12, (100,) * 24])
def test_it_seldom_leaves_by_chance(shares: tuple[float, float, float], sizes: tuple[int, ...]) -> None:
    """Of charts of a year or two without a change 1 to 4 of 100 ever leave; the newest period in under 1."""
    chance = Random(f"{shares} {sizes}")
    ever = newest = 0
    for _ in range(WAVES):
        found = control_chart([_drawn(chance, shares, n) for n in sizes])
        assert found is not None
        ever += any(one.finding is not NONE for one in found.watched)
        newest += found.watched[-1].finding is not NONE
    assert ever / WAVES <= 0.06
    assert newest / WAVES <= 0.02


def test_a_drop_is_found_within_three_months() -> None:
    """From +30 to 0, of a hundred answers a month: nine of ten after three months."""
    chance = Random(2)
    named = 0
    for _ in range(WAVES):
        months = [_drawn(chance, USUAL, 100) for _ in range(9)] + [_drawn(chance, LOW, 100) for _ in range(3)]
        found = control_chart(months)
        assert found is not None
        named += found.watched[-1].finding is LOWER
    assert named / WAVES >= 0.85


@given(some)
def test_laws(periods: list[Counts]) -> None:
    found = control_chart(periods)
    if len(periods) < FEWEST_PERIODS:
        assert found is None
        return
    assert found is not None
    assert found.before + len(found.watched) == len(periods)
    assert found.base.n == sum(counts.n for counts in periods[: found.before])
    scores = [found.mean]
    for one, counts in zip(found.watched, periods[found.before :], strict=True):
        scores.append(100 * counts.net / counts.n)
        assert one.counts == counts
        assert min(scores) - 1e-9 <= one.smoothed <= max(scores) + 1e-9
        assert one.limits.low <= found.mean <= one.limits.high


def test_alike_never_leaves() -> None:
    found = control_chart([Counts(20, 30, 50)] * 20)
    assert found is not None
    assert [one.smoothed for one in found.watched] == [pytest.approx(30)] * 10
    assert {one.finding for one in found.watched} == {NONE}


def test_by_hand() -> None:
    """Two watched periods of other sizes, and what the limits come to where all are alike for long."""
    found = control_chart([Counts(20, 30, 50)] * 3 + [Counts(10, 0, 0), Counts(0, 0, 40)])
    assert found is not None
    variance = adjusted(Counts(60, 90, 150)).variance
    first, second = found.watched
    assert first.smoothed == pytest.approx(0.2 * -100 + 0.8 * 30)
    assert second.smoothed == pytest.approx(0.2 * 100 + 0.8 * first.smoothed)
    of_first = 0.04 * variance / 10 + 0.2**2 * variance / 300
    of_second = 0.04 * variance / 40 + 0.64 * 0.04 * variance / 10 + 0.36**2 * variance / 300
    assert first.limits.high - found.mean == pytest.approx(300 * sqrt(of_first))
    assert second.limits.high - found.mean == pytest.approx(300 * sqrt(of_second))
    large = control_chart([Counts(2_000_000, 3_000_000, 5_000_000)] * 60 + [Counts(20, 30, 50)] * 60)
    assert large is not None
    half = (large.watched[-1].limits.high - large.mean) / 100
    alone = adjusted(large.base).variance * WEIGHT / (2 - WEIGHT) / 100
    assert half == pytest.approx(WIDTH * sqrt(alone), rel=1e-3)


def test_the_example_of_the_page() -> None:
    months = [Counts(10, 15, 25)] * 6 + [
        Counts(8, 14, 18),
        Counts(12, 20, 28),
        Counts(8, 6, 6),
        Counts(22, 12, 16),
        Counts(20, 14, 16),
        Counts(21, 15, 14),
    ]
    found = control_chart(months)
    assert found is not None
    words = {NONE: "in the band", LOWER: "below"}
    assert table("| month, answers, score | smoothed, band |") == {
        f"{place}, {one.counts.n}, {100 * one.counts.net / one.counts.n:+.0f}": (
            f"{one.smoothed:+.0f}, {one.limits.shown()}: {words[one.finding]}"
        )
        for place, one in enumerate(found.watched, start=7)
    }
