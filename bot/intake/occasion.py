"""What acting on an event needs, and the way to say something because of it."""

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from sqlalchemy import Connection

from bot import outbox
from bot.context import Context
from bot.dialogue.messages import Voice
from bot.dialogue.order import SaidAt, when_said
from bot.dialogue.wording import Wording
from bot.outbox import Draft, MessageKind
from bot.people import colleagues
from bot.people.contacts import BY_PHONE, person_at
from bot.people.phones import can_be_written_to
from bot.reading.bounds import Bounds
from channels.base import Address, Body, Choices, Inbound, InboundMessage, Priority, plain
from channels.frozen import dataclass
from channels.known import thread_of

STRANGERS_WAIT: Final = timedelta(minutes=5)
LATE: Final = timedelta(hours=4)
"""How long after what was said an answer to it may go: nobody is woken by the answer of three days ago."""
_ANSWERS: Final[frozenset[MessageKind]] = frozenset({"reply", "notice"})


@dataclass(frozen=True, slots=True)
class Occasion:
    """One transaction in which something is done: because of the event `heard`, in this row of the inbox, or, where
    there is none, because of time, a provider's answer or a command."""

    connection: Connection
    context: Context
    now: datetime
    inbox_id: int | None = None
    heard: Inbound | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False, compare=False)

    @property
    def said(self) -> SaidAt:
        """When what this is about was said; where it was nothing that was said, now."""
        return when_said(self.heard, self.now)

    def where_heard(self, otherwise: Address) -> Address:
        """Where the words were said that this is about, which is where they are answered."""
        return self.heard.actor if isinstance(self.heard, InboundMessage) else otherwise

    def _thread(self, to: Address) -> str | None:
        """The thread in which somebody wrote, in which they are answered."""
        heard = self.heard
        if not isinstance(heard, InboundMessage):
            return None
        return thread_of(heard) if heard.actor == to or (heard.shared and heard.place == to) else None

    def voice(
        self,
        channel: str,
        language: str | None,
        scale: Bounds | None = None,
        wording: Wording | None = None,
        name: str | None = None,
    ) -> Voice:
        """How to speak to somebody; see `Context.voice`."""
        return self.context.voice(
            channel, language or self.context.settings.language, scale or Bounds(0, 10), wording, name
        )

    def say(
        self,
        kind: MessageKind,
        to: Address,
        body: Body,
        *,
        choices: Choices = (),
        conversation_id: int | None = None,
        lane: str | None = None,
        priority: Priority = Priority.REPLY,
        replaces: str | None = None,
        answer_ref: str | None = None,
        dedupe_key: str | None = None,
        expires_at: datetime | None = None,
    ) -> None:
        """Put a message into the outbox; none to a sender that is no number to answer (a short code, a name).
        An answer expires; a notice to a stranger after minutes, which also means that it is tried once."""
        if to.channel in BY_PHONE and not can_be_written_to(to.id):
            return
        if kind == "notice" and expires_at is None and self._is_stranger(to):
            expires_at = self.now + STRANGERS_WAIT
        if kind in _ANSWERS and expires_at is None:
            expires_at = self.now + LATE
        draft = Draft(
            dedupe_key=dedupe_key or f"in:{self.inbox_id}:{next(self._numbers)}",
            kind=kind,
            address=to,
            lane=lane or f"to:{to}",
            body=body,
            choices=choices,
            conversation_id=conversation_id,
            replaces=replaces,
            answer_ref=answer_ref,
            thread=None if replaces else self._thread(to),
            priority=priority,
            expires_at=expires_at,
        )
        outbox.put(self.connection, [draft], self.now)

    def say_once(self, key: str, to: Address, text: str, priority: Priority = Priority.REPLY) -> None:
        """Say it where it was never said under this key."""
        self.say("notice", to, (plain(text),), priority=priority, dedupe_key=key)

    def _is_stranger(self, who: Address) -> bool:
        nobody = person_at(self.connection, who) is None
        return nobody and not colleagues.roles_at(self.context.settings, who)
