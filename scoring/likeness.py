"""Do the people who were asked differ from those who were not, more than chance would have it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from scoring.comparison import holm
from scoring.distributions import chi_square_p

FEWEST_EXPECTED = 5.0
"""Below so many expected people in a cell the chi-square distribution is a bad guess of chance: Cochran, Biometrics
10, 1954, 417-451."""


@dataclass(frozen=True, slots=True)
class Sides:
    """How many of a group are on either side: those asked, and those who were not."""

    asked: int
    others: int

    @property
    def people(self) -> int:
        """Both sides together."""
        return self.asked + self.others


@dataclass(frozen=True, slots=True)
class Likeness:
    """What was found of one attribute. `most` is the group whose share differs most, with its share on both sides in
    percent; None where that group is one of several small ones put together, whose names stay closed."""

    asked: int
    others: int
    chi_square: float
    degrees: int
    p: float
    most: tuple[str, float, float] | None
    adjusted_p: float
    """`p` after Holm's correction; equal to `p` where this attribute stands alone."""

    def differs(self, confidence: float = 0.95) -> bool:
        """Whether chance alone would rarely make the two sides so unlike."""
        return self.adjusted_p < 1 - confidence


def likeness(groups: Mapping[str, Sides]) -> Likeness | None:
    """Pearson's chi-square test of whether both sides are made of the same groups; None where too few people are on
    one side to tell.

    With the factor (N - 1)/N, which keeps it right from an expected count of 1 on (Campbell, Statistics in Medicine 26,
    2007, 3661-3675). Groups with fewer than 5 expected on either side are put together, and where those are still too
    few the next larger group joins them.
    """
    asked, others = sum(part.asked for part in groups.values()), sum(part.others for part in groups.values())
    parts = _large_enough(groups, asked, others)
    if len(parts) < 2:
        return None
    people = asked + others
    gaps = {
        label: part.asked - part.people * asked / people for label, part in parts.items()
    }  # the same on both sides, but for the sign
    spread = {label: part.people * asked * others / people**2 for label, part in parts.items()}
    value = sum(gaps[label] ** 2 / spread[label] for label in parts) * (people - 1) / people
    degrees = len(parts) - 1
    p = chi_square_p(value, degrees)
    most = max(parts, key=lambda label: (abs(gaps[label]) / sqrt(spread[label]), label or ""))
    told = None
    if most is not None:
        told = most, 100 * parts[most].asked / asked, 100 * parts[most].others / others
    return Likeness(asked, others, value, degrees, p, told, p)


def holm_likeness(found: Mapping[str, Likeness]) -> dict[str, Likeness]:
    """The same with `adjusted_p` corrected for all the attributes that are in the mapping."""
    corrected = holm([one.p for one in found.values()])
    return {
        label: Likeness(one.asked, one.others, one.chi_square, one.degrees, one.p, one.most, p)
        for (label, one), p in zip(found.items(), corrected, strict=True)
    }


def _large_enough(groups: Mapping[str, Sides], asked: int, others: int) -> dict[str | None, Sides]:
    """The groups with enough expected people on both sides; the small ones are one, without a name."""
    if not asked or not others:
        return {}
    needed = FEWEST_EXPECTED * (asked + others) / min(asked, others)
    ordered = sorted(groups.items(), key=lambda each: (each[1].people, each[0]))
    together = Sides(0, 0)
    parts: dict[str | None, Sides] = {}
    for label, part in ordered:
        if part.people < needed or 0 < together.people < needed:
            together = Sides(together.asked + part.asked, together.others + part.others)
        else:
            parts[label] = part
    if together.people >= needed:
        parts[None] = together
    return parts if not 0 < together.people < needed else {}
