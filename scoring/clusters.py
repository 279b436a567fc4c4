"""What an interval has to know of the accounts that answers come from: people of one account answer alike.

With x = -1, 0 or +1 for each answer, n_g answers of account g and their sum s_g, the variance of the mean of N answers
of G accounts is V = G / (G - 1) · Σ_g (s_g - n_g · mean)² / N² (Liang & Zeger, Biometrika 73, 1986, 13-22, for a mean;
"CR1" of Cameron & Miller, Journal of Human Resources 50, 2015, 317-372, with t of G - 1 degrees of freedom, as they
advise). Of the difference of two means it is V + V' - 2 C, with C the same sum of products over the accounts that
answered in both. So four sums are all that there is to know of any number of accounts.

Where some accounts are much larger than others G says too much, so t goes by the effective number of accounts (Carter,
Schnepel & Steigerwald, Review of Economics and Statistics 99, 2017, 698-709): Kish's N² / Σ n², which is G where all
are of one size.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import floor, sqrt
from typing import Final, Self, TypeVar

from scoring.counts import Counts, nps
from scoring.distributions import t_quantile, z_quantile
from scoring.interval import PSEUDO_ANSWERS, Interval, adjusted

Label = TypeVar("Label")
FEWEST_ACCOUNTS: Final = 30
"""Below so many accounts the width of an interval by account is a guess: its coverage falls under 94 of 100."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """A group of answers by account: of how many accounts they are, and the sums over these of n², n·s and s².

    Who has no account is an account of their own: `loose` says how many of the accounts are such answers.
    """

    accounts: int
    n_n: int
    n_s: int
    s_s: int
    loose: int = 0

    @property
    def named(self) -> int:
        """How many accounts there are, without those who have none."""
        return self.accounts - self.loose

    @classmethod
    def of(cls, groups: Collection[Counts]) -> Self:
        """The answers of each account."""
        return cls.of_times([(each, 1) for each in groups])

    @classmethod
    def of_times(cls, groups: Collection[tuple[Counts, int]]) -> Self:
        """The same where so many accounts gave the same answers."""
        told = [(each.n, each.net, times) for each, times in groups if each.n]
        return cls(
            sum(times for *_, times in told),
            sum(n * n * times for n, _, times in told),
            sum(n * net * times for n, net, times in told),
            sum(net * net * times for _, net, times in told),
        )

    def squares(self, mean: float) -> float:
        """Σ_g (s_g - n_g · mean)²."""
        return self.s_s - 2 * mean * self.n_s + mean * mean * self.n_n

    def like(self, whole: Counts, part: Counts) -> "Clusters":
        """What the answers of `part` would add up to in accounts of the same sizes, whose people are as much alike, as
        those that gave the answers of `whole`: the same design effect for other answers."""
        if not whole.n or not part.n:
            return Clusters(0, 0, 0, 0)
        share, before, after = part.n / whole.n, whole.net / whole.n, part.net / part.n
        widened = adjusted(part).variance / adjusted(whole).variance
        n_n = share * self.n_n
        n_s = share * self.n_s + (after - before) * n_n
        s_s = share * widened * self.squares(before) + 2 * after * n_s - after * after * n_n
        loose = round(share * self.loose)
        accounts = max(1, loose, round(share * self.accounts))
        return Clusters(accounts, round(n_n), round(n_s), round(s_s), loose)

    def several(self, n: int) -> bool:
        """Whether an account gave more than one of the `n` answers, and there is another one to hold it against."""
        return self.accounts > 1 and self.n_n > n

    def even(self, n: int) -> int:
        """As how many accounts with equally many of the `n` answers these count (Kish: N² / Σ n²)."""
        return floor(n * n / self.n_n + 0.5) if self.n_n else 0

    def solid(self, n: int) -> bool:
        """Whether there are accounts enough for the width of an interval of `n` answers."""
        return self.even(n) >= FEWEST_ACCOUNTS


@dataclass(frozen=True, slots=True)
class Shared:
    """Two groups of answers, each by account, and the sums over the accounts in both of n·n', n·s', s·n' and s·s'."""

    first: Clusters
    second: Clusters
    n_n: int = 0
    n_s: int = 0
    s_n: int = 0
    s_s: int = 0

    @classmethod
    def of(cls, pairs: Sequence[tuple[Counts, Counts]]) -> Self:
        """The answers of each account in the first group and in the second."""
        return cls(
            Clusters.of([first for first, _ in pairs]),
            Clusters.of([second for _, second in pairs]),
            sum(first.n * second.n for first, second in pairs),
            sum(first.n * second.net for first, second in pairs),
            sum(first.net * second.n for first, second in pairs),
            sum(first.net * second.net for first, second in pairs),
        )

    def products(self, mean: float, other: float) -> float:
        """Σ_g (s_g - n_g · mean) (s'_g - n'_g · other)."""
        return self.s_s - other * self.s_n - mean * self.n_s + mean * other * self.n_n


@dataclass(frozen=True, slots=True)
class Within:
    """A group of answers by account, as part of all: the sums over its accounts of n·N, n·S, s·N and s·S, with N and S
    of all answers of the account. `first` of its accounts are in no group before it, and `alone` in no other."""

    own: Clusters
    first: int
    alone: int
    n_n: int
    n_s: int
    s_n: int
    s_s: int

    def beside_rest(self, whole: Clusters) -> Shared:
        """The group and all others of `whole`."""
        own = self.own
        rest = Clusters(
            whole.accounts - self.alone,
            whole.n_n - 2 * self.n_n + own.n_n,
            whole.n_s - self.n_s - self.s_n + own.n_s,
            whole.s_s - 2 * self.s_s + own.s_s,
        )
        n_n, n_s, s_n, s_s = self.n_n, self.n_s, self.s_n, self.s_s
        return Shared(own, rest, n_n - own.n_n, n_s - own.n_s, s_n - own.n_s, s_s - own.s_s)


def with_rest(groups: Mapping[Label, Within]) -> dict[Label, Shared]:
    """Each of groups that have no answer in common and all the others together, by account."""
    sums = [(one.first, one.n_n, one.n_s, one.s_s) for one in groups.values()]
    whole = Clusters(*(sum(each) for each in zip(*sums, strict=True))) if sums else Clusters(0, 0, 0, 0)
    return {label: one.beside_rest(whole) for label, one in groups.items()}


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean with the three imaginary answers, how sure it is, and whether by account: then there are `degrees`."""

    mean: float
    variance: float
    n: float
    degrees: int | None = None

    def quantile(self, confidence: float) -> float:
        """How many standard errors the limits are away."""
        return z_quantile(confidence) if self.degrees is None else t_quantile(confidence, self.degrees)


