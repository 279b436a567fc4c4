"""Cases whose time came: the owner is reminded, the next of the escalation gets it, a snoozed one comes back.

Nobody is told at night of what ran out by day while nothing ran. A tick that finds nothing due asks an index, and no
more.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, bindparam, exists, select

from bot.cases import cases
from bot.cases.absences import absences
from bot.cases.admins import tell_admins
from bot.cases.agreed import at_work_now, due_at, may_be_told, next_at_work
from bot.cases.as_kept import Case
from bot.cases.escalation import escalation
from bot.cases.ladder import next_in_line
from bot.cases.left_behind import tell_left
from bot.cases.life.events import CaseDue, Leave, PutOff, Strand
from bot.cases.reach import Reached
from bot.context import Context
from bot.steps import step
from bot.store.schema import account, case, contact, conversation
from bot.store.sql import known

IS_DUE: Final = and_(known(case.c.due_at), case.c.due_at <= bindparam("now"))
_ANY: Final = select(exists().where(IS_DUE))
_DUE: Final = (
    select(case, account.c.account_manager)
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .outerjoin(contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(account, account.c.id == contact.c.account_id)
    .where(IS_DUE)
    .order_by(case.c.due_at, case.c.id)
    .limit(bindparam("batch"))
    .with_for_update(of=case, skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class _Due(Case):
    """A case whose time came, and who has the account."""

    due_at: datetime
    account_manager: str | None


def any_due(connection: Connection, now: datetime) -> bool:
    """Whether the time of any case came."""
    return bool(connection.scalar(_ANY, {"now": now}))


def take_due(connection: Connection, context: Context, now: datetime, batch: int) -> int:
    """Do what time brings to cases, at most `batch` of them; how many."""
    rows = [_Due(*row) for row in connection.execute(_DUE, {"now": now, "batch": batch})]
    if rows:
        away = absences(connection, now)
        ladder = escalation(connection, context.settings, context.limits, away)
        for row in rows:
            _come(connection, context, row, ladder, now)
    return len(rows)


def _come(
    connection: Connection, context: Context, row: _Due, ladder: tuple[Reached, ...], now: datetime
) -> None:
    settings = context.settings
    if row.state == "snoozed":
        cases.happen(connection, row, CaseDue(now, due_at=due_at(settings, row.manager, now)), now)
        return
    if settings.follow_up.within is None:
        cases.happen(connection, row, PutOff(now), now)
        return
    first = settings.manager(row.account_manager)
    following = next_in_line(ladder, row.owner, first, row.rung)
    told = row.owner if row.reminded_at is None else following
    if told is not None and not may_be_told(settings, told[0], row.due_at, now):
        cases.happen(connection, row, PutOff(now, next_at_work(settings, told[0], now)), now)
        return
    after = (
        following if row.reminded_at is None or following is None else _after(ladder, following, first, row)
    )
    due = due_at(settings, (told or row.owner)[0], now, after)
    effects = cases.happen(connection, row, CaseDue(now, following, due), now)
    if following is not None and any(isinstance(effect, Leave) for effect in effects):
        _went_on(connection, context, row, following, now)
    if any(isinstance(effect, Strand) for effect in effects):
        step("case.stranded", case=row.id, conversation=row.conversation_id, channel=row.channel)
        text = context.manager_words.text("case_stranded", case=row.id, tried=row.manager)
        tell_admins(connection, context, f"stranded:{now:%Y%m%d}", text, now)


def _went_on(connection: Connection, context: Context, row: _Due, to: Reached, now: datetime) -> None:
    """Say where the alert stood that somebody else has the case; by a message of its own while they work."""
    edits = (limits := context.limits.get(row.channel)) is not None and limits.edits
    if edits or at_work_now(context.settings, [row.owner], now):
        at = now.astimezone(ZoneInfo(context.settings.timezone))
        words = context.manager_words
        text = words.text("case_went_on", case=row.id, to=to[0], now=words.forms.moment(at))
        tell_left(connection, context.limits, row, text, now)


def _after(
    ladder: tuple[Reached, ...], following: Reached, first: Reached | None, row: _Due
) -> Reached | None:
    """Who is next after the next, who is to be at work when it comes to them."""
    return next_in_line(ladder, following, first, row.rung + 1)
