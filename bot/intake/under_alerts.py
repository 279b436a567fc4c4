"""What a colleague wrote under an alert means: for the customer, or by text message with a code that is wrong. And
whether a customer's words are for a colleague who talks with them. It only looks."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from bot.cases import found
from bot.cases.codes import WRONG_A_DAY, Coded, coded, is_code
from bot.context import Context
from bot.conversations import before, talks
from bot.conversations.talks import Talk
from bot.intake.meanings import ColleagueWrote, NotOurs, UnderLostCopy, WrongCode
from bot.people import colleagues
from bot.people.contacts import person_at
from bot.store.schema import inbox
from channels.base import Address, InboundMessage
from channels.known import limits_of

_WRONG_LATELY: Final = select(func.count()).where(
    inbox.c.actor == bindparam("of_actor"),
    inbox.c.conversation_id.is_(None),
    inbox.c.reading == WrongCode.note,
    inbox.c.received_at > bindparam("since"),
)


def under_alert(
    connection: Connection, context: Context, event: InboundMessage, now: datetime
) -> ColleagueWrote | WrongCode | UnderLostCopy | NotOurs | None:
    """What words mean that stand under an alert, or name a case by its code; None where they do neither."""
    channel = event.actor.channel
    if event.reply_to is not None:
        answered = found.answered(connection, channel, event.reply_to)
        if answered is not None:
            case_id, conversation_id = answered
            return ColleagueWrote(case_id, event.text, _talk(connection, conversation_id))
        if _is_a_colleagues(connection, context, event, now) and found.may_be_lost(connection, event):
            return UnderLostCopy()
    if event.shared:
        return NotOurs()
    if limits_of(channel).forgeable and (named := coded(event.text)) is not None:
        return _by_code(connection, context, event.actor, named, now)
    return None


def _is_a_colleagues(connection: Connection, context: Context, event: InboundMessage, now: datetime) -> bool:
    """Whether it was said where alerts are read, and is no answer of somebody who was asked something themself."""
    if event.shared:
        return True
    if not colleagues.roles_at(context.settings, event.actor):
        return False
    talk = talks.at_address(connection, event.actor, now)
    return talk is None or not talk.conversation.open


def _by_code(
    connection: Connection, context: Context, actor: Address, named: Coded, now: datetime
) -> ColleagueWrote | WrongCode | None:
    """By text message: of a number that is no colleague's it is nothing but words."""
    case = found.alerted(connection, named.case_id)
    if not colleagues.roles_at(context.settings, actor) and (case is None or case.at != actor):
        return None
    values = {"of_actor": str(actor), "since": now - timedelta(days=1)}
    left = WRONG_A_DAY - int(connection.execute(_WRONG_LATELY, values).scalar_one())
    if left <= 0 or case is None or not is_code(named.code, case.code):
        return WrongCode(named.case_id, max(0, left - 1))
    return ColleagueWrote(case.case_id, named.words, _talk(connection, case.conversation_id))


def _talk(connection: Connection, conversation_id: int) -> Talk | None:
    talk = talks.of_question(connection, conversation_id)
    return None if talk.erased else talk


def for_colleague(
    connection: Connection, event: InboundMessage, talk: Talk | None, now: datetime
) -> Talk | None:
    """The conversation under whose alert a colleague talks with who sent this; None where none does. An edit goes
    where its message went; one that overtook it counts as said. `talk` is what the words would belong to otherwise."""
    if event.edits is not None:
        written = found.written(connection, event.actor.channel, event.edits)
        if written is not None:
            case = None if written.who is not None else found.alerted(connection, written.case_id)
            return None if case is None else talks.by_id(connection, case.conversation_id)
        if talk is None or before.was_said(connection, talk.id, event.edits):
            return None
    contact_id = None
    if talk is None:
        person = person_at(connection, event.actor)
        contact_id = None if person is None else person.id
    elif talk.thread:
        contact_id = talk.contact_id
    if contact_id is None:
        return None
    conversation_id = found.open_thread(connection, contact_id, now)
    return None if conversation_id is None else talks.by_id(connection, conversation_id)
