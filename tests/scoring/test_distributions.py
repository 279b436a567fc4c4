from math import atan, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.distributions import t_quantile, t_two_sided_p, two_sided_p, z_quantile

# Two-sided quantiles as printed in tables of Student's t (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
PRINTED_T = [
    (1, 6.314, 12.706, 63.657),
    (2, 2.920, 4.303, 9.925),
    (3, 2.353, 3.182, 5.841),
    (4, 2.132, 2.776, 4.604),
    (5, 2.015, 2.571, 4.032),
    (9, 1.833, 2.262, 3.250),
    (10, 1.812, 2.228, 3.169),
    (20, 1.725, 2.086, 2.845),
    (30, 1.697, 2.042, 2.750),
    (60, 1.671, 2.000, 2.660),
    (100, 1.660, 1.984, 2.626),
]


@pytest.mark.parametrize(("degrees", "t90", "t95", "t99"), PRINTED_T)
def test_t_quantiles_are_those_of_printed_tables(degrees: int, t90: float, t95: float, t99: float) -> None:
    assert [t_quantile(level, degrees) for level in (0.90, 0.95, 0.99)] == pytest.approx(
        [t90, t95, t99], abs=0.00051
    )


@given(st.floats(0, 1e6))
def test_t_with_one_and_two_degrees_has_a_closed_form(t: float) -> None:
    assert t_two_sided_p(t, 1) == pytest.approx(1 - 2 * atan(t) / pi, rel=1e-6, abs=1e-12)
    # The complement of t / sqrt(2 + t²), written so that it keeps its digits in the tail.
    root = sqrt(2 + t * t)
    assert t_two_sided_p(t, 2) == pytest.approx(2 / (root * (root + t)), rel=1e-9)


@given(st.floats(0.01, 0.999), st.integers(1, 3000))
def test_the_quantile_inverts_the_probability(confidence: float, degrees: int) -> None:
    assert t_two_sided_p(t_quantile(confidence, degrees), degrees) == pytest.approx(1 - confidence, rel=1e-8)


def test_t_becomes_normal() -> None:
    assert t_quantile(0.95, 10**7) == pytest.approx(z_quantile(0.95), abs=1e-6)
    assert t_two_sided_p(3.0, 10**7) == pytest.approx(two_sided_p(3.0), rel=1e-5)


def test_normal_quantiles() -> None:
    assert [z_quantile(level) for level in (0.90, 0.95, 0.99)] == pytest.approx(
        [1.644854, 1.959964, 2.575829]
    )
    assert two_sided_p(-z_quantile(0.95)) == pytest.approx(0.05)


def test_the_far_tail_is_small_and_not_zero() -> None:
    assert two_sided_p(20) == pytest.approx(5.507e-89, rel=1e-3)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5])
def test_a_confidence_is_a_fraction(confidence: float) -> None:
    with pytest.raises(ValueError, match=r"write 95% as 0\.95"):
        z_quantile(confidence)
    with pytest.raises(ValueError, match=r"write 95% as 0\.95"):
        t_quantile(confidence, 5)


def test_t_needs_two_answers() -> None:
    with pytest.raises(ValueError, match="at least two answers"):
        t_quantile(0.95, 0)
