"""What follows from a message's fate: recorded in the database, in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import outbox
from bot.cases import cases
from bot.cases.admins import tell_admins
from bot.cases.our_account import account_reported, tell_barred
from bot.cases.relayed import Became, became, line_missed, line_reported, relay_reported
from bot.cases.unseen import alert_reported, missed
from bot.context import Context
from bot.conversations import questions
from bot.intake.leaving import refuse
from bot.intake.occasion import STRANGERS_WAIT, Occasion
from bot.outbox import Queued
from bot.people import moves
from bot.sending import lease
from bot.sending.lease import PAUSE
from bot.steps import step
from channels.base import (
    Address,
    Away,
    Barred,
    Misconfigured,
    Moved,
    OutboundMessage,
    RateLimited,
    Receipt,
    Rejected,
    SenderRefused,
    SendError,
    Unavailable,
    Unknown,
    Unreachable,
)
from channels.known import failure_of

TRIES = 3  # of a message whose fate stays unknown and that no provider can be asked for
# Between the tries of what may have arrived: what is ill for a minute costs nobody a word.
_SPREAD = (timedelta(seconds=2), timedelta(minutes=2))
_AWAY_AT_MOST = timedelta(minutes=1)
SENDER_AGAIN = timedelta(seconds=10)  # by when others have told whether our sender can send at all
_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(minutes=5)


class TooLate(SendError):
    """It was looked for and is not there, and it may go no more: it was not sent, for certain."""


@dataclass(frozen=True, slots=True)
class Face:
    """The version of an alert that a message shows."""

    version: int
    pings: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: the queued message, what was sent of it, and the receipt or the error."""

    queued: Queued
    message: OutboundMessage
    face: Face | None
    fate: Receipt | SendError


def record(connection: Connection, context: Context, attempt: Attempt, now: datetime) -> None:
    """Record an attempt, with all that follows from it."""
    match attempt.fate:
        case Receipt(message_ref=ref):
            _taken(connection, context, attempt, ref, now)
        case error:
            _failed(connection, context, attempt, error, now)


def _taken(
    connection: Connection, context: Context, attempt: Attempt, ref: str | None, now: datetime
) -> None:
    queued = attempt.queued
    if not outbox.finish(connection, queued.id, "sent", now, message_ref=ref):
        return
    if queued.kind == "question":
        arrived = not context.limits[queued.channel].reports
        questions.sent(connection, queued, ref, now, arrived=arrived)
    if queued.kind == "relay":
        became(connection, context, queued.id, "changed" if queued.replaces else "sent", now)
    if attempt.face is not None:
        shown_ref = ref or attempt.message.replaces
        at = attempt.message.address
        cases.shown(connection, queued.case_id, at, attempt.face.version, attempt.face.pings, shown_ref)


def join_early(connection: Connection, context: Context, now: datetime) -> None:
    """Apply the delivery reports that came before the record of their message. It is looked for here, and
    not with the record, because two processes may write the two at the same moment and see neither."""
    for early in outbox.take_early(connection, now):
        moved = outbox.report(connection, early.channel, early.message_ref, early.status, early.code, now)
        if moved is None:
            continue
        failed = early.status in ("undelivered", "failed")
        error = failure_of(early.channel, early.code) if failed else None
        account_reported(connection, context, moved, early.status, error, now)
        if moved.kind == "alert":
            alert_reported(connection, context, moved, early.status, error, now)
        elif moved.kind == "thread":
            line_reported(connection, context, moved, early.status, error, now)
        else:
            if moved.kind == "relay":
                relay_reported(connection, context, moved, early.status, error, now)
            if questions.reported(connection, moved, early.status, error, now, context.limits):
                refuse(Occasion(connection, context, now), Address(moved.channel, moved.address))


def _failed(
    connection: Connection, context: Context, attempt: Attempt, error: SendError, now: datetime
) -> None:
    queued = attempt.queued
    why = str(error)
    match error:
        case Moved(to=to):
            _move(connection, context, attempt.message.address, Address(queued.channel, to), now)
            outbox.retry(connection, queued.id, now, why, doubtful=False)
        case Barred():
            tell_barred(connection, context, attempt.message.address, why, now)
            _refused(connection, context, attempt, error, now)
        case Unavailable() | Unknown() | SenderRefused() if _once_only(queued):
            outbox.finish(connection, queued.id, "failed", now, error=why)
        case TooLate():
            outbox.retry(connection, queued.id, now, why, doubtful=False)  # and the next claim takes it back
        case RateLimited(retry_after=seconds):
            outbox.retry(
                connection, queued.id, now + timedelta(seconds=seconds), why, doubtful=queued.doubtful
            )
        case SenderRefused():
            outbox.retry(connection, queued.id, now + SENDER_AGAIN, why, doubtful=queued.doubtful)
        case Misconfigured():
            outbox.retry(connection, queued.id, now + PAUSE, why, doubtful=queued.doubtful)
            _pause(connection, context, queued.channel, why, now)
        case Unknown():
            _in_doubt(connection, context, queued, error, now)
        case Rejected() if _can_be_posted(queued):
            outbox.post_anew(connection, queued.id, now, why)
        case Rejected() | Unreachable():
            _refused(connection, context, attempt, error, now)
        case _:
            outbox.retry(connection, queued.id, now + backoff(queued.attempts), why, doubtful=queued.doubtful)


