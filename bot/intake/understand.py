"""What an event means, found out by looking alone: nothing is written before its row in the inbox stands."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from bot.cases.alerts import parse_case_value
from bot.context import Context
from bot.conversations import before, follow_ups, talks
from bot.conversations.overtaken import is_overtaken
from bot.conversations.talks import Talk
from bot.dialogue.buttons import ButtonAnswer, parse_follow_up_value, parse_review_value, parse_score_value
from bot.dialogue.conversation import State, awaiting, offered
from bot.dialogue.order import when_said
from bot.dialogue.recovery import RecoveryState
from bot.intake.meanings import (
    CameWordless,
    CasePress,
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
    Unlinked,
    Which,
    Withdrawn,
)
from bot.intake.under_alerts import for_colleague, under_alert
from bot.people import colleagues
from bot.people.contacts import person_at
from bot.people.link_tokens import token_in
from bot.privacy import erasure_code
from bot.reading.bounds import Bounds
from bot.reading.copies import can_copy
from bot.reading.reactions import by_reaction
from bot.reading.reader import (
    Ambiguous,
    Help,
    Ignore,
    LastSaid,
    NotAScore,
    OptIn,
    OptOut,
    Score,
)
from channels.base import InboundMessage
from channels.known import limits_of, thread_of, title_of

_WITHOUT_SLASH: Final = re.compile(r"\s*/?nps(?:[\s:]+([^\s\d].*)?)?", re.IGNORECASE | re.DOTALL)
BARE: Final = 2  # words: "not yet" tells nothing besides
_LETTERED: Final[dict[str, ButtonAnswer]] = {"A": "yes", "B": "no", "C": "later"}
_NUMBERED: Final[dict[str, ButtonAnswer]] = {"1": "yes", "2": "no"}


def understand(connection: Connection, context: Context, event: InboundMessage, now: datetime) -> Meaning:
    """What a message of a customer, a manager or an admin means. It only looks."""
    if event.command is not None:
        return _command(connection, context, event, event.command, now)
    if event.choice is not None:
        return _press(connection, event, event.choice, now)
    if event.brings == "reaction":
        return _reaction(connection, context, event, now)
    under = under_alert(connection, context, event, now)
    if isinstance(under, NotOurs):
        return under
    if event.own and event.edits is None and (line := _typed_command(context, event)) is not None:
        return CommandLine(line)
    if under is not None:
        return under
    if not event.text.strip():
        return _without_words(connection, context, event, now)
    heard = _words(connection, context, event, event.text, now)
    return heard if event.own else _passed_on(connection, heard)


def _passed_on(connection: Connection, heard: Meaning) -> Meaning:
    """What words say that somebody else wrote, or a bot in this person's name. A number of theirs is no score of who
    passes it on: they are told to give their own."""
    if not isinstance(heard, Heard) or not isinstance(heard.reading, Score | Ambiguous):
        return heard
    hints = not before.was_hinted(connection, heard.talk.id)
    return CameWordless(heard.talk, "other", hints, heard.to_person)


def _command(
    connection: Connection, context: Context, event: InboundMessage, line: str, now: datetime
) -> Meaning:
    name, _, rest = line.strip().partition(" ")
    if name == "nps":
        return _answer_as_command(connection, context, event, rest, now) or CommandLine(rest.strip())
    if name == "start" and rest.strip():
        return LinkOpened(rest.strip())
    if name == "start" and limits_of(event.actor.channel).joins_by_link:
        return _bare_start(connection, context, event, now)
    # /stop, /start, /help, /privacy: what they say as words
    return _words(connection, context, event, name.upper(), now)


def _answer_as_command(
    connection: Connection, context: Context, event: InboundMessage, rest: str, now: datetime
) -> Meaning | None:
    """What a customer answers who puts our command before it, "/nps 8": they may give none. None where no question
    awaits anything of theirs, or they are a colleague."""
    if not rest.strip()[:1].isdecimal() or colleagues.roles_at(context.settings, event.actor):
        return None
    meaning = _words(connection, context, event, rest.strip(), now)
    return meaning if isinstance(meaning, Heard) else None


def _typed_command(context: Context, event: InboundMessage) -> str | None:
    """What a colleague asks for who left out the slash: `nps status`. A number after the name is an answer."""
    typed = _WITHOUT_SLASH.fullmatch(event.text)
    if typed is None or not colleagues.roles_at(context.settings, event.actor):
        return None
    return (typed[1] or "").strip()


def _bare_start(connection: Connection, context: Context, event: InboundMessage, now: datetime) -> Meaning:
    """In a conversation it says START; without one it asks how to come in."""
    talk = talks.at_address(connection, event.actor, now)
    if talk is not None and talk.conversation.open and talk.conversation.state is not State.WAITING:
        return _words(connection, context, event, "START", now)
    person = person_at(connection, event.actor)
    return Unlinked(person, (person.language if person else None) or context.settings.language)


def _press(connection: Connection, event: InboundMessage, value: str, now: datetime) -> Meaning:
    if (scored := parse_score_value(value)) is not None:
        return _chosen(connection, event, *scored, now)
    if (answered := parse_follow_up_value(value)) is not None:
        return _follow_up_pressed(connection, event, *answered)
    if (reviewed := parse_review_value(value)) is not None:
        return _review_pressed(connection, event, *reviewed)
    acted = parse_case_value(value)
    if acted is not None and acted[1] not in ("why", "show"):
        return CasePress(*acted)
    if acted is not None or value.startswith("w:"):
        return CommandLine(value)
    kind, _, number = value.partition(":")
    if kind == "r" and number.isascii() and number.isdecimal():
        return SendNow(int(number[:18]))
    return Nothing()


def _chosen(
    connection: Connection, event: InboundMessage, conversation_id: int, score: int, now: datetime
) -> Meaning:
    """It counts where the conversation is the presser's own; an old one, or one with another conversation
    since, answers nothing."""
    talk = talks.by_id(connection, conversation_id)
    if talk is None or not _was_asked_here(connection, talk, event):
        return Nothing(note="foreign")
    if not talk.conversation.open:
        takes_late = talks.at_address(connection, event.actor, now)
        if takes_late is None or takes_late.id != talk.id:
            return Nothing(talk, "old")
    return ScorePress(talk, score, to_person=for_colleague(connection, event, talk, now) is not None)


def _was_asked_here(connection: Connection, talk: Talk, event: InboundMessage) -> bool:
    """Whether the presser's is where a conversation is held, or where its question went before it went on."""
    if talk.address == event.actor:
        return True
    asked = talk.moved_at is not None and before.was_asked_at(connection, talk.id, event.actor)
    return asked and not talks.is_anothers(connection, talk.id, event.actor)


