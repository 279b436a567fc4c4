"""Scores where several people of one account answer: they answer alike, so ten answers of two accounts are not ten.

With x = -1, 0 or +1 for each answer and a deviation from the mean that is added up within each account, the variance of
the mean of N answers of G accounts is V = G / (G - 1) · Σ_g (Σ_i (x_i - mean))² / N² (Liang & Zeger, Biometrika 73,
1986, 13-22, for a mean; "CR1" of Cameron & Miller, Journal of Human Resources 50, 2015, 317-372, with t of G - 1
degrees of freedom, as they advise). V over the variance of so many answers that have nothing to do with each other
is Kish's design effect.
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import sqrt
from typing import Final

from scoring.counts import Counts, nps, pooled
from scoring.distributions import t_quantile
from scoring.interval import PSEUDO_ANSWERS, Interval, adjusted

FEWEST_ACCOUNTS: Final = 30
"""Below so many accounts the width of an interval by account is a guess: its coverage falls under 94 of 100."""


@dataclass(frozen=True, slots=True)
class ByAccount:
    """The score of accounts, each with one vote, and that of all their people, each with an interval by account."""

    leaning: Counts
    """Accounts with more detractors than promoters, with as many, and with fewer."""
    answers: Counts
    nps: float
    """100 times the mean over the accounts of what their people gave on the average, as -1, 0 and +1."""
    interval: Interval
    of_people: Interval
    """The interval of the NPS of all answers, by account."""
    design_effect: float
    """By how much several people of an account widen the variance; 1 where they have nothing to do with each other."""

    @property
    def accounts(self) -> int:
        """How many accounts answered."""
        return self.leaning.n

    @property
    def solid(self) -> bool:
        """Whether there are accounts enough for the width of the intervals."""
        return self.accounts >= FEWEST_ACCOUNTS

    @property
    def several(self) -> bool:
        """Whether any account gave more than one answer."""
        return self.answers.n > self.accounts


def by_account(groups: Collection[Counts], confidence: float = 0.95) -> ByAccount | None:
    """The score by account, from the answers of each; None where fewer than two accounts answered.

    The same three imaginary answers as in `adjusted_wald` are added, of people (or accounts) of their own, so that
    agreement is not taken for certainty; no interval is narrower than that of answers that have nothing to do with
    each other, and the score is always within it.
    """
    told = [counts for counts in groups if counts.n]
    if len(told) < 2:
        return None
    answers, score = pooled(told), 100 * sum(each.net / each.n for each in told) / len(told)
    of_all = nps(answers)
    alone = adjusted(answers)
    variance = max(_variance(told, alone.mean), alone.variance / alone.n)
    t = t_quantile(confidence, len(told) - 1)
    leaning = Counts(
        sum(each.net < 0 for each in told),
        sum(each.net == 0 for each in told),
        sum(each.net > 0 for each in told),
    )
    return ByAccount(
        leaning=leaning,
        answers=answers,
        nps=score,
        interval=_around(score, *_of_votes(told), t),
        of_people=_around(of_all or 0.0, alone.mean, variance, t),
        design_effect=variance / (alone.variance / alone.n),
    )


def _variance(groups: list[Counts], mean: float) -> float:
    """V, with the imaginary answers as three people without an account."""
    size = sum(each.n for each in groups) + PSEUDO_ANSWERS
    squares = sum((each.net - each.n * mean) ** 2 for each in groups)
    imaginary = PSEUDO_ANSWERS * (0.5 + mean * mean)  # of -1, 0 and +1, a quarter, half and a quarter of them
    return len(groups) / (len(groups) - 1) * (squares + imaginary) / size**2


def _of_votes(groups: list[Counts]) -> tuple[float, float]:
    """The mean of one vote an account and its variance, three imaginary accounts added."""
    votes = [each.net / each.n for each in groups]
    size = len(votes) + PSEUDO_ANSWERS
    mean = sum(votes) / size
    squares = sum((vote - mean) ** 2 for vote in votes) + PSEUDO_ANSWERS * (0.5 + mean * mean)
    return mean, squares / (size - 1) / size


def _around(score: float, mean: float, variance: float, t: float) -> Interval:
    half = t * sqrt(variance)
    low, high = 100 * max(-1.0, mean - half), 100 * min(1.0, mean + half)
    return Interval(min(low, score), max(high, score))
