"""Daily summaries as rows: when one is due, what is new since the last, and what it says when it is sent.

A summary keeps which conversations it tells of and not their words: those are read when it goes, so that who was
erased meanwhile is not in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, false, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.campaigns.matching import column_of
from bot.cases.agreed import working_hours
from bot.cases.digest import Digest, Remark, Told
from bot.cases.reach import Reached
from bot.config.settings import Campaign, Settings
from bot.context import Context
from bot.dialogue.conversation import Ending
from bot.dialogue.kinds import SCALES
from bot.outbox import Draft, put
from bot.people.moves import moves
from bot.steps import step
from bot.store.schema import Row, account, case, contact, conversation, digest, digested, outbox, wave
from channels.base import Priority

ROOM: Final = timedelta(hours=1)
"""How late a summary may be made, where nothing ran at its time. The next tells what it would have."""
NEW: Final = timedelta(days=7)
"""How old what is new may be: longer than most holidays, and no old wave is told where a summary is switched on."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A summary that is due: to whom, of which day and time where they are, and of which campaigns."""

    manager: Reached
    day: date
    time: str
    campaigns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """A conversation to tell of, and how many characters of its reason; 0 is a key contact's silence."""

    conversation: int
    characters: int


# -------------------------------------------------------------------------------------------------- when


def due_slots(settings: Settings, now: datetime) -> tuple[Slot, ...]:
    """The summaries whose time came within the last hour, on a working day of each manager."""
    return tuple(
        Slot(manager, at.date(), text, tuple(sorted(campaigns)))
        for manager, text, campaigns in _times(settings)
        for at in (_latest(settings, manager, text, now),)
        if at is not None and now - at < ROOM
    )


def next_slot(settings: Settings, now: datetime) -> datetime | None:
    """When a summary is due next; None where none ever is."""
    each = (_next(settings, manager, text, now) for manager, text, _ in _times(settings))
    return min(each, default=None)


def _times(settings: Settings) -> Iterator[tuple[Reached, str, list[str]]]:
    """Each manager, and each time of day at which campaigns are told."""
    told: dict[str, list[str]] = {}
    for name, campaign in settings.campaigns.items():
        if _tells(campaign):
            told.setdefault(campaign.summary.at, []).append(name)
    managers = dict(settings.account_managers)
    if settings.fallback is not None:
        managers.setdefault(*settings.fallback)
    for manager in managers.items():
        for text, campaigns in told.items():
            yield manager, text, campaigns


def _tells(campaign: Campaign) -> bool:
    summary = campaign.summary
    return summary.passives or summary.promoters or summary.silent


def _latest(settings: Settings, manager: Reached, text: str, now: datetime) -> datetime | None:
    """When the newest summary of a manager was due, where that is today and a working day."""
    work = working_hours(settings, manager[0])
    local = now.astimezone(work.zone)
    at = datetime.combine(local.date(), time.fromisoformat(text), work.zone)
    works = local.weekday() in work.days and local.date() not in work.holidays
    return at if works and at <= now else None


def _next(settings: Settings, manager: Reached, text: str, now: datetime) -> datetime:
    """Today's or tomorrow's, whether somebody works then or not."""
    zone = working_hours(settings, manager[0]).zone
    today = now.astimezone(zone).date()
    each = (datetime.combine(today + timedelta(days=n), time.fromisoformat(text), zone) for n in (0, 1, 2))
    return next(at for at in each if at > now)


# -------------------------------------------------------------------------------------------------- what