def _words(
    connection: Connection, context: Context, event: InboundMessage, text: str, now: datetime
) -> Meaning:
    if event.edits is None and (code := _erasure_code(connection, event, text, now)) is not None:
        return code
    if limits_of(event.actor.channel).joins_by_link and (token := token_in(text)) is not None:
        return LinkOpened(token)
    talk = talks.at_address(connection, event.actor, now)
    if (with_person := for_colleague(connection, event, talk, now)) is not None:
        return _heard(connection, context, event, text, with_person, now, to_person=True)
    if not _is_open(talk):
        if (
            event.edits is None
            and (after := _of_follow_up(connection, context, event, text, now)) is not None
        ):
            return after
        others = _elsewhere(connection, event)
        if len(others) > 1:
            return _of_several(connection, context, event, text, others, now)
        talk = others[0] if others else _late(connection, event, talk, now)
    if talk is None or talk.conversation.state is State.WAITING:
        return _outside(connection, context, event, text, now)
    heard = _heard(connection, context, event, text, talk, now)
    if (
        talk.conversation.state is State.REVIEW
        and event.edits is None
        and isinstance(heard.reading, NotAScore)
    ):
        answer = _review_answer(context, event, talk, text)
        if answer is not None:
            return ReviewAnswered(talk, answer)
    if talk.address != event.actor and isinstance(heard.reading, OptOut) and heard.reading.somebody_else:
        return _outside(
            connection, context, event, text, now
        )  # it is the number that is wrong, not who was asked
    return heard


def _review_pressed(
    connection: Connection, event: InboundMessage, conversation_id: int, answer: ButtonAnswer
) -> Meaning:
    talk = talks.by_id(connection, conversation_id)
    if talk is None or talk.address != event.actor:
        return Nothing(note="foreign")
    return ReviewAnswered(talk, answer)


def _review_answer(context: Context, event: InboundMessage, talk: Talk, text: str) -> ButtonAnswer | None:
    """Where there are no buttons, letters stand for them: a number would change the score."""
    lettered = None if limits_of(event.actor.channel).buttons else _LETTERED.get(text.strip(" .!").upper())
    return lettered or context.yes_or_no(text, talk.language)


