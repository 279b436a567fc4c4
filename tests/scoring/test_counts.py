from math import inf, nan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Category, Counts, category, nps, pooled, shown, standard_error, variance

some_counts = st.builds(Counts, *[st.integers(0, 5000)] * 3)


@pytest.mark.parametrize(
    ("scores", "group"),
    [(range(7), Category.DETRACTOR), ((7, 8), Category.PASSIVE), ((9, 10), Category.PROMOTER)],
)
def test_category_of_every_score(scores: range, group: Category) -> None:
    assert {category(score) for score in scores} == {group}


@pytest.mark.parametrize("score", [-1, 11, 8.5, True, "9", None, nan])
def test_category_refuses_what_is_not_on_the_scale(score: int) -> None:
    with pytest.raises(ValueError, match="whole number from 0 to 10"):
        category(score)


@pytest.mark.parametrize("invalid", [-1, 11, 100, 8.5, nan, inf, None, "9", True, False, [9], 9 + 0j])
def test_invalid_answers_leave_n_and_are_never_clamped(invalid: object) -> None:
    assert Counts.from_scores([0, 7, 9, invalid]) == Counts(1, 1, 1)


def test_whole_numbers_that_a_data_frame_made_floats_count() -> None:
    assert Counts.from_scores([10.0, 0.0, nan]) == Counts(1, 0, 1)


@given(st.lists(st.integers(-3, 13)))
def test_scores_and_their_histogram_give_the_same_counts(scores: list[int]) -> None:
    histogram = {score: scores.count(score) for score in set(scores)}
    assert Counts.from_scores(scores) == Counts.from_histogram(histogram)


def test_a_histogram_with_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="score 3 was given -1 times"):
        Counts.from_histogram({3: -1})


@pytest.mark.parametrize("bad", [-1, 0.5, True])
def test_counts_are_whole_and_not_negative(bad: int) -> None:
    with pytest.raises(ValueError, match=f"passives is {bad!r}"):
        Counts(1, bad, 1)


def test_taking_away_more_than_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match="detractors is -1"):
        Counts(1, 1, 1) - Counts(2, 0, 0)


def test_no_answers_give_no_numbers() -> None:
    nobody = Counts(0, 0, 0)
    assert (nps(nobody), variance(nobody), standard_error(nobody)) == (None, None, None)


@given(some_counts)
def test_nps_is_a_hundred_times_the_mean_of_minus_one_zero_one(counts: Counts) -> None:
    values = {-1: counts.detractors, 0: counts.passives, 1: counts.promoters}
    n = sum(values.values())
    if not n:
        return
    mean = sum(x * times for x, times in values.items()) / n
    spread = sum(times * (x - mean) ** 2 for x, times in values.items()) / n
    assert nps(counts) == pytest.approx(100 * mean)
    assert variance(counts) == pytest.approx(spread)
    assert standard_error(counts) == pytest.approx(100 * sqrt(spread / n))


def test_pooling_is_not_an_average_of_averages() -> None:
    small, large = Counts(0, 0, 10), Counts(50, 30, 10)
    assert nps(pooled([small, large])) == -30


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (17.5, "+18"),
        (16.7, "+17"),
        (-40.0, "-40"),
        (0.0, "0"),
        (0.4, "0"),
        (-0.4, "0"),
        (0.5, "+1"),
        (-0.5, "-1"),
        (100.0, "+100"),
        (-100.0, "-100"),
        (None, "no score"),
    ],
)
def test_shown(score: float | None, text: str) -> None:
    assert shown(score) == text


@given(st.floats(-100, 100))
def test_shown_mirrors_and_is_within_half_a_point(score: float) -> None:
    assert abs(int(shown(score)) - score) <= 0.5
    assert int(shown(-score)) == -int(shown(score))
