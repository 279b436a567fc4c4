"""How many answers a wanted margin takes, and what margin a number of answers gives."""

from math import ceil, sqrt

from scoring.distributions import z_quantile
from scoring.interval import PSEUDO_ANSWERS

WORST_VARIANCE = 1.0
"""Half promoters, half detractors: no NPS needs more answers."""

_ROUNDING = 1e-9  # an exact 202 that comes out as 202.0000000000001 is 202 answers, not 203


def sample_size(
    margin: float,
    variance: float = WORST_VARIANCE,
    confidence: float = 0.95,
    *,
    population: int | None = None,
) -> int:
    """The completed scores needed for an interval of about ± `margin` NPS points.

    n = ceil(z² v / m² - 3), the adjusted Wald interval turned round (measuringu.com/nps-ci-sample-size).
    `variance` is what `variance(counts)` gave last time: 0.54 is typical of +17, 0.45 of +50, and 1 the
    worst case. For a list of `population` customers it is c N / (N - 1 + c) with c the number above, which
    inverts the finite form of `adjusted_wald`. At least 1.
    """
    if not 0 < margin <= 100:
        raise ValueError(f"a margin of {margin} points; it lies above 0 and is at most 100")
    _require_variance(variance)
    needed = z_quantile(confidence) ** 2 * variance / (margin / 100) ** 2 - PSEUDO_ANSWERS
    if population is not None:
        if population < 1:
            raise ValueError(f"a list of {population} customers; it holds at least one")
        needed = max(needed, 0.0)
        needed = needed * population / (population - 1 + needed) if needed else 0.0
    return max(1, ceil(needed - _ROUNDING))


def expected_margin(n: int, variance: float = WORST_VARIANCE, confidence: float = 0.95) -> float:
    """Half the width, in NPS points, that `n` answers will give: 100 z sqrt(v / (n + 3))."""
    if n < 0:
        raise ValueError(f"{n} answers; a count is zero or more")
    _require_variance(variance)
    return 100 * z_quantile(confidence) * sqrt(variance / (n + PSEUDO_ANSWERS))


def invitations_needed(answers: int, response_rate: float) -> int:
    """How many customers to ask for `answers` scores when a share `response_rate` (0 to 1) responds."""
    if answers < 0:
        raise ValueError(f"{answers} answers; a count is zero or more")
    if not 0 < response_rate <= 1:
        raise ValueError(f"a response rate of {response_rate}; write 30% as 0.3")
    return ceil(answers / response_rate - _ROUNDING)


def _require_variance(variance: float) -> None:
    if not 0 <= variance <= 1:
        raise ValueError(f"a variance of {variance}; on the scale -1, 0, +1 it lies between 0 and 1")
