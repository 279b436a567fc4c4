"""Questions become messages: about a minute's worth at a time, and only inside their send window.

A campaign of 100,000 so never stands before an alert in the outbox, an opt-out stops what was not released,
and a question that its window closed over goes back to wait for the next one. Three rules are applied once more:
nobody is asked against a wish of their own, nobody too often, and nobody at an address that is another contact's by
now.
"""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, bindparam, func, or_, select, update

from bot.campaigns import spacing
from bot.campaigns.places import Places, public_holidays
from bot.campaigns.plan import Place, Skip, Skipped, Wishes, held_back
from bot.campaigns.spaces import LastAsked, Spaces
from bot.campaigns.terms import Terms
from bot.campaigns.windows import fits, next_send_in_all, window_end_in_all
from bot.campaigns.wishes import wished_by
from bot.cases.found import thread_until
from bot.context import Context
from bot.conversations import questions
from bot.conversations.talks import ANOTHERS
from bot.dialogue import messages
from bot.dialogue.wording import Wording
from bot.outbox import Draft, MessageKind, put
from bot.people.contacts import phone_of
from bot.reading.bounds import Bounds
from bot.steps import step
from bot.store.schema import contact, conversation, outbox, wave
from bot.store.sql import constant, known
from channels.base import Address, Priority

AHEAD = 60  # seconds of the provider's pace that may stand in the outbox
MOST = 500  # a transaction; a longer one holds replies up
_LEFT_OUT = {Skip.TOO_SOON: "question.too_soon", Skip.WISH: "question.wished"}

_STANDING = select(func.count()).select_from(
    select(outbox.c.id)
    .where(
        outbox.c.state == constant("queued"),
        known(outbox.c.due_at),
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.kind == bindparam("of_kind"),
    )
    .limit(bindparam("most", type_=Integer))
    .subquery()
)
WAITING = (
    select(
        conversation.c.id,
        conversation.c.wave_id,
        conversation.c.contact_id,
        ANOTHERS.label("anothers"),
        conversation.c.channel,
        conversation.c.address,
        conversation.c.language,
        conversation.c.about,
        conversation.c.low,
        conversation.c.high,
        conversation.c.half,
        conversation.c.ask_at,
        contact.c.timezone,
        contact.c.name,
        phone_of(conversation.c.contact_id).label("phone"),
        wave.c.terms,
        wave.c.trial,
        thread_until(conversation.c.contact_id).label("thread_until"),
    )
    .select_from(
        conversation.join(wave, wave.c.id == conversation.c.wave_id).join(
            contact, contact.c.id == conversation.c.contact_id
        )
    )
    .where(
        conversation.c.state == constant("waiting"),
        conversation.c.released_at.is_(None),
        wave.c.stopped_at.is_(None),
    )
    .order_by(conversation.c.ask_at, conversation.c.id)
    .with_for_update(of=conversation, skip_locked=True)
)
"""Who waits for their question; narrowed by who asks `waiting` for them."""


@dataclass(frozen=True, slots=True)
class Unasked:
    """Somebody who waits for their question: their conversation, and how and where they are asked."""

    id: int
    wave_id: int
    contact_id: int
    anothers: bool  # the address is another contact's by now
    address: Address
    language: str
    scale: Bounds
    name: str | None
    timezone: str | None
    phone: str | None
    terms: Mapping[str, Any]
    trial: bool
    ask_at: datetime
    about: Mapping[str, str] | None = None  # the event that they are asked about
    half: int | None = None  # of a wave that compares two send windows
    thread_until: datetime | None = None  # a colleague talks with them until then


def waiting(connection: Connection, statement: Select[Any], values: Mapping[str, object]) -> list[Unasked]:
    """Those whom a narrowed `WAITING` finds, the longest waiting first."""
    return [
        Unasked(
            id=row.id,
            wave_id=row.wave_id,
            contact_id=row.contact_id,
            anothers=bool(row.anothers),
            address=Address(row.channel, row.address),
            language=row.language,
            scale=Bounds(row.low, row.high),
            name=row.name,
            timezone=row.timezone,
            phone=row.phone,
            terms=row.terms,
            trial=row.trial,
            about=row.about,
            half=row.half,
            ask_at=row.ask_at,
            thread_until=row.thread_until,
        )
        for row in connection.execute(statement, values)
    ]


# The waves of which somebody waits on a channel, one after the other: a wave that may not ask now is passed over with
# all its people at once, however many they are.
IS_UNRELEASED = and_(conversation.c.state == constant("waiting"), conversation.c.released_at.is_(None))
_NEXT_WAVE = (
    select(conversation.c.wave_id)
    .where(
        IS_UNRELEASED,
        conversation.c.channel == bindparam("of_channel"),
        conversation.c.wave_id > bindparam("after"),
    )
    .order_by(conversation.c.wave_id)
    .limit(1)
)
_MAY_ASK = select(wave.c.canary, wave.c.canary_lot).where(
    wave.c.id == bindparam("of_wave"),
    wave.c.begun_at.is_not(None),
    wave.c.stopped_at.is_(None),
    wave.c.paused_at.is_(None),
    # Of one that asks a share first: that share, once it is drawn, and all of them where it went well.
    or_(
        wave.c.canary.is_(None),
        wave.c.canary == "passed",
        and_(wave.c.canary == "asking", wave.c.canary_lot.is_not(None)),
    ),
)
_READY = WAITING.where(
    conversation.c.channel == bindparam("of_channel"),
    conversation.c.wave_id == bindparam("of_wave"),
    conversation.c.ask_at <= bindparam("now"),
).limit(bindparam("batch"))
_FIRST_READY = (
    _READY.where(conversation.c.canary.is_not(None), conversation.c.canary <= bindparam("lot"))
    .order_by(None)
    .order_by(conversation.c.canary)
)
RELEASE = (
    update(conversation)
    .where(conversation.c.id.in_(bindparam("ids", expanding=True)))
    .values(released_at=bindparam("now"))
)
_LATER = update(conversation).where(conversation.c.id == bindparam("of_id")).values(ask_at=bindparam("ask"))


