"""Scores where several people of one account answer: they answer alike, so ten answers of two accounts are not ten.

How sure a mean is where answers come by account stands in `scoring.clusters`. Its variance over that of so many answers
that have nothing to do with each other is Kish's design effect.
"""

from collections.abc import Collection
from dataclasses import dataclass

from scoring.clusters import Clusters, around, design_effect, spread
from scoring.counts import Counts, pooled
from scoring.distributions import t_quantile
from scoring.interval import PSEUDO_ANSWERS, Interval


@dataclass(frozen=True, slots=True)
class ByAccount:
    """The score of accounts, each with one vote, and that of all their people, each with an interval by account."""

    leaning: Counts
    """Accounts with more detractors than promoters, with as many, and with fewer."""
    answers: Counts
    clusters: Clusters
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
        return self.clusters.solid(self.answers.n)

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
    clusters = Clusters.of(told)
    people = spread(answers, clusters)
    leaning = Counts(
        sum(each.net < 0 for each in told),
        sum(each.net == 0 for each in told),
        sum(each.net > 0 for each in told),
    )
    return ByAccount(
        leaning=leaning,
        answers=answers,
        clusters=clusters,
        nps=score,
        interval=around(score, *_of_votes(told), t_quantile(confidence, len(told) - 1)),
        of_people=around(
            100 * answers.net / answers.n, people.mean, people.variance, people.quantile(confidence)
        ),
        design_effect=design_effect(answers, clusters),
    )


def _of_votes(groups: list[Counts]) -> tuple[float, float]:
    """The mean of one vote an account and its variance, three imaginary accounts added."""
    votes = [each.net / each.n for each in groups]
    size = len(votes) + PSEUDO_ANSWERS
    mean = sum(votes) / size
    squares = sum((vote - mean) ** 2 for vote in votes) + PSEUDO_ANSWERS * (0.5 + mean * mean)
    return mean, squares / (size - 1) / size
