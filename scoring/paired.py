"""Did those who were unhappy change their mind? The same people, before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final

from scoring.counts import Category, Counts, category
from scoring.distributions import z_quantile
from scoring.interval import Interval

_STEP: Final = {Category.DETRACTOR: -1, Category.PASSIVE: 0, Category.PROMOTER: 1}


@dataclass(frozen=True, slots=True)
class Recovery:
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


def recovery(pairs: Iterable[tuple[int, int]], confidence: float = 0.95) -> Recovery | None:
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
    given = [(category(before), category(after)) for before, after in pairs]
    if not given:
        return None
    steps = [_STEP[after] - _STEP[before] for before, after in given]
    change = 100 * sum(steps) / len(steps)
    n = len(steps) + 2
    mean = sum(steps) / n
    half = z_quantile(confidence) * sqrt(((sum(step * step for step in steps) + 2) / n - mean * mean) / n)
    # The two imaginary ones pull towards no change; what was found lies within its limits all the same.
    low, high = max(-200.0, 100 * (mean - half)), min(200.0, 100 * (mean + half))
    return Recovery(
        before=_counts(before for before, _ in given),
        after=_counts(after for _, after in given),
        better=sum(step > 0 for step in steps),
        worse=sum(step < 0 for step in steps),
        change=change,
        interval=Interval(min(low, change), max(high, change)),
    )


def _counts(categories: Iterable[Category]) -> Counts:
    found = list(categories)
    return Counts(*(found.count(each) for each in (Category.DETRACTOR, Category.PASSIVE, Category.PROMOTER)))
