"""What can happen to a case, and what it makes us do: the values that `life.advance_case` takes and gives. PURE.

`by` is a colleague as rows keep them: an address, and the name that the provider gave (`slack:U1 Manager`). `due_at` is
when time is to do something where nobody does: the end of the agreed time, in the hours of whoever has the case.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.cases.reach import Reached


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """Its first event, and the only one of it. `owner` is who is alerted."""

    owner: Reached
    at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewWords:
    """The customer said something that the alert shows. `pings`: it needs somebody's eye at once, a score that alerts
    again. `told`: they said it in words, so that after *Done* the alert says that there are new ones."""

    at: datetime
    pings: bool = False
    told: bool = True
    due_at: datetime | None = None


# What a person does.


@dataclass(frozen=True, slots=True)
class Took:
    """*I'm on it*."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HandedOver:
    """*Hand over to …*, a colleague who can be reached."""

    to: Reached
    by: str
    at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snoozed:
    """*Snooze until …*"""

    until: datetime
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """*Done*, with a cause of `config.yaml` or none, and what the colleague wants to be kept of it."""

    by: str
    at: datetime
    cause: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Reopened:
    """*Reopen*."""

    by: str
    at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ManagerWrote:
    """A colleague wrote words for the customer."""

    by: str
    at: datetime


Deeds = Took | HandedOver | Snoozed | Finished | Reopened | ManagerWrote
"""What a colleague does, and is told where it cannot be done."""


# What others do, and time.


@dataclass(frozen=True, slots=True)
class ManagerDelivered:
    """Words of a colleague reached the customer, as far as their channel tells."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerWrote:
    """Words of the customer for the colleague who wrote to them."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CaseDue:
    """The time came: `following` is who is next where nobody took it, None where nobody is left, and `due_at` when
    to look again."""

    at: datetime
    following: Reached | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutOff:
    """The time came where nobody may be told: by night, because nothing ran by day. It comes again at `due_at`; never
    where no time is agreed any more."""

    at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotReached:
    """Nobody got the alert where it went; it goes to `following`."""

    following: Reached
    at: datetime


@dataclass(frozen=True, slots=True)
class NotSolved:
    """The customer says that it is not solved."""

    at: datetime
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseErased:
    """The customer was erased."""

    at: datetime


CaseEvent = (
    CaseOpened
    | NewWords
    | Deeds
    | ManagerDelivered
    | CustomerWrote
    | CaseDue
    | PutOff
    | NotReached
    | NotSolved
    | CaseErased
)


# What follows.


@dataclass(frozen=True, slots=True)
class Show:
    """The alert shows its new face, where the owner is. `pings`: as a new message."""

    pings: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """The alert that stands where `old` is says who has the case now, and has no buttons any more."""

    old: Reached


@dataclass(frozen=True, slots=True)
class Remind:
    """The owner is told once that nobody has taken it yet."""


@dataclass(frozen=True, slots=True)
class Strand:
    """Nobody took it, and nobody is left to go to: the admins are told."""


CaseRefusal = Literal["taken", "done", "same", "past", "far", "erased"]


@dataclass(frozen=True, slots=True)
class Refuse:
    """The colleague is told that it cannot be done, and why: somebody else has it, it is done, it is theirs already,
    the time lies in the past or too far ahead, the customer is erased."""

    why: CaseRefusal


CaseEffect = Show | Leave | Remind | Strand | Refuse
