"""Intake: one event from a channel becomes, in one transaction, all that follows from it.

The event itself, the new state of the conversation, the answer, the messages to send and the alert are in
one commit; the adapter acknowledges after it. A repetition is stopped by the unique key of the inbox.
Nothing is sent from here.
"""

from dataclasses import fields
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, get_args

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot import outbox
from bot.cases import cases
from bot.cases.alerts import parse_case_value
from bot.context import Setup
from bot.conversations import questions, talks
from bot.conversations.talks import Talk
from bot.dialogue import messages
from bot.dialogue.conversation import (
    Chose,
    Said,
    State,
    awaiting,
)
from bot.dialogue.messages import parse_score_value
from bot.intake.turns import Turns
from bot.people import consent, contacts, links, suppression
from bot.people.contacts import person_at
from bot.privacy import erasure_code
from bot.reading.copies import can_copy
from bot.reading.reader import Help, Ignore, OptIn, OptOut, Scale, kind_of
from bot.reading.reader import Said as LastSaid
from bot.steps import step
from bot.store.hot import Hot
from bot.store.schema import command, inbox
from bot.store.schema import outbox as outbox_table
from channels import base
from channels.base import Address, DeliveryReport, Inbound, InboundMessage, Priority, plain

_INSERTS = {
    "sqlite": sqlite.insert(inbox).on_conflict_do_nothing(index_elements=["channel", "provider_id"]),
    "postgresql": postgresql.insert(inbox).on_conflict_do_nothing(index_elements=["channel", "provider_id"]),
}
_INSERT = {dialect: Hot(statement.returning(inbox.c.id)) for dialect, statement in _INSERTS.items()}
_NOTE = Hot(
    update(inbox)
    .where(inbox.c.id == bindparam("of_id"))
    .values(conversation_id=bindparam("its_conversation"), reading=bindparam("taken_for"))
)
_OUR_WORDS = Hot(
    select(outbox_table.c.body)
    .where(
        outbox_table.c.conversation_id == bindparam("of_id"),
        outbox_table.c.kind.in_(("question", "reply", "consent")),
    )
    .order_by(outbox_table.c.id.desc())
    .limit(3)
)

# What is stored of each kind of event: all of it but an error, of which its code says as much, and the
# short-lived ways to answer.
_STORED: dict[type[Inbound], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind) if field.name not in ("answer_ref", "error"))
    for kind in get_args(Inbound)
}

KEY_LENGTH = 300
ASKED_A_DAY = 24  # answers to WHY ME, MY DATA and DELETE outside a conversation, for one address

Outcome = Literal["taken", "duplicate"]


def take_in(connection: Connection, channel: str, event: Inbound, setup: Setup, now: datetime) -> Outcome:
    """Take one event of a channel in. Raises where the database refuses it; then nothing of it is kept."""
    intake = _Intake(connection, setup, channel, event, now)
    kind = type(event).__name__
    try:
        intake.take()
    except _Repeated:
        step("intake.taken", channel=channel, kind=kind, outcome="duplicate")
        return "duplicate"
    step("intake.taken", channel=channel, kind=kind, outcome="taken", **intake.taken_for)
    return "taken"


class _Repeated(Exception):
    """This delivery was taken in before."""


def _once(
    connection: Connection,
    channel: str,
    event: Inbound,
    now: datetime,
    conversation_id: int | None,
    reading: str | None,
) -> int:
    """The id of the event's row in the inbox. Raises _Repeated where this delivery has one."""
    who = _who(event)
    row = _INSERT[connection.dialect.name].first(
        connection,
        {
            "channel": channel,
            "provider_id": _key(event),
            "kind": type(event).__name__,
            "actor": None if who is None else str(who),
            "event": event_to_json(event),
            "received_at": now,
            "conversation_id": conversation_id,
            "reading": reading,
        },
    )
    if row is None:
        raise _Repeated
    return int(row.id)


def _who(event: Inbound) -> Address | None:
    match event:
        case InboundMessage(actor=actor):
            return actor
        case DeliveryReport():
            return None
        case _:
            return event.address


def _key(event: Inbound) -> str:
    """The delivery's key, which is kept for good. One that holds the person's id (a press in Slack) is kept as
    a hash, so that it outlives an erasure. So is one that is longer than the column: no provider's is near
    that, and a signed oddity must not come back for ever because it cannot be stored."""
    key, who = event.provider_id, _who(event)
    if (who is None or who.id not in key) and len(key) <= KEY_LENGTH:
        return key
    return f"sha256:{sha256(key.encode()).hexdigest()}"


def event_to_json(event: Inbound) -> Any:
    """The event as stored: without what answers it (a response_url is a key to somebody's chat)."""
    return {name: _as_json(getattr(event, name)) for name in _STORED[type(event)]}


def _as_json(value: object) -> object:
    match value:
        case Address():
            return {"channel": value.channel, "id": value.id}
        case datetime():
            return str(value)
    return value


