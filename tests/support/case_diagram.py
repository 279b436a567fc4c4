"""Draws the life of a case by driving its machine: `python -m tests.support.case_diagram` writes docs/case.md."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.cases.life.events import (
    CaseDue,
    CaseEffect,
    CaseErased,
    CaseEvent,
    CustomerWrote,
    Finished,
    HandedOver,
    Leave,
    ManagerDelivered,
    ManagerWrote,
    NewWords,
    NotReached,
    NotSolved,
    PutOff,
    Refuse,
    Remind,
    Reopened,
    Show,
    Snoozed,
    Strand,
    Took,
)
from bot.cases.life.life import FURTHEST, SILENT, CaseState, Life, advance_case
from tests.support.case_lives import HOUR, LIVES, ME, OPEN, OTHER, SECOND
from tests.support.manual_clock import MONDAY

PAGE = Path(__file__).parents[2] / "docs" / "case.md"

EVENTS: dict[str, CaseEvent] = {
    "new words": NewWords(MONDAY),
    "a score that alerts again": NewWords(MONDAY, pings=True),
    "I'm on it": Took(ME, MONDAY),
    "I'm on it by another": Took(OTHER, MONDAY),
    "Hand over to another": HandedOver(SECOND, ME, MONDAY),
    "Snooze": Snoozed(MONDAY + HOUR, ME, MONDAY),
    "Snooze into the past": Snoozed(MONDAY, ME, MONDAY),
    "Done": Finished(ME, MONDAY),
    "a cause": Finished(ME, MONDAY, "billing"),
    "Reopen": Reopened(ME, MONDAY),
    "words to the customer": ManagerWrote(ME, MONDAY),
    "they reached the customer": ManagerDelivered(MONDAY),
    "the customer wrote in the thread": CustomerWrote(MONDAY),
    "its time": CaseDue(MONDAY, SECOND),
    "its time at night": PutOff(MONDAY, MONDAY + HOUR),
    "nobody got the alert": NotReached(SECOND, MONDAY),
    "the customer says it is not solved": NotSolved(MONDAY),
    "the customer is erased": CaseErased(MONDAY),
}
MEANING: dict[CaseState, str] = {
    CaseState.OPEN: "open; nobody has said that they are on it",
    CaseState.TAKEN: "taken; somebody is on it",
    CaseState.SNOOZED: "snoozed; taken, and put aside until a time",
    CaseState.DONE: "done",
}


def transitions() -> Iterator[tuple[CaseState, str, str, CaseState]]:
    """From, by what, what follows, to."""
    for life in LIVES.values():
        threaded = replace(life, thread_until=MONDAY + HOUR)
        for name, event in EVENTS.items():
            yield from _arrow(name, threaded if isinstance(event, CustomerWrote) else life, event)
    reminded = replace(OPEN, reminded_at=MONDAY)
    yield from _arrow("its time after the reminder", reminded, EVENTS["its time"])
    yield from _arrow("its time after the reminder, nobody left", reminded, CaseDue(MONDAY))
    unseen = replace(LIVES[CaseState.DONE], new_words=True)
    yield from _arrow("more new words", unseen, EVENTS["new words"])
    yield from _arrow("Done to new words", unseen, EVENTS["Done"])
    for event in (EVENTS["Reopen"], EVENTS["I'm on it"]):
        name = "Reopen" if isinstance(event, Reopened) else "I'm on it"
        yield from _arrow(
            f"{name} where the customer is erased", replace(LIVES[CaseState.DONE], erased=True), event
        )


def _arrow(name: str, before: Life, event: CaseEvent) -> Iterator[tuple[CaseState, str, str, CaseState]]:
    turn = advance_case(before, event)
    if turn.life != before or turn.effects:
        yield before.state, name, ", ".join(map(_told, turn.effects)), turn.life.state


def _told(effect: CaseEffect) -> str:
    match effect:
        case Show(pings=True):
            return "shown as a new message"
        case Show():
            return "shown"
        case Leave():
            return "the old alert says who has it"
        case Remind():
            return "one reminder"
        case Strand():
            return "the admins are told"
        case Refuse(why):
            return f"refused ({why})"


def page() -> str:
    """The page in Markdown."""
    arrows: dict[tuple[CaseState, CaseState, str], list[str]] = defaultdict(list)
    for start, event, follows, end in transitions():
        arrows[start, end, follows].append(event)
    lines = [
        "# The life of a case",
        "",
        "Drawn by `python -m tests.support.case_diagram` from `bot/cases/life/life.py`; a test compares the two.",
        "An arrow says what happens and, after the slash, what follows: how the alert is shown, or why a colleague is",
        "refused. What is not drawn changes nothing and is not answered.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {state}: {meaning}" for state, meaning in MEANING.items()),
        "    [*] --> open",
    ]
    for (start, end, follows), events in arrows.items():
        lines.append(f"    {start} --> {end}: {', '.join(events)}" + (f" / {follows}" if follows else ""))
    hours, days = int(SILENT.total_seconds() // 3600), FURTHEST.days
    lines += [
        "```",
        "",
        "From the first words of a colleague that reached the customer, what the customer writes is for them:",
        f"until *Done*, or until both were silent for {hours} hours. A case can be put aside for at most {days} days.",
        "Whoever is refused is told why: somebody else has it (taken), it is done (done), it is theirs already",
        "(same), the time lies behind us (past) or too far ahead (far), the customer is erased (erased).",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
