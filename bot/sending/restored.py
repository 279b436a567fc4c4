"""A database that was restored from a copy: what it would send may have been sent since.

Nothing new is decided here. Every message that the copy holds queued, and the question of everybody whose turn
had come, becomes a message in doubt, and the sender treats it as it does after a crash: an SMS is looked for at
Twilio, a question in a chat is not asked again and an answer counts, what remains may be seen twice. Commands
that waited are dropped: a start could have been carried out, and one whose time had come counts as missed. Who waits
to be told what is better counts as told. Numbers of cases leave a gap, so that a button under an alert that the copy
does not know is no other case's.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, text, true, update

from bot.campaigns import runs
from bot.clock import Clock
from bot.context import Context
from bot.outbox import Draft, put
from bot.sending.release import MOST, RELEASE, WAITING, Unasked, question_draft, waiting
from bot.steps import step
from bot.store import copies
from bot.store.schema import (
    case,
    command,
    conversation,
    follow_up,
    improvement,
    inbox,
    occurrence,
    outbox,
    wave,
)
from bot.store.store import Store

GAP: Final = 100_000
"""Numbers of cases that are left out: more than are opened between two copies."""

_TURN_HAS_COME: Final = WAITING.where(conversation.c.ask_at <= bindparam("now")).limit(MOST)
_NEWEST: Final = [
    select(func.max(column))
    for column in (
        wave.c.started_at,
        wave.c.enrolled_at,
        inbox.c.received_at,
        outbox.c.made_at,
        outbox.c.done_at,
        conversation.c.asked_at,
    )
]
_DOUBT: Final = update(outbox).where(outbox.c.state == "queued").values(doubtful=true(), leased_until=None)
_DROP: Final = update(command).where(command.c.done_at.is_(None)).values(done_at=bindparam("now"))
_TOLD: Final = update(follow_up).where(follow_up.c.state == "waiting").values(state="over", ending="told")
_ENROLLED: Final = (
    update(improvement)
    .where(improvement.c.confirmed_at.is_not(None), improvement.c.enrolled_at.is_(None))
    .values(enrolled_at=bindparam("now"))
)
_MISSED: Final = (
    update(occurrence)
    .where(occurrence.c.state == "waiting", occurrence.c.due_at <= bindparam("now"))
    .values(state="missed", look_at=bindparam("now"))
)
_LAST_CASE: Final = select(func.coalesce(func.max(case.c.id), 0))


class NotRestored(Exception):
    """The database is no restored copy; settling it would call questions in doubt that are not."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was found in a restored copy. `until` is the newest moment that it knows of, None of an empty
    one; `messages` are in doubt, the `questions` among them too; `commands` were dropped."""

    until: datetime | None
    messages: int
    questions: int
    commands: int


async def settle(
    store: Store, context: Context, clock: Clock, *, nothing_sent: bool = False, anyway: bool = False
) -> Settled:
    """Make a restored copy safe to go on from. May be run again after a crash.

    `nothing_sent`: no server ran since the copy was made, so nothing is in doubt. `anyway`: it is a copy
    though it cannot be seen (a base backup of a whole cluster). Raises NotRestored otherwise.
    """
    if not anyway and not await store.read(copies.is_restored):
        raise NotRestored(
            "this database is where it last ran; if it is a restored copy all the same, say so with --anyway"
        )
    until = await store.read(_newest)
    if nothing_sent or until is None:
        await store.write(copies.settle)
        return Settled(until, 0, 0, 0)
    await runs.resume(store, context.settings, clock.now)
    questions = 0
    while found := await store.write(_doubt_questions, context, until, clock.now()):
        questions += found
    messages, commands = await store.write(_doubt_messages, clock.now())
    return Settled(until, messages, questions, commands)


def _newest(connection: Connection) -> datetime | None:
    """The newest moment that the database knows of: what was sent later is not in it."""
    moments = [connection.execute(statement).scalar() for statement in _NEWEST]
    return max((moment for moment in moments if moment is not None), default=None)


def _doubt_questions(connection: Connection, context: Context, until: datetime, now: datetime) -> int:
    """Put the next questions whose turn had come into the outbox, over before they begin: a message in doubt
    whose time is over is only looked for. How many."""
    found = waiting(connection, _TURN_HAS_COME, {"now": now})
    if found:
        put(connection, [_in_doubt(context, one, until) for one in found], until)
        connection.execute(RELEASE, {"ids": [one.id for one in found], "now": now})
    return len(found)


def _in_doubt(context: Context, one: Unasked, until: datetime) -> Draft:
    draft = question_draft(context, one, until, until)
    return replace(draft, dedupe_key=f"restored:{one.id}:{until:%Y%m%d%H%M%S%f}")


def _doubt_messages(connection: Connection, now: datetime) -> tuple[int, int]:
    messages = connection.execute(_DOUBT).rowcount
    commands = connection.execute(_DROP, {"now": now}).rowcount
    connection.execute(_TOLD)
    connection.execute(_ENROLLED, {"now": now})
    connection.execute(_MISSED, {"now": now})
    _leave_gap(connection)
    copies.settle(connection)
    step("database.restored", messages=messages, commands=commands)
    return messages, commands


def _leave_gap(connection: Connection) -> None:
    last = connection.execute(_LAST_CASE).scalar_one() + GAP
    if connection.dialect.name == "postgresql":
        statement = text("SELECT setval(pg_get_serial_sequence('\"case\"', 'id'), :last)")
    else:
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = 'case'"))
        statement = text("INSERT INTO sqlite_sequence (name, seq) VALUES ('case', :last)")
    connection.execute(statement, {"last": last})
