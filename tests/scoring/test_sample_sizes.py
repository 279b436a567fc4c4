from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import expected_margin, invitations_needed, sample_size
from scoring.distributions import z_quantile


@pytest.mark.parametrize(
    ("variance", "sizes"),
    [
        (1, [94, 168, 382, 680, 1534, 4266]),
        (2 / 3, [62, 111, 254, 453, 1022, 2843]),
        (0.45, [41, 74, 170, 305, 689, 1918]),
    ],
)
def test_sizes_of_the_published_kind(variance: float, sizes: list[int]) -> None:
    assert [sample_size(margin, variance) for margin in (20, 15, 10, 7.5, 5, 3)] == sizes


@pytest.mark.parametrize(("n", "typical", "worst"), [(5, 51, 69), (30, 25, 34), (100, 14, 19), (1000, 5, 6)])
def test_margins(n: int, typical: int, worst: int) -> None:
    assert [round(expected_margin(n, 0.541)), round(expected_margin(n))] == [typical, worst]


@given(st.floats(1, 50), st.floats(0.05, 1))
def test_the_size_is_the_smallest_that_keeps_the_margin(margin: float, variance: float) -> None:
    n = sample_size(margin, variance)
    assert expected_margin(n, variance) <= margin + 1e-6
    assert n == 1 or expected_margin(n - 1, variance) > margin - 1e-6


@given(st.floats(1, 40), st.integers(1, 5000))
def test_a_list_never_needs_more_than_itself_nor_than_an_endless_one(margin: float, population: int) -> None:
    listed = sample_size(margin, population=population)
    assert 1 <= listed <= min(population, sample_size(margin))


@given(st.floats(2, 40), st.integers(2, 300))
def test_for_a_list_too_the_size_is_the_smallest_that_keeps_the_margin(
    margin: float, population: int
) -> None:
    def half_width(n: int) -> float:
        unseen = (population - n) / (population - 1)
        return 100 * z_quantile(0.95) * sqrt(unseen / (n + 3 * unseen))

    n = sample_size(margin, population=population)
    assert half_width(n) <= margin + 1e-6
    assert n == 1 or half_width(n - 1) > margin - 1e-6


def test_a_list_of_two_hundred() -> None:
    # c = 3.8415 * 0.54 / 0.01 - 3 = 204.4; 204.4 * 200 / (199 + 204.4) = 101.4
    assert sample_size(10, 0.54, population=200) == 102
    assert sample_size(100, 0.1, population=200) == 1


def test_invitations() -> None:
    assert invitations_needed(205, 0.3) == 684
    assert invitations_needed(21, 0.3) == 70


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sample_size(0), "margin of 0"),
        (lambda: sample_size(101), "margin of 101"),
        (lambda: sample_size(10, 1.5), "variance of 1.5"),
        (lambda: sample_size(10, population=0), "list of 0"),
        (lambda: expected_margin(-1), "-1 answers"),
        (lambda: invitations_needed(10, 30), "write 30% as 0.3"),
        (lambda: invitations_needed(-1, 0.3), "-1 answers"),
    ],
)
def test_what_makes_no_sense_is_refused(call: object, said: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=said):
        call()
