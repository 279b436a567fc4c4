"""When a case is opened, to whom it goes, and when its alert must say something new. PURE."""

from dataclasses import dataclass
from typing import Literal

from bot.dialogue.conversation import Conversation, Ending


@dataclass(frozen=True, slots=True)
class Opened:
    """A case is to be opened: for a score that alerts, on whatever scale, or for words that need a person: those
    without a score, a wish to hear from somebody and the end of doing business, whatever the score."""

    kind: Literal["detractor", "no_score"]


@dataclass(frozen=True, slots=True)
class Changed:
    """The alert of an open case must show the conversation anew. `ping`: as a new message, because what
    happened needs somebody's eye (a score that alerts again)."""

    ping: bool


def case_change(
    before: Conversation,
    after: Conversation,
    *,
    alert_at: int,
    exists: bool,
    words: bool,
    wish: bool = False,
) -> Opened | Changed | None:
    """What an event that led from `before` to `after` means for the case. A score of `alert_at` or
    lower alerts; `words`: the customer wrote something that the alert shows, in time or late; `wish`: they want
    somebody to get in touch, or may be leaving."""
    if not exists:
        if _alerts(after, alert_at):
            return Opened("detractor")
        if wish:
            return Opened("no_score")
        if after.score is None and after.unread and _just(before, after, Ending.UNREAD):
            # Who wrote three times without being understood, or complained and went silent, needs a person.
            return Opened("no_score")
        return None
    if words or _shown(before) != _shown(after):
        return Changed(ping=_alerts(after, alert_at) and not _alerts(before, alert_at))
    return None


def _alerts(c: Conversation, alert_at: int) -> bool:
    return c.score is not None and c.score <= alert_at


def _just(before: Conversation, after: Conversation, ending: Ending) -> bool:
    return before.ending is not ending and after.ending is ending


def _shown(c: Conversation) -> tuple[object, ...]:
    """What of a conversation an alert shows, besides the reason."""
    return c.score, c.ending in (Ending.NO_REASON, Ending.OPTED_OUT)
