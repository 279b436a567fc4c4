"""What an alert must say at this moment, read from the rows of its case and of what stands around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, bindparam, or_, select

from bot.campaigns.places import places_of
from bot.campaigns.terms import alerts_at
from bot.cases import threads, time_line
from bot.cases.alerts import AlertView, Deed, PassedBecause, Recovered
from bot.cases.around import chat_of, earlier_scores, what_came
from bot.cases.as_kept import Case, CaseWithCustomer
from bot.cases.codes import named
from bot.cases.faces import AlertFace
from bot.cases.life.events import (
    CaseDue,
    HandedOver,
)
from bot.cases.shown_facts import Fact, on_one_line, profile_of, shown_facts
from bot.config.sections.after import THE_EVENT
from bot.config.sections.cause import cause_label
from bot.config.settings import Settings
from bot.context import Context
from bot.conversations import follow_ups
from bot.dialogue.conversation import State
from bot.people import colleagues, consent
from bot.store.schema import answer, case, case_event, contact, conversation, wave
from channels.known import limits_of

LOOK_WITHIN = timedelta(days=14)
"""After which a promised review should be there."""

_VIEW = threads.WITH_CUSTOMER.add_columns(
    conversation.c.score,
    conversation.c.first_score,
    conversation.c.low,
    conversation.c.high,
    conversation.c.reason,
    conversation.c.reason_since,
    conversation.c.state.label("talk_state"),
    conversation.c.scored_at,
    conversation.c.review,
    conversation.c.review_at,
    conversation.c.about,
    conversation.c.late,
    contact.c.attributes,
    wave.c.campaign,
    wave.c.number,
).where(case.c.id == bindparam("of_id"))
_UNREAD = (
    select(answer.c.text, answer.c.kind, answer.c.message_ref)
    .where(
        answer.c.conversation_id == bindparam("of_id"),
        or_(
            answer.c.kind.in_(("unread", "late")),
            and_(answer.c.kind == "replaced", answer.c.text.is_(None)),
            and_(answer.c.kind == "reason", answer.c.at < bindparam("since")),
        ),
    )
    .order_by(answer.c.id.desc())
    .limit(10)
)

_LAST_MOVE = (
    select(case_event.c.kind)
    .where(
        case_event.c.case_id == bindparam("of_id"),
        case_event.c.kind.in_(("opened", "not_reached", "escalated", "handed_over")),
    )
    .order_by(case_event.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class _ToShow(CaseWithCustomer):
    """A case with all that its alert shows of the conversation, the customer and the wave."""

    score: int | None
    first_score: int | None
    low: int
    high: int
    reason: str | None
    reason_since: datetime | None
    talk_state: str
    scored_at: datetime | None
    review: str | None
    review_at: datetime | None
    about: Mapping[str, str] | None
    late: bool
    attributes: Mapping[str, str] | None
    campaign: str
    number: int


@dataclass(frozen=True, slots=True)
class AlertProgress:
    """How far a case's alert is: the face that is wanted and the one that stands, as `ref`, with its pings."""

    wanted: int
    version: int
    ref: str | None
    pings: int
    pinged: int


