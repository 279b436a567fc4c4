"""What can happen in a conversation, and what it makes us do: the values that `conversation.advance` takes and
gives. PURE."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.reading.reader import Reading


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and what they were read as. `edits` is the reference of the message that they replace."""

    reading: Reading
    text: str
    at: datetime
    ref: str | None = None
    edits: str | None = None


@dataclass(frozen=True, slots=True)
class Chose:
    """A button of this conversation."""

    score: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """The provider, or another conversation of the same person, says that they want no more messages."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TimePassed:
    at: datetime


Event = Said | Chose | Left | TimePassed


# --------------------------------------------------------------------------------------------- effects

Topic = Literal[
    "reason_question",
    "thanks",
    "confirm",
    "hint",
    "hint_again",
    "out_of_range",
    "farewell",
    "corrected",
    "corrected_thanks",
    "thanks_late",
    "opted_out",
    "opted_in",
    "help",
    "help_idle",
    "privacy",
]
Right = Literal["why_me", "my_data", "delete"]


@dataclass(frozen=True, slots=True)
class Say:
    """Say the text of a topic, with the score it names and the scores it offers as buttons."""

    topic: Topic
    score: int | None = None
    offers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Show on the question which score stands."""

    score: int


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep what was said beside the row: an answer row of this kind."""

    kind: Literal["score", "reason", "unread", "late", "replaced"]
    score: int | None = None
    text: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """The person leaves (False), in every channel, or comes back (True)."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """The person asks why they are asked, what is held about them, or to be erased. The answer is in the
    database, so it is looked up outside."""

    right: Right


Effect = Say | Mark | Keep | Consent | Ask
