"""The touchpoints whose time has come: each is settled once, and whoever is to be asked gets a row in a wave.

What becomes of one, the first that applies:

    no_campaign      its campaign is gone, or asks after nothing any more
    newer            the same contact has a newer one that waits in the same campaign and is asked about; it waits its
                     own time, but no longer than this one might have
    late             its time is over, or no send window opens in it
    stopped          the campaign is stopped
    not_in_audience  the contact is not among those whom the campaign asks
    -                put off: a conversation with the contact is open, and closes in time
    skipped          by a rule of `plan`, or because this wave asked the contact already
    asked

Everything of a chunk is one transaction, so a crash leaves it waiting whole. A contact has one row in a wave: who was
left out of it and is to be asked now is asked by that row.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, select, update

from bot.campaigns.audience import members
from bot.campaigns.candidates import candidates
from bot.campaigns.enrolment import inserted, row_of
from bot.campaigns.plan import Asked, Candidate, Decision, Skip, Skipped, until
from bot.campaigns.rolling import running_wave
from bot.campaigns.rules import Rules, Surroundings
from bot.campaigns.waves import Wave
from bot.config.sections.after import THE_EVENT
from bot.config.settings import Settings
from bot.steps import step
from bot.store.schema import (
    OPEN_STATES,
    Row,
    account,
    contact,
    conversation,
    customer_event,
    enrolment,
    touchpoint,
)

AT_ONCE: Final[Mapping[str, int]] = {"sqlite": 200, "postgresql": 500}
"""Touchpoints a transaction. SQLite has one writer, so that a reply waits until it is through; on PostgreSQL replies
have writers of their own, and fewer transactions are sooner done."""
_IDS: Final[BindParameter[Sequence[int]]] = bindparam("ids", expanding=True)
IS_DUE: Final = touchpoint.c.due_at <= bindparam("now")
_ANY_DUE: Final = select(touchpoint.c.event_id).where(IS_DUE).limit(1)
_DUE: Final = (
    select(touchpoint, customer_event.c.name, customer_event.c.fields)
    .join(customer_event, customer_event.c.id == touchpoint.c.event_id)
    .where(IS_DUE)
    .order_by(touchpoint.c.due_at, touchpoint.c.event_id)
    .limit(bindparam("size"))
    .with_for_update(of=touchpoint, skip_locked=True)
)
_WAITING: Final = (
    select(touchpoint.c.contact_id, touchpoint.c.event_id)
    .join(customer_event, customer_event.c.id == touchpoint.c.event_id)
    .where(
        touchpoint.c.contact_id.in_(_IDS),
        touchpoint.c.campaign == bindparam("campaign"),
        touchpoint.c.due_at.is_not(None),
    )
    .order_by(customer_event.c.at, customer_event.c.id)
)
_ONE: Final = (
    touchpoint.c.event_id == bindparam("of_event"),
    touchpoint.c.campaign == bindparam("of_campaign"),
)
_SETTLE: Final = (
    update(touchpoint)
    .where(*_ONE)
    .values(
        due_at=None,
        outcome=bindparam("as"),
        rule=bindparam("by_rule"),
        detail=bindparam("said"),
        settled_at=bindparam("at"),
        conversation_id=bindparam("talk"),
    )
)
_PUT_OFF: Final = update(touchpoint).where(*_ONE).values(due_at=bindparam("again"))
_IN_WAVE: Final = select(conversation.c.contact_id, conversation.c.id, conversation.c.state).where(
    conversation.c.wave_id == bindparam("wave"), conversation.c.contact_id.in_(_IDS)
)
_OPEN_THERE: Final = select(conversation.c.channel, conversation.c.address).where(
    conversation.c.address.in_(bindparam("values", expanding=True)), conversation.c.state.in_(OPEN_STATES)
)
_ASK_AFTER_ALL: Final = (
    update(conversation)
    .where(conversation.c.id == bindparam("of_id"))
    .values(
        state="waiting",
        channel=bindparam("on"),
        address=bindparam("there"),
        ask_at=bindparam("ask"),
        skipped=None,
        skipped_detail=None,
    )
)
_ABOUT: Final = (
    update(conversation).where(conversation.c.id == bindparam("of_id")).values(about=bindparam("event"))
)
_KNOWN: Final = (
    select(
        conversation.c.id,
        conversation.c.contact_id,
        account.c.name.label("account"),
        account.c.account_manager,
        contact.c.timezone,
        contact.c.attributes,
    )
    .join_from(conversation, contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(account, account.c.id == contact.c.account_id)
    .where(conversation.c.id.in_(_IDS))
)
_FORGET: Final = delete(enrolment).where(enrolment.c.conversation_id.in_(_IDS))
_FREEZE: Final = insert(enrolment)


@dataclass(frozen=True, slots=True)
class TouchpointEnd:
    """What became of a touchpoint."""

    outcome: str
    rule: str | None = None
    detail: str | None = None
    conversation_id: int | None = None

    @classmethod
    def of(cls, decision: Decision, conversation_id: int | None = None) -> "TouchpointEnd":
        """Asked, or left out by a rule."""
        if isinstance(decision, Asked):
            return cls("asked", conversation_id=conversation_id)
        return cls("skipped", decision.code.value, decision.detail or None, conversation_id)


Outcomes = dict[int, TouchpointEnd]
"""By `touchpoint.event_id`; who is put off is not among them."""


def any_due(connection: Connection, now: datetime) -> bool:
    """Whether the time of a touchpoint has come: one look into an index of those that wait."""
    return connection.scalar(_ANY_DUE, {"now": now}) is not None


def settle_due(connection: Connection, settings: Settings, now: datetime, size: int | None = None) -> bool:
    """Settle the next touchpoints that are due, by default as many as hold no reply up for long; whether there may be
    more. To be called by `runs.numbered`: it may open a wave that another process opens too."""
    size = size or AT_ONCE[connection.dialect.name]
    due = connection.execute(_DUE, {"now": now, "size": size}).all()
    of_campaign: dict[str, list[Row]] = {}
    for one in due:
        of_campaign.setdefault(one.campaign, []).append(one)
    for campaign, rows in of_campaign.items():
        newest = _newest(connection, campaign, rows)
        older = [one for one in rows if newest[one.contact_id] != one.event_id]
        _pass_on(connection, older, newest)
        found = {one.event_id: TouchpointEnd("newer") for one in older}
        left = [one for one in rows if newest[one.contact_id] == one.event_id]
        found |= _settled(connection, settings, campaign, left, now)
        _record(connection, campaign, found, now)
    return len(due) == size


def _newest(connection: Connection, campaign: str, rows: Sequence[Row]) -> dict[int, int]:
    """The event of each contact's newest touchpoint that waits."""
    contacts = sorted({one.contact_id for one in rows})
    waiting = connection.execute(_WAITING, {"ids": contacts, "campaign": campaign})
    return {one.contact_id: one.event_id for one in waiting}


