"""The three counts behind every Net Promoter Score, and the score itself.

The question has eleven answers, 0 to 10: 0-6 is a detractor, 7-8 a passive, 9-10 a promoter, and
NPS = 100 (promoters - detractors) / answers. Source: Rocks, "Interval Estimation for the Net Promoter Score",
The American Statistician 70(4), 2016, 365-372 (arXiv 1601.07235). With x = -1, 0 or +1 for each answer the
NPS is 100 times the mean of x; the variance and the standard error follow from that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, isfinite, sqrt
from numbers import Integral
from typing import Self


class Category(StrEnum):
    """The group that an answer to the 0-10 question falls into."""

    DETRACTOR = "detractor"
    PASSIVE = "passive"
    PROMOTER = "promoter"


_CATEGORY_OF = {
    score: Category.DETRACTOR if score <= 6 else Category.PASSIVE if score <= 8 else Category.PROMOTER
    for score in range(11)
}


def whole_score(value: object) -> int | None:
    """`value` as a whole number, or None for anything else.

    9 and 9.0 are whole (a data frame with gaps turns every score into a float); 8.5, "9", None, NaN and True
    are not. Whether the number is on a scale is for the scale to say.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, float) and isfinite(value) and value.is_integer():
        return int(value)
    return None


def category(score: int) -> Category:
    """The group of one score. Raises ValueError for what is no whole number from 0 to 10."""
    whole = whole_score(score)
    if whole is None or whole not in _CATEGORY_OF:
        raise ValueError(f"score {score!r} is not a whole number from 0 to 10; leave it out of the counts")
    return _CATEGORY_OF[whole]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many detractors, passives and promoters answered.

    Counts of several groups are added (`a + b`), never their scores: an average of averages is not the NPS.
    """

    detractors: int
    passives: int
    promoters: int

    def __post_init__(self) -> None:
        for name in ("detractors", "passives", "promoters"):
            value: object = getattr(self, name)
            if type(value) is int and value >= 0:
                continue  # nearly always; to ask what else is a whole number takes long
            if not isinstance(value, Integral) or isinstance(value, bool) or value < 0:
                raise ValueError(f"{name} is {value!r}; a count is a whole number, zero or more")

    @classmethod
    def from_scores(cls, scores: Iterable[object]) -> Self:
        """Counts scores one by one. What is no whole number from 0 to 10 leaves n: it is never clamped."""
        tally = dict.fromkeys(Category, 0)
        for score in scores:
            whole = whole_score(score)
            if whole is not None and whole in _CATEGORY_OF:
                tally[_CATEGORY_OF[whole]] += 1
        return cls._of(tally)

    @classmethod
    def from_histogram(cls, histogram: Mapping[int, int]) -> Self:
        """Counts from how often each score was given; scores off the 0-10 scale leave n."""
        tally = dict.fromkeys(Category, 0)
        for score, times in histogram.items():
            whole = whole_score(score)
            if times < 0:
                raise ValueError(f"score {score} was given {times} times; a count is zero or more")
            if whole is not None and whole in _CATEGORY_OF:
                tally[_CATEGORY_OF[whole]] += times
        return cls._of(tally)

    @classmethod
    def _of(cls, tally: Mapping[Category, int]) -> Self:
        return cls(tally[Category.DETRACTOR], tally[Category.PASSIVE], tally[Category.PROMOTER])

    @property
    def n(self) -> int:
        """The number of answers."""
        return self.detractors + self.passives + self.promoters

    @property
    def net(self) -> int:
        """Promoters minus detractors."""
        return self.promoters - self.detractors

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.detractors + other.detractors,
            self.passives + other.passives,
            self.promoters + other.promoters,
        )

    def __sub__(self, other: "Counts") -> "Counts":
        """The counts without a part of them; ValueError when `other` is not a part."""
        return Counts(
            self.detractors - other.detractors,
            self.passives - other.passives,
            self.promoters - other.promoters,
        )


def pooled(groups: Iterable[Counts]) -> Counts:
    """All answers of several groups together."""
    detractors = passives = promoters = 0
    for each in groups:  # there may be ten thousand accounts, so without the sums on the way
        detractors += each.detractors
        passives += each.passives
        promoters += each.promoters
    return Counts(detractors, passives, promoters)


def nps(counts: Counts) -> float | None:
    """The Net Promoter Score, -100 to +100, unrounded; None without answers."""
    return 100 * counts.net / counts.n if counts.n else None


def variance(counts: Counts) -> float | None:
    """The variance of one answer on the scale -1, 0, +1, so from 0 to 1; None without answers.

    p + d - (p - d)², the plug-in form (divided by n, not n - 1) of Rocks 2016. It is 1 when half are
    promoters and half detractors, and 2/3 when the groups are equal.
    """
    if not counts.n:
        return None
    n = counts.n
    return ((counts.promoters + counts.detractors) * n - counts.net**2) / n**2


def standard_error(counts: Counts) -> float | None:
    """100 sqrt(variance / n), in NPS points; None without answers.

    For calculations only. It is 0 when all answers fall in one group, which is no certainty: show
    `adjusted_wald` to people.
    """
    of_one = variance(counts)
    return None if of_one is None else 100 * sqrt(of_one / counts.n)


def shown(score: float | None) -> str:
    """An NPS (or a difference in points) as text: a whole number with its sign and no %: "+17", "0", "-40".

    Halves are rounded away from zero, so that +0.5 and -0.5 mirror each other. The minus is the plain hyphen:
    it exists in the GSM alphabet (a typographic minus would more than double the price of an SMS), in every
    font, and in spreadsheets. Without a score the text is "no score".
    """
    if score is None:
        return "no score"
    size = floor(abs(score) + 0.5)
    if size == 0:
        return "0"
    return f"+{size}" if score > 0 else f"-{size}"


def shown_limit(limit: float) -> str:
    """A limit of a finding as text. One that would round to 0 keeps a decimal, away from 0: "+0.4" and not "0",
    since a finding whose interval holds 0 is none."""
    return (
        f"{'+' if limit > 0 else '-'}{least_tenths(limit):.1f}"
        if limit and shown(limit) == "0"
        else shown(limit)
    )


def least_tenths(limit: float) -> float:
    """The size of a small limit in tenths, rounded away from 0."""
    return ceil(round(abs(limit) * 10, 9)) / 10
