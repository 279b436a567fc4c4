"""Verdicts of CSAT and CES. (numbers 4.9)"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import CES_SCALE, CSAT_SCALE, Answers, Finding, shift_of_means, shift_of_shares
from tests.support.worked_example import PAGE

shares = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(
    lambda pair: Answers.from_histogram(CSAT_SCALE, {5: pair[0], 1: pair[1]})
)


def _of(hits: int, n: int) -> Answers:
    return Answers.from_histogram(CSAT_SCALE, {5: hits, 2: n - hits})


@pytest.mark.parametrize(  # Newcombe 1998, table II, method 10
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((0, 10), (0, 20), -0.1611, 0.2775),
    ],
)
def test_published_shares(first: tuple[int, int], second: tuple[int, int], low: float, high: float) -> None:
    found = shift_of_shares(_of(*first), _of(*second))
    assert found is not None
    assert [found.interval.low / 100, found.interval.high / 100] == pytest.approx([low, high], abs=1e-4)


def test_means_by_hand() -> None:
    """1, 2, 3 against 4, 5, 6, 7: variances 1 and 5/3, error √(1/3 + 5/12) = 0.866, t of 4 degrees 2.776."""
    one = Answers.from_scores(CES_SCALE, [1, 2, 3])
    other = Answers.from_scores(CES_SCALE, [4, 5, 6, 7])
    found = shift_of_means(one, other)
    assert found is not None
    assert (found.difference, found.finding) == (-3.5, Finding.LOWER)
    assert [found.interval.low, found.interval.high] == pytest.approx([-5.904, -1.096], abs=1e-3)


@pytest.mark.parametrize(("first", "second"), [([], [5, 6]), ([5], [5, 6]), ([6, 6], [5, 5])])
def test_nothing_is_said_where_nothing_is_known(first: list[int], second: list[int]) -> None:
    one, other = Answers.from_scores(CES_SCALE, first), Answers.from_scores(CES_SCALE, second)
    assert shift_of_means(one, other) is None


@given(shares, shares)
def test_the_order_only_turns_the_sign(one: Answers, other: Answers) -> None:
    found, turned = shift_of_shares(one, other), shift_of_shares(other, one)
    if found is None or turned is None:
        assert not one.n or not other.n
        return
    assert found.interval.low == pytest.approx(-turned.interval.high)
    assert found.difference in found.interval
    assert found.interval.low >= -100
    assert found.interval.high <= 100 + 1e-9


def test_the_example_of_the_page() -> None:
    found = shift_of_shares(_of(75, 100), _of(58, 100))
    assert found is not None
    assert (found.finding, found.interval.shown()) == (Finding.HIGHER, "+4 to +29")
    assert "(+4 to +29 percentage points)" in PAGE.read_text("utf-8")
