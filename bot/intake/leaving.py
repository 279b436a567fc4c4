"""A person leaves: in every channel, at once."""

from typing import Literal

from bot import outbox
from bot.cases import cases
from bot.cases.admins import tell_admins
from bot.conversations import talks
from bot.conversations.talks import Talk
from bot.intake.following import leave_follow_ups
from bot.intake.occasion import Occasion
from bot.intake.recording import end
from bot.people import colleagues, consent, contacts, suppression
from bot.people.contacts import Person, person_at
from bot.steps import step
from channels.base import Address, Priority, plain
from channels.known import limits_of, title_of


def leave(
    occasion: Occasion, address: Address, source: Literal["words", "provider", "block"], *, confirmed: bool
) -> bool:
    """The owner of an address wants nothing more. `confirmed`: the provider told them so. False, with nothing
    changed, where they asked for messages again after they said so."""
    connection, said = occasion.connection, occasion.said
    if consent.came_back_since(connection, address, said, block=source == "block"):
        return False
    # Of who was erased it is known already, and their address is not to be written down again.
    new = not _erased(occasion, address) and consent.opt_out(connection, address, said.at, source)
    if source == "block":
        contacts.mark_dead(connection, address, "the person blocked the bot", occasion.now)
    language = end_all(occasion, address)
    if new:
        cases.consent_changed(connection, address, occasion.now)
        step("person.left", channel=address.channel, source=source)
    if new and source == "provider":
        _tell_of_manager(occasion, address)
    if new and not confirmed:
        voice = occasion.voice(address.channel, language)
        occasion.say("consent", address, (plain(voice.text("opted_out")),), priority=Priority.CONSENT)
    return True


def _tell_of_manager(occasion: Occasion, address: Address) -> None:
    """Tell the admins that the provider blocks the number of an account manager, by a STOP of their own: alerts to it
    go to others from now on."""
    settings = occasion.context.settings
    if "manager" in colleagues.roles_at(settings, address):
        names = ", ".join(colleagues.managers_at(settings, address)) or str(address)
        text = occasion.context.manager_words.text(
            "manager_stopped", who=names, channel=title_of(address.channel)
        )
        key = f"manager-stopped:{address}:{occasion.said.at.isoformat()}"
        tell_admins(occasion.connection, occasion.context, key, text, occasion.now)


def close_to_all(occasion: Occasion, address: Address) -> bool:
    """Whoever is at an address is not who was asked: nothing goes there any more, whoever an import gives it to, and
    the admins are told whose it was. True where it was open."""
    new = consent.opt_out(occasion.connection, address, occasion.said.at, "words", somebody_else=True)
    contacts.mark_dead(occasion.connection, address, "somebody else is at this address", occasion.now)
    outbox.cancel_for(occasion.connection, address, occasion.now)
    person = person_at(occasion.connection, address)
    if new and person is not None and not person.contact_id.startswith(contacts.RESERVED):
        _tell_of_wrong_address(occasion, address, person)
    return new


def _tell_of_wrong_address(occasion: Occasion, address: Address, person: Person) -> None:
    """Tell the admins whose address is wrong, once, so that somebody mends it where it comes from."""
    text = occasion.context.manager_words.text(
        "wrong_address",
        who=person.name or person.contact_id,
        contact=person.contact_id,
        channel=title_of(address.channel),
    )
    key = f"wrong-address:{address}:{person.contact_id}"
    tell_admins(occasion.connection, occasion.context, key, text, occasion.now)


def refuse(occasion: Occasion, address: Address) -> None:
    """The provider says, on sending, that the owner of an address wants nothing more: it keeps a STOP of
    theirs, or in a chat they blocked the bot."""
    source: Literal["provider", "block"] = "provider" if limits_of(address.channel).keeps_stop else "block"
    leave(occasion, address, source, confirmed=True)


def end_all(occasion: Occasion, address: Address, besides: Talk | None = None) -> str | None:
    """End every open conversation of the person at an address, and take back what is queued. The language
    to say goodbye in."""
    person = person_at(occasion.connection, address)
    for place in person.addresses if person else (address,):
        outbox.cancel_for(occasion.connection, place, occasion.now)
    if person is None:
        return None
    leave_follow_ups(occasion, person.id)
    for talk in talks.open_of_contact(occasion.connection, person.id):
        if besides is None or talk.id != besides.id:
            end(occasion, talk)
    return person.language


def _erased(occasion: Occasion, address: Address) -> bool:
    """Whether this is nobody's address, and was that of somebody who was erased."""
    secret = occasion.context.settings.secret_key
    return bool(suppression.among(occasion.connection, secret, (address,))) and (
        person_at(occasion.connection, address) is None
    )
