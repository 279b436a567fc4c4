"""Digests of customers as rows: what is new since the last, and what one says when it is sent.

A digest keeps which conversations it tells of and not their words: those are read when it goes, so that who was
erased meanwhile is not in it, nor whose account is another's by then.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, false, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.campaigns.matching import column_of
from bot.cases.absences import absences
from bot.cases.digests.readers import (
    DigestReader,
    ReaderNow,
    ReaderRow,
    newest_turn,
    own_names,
    readers_at,
    readers_now,
    still_reads,
    told_up_to,
    work_of,
)
from bot.cases.digests.text import Digest, FollowedUp, Told
from bot.cases.digests.times import good_until, last_day, may_be_said
from bot.cases.hours import at_work
from bot.config.sections.digest import ALL, ToldOfCampaign
from bot.config.settings import Settings
from bot.context import Context
from bot.dialogue.conversation import Ending
from bot.dialogue.kinds import box_of
from bot.outbox import Draft, Queued, put
from bot.people.moves import moves
from bot.steps import step
from bot.store.schema import Row, account, case, contact, conversation, digest, digested, outbox, wave
from bot.when.repeats import Repeats
from channels.base import Address, Body, Image, Priority

BEFORE: Final = timedelta(days=31)
"""So long before a digest begins somebody may have scored who says why only now."""


@dataclass(frozen=True, slots=True)
class Due:
    """A digest whose time has come: whose, of which day where they are, and from when until when it tells. `quiet`
    digests before it had nothing to tell."""

    reader: DigestReader
    repeats: Repeats
    row: ReaderRow
    day: date
    since: datetime
    until: datetime
    good_until: datetime

    @property
    def key(self) -> str:
        """What lets it in once: a reader gets one digest of a subject a day, at most."""
        return f"digest:{self.row.id}:{self.day}"


@dataclass(frozen=True, slots=True)
class News:
    """A conversation to tell of: how many characters of its reason, the score, and which one was told before. Without
    a score it is a key contact's silence; `fresh` is an answer that no digest told of."""

    conversation: int
    campaign: str
    characters: int = 0
    score: int | None = None
    was: int | None = None
    fresh: bool = False

    @property
    def words(self) -> bool:
        """Whether more than a number is told of it."""
        return self.score is None or self.characters > 0 or self.was is not None


# -------------------------------------------------------------------------------------------------- when

# What stood in a digest that did not get there was told to nobody.
_LOST: Final = func.coalesce(
    or_(
        outbox.c.state.in_(("failed", "expired")),
        and_(outbox.c.status.in_(("undelivered", "failed")), outbox.c.state == "sent"),
    ),
    false(),
)
_LAST: Final = (
    select(digest.c.day, digest.c.since, digest.c.until, outbox.c.state, _LOST.label("lost"))
    .outerjoin(outbox, outbox.c.dedupe_key == digest.c.message_key)
    .where(
        digest.c.reader == bindparam("of_reader"),
        digest.c.subject == bindparam("of_subject"),
        digest.c.since.is_not(None),
    )
    .order_by(digest.c.id.desc())
)
_NEWEST: Final = _LAST.limit(1)


def due(connection: Connection, settings: Settings, now: datetime) -> list[Due]:
    """The digests whose time has come, whether there is anything to tell or not. Who is away is told when they are
    back."""
    away = absences(connection, now).keys()
    found: list[Due] = []
    for one in readers_now(connection, settings)[0]:
        if not one.reader.names or not away >= set(one.reader.names):
            found += _due(connection, settings, one, now)
    return found


def _due(connection: Connection, settings: Settings, one: ReaderNow, now: datetime) -> Sequence[Due]:
    turn, row = newest_turn(one, settings.digest_at, now), one.row
    if turn is None or row is None:
        return ()
    comes = turn.ends > row.looked and may_be_said(turn, one.work, now)
    if not comes and not at_work(now, one.work):
        return ()
    day = now.astimezone(one.work.zone).date()
    lost = _lost(connection, one.reader)
    # One that came too late for its day is made anew on the next; where nobody can be reached it waits for its turn.
    again = any(before.state == "expired" for before in lost) and lost[0].day < day
    if not comes and not again:
        return ()
    since = lost[-1].since if lost else row.since
    until = turn.ends if comes else row.since
    return [Due(one.reader, one.repeats, row, day, since, until, good_until(one.work, now))]


def _lost(connection: Connection, reader: DigestReader) -> Sequence[Row]:
    """The newest digests of a reader that did not get there, back to the one that did; nearly always there are none."""
    newest = connection.execute(_NEWEST, _whose(reader)).first()
    if newest is None or not newest.lost:
        return ()
    return tuple(takewhile(lambda before: before.lost, connection.execute(_LAST, _whose(reader))))