def _pass_on(connection: Connection, older: Sequence[Row], newest: Mapping[int, int]) -> None:
    """Have the newest of a contact wait no longer than these would have."""
    if not older:
        return
    earlier = func.min if connection.dialect.name == "sqlite" else func.least
    latest = earlier(touchpoint.c.latest, bindparam("then", type_=touchpoint.c.latest.type))
    statement = (
        update(touchpoint)
        .where(*_ONE, touchpoint.c.due_at.is_not(None))
        .values(latest=latest, due_at=earlier(touchpoint.c.due_at, latest))
    )
    connection.execute(
        statement,
        [
            {"of_event": newest[one.contact_id], "of_campaign": one.campaign, "then": one.latest}
            for one in older
        ],
    )


def _settled(
    connection: Connection, settings: Settings, campaign: str, rows: Sequence[Row], now: datetime
) -> Outcomes:
    terms = settings.campaigns.get(campaign)
    if terms is None or terms.on is None:
        return {one.event_id: TouchpointEnd("no_campaign") for one in rows}
    found = {one.event_id: TouchpointEnd("late") for one in rows if one.until <= now}
    in_time = [one for one in rows if one.until > now]
    run = running_wave(connection, settings, campaign, now) if in_time else None
    if run is None:
        return found | {one.event_id: TouchpointEnd("stopped") for one in in_time}
    return found | _by_rules(connection, settings, run, in_time, now)


def _record(connection: Connection, campaign: str, found: Outcomes, now: datetime) -> None:
    if found:
        connection.execute(
            _SETTLE,
            [
                {
                    "of_event": event_id,
                    "of_campaign": campaign,
                    "as": one.outcome,
                    "by_rule": one.rule,
                    "said": one.detail,
                    "at": now,
                    "talk": one.conversation_id,
                }
                for event_id, one in found.items()
            ],
        )
    for outcome, count in Counter(one.outcome for one in found.values()).items():
        step("touchpoints.settled", campaign=campaign, outcome=outcome, count=count)


# ------------------------------------------------------------------------------------------------- asked


