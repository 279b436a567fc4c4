"""The rules of one wave at a moment, for one contact after the other: what plan and enrolment both decide by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from bot.campaigns import windows
from bot.campaigns.draw import Draw, half_of, moment_of
from bot.campaigns.places import Places, places_of, public_holidays
from bot.campaigns.plan import Asked, Candidate, Decision, Place, decide
from bot.campaigns.spreading import OpenHours, hours_between
from bot.campaigns.terms import Terms
from bot.config.settings import Settings


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What enrolment takes from the settings besides the wave's own terms."""

    places: Places
    language: str
    channels_on: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> "Surroundings":
        return cls(places_of(settings.timezone), settings.language, frozenset(settings.channels.on))


def send_times(terms: Terms, now: datetime) -> Callable[[Place], datetime]:
    """The first instant of the send window at a place, from `now` on; remembered, as many share a place."""
    known: dict[Place, datetime] = {}

    def send_at(place: Place) -> datetime:
        at = known.get(place)
        if at is None:
            at = known[place] = windows.next_send_in_all(
                now, place.zones, terms, public_holidays(place.country)
            )
        return at

    return send_at


@dataclass(slots=True)
class Rules:
    """Decides for the contacts of an audience, in a wave that began at `started_at`. Without a `draw` everybody is
    asked who may be."""

    terms: Terms
    channels_on: frozenset[str]
    started_at: datetime
    now: datetime
    seed: str
    draw: Draw | None = None
    _halves: Mapping[int | None, tuple[Terms, Callable[[Place], datetime]]] = field(init=False)
    _hours: dict[tuple[int | None, Place | None], OpenHours] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        halves = range(len(self.terms.draw.halves)) if self.terms.draw.halves else (None,)
        each = {half: self.terms.in_half(half) for half in halves}
        self._halves = {half: (terms, send_times(terms, self.now)) for half, terms in each.items()}

    def but(self, draw: Draw | None) -> Self:
        """The same with another draw."""
        return replace(self, draw=draw)

    def half(self, candidate: Candidate) -> int | None:
        """In which half of the wave somebody is; None where it is not divided."""
        return half_of(self.seed, candidate.id) if self.terms.draw.halves else None

    def decide(self, candidate: Candidate) -> Decision:
        """The outcome for one contact, at the moment of theirs where the wave is spread over days."""
        half = self.half(candidate)
        terms, send_at = self._halves[half]
        outcome = decide(candidate, terms, self.now, self.channels_on, send_at, self.draw)
        if terms.draw.spread is None or not isinstance(outcome, Asked):
            return outcome
        place = None if terms.always else candidate.place
        hours = self._hours.get((half, place))
        if hours is None:
            until = self.started_at + timedelta(days=terms.draw.spread)
            hours = self._hours[half, place] = hours_between(self.now, until, place, terms)
        return outcome._replace(at=hours.at(moment_of(self.seed, candidate.id)) or outcome.at)
