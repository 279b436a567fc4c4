"""The first share of a wave, which is asked before the others: how large it is, and whether the others follow. PURE.

of the share, beside those asked      more than its limit, and at least three people
stops         left by word            the wave is paused, and the admins are asked
undelivered   not reached             the same
unread        wrote, without a score  the same
none of them passes its limit         the others are asked
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any, Final, Literal, Protocol, Self, get_args

FEWEST: Final = 3
"""So many people at least pass a limit: one or two of thirty are chance."""

Limit = Literal["stops", "undelivered", "unread"]
LIMITS: Final[tuple[Limit, ...]] = get_args(Limit)


class CanaryKeys(Protocol):
    """What is read of it in the settings."""

    @property
    def share(self) -> float: ...
    @property
    def at_least(self) -> int: ...
    @property
    def wait(self) -> timedelta: ...
    @property
    def stops(self) -> float: ...
    @property
    def undelivered(self) -> float: ...
    @property
    def unread(self) -> float: ...


@dataclass(frozen=True, slots=True)
class CanaryTerms:
    """How many are asked first (`share` of a hundred, `at_least` so many people), for how long the others wait, and
    from which percentage of those who were asked on they do not follow."""

    share: float
    at_least: int
    wait: timedelta
    stops: float
    undelivered: float
    unread: float

    @classmethod
    def of(cls, keys: CanaryKeys) -> Self:
        """The terms that the keys of a campaign make."""
        return cls(keys.share, keys.at_least, keys.wait, keys.stops, keys.undelivered, keys.unread)

    def as_dict(self) -> dict[str, Any]:
        """JSON values, from which `from_dict` makes the same."""
        return {
            "share": self.share,
            "at_least": self.at_least,
            "wait": self.wait.total_seconds(),
            "stops": self.stops,
            "undelivered": self.undelivered,
            "unread": self.unread,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any] | None) -> Self | None:
        """The terms that were stored; None where there are none."""
        return None if stored is None else cls(**{**stored, "wait": timedelta(seconds=stored["wait"])})


@dataclass(frozen=True, slots=True)
class CanaryCounts:
    """What became of those who were asked first."""

    asked: int
    stops: int = 0
    undelivered: int = 0
    unread: int = 0


def size(terms: CanaryTerms, people: int) -> int:
    """How many of so many are asked first; all of them where that is no part."""
    return min(people, max(ceil(people * terms.share / 100), terms.at_least))


def over(terms: CanaryTerms, counts: CanaryCounts) -> tuple[Limit, ...]:
    """The limits that were passed, each by at least `FEWEST` people."""
    return tuple(
        name
        for name in LIMITS
        if getattr(counts, name) >= FEWEST
        and 100 * getattr(counts, name) > getattr(terms, name) * counts.asked
    )
