"""A turn of a conversation, done: recorded, answered, and its case made to show it. All in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.cases import cases
from bot.context import Context
from bot.conversations import talks
from bot.conversations.talks import Talk
from bot.dialogue import messages
from bot.dialogue.conversation import (
    Ask,
    Consent,
    Effect,
    Ending,
    Event,
    KeepWish,
    Mark,
    PassOn,
    ReviewPromised,
    Right,
    Said,
    Say,
    TimePassed,
)
from bot.dialogue.messages import Voice
from bot.intake.leaving import close_to_all, end_all
from bot.intake.meanings import Heard
from bot.intake.occasion import Occasion
from bot.intake.recording import record, show, where
from bot.intake.relay import pass_on
from bot.intake.returning import let_in, welcome
from bot.people import consent
from bot.people.wishes import keep_wish
from bot.privacy import requests
from bot.reading.reader import Score
from bot.steps import step
from channels.base import Address, InboundMessage, Priority, plain


def take_turn(occasion: Occasion, talk: Talk, event: Event, press: InboundMessage | None = None) -> None:
    """Record what an event does to a conversation, and do what follows. `press` is the tap it came by."""
    turn = record(occasion, talk, event)
    _do(occasion, talk, turn.effects, press)
    show(occasion, talk, turn)


def said(occasion: Occasion, event: InboundMessage, heard: Heard) -> Said:
    """What the machine is told of words that a conversation awaits."""
    return Said(
        heard.reading,
        heard.text,
        occasion.now,
        event.message_ref,
        event.edits,
        heard.wish,
        heard.may_leave,
        occasion.said,
        heard.overtaken,
        heard.elsewhere,
        heard.to_person,
        heard.own,
        _before_leaving(occasion, event, heard),
    )


def _before_leaving(occasion: Occasion, event: InboundMessage, heard: Heard) -> bool:
    """Whether somebody who left without a score gave one before."""
    c = heard.talk.conversation
    could = c.ending is Ending.OPTED_OUT and c.score is None and isinstance(heard.reading, Score)
    return could and consent.left_since(occasion.connection, event.actor, occasion.said)


def close_due(connection: Connection, context: Context, now: datetime, batch: int) -> int:
    """Close conversations whose time is over, at most `batch`; how many."""
    due = talks.due_to_close(connection, now, batch)
    occasion = Occasion(connection, context, now)
    for talk in due:
        take_turn(occasion, talk, TimePassed(now))
    return len(due)


def answer(
    occasion: Occasion,
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
    texts = requests.answer(occasion.connection, occasion.context, to, right, voice, code, occasion.now)
    for text in texts:
        occasion.say("notice", to, (plain(text),), conversation_id=conversation_id, lane=lane)


def _do(occasion: Occasion, talk: Talk, effects: Sequence[Effect], press: InboundMessage | None) -> None:
    at = occasion.where_heard(talk.address)
    voice = occasion.voice(
        at.channel, talk.language, talk.conversation.scale, talk.wording
    )  # no reply greets
    news = True
    blocked: Sequence[Address] = ()
    for effect in effects:
        match effect:
            case Consent(somebody_else=True):
                news = close_to_all(occasion, at)
                step("person.left", source="somebody else", **where(talk))
            case Consent(wanted=False):
                news = consent.opt_out(occasion.connection, at, occasion.said.at, "words")
                if news:
                    cases.consent_changed(occasion.connection, at, occasion.now)
                    step("person.left", source="words", **where(talk))
                end_all(occasion, at, besides=talk)
            case Consent(wanted=True):
                blocked = consent.blocked_numbers(occasion.connection, at)
                news = let_in(occasion, at, blocked)
            case Say("opted_in") if blocked:
                welcome(occasion, at, voice, blocked)
            case Say(topic) if topic in ("opted_out", "opted_in") and not news:
                continue
            case Say():
                _speak(occasion, talk, at, voice, effect)
            case PassOn() | ReviewPromised() | KeepWish():
                _beside(occasion, talk, effect)
            case Mark(score):
                _mark(occasion, talk, score, press)
            case Ask(right):
                # In our own words: what is held is more than this survey's.
                ours = occasion.voice(at.channel, talk.language)
                answer(
                    occasion,
                    at,
                    right,
                    ours,
                    conversation_id=talk.id,
                    lane=talks.lane_of(talk.id, talk.address, at),
                )


def _beside(occasion: Occasion, talk: Talk, effect: PassOn | ReviewPromised | KeepWish) -> None:
    """What there is beside the score and the reason: words for the account manager, and a wish, which a trial does not
    keep."""
    match effect:
        case PassOn():
            pass_on(occasion, talk)
        case ReviewPromised():
            cases.open_review(occasion.connection, occasion.context, talk, occasion.now)
        case KeepWish(own, until) if not talk.trial:
            keep_wish(occasion.connection, talk.contact_id, own, occasion.said.at, until)


def _speak(occasion: Occasion, talk: Talk, at: Address, voice: Voice, say: Say) -> None:
    holder = _holder(occasion, talk, voice) if say.passed_on or _alerts(talk, say) else ""
    if say.until is not None:
        say = replace(say, until=say.until.astimezone(ZoneInfo(occasion.context.settings.timezone)))
    body, choices = messages.message(voice, say, talk.id, holder)
    leaving = say.topic in ("opted_out", "opted_in", "help", "help_idle")
    occasion.say(
        "consent" if leaving else "reply",
        at,
        body,
        choices=choices,
        conversation_id=talk.id,
        lane=talks.lane_of(talk.id, talk.address, at),
        priority=Priority.CONSENT if leaving else Priority.REPLY,
    )


def _alerts(talk: Talk, say: Say) -> bool:
    """Whether who is thanked gave a score that the account manager is told of in this transaction."""
    return say.topic == "thanks" and say.score is not None and say.score <= talk.alert_at


def _holder(occasion: Occasion, talk: Talk, voice: Voice) -> str:
    """Who has what a customer wrote, as the customer may be told: the account manager, else the company. A
    fallback that is an address and no more has no name to be told."""
    route = cases.route(occasion.connection, occasion.context, talk, occasion.now)
    named = route is not None and not talk.trial and route[0] in occasion.context.settings.account_managers
    return voice.text("holder", manager=route[0]) if route is not None and named else voice.company


def _mark(occasion: Occasion, talk: Talk, score: int, press: InboundMessage | None) -> None:
    """Show the score that stands on the question itself, where the channel can change a message."""
    # The buttons of a question that went on elsewhere still stand where it was.
    at = press.actor if press else talk.address
    limits = occasion.context.limits.get(at.channel)
    pressed = press.reply_to if press else None
    ref = (talk.question_ref or pressed) if at == talk.address else pressed
    if limits is None or not limits.edits or ref is None:
        return
    voice = occasion.voice(at.channel, talk.language, talk.conversation.scale, talk.wording, talk.name)
    body, choices = messages.answered(voice, talk.id, score)
    occasion.say(
        "edit",
        at,
        body,
        choices=choices,
        conversation_id=talk.id,
        lane=f"mark:{talk.id}",
        replaces=ref,
        # The short way to answer a press changes the message that was pressed, and no other.
        answer_ref=press.answer_ref if press and pressed == ref else None,
    )
