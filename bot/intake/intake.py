"""Intake: one event from a channel becomes, in one transaction, all that follows from it.

Three phases. **Understand**: what the event means, found by looking alone. **Once**: its row in the inbox, by
whose unique key a repetition goes no further. **Do**: what it means, all of it in the commit after which the
adapter acknowledges. Whatever writes needs an `Occasion` of this event, and there is none before its row. Nothing
is sent from here.

Events that wait together go through each phase together, as far as they have nothing to do with one another
(`rounds.py`): looked up for all of them, one statement for all their rows, and what they do written behind
(`bot.store.behind`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, func, insert, select

from bot import outbox
from bot.cases.acts import act
from bot.cases.deeds import pressed_act
from bot.cases.our_account import account_reported
from bot.cases.relayed import line_reported, relay_reported
from bot.cases.unseen import alert_reported
from bot.context import Context
from bot.conversations import questions
from bot.dialogue import messages
from bot.dialogue.conversation import Chose, Reviewed, TookBack, Wordless, put_off_until
from bot.dialogue.messages import Voice
from bot.intake.arrival import Arrival, InboxEntry, kind_of, once
from bot.intake.erasing import erase
from bot.intake.following import hear_follow_up
from bot.intake.leaving import close_to_all, leave
from bot.intake.meanings import (
    CameWordless,
    CasePress,
    ColleagueWrote,
    CommandLine,
    ErasureCode,
    FollowUpAnswered,
    Heard,
    HeardOutside,
    LinkOpened,
    Meaning,
    Nothing,
    NotOurs,
    ReviewAnswered,
    ScorePress,
    SendNow,
    UnderLostCopy,
    Unlinked,
    Which,
    Withdrawn,
    WrongCode,
)
from bot.intake.occasion import Occasion
from bot.intake.recording import keep_older
from bot.intake.relay import colleague_wrote, send_now, under_lost_copy, wrong_code
from bot.intake.returning import come_back, unblock
from bot.intake.rounds import apart, first_of_each, understood
from bot.intake.turns import answer, said, take_turn
from bot.intake.which import after_kept_words, ask_which
from bot.people import colleagues, consent, contacts, links, suppression
from bot.people.contacts import Person, person_at
from bot.people.wishes import keep_wish
from bot.privacy import erasure_code
from bot.reading.language import HelpTopic
from bot.reading.own_wishes import Later, OwnWish
from bot.reading.reader import Help, Ignore, OptIn, OptOut
from bot.steps import Noted, noting, step
from bot.store.behind import together
from bot.store.schema import command
from channels import base
from channels.base import Address, DeliveryReport, Inbound, InboundMessage, Priority, plain
from channels.known import limits_of
from channels.sms.lengths import without_odd_marks

ASKED_A_DAY = 24  # answers to WHY ME, MY DATA and DELETE outside a conversation, for one address

WORDS_ANSWERED_A_DAY = 5  # of a colleague, that go nowhere

REFUSED_A_DAY = 5  # commands of somebody who may give none, that are answered

_GIVEN_LATELY: Final = select(func.count()).where(
    command.c.actor == bindparam("of_actor"), command.c.taken_at > bindparam("since")
)

_BY_CASES: Final = {"alert": alert_reported, "thread": line_reported, "relay": relay_reported}
"""Who is told by cases what became of a message."""

Taken = Literal["taken", "duplicate", "passed over"]

_HELLO: Final[Mapping[colleagues.Role, str]] = {"admin": "hello_admin", "manager": "hello_manager"}


def take_in(connection: Connection, channel: str, event: Inbound, context: Context, now: datetime) -> Taken:
    """Take one event of a channel in. Raises where the database refuses it; then nothing of it is kept."""
    one = Noted(Arrival(channel, event, context, now))
    (taken,) = take_all(connection, [one])
    for name, fields in one.steps:
        step(name, **fields)
    return taken


def take_all(connection: Connection, arrived: Sequence[Noted[Arrival]]) -> list[Taken]:
    """Take several events in, those of each person in their order. Raises where the database refuses one of them; then
    nothing is kept of any."""
    outcomes: dict[int, Taken] = {}
    waiting = arrived
    while waiting:
        first, waiting = first_of_each(waiting)
        for batch in apart(_take(connection, first, outcomes)):
            _take(connection, batch, outcomes)
    return [outcomes[id(one)] for one in arrived]


def _take(
    connection: Connection, events: Sequence[Noted[Arrival]], outcomes: dict[int, Taken]
) -> list[Noted[Arrival]]:
    """Take events of different people in, phase by phase; those that are left have to be taken in alone."""
    with together(connection) as opened:
        meanings, alone = understood(opened, events)
        ours = [(one, meaning) for one, meaning in meanings if not isinstance(meaning, NotOurs)]
        outcomes.update((id(one), "passed over") for one, meaning in meanings if isinstance(meaning, NotOurs))
        ids = once(connection, [_entry(one.about, meaning) for one, meaning in ours])
        new = [one.about.event for (one, _), id_ in zip(ours, ids, strict=True) if id_ is not None]
        contacts.heard_from(connection, [event.actor for event in new if isinstance(event, InboundMessage)])
        for (one, meaning), id_ in zip(ours, ids, strict=True):
            outcomes[id(one)] = noting(one.steps, _entered, connection, one.about, meaning, id_)
    return alone


def _entry(arrival: Arrival, meaning: Meaning) -> InboxEntry:
    """A colleague's words that go nowhere are not kept: no erasure of the customer they are about would find them."""
    if isinstance(meaning, UnderLostCopy | WrongCode) and isinstance(arrival.event, InboundMessage):
        arrival = replace(arrival, event=replace(arrival.event, text=""))
    return InboxEntry(arrival, None if meaning.talk is None else meaning.talk.id, meaning.note)


