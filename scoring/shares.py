"""A share of a number of cases, with what it is a share of and how sure it is."""

from dataclasses import dataclass

from scoring.interval import Interval, wilson


@dataclass(frozen=True, slots=True)
class Share:
    """`counted` of `n` as a percentage, with its Wilson interval in percent."""

    counted: int
    n: int
    percent: float
    interval: Interval


def share(counted: int, n: int, confidence: float = 0.95) -> Share | None:
    """The share that `counted` is of `n`; None of nobody. ValueError where it is no share."""
    limits = wilson(counted, n, confidence)
    if limits is None:
        return None
    return Share(counted, n, 100 * counted / n, Interval(100 * limits.low, 100 * limits.high))