def _follow_up_pressed(
    connection: Connection, event: InboundMessage, id_: int, answer: ButtonAnswer | int
) -> Meaning:
    asked = follow_ups.by_id(connection, id_)
    if asked is None or asked.address != event.actor:
        return Nothing(note="foreign")
    return FollowUpAnswered(asked, talks.of_question(connection, asked.conversation_id), answer, words=False)


def _of_follow_up(
    connection: Connection, context: Context, event: InboundMessage, text: str, now: datetime
) -> FollowUpAnswered | None:
    """What words say to who was asked something after their survey. Leaving, returning and asking who we are go their
    usual way, and so does what a machine wrote."""
    asked = follow_ups.open_at(connection, event.actor, now)
    if asked is None:
        return None
    talk = talks.of_question(connection, asked.conversation_id)
    scoring = asked.recovery.state is RecoveryState.SCORING
    ours = before.our_words(connection, talk.id) if can_copy(text) else ()
    reading = context.read(
        text, talk.language, asked.recovery.scale, LastSaid("score" if scoring else "nothing", ours)
    )
    if isinstance(reading, OptOut | OptIn | Help | Ignore):
        return None
    if scoring and isinstance(reading, Score):
        return FollowUpAnswered(asked, talk, reading.value, words=reading.reason is not None)
    said = _by_number(event, text) or context.yes_or_no(text, talk.language)
    answer = None if said == "later" or (scoring and said == "yes") else said
    return FollowUpAnswered(
        asked, talk, answer, words=answer is None or (answer == "no" and len(text.split()) > BARE)
    )


def _by_number(event: InboundMessage, text: str) -> ButtonAnswer | None:
    """Where there are no buttons, 1 and 2 stand for them: Twilio takes YES for START."""
    return None if limits_of(event.actor.channel).buttons else _NUMBERED.get(text.strip(" .!"))


def _of_several(
    connection: Connection,
    context: Context,
    event: InboundMessage,
    text: str,
    others: tuple[Talk, ...],
    now: datetime,
) -> Meaning:
    """Who leaves, returns or asks who we are need not say in which; neither is a machine asked. The name of a channel
    says which, where words wait for that."""
    named = [one for one in others if is_named(one, text)]
    if len(named) == 1 and named[0].words_from is not None:
        return Heard(named[0], NotAScore(), text, wish=False, may_leave=False, elsewhere=True)
    outside = _outside(connection, context, event, text, now)
    return outside if isinstance(outside.reading, OptOut | OptIn | Help | Ignore) else Which(others)


def is_named(talk: Talk, text: str) -> bool:
    """Whether words are the name of the channel on which somebody was asked, and no more."""
    return text.strip(" .!").casefold() == title_of(talk.address.channel).casefold()


def _is_open(talk: Talk | None) -> bool:
    """Whether somebody was asked at their own address, and has not done with it."""
    return talk is not None and talk.conversation.open and talk.conversation.state is not State.WAITING


def _elsewhere(connection: Connection, event: InboundMessage) -> tuple[Talk, ...]:
    """The conversations that words may belong to though they were asked at another address; an edit belongs to the
    one that has its message."""
    others = talks.elsewhere(connection, event.actor)
    if event.edits is not None:
        return tuple(one for one in others if before.was_said(connection, one.id, event.edits))
    return tuple(others)


def _late(connection: Connection, event: InboundMessage, talk: Talk | None, now: datetime) -> Talk | None:
    """The conversation that words belong to where none is open: the one at their address, but for a later one, begun
    elsewhere, that ended without a score and takes what comes late. An edit belongs to the one that has its message."""
    if talk is not None and talk.conversation.state is not State.CLOSED:
        return talk
    late = talks.late_elsewhere(connection, event.actor, now)
    if late is None or (talk is not None and late.id < talk.id):
        return talk
    return late if event.edits is None or before.was_said(connection, late.id, event.edits) else talk