def _entered(connection: Connection, arrival: Arrival, meaning: Meaning, inbox_id: int | None) -> Taken:
    """Do what follows from an event that has a row in the inbox now; nothing where it had one before."""
    channel, event = arrival.channel, arrival.event
    kind = kind_of(event)
    if inbox_id is None:
        step("intake.taken", channel=channel, kind=kind, outcome="duplicate")
        return "duplicate"
    occasion = Occasion(connection, arrival.context, arrival.now, inbox_id, event)
    if isinstance(event, InboundMessage):
        _do(occasion, event, meaning)
        told = _told(meaning)
    else:
        told = _provider_says(occasion, channel, event)
    step("intake.taken", channel=channel, kind=kind, outcome="taken", **told)
    return "taken"


def _told(meaning: Meaning) -> dict[str, object]:
    """What the log says of a message: where it belongs, and what it was taken for."""
    if meaning.note is None:
        return {}
    talk = meaning.talk
    where = (
        {"conversation": None, "wave": None}
        if talk is None
        else {"conversation": talk.id, "wave": talk.wave_id}
    )
    return {**where, "reading": meaning.note}


def _provider_says(
    occasion: Occasion,
    channel: str,
    event: base.ProviderOptOut | base.ProviderOptIn | base.Blocked | base.Unblocked | DeliveryReport,
) -> dict[str, object]:
    """Do what a provider tells of a person or of a message; what the log says of it."""
    match event:
        case base.ProviderOptOut(address=address, confirmed=confirmed):
            if not leave(occasion, address, "provider", confirmed=confirmed):
                keep_older(occasion, address, event.text)
        case base.ProviderOptIn(address=address, confirmed=confirmed):
            if consent.left_since(occasion.connection, address, occasion.said):
                keep_older(occasion, address, event.text)
            else:
                come_back(occasion, address, confirmed=confirmed)
        case base.Blocked(address=address):
            leave(occasion, address, "block", confirmed=True)
        case base.Unblocked(address=address):
            unblock(occasion, address)
        case DeliveryReport():
            return _reported(occasion, channel, event)
    return {}


