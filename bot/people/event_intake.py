"""The one way in for events, whoever sends them: a command, a file, a program.

Each is taken in once, by its sender's key, and each gets an answer. The campaigns that ask after it are found then,
with what they say then: each gets a row that waits (`touchpoint`), and asks elsewhere (`campaigns.touchpoints`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.config.sections.after import After
from bot.config.settings import Settings
from bot.config.value_types import near
from bot.people.contacts import RESERVED
from bot.people.events import AHEAD, CustomerEvent
from bot.steps import step
from bot.store.schema import contact, customer_event, touchpoint
from bot.store.store import Store

MOST: Final = 1000
"""Events of one batch that a program may send."""

CHUNK: Final = 100
"""Events a transaction: a longer one holds replies up."""


@dataclass(frozen=True, slots=True)
class Awaits:
    """A campaign that asks after an event, from when and until when."""

    campaign: str
    due: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """What became of an event: taken in, known already by its key, or refused. `sentence` says why it is refused, or
    why nobody is asked after it; empty where somebody is. `about` is the column for which it is refused."""

    outcome: Literal["taken", "known", "refused"]
    sentence: str = ""
    awaited: tuple[Awaits, ...] = ()
    about: str = field(default="", compare=False)


async def take_events(
    store: Store, settings: Settings, events: Iterable[CustomerEvent], now: Callable[[], datetime]
) -> list[EventAnswer]:
    """Take in events, in transactions between which others write; an answer for each, in their order."""
    answers: list[EventAnswer] = []
    rest = iter(events)
    while chunk := list(islice(rest, CHUNK)):
        answers += await store.write(take_chunk, settings, chunk, now())
    return answers


def take_chunk(
    connection: Connection, settings: Settings, events: Sequence[CustomerEvent], now: datetime
) -> list[EventAnswer]:
    """Take in these events in one transaction; an answer for each, in their order."""
    people = _people(connection, events)
    meant = _in_other_capitals(connection, {event.contact for event in events} - people.keys())
    refused = [_refusal(settings, event, people, meant, now) for event in events]
    good = [event for event, why in zip(events, refused, strict=True) if why is None]
    first: dict[str, CustomerEvent] = {}
    for event in good:
        first.setdefault(event.key, event)
    added = _added(connection, [_row(event, people[event.contact], now) for event in first.values()])
    before = _known(connection, first.keys() - added.keys())
    before |= {key: _row(first[key], people[first[key].contact], now) for key in added}
    new = dict(added)
    awaiting: list[tuple[int, int, Awaits]] = []
    answers: list[EventAnswer] = []
    for event, why in zip(events, refused, strict=True):
        if why is not None:
            answers.append(why)
        elif (event_id := new.pop(event.key, None)) is not None:
            awaits = listening(settings, event)
            awaiting += [(event_id, people[event.contact], one) for one in awaits]
            answers.append(_taken(settings, event, awaits, now))
        else:
            answers.append(_again(event, before[event.key], people[event.contact]))
    _await(connection, awaiting, now)
    step("events.taken", taken=len(added), refused=len(events) - len(good))
    return answers


def take_dated(
    connection: Connection, settings: Settings, campaign: str, events: Sequence[CustomerEvent], now: datetime
) -> None:
    """Take in the days of an attribute that a campaign asks after or before, each once."""
    on = settings.campaigns[campaign].on
    if on is None or not events:
        return
    people = _people(connection, events)
    there = {event.key: event for event in events if event.contact in people}
    added = _added(connection, [_row(one, people[one.contact], now) for one in there.values()])
    awaiting = [
        (id_, people[there[key].contact], awaits_of(campaign, on, there[key].at))
        for key, id_ in added.items()
    ]
    _await(connection, awaiting, now)


def listening(settings: Settings, event: CustomerEvent) -> list[Awaits]:
    """The campaigns that ask after an event, as the settings are now."""
    return [
        awaits_of(name, campaign.on, event.at)
        for name, campaign in settings.campaigns.items()
        if campaign.on is not None and campaign.on.event == event.name
    ]


def awaits_of(campaign: str, on: After, at: datetime) -> Awaits:
    """From when until when a campaign asks after what was at a moment; UTC."""
    return Awaits(campaign, on.due(at).astimezone(UTC), on.until(at).astimezone(UTC))


# ----------------------------------------------------------------------------------------------- answers


def _refusal(
    settings: Settings,
    event: CustomerEvent,
    people: Mapping[str, int],
    meant: Mapping[str, str],
    now: datetime,
) -> EventAnswer | None:
    if event.contact not in people:
        other = meant.get(event.contact.casefold())
        hint = f"did you mean {other}?" if other else "import it first, or correct the key"
        return _refused(f"contact {event.contact!r} is not known; {hint}", "contact_id")
    if event.at > now + AHEAD:
        day = _day(settings, event.at)
        return _refused(f"{event.name} lies in the future, on {day}; send it when it has happened", "at")
    months = (now.year - event.at.year) * 12 + now.month - event.at.month
    if months > settings.retention:
        return _refused(
            f"{event.name} was on {_day(settings, event.at)}, before the {settings.retention} months for which "
            "anything is kept; leave it out",
            "at",
        )
    return None


def _refused(why: str, about: str) -> EventAnswer:
    return EventAnswer("refused", why, about=about)


def _taken(settings: Settings, event: CustomerEvent, awaits: Sequence[Awaits], now: datetime) -> EventAnswer:
    if not awaits:
        names = {one.on.event for one in settings.campaigns.values() if one.on and one.on.event}
        hint = near(event.name, names) or "a campaign of config.yaml does with on: {event: …}"
        return EventAnswer("taken", f"kept, but no campaign asks after {event.name}; {hint}")
    in_time = tuple(one for one in awaits if one.until > now)
    if in_time:
        return EventAnswer("taken", awaited=in_time)
    last = max(awaits, key=lambda one: one.until)
    return EventAnswer(
        "taken",
        f"kept, but {event.name} was on {_day(settings, event.at)}, too long ago: {last.campaign} asked until "
        f"{_day(settings, last.until)}",
    )


def _again(event: CustomerEvent, before: Mapping[str, Any], contact_id: int) -> EventAnswer:
    same = _row(event, contact_id, before["taken_at"])
    if not event.timed:  # its sender said nothing else than before
        same["at"] = before["at"]
    if all(before[name] == value for name, value in same.items()):
        return EventAnswer("known")
    return _refused(
        f"id {event.key!r} came before with something else in it; give each event an id of its own", "id"
    )


def _day(settings: Settings, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(settings.timezone)):%Y-%m-%d}"


# -------------------------------------------------------------------------------------------------- rows

_PEOPLE: Final = select(contact.c.contact_id, contact.c.id).where(
    contact.c.contact_id.in_(bindparam("keys", expanding=True)), contact.c.contact_id.not_like(f"{RESERVED}%")
)
_KNOWN: Final = select(customer_event).where(customer_event.c.key.in_(bindparam("keys", expanding=True)))
_RETURNED: Final = (customer_event.c.id, customer_event.c.key)
_ADD: Final = {
    "sqlite": sqlite_insert(customer_event).on_conflict_do_nothing().returning(*_RETURNED),
    "postgresql": postgres_insert(customer_event).on_conflict_do_nothing().returning(*_RETURNED),
}
_AWAIT: Final = insert(touchpoint)


def _people(connection: Connection, events: Sequence[CustomerEvent]) -> dict[str, int]:
    """The contacts (`contact.id`) of events, by their own keys; who is not known is left out."""
    found = connection.execute(_PEOPLE, {"keys": sorted({event.contact for event in events})})
    return {row.contact_id: row.id for row in found}


def _added(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Add the events whose keys are new; their ids, by key."""
    if not rows:
        return {}
    return {row.key: row.id for row in connection.execute(_ADD[connection.dialect.name], rows)}


