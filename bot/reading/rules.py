"""Ordered rules: of a tuple of small named ones the first that knows its place decides.

A rule is a name, an example and a plain function that answers None where it has nothing to say. The example is
a reply that this very rule decides (behind a language's code where it is not English), and a test reads them all:
so every rule can be found by what people write, and a rule that another one hides is noticed.
"""

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

Place = TypeVar("Place")
Verdict = TypeVar("Verdict")


class Rule(NamedTuple, Generic[Place, Verdict]):
    """What a rule is called, a reply that it decides, and how."""

    name: str
    example: str
    decide: Callable[[Place], Verdict | None]


def first(rules: Iterable[Rule[Place, Verdict]], place: Place) -> Verdict | None:
    """What the first rule says that says anything; None if none does."""
    for _, _, decide in rules:
        verdict = decide(place)
        if verdict is not None:
            return verdict
    return None
