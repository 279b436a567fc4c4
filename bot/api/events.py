"""Events: what happened at customers', as the company's systems tell it; each is taken in once, by its sender's id."""

from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Security
from pydantic import Field, WrapValidator

from bot.api.caller import Caller, Closed, JsonTime, SentText, Unfit, caller, named_if_unfit, problems
from bot.api.problems import FieldProblem, unfit_problem
from bot.people.event_intake import EventAnswer, take_events
from bot.people.events import BadEvent, CustomerEvent, event_of, moment

router = APIRouter(prefix="/events", tags=["events"])

BATCH: Final = 1_000

WritesEvents = Annotated[Caller, Security(caller, scopes=["events:write"])]


class EventFields(Closed):
    """What happened at a customer's."""

    contact_id: SentText = Field(description="Your own key of the contact, as in an import.")
    event: SentText = Field(description="What happened.", examples=["project.finished"])
    at: SentText | None = Field(
        None,
        description="When, such as 2026-11-30 or 2026-11-30T14:05:00+01:00; left out it is now.",
        examples=["2026-11-30T14:05:00+01:00"],
    )
    id: SentText | None = Field(
        None,
        description="Your own number of it: the same is taken in once. Left out it is known by its content, with `at`.",
    )
    fields: dict[SentText, SentText] = Field(
        {}, description="What is told of it.", examples=[{"project": "Roof"}]
    )


class EventAwaited(Closed):
    """A campaign that asks after the event, from when and until when, unless a rule forbids it."""

    campaign: str
    due: JsonTime
    until: JsonTime


class EventTaken(Closed):
    """The event was taken in, or is known already. `note` says why nobody is asked after it, where that is so."""

    outcome: Literal["taken", "known"]
    note: str | None
    awaited: list[EventAwaited]


class EventBatch(Closed):
    """Up to 1,000 events."""

    events: list[Annotated[EventFields, WrapValidator(named_if_unfit)]] = Field(
        min_length=1, max_length=BATCH
    )


class EventRefusal(Closed):
    """An event that is not taken in. `place` counts from 1."""

    place: int
    errors: list[FieldProblem]


class EventNote(Closed):
    """Why nobody is asked after an event that is taken in. `place` counts from 1."""

    place: int
    detail: str


class EventsTaken(Closed):
    """What became of a batch of events: the good ones are taken in, and each bad one is named."""

    taken: int
    known: int
    refused: list[EventRefusal]
    notes: list[EventNote]


@router.post("", operation_id="tell_event", responses=problems(writes=True))
async def tell_event(told: EventFields, asks: WritesEvents) -> EventTaken:
    """Tell what happened at a customer's; who asks after it does so by itself."""
    try:
        event = _event(told, asks)
    except BadEvent as error:
        raise unfit_problem([_problem(error.about, str(error))]) from None
    (answer,) = await _taken(asks, [event])
    if answer.outcome == "refused":
        raise unfit_problem([_problem(answer.about, answer.sentence)])
    awaited = [EventAwaited(campaign=one.campaign, due=one.due, until=one.until) for one in answer.awaited]
    return EventTaken(outcome=answer.outcome, note=answer.sentence or None, awaited=awaited)


@router.post("/batch", operation_id="tell_events", responses=problems(writes=True))
async def tell_events(batch: EventBatch, asks: WritesEvents) -> EventsTaken:
    """Tell of up to 1,000 events. The good ones are taken in, and each bad one is named."""
    good: list[tuple[int, CustomerEvent]] = []
    taken = EventsTaken(taken=0, known=0, refused=[], notes=[])
    for place, told in enumerate(batch.events, 1):
        if isinstance(told, Unfit):
            taken.refused.append(EventRefusal(place=place, errors=told.errors))
            continue
        try:
            good.append((place, _event(told, asks)))
        except BadEvent as error:
            taken.refused.append(EventRefusal(place=place, errors=[_problem(error.about, str(error))]))
    answers = await _taken(asks, [event for _, event in good])
    for (place, _), answer in zip(good, answers, strict=True):
        match answer.outcome:
            case "refused":
                errors = [_problem(answer.about, answer.sentence)]
                taken.refused.append(EventRefusal(place=place, errors=errors))
            case "known":
                taken.known += 1
            case "taken":
                taken.taken += 1
                if answer.sentence:
                    taken.notes.append(EventNote(place=place, detail=answer.sentence))
    taken.refused.sort(key=lambda one: one.place)
    return taken


async def _taken(asks: Caller, events: list[CustomerEvent]) -> list[EventAnswer]:
    return await take_events(asks.store, asks.context.settings, events, asks.served.clock.now)


def _event(told: EventFields, asks: Caller) -> CustomerEvent:
    zone = ZoneInfo(asks.context.settings.timezone)
    at = asks.now if told.at is None else moment(told.at, zone)
    return event_of(told.contact_id, told.event, at, told.fields, told.id, timed=told.at is not None)


def _problem(field: str, sentence: str) -> FieldProblem:
    return FieldProblem(where="body", field=field, detail=sentence)