def _do(occasion: Occasion, event: InboundMessage, meaning: Meaning) -> None:
    """Do what a message means."""
    match meaning := _with_kept_words(occasion, event, meaning):
        case Heard():
            take_turn(occasion, meaning.talk, said(occasion, event, meaning))
        case ScorePress() | ReviewAnswered():
            _press(occasion, event, meaning)
        case FollowUpAnswered():
            hear_follow_up(occasion, event, meaning)
        case Which() | Unlinked():
            _tell_where(occasion, event, meaning)
        case CameWordless(talk, _, hints):
            wordless = Wordless(occasion.now, event.message_ref, hints, meaning.to_person)
            take_turn(occasion, talk, wordless)
        case Withdrawn(talk, ref):
            take_turn(occasion, talk, TookBack(occasion.now, ref, meaning.to_person))
        case CommandLine(line):
            _keep(occasion, event, line)
        case LinkOpened(token):
            _link(occasion, event, token)
        case ErasureCode() | HeardOutside():
            _beside(occasion, event.actor, meaning)
        case CasePress() | ColleagueWrote() | WrongCode() | UnderLostCopy() | SendNow():
            _under_an_alert(occasion, event, meaning)
        case Nothing() | NotOurs():
            pass


def _with_kept_words(occasion: Occasion, event: InboundMessage, meaning: Meaning) -> Meaning:
    """What a message means once words are taken in that waited for it; nearly always there are none."""
    if isinstance(meaning, Heard | ScorePress) and meaning.talk.words_from is not None:
        return after_kept_words(occasion, event, meaning)
    return meaning


def _press(occasion: Occasion, event: InboundMessage, meaning: ScorePress | ReviewAnswered) -> None:
    """Do what a button of a conversation means, or a word for it."""
    match meaning:
        case ScorePress(talk, score):
            chose = Chose(score, occasion.now, occasion.said, meaning.to_person)
            take_turn(occasion, talk, chose, event)
        case ReviewAnswered(talk, answer):
            take_turn(occasion, talk, Reviewed(answer, occasion.now))


def _beside(occasion: Occasion, actor: Address, meaning: ErasureCode | HeardOutside) -> None:
    """Do what was said outside of every conversation."""
    match meaning:
        case ErasureCode():
            _repeat_code(occasion, actor, meaning)
        case HeardOutside():
            _hear(occasion, actor, meaning)


def _under_an_alert(
    occasion: Occasion,
    event: InboundMessage,
    meaning: CasePress | ColleagueWrote | WrongCode | UnderLostCopy | SendNow,
) -> None:
    match meaning:
        case CasePress(case_id, deed):
            _act(occasion, event, case_id, deed)
        case ColleagueWrote():
            colleague_wrote(occasion, event, meaning)
        case WrongCode():
            wrong_code(occasion, event.actor, meaning)
        case UnderLostCopy():
            under_lost_copy(occasion, event)
        case SendNow(message_id):
            send_now(occasion, event, message_id)


# ------------------------------------------------------------------------------------------- one deed each


def _keep(occasion: Occasion, event: InboundMessage, line: str) -> None:
    """Keep a command to be carried out after the commit; a plan may take longer than a webhook. One of nobody who
    may give any is refused a few times a day, and then passed over."""
    settings = occasion.context.settings
    if not colleagues.may_command(settings, event.actor, event.place):
        values = {"of_actor": str(event.actor), "since": occasion.now - timedelta(days=1)}
        if occasion.connection.execute(_GIVEN_LATELY, values).scalar_one() >= REFUSED_A_DAY:
            return
    occasion.connection.execute(
        insert(command).values(
            inbox_id=occasion.inbox_id,
            actor=str(event.actor),
            place=str(event.place),
            line=line[:1000],
            answer_ref=event.answer_ref,
            reply_to=event.reply_to,
            taken_at=occasion.now,
        )
    )


def _act(occasion: Occasion, event: InboundMessage, case_id: int, deed: str) -> None:
    wanted = pressed_act(deed)
    if wanted is None:
        return
    context = occasion.context
    acted = act(
        occasion.connection,
        context.settings,
        context.limits,
        case_id,
        wanted,
        event.actor,
        event.place,
        occasion.now,
        event.actor_name,
    )
    silent = not context.limits[event.actor.channel].edits  # where no alert changes under what they did
    if acted.outcome == "refused" or (silent and acted.key):
        text = context.manager_words.text(acted.key, **acted.values)
        text = f"npsbot: {text}" if silent and acted.outcome != "refused" else text
        occasion.say("notice", event.actor, (plain(text),), answer_ref=event.answer_ref)