class _Intake:
    """One event on its way through its transaction."""

    def __init__(
        self, connection: Connection, setup: Setup, channel: str, event: Inbound, now: datetime
    ) -> None:
        self.connection = connection
        self.setup = setup
        self.channel = channel
        self.event = event
        self.now = now
        self.turns = Turns(connection, setup, now)
        self.taken_for: dict[str, object] = {}  # as it is told in the log
        self._arrived = False

    def take(self) -> None:
        """Do what the event asks for. Nothing is changed before it has its row in the inbox; what is only
        looked up before that is written in the same row."""
        if isinstance(self.event, InboundMessage):
            self.message(self.event)
            if not self._arrived:
                self._arrive()
            return
        self._arrive()
        match self.event:
            case base.OptOut(address=address, confirmed=confirmed):
                self.turns.leave(address, "provider", confirmed=confirmed)
            case base.OptIn(address=address, confirmed=confirmed):
                self.turns.come_back(address, confirmed=confirmed)
            case base.Blocked(address=address):
                self.turns.leave(address, "block", confirmed=True)
            case base.Unblocked(address=address):
                self.turns.unblocked(address)
            case DeliveryReport():
                self.reported(self.channel, self.event)

    def _arrive(self, conversation_id: int | None = None, reading: str | None = None) -> None:
        self.turns.inbox_id = _once(
            self.connection, self.channel, self.event, self.now, conversation_id, reading
        )
        self._arrived = True

    # ------------------------------------------------------------------------------------- what it is

    def message(self, event: InboundMessage) -> None:
        """Words, a press or a command, of a customer, a manager or an admin."""
        if event.command is not None:
            self._command(event, event.command)
        elif event.choice is not None:
            self._press(event, event.choice)
        else:
            self._words(event, event.text)

    def _command(self, event: InboundMessage, line: str) -> None:
        name, _, rest = line.strip().partition(" ")
        if name == "nps":
            self._arrive()
            self._take_command(event, rest.strip())
        elif name == "start" and rest.strip():
            self._arrive()
            self._link(event, rest.strip())
        else:
            # /stop, /start, /help, /privacy: what they say as words
            self._words(event, name.upper())

    def _press(self, event: InboundMessage, value: str) -> None:
        if (scored := parse_score_value(value)) is not None:
            self._choose(event, *scored)
        elif (acted := parse_case_value(value)) is not None and acted[1] != "why":
            self._arrive()
            self._act(event, *acted)
        elif acted is not None or value.startswith("w:"):
            self._arrive()
            self._take_command(event, value)

    def _words(self, event: InboundMessage, text: str) -> None:
        if event.edits is None and self._confirms_erasure(event.actor, text):
            return
        talk = talks.at_address(self.connection, event.actor, self.now)
        if talk is None or talk.conversation.state is State.WAITING:
            self._outside(event, text)
            return
        c = talk.conversation
        said = LastSaid(awaiting(c, event.edits), self._our_words(talk) if can_copy(text) else ())
        reading = self.setup.read(text, talk.language.split("-")[0], c.scale, said)
        self._note(talk, kind_of(reading))
        self.turns.turn(talk, Said(reading, text, self.now, event.message_ref, event.edits))

    def _confirms_erasure(self, actor: Address, text: str) -> bool:
        """Whether these words are the code that DELETE asked for, right or wrong; and then what follows."""
        code = erasure_code.code_in(text)
        if code is None:
            return False
        self._arrive()
        checked = erasure_code.check(self.connection, actor, code, self.now)
        person = person_at(self.connection, actor) if checked is not None else None
        if person is None:
            return False
        self._note(None, "erasure code")
        voice = self.turns.voice(actor.channel, person.language)
        match checked:
            case "right":
                self.turns.erase(person, actor)
            case int(left):
                self.turns.say("notice", actor, (plain(voice.text("delete_wrong", left=left)),))
            case _:
                self.turns.say("notice", actor, (plain(voice.text("delete_over")),))
        return True

    def _our_words(self, talk: Talk) -> tuple[str, ...]:
        """What we said last in this conversation, so that a quoted copy of it is not taken for an answer."""
        rows = _OUR_WORDS.all(self.connection, {"of_id": talk.id})
        return tuple("".join(text for _, text, _ in body) for (body,) in rows if body)

    def _choose(self, event: InboundMessage, conversation_id: int, score: int) -> None:
        """A score's button. It counts where the conversation is the presser's own; an old one, or one with
        another conversation since, answers nothing."""
        talk = talks.by_id(self.connection, conversation_id)
        if talk is None or talk.address != event.actor:
            self._note(None, "foreign")
            return
        if not talk.conversation.open:
            takes_late = talks.at_address(self.connection, event.actor, self.now)
            if takes_late is None or takes_late.id != talk.id:
                self._note(talk, "old")
                return
        self._note(talk, "press")
        self.turns.turn(talk, Chose(score, self.now), event)

    def _act(self, event: InboundMessage, case_id: int, deed: str) -> None:
        answer = cases.act(
            self.connection, self.setup, case_id, deed, event.actor, event.place, self.now, event.actor_name
        )
        self._note(None, f"case {deed}")
        if answer != "done":
            self.turns.say(
                "notice",
                event.actor,
                (plain(self.setup.manager_words.text(answer)),),
                answer_ref=event.answer_ref,
            )

    def _take_command(self, event: InboundMessage, line: str) -> None:
        """Keep a command to be carried out after the commit; a plan may take longer than a webhook."""
        self.connection.execute(
            insert(command).values(
                inbox_id=self.turns.inbox_id,
                actor=str(event.actor),
                place=str(event.place),
                line=line[:1000],
                answer_ref=event.answer_ref,
                reply_to=event.reply_to,
                taken_at=self.now,
            )
        )

    def _link(self, event: InboundMessage, token: str) -> None:
        """`/start TOKEN`: this chat belongs to the contact that the link was made for."""
        secret = self.setup.settings.secret_key
        outcome = links.use_link(self.connection, token, event.actor, self.now, secret)
        person = person_at(self.connection, event.actor)
        voice = self.turns.voice(
            event.actor.channel,
            person.language if person else None,
            name=person.name if person else None,
        )
        if outcome == "linked" and person is not None:
            contacts.mark_alive(self.connection, event.actor)
            body = messages.linked(voice)
        else:
            body = (plain(voice.text("link_unknown" if outcome == "unknown" else "link_used")),)
        self._note(None, f"link {outcome}")
        self.turns.say("reply", event.actor, body)

    # --------------------------------------------------------------------------------------- outside

    def _outside(self, event: InboundMessage, text: str) -> None:
        """Words of somebody whom no question awaits: a stranger, a contact between waves, a colleague."""
        person = person_at(self.connection, event.actor)
        language = (person.language if person else None) or self.setup.settings.language
        reading = self.setup.read(text, language.split("-")[0], Scale(0, 10), LastSaid("nothing"))
        self._note(None, kind_of(reading))
        roles = self.setup.roles(event.actor)
        voice = self.turns.voice(event.actor.channel, language)
        match reading:
            case _ if roles and person is None:
                # A manager's or an admin's words are no customer's: their alerts do not end by STOP.
                self.turns.say_once(
                    f"colleague:{event.actor}", event.actor, self.setup.manager_words.text("no_survey_here")
                )
            case OptOut():
                self.turns.leave(event.actor, "words", confirmed=False)
            case OptIn():
                self.turns.come_back(event.actor, confirmed=False)
            case Ignore():
                return
            case Help("why_me" | "my_data" | "delete" as right):
                # Bounded, so that two machines cannot talk for ever.
                if outbox.told_lately(self.connection, event.actor, self.now) < ASKED_A_DAY:
                    self.turns.answer(event.actor, right, voice)
            case Help(topic):
                body = messages.about_us(voice, "privacy" if topic == "privacy" else "help_idle")
                key = f"{topic}:{event.actor}:{self.now:%Y%m%d}"
                self.turns.say("notice", event.actor, body, priority=Priority.CONSENT, dedupe_key=key)
            case _ if not self._wants_nothing(event.actor):
                self.turns.say_once(f"stranger:{event.actor}", event.actor, voice.text("stranger"))

    def _wants_nothing(self, at: Address) -> bool:
        """Whether this person left, also where an erasure forgot who they are."""
        secret = self.setup.settings.secret_key
        return consent.is_opted_out(self.connection, at) or bool(
            suppression.among(self.connection, secret, (at,))
        )

    def reported(self, channel: str, event: DeliveryReport) -> None:
        """What became of a message that was handed to the provider."""
        row = outbox.report(self.connection, channel, event.message_ref, event.status, event.code, self.now)
        if row is None:
            return
        conversation = row.conversation_id
        self.taken_for = {"message": row.id, "conversation": conversation}
        step(
            "delivery.reported",
            channel=channel,
            message=row.id,
            conversation=conversation,
            status=event.status,
            code=event.code,
        )
        if questions.reported(self.connection, row, event.status, event.error, self.now):
            self.turns.leave(Address(row.channel, row.address), "provider", confirmed=True)

    # -------------------------------------------------------------------------------------- small things

    def _note(self, talk: Talk | None, reading: str) -> None:
        """Write with the event what it was taken for."""
        where = (None, None) if talk is None else (talk.id, talk.wave_id)
        self.taken_for = {"conversation": where[0], "wave": where[1], "reading": reading}
        if not self._arrived:
            self._arrive(where[0], reading[:20])
            return
        _NOTE.run(
            self.connection,
            {"of_id": self.turns.inbox_id, "its_conversation": where[0], "taken_for": reading[:20]},
        )
