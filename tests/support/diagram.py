"""Draws the conversation's states by driving the machine: `python -m tests.support.diagram` writes
docs/conversation.md."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.dialogue.conversation import (
    ADDING,
    HINTS,
    TALK,
    Chose,
    Conversation,
    Ending,
    Event,
    Part,
    Say,
    State,
    TimePassed,
    advance,
)
from tests.support.conversations import FRESH, said
from tests.support.manual_clock import MONDAY

PAGE = Path(__file__).parents[2] / "docs" / "conversation.md"

_SCORED = replace(FRESH, score=8)
STATES: dict[State, Conversation] = {
    State.WAITING: replace(FRESH, state=State.WAITING, closes_at=None),
    State.ASKED: FRESH,
    State.CONFIRMING: replace(FRESH, state=State.CONFIRMING, clarified=True, unread=1, candidates=(7, 8)),
    State.REASON: replace(_SCORED, state=State.REASON),
    State.THANKED: replace(_SCORED, state=State.THANKED, parts=(Part("m1", "good people"),)),
    State.CLOSED: replace(FRESH, state=State.CLOSED, ending=Ending.WINDOW, closes_at=None),
}
EVENTS: dict[str, Event] = {
    "a score": said("detractor"),
    "a score with its reason": said("score with reason"),
    "a tap": Chose(2, MONDAY),
    "two numbers": said("two numbers"),
    "a number off the scale": said("out of range"),
    "other words": said("other words"),
    "STOP": said("STOP"),
    "HELP": said("HELP"),
    "an automatic reply": said("automatic reply"),
    "the end of its time": TimePassed(MONDAY.replace(year=MONDAY.year + 1)),
}
MEANING: dict[State, str] = {
    State.WAITING: "enrolled, not asked yet",
    State.ASKED: "asked for a score",
    State.CONFIRMING: "asked which score was meant",
    State.REASON: "asked for the reason",
    State.THANKED: "thanked; more words are added for a day",
    State.CLOSED: "closed; what still comes is kept as late",
}


def transitions() -> Iterator[tuple[State, str, str, State]]:
    """From, by what, what we say, to."""
    for state, before in STATES.items():
        for name, event in EVENTS.items():
            turn = advance(before, event)
            topics = [effect.topic for effect in turn.effects if isinstance(effect, Say)]
            if turn.conversation.state is not state or topics:
                yield state, name, ", ".join(topics), turn.conversation.state
    for hints, after in ((1, "one hint"), (HINTS, "two hints")):
        turn = advance(replace(FRESH, hints=hints, unread=hints), said("other words"))
        (said_then,) = (effect.topic for effect in turn.effects if isinstance(effect, Say))
        yield State.ASKED, f"other words after {after}", said_then, turn.conversation.state


def page() -> str:
    """The page in Markdown."""
    arrows: dict[tuple[State, State, str], list[str]] = defaultdict(list)
    for start, event, topics, end in transitions():
        arrows[start, end, topics].append(event)
    lines = [
        "# The conversation",
        "",
        "Drawn by `python -m tests.support.diagram` from `bot/dialogue/conversation.py`; a test compares the two.",
        "An arrow says what the customer does and, after the slash, the text of `bot/words/customer.*.yaml`",
        "that answers it. What is not drawn changes no state and is answered by nothing.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {state}: {meaning}" for state, meaning in MEANING.items()),
        "    [*] --> waiting",
        "    waiting --> asked: the question is sent",
    ]
    for (start, end, topics), events in arrows.items():
        label = ", ".join(events) + (f" / {topics}" if topics else "")
        lines.append(f"    {start} --> {end}: {label}")
    hours = int(ADDING.total_seconds() // 3600)
    lines += [
        "```",
        "",
        f"At most {HINTS} hints and one question back are given, and at most {TALK} messages are said in an open",
        f"conversation. After the thanks, words are added for {hours} hours.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
