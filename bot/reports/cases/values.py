"""What is told of cases, as values: read from the database once, then told in chat, printed or exported. PURE."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from bot.cases.alerts import Came, Earlier
from bot.cases.next_step import NextStep
from bot.cases.shown_facts import Fact
from scoring import Durations, PairedChange, Share

PAGE: Final = 10
"""Cases in one message: with two lines each they fit on every channel that has commands."""

WhichCases = Literal["open", "late", "mine"]
"""Cases that are not done, or whose customer wrote since; those of them that nobody took in time; those of whoever
asks."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list. `name` and `account` are None once erased, `score` where none was given. `owner` is who has it,
    as colleagues are called: who took it, else whom its alert went to. `lasted` is how long it was open until it was
    done, or is so far; `following` what is to be done with it."""

    number: int
    name: str | None
    account: str | None
    score: int | None
    low: int
    high: int
    campaign: str
    wave: int
    opened_at: datetime
    lasted: timedelta
    owner: str
    state: str
    late: bool
    cause: str | None
    following: NextStep
    cause_label: str | None = None


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """What became of all cases of a wave.

    `opened` counts them, `states` how many are open, taken, snoozed and done now, `late` how many nobody took in time
    and still has. `touched` is how long it took until a colleague took a case, wrote to its customer, put it aside or
    finished it, whichever came first, and `finished` until it was done (for good: a case that was opened anew
    counts until its last *Done*); both in seconds, nights and weekends included. `in_time` is the share that was
    touched within the agreed working hours, of those whose time is over, and `pending` how many it is not over of.
    `causes` are those of the done ones, the most frequent first; None is no cause.
    """

    opened: int
    states: Mapping[str, int]
    late: int
    touched: Durations
    finished: Durations
    in_time: Share | None
    pending: int
    causes: tuple[tuple[str | None, int], ...]
    asked_again: int = 0  # whether it is solved
    solved: Share | None = None  # of those who said whether it is
    recovery: PairedChange | None = None  # of those who gave a score again


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of cases. `total` counts all that were asked for, `late` those of them that nobody took in time; of a
    campaign there are the figures of its wave too."""

    listed: WhichCases | None
    campaign: str | None
    wave: int | None
    page: int
    size: int  # how many a page holds
    total: int
    late: int
    rows: tuple[CaseRow, ...]
    figures: CaseFigures | None = None

    @property
    def left(self) -> int:
        """How many come after this page."""
        return max(0, self.total - self.page * self.size)


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One thing that happened with a case: its kind on the time line, who did it (None: the customer, or time), the
    other values of its row, and the words that somebody wrote. Of words on their way to the customer also what became
    of them, as their writer is told it, and while they wait for the customer's hours by which number they are known."""

    at: datetime
    kind: str
    who: str | None
    facts: Mapping[str, Any]
    text: str | None = None
    became: str | None = None
    waits: int | None = None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything about one case. `words` are what the customer wrote beside a score and its reason, late or where a
    score was awaited; `steps` its time line, the oldest first."""

    row: CaseRow
    channel: str | None
    first_score: int | None
    scored_at: datetime | None
    answered_late: bool
    reason: str | None
    words: tuple[str, ...]
    came: tuple[Came, ...]
    took_back: bool
    phone: str | None
    note: str | None
    erased: str | None
    steps: tuple[CaseStep, ...]
    facts: tuple[Fact, ...] = ()  # what the import knows of the customer, as `alert_shows` names it
    asked_again: bool = False  # whether it is solved
    solved: bool | None = None  # what they said then
    score_after: int | None = None
    opted_out: bool = False  # they want no messages
    profile: str | None = None  # the customer's page in the company's own system
    customer: tuple[str, str] | None = None  # key and name; None once erased
    account: tuple[int, str] | None = None  # its number and name
    manager: str | None = None  # the account manager
    wish: bool = False  # they want somebody to get in touch, where that was looked for
    earlier: tuple[Earlier, ...] = ()  # what they gave in waves before, the oldest first
    language: str | None = None  # in which they are written to