def _by_rules(
    connection: Connection, settings: Settings, run: Wave, rows: Sequence[Row], now: datetime
) -> Outcomes:
    """What becomes of those whom a wave may ask."""
    surroundings = Surroundings.of(settings)
    ids = [one.contact_id for one in rows]
    whom = members(run.terms.audience, surroundings.places.today(now)).where(contact.c.id.in_(ids))
    there_are = connection.execute(whom, {"after": 0, "size": len(ids)}).all()
    people = {one.id: one for one in candidates(connection, there_are, surroundings.places)}
    there = {one.contact_id: one for one in connection.execute(_IN_WAVE, {"wave": run.id, "ids": ids})}
    rules = Rules(run.terms, surroundings.channels_on, run.started_at, now, run.seed)
    found: Outcomes = {}
    put_off: list[dict[str, Any]] = []
    decided: list[tuple[Row, Candidate, Decision]] = []
    for one in rows:
        person, before = people.get(one.contact_id), there.get(one.contact_id)
        if person is None:
            found[one.event_id] = TouchpointEnd("not_in_audience")
            continue
        if before is not None and before.state != "skipped":
            again = Skipped(Skip.TOO_SOON, until(run.open_until, person.place))
            found[one.event_id] = TouchpointEnd.of(again)
            continue
        decision = rules.decide(person)
        if isinstance(decision, Asked) and decision.at >= one.until:
            found[one.event_id] = TouchpointEnd("late")
        elif (free := frees(person, decision, now, one.until)) is not None:
            put_off.append({"of_event": one.event_id, "of_campaign": one.campaign, "again": free})
        elif before is not None and isinstance(decision, Skipped):
            found[one.event_id] = TouchpointEnd.of(decision)
        else:
            decided.append((one, person, decision))
    if put_off:
        connection.execute(_PUT_OFF, put_off)
    known = {contact_id: one.id for contact_id, one in there.items()}
    return found | _with_rows(connection, run, rules, decided, known, surroundings.language)


def frees(person: Candidate, decision: Decision, now: datetime, late: datetime) -> datetime | None:
    """When the open conversation closes because of which somebody is not asked now; None where there is none, or it
    may last until it is too `late`."""
    if not isinstance(decision, Skipped) or decision.code is not Skip.BUSY or person.busy_until is None:
        return None
    return person.busy_until if now < person.busy_until < late else None


def _with_rows(
    connection: Connection,
    run: Wave,
    rules: Rules,
    decided: Sequence[tuple[Row, Candidate, Decision]],
    there: Mapping[int, int],
    language: str,
) -> Outcomes:
    """Give each a row in the wave, or have the one that is `there` ask after all; what became of each."""
    if not decided:
        return {}
    new = {
        person.id: row_of(run, person, what, language, rules.half(person))
        for _, person, what in decided
        if person.id not in there
    }
    # Somebody else may have the address by now, or another process opened a conversation there a moment ago.
    clashed = set(new) - inserted(connection, list(new.values())) if new else set()
    if clashed:
        busy = Skipped(Skip.BUSY)
        left_out = [row_of(run, person, busy, language) for _, person, _ in decided if person.id in clashed]
        inserted(connection, left_out)
    clashed |= _ask_after_all(
        connection, {there[person.id]: (person.id, what) for _, person, what in decided if person.id in there}
    )
    of_wave = {"wave": run.id, "ids": [person.id for _, person, _ in decided]}
    talks = {one.contact_id: one.id for one in connection.execute(_IN_WAVE, of_wave)}
    _freeze(connection, {talks[one.contact_id]: {**one.fields, THE_EVENT: one.name} for one, _, _ in decided})
    return {
        one.event_id: TouchpointEnd.of(Skipped(Skip.BUSY) if person.id in clashed else what, talks[person.id])
        for one, person, what in decided
    }


def _ask_after_all(connection: Connection, asked: Mapping[int, tuple[int, Decision]]) -> set[int]:
    """Ask who was left out of the wave before, by the rows that they have (`conversation.id`); the contacts at whose
    address a conversation is open."""
    to_ask = [(id_, person, what) for id_, (person, what) in asked.items() if isinstance(what, Asked)]
    if not to_ask:
        return set()
    there = connection.execute(_OPEN_THERE, {"values": [what.address for _, _, what in to_ask]})
    taken = {tuple(one) for one in there}
    free = [
        {"of_id": id_, "on": what.channel, "there": what.address, "ask": what.at}
        for id_, _, what in to_ask
        if (what.channel, what.address) not in taken
    ]
    if free:
        connection.execute(_ASK_AFTER_ALL, free)
    return {person for _, person, what in to_ask if (what.channel, what.address) in taken}


def _freeze(connection: Connection, about: Mapping[int, Mapping[str, str]]) -> None:
    """Keep what each of these conversations is about, and beside it what is known of its contact now: by both reports
    split."""
    ids = list(about)
    connection.execute(_ABOUT, [{"of_id": id_, "event": dict(fields)} for id_, fields in about.items()])
    connection.execute(_FORGET, {"ids": ids})
    known = connection.execute(_KNOWN, {"ids": ids})
    connection.execute(_FREEZE, list(_frozen(known, about)))


def _frozen(known: Iterable[Row], about: Mapping[int, Mapping[str, str]]) -> Iterable[dict[str, Any]]:
    for one in known:
        yield {
            "conversation_id": one.id,
            "account": one.account,
            "account_manager": one.account_manager,
            "timezone": one.timezone,
            "attributes": {**one.attributes, **about[one.id]},
        }
