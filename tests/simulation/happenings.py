"""Events of the customers of the simulated world, and what must have become of each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy import Connection, select

from bot.people.event_intake import EventAnswer
from bot.people.events import CustomerEvent, event_of
from bot.store.schema import Row, contact, conversation, customer_event, touchpoint, wave
from tests.simulation.ledger import Happened, Ledger

CAMPAIGN: Final = "after"
WAIT, WITHIN = timedelta(days=1), timedelta(days=5)
_ROWS: Final = (
    select(
        customer_event.c.key,
        customer_event.c.at,
        customer_event.c.taken_at,
        customer_event.c.contact_id,
        contact.c.contact_id.label("whose"),
        touchpoint.c.due_at,
        touchpoint.c.outcome,
        touchpoint.c.settled_at,
        touchpoint.c.conversation_id,
        conversation.c.contact_id.label("asked_contact"),
        conversation.c.about,
        wave.c.campaign,
        wave.c.started_at,
        wave.c.open_until,
    )
    .join(contact, contact.c.id == customer_event.c.contact_id)
    .outerjoin(touchpoint, touchpoint.c.event_id == customer_event.c.id)
    .outerjoin(conversation, conversation.c.id == touchpoint.c.conversation_id)
    .outerjoin(wave, wave.c.id == conversation.c.wave_id)
)


def something(chance: Random, whose: str, name: str, now: datetime, number: int) -> CustomerEvent:
    """Something that happened a while ago; now and then too long ago. It names its customer, so that it is seen
    whether all of it goes with them."""
    ago = timedelta(hours=chance.randrange(150 if chance.random() < 0.1 else 40))
    return event_of(
        whose, "project.finished", now - ago, {"project": f"Roof of {name}"}, f"happened-{number}"
    )


def taken(ledger: Ledger, events: Sequence[CustomerEvent], answers: Sequence[EventAnswer]) -> None:
    """Events were handed in: each is new, or was known, or is of nobody."""
    for event, answer in zip(events, answers, strict=True):
        ledger.note("happened", event.contact, event.key, answer.outcome)
        known = event.key in ledger.happened
        ledger.law((answer.outcome == "known") <= known, "what was never taken in is not known", event)
        ledger.law((answer.outcome == "taken") <= (not known), "an event is taken in once", event)
        refused = answer.outcome == "refused"
        ledger.law(
            refused == (event.contact not in ledger.people), "an event is of somebody who is known", event
        )
        if answer.outcome == "taken":
            ledger.happened[event.key] = Happened(event.contact, event.at)


def events_are_settled(connection: Connection, ledger: Ledger) -> None:
    """Every event is there, and what became of it is known when its time has come."""
    rows = connection.execute(_ROWS).all()
    found = {row.key: row.whose for row in rows}
    expected = {key: one.whose for key, one in ledger.happened.items()}
    ledger.law(found == expected, "every event is kept", set(found.items()) ^ set(expected.items()))
    for row in rows:
        over = ledger.now >= row.at + WITHIN + timedelta(days=4)  # an open conversation may put it off
        ledger.law(not over or row.outcome is not None, "nobody is left in silence after an event", row)
        if row.outcome is None:
            continue
        if row.outcome == "newer":
            later = any(
                one.contact_id == row.contact_id and one.at >= row.at for one in rows if one is not row
            )
            ledger.law(later, "only a newer event takes the place of one", row)
        if row.conversation_id is not None and row.asked_contact is not None:
            _in_a_wave(ledger, row, rows)


def _in_a_wave(ledger: Ledger, row: Row, rows: Sequence[Row]) -> None:
    ledger.law(row.asked_contact == row.contact_id, "an event is asked of whom it happened to", row)
    ledger.law(row.campaign == CAMPAIGN, "an event is asked in its campaign", row)
    ledger.law(row.started_at <= row.settled_at < row.open_until, "a wave takes in within its period", row)
    ledger.law(row.settled_at < row.at + WITHIN, "nobody is asked too late after an event", row)
    newer = [
        one
        for one in rows
        if one.contact_id == row.contact_id
        and one.at > row.at
        and one.taken_at < row.settled_at
        and (one.settled_at is None or one.settled_at > row.settled_at)
    ]
    ledger.law(not newer, "the question is about the newest event", row, newer)