def _heard(
    connection: Connection,
    context: Context,
    event: InboundMessage,
    text: str,
    talk: Talk,
    now: datetime,
    *,
    to_person: bool = False,
) -> Heard:
    """What words say that belong to a conversation."""
    c = talk.conversation
    ours = before.our_words(connection, talk.id) if can_copy(text) else ()
    said = LastSaid(awaiting(c, event.edits), ours, offered(c, event.edits), c.score)
    reading = context.read(text, talk.language, c.scale, said)
    wish = context.wants_contact(text, talk.language, reading)
    own = None if wish or to_person or event.edits else context.own_wish(text, talk.language, reading, now)
    return Heard(
        talk,
        reading,
        text,
        wish=wish,
        may_leave=context.offers_stop(text, talk.language, reading),
        overtaken=is_overtaken(connection, talk, event, reading, when_said(event, now)),
        elsewhere=talk.address != event.actor or thread_of(event) is not None,
        to_person=to_person,
        own=own,
    )


def _without_words(connection: Connection, context: Context, event: InboundMessage, now: datetime) -> Meaning:
    talk = talks.at_address(connection, event.actor, now)
    if (with_person := for_colleague(connection, event, talk, now)) is not None:
        if event.edits is not None:
            return Withdrawn(with_person, event.edits, to_person=True)
        if event.brings is not None:
            return CameWordless(with_person, event.brings, hints=False, to_person=True)
    others = () if _is_open(talk) else _elsewhere(connection, event)
    if len(others) > 1:
        return Which(others)
    talk = others[0] if others else _late(connection, event, talk, now)
    if talk is None or talk.conversation.state is State.WAITING:
        return Nothing() if event.edits else _outside(connection, context, event, "", now)
    if event.edits is not None:
        known = before.was_said(connection, talk.id, event.edits)
        return Withdrawn(talk, event.edits) if known else Nothing(talk)
    if event.brings is None:
        return Nothing(talk)
    return CameWordless(talk, event.brings, not before.was_hinted(connection, talk.id))


def _reaction(connection: Connection, context: Context, event: InboundMessage, now: datetime) -> Meaning:
    """An emoji on a message of ours. A number is what the person would type; so is a thumb on the question back, where
    that is the last that we said. Any other is a sign without words."""
    talk, ours = _reacted_to(connection, event, now)
    if talk is None or talk.conversation.state is State.WAITING:
        return Nothing(note="reaction")
    # It may overtake the record that the question was sent, and of one in doubt there is none.
    if event.reply_to not in ours and not (
        event.reply_to is not None
        and before.may_be_the_question(connection, talk.id, event.actor.channel, event.reply_to)
    ):
        return Nothing(note="reaction")  # on what is none of this conversation
    c = talk.conversation
    last = event.reply_to in ours[:1]
    said = LastSaid(awaiting(c), (), offered(c) if last else ())
    reading = context.read(event.text, talk.language, c.scale, said)
    number = by_reaction(event.text, reading, c.scale, last=last)
    if number is not None and (isinstance(number, Score) or c.state is State.ASKED):
        elsewhere = talk.address != event.actor
        return Heard(talk, number, event.text, wish=False, may_leave=False, elsewhere=elsewhere)
    # Beside the thanks, or a question that was just asked back, it is a nod.
    awaited = c.state in (State.ON_ITS_WAY, State.ASKED, State.CLOSED)
    return CameWordless(talk, "reaction", awaited and not before.was_hinted(connection, talk.id))


def _reacted_to(
    connection: Connection, event: InboundMessage, now: datetime
) -> tuple[Talk | None, Sequence[str]]:
    """The conversation that a reaction belongs to, with what we said in it: the one at the address, else the one that
    was asked elsewhere and answered here."""
    talk = talks.at_address(connection, event.actor, now)
    ours = () if talk is None else before.our_messages(connection, talk.id)
    if event.reply_to is not None and event.reply_to not in ours:
        for other in talks.elsewhere(connection, event.actor):
            theirs = before.our_messages(connection, other.id)
            if event.reply_to in theirs:
                return other, theirs
    return talk, ours


def _erasure_code(
    connection: Connection, event: InboundMessage, text: str, now: datetime
) -> ErasureCode | None:
    digits = erasure_code.code_in(text)
    checked = None if digits is None else erasure_code.check(connection, event.actor, digits, now)
    person = None if checked is None else person_at(connection, event.actor)
    return None if checked is None or person is None else ErasureCode(person, checked)


def _outside(
    connection: Connection, context: Context, event: InboundMessage, text: str, now: datetime
) -> HeardOutside:
    person = person_at(connection, event.actor)
    language = (person.language if person else None) or context.settings.language
    reading = context.read(text, language, Bounds(0, 10), LastSaid("nothing"))
    own = None if person is None or event.edits else context.own_wish(text, language, reading, now)
    return HeardOutside(person, language, reading, own)