def view(
    connection: Connection, context: Context, case_id: int | None, now: datetime
) -> tuple[AlertProgress, AlertView]:
    """How far a case's alert is, and what it must say at this moment."""
    row = _ToShow(*connection.execute(_VIEW, {"of_id": case_id}).one())
    values = {"of_id": row.conversation_id, "since": row.reason_since}
    unread = [
        one
        for one in connection.execute(_UNREAD, values).all()[::-1]
        # Of what they said of a good score that fell, their wish stands.
        if one.kind != "reason" or context.wants_contact(one.text or "", row.language)
    ]
    home = ZoneInfo(context.settings.timezone)
    place = places_of(context.settings.timezone).of(row.timezone, row.phone)
    # As it stands now, and not as the conversation ended: who left may have come back, or left since.
    opted_out = row.asked is not None and consent.is_opted_out(connection, row.asked)
    waiting = row.talk_state == State.REASON
    given = time_line.given(connection, row.id)
    passed = None if row.trial else _passed_on(connection, context.settings, row, row.account_manager)
    taken_back = {one.message_ref for one in unread if one.kind == "replaced"}
    words = tuple(one.text for one in unread if one.text and one.message_ref not in taken_back)
    told = bool(row.reason) or any(one.kind == "late" for one in unread)
    return AlertProgress(row.wanted, row.shown, row.shown_ref, row.pings, row.pinged), AlertView(
        case_id=row.id,
        face=_face(context, row, given, home),
        company=context.settings.company,
        name=row.name or "",
        account=row.account or "",
        campaign=row.campaign,
        wave=row.number,
        channel=row.talk_channel,
        there=None if place is None or place.others else now.astimezone(place.zone),
        phone=row.phone,
        score=row.score,
        first_score=row.first_score,
        low=row.low,
        high=row.high,
        reason=row.reason,
        words=words,
        wish=any(context.wants_contact(text, row.language) for text in (row.reason, *words) if text),
        came=what_came(connection, row.conversation_id),
        took_back=bool(taken_back),
        waiting_for_reason=waiting,
        no_reason=row.score is not None and not (told or waiting or opted_out),
        opted_out=opted_out,
        earlier=earlier_scores(connection, row.contact_id, row.conversation_id),
        corrected=row.kind == "detractor" and row.score is not None and row.score > alerts_at(row.terms),
        late=row.late,
        state=row.state,
        taken=_deed(context, row.taken_by, row.taken_at, home),
        done=_deed(context, row.done_by, row.done_at, home),
        new_words=row.new_words,
        erased=row.erased,
        opened=row.opened_at.astimezone(home),
        facts=(
            *_about(context, row.about),
            *shown_facts(context.settings.alert_shows, {**(row.attributes or {}), **(row.about or {})}),
        ),
        profile_url=profile_of(row.attributes or {}),
        chat_url=chat_of(connection, row.conversation_id),
        meant_for=None if passed is None else passed[0],
        passed_because="unreached" if passed is None else passed[1],
        reminded=row.state == "open" and row.reminded_at is not None and row.rung == 0,
        code=named(row.id, row.code) if row.code else None,
        answered_by=None if opted_out else row.talk_channel,
        in_thread=limits_of(row.channel).threads,
        by_another=(row.taken_by or "").partition(" ")[0] != str(row.at),
        recovered=_recovered(connection, row.id),
        written=isinstance(given, HandedOver) and threads.wrote_before(connection, row.id, given.at),
        review_by=_review_by(row, home),
    )


def _face(context: Context, row: _ToShow, given: HandedOver | CaseDue | None, home: ZoneInfo) -> AlertFace:
    settings = context.settings
    others = sorted(
        name
        for name, at in settings.account_managers.items()
        if name != row.manager and at.channel in context.limits and not row.trial
    )
    labels = [(key, cause_label(settings.causes, key, settings.language)) for key in settings.causes]
    handed = given if isinstance(given, HandedOver) and given.to[0] == row.manager else None
    return AlertFace(
        shown=row.face,
        names=tuple(others),
        causes=() if row.cause is not None else tuple(labels),
        cause=None if row.cause is None else cause_label(settings.causes, row.cause, settings.language),
        note=row.note,
        until=None if row.snoozed_until is None else row.snoozed_until.astimezone(home),
        given=None
        if handed is None
        else (colleagues.called(settings, handed.by), handed.at.astimezone(home)),
        over=row.erased is not None,
        new_words=row.new_words,
    )


def _about(context: Context, event: Mapping[str, str] | None) -> tuple[Fact, ...]:
    """The event that the question was about: its name, and in brackets what is told of it."""
    if event is None:
        return ()
    told = ", ".join(f"{name}: {value}" for name, value in event.items() if name != THE_EVENT)
    said = f"{event[THE_EVENT]} ({told})" if told else event[THE_EVENT]
    return ((context.manager_words.text("about"), on_one_line(said)),)


def _review_by(row: _ToShow, home: ZoneInfo) -> date | None:
    """Until when somebody should look whether a promised review is there."""
    if row.review != "yes" or row.review_at is None:
        return None
    return (row.review_at + LOOK_WITHIN).astimezone(home).date()


def _recovered(connection: Connection, case_id: int) -> Recovered | None:
    asked = follow_ups.of_case(connection, case_id)
    return None if asked is None or asked.ending == "undelivered" else Recovered(asked.solved, asked.score)


def _deed(context: Context, who: str | None, at: datetime | None, home: ZoneInfo) -> Deed | None:
    if who is None or at is None:
        return None
    return Deed(colleagues.called(context.settings, who), at.astimezone(home))


def _passed_on(
    connection: Connection, settings: Settings, row: Case, account_manager: str | None
) -> tuple[str, PassedBecause] | None:
    """Who would have a case, by who has the account, and why somebody else does: they did not take it in time, they are
    away, or they could not be reached. None where they have it, and where a colleague handed it over."""
    first = settings.manager(account_manager)
    if first is None:
        return None
    if row.rung:
        return row.instead_of or first[0], "late"
    if row.at == first[1]:
        return None
    last = connection.scalar(_LAST_MOVE, {"of_id": row.id})
    if last == "opened" and row.instead_of is not None:
        return row.instead_of, "away"
    next_ones = [*settings.escalation, *([settings.fallback] if settings.fallback is not None else [])]
    unreached = last in ("opened", "not_reached") and row.at in (at for _, at in next_ones)
    return (first[0], "unreached") if unreached else None
