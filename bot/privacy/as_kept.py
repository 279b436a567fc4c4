"""What is kept of one person, each as its row tells it, as far as anybody is shown it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ConversationTrace:
    """A person in a wave: their conversation, what that wave was, and what was known of them then."""

    id: int
    wave_id: int
    channel: str | None
    address: str | None
    language: str
    state: str
    skipped: str | None
    skipped_detail: str | None
    ask_at: datetime | None
    released_at: datetime | None
    asked_at: datetime | None
    delivered_at: datetime | None
    undelivered: str | None
    low: int
    high: int
    score: int | None
    first_score: int | None
    scored_at: datetime | None
    late: bool
    reason: str | None
    unread: int
    review: str | None
    moved_at: datetime | None
    moved_from: str | None
    closes_at: datetime | None
    closed_at: datetime | None
    ending: str | None
    about: Mapping[str, str] | None
    campaign: str
    number: int
    trial: bool
    terms: Mapping[str, Any]
    started_by: str
    started_at: datetime
    stopped_by: str | None
    stopped_at: datetime | None
    account: str | None
    account_manager: str | None
    timezone: str | None
    attributes: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class LinkTrace:
    """A personal link to a chat."""

    made_at: datetime
    used_at: datetime | None
    used_by: str | None


@dataclass(frozen=True, slots=True)
class OptOutTrace:
    """That an address wants no messages."""

    channel: str
    value: str
    contact_id: int | None
    since: datetime
    source: str


@dataclass(frozen=True, slots=True)
class OptInTrace:
    """That an address wants messages again."""

    channel: str
    value: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EventTrace:
    """A customer event."""

    id: int
    key: str
    name: str
    at: datetime
    fields: Mapping[str, str]
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class TouchpointTrace:
    """A touchpoint. `due_at` is None once its `outcome` is there, which was `settled_at`."""

    event_id: int
    campaign: str
    due_at: datetime | None
    outcome: str | None
    rule: str | None
    detail: str | None
    settled_at: datetime | None
    conversation_id: int | None


@dataclass(frozen=True, slots=True)
class HoldTrace:
    """A hold."""

    made_at: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ReceivedTrace:
    """An event of the inbox."""

    id: int
    channel: str
    kind: str
    conversation_id: int | None
    received_at: datetime
    event: Mapping[str, Any]
    reading: str | None


@dataclass(frozen=True, slots=True)
class SentTrace:
    """A message of the outbox."""

    conversation_id: int | None
    channel: str
    address: str
    kind: str
    body: Sequence[Sequence[str]] | None
    state: str
    status: str | None
    attempts: int
    error: str | None
    made_at: datetime
    due_at: datetime
    done_at: datetime | None