def spread(counts: Counts, clusters: Clusters | None = None) -> Spread:
    """The mean of -1, 0 and +1 with its variance, by account where an account gave several answers.

    The three imaginary answers of `adjusted_wald` are added as people of accounts of their own, so that agreement
    is not taken for certainty, and no variance is smaller than that of answers that have nothing to do with each other.
    """
    alone = adjusted(counts)
    usual = alone.variance / alone.n
    if clusters is None or not clusters.several(counts.n):
        return Spread(alone.mean, usual, alone.n)
    imaginary = PSEUDO_ANSWERS * (
        0.5 + alone.mean**2
    )  # of -1, 0 and +1, a quarter, half and a quarter of them
    squares = clusters.squares(alone.mean) + imaginary
    by_account = clusters.accounts / (clusters.accounts - 1) * squares / alone.n**2
    return Spread(alone.mean, max(by_account, usual), alone.n, max(1, clusters.even(counts.n) - 1))


def apart(first: Counts, second: Counts, shared: Shared | None = None) -> Spread:
    """The difference of two means with its variance.

    What the accounts in both groups have in common is taken off, but never so much that the variance is smaller
    than that of answers that have nothing to do with each other. Student's t goes by the side with fewer accounts.
    """
    one = spread(first, None if shared is None else shared.first)
    other = spread(second, None if shared is None else shared.second)
    mean, variance = one.mean - other.mean, one.variance + other.variance
    degrees = min((each.degrees for each in (one, other) if each.degrees is not None), default=None)
    if shared is not None and degrees is not None:
        common = shared.products(one.mean, other.mean) / (one.n * other.n)
        usual = sum(each.variance / each.n for each in (adjusted(first), adjusted(second)))
        variance = max(usual, variance - 2 * common)
    return Spread(mean, variance, min(one.n, other.n), degrees)


def interval_by_account(
    counts: Counts, clusters: Clusters | None, confidence: float = 0.95
) -> Interval | None:
    """The interval of an NPS in points, by account where an account gave several answers, else `adjusted_wald`'s; the
    score is always within it. None without answers."""
    score = nps(counts)
    if score is None:
        return None
    found = spread(counts, clusters)
    return around(score, found.mean, found.variance, found.quantile(confidence))


def around(score: float, mean: float, variance: float, quantile: float) -> Interval:
    """The limits in points around a mean of -1 to +1, widened where they would leave out the score."""
    half = quantile * sqrt(variance)
    low, high = 100 * max(-1.0, mean - half), 100 * min(1.0, mean + half)
    return Interval(min(low, score), max(high, score))


def design_effect(counts: Counts, clusters: Clusters | None) -> float:
    """By how much several people of an account widen the variance (Kish); 1 where they do not."""
    return spread(counts, clusters).variance / spread(counts).variance
