"""Scores where several people of one account answer: they answer alike, so ten answers of two accounts are not ten.

How sure a mean is where answers come by account stands in `scoring.clusters`. Its variance over that of so many answers
that have nothing to do with each other is Kish's design effect.
"""

from collections import Counter
from collections.abc import Collection, Sequence
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
    # Of ten thousand accounts most said the same as others: a few hundred counts are all that there is to add up.
    alike = Counter((each.detractors, each.passives, each.promoters) for each in groups)
    told = [(Counts(*counts), times) for counts, times in alike.items() if any(counts)]
    accounts = sum(times for _, times in told)
    if accounts < 2:
        return None
    answers = pooled(
        Counts(low * times, middle * times, high * times) for (low, middle, high), times in alike.items()
    )
    votes = [(each.net / each.n, times) for each, times in told]
    clusters = Clusters.of_times(told)
    score = 100 * sum(vote * times for vote, times in votes) / accounts
    people = spread(answers, clusters)
    leaning = Counts(
        sum(times for vote, times in votes if vote < 0),
        sum(times for vote, times in votes if vote == 0),
        sum(times for vote, times in votes if vote > 0),
    )
    return ByAccount(
        leaning=leaning,
        answers=answers,
        clusters=clusters,
        nps=score,
        interval=around(score, *_of_votes(votes), t_quantile(confidence, accounts - 1)),
        of_people=around(
            100 * answers.net / answers.n, people.mean, people.variance, people.quantile(confidence)
        ),
        design_effect=design_effect(answers, clusters),
    )


def _of_votes(votes: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """The mean of one vote an account and its variance, three imaginary accounts added."""
    size = sum(times for _, times in votes) + PSEUDO_ANSWERS
    mean = sum(vote * times for vote, times in votes) / size
    squares = sum((vote - mean) ** 2 * times for vote, times in votes) + PSEUDO_ANSWERS * (0.5 + mean * mean)
    return mean, squares / (size - 1) / size
