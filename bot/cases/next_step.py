"""What is to be done next with a case, and by when. PURE."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Step = Literal["take", "late", "stranded", "answer", "wait", "finish", "wake", "look", "none"]


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """What of a case decides what is next. `due_at` is when time alone does something; `reminded`: its owner was
    reminded, or it went on to the next because nobody took it; `last_said` is who wrote last while a
    colleague and the customer talk, None where they do not."""

    state: str
    due_at: datetime | None = None
    reminded: bool = False
    snoozed_until: datetime | None = None
    last_said: Literal["manager", "customer"] | None = None
    new_words: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """`take` it until `at`; it is `late`, and goes on at `at`; it is late and `stranded`, for nobody is left to go
    to; `answer` the customer; `wait` for them; `finish` it; it comes back (`wake`) at `at`; `look` at
    what they wrote since it was done; or `none`."""

    step: Step
    at: datetime | None = None


def next_step(case: CaseStanding, now: datetime) -> NextStep:
    """What is next, for whoever has the case."""
    match case.state:
        case "open" if not is_late(case, now):
            return NextStep("take", case.due_at)
        case "open":
            coming = case.due_at if case.due_at is not None and case.due_at > now else None
            return NextStep("late", coming) if coming or not case.reminded else NextStep("stranded")
        case "snoozed":
            return NextStep("wake", case.snoozed_until)
        case "taken":
            talks: dict[str | None, Step] = {"customer": "answer", "manager": "wait"}
            return NextStep(talks.get(case.last_said, "finish"))
        case _:
            return NextStep("look" if case.new_words else "none")


def is_late(case: CaseStanding, now: datetime) -> bool:
    """Whether nobody took it within the agreed time."""
    return case.state == "open" and (case.reminded or (case.due_at is not None and case.due_at <= now))
