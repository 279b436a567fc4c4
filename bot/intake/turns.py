"""A turn of a conversation, done: saved, answered, and its case made to show it. All in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import outbox
from bot.cases import cases
from bot.context import Setup
from bot.conversations import talks, telling
from bot.conversations.talks import Talk
from bot.dialogue import messages
from bot.dialogue.conversation import (
    Ask,
    Consent,
    Effect,
    Event,
    Left,
    Mark,
    Right,
    Say,
    TimePassed,
    advance,
)
from bot.dialogue.messages import Voice
from bot.dialogue.wording import Wording
from bot.outbox import Draft
from bot.people import consent, contacts, suppression
from bot.people.contacts import Person, person_at
from bot.privacy import erasure, requests
from bot.privacy.erasure import Erased
from bot.reading.reader import Scale
from bot.steps import step
from channels.base import Address, Body, InboundMessage, Priority, plain

FAREWELL = timedelta(days=1)  # a goodbye that could not be sent by then is dropped, with its address


def end_for(connection: Connection, setup: Setup, address: Address, now: datetime) -> None:
    """The provider says, on sending, that the owner of an address wants nothing more: by SMS it keeps a STOP
    of theirs, in a chat they blocked the bot."""
    source: Literal["provider", "block"] = "provider" if address.channel == "sms" else "block"
    Turns(connection, setup, now).leave(address, source, confirmed=True)


def close_due(connection: Connection, setup: Setup, now: datetime, batch: int) -> int:
    """Close conversations whose time is over, at most `batch`; how many."""
    due = talks.due_to_close(connection, now, batch)
    turns = Turns(connection, setup, now)
    for talk in due:
        turns.turn(talk, TimePassed(now))
    return len(due)


def erase_contact(connection: Connection, setup: Setup, contact_id: str, now: datetime) -> Erased | None:
    """Erase the contact with this key of the user's own, who asked for it outside the chat; None where there
    is none."""
    person = contacts.person(connection, contact_id)
    return None if person is None else Turns(connection, setup, now).erase(person, None)


class Turns:
    """The turns of one transaction. `inbox_id` is the event that caused them, None where time did."""

    def __init__(
        self, connection: Connection, setup: Setup, now: datetime, inbox_id: int | None = None
    ) -> None:
        self.connection = connection
        self.setup = setup
        self.now = now
        self.inbox_id = inbox_id
        self._numbers = count(1)

    def leave(
        self, address: Address, source: Literal["words", "provider", "block"], *, confirmed: bool
    ) -> None:
        """The owner of an address wants nothing more: in every channel, at once."""
        # Of who was erased it is known already, and their address is not to be written down again.
        new = not self._erased(address) and consent.opt_out(self.connection, address, self.now, source)
        if source == "block":
            contacts.mark_dead(self.connection, address, "the person blocked the bot", self.now)
        language = self._end_all(address, besides=None)
        if new:
            step("person.left", channel=address.channel, source=source)
        if new and not confirmed:
            voice = self.voice(address.channel, language)
            self.say("consent", address, (plain(voice.text("opted_out")),), priority=Priority.CONSENT)

    def come_back(self, address: Address, *, confirmed: bool) -> None:
        """The owner of an address wants messages again. `confirmed`: the provider says so, and told them."""
        blocked = () if confirmed else consent.blocked_numbers(self.connection, address)
        was_out = self._let_in(address, blocked)
        if confirmed or not (was_out or blocked):
            return
        person = person_at(self.connection, address)
        voice = self.voice(address.channel, person.language if person else None)
        self._welcome(address, voice, blocked)

    def _let_in(self, address: Address, blocked: Sequence[Address]) -> bool:
        """Forget that the person at an address left; True where they had. What the SMS provider keeps
        stands: at a number of theirs nobody can be asked until START comes from it."""
        if address in blocked:
            return False
        was_out = consent.opt_in(self.connection, address) | self._lift_erased(address)
        contacts.mark_alive(self.connection, address)
        for number in blocked:
            contacts.mark_dead(self.connection, number, "the SMS provider keeps a STOP from it", self.now)
        return was_out

    def _welcome(self, address: Address, voice: Voice, blocked: Sequence[Address]) -> None:
        """Greet who came back. To a number that the provider blocks it is tried once a day, since it arrives
        where our record is the one that is behind."""
        text = voice.text("opted_in_blocked" if blocked else "opted_in")
        if address in blocked:
            self.say_once(f"blocked:{address}:{self.now:%Y%m%d}", address, text, Priority.CONSENT)
        else:
            self.say("consent", address, (plain(text),), priority=Priority.CONSENT)

    def _erased(self, address: Address) -> bool:
        """Whether this is nobody's address, and was that of somebody who was erased."""
        secret = self.setup.settings.secret_key
        return bool(suppression.among(self.connection, secret, (address,))) and (
            person_at(self.connection, address) is None
        )

    def _lift_erased(self, address: Address) -> bool:
        """Forget the opt-out that an erasure left, of the person at an address; True where there was one."""
        person = person_at(self.connection, address)
        names: tuple[Address | str, ...] = (address,)
        if person is not None:
            names = (address, *person.addresses, suppression.name_of_contact(person.contact_id))
        return suppression.lift(self.connection, self.setup.settings.secret_key, names)

    def erase(self, person: Person, at: Address | None) -> Erased:
        """Erase a person: end what is open, empty every table, and say goodbye at the address where they
        asked for it. The goodbye is the last that names the address; it goes when it is sent."""
        for place in person.addresses:
            outbox.cancel_for(self.connection, place, self.now)
        for talk in talks.open_of_contact(self.connection, person.id):
            self.turn(talk, Left(self.now))
        erased = erasure.erase(self.connection, self.setup.settings, person, self.now)
        if at is not None:
            text = self.voice(at.channel, person.language).text("erased")
            self.say(
                "farewell",
                at,
                (plain(text),),
                lane=f"farewell:{self.inbox_id}",
                priority=Priority.CONSENT,
                expires_at=self.now + FAREWELL,
            )
        return erased

    def unblocked(self, address: Address) -> None:
        """A lifted block undoes what the block did, and no STOP that was said in words."""
        contacts.mark_alive(self.connection, address)
        consent.lift_block(self.connection, address)

    def _end_all(self, address: Address, besides: Talk | None) -> str | None:
        """End every open conversation of the person at an address, and take back what is queued. The
        language to say goodbye in."""
        person = person_at(self.connection, address)
        for place in person.addresses if person else (address,):
            outbox.cancel_for(self.connection, place, self.now)
        if person is None:
            return None
        for talk in talks.open_of_contact(self.connection, person.id):
            if besides is None or talk.id != besides.id:
                self.turn(talk, Left(self.now))
        return person.language

    def turn(self, talk: Talk, event: Event, press: InboundMessage | None = None) -> None:
        """Let the machine say what an event does, and do it."""
        turn = advance(talk.conversation, event)
        after = turn.conversation
        zone = ZoneInfo(self.setup.settings.timezone)
        talks.save(self.connection, talk, after, self.now, zone)
        talks.keep(self.connection, talk, turn.effects, self.inbox_id, self.now)
        if not isinstance(event, Left):
            self._effects(talk, turn.effects, press)
        cases.follow(self.connection, self.setup, talk, after, turn.effects, self.now)
        telling.tell(talk, after, turn.effects)

    def _effects(self, talk: Talk, effects: Sequence[Effect], press: InboundMessage | None) -> None:
        voice = self.voice(
            talk.address.channel, talk.language, talk.conversation.scale, talk.wording, talk.name
        )
        news = True
        blocked: Sequence[Address] = ()
        for effect in effects:
            match effect:
                case Consent(wanted=False):
                    news = consent.opt_out(self.connection, talk.address, self.now, "words")
                    if news:
                        step("person.left", source="words", **telling.where(talk))
                    self._end_all(talk.address, besides=talk)
                case Consent(wanted=True):
                    blocked = consent.blocked_numbers(self.connection, talk.address)
                    news = self._let_in(talk.address, blocked)
                case Say("opted_in") if blocked:
                    self._welcome(talk.address, voice, blocked)
                case Say(topic) if topic in ("opted_out", "opted_in") and not news:
                    continue
                case Say():
                    self._speak(talk, voice, effect)
                case Mark(score):
                    self._mark(talk, voice, score, press)
                case Ask(right):
                    # In our own words: what is held is more than this survey's.
                    ours = self.voice(talk.address.channel, talk.language)
                    self.answer(talk.address, right, ours, conversation_id=talk.id, lane=f"talk:{talk.id}")

    def _speak(self, talk: Talk, voice: Voice, say: Say) -> None:
        body, choices = messages.message(voice, say, talk.id)
        leaving = say.topic in ("opted_out", "opted_in", "help", "help_idle")
        self.say(
            "consent" if leaving else "reply",
            talk.address,
            body,
            choices=choices,
            conversation_id=talk.id,
            lane=f"talk:{talk.id}",
            priority=Priority.CONSENT if leaving else Priority.REPLY,
        )

    def answer(
        self,
        to: Address,
        right: Right,
        voice: Voice,
        *,
        conversation_id: int | None = None,
        lane: str | None = None,
    ) -> None:
        """Answer what a person asks about themself. A notice: it goes to who opted out too, and what it
        repeats of the person's own words makes no later words a copy of ours."""
        code = requests.draw_code()
        for text in requests.answer(self.connection, self.setup, to, right, voice, code, self.now):
            self.say("notice", to, (plain(text),), conversation_id=conversation_id, lane=lane)

    def _mark(self, talk: Talk, voice: Voice, score: int, press: InboundMessage | None) -> None:
        """Show the score that stands on the question itself, where the channel can change a message."""
        limits = self.setup.limits.get(talk.address.channel)
        pressed = press.reply_to if press else None
        ref = talk.question_ref or pressed
        if limits is None or not limits.edits or ref is None:
            return
        body, choices = messages.answered(voice, talk.id, score)
        self.say(
            "edit",
            talk.address,
            body,
            choices=choices,
            conversation_id=talk.id,
            lane=f"mark:{talk.id}",
            replaces=ref,
            # The short way to answer a press changes the message that was pressed, and no other.
            answer_ref=press.answer_ref if press and pressed == ref else None,
        )

    def voice(
        self,
        channel: str,
        language: str | None,
        scale: Scale | None = None,
        wording: Wording | None = None,
        name: str | None = None,
    ) -> Voice:
        return self.setup.voice(
            channel, language or self.setup.settings.language, scale or Scale(0, 10), wording, name
        )

    def say(
        self,
        kind: outbox.Kind,
        to: Address,
        body: Body,
        *,
        choices: messages.Choices = (),
        conversation_id: int | None = None,
        lane: str | None = None,
        priority: Priority = Priority.REPLY,
        replaces: str | None = None,
        answer_ref: str | None = None,
        dedupe_key: str | None = None,
        expires_at: datetime | None = None,
    ) -> None:
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
            priority=priority,
            expires_at=expires_at,
        )
        outbox.put(self.connection, [draft], self.now)

    def say_once(self, key: str, to: Address, text: str, priority: Priority = Priority.REPLY) -> None:
        self.say("notice", to, (plain(text),), priority=priority, dedupe_key=key)
