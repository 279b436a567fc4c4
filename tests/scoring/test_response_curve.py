"""How many answers there will be in the end. (numbers 4.7)"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Counts, expected_margin, response_curve, sample_size
from scoring.interval import adjusted
from tests.support.worked_example import table

DAYS = st.dictionaries(st.integers(-1, 20), st.integers(0, 50), max_size=8)
WAVES = st.lists(
    st.tuples(st.integers(0, 300), DAYS).map(lambda one: (one[0] + sum(one[1].values()), one[1])), max_size=4
)
SPRING = {0: 60, 1: 30, 2: 15, 4: 10, 6: 5}


def test_by_hand() -> None:
    curve = response_curve([(196, SPRING)])
    assert curve.answered == (60, 90, 105, 105, 115, 115, 120)
    assert [curve.by(age) for age in (0, 0.5, 1, 1.5, 3.5, 7, 99)] == [0, 30, 60, 75, 105, 120, 120]
    assert curve.still(0) == pytest.approx(120 / 196)
    assert curve.still(2) == pytest.approx(30 / 106)
    assert curve.still(7) == 0
    assert curve.expected(100, 196, 2) == pytest.approx(100 + 96 * 30 / 106)


def test_waves_are_added_and_not_averaged() -> None:
    both = response_curve([(100, {0: 50}), (900, {0: 90, 1: 90})])
    assert both.answered == (140, 230)
    assert both.still(1) == pytest.approx(90 / 860)


def test_a_wave_like_the_one_before_comes_to_the_same() -> None:
    curve = response_curve([(196, SPRING)])
    for age, answered in enumerate((0, *curve.answered)):
        assert curve.expected(answered, 196, age) == pytest.approx(120)


@given(WAVES, st.integers(0, 500), st.integers(0, 500), st.floats(0, 30))
def test_laws(waves: list[tuple[int, dict[int, int]]], answered: int, silent: int, age: float) -> None:
    curve = response_curve(waves)
    assert 0 <= curve.still(age) <= 1
    assert curve.by(age) <= curve.by(age + 1) <= curve.in_all <= curve.invited
    assert answered <= curve.expected(answered, answered + silent, age) <= answered + silent + 1e-9
    assert curve.expected(answered, answered + silent, 1000) == answered


def test_nobody_answers_who_was_not_invited() -> None:
    with pytest.raises(ValueError, match="5 answers of 4 invited"):
        response_curve([(4, {0: 5})])


def test_the_example_of_the_page() -> None:
    curve = response_curve([(196, {0: 60, 1: 30, 2: 15, 4: 10, 6: 5})])
    expected = round(curve.expected(180, 400, 2))
    variance = adjusted(Counts(27, 54, 99)).variance
    margin = expected_margin(expected, variance)
    assert table("| what of the running wave | value |") == {
        "of those silent after two days, answered later": f"{100 * curve.still(2):.0f}% (30 of 106)",
        "answers in the end": f"180 + 220 × {curve.still(2):.2f} = {expected}",
        "margin then": f"± {margin:.1f}",
        f"more answers for ± {round(margin) - 1}": str(sample_size(round(margin) - 1, variance) - expected),
    }
