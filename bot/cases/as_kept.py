"""Cases, what happened to them, and what was written under their alerts, each as its row tells it. The fields stand in
the order of the columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from channels.base import Address

CaseEventKind = Literal[
    "opened",
    "new_words",
    "taken",
    "handed_over",
    "snoozed",
    "finished",
    "reopened",
    "wrote",
    "delivered",
    "customer_wrote",
    "woken",
    "reminded",
    "escalated",
    "stranded",
    "put_off",
    "not_reached",
    "not_solved",
    "erased",
]
"""What happened to a case, as its time line says it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case. Queries that read more beside it have a class of their own that adds theirs."""

    id: int
    conversation_id: int
    manager: str
    channel: str
    address: str
    kind: Literal["detractor", "no_score", "review"]
    state: Literal["open", "taken", "snoozed", "done"]
    code: str | None
    opened_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    done_by: str | None
    done_at: datetime | None
    snoozed_until: datetime | None
    cause: str | None
    note: str | None
    thread_until: datetime | None
    due_at: datetime | None
    reminded_at: datetime | None
    rung: int
    new_words: bool
    face: Literal["to", "snooze"] | None
    wanted: int
    shown: int
    shown_ref: str | None
    pings: int
    pinged: int
    instead_of: str | None
    wave_id: int

    @property
    def at(self) -> Address:
        """Where its alert stands, or goes."""
        return Address(self.channel, self.address)

    @property
    def owner(self) -> tuple[str, Address]:
        """Who has it, and where."""
        return self.manager, self.at


@dataclass(frozen=True, slots=True)
class CaseWithCustomer(Case):
    """A case with its customer: their name, account and time, and where the conversation was."""

    erased: Literal["request", "retention"] | None
    contact_id: int | None
    language: str
    talk_channel: str
    talk_address: str  # empty once erased
    name: str | None
    timezone: str | None
    account: str | None
    account_manager: str | None
    terms: Mapping[str, Any]
    trial: bool
    phone: str | None

    @property
    def asked(self) -> Address | None:
        """Where its customer was asked; None once they are erased."""
        return None if self.erased is not None else Address(self.talk_channel, self.talk_address)


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One thing on the time line of a case."""

    id: int
    case_id: int
    at: datetime
    kind: CaseEventKind
    who: str | None
    detail: Mapping[str, Any] | None
    text: str | None


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """A message of a thread. A relay and an answer are on their way to the other side as a message of the outbox."""

    id: int
    case_id: int
    kind: Literal["relay", "note", "answer"]
    at: datetime
    said_at: datetime
    who: str | None
    channel: str
    place: str
    ref: str | None
    thread: str | None
    text: str | None
    outbox_id: int | None
    line_id: int | None
    told: str | None

    @property
    def went_as(self) -> int:
        """Its message in the outbox. A note has none, and nobody asks for it."""
        if self.outbox_id is None:
            raise LookupError(f"message {self.id} of a thread went nowhere")
        return self.outbox_id


@dataclass(frozen=True, slots=True)
class ThreadMessageShown(ThreadMessage):
    """The same with what went to the other side, how far that is, and the line that tells its writer so."""

    body: list[list[str]] | None
    state: str | None
    line: list[list[str]] | None
