"""Whom a wave draws, at which moment, and in which half of it. PURE.

The lot of a contact is a hash of our own number of them, keyed by the seed that is kept with the wave. So it is the
same in the plan and when people are enrolled, after a crash and in every process; it depends on nobody else, and on
nothing that a file of contacts can say. Who was drawn longest ago stands in front, whoever was never drawn before them
all; the lot decides among those of one day.
"""

import heapq
from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final, Protocol, Self

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LOT_BITS: Final = 47  # beside the sixteen of a day, so that a place fits a column of 64 bits
NOBODY: Final = -1
"""A place that is before everybody's."""


class InLine(Protocol):
    """What is looked at of a contact who would be asked."""

    @property
    def id(self) -> int: ...
    @property
    def account(self) -> int | None: ...
    @property
    def stratum(self) -> str: ...
    @property
    def drawn_at(self) -> datetime | None: ...


def lot(seed: str, what: str, contact: int) -> int:
    """64 bits that stand for chance: alike for the same seed, purpose and contact, and for nothing else."""
    digest = blake2b(f"{what}:{contact}".encode(), key=seed.encode(), digest_size=8)
    return int.from_bytes(digest.digest())


def moment_of(seed: str, contact: int) -> float:
    """How far in the days of a spread a contact is asked: from 0 up to, but not including, 1."""
    return (lot(seed, "moment", contact) >> 11) / 2**53


def half_of(seed: str, contact: int) -> int:
    """In which half of a wave that compares two a contact is: 0 or 1."""
    return lot(seed, "half", contact) & 1


def canary_lot_of(seed: str, contact: int) -> int:
    """Where a contact stands in the line to be asked before the others; the lowest is first."""
    return lot(seed, "canary", contact) >> 33


def place_of(seed: str, one: InLine) -> int:
    """Where a contact stands in the line to be drawn; the lowest is drawn first.

    Two of a million who were last drawn on the same day share a place in one of three hundred waves.
    """
    day = 0 if one.drawn_at is None else (one.drawn_at - _EPOCH).days
    return (day << _LOT_BITS) | (lot(seed, "draw", one.id) >> (64 - _LOT_BITS))


@dataclass(frozen=True, slots=True)
class Draw:
    """Who is drawn: up to which place in each stratum, and in each account that has too many. Without `strata`
    everybody; an account that is not among `accounts` has room for all of its people. `wanted` were to be drawn of
    `people` who could have been asked; who came after the `newest` of them was not there to be drawn."""

    seed: str
    strata: Mapping[str, int] | None = None
    accounts: Mapping[int, int] = field(default_factory=dict)
    wanted: int | None = None
    people: int = 0
    newest: int = 0

    def has_room_for(self, one: InLine) -> bool:
        """Whether the contact is among the first of their account."""
        last = self.accounts.get(one.account) if one.account is not None else None
        return last is None or place_of(self.seed, one) <= last

    def has_drawn(self, one: InLine) -> bool:
        """Whether the contact is among the first of their stratum."""
        if self.strata is None:
            return True
        return one.id <= self.newest and place_of(self.seed, one) <= self.strata.get(one.stratum, NOBODY)

    def as_dict(self) -> dict[str, Any]:
        """What is kept with the wave; its seed and its accounts are kept apart."""
        strata = None if self.strata is None else dict(self.strata)
        return {"strata": strata, "wanted": self.wanted, "people": self.people, "newest": self.newest}

    @classmethod
    def from_dict(cls, seed: str, stored: Mapping[str, Any], accounts: Mapping[int, int]) -> Self:
        """The draw that was kept."""
        return cls(seed, stored["strata"], accounts, stored["wanted"], stored["people"], stored["newest"])


class Lots:
    """The line of those who would be asked, one after the other, of which no more is kept than may be drawn.

    `wanted` are drawn, everybody where it is None; at most `per_account` of each account. `crowded` says which accounts
    have more people than that at all: of the others none is kept.
    """

    def __init__(
        self, seed: str, wanted: int | None, per_account: int | None, crowded: Container[int]
    ) -> None:
        self._seed, self._wanted, self._per_account, self._crowded = seed, wanted, per_account, crowded
        self._accounts: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        self._full: set[int] = set()
        self._first: defaultdict[str, list[int]] = defaultdict(list)
        self._sizes: defaultdict[str, int] = defaultdict(int)
        self._people = self._newest = 0

    def put_in(self, one: InLine) -> None:
        """Take in somebody who would be asked."""
        self._people += 1
        self._newest = max(self._newest, one.id)
        place = place_of(self._seed, one)
        if self._per_account is None or one.account is None or one.account not in self._crowded:
            self._stand(one.stratum, place)
            return
        first = self._accounts[one.account]
        if len(first) < self._per_account:
            heapq.heappush(first, (-place, one.stratum))
        else:
            self._full.add(one.account)
            heapq.heappushpop(first, (-place, one.stratum))

    def draw(self) -> Draw:
        """Draw: of each stratum its share, and of these the first in line."""
        last = {account: -self._accounts[account][0][0] for account in self._full}
        for first in self._accounts.values():
            for place, stratum in first:
                self._stand(stratum, -place)
        self._accounts.clear()
        strata = None
        if self._wanted is not None and self._wanted < sum(self._sizes.values()):
            each = shares(self._wanted, self._sizes)
            strata = {
                stratum: sorted(-place for place in self._first[stratum])[count - 1] if count else NOBODY
                for stratum, count in each.items()
            }
        return Draw(self._seed, strata, last, self._wanted, self._people, self._newest)

    def _stand(self, stratum: str, place: int) -> None:
        self._sizes[stratum] += 1
        if self._wanted is None:
            return
        first = self._first[stratum]
        if len(first) < self._wanted:
            heapq.heappush(first, -place)
        else:
            heapq.heappushpop(first, -place)


def shares(wanted: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """How many of `wanted` each stratum has: its share, rounded up or down so that they add up.

    The largest remainders are rounded up (Hamilton's method), so that no stratum is off by one or more.
    """
    people = sum(sizes.values())
    counts = {stratum: wanted * size // people for stratum, size in sizes.items()}
    remainders = sorted(sizes, key=lambda stratum: (-(wanted * sizes[stratum] % people), stratum))
    for stratum in remainders[: wanted - sum(counts.values())]:
        counts[stratum] += 1
    return counts