_PEOPLE: Final = (
    conversation.join(wave, wave.c.id == conversation.c.wave_id)
    .join(contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(account, account.c.id == contact.c.account_id)
    .outerjoin(digested, digested.c.conversation_id == conversation.c.id)
    .outerjoin(digest, digest.c.id == digested.c.digest_id)
    .outerjoin(outbox, outbox.c.dedupe_key == digest.c.message_key)
)
# What stood in a summary that did not get there was told to nobody.
_LOST: Final = func.coalesce(outbox.c.state.in_(("failed", "expired")), false())
_WORDS: Final = and_(
    conversation.c.scored_at > bindparam("since"),
    conversation.c.score.is_not(None),
    or_(_LOST, func.length(conversation.c.reason) > func.coalesce(digested.c.characters, 0)),
    func.length(conversation.c.reason) > 0,
    # Who has a case was alerted of.
    ~exists(select(case.c.id).where(case.c.conversation_id == conversation.c.id)),
)
_SILENCE: Final = and_(
    conversation.c.ending == Ending.WINDOW,
    conversation.c.score.is_(None),
    conversation.c.unread == 0,
    conversation.c.closed_at > bindparam("since"),
    conversation.c.erased.is_(None),
    or_(_LOST, digested.c.digest_id.is_(None)),
)


def news(connection: Connection, settings: Settings, slot: Slot, now: datetime) -> list[News]:
    """What a summary has to tell."""
    whose = _of_manager(settings, slot.manager[0])
    values = {"since": now - NEW}
    found: list[News] = []
    for name in slot.campaigns:
        of_campaign = and_(wave.c.campaign == name, wave.c.trial.is_(False), whose)
        summary = settings.campaigns[name].summary
        wanted = [
            low_to_high for low_to_high in _scores(settings, name) if getattr(summary, f"{low_to_high[0]}s")
        ]
        if wanted:
            scores = or_(*(conversation.c.score.between(low, high) for _, low, high in wanted))
            statement = select(conversation.c.id, func.length(conversation.c.reason).label("characters"))
            statement = statement.select_from(_PEOPLE).where(of_campaign, _WORDS, scores)
            found += [News(row.id, row.characters) for row in connection.execute(statement, values)]
        if summary.silent:
            statement = select(conversation.c.id).select_from(_PEOPLE)
            statement = statement.where(of_campaign, _SILENCE, _is_key_contact(settings))
            found += [News(id_, 0) for id_ in connection.scalars(statement, values)]
    return found


def _is_key_contact(settings: Settings) -> ColumnElement[bool]:
    """Whether a file says so of them, or the attributes that the settings name do."""
    said = contact.c.key_contact.is_(True)
    if not settings.key_contact:
        return said
    marked = (column_of(key).in_(list(marks)) for key, marks in settings.key_contact.items())
    return or_(said, and_(*marked))


def _scores(settings: Settings, campaign: str) -> tuple[tuple[Remark, int, int], ...]:
    """From which score to which each remark goes, on the scale of a campaign."""
    scale = SCALES[settings.surveys[settings.campaigns[campaign].survey].kind]
    return (
        ("passive", scale.low_to + 1, scale.high_from - 1),
        ("promoter", scale.high_from, scale.maximum),
    )


def _of_manager(settings: Settings, manager: str) -> ColumnElement[bool]:
    """The accounts whose alerts a manager gets first."""
    own: ColumnElement[bool] = account.c.account_manager == manager
    if settings.fallback is None or settings.fallback[0] != manager:
        return own
    known = list(settings.account_managers)
    return or_(own, account.c.account_manager.is_(None), account.c.account_manager.not_in(known))


# -------------------------------------------------------------------------------------------------- told

_ENGINES: Final[Mapping[str, Any]] = {"sqlite": sqlite, "postgresql": postgresql}
_MAKE: Final = {
    name: engine.insert(digest).on_conflict_do_nothing().returning(digest.c.id)
    for name, engine in _ENGINES.items()
}
_NOTE: Final = {
    name: engine.insert(digested)
    .values(
        conversation_id=bindparam("of_conversation"), digest_id=bindparam("to"), characters=bindparam("told")
    )
    .on_conflict_do_update(
        index_elements=["conversation_id"],
        set_={"digest_id": bindparam("to"), "characters": bindparam("told")},
    )
    for name, engine in _ENGINES.items()
}


def tell(connection: Connection, context: Context, slot: Slot, found: Sequence[News], now: datetime) -> None:
    """Queue a summary, once: a second process that comes to the same changes nothing."""
    name, at = slot.manager
    key = f"digest:{slot.day}:{slot.time}:{name}"[:200]
    row = {"manager": name, "day": slot.day, "time": slot.time, "message_key": key}
    made = connection.execute(_MAKE[connection.dialect.name], row).scalar()
    where = moves(connection).get(at, at)
    if made is None or where.channel not in context.limits:
        return
    told = [{"of_conversation": one.conversation, "to": made, "told": one.characters} for one in found]
    connection.execute(_NOTE[connection.dialect.name], told)
    draft = Draft(
        dedupe_key=key,
        kind="digest",
        address=where,
        lane=f"to:{where}",
        body=None,
        priority=Priority.REMINDER,
        expires_at=now + timedelta(hours=12),
    )
    put(connection, [draft], now)
    step("digest.made", channel=where.channel, customers=len(found))


_OF_MESSAGE: Final = (
    select(
        digest.c.day,
        conversation.c.score,
        conversation.c.low,
        conversation.c.high,
        conversation.c.reason,
        digested.c.characters,
        contact.c.name,
        account.c.name.label("account"),
        wave.c.terms,
    )
    .select_from(outbox)
    .join(digest, digest.c.message_key == outbox.c.dedupe_key)
    .join(digested, digested.c.digest_id == digest.c.id)
    .join(conversation, conversation.c.id == digested.c.conversation_id)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .join(contact, contact.c.id == conversation.c.contact_id)  # who was erased is told of no more
    .outerjoin(account, account.c.id == contact.c.account_id)
    .where(outbox.c.id == bindparam("of_id"))
    .order_by(conversation.c.id)
)


def digest_of(connection: Connection, context: Context, message: int) -> Digest | None:
    """What a queued summary tells at this moment; None where nothing is left of it."""
    rows = connection.execute(_OF_MESSAGE, {"of_id": message}).all()
    told = tuple(one for row in rows if (one := _told(row)) is not None)
    return Digest(context.settings.company, rows[0].day, told) if told else None


def _told(row: Row) -> Told | None:
    values = {"account": row.account or "", "name": row.name or "", "low": row.low, "high": row.high}
    if row.characters == 0:
        return None if row.score is not None else Told("silent", **values)
    scale = SCALES[row.terms["kind"]]
    if row.score is None or row.score <= scale.low_to or not row.reason:
        return None  # they changed it since; who gave a low score is alerted of
    remark: Remark = "promoter" if row.score >= scale.high_from else "passive"
    return Told(remark, **values, score=row.score, reason=row.reason)
