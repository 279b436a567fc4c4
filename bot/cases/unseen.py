"""Alerts that nobody has: missed at one address, tried at the next, and tried again until somebody has them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select

from bot import outbox as messages
from bot.cases import cases, time_line
from bot.cases.absences import absences, who_is_there
from bot.cases.admins import tell_admins
from bot.cases.agreed import at_work_now
from bot.cases.as_kept import Case
from bot.cases.escalation import escalation
from bot.cases.life.events import HandedOver
from bot.cases.reach import Missed, NextTry, Reached, next_try
from bot.context import Context
from bot.outbox import Outgoing, may_pass, why_undelivered
from bot.people.moves import moves
from bot.steps import step
from bot.store.schema import account, case, contact, conversation, outbox, wave
from bot.store.sql import constant
from channels.base import Address, SendError

_ALERT = and_(outbox.c.kind == "alert", outbox.c.case_id == case.c.id)
_MISSED = or_(outbox.c.state == "failed", outbox.c.status.in_(("undelivered", "failed")))
_HERE = and_(outbox.c.channel == case.c.channel, outbox.c.address == case.c.address)
_NOT_SEEN = and_(case.c.shown == 0, case.c.state != constant("done"))
_CASES = (
    select(
        case,
        account.c.account_manager,
        wave.c.trial,
        conversation.c.erased,
        conversation.c.channel.label("talk_channel"),
        conversation.c.address.label("talk_address"),
    )
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .outerjoin(contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(account, account.c.id == contact.c.account_id)
)
_ONE = _CASES.where(case.c.id == bindparam("of_id")).with_for_update(of=case)
_ALL_UNSEEN = _CASES.where(_NOT_SEEN, conversation.c.erased.is_(None)).order_by(case.c.id)
_COUNT = (
    select(func.count().filter(_HERE).label("here"), func.count().label("in_all"))
    .select_from(case)
    .join(outbox, _ALERT)
    .where(case.c.id == bindparam("of_id"), _MISSED)
)
_REACHED_NOBODY = (
    select(func.count().label("alerts"), func.min(case.c.opened_at).label("since"))
    .select_from(case)
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(_NOT_SEEN, wave.c.trial.is_(False), exists(select(outbox.c.id).where(_ALERT, _MISSED)))
)


@dataclass(frozen=True, slots=True)
class Unseen:
    """How many alerts were tried and nobody has, and when the oldest of their cases was opened."""

    alerts: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class _Alerted(Case):
    """A case whose alert is on its way, who has the account, and where the conversation was."""

    account_manager: str | None
    trial: bool
    erased: str | None
    talk_channel: str
    talk_address: str


def unseen(connection: Connection) -> Unseen:
    """The alerts that were tried and that nobody has."""
    row = connection.execute(_REACHED_NOBODY).one()
    return Unseen(row.alerts, row.since)


def missed(
    connection: Connection,
    context: Context,
    case_id: int | None,
    at: Address,
    why: str,
    now: datetime,
    *,
    passing: bool = False,
) -> None:
    """Nobody got the alert that went to `at`: try the next, or begin anew a little later and tell the admins.
    Called once the message says so in its own row."""
    row = _Alerted(*connection.execute(_ONE, {"of_id": case_id}).one())
    if row.erased is not None or row.state == "done" or at != row.at:
        return  # nobody waits to hear of it, or it goes to somebody else since
    places = _places(connection, context, row, now)
    count = connection.execute(_COUNT, {"of_id": row.id}).one()
    following = next_try(places, Missed(at, count.here, count.in_all, passing))
    _send(connection, row, following, now)
    if following.nobody:
        step("alert.unseen", case=row.id, conversation=row.conversation_id, channel=at.channel)
        tried = ", ".join(dict.fromkeys(str(address) for _, address in places))
        text = context.manager_words.text("alert_unseen", case=row.id, tried=tried, why=why)
        tell_admins(connection, context, f"unseen:{now:%Y%m%d}:{tried[:60]}", text, now)


def alert_reported(
    connection: Connection,
    context: Context,
    message: Outgoing,
    status: str,
    error: SendError | None,
    now: datetime,
) -> None:
    """Take over what a delivery report says of an alert."""
    if status in ("undelivered", "failed") and message.address:  # empty: its customer was erased since
        at, why = Address(message.channel, message.address), why_undelivered(status, error)
        missed(connection, context, message.case_id, at, why, now, passing=may_pass(error))


def try_again(connection: Connection, context: Context, now: datetime) -> None:
    """At a start: whoever is configured now is tried at once for each alert that nobody has."""
    for found in connection.execute(_ALL_UNSEEN).all():
        row = _Alerted(*found)
        place = _places(connection, context, row, now)[0]
        here = place[1] == row.at
        if messages.take_back_alert(connection, row.id, now, elsewhere=not here):
            _send(connection, row, NextTry(place), now)


def _send(connection: Connection, row: _Alerted, following: NextTry, now: datetime) -> None:
    cases.send_to(connection, row.id, following.place, now, now + following.after)


def _places(connection: Connection, context: Context, row: _Alerted, now: datetime) -> tuple[Reached, ...]:
    """Who is tried, one after the other: whoever stands in for those who are away, and of the escalation who is at
    work now, since nobody else is woken."""
    trial = Address(row.talk_channel, row.talk_address) if row.trial else None
    found = (*_given(connection, context, row), *cases.places(context, row.account_manager, trial))
    now_at = moves(connection)
    every = found or (row.owner,)
    if trial is None:
        away = absences(connection, now)
        next_ones = at_work_now(
            context.settings, escalation(connection, context.settings, context.limits, away), now
        )
        every = (*who_is_there(context.settings, away, every), *next_ones)
    return tuple((name, now_at.get(at, at)) for name, at in every)


def _given(connection: Connection, context: Context, row: _Alerted) -> tuple[Reached, ...]:
    """Whom a colleague or time gave the case to: they are tried first, where they are by now."""
    given = time_line.given(connection, row.id)
    to = given.to if isinstance(given, HandedOver) else None if given is None else given.following
    if to is None:
        return ()
    name, at = to
    return ((name, context.settings.account_managers.get(name, at)),)
