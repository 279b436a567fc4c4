"""What follows a case that was done: is it solved, says the customer, and which score would they give now. PURE,
total and deterministic.

As prose. Whoever is **asked** says yes or not yet, and is then asked for a new score (**scoring**); a score ends it
(**over**), and so do time and leaving. Who says that it is not solved opens the case again, once, and also when they
say so after a yes or when all is over; a yes after it changes nothing, since a colleague looks again. What is neither
is asked back once. It is a machine of its own and no state of a conversation, so that no score of it can become one
that is counted; a conversation is closed before it begins.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.dialogue.events import Left, TimePassed
from bot.reading.bounds import Bounds

HINTS = 1


class RecoveryState(StrEnum):
    ASKED = "asked"
    SCORING = "scoring"
    OVER = "over"


class RecoveryEnding(StrEnum):
    SCORED = "scored"
    SILENT = "silent"  # no new score in time, whatever they said of the case
    LEFT = "left"  # they want no more messages
    UNDELIVERED = "undelivered"  # it never reached them, and counts as not asked


@dataclass(frozen=True, slots=True)
class Recovery:
    """What the row holds."""

    state: RecoveryState
    scale: Bounds
    closes_at: datetime
    solved: bool | None = None
    score: int | None = None
    hints: int = 0
    ending: RecoveryEnding | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """They say whether it is solved."""

    solved: bool


@dataclass(frozen=True, slots=True)
class GaveAnew:
    """The score that they would give now."""

    score: int


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that answer neither."""


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """The question could not be delivered, or its window closed before it went."""


RecoveryEvent = Confirmed | GaveAnew | Unclear | NotDelivered | Left | TimePassed

RecoveryTopic = Literal[
    "recovery_score",
    "recovery_sorry",
    "recovery_reopened",
    "recovery_hint",
    "recovery_hint_score",
    "recovery_thanks",
]


@dataclass(frozen=True, slots=True)
class TellCustomer:
    """Say the text of a topic, with the score that it names."""

    topic: RecoveryTopic
    score: int | None = None


@dataclass(frozen=True, slots=True)
class OpenAgain:
    """The case is open again: the customer says that it is not solved."""


RecoveryEffect = TellCustomer | OpenAgain


@dataclass(frozen=True, slots=True)
class RecoveryTurn:
    recovery: Recovery
    effects: tuple[RecoveryEffect, ...] = ()


def advance_recovery(recovery: Recovery, event: RecoveryEvent) -> RecoveryTurn:
    """What an event does: the row after it, and the effects in their order."""
    r = recovery
    match r.state, event:
        case RecoveryState.OVER, Confirmed(False) if (
            r.solved is not False and r.ending is not RecoveryEnding.LEFT
        ):
            told = (OpenAgain(), TellCustomer("recovery_reopened"))
            return RecoveryTurn(replace(r, solved=False), told)
        case RecoveryState.OVER, _:
            return RecoveryTurn(r)
        case _, Confirmed(solved) if r.solved is None or (r.solved and not solved):
            return _confirmed(r, solved)
        case RecoveryState.SCORING, GaveAnew(score) if score in r.scale:
            after = replace(_over(r, RecoveryEnding.SCORED), score=score)
            return RecoveryTurn(after, (TellCustomer("recovery_thanks", score),))
        case _, (GaveAnew() | Unclear()) if r.hints < HINTS:
            asked = r.state is RecoveryState.ASKED
            hint: RecoveryTopic = "recovery_hint" if asked else "recovery_hint_score"
            return RecoveryTurn(replace(r, hints=r.hints + 1), (TellCustomer(hint),))
        case _, NotDelivered() if r.solved is None and r.hints == 0:
            return RecoveryTurn(_over(r, RecoveryEnding.UNDELIVERED))
        case _, Left():
            return RecoveryTurn(_over(r, RecoveryEnding.LEFT))
        case _, TimePassed(at) if at >= r.closes_at:
            return RecoveryTurn(_over(r, RecoveryEnding.SILENT))
        case _:
            return RecoveryTurn(r)


def _confirmed(r: Recovery, solved: bool) -> RecoveryTurn:
    after = replace(r, state=RecoveryState.SCORING, solved=solved)
    if solved:
        return RecoveryTurn(after, (TellCustomer("recovery_score"),))
    return RecoveryTurn(after, (OpenAgain(), TellCustomer("recovery_sorry")))


def _over(r: Recovery, ending: RecoveryEnding) -> Recovery:
    return replace(r, state=RecoveryState.OVER, ending=ending)
