"""How many answers a wave that runs will have in the end, by how earlier waves came in.

The share r(t) of those without a score at the age t who gave one later is taken from earlier waves; the n answers of a
wave of that age with N invited become n + (N - n) r(t). That is the life table's conditional chance, as actuaries and
Kaplan and Meier (Journal of the American Statistical Association 53, 1958, 457-481) take it: what is known of each age
is known of those who were still to answer at it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor


@dataclass(frozen=True, slots=True)
class ResponseCurve:
    """How waves that are over came in: of all `invited`, so many had answered at the end of each day from their start,
    the first day being the one in which they began."""

    invited: int
    answered: tuple[int, ...]

    @property
    def in_all(self) -> int:
        """How many answered in the end."""
        return self.answered[-1] if self.answered else 0

    def by(self, age: float) -> float:
        """How many had answered at an age in days, evenly within each."""
        whole = max(0, floor(age))
        if whole >= len(self.answered):
            return self.in_all
        before = self.answered[whole - 1] if whole else 0
        return before + (max(0.0, age) - whole) * (self.answered[whole] - before)

    def still(self, age: float) -> float:
        """Which share of those who had not answered at an age did so later."""
        silent = self.invited - self.by(age)
        return (self.in_all - self.by(age)) / silent if silent > 0 else 0.0

    def expected(self, answered: int, invited: int, age: float) -> float:
        """How many answers a wave will have in the end that has so many at this age."""
        return answered + max(0, invited - answered) * self.still(age)


def response_curve(waves: Iterable[tuple[int, Mapping[int, int]]]) -> ResponseCurve:
    """The waves together: of each, how many were invited, and how many answered on which day from its start."""
    invited, by_day = 0, dict[int, int]()
    for people, days in waves:
        invited += people
        for day, times in days.items():
            place = max(0, day)
            by_day[place] = by_day.get(place, 0) + times
    answered, so_far = [], 0
    for day in range(max(by_day, default=-1) + 1):
        so_far += by_day.get(day, 0)
        answered.append(so_far)
    if so_far > invited:
        raise ValueError(f"{so_far} answers of {invited} invited; count whoever answered among the invited")
    return ResponseCurve(invited, tuple(answered))
