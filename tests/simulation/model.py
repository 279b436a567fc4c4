"""What the simulated world knows by itself: who is who, who wants nothing, what was accepted and what was sent.

It is told of every commit and of every message that a provider took, in their order, and checks the laws at
once. It never asks the bot what is right; of the database it looks at rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from bot.intake.arrival import Arrival
from bot.sending.fate import Attempt
from bot.store.schema import Row, contact, conversation, inbox, wave
from channels.base import (
    Address,
    Blocked,
    DeliveryReport,
    Inbound,
    InboundMessage,
    OutboundMessage,
    ProviderOptIn,
    ProviderOptOut,
    Unblocked,
    Unreachable,
)
from tests.simulation import happenings
from tests.simulation.expectation import Expectation
from tests.simulation.ledger import Talk
from tests.simulation.places import inside, place
from tests.simulation.population import Population
from tests.simulation.words import Utterance

TALK: Final = 12  # messages of ours in an open conversation, and twice that with what follows it
_CHANGING: Final = frozenset(  # writes that may change a conversation
    [
        "take_all",
        "close_due",
        "release",
        "enrol_chunk",
        "erase_contact",
        "write_chunk",
        "stop",
        "_claim",  # a question whose window closed goes back to wait
        "_recorded",
        "_start",
        "_settle",
        "_begin",
        "take_chunk",
        "settle_due",
        "stop_rolling",
        "start_again",
    ]
)


def said_once(event: Inbound) -> str:
    """What names an event, under however many deliveries it comes."""
    return (event.message_key if isinstance(event, InboundMessage) else None) or event.provider_id


def _names(row: Row) -> set[tuple[str, str]]:
    """By what its row in the inbox can be known: of an event that had its person erased only the key is left, and
    of a message that comes under another delivery the key is that of the first."""
    return {(row.channel, name) for name in (row.event.get("provider_id"), row.provider_id) if name}


@dataclass(slots=True, repr=False)
class Model(Population):
    """The world's own account, as a witness of every process."""

    # ------------------------------------------------------------------------------------------ witness

    def observe(self, connection: Connection, name: str, result: Any) -> Any:
        """See `Witness`. Rows are looked at after the writes that may change them."""
        if name not in _CHANGING or (name in ("close_due", "release") and not result):
            return None
        if name == "settle_due":
            self.campaign_of |= {row.id: row.campaign for row in connection.execute(_WAVES)}
        rows = {row.id: row for row in connection.execute(_CONVERSATIONS)}
        newest = connection.execute(_NEWEST.limit(len(result))).all()[::-1] if name == "take_all" else None
        keys = set(connection.scalars(_KEYS)) if name in ("take_all", "erase_contact") else None
        return rows, newest, keys

    def committed(self, name: str, args: tuple[Any, ...], result: Any, seen: Any) -> None:
        """See `Witness`."""
        self.moment += 1
        if name == "_claim" and isinstance(result, list):
            for one in result:
                self.claimed[one.queued.id] = one.queued, self.moment
        if seen is None:
            return
        self.note(name, result if isinstance(result, str | int) else "")
        match name:
            case "_start" | "_settle" if result is not None:
                self.campaign_of[result.id] = result.campaign
            case "take_all":
                self._take_all(result, seen)
            case "take_chunk":
                happenings.taken(self, args[1], result)
            case "write_chunk":
                self._import(args[0], result)
            case "erase_contact":
                if result is not None:
                    self._forget(args[1])
            case "close_due":
                self._close(seen[0], args[1])
            case "enrol_chunk":
                self._enrolled(args[0], seen[0], done=result)
            case "_recorded":
                for attempt in args[0]:
                    self._refused(attempt, seen[0])
        self._compare(name, seen[0])

    # ------------------------------------------------------------------------------------------ accepted

    def _take_all(self, taken: Sequence[tuple[Arrival, str]], seen: Any) -> None:
        """A group of events, in the order of their rows in the inbox; then those that had one."""
        rows, newest, keys = seen
        rows_of = {name: place for place, row in enumerate(newest) for name in _names(row)}

        def place(one: tuple[Arrival, str]) -> int:
            arrival, outcome = one
            if outcome != "taken":
                return len(newest)
            channel, event = arrival.channel, arrival.event
            delivered = channel, event.provider_id
            return rows_of[delivered] if delivered in rows_of else rows_of[channel, said_once(event)]

        for arrival, outcome in sorted(taken, key=place):
            note = newest[place((arrival, outcome))] if outcome == "taken" else None
            if not isinstance(arrival.event, InboundMessage):
                self.note("told", outcome, arrival.event)
            self._take(arrival.channel, arrival.event, arrival.now, outcome, (rows, note, keys))

    def _take(self, channel: str, event: Inbound, now: datetime, outcome: str, seen: Any) -> None:
        rows, newest, keys = seen
        key = channel, said_once(event)
        before = self.accepted.get(key)
        if outcome == "duplicate":
            self.law(before is not None, "a delivery that was never taken is no duplicate", event)
            return
        if outcome == "passed over":
            # It stands under no alert that the bot knows: of one that went out before a crash it has no reference.
            shared = isinstance(event, InboundMessage) and event.shared
            self.law(shared, "what one person says is kept", event)
            return
        self.law(before is None, "a delivery is taken once", event)
        self.accepted[key] = self.moment
        match event:
            case InboundMessage():
                self._hear(event, now, rows, newest, keys)
            case ProviderOptOut():
                self._leave(event.address, "provider", rows, event.at)
            case ProviderOptIn():
                self._come_back(event.address, by_provider=True, said=event.at)
            case Blocked():
                self._leave(event.address, "block", rows, event.at)
            case Unblocked():
                at = self.leavings.get(event.address)
                self.lifted[event.address] = max(event.at, self.lifted.get(event.address, event.at))
                if at is not None and at.source == "block" and at.said <= event.at:
                    del self.leavings[event.address]
            case DeliveryReport():
                return

    def _hear(
        self, event: InboundMessage, now: datetime, rows: dict[int, Row], note: Row, keys: set[str]
    ) -> None:
        said = self.meanings[said_once(event)]
        self._remember(event.actor, said)
        self.note("heard", event.actor, said, "choice", event.choice, "as", note)
        talk = self.talks.get(note.conversation_id)
        if talk is not None and talk.expected is None:
            talk.expected = _expectation(talk.row)
        if note.reading == "colleague":
            if talk is not None and talk.owner is not None:
                self._talks_with(talk.owner)
            return
        if note.reading == "follow-up":
            return  # what they say of what was asked after the survey is none of its answers
        if said.kind == "reaction":
            said = self._reacted(said, event.actor.channel, talk)
        said = self._understood(said, event.actor, talk, str(note.reading))
        if note.reading == "erasure code":
            owner = self.owners.get(event.actor)
            if owner is not None and owner not in keys:
                self._forget(owner)
            return
        if said.kind not in ("none", "command", "press"):
            self._attributed(event, note, talk)
        over = said.kind == "stop" and self.came_back_since(event.actor, event.sent_at)
        if talk is not None and talk.expected is not None and note.reading not in ("old", "foreign"):
            self.law(self._are_theirs(event.actor, talk), "words belong to who said them", event, talk.row.id)
            if not over:
                left = self.left_after(event.actor, event.sent_at)
                talk.expected.hear(said, now, event.sent_at, before_leaving=left)
        if said.kind == "stop" and event.actor not in self.colleagues:
            self._leave(event.actor, "words", rows, event.sent_at)
        elif said.kind == "start" and not (talk is not None and self.left_after(event.actor, event.sent_at)):
            self._come_back(event.actor, by_provider=False, said=event.sent_at)

    def _talks_with(self, person: str) -> None:
        """A colleague wrote to somebody: whether what they say is for them is no longer known here."""
        self.with_person.add(person)
        for one in self.talks.values():
            if one.owner == person and one.expected is not None:
                one.expected.sure = False

    def _reacted(self, said: Utterance, channel: str, talk: Talk | None) -> Utterance:
        """What an emoji says on what we said in this conversation; on anything else nothing."""
        if talk is None or self.said_in.get((channel, said.ref or "")) != talk.row.id:
            return Utterance("none")
        return Utterance("wordless") if said.score is None else Utterance("score", said.text, said.score)

    def _are_theirs(self, actor: Address, talk: Talk) -> bool:
        """Whether words from an address may belong to a conversation: it was asked there and the address is nobody
        else's since, or it is the only one open of whose address that was when it was asked."""
        owner = self.owners.get(actor)
        if Address(talk.row.channel, talk.row.address) == actor:
            return owner in (None, talk.owner) or talk.owner is None
        _, since = self.owned_since.get(actor, (0, self.now))
        asked = talk.row.asked_at or talk.row.released_at
        return owner is not None and owner == talk.owner and since <= asked

    def _remember(self, actor: Address, said: Utterance) -> None:
        owner = self.owners.get(actor)
        if owner is not None and said.kind == "words" and said.reason:
            self.marks.setdefault(owner, []).append(said.reason)
        for secrets in self.forgotten:
            if actor.id in secrets:  # they write again, as a stranger
                secrets.remove(actor.id)

    def _understood(self, said: Utterance, actor: Address, talk: Talk | None, reading: str) -> Utterance:
        """Words in a language that the bot does not expect of this person may be taken for anything; a STOP
        is heard in most."""
        person = self.people.get(self.owners.get(actor, ""))
        expected = talk.row.language if talk else (person.language if person else None) or "en"
        heard_anyway = said.kind == "words" or (said.kind == "stop" and reading == "opt_out")
        if said.language in (None, expected) or heard_anyway:
            return said
        return replace(said, kind="other")

    def _attributed(self, event: InboundMessage, note: Row, talk: Talk | None) -> None:
        """Words of somebody with an open question belong to it, unless a colleague talks with them."""
        if self.owners.get(event.actor) in self.with_person:
            return
        waiting = [
            one
            for one in self.talks.values()
            if (one.row.channel, one.row.address) == (event.actor.channel, event.actor.id)
            and one.row.state not in ("skipped", "closed")
            and one.row.released_at is not None
            and self._are_theirs(event.actor, one)
        ]
        if waiting:
            self.law(
                talk is waiting[0], "words belong to the open question", event, note.conversation_id, waiting
            )

    def _refused(self, attempt: Attempt, rows: dict[int, Row]) -> None:
        """A provider may say on sending that somebody wants nothing more."""
        fate, row = attempt.fate, attempt.queued
        self.note("fate of", row.id, repr(fate), "attempt", row.attempts)
        if isinstance(fate, Unreachable) and fate.opted_out and row.kind != "alert":
            if row.kind == "question" and row.conversation_id in self.talks:
                # They were never asked: that is what a report counts, and their leaving is kept beside it.
                expected, stands = self.talks[row.conversation_id].expected, rows[row.conversation_id]
                if expected is not None:
                    self._ended_otherwise(expected, stands)
            source = "provider" if row.channel == "sms" else "block"
            self._leave(Address(row.channel, row.address), source, rows, self.now)

    def _enrolled(self, wave_id: int, rows: dict[int, Row], *, done: bool) -> None:
        """Everybody in the audience has one row in the wave."""
        if not done or wave_id in self.enrolled:
            return
        self.enrolled.add(wave_id)
        wanted = self.campaigns[self.campaign_of[wave_id]].plan
        audience = {key for key, one in self.people.items() if wanted in (None, one.plan)}
        found = [row.key for row in rows.values() if row.wave_id == wave_id and row.key is not None]
        self.law(
            sorted(found) == sorted(audience),
            "everybody in the audience is accounted for",
            wave_id,
            audience.symmetric_difference(found),
        )

    # ---------------------------------------------------------------------------------- rows and expectations

    def _close(self, rows: dict[int, Row], now: datetime) -> None:
        """Time passed: what the database closed at this moment had run out."""
        for id_, row in rows.items():
            talk = self.talks[id_]
            if row.state != "closed" or talk.row.state == "closed":
                continue
            self.law(talk.row.closes_at is not None and talk.row.closes_at <= now, "only time closes", row)
            if talk.expected is None:
                talk.expected = _expectation(talk.row)
            e = talk.expected
            asked = "unread" if e.unread else "window"
            e.close({"reason": "no_reason", "thanked": "done"}.get(e.state, asked), now)

    def _compare(self, name: str, rows: dict[int, Row]) -> None:
        for id_, row in rows.items():
            talk = self.talks.get(id_)
            if talk is None:
                talk = self.talks[id_] = Talk(row, self._owner_of(row))
            elif talk.row == row:
                continue
            talk.row = row
            if talk.arrived is None and (row.delivered_at is not None or row.score is not None):
                talk.arrived = self.moment
            if row.state == "skipped":
                talk.expected = None  # left out by a rule when their turn came
                continue
            if talk.expected is None and row.released_at is not None:
                talk.expected = _expectation(row)
            if talk.expected is not None:
                talk.expected.sure &= talk.owner not in self.with_person
                self._ended_otherwise(talk.expected, row)
                if talk.expected.sure:
                    self._agree(name, talk.expected, row)

    def _owner_of(self, row: Row) -> str | None:
        return str(row.key) if row.key in self.people else None

    def _ended_otherwise(self, e: Expectation, row: Row) -> None:
        """Not every end follows from what was said: a carrier fails, an admin stops the wave."""
        if e.state == "closed" and e.ending == "cancelled" and row.ending == "window":
            e.ending = "window"  # its question was on its way at the stop, and went out after all
        if row.state != "closed" or e.state == "closed":
            return
        if row.ending in ("undelivered", "cancelled", "opted_out"):
            self.law(
                row.ending == "opted_out" or not e.sure or (e.state == "asked" and not e.unread),
                "who answered was asked",
                row.id,
                row.ending,
            )
            e.close(row.ending, row.closed_at)

    def _agree(self, name: str, e: Expectation, row: Row) -> None:
        state = "asked" if row.state in ("waiting", "confirming") else row.state
        found = (state, row.ending, row.score, row.first_score, row.unread)
        expected = (e.state, e.ending, e.score, e.first_score, e.unread)
        self.law(
            found == expected,
            "the row says what was said",
            f"conversation {row.id} after {name}",
            f"it has {found}",
            f"and should have {expected}",
        )
        if row.erased is None:
            self.law(row.reason == e.reason, "the reason is what was said", row.id, row.reason, e.reason)
        self.law(row.talk <= 2 * TALK, "talk is bounded", row.id)

    # ---------------------------------------------------------------------------------------------- sent

    def sent(self, channel: str, message: OutboundMessage, ref: str) -> None:
        """A provider took a message."""
        self.moment += 1
        row, claimed = self.claimed[message.id]
        before = self.taken.setdefault(message.id, [])
        if row.kind in ("question", "reply", "consent", "notice"):
            self.said_in[channel, ref] = row.conversation_id
        self.note("sent", row.kind, message.id, message.address, "of", row.conversation_id, row.case_id)
        if before and message.replaces is None:
            # An alert is written anew at each try: another text is no message again.
            again = message.body in self.bodies[message.id]
            self.law(channel != "sms" or not again, "nothing goes twice by SMS", row.kind, message.id)
            once = row.kind not in ("question", "follow_up")
            self.law(once, "a question goes once", message.id)
            # A fault of the very call that sent it is noted one moment before.
            in_doubt = self.last_fault >= before[-1] - 1
            self.law(in_doubt, "only what is in doubt goes twice", row.kind, message.id)
        before.append(self.moment)
        self.bodies.setdefault(message.id, []).append(message.body)
        at = message.address
        if row.kind in ("question", "reply", "edit", "relay", "follow_up"):
            since = self.left_since(at)
            self.law(
                since is None or claimed < since, "nobody is written to who left", row.kind, at, message.id
            )
            self._goes_to_whose_it_is(row, at, claimed)
        if row.kind == "question":
            self.asked_as[channel, ref] = row.conversation_id
            self._asked(row, at, claimed)

    def refused_late(self, channel: str, ref: str) -> None:
        """A carrier refuses afterwards what it took, because of our account: its question may be asked again."""
        talk = self.talks.get(self.asked_as.get((channel, ref)) or 0)
        if talk is not None:
            talk.refused_late += 1

    def _goes_to_whose_it_is(self, row: Row, at: Address, claimed: int) -> None:
        talk = self.talks.get(row.conversation_id)
        if talk is None or talk.owner is None:
            return
        since, _ = self.owned_since.get(at, (0, self.now))
        theirs = self.owners.get(at) in (None, talk.owner) or claimed <= since
        self.law(theirs, "nothing of a conversation goes to somebody else's address", row.kind, at, row.id)

    def _asked(self, row: Row, at: Address, claimed: int) -> None:
        talk = self.talks[row.conversation_id]
        talk.questions += 1
        once = talk.questions <= 1 + talk.refused_late
        self.law(once, "a conversation has one question that a carrier took", row.conversation_id)
        self.law(at not in self.erased, "nobody is asked who was erased", at)
        campaign = self.campaign_of.get(talk.row.wave_id)
        person = self.people.get(talk.owner or "")
        if campaign is None or person is None:
            return
        terms = self.campaigns[campaign]
        for asked_at, id_ in person.asked:
            if id_ == row.conversation_id:
                continue  # once more, since a carrier refused it
            earlier = self.talks[id_]
            # Whoever answered what a carrier called undelivered was asked, from when that is known.
            if earlier.row.ending == "undelivered" and (
                earlier.arrived is None or claimed <= earlier.arrived
            ):
                continue
            days = timedelta(days=terms.every)
            self.law(self.now - asked_at >= days, "nobody is asked too often", person.key, asked_at, self.now)
        person.asked.append((self.now, row.conversation_id))
        if terms.hours is not None:
            places = [place(person, zone) for zone in person.zones[-2:]]
            self.law(
                any(inside(self.now, zone, country, terms.hours) for zone, country in places),
                "questions go inside their window",
                person.key,
                self.now,
                person.zones[-2:],
            )


def _expectation(row: Row) -> Expectation:
    """Of a conversation of which nothing was expected so far, because nobody was asked."""
    if row.state == "closed":
        return Expectation("closed", row.ending, row.closed_at)
    return Expectation()


_CONVERSATIONS: Final = select(
    *(
        conversation.c[name]
        for name in [
            "id",
            "wave_id",
            "channel",
            "address",
            "language",
            "state",
            "ending",
            "score",
            "first_score",
            "unread",
            "talk",
            "reason",
            "erased",
            "released_at",
            "asked_at",
            "delivered_at",
            "closes_at",
            "closed_at",
        ]
    ),
    contact.c.contact_id.label("key"),
).join(contact, contact.c.id == conversation.c.contact_id, isouter=True)
_WAVES: Final = select(wave.c.id, wave.c.campaign).where(wave.c.open_until.is_not(None))
_NEWEST: Final = select(
    inbox.c.conversation_id, inbox.c.reading, inbox.c.channel, inbox.c.provider_id, inbox.c.event
).order_by(inbox.c.id.desc())
_KEYS: Final = select(contact.c.contact_id)
