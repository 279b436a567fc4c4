"""A message of the outbox: as it is put in, and as its row tells it."""

from datetime import datetime
from typing import Any, Final, Literal, get_args

from bot.store.schema import Row
from channels.base import Address, Body, Choice, Choices, Image, Priority, Span
from channels.frozen import dataclass

CommandPart = Literal["soon", "answer", "picture"]
COMMAND_PARTS: Final[tuple[CommandPart, ...]] = get_args(CommandPart)
"""What may answer a command: that it takes a while, the answer, and the picture behind it."""

MessageKind = Literal[
    "question",
    "reply",
    "consent",
    "edit",
    "alert",
    "command",
    "notice",
    "farewell",
    "digest",
    "relay",  # a colleague's words to a customer
    "thread",  # what stands in the thread of an alert
    "follow_up",  # what is asked after the survey
    "reminder",  # the question once more
]

AT_MOST_ONCE: Final[frozenset[MessageKind]] = frozenset({"question", "follow_up", "reminder"})
"""What nobody is to get twice: where nobody can say whether it went, it goes no more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to put in. `lane` orders it among others; `dedupe_key` lets it in once only."""

    dedupe_key: str
    kind: MessageKind
    address: Address
    lane: str
    body: Body | None
    choices: Choices = ()
    image: Image | None = None  # kept until the message is finished
    conversation_id: int | None = None
    case_id: int | None = None
    replaces: str | None = None
    answer_ref: str | None = None
    thread: str | None = None
    priority: Priority = Priority.REPLY
    due_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message of ours as its row tells it. `address` is empty where its owner was erased since."""

    id: int
    kind: MessageKind
    channel: str
    address: str
    conversation_id: int | None
    case_id: int | None


@dataclass(frozen=True, slots=True)
class Queued(Outgoing):
    """A message as it was claimed. `doubtful`: it may have been sent before."""

    wave_id: int | None
    body: Body
    choices: Choices
    image: Image | None
    replaces: str | None
    answer_ref: str | None
    thread: str | None
    priority: Priority
    made_at: datetime
    due_at: datetime
    expires_at: datetime | None
    leased_until: datetime
    attempts: int
    doubtful: bool


def command_key(command_id: int, part: CommandPart) -> str:
    """The dedupe key of what answers a command (`command.id`), by which it is found however much was ever sent."""
    return f"command:{command_id}:{part}"


OF_ROW: Final = "row:"


def in_place_of(id_: int) -> str:
    """What a draft `replaces` where that is an earlier message of ours whose reference is not known yet."""
    return f"{OF_ROW}{id_}"


def row_of(draft: Draft, now: datetime) -> dict[str, Any]:
    """The row of a message that is put in now."""
    return {
        "dedupe_key": draft.dedupe_key,
        "kind": draft.kind,
        "channel": draft.address.channel,
        "address": draft.address.id,
        "lane": draft.lane,
        "conversation_id": draft.conversation_id,
        "case_id": draft.case_id,
        "body": None if draft.body is None else body_to_json(draft.body),
        "choices": [[[c.label, c.value, c.style] for c in row] for row in draft.choices],
        "image": None if draft.image is None else draft.image.png,
        "image_name": None if draft.image is None else draft.image.name,
        "image_alt": None if draft.image is None else draft.image.alt,
        "replaces": draft.replaces,
        "answer_ref": draft.answer_ref,
        "thread": draft.thread,
        "priority": int(draft.priority),
        "due_at": draft.due_at or now,
        "expires_at": draft.expires_at,
        "state": "queued",
        "made_at": now,
    }


def body_to_json(body: Body) -> list[list[str | None]]:
    """A body as its column has it."""
    return [[span.kind, span.text, span.url] for span in body]


def outgoing_from(row: Row) -> Outgoing:
    """A message of ours, by its row."""
    return Outgoing(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        address=row.address,
        conversation_id=row.conversation_id,
        case_id=row.case_id,
    )


def queued_from(row: Row) -> Queued:
    """A message as it was claimed, by its row."""
    return Queued(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        address=row.address,
        conversation_id=row.conversation_id,
        case_id=row.case_id,
        wave_id=row.wave_id,
        body=tuple(Span(kind, text, url) for kind, text, url in row.body or ()),
        choices=tuple(
            tuple(Choice(label, value, style) for label, value, style in line) for line in row.choices
        ),
        image=None if row.image is None else Image(row.image, row.image_alt, row.image_name),
        replaces=row.replaces,
        answer_ref=row.answer_ref,
        thread=row.thread,
        priority=Priority(row.priority),
        made_at=row.made_at,
        due_at=row.due_at,
        expires_at=row.expires_at,
        leased_until=row.leased_until,
        attempts=row.attempts,
        doubtful=row.doubtful,
    )
