"""Whose money says what: what accounts are worth, by what their people answered."""

from collections.abc import Iterable
from dataclasses import dataclass

from scoring.counts import Counts


@dataclass(frozen=True, slots=True)
class ValueAtRisk:
    """What the accounts that were asked are worth in all, and of it that of accounts with more detractors than
    promoters, and of those that said nothing. It is at risk and not lost: how many leave is another question."""

    total: float
    detractors: float
    silent: float
    accounts: int


def value_at_risk(accounts: Iterable[tuple[Counts, float]]) -> ValueAtRisk | None:
    """The sums over accounts, each by the answers of its people, none of a silent one, and its value; None without
    accounts. It is what account-based platforms report as revenue at risk, with the silent apart, since nobody knows
    what they think."""
    told = list(accounts)
    if not told:
        return None
    return ValueAtRisk(
        total=sum(value for _, value in told),
        detractors=sum(value for counts, value in told if counts.net < 0),
        silent=sum(value for counts, value in told if not counts.n),
        accounts=len(told),
    )
