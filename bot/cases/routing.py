"""When a case is opened, to whom it goes, and when its alert must say something new. PURE."""

from dataclasses import dataclass
from typing import Literal

from bot.dialogue.conversation import Conversation, Ending

DETRACTOR = 6  # 0-6; scoring.category says the same of a whole scale


@dataclass(frozen=True, slots=True)
class Opened:
    """A case is to be opened."""

    kind: Literal["detractor", "no_score"]


@dataclass(frozen=True, slots=True)
class Changed:
    """The alert of an open case must show the conversation anew. `ping`: as a new message, because what
    happened needs somebody's eye (a score that is a detractor's again)."""

    ping: bool


def case_change(
    before: Conversation, after: Conversation, *, exists: bool, words: bool
) -> Opened | Changed | None:
    """What an event that led from `before` to `after` means for the case; `words`: the customer wrote
    something besides a score, in time or late."""
    if not exists:
        if _detractor(after):
            return Opened("detractor")
        if after.score is None and after.unread and _just(before, after, Ending.UNREAD):
            # Who wrote three times without being understood, or complained and went silent, needs a person.
            return Opened("no_score")
        return None
    if words or _shown(before) != _shown(after):
        return Changed(ping=_detractor(after) and not _detractor(before))
    return None


def _detractor(c: Conversation) -> bool:
    return c.score is not None and c.score <= DETRACTOR


def _just(before: Conversation, after: Conversation, ending: Ending) -> bool:
    return before.ending is not ending and after.ending is ending


def _shown(c: Conversation) -> tuple[object, ...]:
    """What of a conversation an alert shows, besides the reason."""
    return c.score, c.ending in (Ending.NO_REASON, Ending.OPTED_OUT)
