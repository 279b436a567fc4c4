"""What an event can mean. Each knows the conversation it belongs to, and how it is noted in the inbox."""

from typing import ClassVar

from bot.cases.around import COLLEAGUE
from bot.conversations.follow_ups import AskedAfter
from bot.conversations.talks import Talk
from bot.dialogue.buttons import ButtonAnswer
from bot.dialogue.conversation import Ending
from bot.people.contacts import Person
from bot.privacy.erasure_code import Checked
from bot.reading.own_wishes import OwnWish, name_of
from bot.reading.reader import Reading, kind_of
from channels.base import Brought
from channels.frozen import dataclass


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`/nps …`, or a press that stands for one: carried out after the commit."""

    line: str
    talk: ClassVar[None] = None
    note: ClassVar[None] = None


@dataclass(frozen=True, slots=True)
class LinkOpened:
    """`/start TOKEN`: this chat may belong to the contact that the link was made for."""

    token: str
    talk: ClassVar[None] = None
    note: ClassVar[str] = "link"


@dataclass(frozen=True, slots=True)
class ScorePress:
    """A score's button of the presser's own conversation."""

    talk: Talk
    score: int
    to_person: bool = False  # a colleague talks with them
    note: ClassVar[str] = "press"


def _noted(reading: Reading, own: OwnWish | None) -> str:
    return kind_of(reading) if own is None else f"wish_{name_of(own)}"


@dataclass(frozen=True, slots=True)
class Heard:
    """Words that a conversation awaits."""

    talk: Talk
    reading: Reading
    text: str
    wish: bool  # they want somebody to get in touch
    may_leave: bool  # they may want no more messages, though no rule says so
    overtaken: bool = False  # something newer in their place was heard before
    elsewhere: bool = False  # the question stands at another address, or outside the thread they were said in
    to_person: bool = False  # a colleague talks with them, whose alert stands for this conversation
    own: OwnWish | None = None  # what they wish for themself

    @property
    def note(self) -> str:
        left = self.talk.conversation.ending is Ending.OPTED_OUT
        return _noted(self.reading, None if left else self.own)


@dataclass(frozen=True, slots=True)
class ReviewAnswered:
    """What somebody says to who asks for a review, by a button or in words."""

    talk: Talk
    answer: ButtonAnswer
    note: ClassVar[str] = "review"


@dataclass(frozen=True, slots=True)
class FollowUpAnswered:
    """An answer to what was asked after the survey, by a button or in words; None where it is no clear one. `words`:
    what they wrote is more than the answer."""

    asked: AskedAfter
    talk: Talk
    answer: ButtonAnswer | int | None
    words: bool
    note: ClassVar[str] = "follow-up"


@dataclass(frozen=True, slots=True)
class CameWordless:
    """A voice message, a picture, a reaction: something without words, in a conversation. `hints`: they may be told
    that words are needed."""

    talk: Talk
    brings: Brought
    hints: bool
    to_person: bool = False

    @property
    def note(self) -> str:
        return self.brings


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """They deleted a message that this conversation had taken in."""

    talk: Talk
    ref: str
    to_person: bool = False
    note: ClassVar[str] = "taken back"


@dataclass(frozen=True, slots=True)
class SendNow:
    """*Send now anyway*: a colleague's words, by the number of their message, which wait for the customer's hours."""

    message_id: int
    talk: ClassVar[None] = None
    note: ClassVar[str] = "send now"


@dataclass(frozen=True, slots=True)
class HeardOutside:
    """Words of somebody whom no question awaits: a stranger, a contact between waves, a colleague."""

    person: Person | None
    language: str
    reading: Reading
    own: OwnWish | None = None
    talk: ClassVar[None] = None

    @property
    def note(self) -> str:
        return _noted(self.reading, self.own)


@dataclass(frozen=True, slots=True)
class Which:
    """Words of somebody of whom several conversations are open, none of them here."""

    talks: tuple[Talk, ...]
    talk: ClassVar[None] = None
    note: ClassVar[str] = "which"


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A bare `/start` where a link is needed to come in: by somebody of whom nothing is known, or by a contact."""

    person: Person | None
    language: str
    talk: ClassVar[None] = None
    note: ClassVar[str] = "start"


@dataclass(frozen=True, slots=True)
class ErasureCode:
    """The digits that DELETE asked to repeat, right or wrong."""

    person: Person
    checked: Checked
    talk: ClassVar[None] = None
    note: ClassVar[str] = "erasure code"


@dataclass(frozen=True, slots=True)
class Nothing:
    """It is kept and has no effect: an old button, another person's, or one of no kind of ours."""

    talk: Talk | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ColleagueWrote:
    """A colleague wrote `words` under the alert of a case. `talk` is its conversation, while it has a customer."""

    case_id: int
    words: str
    talk: Talk | None
    note: ClassVar[str] = COLLEAGUE


@dataclass(frozen=True, slots=True)
class CasePress:
    """A button under an alert."""

    case_id: int
    deed: str
    talk: ClassVar[None] = None

    @property
    def note(self) -> str:
        return f"case {self.deed.partition(':')[0]}"


@dataclass(frozen=True, slots=True)
class WrongCode:
    """A text message from a colleague's number that names a case, with a wrong code. `left`: how many more are taken
    today; at none nothing is looked at any more."""

    case_id: int
    left: int
    talk: ClassVar[None] = None
    note: ClassVar[str] = "wrong code"


@dataclass(frozen=True, slots=True)
class UnderLostCopy:
    """Said under a message of ours whose sending was cut off, so that nobody knows which alert it is. Where it goes is
    not guessed: a customer would read what is meant for another."""

    talk: ClassVar[None] = None
    note: ClassVar[str] = "lost copy"


@dataclass(frozen=True, slots=True)
class NotOurs:
    """Said where many talk, and not under a message of ours: nothing of it is kept."""

    talk: ClassVar[None] = None
    note: ClassVar[None] = None


Meaning = (
    CommandLine
    | LinkOpened
    | CasePress
    | ScorePress
    | Heard
    | FollowUpAnswered
    | ReviewAnswered
    | CameWordless
    | Withdrawn
    | HeardOutside
    | Which
    | Unlinked
    | ErasureCode
    | ColleagueWrote
    | WrongCode
    | UnderLostCopy
    | SendNow
    | NotOurs
    | Nothing
)
"""What one message means: one of these."""