def _link(occasion: Occasion, event: InboundMessage, token: str) -> None:
    """This chat belongs to the contact that the link was made for."""
    connection, secret = occasion.connection, occasion.context.settings.secret_key
    outcome = links.use_link(connection, token, event.actor, occasion.now, secret)
    person = person_at(connection, event.actor)
    voice = occasion.voice(
        event.actor.channel, person.language if person else None, name=person.name if person else None
    )
    if outcome == "linked" and person is not None:
        contacts.mark_alive(connection, event.actor)
        body = messages.linked(voice)
    else:
        body = (plain(voice.text("link_unknown" if outcome == "unknown" else "link_used")),)
    occasion.say("reply", event.actor, body)


def _repeat_code(occasion: Occasion, actor: Address, code: ErasureCode) -> None:
    erasure_code.spend(occasion.connection, actor, code.checked)
    voice = occasion.voice(actor.channel, code.person.language)
    match code.checked:
        case "right":
            erase(occasion, code.person, actor)
        case "over":
            occasion.say("notice", actor, (plain(voice.text("delete_over")),))
        case left:
            occasion.say("notice", actor, (plain(voice.text("delete_wrong", left=left)),))


def _tell_where(occasion: Occasion, event: InboundMessage, meaning: Which | Unlinked) -> None:
    """Tell somebody where to answer, or how to come in."""
    match meaning:
        case Which():
            ask_which(occasion, event, meaning)
        case Unlinked():
            _tell_how_to_join(occasion, event.actor, meaning)


def _tell_how_to_join(occasion: Occasion, actor: Address, start: Unlinked) -> None:
    """Answer a bare /start. It lifts a STOP, as START does; and who needs a link to come in is told so."""
    voice = occasion.voice(actor.channel, start.language)
    roles = colleagues.roles_at(occasion.context.settings, actor)
    if start.person is None and roles:
        _greet(occasion, actor, roles[0], customer=False)
    elif not come_back(occasion, actor, confirmed=False):
        topic = "how_to_join" if start.person is None else "linked"
        _say_at_start(occasion, actor, voice.text(topic))


def _say_at_start(occasion: Occasion, actor: Address, text: str) -> None:
    """Once a day, by whichever way they start."""
    occasion.say_once(f"start:{actor}:{occasion.now:%Y%m%d}", actor, text)


def _come_in(occasion: Occasion, actor: Address, person: Person | None, voice: Voice) -> None:
    """Do what START means that no question awaits. Of somebody unlinked it means what Telegram's button does."""
    back = come_back(occasion, actor, confirmed=False)
    if not back and person is None and limits_of(actor.channel).joins_by_link:
        _say_at_start(occasion, actor, voice.text("how_to_join"))


def _hear(occasion: Occasion, actor: Address, heard: HeardOutside) -> None:
    """Answer words of somebody whom no question awaits, where they are a wish or a question."""
    voice = occasion.voice(actor.channel, heard.language)
    roles = colleagues.roles_at(occasion.context.settings, actor)
    match heard.reading:
        case Ignore():
            pass
        case _ if heard.person is None and roles:
            # A manager's or an admin's words are no customer's: their alerts do not end by STOP.
            words = not isinstance(heard.reading, OptIn | Help)
            _greet(occasion, actor, roles[0], customer=False, words=words)
        case OptOut(somebody_else=True):
            if close_to_all(occasion, actor):
                occasion.say("consent", actor, (plain(voice.text("opted_out")),), priority=Priority.CONSENT)
        case OptOut():
            leave(occasion, actor, "words", confirmed=False)
        case OptIn() | Help("help") if roles and not _wants_nothing(occasion, actor):
            # Who presses Start, or asks who this is, and is a contact as well (by a trial, too).
            _greet(occasion, actor, roles[0], customer=heard.person is not None)
        case OptIn():
            _come_in(occasion, actor, heard.person, voice)
        case Help(topic):
            _help(occasion, actor, topic, voice)
        case _ if heard.person is not None and heard.own is not None:
            _wish(occasion, actor, heard.person, heard.own, voice)
        case _ if roles:
            _greet(occasion, actor, roles[0], customer=heard.person is not None, words=True)
        case _ if not _wants_nothing(occasion, actor):
            occasion.say_once(f"stranger:{actor}", actor, voice.text("stranger"))


