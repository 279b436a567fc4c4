from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Duration, duration_quantile, durations


def _read(text: str) -> list[Duration]:
    """`9 13 13+`: two that ended, and one that was open at 13."""
    return [Duration(float(one.removesuffix("+")), ended=not one.endswith("+")) for one in text.split()]


# The data set aml of the R package survival (Miller, Survival Analysis, 1981): the medians that `survfit` prints,
# and the 90th percentile by its curves, of which the first never comes down to a tenth.
@pytest.mark.parametrize(
    ("data", "middle", "ninetieth"),
    [
        ("9 13 13+ 18 23 28+ 31 34 45+ 48 161+", 31, None),
        ("5 5 8 8 12 16+ 23 27 30 33 43 45", 23, 43),
    ],
)
def test_as_published(data: str, middle: float, ninetieth: float | None) -> None:
    found = durations(_read(data))
    assert (found.median, found.ninetieth) == (middle, ninetieth)
    assert found.n == len(data.split())
    assert found.ended == found.n - data.count("+")


@pytest.mark.parametrize(
    ("data", "share", "time"),
    [
        ("", 0.5, None),
        ("7", 0.5, 7),
        ("7+", 0.5, None),
        ("1 2 3 4", 0.5, 2.5),  # the curve stays at one half from 2 to 3
        ("1 2 3+ 4+", 0.5, 2),  # … and of an end of it nothing is known
        ("1 2 2+ 3", 0.5, 2.5),  # what is censored as something ends was open then
        ("1+ 2+ 3+ 4", 0.5, 4),
        ("0 0 0 5+", 0.9, None),
        ("0 0 0 5+", 0.7, 0),
        ("1 2 3 4 5 6 7 8 9 10", 0.9, 9.5),
    ],
)
def test_where_the_curve_comes_down(data: str, share: float, time: float | None) -> None:
    assert duration_quantile(_read(data), share) == time


some = st.lists(st.builds(Duration, st.integers(0, 12).map(float), st.booleans()), max_size=14)


@given(some)
def test_without_open_ones_the_median_is_the_usual_one(given: list[Duration]) -> None:
    over = [one for one in given if one.ended]
    assert duration_quantile(over, 0.5) == (median(one.lasted for one in over) if over else None)


def _brute(given: Sequence[Duration], share: Fraction) -> float | None:
    """The same from the definition, in fractions: at each time, of those who were open until then, who goes on."""
    times = sorted({one.lasted for one in given if one.ended})
    left = [
        Fraction(
            sum(one.lasted > time or (one.lasted == time and not one.ended) for one in given),
            sum(one.lasted >= time for one in given),
        )
        for time in times
    ]
    curve = [(time, _product(left[: index + 1])) for index, time in enumerate(times)]
    at_or_below = [time for time, height in curve if height <= 1 - share]
    below = [time for time, height in curve if height < 1 - share]
    if not at_or_below:
        return None
    return (at_or_below[0] + below[0]) / 2 if below else at_or_below[0]


def _product(factors: Sequence[Fraction]) -> Fraction:
    result = Fraction(1)
    for one in factors:
        result *= one
    return result


@given(some, st.sampled_from([Fraction(1, 2), Fraction(9, 10), Fraction(1, 4), Fraction(2, 3)]))
def test_the_same_from_the_definition(given: list[Duration], share: Fraction) -> None:
    assert duration_quantile(given, float(share)) == _brute(given, share)


@given(some)
def test_those_that_are_alike_may_be_counted(given: list[Duration]) -> None:
    counted = [Duration(one.lasted, one.ended, times) for one, times in Counter(given).items()]
    assert durations(counted) == durations(given)


@given(some)
def test_what_is_open_never_makes_it_look_quicker(given: list[Duration]) -> None:
    with_open = duration_quantile(given, 0.5)
    without = duration_quantile([one for one in given if one.ended], 0.5)
    assert with_open is None or (without is not None and with_open >= without)


def test_what_is_no_duration_or_share_is_refused() -> None:
    with pytest.raises(ValueError, match="is no duration"):
        Duration(-1)
    with pytest.raises(ValueError, match="is no duration"):
        Duration(float("nan"))
    with pytest.raises(ValueError, match="a count is zero or more"):
        Duration(1, times=-1)
    with pytest.raises(ValueError, match="share 1 is not between"):
        duration_quantile([], 1)
