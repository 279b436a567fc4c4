"""Events and conversations for tests of the machine."""

from datetime import timedelta
from typing import Any

from bot.dialogue.conversation import Conversation, Said, State
from bot.reading.bounds import Bounds
from bot.reading.reader import Ambiguous, Help, Ignore, NotAScore, OptIn, OptOut, OutOfRange, Reading, Score
from tests.support.manual_clock import MONDAY

NPS = Bounds(0, 10)
WINDOW = timedelta(days=7)
FRESH = Conversation(State.ASKED, NPS, closes_at=MONDAY + WINDOW)

READINGS: dict[str, Reading] = {
    "score": Score(8),
    "detractor": Score(2),
    "score with reason": Score(8, "good people"),
    "two numbers": Ambiguous((7, 8)),
    "unclear": Ambiguous(),
    "a detractor's number": Ambiguous((2,), "late again"),
    "neither": Ambiguous(),
    "out of range": OutOfRange(11),
    "other words": NotAScore(),
    "no reason": NotAScore(says_none=True),
    "STOP": OptOut(),
    "2 STOP": OptOut(2),
    "START": OptIn(),
    "HELP": Help(),
    "automatic reply": Ignore(kept=True),
    "reaction": Ignore(),
}


def said(what: str, text: str | None = None, **more: Any) -> Said:
    """A message that is read as one of `READINGS`."""
    return Said(READINGS[what], what if text is None else text, MONDAY, **more)