def _wish(occasion: Occasion, actor: Address, person: Person, own: OwnWish, voice: Voice) -> None:
    """Keep what somebody wishes for themself whom no question awaits; who left wishes nothing."""
    if not _wants_nothing(occasion, actor):
        until = put_off_until(own, occasion.now) if isinstance(own, Later) else None
        keep_wish(occasion.connection, person.id, own, occasion.said.at, until)
        day = until and until.astimezone(ZoneInfo(occasion.context.settings.timezone)).date()
        occasion.say("notice", actor, messages.wish_kept(voice, own, day))


def _greet(
    occasion: Occasion, actor: Address, role: colleagues.Role, *, customer: bool, words: bool = False
) -> None:
    """Tell a colleague as what npsbot knows them and what they can do, once a day; and of further `words` that they
    went nowhere. A manager by SMS is told that each time."""
    paid = limits_of(actor.channel).paid_by_length
    said = occasion.context.manager_words
    company = occasion.context.settings.company
    if paid and "manager" in colleagues.roles_at(occasion.context.settings, actor):
        text = without_odd_marks(said.text("hello_manager_sms", company=company))
        _tell_each_time(occasion, actor, text, text)
        return
    text = said.text(f"{_HELLO[role]}_sms" if paid else _HELLO[role], company=company)
    if paid:
        text = without_odd_marks(text)
    elif not customer:
        text = f"{text} {said.text('hello_no_customer')}"
    _tell_each_time(occasion, actor, text, said.text("went_nowhere") if words and not paid else None)


def _tell_each_time(occasion: Occasion, actor: Address, first: str, further: str | None) -> None:
    """Whoever forgot the code of an alert, or to answer under it, believes that their words went out: they are told
    each time, but so often a day that no machine is answered for ever."""
    day = f"colleague:{actor}:{occasion.now:%Y%m%d}"
    keys = [f"{day}:{number}" for number in range(WORDS_ANSWERED_A_DAY)]
    told = outbox.how_many(occasion.connection, keys)
    if told == 0:
        occasion.say_once(keys[0], actor, first)
    elif further is not None and told < WORDS_ANSWERED_A_DAY:
        occasion.say_once(keys[told], actor, further)


def _help(occasion: Occasion, actor: Address, topic: HelpTopic, voice: Voice) -> None:
    if topic in ("why_me", "my_data", "delete"):
        # Bounded, so that two machines cannot talk for ever.
        if outbox.told_lately(occasion.connection, actor, occasion.now) < ASKED_A_DAY:
            answer(occasion, actor, topic, voice)
        return
    body = messages.about_us(voice, "privacy" if topic == "privacy" else "help_idle")
    key = f"{topic}:{actor}:{occasion.now:%Y%m%d}"
    occasion.say("notice", actor, body, priority=Priority.CONSENT, dedupe_key=key)


def _wants_nothing(occasion: Occasion, at: Address) -> bool:
    """Whether this person left, also where an erasure forgot who they are."""
    connection, secret = occasion.connection, occasion.context.settings.secret_key
    return consent.is_opted_out(connection, at) or bool(suppression.among(connection, secret, (at,)))


def _reported(occasion: Occasion, channel: str, event: DeliveryReport) -> dict[str, object]:
    """What became of a message that was handed to the provider."""
    connection, now = occasion.connection, occasion.now
    sent = outbox.report(connection, channel, event.message_ref, event.status, event.code, now)
    if sent is None:
        return {}
    about: dict[str, object] = {"message": sent.id, "conversation": sent.conversation_id}
    step("delivery.reported", channel=channel, **about, status=event.status, code=event.code)
    account_reported(connection, occasion.context, sent, event.status, event.error, now)
    if sent.kind in _BY_CASES:
        _BY_CASES[sent.kind](connection, occasion.context, sent, event.status, event.error, now)
    if sent.kind not in ("alert", "thread") and questions.reported(
        connection, sent, event.status, event.error, now, occasion.context.limits
    ):
        leave(occasion, Address(sent.channel, sent.address), "provider", confirmed=True)
    return about
