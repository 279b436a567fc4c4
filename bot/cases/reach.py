"""Whether somebody has an alert, and where it goes next when nobody has. PURE.

Nobody has it until a provider took it, and nobody has it any more once a carrier takes that back. What follows
is the same in every channel; docs/reliability.md holds it as a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from channels.base import Address

ONCE_MORE: Final = timedelta(minutes=1)
"""After which a telephone that was off is tried once more."""
FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
"""Between the rounds in which nobody could be reached; each pause is twice the one before."""

Reached = tuple[str, Address]
"""What a colleague is called, and where they are."""


@dataclass(frozen=True, slots=True)
class Missed:
    """How often one alert was missed: at this `address`, and `in_all`; this time counts. `passing`: the one
    who missed it may have it a little later (their telephone is off)."""

    address: Address
    here: int
    in_all: int
    passing: bool


@dataclass(frozen=True, slots=True)
class NextTry:
    """Where an alert goes next, and after how long. `nobody`: all were tried, and it begins anew."""

    place: Reached
    after: timedelta = timedelta(0)
    nobody: bool = False


def next_try(places: Sequence[Reached], missed: Missed) -> NextTry:
    """Whom an alert that was missed goes to: `places` in their order, of which there is one at least. An
    address that is none of them any more counts for nothing."""
    ladder = {address: name for name, address in reversed(places)}
    order = list(dict.fromkeys(address for _, address in places))
    at = missed.address
    if at in ladder and missed.passing and missed.here == 1:
        return NextTry((ladder[at], at), ONCE_MORE)
    later = order[order.index(at) + 1 :] if at in ladder else order
    if later:
        return NextTry((ladder[later[0]], later[0]))
    rounds = max(1, missed.in_all // len(order))
    return NextTry((ladder[order[0]], order[0]), min(LONGEST, FIRST * 2 ** min(rounds - 1, 10)), nobody=True)
