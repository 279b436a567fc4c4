"""What can happen in a conversation, and what it makes us do: the values that `conversation.advance` takes and
gives. PURE."""

from datetime import datetime
from typing import Literal

from bot.dialogue.order import SaidAt
from bot.reading.own_wishes import OwnWish
from bot.reading.reader import Reading
from channels.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and what they were read as. `edits` is the reference of the message that they replace; `wish`: they
    want somebody to get in touch, or an answer; `may_leave`: they may want no more messages, and are asked. `at` is
    now; `said` is when they were said. `overtaken`: something newer in their place was heard before, an edit of the
    same message or a later START. `elsewhere`: they were said where the question does not stand. `to_person`: a
    colleague talks with them, so that their words are for that colleague. `own`: what they wish for themself, where
    that is all that was said. `before_leaving`: it comes after they left, and was said before."""

    reading: Reading
    text: str
    at: datetime
    ref: str | None = None
    edits: str | None = None
    wish: bool = False
    may_leave: bool = False
    said: SaidAt | None = None
    overtaken: bool = False
    elsewhere: bool = False
    to_person: bool = False
    own: OwnWish | None = None
    before_leaving: bool = False


@dataclass(frozen=True, slots=True)
class Chose:
    """A button of this conversation, and when it was pressed; `to_person` as in `Said`: it counts, and that is all."""

    score: int
    at: datetime
    said: SaidAt | None = None
    to_person: bool = False


@dataclass(frozen=True, slots=True)
class Wordless:
    """Something without words: a voice message, a picture, a reaction. `hints`: they have not been told yet that it
    cannot be read, and it is no mere sign of having read what we said. `to_person` as in `Said`."""

    at: datetime
    ref: str | None = None
    hints: bool = True
    to_person: bool = False


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What they say to who asks for a review: a button, or words."""

    answer: Literal["yes", "no", "later"]
    at: datetime


@dataclass(frozen=True, slots=True)
class TookBack:
    """They deleted a message of theirs; `to_person`: one that was for a colleague."""

    at: datetime
    ref: str
    to_person: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """The provider, or another conversation of the same person, says that they want no more messages."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TimePassed:
    at: datetime


@dataclass(frozen=True, slots=True)
class ReminderDue:
    """The time of the one reminder has come."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ReminderHeldBack:
    """The reminder did not go: its send window closed before its turn came, or its wave was paused."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Superseded:
    """The same person begins another trial at this address: this one is over, however far it got."""

    at: datetime


# What becomes of the question, and of the conversation with it.


@dataclass(frozen=True, slots=True)
class Released:
    """The question is in the outbox, and from then on may reach them at any moment."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the question. `arrived`: taking it is all that this provider ever says (Slack and
    Telegram); a carrier reports the arrival itself."""

    at: datetime
    arrived: bool


@dataclass(frozen=True, slots=True)
class Arrived:
    """The provider says that the question arrived."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The question could not be delivered; `again`: they are asked once more, there or elsewhere."""

    at: datetime
    again: bool = False


@dataclass(frozen=True, slots=True)
class CalledOff:
    """The question will never go: its wave was stopped, or its owner left."""

    at: datetime
    ending: Literal["cancelled", "opted_out"]


@dataclass(frozen=True, slots=True)
class Expired:
    """The send window closed before the question's turn came: it waits for the next one."""

    at: datetime


Fate = Released | Sent | Arrived | Undelivered | CalledOff | Expired
OfTheReminder = ReminderDue | ReminderHeldBack
Event = Said | Chose | Wordless | Reviewed | TookBack | Left | TimePassed | Superseded | OfTheReminder | Fate


# --------------------------------------------------------------------------------------------- effects

Topic = Literal[
    "reason_question",
    "thanks",
    "thanks_bare",
    "confirm",
    "change",
    "hint",
    "hint_again",
    "out_of_range",
    "farewell",
    "wordless",
    "wordless_reason",
    "score_stands",
    "corrected",
    "corrected_thanks",
    "thanks_late",
    "opted_out",
    "opted_in",
    "help",
    "help_idle",
    "privacy",
    "passed_on",
    "review_question",
    "review_link",
    "review_no",
    "review_later",
    "put_off",
    "put_off_next",
    "put_off_ends",
    "wish_channel",
    "wish_rarely",
    "wish_undone",
]
Right = Literal["why_me", "my_data", "delete"]


@dataclass(frozen=True, slots=True)
class Say:
    """Say the text of a topic, with the score it names and the scores it offers as buttons. `passed_on`: and who has
    their message now; `offers_stop`: and how to get no more of them. `until` is the moment that it names, and `own`
    the wish."""

    topic: Topic
    score: int | None = None
    offers: tuple[int, ...] = ()
    passed_on: bool = False
    offers_stop: bool = False
    until: datetime | None = None
    own: OwnWish | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Show on the question which score stands."""

    score: int


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep what was said beside the row: an answer row of this kind. Without score and text it is something that came
    without words; of the kind `replaced`, that a message was taken back. What is `older` than what stands changed
    nothing; `thread` was for a colleague."""

    kind: Literal["score", "reason", "unread", "late", "replaced", "older", "thread"]
    score: int | None = None
    text: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class PassOn:
    """The colleague who talks with them gets this as it came, in the thread."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The person wants somebody to get in touch: there is a case for it, whatever the score."""


@dataclass(frozen=True, slots=True)
class KeepWish:
    """What they wish for themself holds from now on, in every campaign; of `Later` that they are asked not before
    `until`."""

    own: OwnWish
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """The person leaves (False), in every channel, or comes back (True). `somebody_else`: who leaves is not who was
    asked, so that it holds for this address alone."""

    wanted: bool
    somebody_else: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """The person asks why they are asked, what is held about them, or to be erased. The answer is in the
    database, so it is looked up outside."""

    right: Right


@dataclass(frozen=True, slots=True)
class ReviewPromised:
    """They would write a review: their account manager is to thank them and look for it."""


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The question goes to them once more, as a reminder or because they put it off."""


Effect = ReviewPromised | AskAgain | KeepWish | Say | Mark | Keep | PassOn | Wish | Consent | Ask
