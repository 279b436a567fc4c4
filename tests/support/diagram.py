"""Draws the conversation's states by driving the machine: `python -m tests.support.diagram` writes
docs/conversation.md."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.dialogue.conversation import (
    ADDING,
    HINTS,
    TALK,
    Arrived,
    AskAgain,
    CalledOff,
    Chose,
    Conversation,
    Ending,
    Event,
    Expired,
    Part,
    Released,
    ReminderDue,
    Reviewed,
    Say,
    Sent,
    State,
    Superseded,
    TimePassed,
    TookBack,
    Undelivered,
    Wordless,
    advance,
)
from bot.reading.own_wishes import Later, Rather
from tests.support.conversations import FRESH, said
from tests.support.manual_clock import MONDAY

PAGE = Path(__file__).parents[2] / "docs" / "conversation.md"

_SCORED = replace(FRESH, score=8, score_ref="m0")
_UNASKED = replace(FRESH, closes_at=None)
_CLOSED = replace(_UNASKED, state=State.CLOSED)
STATES: dict[State, Conversation] = {
    State.WAITING: replace(_UNASKED, state=State.WAITING),
    State.ON_ITS_WAY: replace(_UNASKED, state=State.ON_ITS_WAY),
    State.ASKED: FRESH,
    State.CONFIRMING: replace(FRESH, state=State.CONFIRMING, clarified=True, unread=1, candidates=(7, 8)),
    State.REASON: replace(_SCORED, state=State.REASON),
    State.THANKED: replace(_SCORED, score=6, state=State.THANKED, parts=(Part("m1", "good people"),)),
    State.REVIEW: replace(
        _SCORED, score=9, state=State.REVIEW, review="asked", parts=(Part("m1", "good people"),)
    ),
    State.CLOSED: replace(_CLOSED, ending=Ending.WINDOW),
}
EVENTS: dict[str, Event] = {
    "released": Released(),
    "sent": Sent(MONDAY, arrived=True),
    "arrived": Arrived(MONDAY),
    "undelivered": Undelivered(MONDAY),
    "called off": CalledOff(MONDAY, "cancelled"),
    "called off as its person left": CalledOff(MONDAY, "opted_out"),
    "expired": Expired(MONDAY),
    "a score": said("detractor"),
    "a score with its reason": said("score with reason"),
    "a tap": Chose(2, MONDAY),
    "two numbers": said("two numbers"),
    "a number off the scale": said("out of range"),
    "other words": said("other words"),
    "that there is no reason": said("no reason"),
    "a wish to be asked later": said("other words", own=Later(2)),
    "a wish to be asked after the window": said("other words", own=Later(90)),
    "a wish to be asked elsewhere": said("other words", own=Rather("sms")),
    "a wish to hear from somebody": said("other words", wish=True),
    "STOP": said("STOP"),
    "HELP": said("HELP"),
    "an automatic reply": said("automatic reply"),
    "something without words": Wordless(MONDAY),
    "a score that is taken back": TookBack(MONDAY, "m0"),
    "yes": Reviewed("yes", MONDAY),
    "no": Reviewed("no", MONDAY),
    "later": Reviewed("later", MONDAY),
    "the end of its time": TimePassed(MONDAY.replace(year=MONDAY.year + 1)),
    "another trial": Superseded(MONDAY),
}
MEANING: dict[State, str] = {
    State.WAITING: "enrolled, not asked yet",
    State.ON_ITS_WAY: "its question may reach them at any moment",
    State.ASKED: "asked for a score",
    State.CONFIRMING: "asked which score was meant",
    State.REASON: "asked for the reason",
    State.THANKED: "thanked; more words are added for a day",
    State.REVIEW: "a promoter, asked with the thanks whether they would tell others",
    State.CLOSED: "closed; what still comes is kept as late",
}


def transitions() -> Iterator[tuple[State, str, str, State]]:
    """From, by what, what we say and how it ends, to."""
    for before in STATES.values():
        for name, event in EVENTS.items():
            yield from _arrow(name, before, event)
    for hints, after in ((1, "one hint"), (HINTS, "two hints")):
        asked = replace(FRESH, hints=hints, unread=hints)
        yield from _arrow(f"other words after {after}", asked, said("other words"))
    unread = replace(FRESH, unread=1)
    yield from _arrow(
        "the end of its time after words without a score", unread, EVENTS["the end of its time"]
    )
    for state in (State.REASON, State.THANKED):
        before = replace(STATES[state], score=8)
        yield from _arrow("words with a number of another category", before, said("a detractor's number"))
    content = replace(STATES[State.THANKED], score=8)
    yield from _arrow("a detractor's score where it was none", content, said("detractor"))
    silent = replace(FRESH, remind_at=MONDAY)
    yield from _arrow("silence for some days, where the campaign reminds", silent, ReminderDue(MONDAY))
    put_off = replace(FRESH, put_off=True)
    yield from _arrow("a second wish to be asked later", put_off, EVENTS["a wish to be asked later"])
    yield from _arrow("the end of its time, where it was put off", put_off, EVENTS["the end of its time"])
    promoter = replace(STATES[State.REASON], score=9, review_every=timedelta(days=365))
    yield from _arrow("a promoter's reason, where reviews are asked for", promoter, said("other words"))
    doubted = replace(STATES[State.THANKED], candidates=(2,))
    yield from _arrow("no, where it was asked whether to change", doubted, said("neither"))
    cancelled = replace(_CLOSED, ending=Ending.CANCELLED)
    yield from _arrow("sent after all, where it was cancelled", cancelled, EVENTS["sent"])
    for ending in Ending:
        if ending is not Ending.WINDOW:
            closed = replace(_CLOSED, ending=ending)
            yield from _arrow(f"a score where it was {ending}", closed, said("score"))


def _arrow(name: str, before: Conversation, event: Event) -> Iterator[tuple[State, str, str, State]]:
    turn = advance(before, event)
    after = turn.conversation
    said_then: list[str] = [effect.topic for effect in turn.effects if isinstance(effect, Say)]
    said_then += ["reminder" for effect in turn.effects if isinstance(effect, AskAgain)]
    ended = [] if after.ending in (None, before.ending) else [f"ends as {after.ending}"]
    if after.state is not before.state or said_then or ended:
        yield before.state, name, ", ".join(said_then + ended), after.state


def page() -> str:
    """The page in Markdown."""
    arrows: dict[tuple[State, State, str], list[str]] = defaultdict(list)
    for start, event, topics, end in transitions():
        arrows[start, end, topics].append(event)
    lines = [
        "# The conversation",
        "",
        "Drawn by `python -m tests.support.diagram` from `bot/dialogue/conversation.py`; a test compares the two.",
        "An arrow says what happens and, after the slash, the text of `bot/words/customer.*.yaml` that answers it and",
        "how the conversation ends by it. What is not drawn changes neither state nor ending, and is not answered.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {state}: {meaning}" for state, meaning in MEANING.items()),
        "    [*] --> waiting",
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
