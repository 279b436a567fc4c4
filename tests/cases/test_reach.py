"""Whether somebody has an alert, and whom it goes to when nobody has."""

from datetime import timedelta

import pytest

from bot.cases.reach import LONGEST, Missed, NextTry, next_try
from channels.base import Address

MANAGER = ("Manager", Address("sms", "+31600000000"))
FALLBACK = ("slack:CALERTS", Address("slack", "CALERTS"))
PLACES = (MANAGER, FALLBACK)


def missed(place: tuple[str, Address], here: int = 1, in_all: int = 1, *, passing: bool = False) -> Missed:
    return Missed(place[1], here, in_all, passing)


# field A2
@pytest.mark.parametrize(
    ("places", "event", "following"),
    [
        (PLACES, missed(MANAGER), NextTry(FALLBACK)),
        (PLACES, missed(MANAGER, passing=True), NextTry(MANAGER, timedelta(minutes=1))),
        (PLACES, missed(MANAGER, 2, 2, passing=True), NextTry(FALLBACK)),
        (PLACES, missed(FALLBACK, 1, 2), NextTry(MANAGER, timedelta(minutes=1), nobody=True)),
        (PLACES, missed(FALLBACK, 2, 4), NextTry(MANAGER, timedelta(minutes=2), nobody=True)),
        ((MANAGER,), missed(MANAGER), NextTry(MANAGER, timedelta(minutes=1), nobody=True)),
        ((MANAGER, MANAGER), missed(MANAGER), NextTry(MANAGER, timedelta(minutes=1), nobody=True)),
        ((FALLBACK,), missed(MANAGER), NextTry(FALLBACK)),
    ],
)
def test_who_is_tried_next(
    places: tuple[tuple[str, Address], ...], event: Missed, following: NextTry
) -> None:
    assert next_try(places, event) == following


# field A2
def test_the_pauses_grow_to_an_hour_and_never_end() -> None:
    pauses = [next_try(PLACES, missed(FALLBACK, n, 2 * n)).after for n in range(1, 5_000)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST == timedelta(hours=1)
