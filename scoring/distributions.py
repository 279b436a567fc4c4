"""The normal, Student's t and the chi-square distribution, as far as intervals and tests need them."""

from functools import lru_cache
from math import erfc, exp, inf, lgamma, log, log1p, sqrt
from statistics import NormalDist

_STANDARD_NORMAL = NormalDist()
_TINY = 1e-300
_RELATIVE_ERROR = 1e-15
_MOST_TERMS = 500


@lru_cache(maxsize=64)
def z_quantile(confidence: float) -> float:
    """The two-sided normal quantile: 1.959964 for 0.95, 1.644854 for 0.90."""
    _require_confidence(confidence)
    return _STANDARD_NORMAL.inv_cdf((1 + confidence) / 2)


def two_sided_p(z: float) -> float:
    """The chance of a standard normal value at least as far from zero as `z`, exact in the far tail too."""
    return erfc(abs(z) / sqrt(2))


@lru_cache(maxsize=1024)
def t_quantile(confidence: float, degrees: int) -> float:
    """The two-sided quantile of Student's t: 2.776445 for 0.95 and 4 degrees of freedom.

    Solves `t_two_sided_p(t, degrees) = 1 - confidence` by bisection; correct to about 12 digits.
    """
    _require_confidence(confidence)
    _require_degrees(degrees)
    tail = 1 - confidence
    low, high = 0.0, 2.0
    while t_two_sided_p(high, degrees) > tail:
        low, high = high, high * 2
    middle = (low + high) / 2
    while low < middle < high:
        if t_two_sided_p(middle, degrees) > tail:
            low = middle
        else:
            high = middle
        middle = (low + high) / 2
    return middle


def t_two_sided_p(t: float, degrees: int) -> float:
    """The chance that Student's t lies at least as far from zero as `t`.

    Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.1 and 26.5.27: I_x(degrees/2, 1/2) with
    x = degrees / (degrees + t²).
    """
    _require_degrees(degrees)
    square = t * t
    # 1 - x is handed over as well: near t = 0 it would lose its digits in a subtraction.
    return _incomplete_beta(
        degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square) if square < inf else 1.0
    )


def _incomplete_beta(a: float, b: float, x: float, complement: float) -> float:
    """The regularised incomplete beta function I_x(a, b), with `complement` = 1 - x.

    The continued fraction of Abramowitz & Stegun 26.5.8 converges fast below the mean; above it the symmetry
    I_x(a, b) = 1 - I_(1-x)(b, a) is used (26.5.2).
    """
    if x <= 0:
        return 0.0
    if complement <= 0:
        return 1.0
    log_of_x = log(x) if x < 0.5 else log1p(-complement)
    log_of_complement = log(complement) if complement < 0.5 else log1p(-x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log_of_x + b * log_of_complement)
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1.0 - front * _beta_fraction(b, a, complement) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction 26.5.8, evaluated from the front by the modified method of Lentz."""
    numerator = 1.0
    denominator = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1))
    result = denominator
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        factor = 1.0
        for term in (even, odd):
            denominator = 1.0 / _away_from_zero(1.0 + term * denominator)
            numerator = _away_from_zero(1.0 + term / numerator)
            factor = numerator * denominator
            result *= factor
        if abs(factor - 1.0) < _RELATIVE_ERROR:
            break
    return result


def chi_square_p(value: float, degrees: int) -> float:
    """The chance of a chi-square at least as large as `value`.

    The upper incomplete gamma function Q(degrees/2, value/2): below its mean 1 less the series of Abramowitz & Stegun
    6.5.29, above it the continued fraction 6.5.31.
    """
    if degrees < 1:
        raise ValueError(f"{degrees} degrees of freedom: chi-square needs at least 1, so at least two groups")
    if value < 0:
        raise ValueError(f"a chi-square of {value}; a sum of squares is zero or more")
    if value == 0:
        return 1.0
    a, x = degrees / 2, value / 2
    front = exp(a * log(x) - x - lgamma(a))
    return 1.0 - front * _gamma_series(a, x) if x < a + 1 else front * _gamma_fraction(a, x)


def _gamma_series(a: float, x: float) -> float:
    term = total = 1.0 / a
    for n in range(1, _MOST_TERMS + int(x)):
        term *= x / (a + n)
        total += term
        if term < total * _RELATIVE_ERROR:
            break
    return total


def _gamma_fraction(a: float, x: float) -> float:
    """The continued fraction 6.5.31, evaluated from the front by the modified method of Lentz."""
    base = x + 1 - a
    numerator = 1 / _TINY
    denominator = result = 1 / base
    for n in range(1, _MOST_TERMS):
        top = -n * (n - a)
        base += 2
        denominator = 1 / _away_from_zero(top * denominator + base)
        numerator = _away_from_zero(base + top / numerator)
        factor = numerator * denominator
        result *= factor
        if abs(factor - 1.0) < _RELATIVE_ERROR:
            break
    return result


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _require_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1; write 95% as 0.95")


def _require_degrees(degrees: int) -> None:
    if degrees < 1:
        raise ValueError(
            f"{degrees} degrees of freedom: Student's t needs at least 1, so at least two answers"
        )