def _whose(reader: DigestReader) -> dict[str, str]:
    return {"of_reader": str(reader.address), "of_subject": reader.subject}


# -------------------------------------------------------------------------------------------------- what

_PEOPLE: Final = (
    conversation.join(wave, wave.c.id == conversation.c.wave_id)
    .join(contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(account, account.c.id == contact.c.account_id)
    .outerjoin(digested, digested.c.conversation_id == conversation.c.id)
    .outerjoin(digest, digest.c.id == digested.c.digest_id)
    .outerjoin(outbox, outbox.c.dedupe_key == digest.c.message_key)
)
_CHARACTERS: Final = func.coalesce(func.length(conversation.c.reason), 0)
_UNTOLD: Final = or_(digested.c.digest_id.is_(None), _LOST)
_ANSWERED: Final = and_(
    conversation.c.score.is_not(None),
    conversation.c.scored_at >= bindparam("scored_from"),
    conversation.c.scored_at < bindparam("until"),
    or_(
        _UNTOLD,
        digested.c.characters < _CHARACTERS,
        and_(digested.c.score.is_not(None), digested.c.score != conversation.c.score),
    ),
)
_SILENT: Final = and_(
    conversation.c.ending == Ending.WINDOW,
    conversation.c.score.is_(None),
    conversation.c.unread == 0,
    conversation.c.closed_at >= bindparam("since"),
    conversation.c.closed_at < bindparam("until"),
    conversation.c.erased.is_(None),
    _UNTOLD,
)
_NEWS: Final = (
    select(
        conversation.c.id,
        wave.c.campaign,
        wave.c.terms,
        conversation.c.score,
        _CHARACTERS.label("characters"),
        # Who has a case was alerted of.
        exists(select(case.c.id).where(case.c.conversation_id == conversation.c.id)).label("has_case"),
        digested.c.digest_id,
        digested.c.characters.label("told_characters"),
        digested.c.score.label("told_score"),
        digested.c.was,
        digested.c.fresh,
        _LOST.label("lost"),
    )
    .select_from(_PEOPLE)
    .where(wave.c.trial.is_(False), wave.c.campaign.in_(bindparam("campaigns", expanding=True)))
    .order_by(conversation.c.id)
)


def news(connection: Connection, settings: Settings, one: Due) -> list[News]:
    """What a digest of customers has to tell; a daily one goes for words alone."""
    told = {name: _told_of(settings, name, one.row) for name in settings.campaigns}
    told = {name: said for name, said in told.items() if said.passives or said.promoters or said.silent}
    values = {
        "campaigns": list(told),
        "scored_from": max(one.row.began, one.since - BEFORE),
        "since": max(one.row.began, one.since),
        "until": one.until,
    }
    statement = _NEWS.where(
        _of_managers(settings, one.reader.names), or_(_ANSWERED, and_(_SILENT, _is_key_contact(settings)))
    )
    rows = connection.execute(statement, values)
    found = [new for row in rows if (new := _news(row, told[row.campaign])) is not None]
    if any(new.words for new in found) or one.repeats != "daily":
        return found
    return []


def _told_of(settings: Settings, campaign: str, row: ReaderRow) -> ToldOfCampaign:
    """What of a campaign is told; everything to who asked for digests, unless the campaign says otherwise."""
    said = settings.campaigns[campaign].summary
    return ALL if said is None and row.chose is not None else settings.told_of(campaign)


def _news(row: Row, told: ToldOfCampaign) -> News | None:
    if row.score is None:
        return News(row.id, row.campaign) if told.silent else None
    known = row.digest_id is not None and not row.lost
    fresh = bool(row.fresh) if row.lost else not known
    remark = box_of(row.terms["kind"], row.score)
    wanted = {"passive": told.passives, "promoter": told.promoters}.get(remark, False) and not row.has_case
    if not wanted:
        return News(row.id, row.campaign, score=row.score, fresh=True) if fresh else None
    was = row.was
    if known:
        was = row.told_score if row.told_score not in (None, row.score) else None
    if known and was is None and row.characters <= row.told_characters:
        return None
    if not fresh and was is None and not row.characters:
        return None
    return News(row.id, row.campaign, row.characters, row.score, was, fresh)


def _is_key_contact(settings: Settings) -> ColumnElement[bool]:
    """Whether a file says so of them, or the attributes that the settings name do."""
    said = contact.c.key_contact.is_(True)
    if not settings.key_contact:
        return said
    marked = (column_of(key).in_(list(marks)) for key, marks in settings.key_contact.items())
    return or_(said, and_(*marked))


def _of_managers(settings: Settings, names: Sequence[str]) -> ColumnElement[bool]:
    """The accounts whose alerts these managers get first."""
    own: ColumnElement[bool] = account.c.account_manager.in_(list(names))
    if settings.fallback is None or settings.fallback[0] not in names:
        return own
    known = list(settings.account_managers)
    return or_(own, account.c.account_manager.is_(None), account.c.account_manager.not_in(known))


def _cases(*conditions: ColumnElement[bool]) -> Select[int]:
    return (
        select(func.count())
        .select_from(
            case.join(conversation, conversation.c.id == case.c.conversation_id)
            .join(wave, wave.c.id == conversation.c.wave_id)
            .join(contact, contact.c.id == conversation.c.contact_id)
            .outerjoin(account, account.c.id == contact.c.account_id)
        )
        .where(wave.c.trial.is_(False), case.c.kind != "review", *conditions)
    )


_OPENED: Final = _cases(case.c.opened_at >= bindparam("since"), case.c.opened_at < bindparam("until"))
_DONE: Final = _cases(
    case.c.done_at >= bindparam("since"), case.c.done_at < bindparam("until"), case.c.done_by.is_not(None)
)


def followed_up(
    connection: Connection, settings: Settings, names: Sequence[str], since: datetime, until: datetime
) -> FollowedUp:
    """How many cases of their customers came and were done."""
    own, between = _of_managers(settings, names), {"since": since, "until": until}
    opened, done = (connection.execute(each.where(own), between).scalar_one() for each in (_OPENED, _DONE))
    return FollowedUp(opened, done)


# -------------------------------------------------------------------------------------------------- told

_ENGINES: Final[Mapping[str, Any]] = {"sqlite": sqlite, "postgresql": postgresql}
_MAKE: Final = {
    name: engine.insert(digest).on_conflict_do_nothing().returning(digest.c.id)
    for name, engine in _ENGINES.items()
}
_KEPT: Final[Mapping[str, Any]] = {
    name: bindparam(f"to_{name}") for name in ("digest_id", "characters", "score", "was", "fresh")
}
_NOTE: Final = {
    name: engine.insert(digested)
    .values(conversation_id=bindparam("of_conversation"), **_KEPT)
    .on_conflict_do_update(index_elements=["conversation_id"], set_=dict(_KEPT))
    for name, engine in _ENGINES.items()
}


def tell(
    connection: Connection,
    context: Context,
    one: Due,
    found: Sequence[News],
    now: datetime,
    *,
    body: Body | None = None,
    follows: Sequence[tuple[Image | None, Body]] = (),
) -> bool:
    """Queue a digest, once: where a second process comes to the same, it changes nothing and this is False. Without a
    `body` it is written of `found` when it goes. What `follows` are pictures with their captions, and further pages."""
    at = one.reader.address
    made = connection.execute(_MAKE[connection.dialect.name], _row(one, one.key)).scalar()
    where = moves(connection).get(at, at)
    if made is None or where.channel not in context.limits:
        return False
    if found:
        connection.execute(_NOTE[connection.dialect.name], [_noted(new, made) for new in found])
    told_up_to(connection, one.row, one.until)
    draft = Draft(
        dedupe_key=one.key,
        kind="digest",
        address=where,
        lane=f"to:{where}"[:60],
        body=body,
        priority=Priority.REMINDER,
        expires_at=one.good_until,
    )
    drafts = [draft]
    drafts += [
        replace(draft, dedupe_key=f"{one.key}:{number}", body=said, image=image)
        for number, (image, said) in enumerate(follows)
    ]
    put(connection, drafts, now)
    step("digest.made", channel=where.channel, subject=one.reader.subject, customers=len(found))
    return True


def _row(one: Due, key: str) -> dict[str, Any]:
    return {
        "reader": str(one.reader.address),
        "subject": one.reader.subject,
        "repeats": one.repeats,
        "day": one.day,
        "since": one.since,
        "until": one.until,
        "quiet": one.row.quiet,
        "message_key": key,
    }


def _noted(new: News, made: int) -> dict[str, Any]:
    return {
        "of_conversation": new.conversation,
        "to_digest_id": made,
        "to_characters": new.characters,
        "to_score": new.score,
        "to_was": new.was,
        "to_fresh": new.fresh,
    }


def previewed(connection: Connection, context: Context, one: Due) -> Digest | None:
    """What a digest of customers would say at this moment. It writes what a real one does; roll it back."""
    found = news(connection, context.settings, one)
    made = connection.execute(_MAKE[connection.dialect.name], _row(one, "preview")).scalar_one()
    if found:
        connection.execute(_NOTE[connection.dialect.name], [_noted(new, made) for new in found])
    return _digest(connection, context.settings, connection.execute(_DIGEST, {"key": "preview"}).one())


def unreached(connection: Connection, settings: Settings) -> list[Address]:
    """The readers whose newest digest did not get there."""
    found = []
    for one in readers_now(connection, settings)[0]:
        last = connection.execute(_NEWEST, _whose(one.reader)).first()
        if not one.off and last is not None and last.lost and last.state != "expired":
            found.append(one.reader.address)
    return list(dict.fromkeys(found))


_DIGEST: Final = select(digest).where(digest.c.message_key == bindparam("key"))
_KEY: Final = select(outbox.c.dedupe_key).where(outbox.c.id == bindparam("of_id"))
_STATE: Final = select(outbox.c.state).where(outbox.c.dedupe_key == bindparam("key"))
_TOLD: Final = (
    select(
        conversation.c.id,
        conversation.c.score,
        conversation.c.low,
        conversation.c.high,
        conversation.c.reason,
        digested.c.characters,
        digested.c.score.label("told_score"),
        digested.c.was,
        digested.c.fresh,
        contact.c.name,
        account.c.name.label("account"),
        wave.c.terms,
    )
    .select_from(digested)
    .join(conversation, conversation.c.id == digested.c.conversation_id)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .join(contact, contact.c.id == conversation.c.contact_id)  # who was erased is told of no more
    .outerjoin(account, account.c.id == contact.c.account_id)
    .where(digested.c.digest_id == bindparam("of_digest"))
    .order_by(conversation.c.id)
)


def may_go(connection: Connection, context: Context, queued: Queued) -> bool:
    """Whether a digest that was written when it was made, or what follows one, still goes: its reader reads of that,
    and the digest was not called off."""
    key, follows = _key_of(connection, queued)
    row = connection.execute(_DIGEST, {"key": key}).one_or_none()
    if row is None or not still_reads(context.settings, Address.parse(row.reader), row.subject):
        return False
    return not follows or connection.scalar(_STATE, {"key": key}) != "cancelled"


def _key_of(connection: Connection, queued: Queued) -> tuple[str, bool]:
    """The key of a digest, and whether the message only follows it."""
    whole: str = connection.execute(_KEY, {"of_id": queued.id}).scalar_one()
    parts = whole.split(":")
    return ":".join(parts[:3]), len(parts) > 3


def digest_of(connection: Connection, context: Context, queued: Queued) -> Digest | None:
    """What a queued digest tells at this moment; None where nothing is left of it."""
    key, _ = _key_of(connection, queued)
    row = connection.execute(_DIGEST, {"key": key}).one_or_none()
    return None if row is None else _digest(connection, context.settings, row)


def _digest(connection: Connection, settings: Settings, row: Row) -> Digest | None:
    at = Address.parse(row.reader)
    names = own_names(settings, at)
    rows = connection.execute(_TOLD.where(_of_managers(settings, names)), {"of_digest": row.id}).all()
    told = tuple(one for each in rows if (one := _told(each)) is not None)
    reader = next(one for one in readers_at(settings, at) if one.subject == row.subject) if names else None
    if reader is None:
        return None
    zone = work_of(settings, reader).zone
    answers, followed = {}, FollowedUp()
    if row.repeats != "daily":
        answers = dict(
            Counter(
                box_of(each.terms["kind"], each.score)
                for each in rows
                if each.fresh and each.score is not None
            )
        )
        followed = followed_up(connection, settings, names, row.since, row.until)
    if not told and not answers and not followed.any:
        return None
    return Digest(
        settings.company,
        row.day,
        told,
        repeats=row.repeats,
        since=row.since.astimezone(zone).date(),
        last=last_day(row.until, zone),
        quiet=row.quiet,
        answers=answers,
        followed=followed,
    )


def _told(row: Row) -> Told | None:
    values = {"account": row.account or "", "name": row.name or "", "low": row.low, "high": row.high}
    if row.told_score is None and row.characters == 0:
        return None if row.score is not None else Told("silent", **values)
    if row.score is None or not (row.characters or row.was is not None):
        return None
    remark = box_of(row.terms["kind"], row.score)
    if remark == "detractor" or not (row.reason or row.was is not None):
        return None  # they changed it since; who gave a low score is alerted of
    was = None if row.was == row.score else row.was
    return Told(remark, **values, score=row.score, was=was, reason=row.reason or "")
