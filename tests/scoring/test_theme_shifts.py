"""Themes of two groups of reasons, and the exact test behind them. (numbers 4.8)"""

import pytest
import scipy.stats  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from scoring import Finding, shift_of_rates, theme_shifts
from scoring.exact import exact_p

size = st.integers(1, 60)
named = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 30))


@given(size, size, st.data())
def test_the_exact_test_by_another_hand(n: int, other_n: int, data: st.DataObject) -> None:
    y, other_y = data.draw(st.integers(0, n)), data.draw(st.integers(0, other_n))
    table = [[y, n - y], [other_y, other_n - other_y]]
    tails = [scipy.stats.fisher_exact(table, alternative=each).pvalue for each in ("less", "greater")]
    assert exact_p(y, n, other_y, other_n) == pytest.approx(min(1.0, 2 * min(tails)), abs=1e-9)


def test_a_theme_that_is_named_more_often() -> None:
    found = theme_shifts({"delivery": 40, "price": 20}, 100, {"delivery": 15, "price": 18, "support": 4}, 100)
    assert [(one.theme, one.finding) for one in found] == [
        ("delivery", Finding.HIGHER),
        ("price", Finding.NO_EVIDENCE),
    ]
    assert found[0].shift == shift_of_rates(40, 100, 15, 100)
    assert found[0].adjusted_p == pytest.approx(2 * exact_p(40, 100, 15, 100))


def test_few_reasons_are_not_compared() -> None:
    assert theme_shifts({"delivery": 4}, 4, {"delivery": 50}, 100) == ()


@given(named, named)
def test_laws(first: dict[str, int], second: dict[str, int]) -> None:
    there, back = theme_shifts(first, 30, second, 30), theme_shifts(second, 30, first, 30)
    turned = {
        Finding.HIGHER: Finding.LOWER,
        Finding.LOWER: Finding.HIGHER,
        Finding.NO_EVIDENCE: Finding.NO_EVIDENCE,
    }
    assert {one.theme: one.finding for one in there} == {one.theme: turned[one.finding] for one in back}
    for one in there:
        assert max(one.named, one.other_named) >= 5
        if one.finding is not Finding.NO_EVIDENCE:
            assert 0.0 not in one.shift.interval
