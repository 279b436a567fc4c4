"""What customers named and is better now: its plan, those whom it is told, and taking it back.

An improvement is told once to each of those whose reason in a wave named its theme: the key of what they are told is
their conversation and the theme. Who is told is found in pages, twice by the same rules: for the plan, and once it is
confirmed. From then on each waits as a row for their send window (`bot.sending.improving`).
"""

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.campaigns.runs import PLAN_LASTS
from bot.campaigns.waves import Wave, wave_by_id
from bot.config.sections.report import theme_lists
from bot.config.settings import Settings
from bot.conversations.follow_ups import BUSY, REACHED
from bot.outbox import free_keys
from bot.people import consent
from bot.store.schema import (
    Row,
    case,
    conversation,
    follow_up,
    improvement,
    outbox,
    wave,
)
from bot.store.sql import constant
from bot.store.store import Store

PAGE: Final = 200  # reasons in one transaction; a few milliseconds of matching
WAITS_FOR: Final = timedelta(days=14)
"""How long somebody waits to be told before it is let go."""
_PLAN_KEPT: Final = timedelta(days=30)  # so that an old button still gets its own answer


class NotTold(StrEnum):
    """By which rule somebody who named the theme is left out."""

    BEFORE = "told_before"
    OPTED_OUT = "opted_out"
    CHANNEL_OFF = "channel_off"
    UNREACHABLE = "unreachable"
    LATELY = "told_lately"


class ImprovementGone(LookupError):
    """No such plan waits: it never was, was cancelled, or was taken back."""


