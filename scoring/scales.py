"""Scales of the three kinds of survey, and answers that stay on theirs.

The same word covers opposite directions (effort: high is good in one wording, bad in another), and 4 of 5
is not 4 of 10. So a score never travels without its scale, and answers of two scales cannot be added.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from scoring.counts import whole_score


class Band(StrEnum):
    """What an answer means, whatever the direction of its scale."""

    FAVOURABLE = "favourable"
    NEUTRAL = "neutral"
    UNFAVOURABLE = "unfavourable"


@dataclass(frozen=True, slots=True)
class Scale:
    """The whole numbers from `minimum` to `maximum`, with a box of low and a box of high answers."""

    minimum: int
    maximum: int
    low_to: int
    """The highest answer of the low box."""
    high_from: int
    """The lowest answer of the high box."""
    high_is_good: bool = True

    def __post_init__(self) -> None:
        if not self.minimum <= self.low_to < self.high_from <= self.maximum:
            raise ValueError(
                f"scale {self.minimum}-{self.maximum} with boxes to {self.low_to} and from {self.high_from}: "
                "the low box must end below the high one, both within the scale"
            )

    def accepts(self, score: object) -> bool:
        """Whether this is a whole number of the scale."""
        whole = whole_score(score)
        return whole is not None and self.minimum <= whole <= self.maximum

    def band(self, score: int) -> Band:
        """What a score means here; an unfavourable one is what alerts an account manager."""
        if not self.accepts(score):
            raise ValueError(f"score {score!r} is not a whole number from {self.minimum} to {self.maximum}")
        if self.low_to < score < self.high_from:
            return Band.NEUTRAL
        return Band.FAVOURABLE if (score >= self.high_from) == self.high_is_good else Band.UNFAVOURABLE

    def __str__(self) -> str:
        return f"{self.minimum}-{self.maximum}"


NPS_SCALE = Scale(0, 10, low_to=6, high_from=9)
"""Would you recommend us? 0 not at all likely, 10 extremely likely (Rocks 2016)."""
CSAT_SCALE = Scale(1, 5, low_to=2, high_from=4)
"""How satisfied were you? 1 very dissatisfied, 5 very satisfied; the top two boxes count (kicue.com)."""
CES_SCALE = Scale(1, 7, low_to=3, high_from=5)
"""It was made easy for me: 1 strongly disagree, 7 strongly agree; 5-7 agree (CEB 2013)."""
CES_EFFORT_SCALE = Scale(1, 5, low_to=2, high_from=4, high_is_good=False)
"""How much effort did it take? 1 very low, 5 very high: low is good (Harvard Business Review, July 2010)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How often each score of one scale was given."""

    scale: Scale
    times: tuple[int, ...]
    """One number for each score, from the minimum of the scale upwards."""

    def __post_init__(self) -> None:
        if len(self.times) != self.scale.maximum - self.scale.minimum + 1:
            raise ValueError(f"{len(self.times)} counts for a scale of {self.scale}; give one for each score")
        if any(times < 0 for times in self.times):
            raise ValueError(f"counts {self.times}: a count is zero or more")

    @classmethod
    def from_scores(cls, scale: Scale, scores: Iterable[object]) -> Self:
        """Counts scores one by one; what is not on the scale leaves n."""
        histogram: dict[int, int] = {}
        for score in scores:
            whole = whole_score(score)
            if whole is not None:
                histogram[whole] = histogram.get(whole, 0) + 1
        return cls.from_histogram(scale, histogram)

    @classmethod
    def from_histogram(cls, scale: Scale, histogram: Mapping[int, int]) -> Self:
        """Takes what is on the scale from how often each score was given."""
        return cls(scale, tuple(histogram.get(score, 0) for score in range(scale.minimum, scale.maximum + 1)))

    @property
    def n(self) -> int:
        """The number of answers."""
        return sum(self.times)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Each score of the scale and how often it was given."""
        return tuple(enumerate(self.times, self.scale.minimum))

    @property
    def mean(self) -> float | None:
        """The mean score; None without answers."""
        return sum(score * times for score, times in self.pairs) / self.n if self.n else None

    def count(self, band: Band) -> int:
        """How many answers are favourable, neutral or unfavourable."""
        return sum(times for score, times in self.pairs if self.scale.band(score) is band)

    def __add__(self, other: "Answers") -> "Answers":
        if other.scale != self.scale:
            raise ValueError(
                f"answers on {self.scale} and on {other.scale} cannot be mixed; report them apart"
            )
        return Answers(self.scale, tuple(a + b for a, b in zip(self.times, other.times, strict=True)))
