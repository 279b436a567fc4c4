"""A person who left comes back."""

from collections.abc import Sequence

from bot.cases import cases
from bot.dialogue.messages import Voice
from bot.intake.occasion import Occasion
from bot.people import consent, contacts, suppression
from bot.people.contacts import person_at
from bot.people.wishes import undo_wishes
from channels.base import Address, Priority, plain


def come_back(occasion: Occasion, address: Address, *, confirmed: bool) -> bool:
    """The owner of an address wants messages again. `confirmed`: the provider says so, and told them. Whether they
    were told something."""
    blocked = () if confirmed else consent.blocked_numbers(occasion.connection, address)
    was_out = let_in(occasion, address, blocked)
    if confirmed or not (was_out or blocked):
        return False
    person = person_at(occasion.connection, address)
    welcome(occasion, address, occasion.voice(address.channel, person.language if person else None), blocked)
    return True


def let_in(occasion: Occasion, address: Address, blocked: Sequence[Address]) -> bool:
    """Forget that the person at an address left; True where they had. What they said after this stands, and what the
    SMS provider keeps: at a number of theirs nobody can be asked until START comes from it."""
    connection = occasion.connection
    if address in blocked:
        return False
    if (person := person_at(connection, address)) is not None:
        undo_wishes(connection, person.id, occasion.said.at)
    was_out = consent.opt_in(connection, address, occasion.said) | _lift_erased(occasion, address)
    if consent.is_opted_out(connection, address):
        return False
    contacts.mark_alive(connection, address)
    for number in blocked:
        contacts.mark_dead(connection, number, contacts.KEPT_STOP, occasion.now)
    if was_out:
        cases.consent_changed(connection, address, occasion.now)
    return was_out


def welcome(occasion: Occasion, address: Address, voice: Voice, blocked: Sequence[Address]) -> None:
    """Greet who came back. To a number that the provider blocks it is tried once a day, since it arrives
    where our record is the one that is behind."""
    text = voice.text("opted_in_blocked" if blocked else "opted_in")
    if address in blocked:
        occasion.say_once(f"blocked:{address}:{occasion.now:%Y%m%d}", address, text, Priority.CONSENT)
    else:
        occasion.say("consent", address, (plain(text),), priority=Priority.CONSENT)


def unblock(occasion: Occasion, address: Address) -> None:
    """A lifted block undoes what an earlier block did, and no STOP that was said in words."""
    lifted = consent.lift_block(occasion.connection, address, occasion.said)
    if not consent.is_blocked(occasion.connection, address):
        contacts.mark_alive(occasion.connection, address)
    if lifted:
        cases.consent_changed(occasion.connection, address, occasion.now)


def _lift_erased(occasion: Occasion, address: Address) -> bool:
    """Forget the opt-out that an erasure left, of the person at an address; True where there was one."""
    person = person_at(occasion.connection, address)
    names: tuple[Address | str, ...] = (address,)
    if person is not None:
        names = (address, *person.addresses, suppression.name_of_contact(person.contact_id))
    secret = occasion.context.settings.secret_key
    return suppression.lift(occasion.connection, secret, names, occasion.said.at)