class ImprovementTooOld(ValueError):
    """The plan is older than a day; what it showed no longer counts."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """What is better now, as one admin says it of one wave; `token` is the secret that confirms it."""

    id: int
    token: str
    wave: Wave
    theme: str
    words: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class WhoIsTold:
    """Whom an improvement would be told: how many by channel and language, how many of them have to `wait` for the end
    of a conversation, who is left out, and how many reasons are in languages without a list of themes."""

    told: Mapping[tuple[str, str], int]
    waiting: int
    left_out: Mapping[str, int]
    unread: int

    @property
    def people(self) -> int:
        return sum(self.told.values())


# ---------------------------------------------------------------------------------------------- the rules

_other, _talk, _theirs, _what = (
    follow_up.alias("other"),
    conversation.alias("talk"),
    case.alias("theirs"),
    improvement.alias("what"),
)


def lately(but: ColumnElement[Any] | None = None) -> ColumnElement[bool]:
    """Whether the contact of a conversation was told of an improvement since `again_from`, or waits to be."""
    one = exists().where(
        _talk.c.contact_id == conversation.c.contact_id,
        _other.c.conversation_id == _talk.c.id,
        _other.c.kind == constant("improvement"),
        _other.c.made_at > bindparam("again_from"),
        or_(_other.c.ending.is_(None), _other.c.ending == constant("told")),
    )
    return one if but is None else one.where(_other.c.id != but)


OPTED_OUT: Final = consent.contact_opted_out(conversation.c.contact_id)
_BEFORE: Final = exists().where(
    _other.c.conversation_id == conversation.c.id,
    _other.c.improvement_id == _what.c.id,
    _what.c.theme == bindparam("of_theme"),
)
_REASONS: Final = (
    select(
        conversation.c.id,
        conversation.c.reason,
        conversation.c.language,
        conversation.c.channel,
        _BEFORE.label("before"),
        OPTED_OUT.label("opted_out"),
        REACHED.label("reached"),
        lately().label("lately"),
        BUSY.label("busy"),
    )
    .where(
        conversation.c.wave_id == bindparam("of_wave"),
        conversation.c.id > bindparam("after"),
        conversation.c.score.is_not(None),
        conversation.c.reason != "",
        conversation.c.contact_id.is_not(None),
    )
    .order_by(conversation.c.id)
    .limit(PAGE)
)


def _why_not(row: Row, channels: Collection[str]) -> NotTold | None:
    if row.before:
        return NotTold.BEFORE
    if row.opted_out:
        return NotTold.OPTED_OUT
    if row.channel not in channels:
        return NotTold.CHANNEL_OFF
    if not row.reached:
        return NotTold.UNREACHABLE
    return NotTold.LATELY if row.lately else None


def _page(
    connection: Connection, settings: Settings, wave_id: int, theme: str, after: int, now: datetime
) -> list[Row]:
    values = {
        "of_wave": wave_id,
        "of_theme": theme,
        "after": after,
        "now": now,
        "again_from": now - timedelta(days=settings.follow_up_again_within),
    }
    return list(connection.execute(_REASONS, values))


def _finder(settings: Settings, theme: str) -> Callable[[Row], bool | None]:
    """Whether a reason names the theme; None where its language has no list."""
    lists = theme_lists(settings.themes)

    def names(row: Row) -> bool | None:
        themes = lists.get(row.language.partition("-")[0])
        return None if themes is None else theme in themes.find(row.reason)

    return names


async def who_is_told(
    store: Store, settings: Settings, wave_id: int, theme: str, channels: Collection[str], now: datetime
) -> WhoIsTold:
    """Whom the rules would have told now; nothing is kept."""
    names = _finder(settings, theme)
    told: Counter[tuple[str, str]] = Counter()
    left_out: Counter[str] = Counter()
    waiting = unread = after = 0
    while page := await store.read(_page, settings, wave_id, theme, after, now):
        after = page[-1].id
        for row in page:
            if (named := names(row)) is None:
                unread += 1
            elif named and (why := _why_not(row, channels)) is not None:
                left_out[why.value] += 1
            elif named:
                told[row.channel, row.language] += 1
                waiting += bool(row.busy)
    return WhoIsTold(told, waiting, {why.value: left_out[why] for why in NotTold if left_out[why]}, unread)


# ----------------------------------------------------------------------------------------------- the plan

_WITH_WAVE: Final = select(improvement, wave.c.campaign).join(wave, wave.c.id == improvement.c.wave_id)
_OF_TOKEN: Final = _WITH_WAVE.where(improvement.c.token == bindparam("of_token"))
_UNCONFIRMED: Final = and_(improvement.c.confirmed_at.is_(None), improvement.c.by == bindparam("of_by"))
_OF_CAMPAIGN: Final = improvement.c.wave_id.in_(
    select(wave.c.id).where(wave.c.campaign == bindparam("of_campaign"))
)
_EARLIER: Final = delete(improvement).where(_UNCONFIRMED, _OF_CAMPAIGN)
_OLD: Final = delete(improvement).where(
    improvement.c.confirmed_at.is_(None), improvement.c.made_at < bindparam("before")
)
_ADD: Final = insert(improvement)
_NEWEST: Final = (
    select(improvement.c.token)
    .where(
        _OF_CAMPAIGN,
        or_(bindparam("of_theme", type_=String) == "", improvement.c.theme == bindparam("of_theme")),
    )
    .order_by(improvement.c.id.desc())
    .limit(1)
)
_NEWEST_PLAN: Final = _NEWEST.where(improvement.c.by == bindparam("of_by"))
_NEWEST_TOLD: Final = _NEWEST.where(
    improvement.c.confirmed_at.is_not(None), improvement.c.stopped_at.is_(None)
)
_CONFIRM: Final = (
    update(improvement)
    .where(improvement.c.token == bindparam("of_token"), improvement.c.confirmed_at.is_(None))
    .values(confirmed_at=bindparam("now"))
)
_DROP: Final = delete(improvement).where(
    improvement.c.token == bindparam("of_token"), improvement.c.confirmed_at.is_(None)
)


def keep_plan(connection: Connection, run: Wave, theme: str, words: str, by: str, now: datetime) -> str:
    """Keep what an admin was shown, in the place of what the same one was shown before; its token."""
    connection.execute(_OLD, {"before": now - _PLAN_KEPT})
    connection.execute(_EARLIER, {"of_by": by, "of_campaign": run.campaign})
    token = secrets.token_urlsafe(18)
    values = {"token": token, "wave_id": run.id, "theme": theme, "words": words, "by": by, "made_at": now}
    connection.execute(_ADD, values)
    return token


def newest_plan(connection: Connection, campaign: str, theme: str | None, by: str) -> str | None:
    """The token of what an admin was last shown of a campaign, of any theme where none is given."""
    found = {"of_campaign": campaign, "of_theme": theme or "", "of_by": by}
    token: str | None = connection.scalar(_NEWEST_PLAN, found)
    return token


def newest_told(connection: Connection, campaign: str, theme: str | None) -> str | None:
    """The token of what was last confirmed of a campaign, by anybody, and not taken back."""
    token: str | None = connection.scalar(_NEWEST_TOLD, {"of_campaign": campaign, "of_theme": theme or ""})
    return token


def confirm(connection: Connection, token: str, now: datetime) -> tuple[Improvement, bool]:
    """Let an improvement be told, and whether it was this call that did. ImprovementGone, or ImprovementTooOld."""
    row = _found(connection, token)
    if row.confirmed_at is None and now - row.made_at > PLAN_LASTS:
        raise ImprovementTooOld("that plan is older than a day")
    first = connection.execute(_CONFIRM, {"of_token": token, "now": now}).rowcount == 1
    return _improvement(connection, _found(connection, token)), first


def drop(connection: Connection, token: str) -> Improvement:
    """Forget a plan; one that was confirmed stays, and is returned so."""
    found = _improvement(connection, _found(connection, token))
    connection.execute(_DROP, {"of_token": token})
    return found


def _found(connection: Connection, token: str) -> Row:
    row = connection.execute(_OF_TOKEN, {"of_token": token}).one_or_none()
    if row is None or row.stopped_at is not None:
        raise ImprovementGone("that plan is no longer there")
    return row


def _improvement(connection: Connection, row: Row) -> Improvement:
    run = wave_by_id(connection, row.wave_id)
    return Improvement(row.id, row.token, run, row.theme, row.words, row.confirmed_at is not None)


# ---------------------------------------------------------------------------------------------- enrolment

TO_ENROL: Final = and_(
    improvement.c.confirmed_at.is_not(None),
    improvement.c.enrolled_at.is_(None),
    improvement.c.stopped_at.is_(None),
)
"""Whether those who named what is better are still to be found."""
_TO_ENROL: Final = select(improvement).where(TO_ENROL).order_by(improvement.c.id).limit(1).with_for_update()
_ENROL: Final = {
    engine.dialect.name: engine.insert(follow_up).on_conflict_do_nothing(index_elements=["key"])
    for engine in (sqlite, postgresql)
}
_MOVE_ON: Final = (
    update(improvement)
    .where(improvement.c.id == bindparam("of_id"))
    .values(upto=bindparam("to"), enrolled_at=bindparam("done_at"))
)


def enrol_page(connection: Connection, settings: Settings, channels: Collection[str], now: datetime) -> bool:
    """Let those wait whom the next page of reasons says, of the oldest improvement that is not through; False where
    every one is. Two processes that do so at once do it one after the other."""
    one = connection.execute(_TO_ENROL).first()
    if one is None:
        return False
    names = _finder(settings, one.theme)
    page = _page(connection, settings, one.wave_id, one.theme, one.upto, now)
    rows = [
        {
            "key": key_of(row.id, one.theme),
            "kind": "improvement",
            "conversation_id": row.id,
            "improvement_id": one.id,
            "state": "waiting",
            "made_at": now,
            "due_at": now,
            "closes_at": now + WAITS_FOR,
        }
        for row in page
        if names(row) and _why_not(row, channels) is None
    ]
    if rows:
        connection.execute(_ENROL[connection.dialect.name], rows)
    through = len(page) < PAGE
    upto = page[-1].id if page else one.upto
    connection.execute(_MOVE_ON, {"of_id": one.id, "to": upto, "done_at": now if through else None})
    return True


def key_of(conversation_id: int, theme: str) -> str:
    """By which one message is told of one theme: a conversation is one person in one wave."""
    return f"improved:{conversation_id}:{sha256(theme.encode()).hexdigest()[:16]}"


# --------------------------------------------------------------------------------------------- taking back

_STOP: Final = (
    update(improvement)
    .where(improvement.c.token == bindparam("of_token"), improvement.c.stopped_at.is_(None))
    .values(stopped_at=bindparam("now"))
)
_OF_IMPROVEMENT: Final = follow_up.c.improvement_id == bindparam("of_id")
_DROP_WAITING: Final = delete(follow_up).where(_OF_IMPROVEMENT, follow_up.c.state == "waiting")
_KEYS: Final = select(follow_up.c.key).where(_OF_IMPROVEMENT)
_TAKE_BACK: Final = (
    update(outbox)
    .where(
        outbox.c.dedupe_key.in_(_KEYS),
        outbox.c.state == constant("queued"),
        or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= bindparam("now")),
    )
    .values(state="cancelled", error="it was taken back", done_at=bindparam("now"))
    .returning(outbox.c.dedupe_key)
)
_THESE: Final[BindParameter[Any]] = bindparam("keys", expanding=True)
_DROP_TOLD: Final = delete(follow_up).where(follow_up.c.key.in_(_THESE))


def take_back(connection: Connection, token: str, now: datetime) -> tuple[Improvement, int]:
    """Tell it to nobody more, and to how many it was not told yet. Those may be told of the theme another time.
    ImprovementGone where it was never told, or was taken back before."""
    row = _found(connection, token)
    if row.confirmed_at is None:
        raise ImprovementGone("that plan was never confirmed")
    connection.execute(_STOP, {"of_token": token, "now": now})
    waiting = connection.execute(_DROP_WAITING, {"of_id": row.id}).rowcount
    keys = list(connection.scalars(_TAKE_BACK, {"of_id": row.id, "now": now}))
    if keys:
        connection.execute(_DROP_TOLD, {"keys": keys})
        free_keys(connection, keys)
    return _improvement(connection, row), waiting + len(keys)
