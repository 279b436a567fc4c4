"""How long things took, of which some are not over yet.

To leave out what is still open would flatter: what takes longest is open longest. To count it as if it had just
ended would flatter too. What is open so far is therefore *censored*: it says that it takes longer than that, and
no more (Kaplan & Meier, Journal of the American Statistical Association 53, 1958, 457-481). The method takes what
is open for neither quicker nor slower than what was open as long and has ended since.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_SAME: Final = 1e-9
"""Within which the curve is taken to be exactly at a share: it is a product of fractions."""


@dataclass(frozen=True, slots=True)
class Duration:
    """How long one thing took or, where it has not `ended`, has taken so far; in any unit, zero or more. `times` is
    how many are alike."""

    lasted: float
    ended: bool = True
    times: int = 1

    def __post_init__(self) -> None:
        if not self.lasted >= 0:
            raise ValueError(f"{self.lasted} is no duration; it is zero or more")
        if self.times < 0:
            raise ValueError(f"{self.times} durations; a count is zero or more")


@dataclass(frozen=True, slots=True)
class Durations:
    """What can be told of `n` durations, of which `ended` are over: within which time half of all end, and nine
    of ten. None where too many are open to know."""

    n: int
    ended: int
    median: float | None
    ninetieth: float | None


def durations(given: Iterable[Duration]) -> Durations:
    """The median and the 90th percentile of durations, the open ones among them."""
    every = tuple(given)
    steps = _curve(every)
    return Durations(
        n=sum(one.times for one in every),
        ended=sum(one.times for one in every if one.ended),
        median=_quantile(steps, 0.5),
        ninetieth=_quantile(steps, 0.9),
    )


def duration_quantile(given: Iterable[Duration], share: float) -> float | None:
    """The time within which this share (0.5 is the median) ends; None where the open ones leave that unknown.

    It is where the Kaplan-Meier curve comes down to 1 - `share`. Where it stays exactly there for a while, the
    middle of that while, as `quantile.survfit` of the R package survival has it: without open ones the median
    is the usual one.
    """
    if not 0 < share < 1:
        raise ValueError(f"share {share} is not between 0 and 1; the median is 0.5")
    return _quantile(_curve(given), share)


def _curve(given: Iterable[Duration]) -> list[tuple[float, float]]:
    """The times at which something ended, and the share of all that takes longer; the shortest first. What was
    censored at the very time at which something ended was open then."""
    ended: Counter[float] = Counter()
    every: Counter[float] = Counter()
    for one in given:
        every[one.lasted] += one.times
        ended[one.lasted] += one.times * one.ended
    open_then, left = every.total(), 1.0
    steps = []
    for time in sorted(every):
        if ended[time]:
            left *= 1 - ended[time] / open_then
            steps.append((time, left))
        open_then -= every[time]
    return steps


def _quantile(steps: list[tuple[float, float]], share: float) -> float | None:
    for index, (time, left) in enumerate(steps):
        if left < 1 - share - _SAME:
            return time
        if left <= 1 - share + _SAME:
            # A last step at which something is open still has no end that is known: its beginning is told.
            return time if index + 1 == len(steps) else (time + steps[index + 1][0]) / 2
    return None
