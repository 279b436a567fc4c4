"""An answer to what was asked after a survey, done: recorded, answered, and its case made to show it. All in one
transaction."""

from bot.cases import cases
from bot.conversations import follow_ups, saving, talks
from bot.conversations.follow_ups import AskedAfter
from bot.conversations.talks import Talk
from bot.dialogue import messages
from bot.dialogue.events import Keep, Left
from bot.dialogue.recovery import (
    Confirmed,
    GaveAnew,
    OpenAgain,
    RecoveryEvent,
    TellCustomer,
    Unclear,
    advance_recovery,
)
from bot.intake.meanings import FollowUpAnswered
from bot.intake.occasion import Occasion
from bot.steps import step
from channels.base import Address, InboundMessage


def hear_follow_up(occasion: Occasion, event: InboundMessage, said: FollowUpAnswered) -> None:
    """Do what somebody answered after their survey. More than an answer is kept beside the conversation, which is
    over."""
    words = Keep("late", None, event.text, event.message_ref) if said.words else None
    match said.answer:
        case "yes" | "no":
            meant: RecoveryEvent = Confirmed(said.answer == "yes")
        case int(score):
            meant = GaveAnew(score)
        case _:
            meant = Unclear()
    _take_turn(occasion, said.asked, said.talk, meant, words)


def _take_turn(
    occasion: Occasion, asked: AskedAfter, talk: Talk, event: RecoveryEvent, words: Keep | None
) -> None:
    """Record what an event does to the question whether a case is solved, and do what follows. `words`: what is more
    than an answer to it stands beside the conversation, and in the alert."""
    connection, now = occasion.connection, occasion.now
    turn = advance_recovery(asked.recovery, event)
    follow_ups.save(connection, asked, turn.recovery)
    kept = () if words is None else (words,)
    saving.keep(connection, talk, kept, occasion.inbox_id, now)
    if turn.recovery != asked.recovery:
        step("recovery.answered", conversation=talk.id, case=asked.case_id, solved=turn.recovery.solved)
        cases.confirmed(
            connection, occasion.context, asked.case_id, now, unsolved=OpenAgain() in turn.effects
        )
    if kept:
        cases.follow(connection, occasion.context, talk, talk.conversation, kept, now)
    at = occasion.where_heard(talk.address)
    for effect in turn.effects:
        if isinstance(effect, TellCustomer):
            _tell(occasion, asked, talk, effect, at)


def leave_follow_ups(occasion: Occasion, contact_id: int) -> None:
    """Who wants no more messages is asked nothing any more."""
    for asked in follow_ups.open_of_contact(occasion.connection, contact_id):
        turn = advance_recovery(asked.recovery, Left(occasion.now))
        follow_ups.save(occasion.connection, asked, turn.recovery)


def _tell(occasion: Occasion, asked: AskedAfter, talk: Talk, say: TellCustomer, at: Address) -> None:
    voice = occasion.voice(at.channel, talk.language, talk.conversation.scale, talk.wording, talk.name)
    name = cases.owner_of(occasion.connection, asked.case_id)
    named = name in occasion.context.settings.account_managers
    holder = voice.text("holder", manager=name) if named else voice.company
    body, choices = messages.recovery_message(voice, say, asked.id, holder)
    occasion.say(
        "reply",
        at,
        body,
        choices=choices,
        conversation_id=talk.id,
        lane=talks.lane_of(talk.id, talk.address, at),
    )
