"""What the simulated world writes down: who is who, what was said and sent, and whether the laws held."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from bot.outbox import Queued
from bot.reading.language import Language
from bot.store.schema import Row
from channels.base import (
    Address,
    Body,
)
from tests.simulation.expectation import Expectation
from tests.simulation.words import Utterance
from tests.support.boundaries import Injected
from tests.support.manual_clock import MONDAY


class LawBroken(AssertionError):
    """The bot did what it promises not to do."""


@dataclass(slots=True)
class Person:
    """A contact as the imports that were accepted make it."""

    key: str
    name: str = ""
    language: str | None = None
    zones: list[str | None] = field(default_factory=lambda: [None])  # the newest last
    plan: str | None = None
    addresses: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[datetime, int]] = field(default_factory=list)  # and in which conversation


@dataclass(slots=True)
class Leaving:
    """Somebody at an address wants nothing more."""

    owner: str | None
    source: str
    moment: int
    said: datetime


@dataclass(slots=True)
class Talk:
    """A conversation that the database has, and what should have come of it."""

    row: Row
    owner: str | None
    expected: Expectation | None = None  # from when its question is on its way
    questions: int = 0
    refused_late: int = 0  # how often a carrier refused the question afterwards, because of our account
    arrived: int | None = None  # the moment from which it is known that the question arrived
    said: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a campaign as the world knows them."""

    every: int
    hours: tuple[time, time] | None
    plan: str | None = None  # who is asked, by what the import says of them; None is everybody


@dataclass(frozen=True, slots=True)
class Happened:
    """An event that was taken in, of a contact by the key of the import."""

    whose: str
    at: datetime


@dataclass(slots=True, repr=False)
class Ledger:
    """The world's own account. `moment` counts what happened, so that two things can be put in order."""

    campaigns: Mapping[str, Terms]
    colleagues: frozenset[Address]
    languages: Mapping[str, Language]
    people: dict[str, Person] = field(default_factory=dict)
    owners: dict[Address, str] = field(default_factory=dict)
    leavings: dict[Address, Leaving] = field(default_factory=dict)
    returns: dict[Address, datetime] = field(default_factory=dict)  # when START was said there last
    lifted: dict[Address, datetime] = field(default_factory=dict)  # when a block of it was lifted last
    owned_since: dict[Address, tuple[int, datetime]] = field(default_factory=dict)  # by an import
    erased: set[Address | str] = field(default_factory=set)  # addresses and keys of who was erased
    forgotten: list[list[str]] = field(default_factory=list)  # names, addresses and words of who was erased
    marks: dict[str, list[str]] = field(default_factory=dict)  # words that nobody else says, by who said them
    first_owner: dict[Address, str] = field(default_factory=dict)
    shared: set[Address] = field(default_factory=set)  # addresses that had several owners, or write again
    talks: dict[int, Talk] = field(default_factory=dict)
    campaign_of: dict[int, str] = field(default_factory=dict)  # by wave
    meanings: dict[str, Utterance] = field(default_factory=dict)  # by delivery
    accepted: dict[tuple[str, str], int] = field(default_factory=dict)
    happened: dict[str, Happened] = field(default_factory=dict)  # by the key of its sender
    enrolled: set[int] = field(default_factory=set)
    claimed: dict[int, tuple[Queued, int]] = field(default_factory=dict)
    bodies: dict[int, list[Body]] = field(default_factory=dict)
    said_in: dict[tuple[str, str], int | None] = field(default_factory=dict)  # our messages, by conversation
    asked_as: dict[tuple[str, str], int | None] = field(default_factory=dict)  # the questions of these
    with_person: set[str] = field(default_factory=set)  # to whom a colleague wrote: what they say is for them
    taken: dict[int, list[int]] = field(default_factory=dict)  # moments, by outbox row
    faults: Counter[str] = field(default_factory=Counter)
    last_fault: int = 0
    trace: deque[str] = field(default_factory=lambda: deque(maxlen=6000))
    moment: int = 0
    checked: int = 0
    broken: LawBroken | None = None
    now: datetime = MONDAY

    # --------------------------------------------------------------------------------------------- laws

    def law(self, holds: bool, sentence: str, *details: object) -> None:
        """Check a law; the details say where it was broken."""
        self.checked += 1
        if not holds:
            # A worker may catch what is raised in the middle of it, so it is kept as well.
            self.broken = self.broken or LawBroken(f"{sentence}: {', '.join(map(str, details))}")
            raise self.broken

    def failed(self, error: BaseException) -> None:
        """The bot failed by itself: it may fail only where it was made to."""
        if not isinstance(error, Injected | LawBroken):
            self.law(False, "the bot fails only where the world does", repr(error))

    def fault(self, name: str) -> None:
        """A fault was injected."""
        self.moment += 1
        self.faults[name] += 1
        self.last_fault = self.moment
        self.note("fault", name)

    def note(self, *what: object) -> None:
        """Write down what happened, to be shown where a law is broken."""
        self.trace.append(" ".join((str(self.moment), f"{self.now:%d %H:%M:%S}", *map(str, what))))
