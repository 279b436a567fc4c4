"""What is to be done next with a case, and by when. PURE."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Step = Literal[
    "take", "remind", "late", "strand", "stranded", "answer", "wait", "call", "finish", "wake", "look", "none"
]


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """What of a case decides what is next. `due_at` is when time alone does something; `reminded`: its owner was
    reminded, or it went on to the next because nobody took it; `put_off`: the agreed time ran out where nobody could
    be told, and `due_at` is when they are. `following` is called who gets it then, None where nobody is left.
    `last_said` is who wrote last while a colleague and the customer talk, None where they do not; `opted_out`: nothing
    can be sent to the customer."""

    state: str
    due_at: datetime | None = None
    reminded: bool = False
    put_off: bool = False
    following: str | None = None
    snoozed_until: datetime | None = None
    last_said: Literal["manager", "customer"] | None = None
    new_words: bool = False
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """`take` it until `at`; it is late, and its owner is reminded at `at` (`remind`), it goes on to `to` then
    (`late`), or the admins are told (`strand`), for nobody is left to go to; they were told (`stranded`); `answer`
    the customer; `wait` for them; `call` who wants no messages; `finish` it; it comes back (`wake`) at `at`; `look`
    at what they wrote since it was done; or `none`."""

    step: Step
    at: datetime | None = None
    to: str | None = None


def next_step(case: CaseStanding, now: datetime) -> NextStep:
    """What is next, for whoever has the case."""
    match case.state:
        case "open" if not is_late(case, now):
            return NextStep("take", case.due_at)
        case "open":
            return _when_late(case, now)
        case "snoozed":
            return NextStep("wake", case.snoozed_until)
        case "taken" if case.opted_out:
            return NextStep("call")
        case "taken":
            talks: dict[str | None, Step] = {"customer": "answer", "manager": "wait"}
            return NextStep(talks.get(case.last_said, "finish"))
        case _:
            return NextStep("look" if case.new_words else "none")


def is_late(case: CaseStanding, now: datetime) -> bool:
    """Whether nobody took it within the agreed time. That somebody is told of it later changes nothing."""
    over = case.due_at is not None and (case.put_off or case.due_at <= now)
    return case.state == "open" and (case.reminded or over)


def _when_late(case: CaseStanding, now: datetime) -> NextStep:
    if case.due_at is None:
        return NextStep("stranded")
    if case.due_at <= now:
        return NextStep("late")  # what it waited for comes at any moment
    if not case.reminded:
        return NextStep("remind", case.due_at)
    if case.following is None:
        return NextStep("strand", case.due_at)
    return NextStep("late", case.due_at, case.following)
