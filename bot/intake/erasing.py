"""A person is erased: what is open ends, every table is emptied, and the goodbye goes with the rest."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot import outbox
from bot.context import Context
from bot.conversations import talks
from bot.intake.occasion import Occasion
from bot.intake.recording import end
from bot.people import contacts
from bot.people.contacts import Person
from bot.people.departed import CUSTOMER, note_departed
from bot.privacy import erasure
from bot.privacy.erasure import Erased
from channels.base import Address, Priority, plain

FAREWELL = timedelta(days=1)  # a goodbye that could not be sent by then is dropped, with its address


def erase_contact(
    connection: Connection, context: Context, contact_id: str, now: datetime, by: str = "terminal"
) -> Erased | None:
    """Erase the contact with this key of the user's own, who asked for it outside the chat; None where there
    is none. `by` is counted for the audit."""
    person = contacts.person(connection, contact_id)
    return None if person is None else erase(Occasion(connection, context, now), person, None, by)


def erase(occasion: Occasion, person: Person, at: Address | None, by: str = CUSTOMER) -> Erased:
    """Erase a person, and say goodbye at the address where they asked for it. The goodbye is the last that
    names the address; it goes when it is sent."""
    connection, now = occasion.connection, occasion.now
    for place in person.addresses:
        outbox.cancel_for(connection, place, now)
    for talk in talks.open_of_contact(connection, person.id):
        end(occasion, talk)
    note_departed(connection, {(person.account_manager, "erased"): 1}, by, now)
    erased = erasure.erase(connection, occasion.context.settings, person, now)
    if at is not None:
        text = occasion.voice(at.channel, person.language).text("erased")
        occasion.say(
            "farewell",
            at,
            (plain(text),),
            lane=f"farewell:{occasion.inbox_id}",
            priority=Priority.CONSENT,
            expires_at=now + FAREWELL,
        )
    return erased
