"""Who answered, out of whom: rates that name their denominator, and who was never asked.

The dispositions follow AAPOR's Standard Definitions as far as a campaign by message can: each contact has
one, the highest that was reached. A high rate is no proof of accuracy, and a low one no proof of bias; show
`bounds_of_silence` next to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class Dispositions:
    """How far each contact of a wave got. All are numbers of contacts; each contact counts once."""

    completed: int = 0
    """A valid score, and a reason or the wish to give none."""
    started: int = 0
    """A valid score, no reason yet."""
    refused: int = 0
    """No score: opted out, or said no."""
    unscored: int = 0
    """Replied, but with a question, a complaint or nothing that can be read as a score."""
    silent: int = 0
    """Delivered, no reply."""
    unknown: int = 0
    """Sent, and no word from the provider about its delivery."""
    undelivered: int = 0
    """Failed, blocked, or the contact never opened the bot."""
    not_eligible: int = 0
    """Asked in error: wrong person, no longer a customer. Outside every denominator."""
    skipped: int = 0
    """Never asked, by a rule. Outside every denominator; see `selection`."""
    opt_outs: int = 0
    """Of the delivered, those who opted out, with a score or without. Not a disposition of its own."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value: int = getattr(self, each.name)
            if value < 0:
                raise ValueError(f"{each.name} is {value}; a count is zero or more")
        if self.opt_outs > self.delivered:
            raise ValueError(
                f"{self.opt_outs} opt-outs of {self.delivered} delivered; count each contact once"
            )

    @property
    def invited(self) -> int:
        """Eligible contacts that the wave set out to ask, whether the message reached them or not."""
        return self.delivered + self.unknown + self.undelivered

    @property
    def delivered(self) -> int:
        """Contacts who have the question: the provider said so, or they replied."""
        return self.completed + self.started + self.refused + self.unscored + self.silent

    @property
    def scored(self) -> int:
        """Contacts with a valid score, with a reason or without."""
        return self.completed + self.started

    @property
    def without_score(self) -> int:
        """Invited contacts of whom no score is known: the `silent` of `bounds_of_silence`."""
        return self.invited - self.scored


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with both of its numbers and what they count."""

    name: str
    numerator: int
    counted: str
    denominator: int
    base: str

    @property
    def value(self) -> float | None:
        """From 0 to 1; None without a base."""
        return self.numerator / self.denominator if self.denominator else None

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.name}: nobody {self.base} yet"
        counted = f"{self.numerator} {self.counted} of {self.denominator} {self.base}"
        return f"{self.name}: {self.value:.1%} ({counted})"


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of a wave."""

    delivery: Rate
    response: Rate
    """The headline: scores of all invited, like AAPOR's response rate 2, which counts partial interviews."""
    response_of_delivered: Rate
    complete: Rate
    """Score and reason of all invited, like AAPOR's response rate 1."""
    completion: Rate
    """Of those who gave a score, those who finished."""
    opt_out: Rate


def rates(of: Dispositions) -> Rates:
    """All rates of a wave."""
    return Rates(
        delivery=Rate("delivery rate", of.delivered, "delivered", of.invited, "invited"),
        response=Rate("response rate", of.scored, "scored", of.invited, "invited"),
        response_of_delivered=Rate(
            "response rate of the delivered", of.scored, "scored", of.delivered, "delivered"
        ),
        complete=Rate("complete rate", of.completed, "complete", of.invited, "invited"),
        completion=Rate("completion rate", of.completed, "complete", of.scored, "scored"),
        opt_out=Rate("opt-out rate", of.opt_outs, "opted out", of.delivered, "delivered"),
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """Whom one account manager's customers lost on the way to the question.

    A score can be made as well as earned: by leaving out the unhappy. So the share skipped, and by which
    rule, stands next to the score.
    """

    manager: str
    asked: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    """The rule that skipped, and how many contacts it skipped; most first."""

    @property
    def skip_rate(self) -> Rate:
        """The share of this manager's contacts who were not asked."""
        skipped = sum(self.skipped.values())
        return Rate("skip rate", skipped, "skipped", self.asked + skipped, "in the audience")


def selection(rows: Iterable[tuple[str, str | None, int]]) -> tuple[Selection, ...]:
    """Groups (account manager, rule that skipped or None when asked, contacts) by manager, in name order."""
    asked: dict[str, int] = {}
    skipped: dict[str, dict[str, int]] = {}
    for manager, rule, contacts in rows:
        asked.setdefault(manager, 0)
        rules = skipped.setdefault(manager, {})
        if rule is None:
            asked[manager] += contacts
        else:
            rules[rule] = rules.get(rule, 0) + contacts
    return tuple(
        Selection(
            manager,
            asked[manager],
            dict(sorted(skipped[manager].items(), key=lambda each: (-each[1], each[0]))),
        )
        for manager in sorted(asked)
    )
