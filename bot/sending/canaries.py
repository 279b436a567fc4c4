"""Watches over the first share of a wave: draws it, waits once it is asked, and lets the others follow or asks.

Everybody in the wave has a lot (`bot.campaigns.draw`), so the share is those up to one lot, which is kept with the
wave once it is known how many wait. Until its verdict the release lets nobody else go (`bot.sending.release`). Where a
limit is passed the wave is paused, as by an admin, and goes on or is stopped as after any pause.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, or_, select, update

from bot.campaigns.canary import CanaryCounts, CanaryTerms, Limit, over, size
from bot.campaigns.waves import Wave, wave_by_id
from bot.cases.admins import tell_admins
from bot.context import Context
from bot.steps import step
from bot.store.schema import conversation, outbox, wave, wave_event
from bot.store.sql import constant
from channels.base import Choice

WATCHED: Final = select(wave.c.id).where(
    wave.c.canary.in_((constant("asking"), constant("waiting"))),
    wave.c.begun_at.is_not(None),
    wave.c.enrolled_at.is_not(None),
    wave.c.stopped_at.is_(None),
)
_UNRELEASED: Final = and_(
    conversation.c.wave_id == bindparam("of_wave"),
    conversation.c.state == constant("waiting"),
    conversation.c.released_at.is_(None),
    conversation.c.canary.is_not(None),
)
_HOW_MANY: Final = select(func.count()).where(_UNRELEASED)
_LOT: Final = (
    select(conversation.c.canary)
    .where(_UNRELEASED)
    .order_by(conversation.c.canary)
    .offset(bindparam("before"))
    .limit(1)
)
_STILL_TO_ASK: Final = select(
    or_(
        exists().where(_UNRELEASED, conversation.c.canary <= bindparam("lot")),
        exists().where(
            outbox.c.state == constant("queued"),
            outbox.c.kind == "question",
            outbox.c.conversation_id == conversation.c.id,
            conversation.c.wave_id == bindparam("of_wave"),
        ),
    )
)
_OUT: Final = or_(conversation.c.asked_at.is_not(None), conversation.c.undelivered.is_not(None))
_COUNT: Final = select(
    func.count().filter(_OUT).label("asked"),
    func.count().filter(conversation.c.ending == "opted_out", _OUT).label("stops"),
    func.count().filter(conversation.c.ending == "undelivered").label("undelivered"),
    func.count().filter(conversation.c.unread > 0, conversation.c.score.is_(None)).label("unread"),
).where(conversation.c.wave_id == bindparam("of_wave"), conversation.c.canary <= bindparam("lot"))
_SET: Final = (
    update(wave)
    .where(wave.c.id == bindparam("id_"))
    .values(
        canary=bindparam("to"),
        canary_lot=bindparam("to_lot"),
        canary_until=bindparam("to_until"),
        paused_at=bindparam("to_paused"),
    )
)
_TELL: Final = insert(wave_event)


_LIMITS: Final[Mapping[Limit, str]] = {
    "stops": "canary_stops",
    "undelivered": "canary_undelivered",
    "unread": "canary_unread",
}


@dataclass(frozen=True, slots=True)
class CanaryNews:
    """What is new of a wave that is watched: which lot is the last of its first share, that all of it was asked, or
    what became of it."""

    lot: int | None = None
    counts: CanaryCounts | None = None


def watched(connection: Connection) -> Sequence[int]:
    """The waves of which the first share is asked, or waited for."""
    return connection.scalars(WATCHED).all()


def news_of(connection: Connection, wave_id: int, now: datetime) -> CanaryNews | None:
    """What there is to do for a wave that is watched; None where its time has not come."""
    run = wave_by_id(connection, wave_id)
    terms = run.terms.canary
    if terms is None:
        return None
    if run.canary == "asking" and run.canary_lot is None:
        people = connection.execute(_HOW_MANY, {"of_wave": wave_id}).scalar_one()
        first = size(terms, people)
        if first == people:
            return CanaryNews()
        return CanaryNews(connection.scalar(_LOT, {"of_wave": wave_id, "before": first - 1}))
    values = {"of_wave": wave_id, "lot": run.canary_lot}
    if run.canary == "asking":
        return None if connection.scalar(_STILL_TO_ASK, values) else CanaryNews(run.canary_lot)
    waits = run.canary_until is not None and now < run.canary_until <= now + terms.wait
    if run.canary != "waiting" or waits:
        return None
    found = connection.execute(_COUNT, values).one()
    counts = CanaryCounts(found.asked, found.stops, found.undelivered, found.unread)
    return CanaryNews(run.canary_lot, counts)


def act_on(connection: Connection, context: Context, wave_id: int, news: CanaryNews, now: datetime) -> None:
    """Do what the news say, once: another process may have done it in between."""
    run = wave_by_id(connection, wave_id, lock=True)
    terms = run.terms.canary
    if terms is None or run.stopped_at is not None:
        return
    if run.canary == "waiting" and news.counts is not None:
        _judge(connection, context, run, terms, news.counts, now)
    elif run.canary == "asking" and run.canary_lot is None:
        _set(connection, run, "passed" if news.lot is None else "asking", lot=news.lot)
    elif run.canary == "asking" and news.lot == run.canary_lot:
        _set(connection, run, "waiting", lot=run.canary_lot, until=now + terms.wait)
        step("canary.asked", wave=run.id, campaign=run.campaign)


def _judge(
    connection: Connection,
    context: Context,
    run: Wave,
    terms: CanaryTerms,
    counts: CanaryCounts,
    now: datetime,
) -> None:
    passed = over(terms, counts)
    kind = "failed" if passed else "passed"
    _set(connection, run, kind, lot=run.canary_lot, paused=now if passed else None)
    if passed:
        connection.execute(_TELL, {"wave_id": run.id, "at": now, "kind": "paused", "by": None})
    step("canary.judged", wave=run.id, campaign=run.campaign, outcome=kind)
    words = context.manager_words
    text = words.text(
        "canary_failed" if passed else "canary_passed",
        campaign=run.campaign,
        wave=run.number,
        asked=counts.asked,
        stops=counts.stops,
        undelivered=counts.undelivered,
        unread=counts.unread,
        limits=words.forms.all_of(
            [words.text(_LIMITS[name], most=f"{getattr(terms, name):g}") for name in passed]
        ),
    )
    choices = (
        Choice(words.text("button_go_on"), f"w:resume:{run.id}"),
        Choice(words.text("button_stop_wave"), f"w:stop:{run.id}", "danger"),
    )
    tell_admins(connection, context, f"canary:{run.id}", text, now, choices=(choices,) if passed else ())


def _set(
    connection: Connection,
    run: Wave,
    to: str,
    *,
    lot: int | None,
    until: datetime | None = None,
    paused: datetime | None = None,
) -> None:
    values = {"id_": run.id, "to": to, "to_lot": lot, "to_until": until}
    connection.execute(_SET, {**values, "to_paused": run.paused_at or paused})