def _known(connection: Connection, keys: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    wanted = sorted(keys)
    found = connection.execute(_KNOWN, {"keys": wanted}).mappings() if wanted else ()
    return {row["key"]: dict(row) for row in found}


def _in_other_capitals(connection: Connection, unknown: Set[str]) -> dict[str, str]:
    """Contacts by their own keys in small letters, of which some key is written in other capitals."""
    keys = sorted({spelled for key in unknown for spelled in (key.upper(), key.lower())})
    found = connection.execute(_PEOPLE, {"keys": keys}) if keys else ()
    return {row.contact_id.casefold(): row.contact_id for row in found}


def _row(event: CustomerEvent, contact_id: int, now: datetime) -> dict[str, Any]:
    return {
        "key": event.key,
        "contact_id": contact_id,
        "name": event.name,
        "at": event.at.astimezone(UTC),
        "fields": dict(event.fields),
        "taken_at": now,
    }


def _await(connection: Connection, awaiting: Iterable[tuple[int, int, Awaits]], now: datetime) -> None:
    """Have campaigns wait for the time to ask after events (`customer_event.id`) of contacts; where that is over,
    nobody does."""
    rows = [
        {
            "event_id": event_id,
            "campaign": one.campaign,
            "contact_id": contact_id,
            "due_at": None if one.until <= now else one.due,
            "latest": one.until,
            "until": one.until,
            "outcome": "late" if one.until <= now else None,
            "settled_at": now if one.until <= now else None,
        }
        for event_id, contact_id, one in awaiting
    ]
    if rows:
        connection.execute(_AWAIT, rows)
