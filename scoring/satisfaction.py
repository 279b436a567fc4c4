"""The other two kinds of survey: customer satisfaction (CSAT) and customer effort (CES)."""

from dataclasses import dataclass

from scoring.interval import Interval, mean_t
from scoring.scales import Answers, Band
from scoring.shares import Share, share


@dataclass(frozen=True, slots=True)
class Effort:
    """The mean on the survey's own scale, and the share that found it easy."""

    n: int
    mean: float
    mean_interval: Interval | None
    """Student's, within the scale; None below two answers and when all answers are equal."""
    easy: Share


def favourable_share(answers: Answers, confidence: float = 0.95) -> Share | None:
    """The percentage in the favourable box: a binomial share, so Wilson; None without answers."""
    return share(answers.count(Band.FAVOURABLE), answers.n, confidence)


def csat(answers: Answers, confidence: float = 0.95) -> Share | None:
    """CSAT as the top-2-box: the percentage of 4 and 5 on 1-5 (kicue.com, "How to calculate CSAT").

    ValueError for another scale: 4 and 5 of 10 are not satisfied.
    """
    if (answers.scale.minimum, answers.scale.maximum, answers.scale.high_from) != (1, 5, 4) or (
        not answers.scale.high_is_good
    ):
        raise ValueError(
            f"CSAT counts the 4 and 5 of a scale from 1 to 5; these answers are on {answers.scale}"
        )
    return favourable_share(answers, confidence)


def ces(answers: Answers, confidence: float = 0.95) -> Effort | None:
    """CES: the mean with Student's interval, and the percentage that found it easy; None without answers.

    On 1-7 that percentage is who agrees, 5 to 7 (CEB 2013); on the older effort scale, where low is good, who
    needed little effort. Both are in use, so both are given.
    """
    easy = favourable_share(answers, confidence)
    mean = answers.mean
    if easy is None or mean is None:
        return None
    limits = mean_t(answers.pairs, confidence)
    if limits is not None:
        limits = Interval(max(limits.low, answers.scale.minimum), min(limits.high, answers.scale.maximum))
    return Effort(answers.n, mean, limits, easy)