def standing(connection: Connection, kind: MessageKind, channel: str, most: int) -> int:
    """How many messages of a kind wait in the outbox of a channel, counted up to `most`."""
    values = {"of_kind": kind, "of_channel": channel, "most": most}
    return int(connection.execute(_STANDING, values).scalar_one())


def release(connection: Connection, context: Context, places: Places, channel: str, now: datetime) -> int:
    """Put the next questions of a channel into the outbox; how many."""
    most = int(context.limits[channel].per_second * AHEAD)
    wanted = min(MOST, most - standing(connection, "question", channel, most))
    if wanted <= 0:
        return 0
    drafts, later, waves = [], [], []
    found = _whose_turn_it_is(connection, channel, wanted, now)
    for one in _still_to_ask(connection, found, places, context.limits, now):
        due, until = _window(one, places, now)
        if due > now:
            later.append({"of_id": one.id, "ask": due})
        else:
            drafts.append(question_draft(context, one, now, until))
            waves.append(one.wave_id)
    if later:
        connection.execute(_LATER, later)
    if drafts:
        connection.execute(RELEASE, {"ids": [draft.conversation_id for draft in drafts], "now": now})
        put(connection, drafts, now)
        for wave_id, count in Counter(waves).items():
            step("questions.released", wave=wave_id, channel=channel, count=count)
    return len(drafts)


def _whose_turn_it_is(connection: Connection, channel: str, most: int, now: datetime) -> list[Unasked]:
    """Those who wait longest of all waves that may ask now, at most so many."""
    found: list[Unasked] = []
    wave_id: int | None = 0
    while (wave_id := connection.scalar(_NEXT_WAVE, {"of_channel": channel, "after": wave_id})) is not None:
        run = connection.execute(_MAY_ASK, {"of_wave": wave_id}).one_or_none()
        if run is not None:
            values = {"of_channel": channel, "of_wave": wave_id, "now": now, "batch": most}
            first = run.canary == "asking"
            found += (
                waiting(connection, _FIRST_READY, {**values, "lot": run.canary_lot})
                if first
                else waiting(connection, _READY, values)
            )
    return sorted(found, key=lambda one: (one.ask_at, one.id))[:most]


def _still_to_ask(
    connection: Connection,
    found: Sequence[Unasked],
    places: Places,
    channels_on: Container[str],
    now: datetime,
) -> list[Unasked]:
    """Those of whom what was found out since their enrolment does not say otherwise; the others are left out."""
    contacts = {one.contact_id for one in found}
    last = spacing.last_asked(connection, contacts) if found else {}
    wishes = wished_by(connection, contacts) if found else {}
    still: list[Unasked] = []
    for one in found:
        wished = wishes.get(one.contact_id, Wishes())
        if one.trial:
            still.append(one)
        elif one.anothers:
            questions.moved_on(connection, one.id, now)
        elif (why := _held_back(one, last.get(one.contact_id), wished, places, now)) is not None:
            spacing.leave_out(connection, one.id, why)
            step(_LEFT_OUT[why.code], conversation=one.id, wave=one.wave_id)
        elif wished.channel in channels_on and spacing.move(connection, one.id, wished.channel):
            step("question.moved", conversation=one.id, wave=one.wave_id, channel=wished.channel)
        else:
            still.append(one)
    return still


def _held_back(
    one: Unasked, last: LastAsked | None, wishes: Wishes, places: Places, now: datetime
) -> Skipped | None:
    spaces = Spaces.stored(one.terms)
    return held_back(last or LastAsked(), wishes, spaces, places.of(one.timezone, one.phone), now)


def _window(one: Unasked, places: Places, now: datetime) -> tuple[datetime, datetime | None]:
    """When the question may go, and until when if that is now."""
    if one.thread_until is not None and now < one.thread_until and not one.trial:
        return one.thread_until, None  # a colleague talks with them: it waits until then
    terms = Terms.from_dict(one.terms).in_half(one.half)
    return window_of(terms, places.of(one.timezone, one.phone), now)


def window_of(terms: Terms, place: Place | None, now: datetime) -> tuple[datetime, datetime | None]:
    """When something may go to a customer who is there, and until when if that is now."""
    if terms.always:
        return now, None
    # It had one when it was enrolled; ask again tomorrow, when it may have one again.
    if place is None or not fits(now, place.zones, terms):
        return now + timedelta(days=1), None
    holidays = public_holidays(place.country)
    due = next_send_in_all(now, place.zones, terms, holidays)
    return due, window_end_in_all(now, place.zones, terms, holidays) if due <= now else None


def question_draft(context: Context, one: Unasked, now: datetime, until: datetime | None) -> Draft:
    """The question of somebody who waits for it, which may go until then."""
    wording = Wording.from_terms(one.terms, one.about)
    voice = context.voice(one.address.channel, one.language, one.scale, wording, one.name)
    body, choices = messages.question(voice, one.id)
    return Draft(
        # Released again after an expiry, it is another message; released twice at once, it is not.
        dedupe_key=f"question:{one.id}:{one.address.channel}:{now:%Y%m%d%H%M%S%f}",
        kind="question",
        address=one.address,
        lane=f"talk:{one.id}",
        body=body,
        choices=choices,
        conversation_id=one.id,
        priority=Priority.REPLY if one.trial else Priority.QUESTION,
        expires_at=until,
    )