def _in_doubt(
    connection: Connection, context: Context, queued: Queued, error: Unknown, now: datetime
) -> None:
    """It may have been sent. What follows stands in a table of docs/reliability.md."""
    can_be_asked, why = context.limits[queued.channel].reports, str(error)
    unread = isinstance(error, Away) and error.unread
    if queued.kind in outbox.AT_MOST_ONCE and not can_be_asked and not unread:
        # Nobody can say whether it arrived, and asking twice is worse than not asking.
        outbox.finish(connection, queued.id, "unknown", now, error=why)
        if queued.kind == "question":
            questions.sent(connection, queued, None, now, arrived=False)
    elif isinstance(error, Away):
        again = now + while_away(now - queued.made_at)
        outbox.retry(
            connection, queued.id, again, why, doubtful=queued.doubtful or can_be_asked, counts=False
        )
    elif queued.kind in ("alert", "thread") or can_be_asked:
        outbox.retry(connection, queued.id, now + backoff(queued.attempts), why, doubtful=True)
    elif queued.doubtful and queued.attempts >= TRIES:
        # Each try may have arrived: nobody is told the same thing for ever. An alert is, rather than missed.
        outbox.finish(connection, queued.id, "unknown", now, error=why)
        if queued.kind == "relay":
            became(connection, context, queued.id, "unknown", now)
    else:
        again = now + _SPREAD[min(queued.attempts, TRIES - 1) - 1]
        outbox.retry(connection, queued.id, again, why, doubtful=True)


def _pause(connection: Connection, context: Context, channel: str, why: str, now: datetime) -> None:
    """Our token is at fault: nothing goes on this channel for a while, and the admins are told once."""
    lease.pause(connection, channel, now + PAUSE, why)
    if lease.tell_once(connection, channel, now):
        step("channel.paused", channel=channel, reason=why)
        text = context.manager_words.text("channel_paused", channel=channel, why=why)
        tell_admins(connection, context, f"paused:{channel}:{now:%Y%m%d%H%M%S}", text, now, but=channel)


def _refused(
    connection: Connection, context: Context, attempt: Attempt, error: SendError, now: datetime
) -> None:
    """It will never go as it is: an alert goes to whom it can, a question's conversation ends."""
    queued, why = attempt.queued, str(error)
    outbox.finish(connection, queued.id, "failed", now, error=why)
    if queued.kind == "alert" and attempt.message.replaces is not None:
        cases.post_anew(connection, queued.case_id, now)
    elif queued.kind == "alert":
        missed(connection, context, queued.case_id, attempt.message.address, why, now)
    elif queued.kind == "thread":
        line_missed(connection, context, queued, why, now)
    else:
        if queued.kind == "relay":
            what: Became = "not_changed" if queued.replaces else "failed"
            became(connection, context, queued.id, what, now, why=why)
        if questions.undelivered(connection, queued, why, error, now, context.limits):
            refuse(Occasion(connection, context, now), Address(queued.channel, queued.address))


def _can_be_posted(queued: Queued) -> bool:
    """Whether what the provider refuses is sent as a message of its own: an answer that was to take the place of
    another, and a line of a thread whose first message is gone."""
    return (queued.kind == "command" and queued.replaces is not None) or (
        queued.kind == "thread" and (queued.replaces is not None or queued.thread is not None)
    )


def _once_only(queued: Queued) -> bool:
    """Whether it is a notice that is tried once, because a stranger waits for nothing."""
    until = queued.expires_at
    return queued.kind == "notice" and until is not None and until - queued.made_at <= STRANGERS_WAIT


def _move(connection: Connection, context: Context, old: Address, new: Address, now: datetime) -> None:
    """From now on what is for one place goes to the other; the admins are told to write that down."""
    moves.note(connection, old, new)
    outbox.move(connection, old, new, now)
    cases.move(connection, old, new)
    step("place.moved", channel=old.channel)
    text = context.manager_words.text("place_moved", old=old, new=new)
    tell_admins(connection, context, f"moved:{old}:{new}", text, now)


def backoff(attempts: int) -> timedelta:
    """Twice as long after each attempt, from a second to five minutes."""
    return min(_LONGEST, _SHORTEST * 2 ** min(attempts - 1, 12)) if attempts > 0 else _SHORTEST


def while_away(age: timedelta) -> timedelta:
    """How long to wait for a provider that is away: half as long as the message is old, up to a minute. So the
    tries of a short outage are close together, and none of a long one costs much."""
    return min(_AWAY_AT_MOST, max(_SHORTEST, age / 2))
