"""A person who left comes back."""

from collections.abc import Sequence

from bot.dialogue.messages import Voice
from bot.intake.occasion import Occasion
from bot.people import consent, contacts, suppression
from bot.people.contacts import person_at
from channels.base import Address, Priority, plain


def come_back(occasion: Occasion, address: Address, *, confirmed: bool) -> None:
    """The owner of an address wants messages again. `confirmed`: the provider says so, and told them."""
    blocked = () if confirmed else consent.blocked_numbers(occasion.connection, address)
    was_out = let_in(occasion, address, blocked)
    if confirmed or not (was_out or blocked):
        return
    person = person_at(occasion.connection, address)
    welcome(occasion, address, occasion.voice(address.channel, person.language if person else None), blocked)


def let_in(occasion: Occasion, address: Address, blocked: Sequence[Address]) -> bool:
    """Forget that the person at an address left; True where they had. What the SMS provider keeps
    stands: at a number of theirs nobody can be asked until START comes from it."""
    if address in blocked:
        return False
    connection = occasion.connection
    was_out = consent.opt_in(connection, address) | _lift_erased(occasion, address)
    contacts.mark_alive(connection, address)
    for number in blocked:
        contacts.mark_dead(connection, number, contacts.KEPT_STOP, occasion.now)
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
    """A lifted block undoes what the block did, and no STOP that was said in words."""
    contacts.mark_alive(occasion.connection, address)
    consent.lift_block(occasion.connection, address)


def _lift_erased(occasion: Occasion, address: Address) -> bool:
    """Forget the opt-out that an erasure left, of the person at an address; True where there was one."""
    person = person_at(occasion.connection, address)
    names: tuple[Address | str, ...] = (address,)
    if person is not None:
        names = (address, *person.addresses, suppression.name_of_contact(person.contact_id))
    return suppression.lift(occasion.connection, occasion.context.settings.secret_key, names)
