"""Did those who were unhappy change their mind? The same people, before and after."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

from scoring.counts import Category, Counts, category
from scoring.distributions import z_quantile
from scoring.interval import Interval

_STEP: Final = {Category.DETRACTOR: -1, Category.PASSIVE: 0, Category.PROMOTER: 1}


@dataclass(frozen=True, slots=True)
class PairedChange:
    """The scores of the same people before and after, and the change of their NPS in points.

    `better` and `worse` are how many went to a higher group, and to a lower one; the others stayed in theirs.
    """

    before: Counts
    after: Counts
    better: int
    worse: int
    change: float
    interval: Interval

    @property
    def n(self) -> int:
        """How many gave both scores."""
        return self.before.n


def recovery(pairs: Iterable[tuple[int, int]], confidence: float = 0.95) -> PairedChange | None:
    """The change between two scores of each person, the earlier first; None of nobody.

    With -1, 0 and +1 for the three groups, the change of the NPS is 100 times the mean of each person's own
    difference d, and its variance is that of d: whoever always scores low or high does not blur it, as two
    separate groups of answers would (`compare`).

    The interval is Bonett and Price's for two paired shares (Journal of Educational and Behavioral Statistics
    37, 2012, 479-488; recommended by Fagerland, Lydersen & Laake, Statistics in Medicine 33, 2014, 2850-2875),
    for three groups instead of two: an imaginary person who went up by one group is added, and one who went
    down. So it has a width also where everybody changed alike. Student's paired interval has none there, and
    covers the truth in as few as 30 of 100 cases of five people, and 52 of ten, where nearly all stay unhappy.
    """
    return recovery_of_times(Counter(pairs), confidence)


def recovery_of_times(times: Mapping[tuple[int, int], int], confidence: float = 0.95) -> PairedChange | None:
    """The same by how many gave each two scores, which takes as long for a hundred thousand people as for ten."""
    moved: Counter[tuple[Category, Category]] = Counter()
    for (first, second), several in times.items():
        moved[category(first), category(second)] += several
    people = moved.total()
    if not people:
        return None
    steps: Counter[int] = Counter()
    for (before, after), several in moved.items():
        steps[_STEP[after] - _STEP[before]] += several
    net = sum(step * several for step, several in steps.items())
    squares = sum(step * step * several for step, several in steps.items())
    change = 100 * net / people
    n = people + 2
    mean = net / n
    half = z_quantile(confidence) * sqrt(((squares + 2) / n - mean * mean) / n)
    # The two imaginary ones pull towards no change; what was found lies within its limits all the same.
    low, high = max(-200.0, 100 * (mean - half)), min(200.0, 100 * (mean + half))
    return PairedChange(
        before=_counts((before, several) for (before, _), several in moved.items()),
        after=_counts((after, several) for (_, after), several in moved.items()),
        better=sum(several for step, several in steps.items() if step > 0),
        worse=sum(several for step, several in steps.items() if step < 0),
        change=change,
        interval=Interval(min(low, change), max(high, change)),
    )


def _counts(parts: Iterable[tuple[Category, int]]) -> Counts:
    found = dict.fromkeys(Category, 0)
    for each, people in parts:
        found[each] += people
    return Counts(*found.values())
