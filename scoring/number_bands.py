"""Numbers in a few bands: by limits that somebody chose, or in thirds of the answers."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from math import floor, log10


def band_of(value: float, limits: Sequence[float]) -> int:
    """The band that a value falls in, from 0: below the first limit, and so on; a limit begins the band above it."""
    return bisect_right(limits, value)


def thirds(counted: Mapping[float, int]) -> tuple[float, ...]:
    """The limits that split values, each counted so often, into thirds as near as they go: two, one where the values
    are too few, none where all are the same.

    They are written with two digits, or as many as are needed to tell the values apart: a limit is rarely anybody's
    own value.
    """
    values = sorted(value for value, times in counted.items() if times > 0)
    total = sum(counted[value] for value in values)
    limits: list[float] = []
    below = 0
    for value in values:
        if below * 3 >= total * (len(limits) + 1) and len(limits) < 2:
            limits.append(value)
        below += counted[value]
    for digits in range(2, 16):
        found = tuple(dict.fromkeys(rounded(limit, digits) for limit in limits))
        if len({band_of(value, found) for value in values}) == len(limits) + 1:
            return found
    return tuple(limits)


def rounded(value: float, digits: int) -> float:
    """The value with so many significant digits, halves upwards: 12500 with two is 13000."""
    if value == 0:
        return 0.0
    step = 10.0 ** (floor(log10(abs(value))) - digits + 1)
    return float(f"{floor(value / step + 0.5) * step:.15g}")
