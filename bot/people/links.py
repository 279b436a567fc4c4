"""Links that tie a Telegram chat to a contact: a bot cannot write first, so the customer presses Start.

A link works once. Its token is random and says nothing of the contact; whoever opens it first is tied, so
that a link that is passed on afterwards opens nothing.
https://core.telegram.org/bots/features#deep-linking
"""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pydantic import SecretStr
from sqlalchemy import Connection, bindparam, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.people import suppression
from bot.people.consent import TIE, contact_opted_out, opt_out
from bot.people.contacts import RELEASE_FROM_ADMIN, RESERVED
from bot.people.link_tokens import TOKEN_BYTES
from bot.store.schema import address, contact
from bot.store.schema import link as links
from bot.store.store import Store
from channels.base import Address
from channels.known import those_that

CHUNK: Final = 500  # contacts a transaction
(JOINED,) = those_that(lambda limits: limits.joins_by_link)
"""The channel of the links; they are `t.me`'s, so a second one would bring links of its own."""

INVITATION: Final = {
    "en": (
        "{company} would like to ask you now and then how we are doing. "
        "Open this link on your phone and press Start: {link}"
    ),
    "nl": (
        "{company} wil u af en toe vragen hoe u ons vindt. "
        "Open deze link op uw telefoon en druk op Start: {link}"
    ),
    "nl-je": (
        "{company} wil je af en toe vragen hoe je ons vindt. "
        "Open deze link op je telefoon en druk op Start: {link}"
    ),
}

Use = Literal["linked", "used", "unknown", "taken"]
"""What became of a press of Start: the chat belongs to the contact now (or did already); the link was used
by another chat; there is no such link; this chat is another contact's, or the contact has another chat."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A contact's link, and a text in their language to print or mail."""

    contact_id: str
    name: str
    link: str
    text: str


_UNLINKED = (
    select(contact.c.id, contact.c.contact_id, contact.c.name, contact.c.language, links.c.token)
    .select_from(contact.outerjoin(links, (links.c.contact_id == contact.c.id) & links.c.used_at.is_(None)))
    .where(
        contact.c.id > bindparam("after"),
        contact.c.contact_id.not_like(f"{RESERVED}%"),
        ~exists().where(address.c.contact_id == contact.c.id, address.c.channel == JOINED),
        ~contact_opted_out(contact.c.id),
    )
    .order_by(contact.c.id, links.c.made_at)
    .limit(bindparam("most"))
)
_ADD = insert(links)
_FIND = (
    select(links.c.contact_id, links.c.used_at, links.c.used_by, contact.c.contact_id.label("key"))
    .join(contact, contact.c.id == links.c.contact_id)
    .where(links.c.token == bindparam("token"))
    .with_for_update(of=links)
)
_OWNER = select(address.c.contact_id).where(
    address.c.channel == bindparam("channel"), address.c.value == bindparam("value")
)
_TIE = {
    engine.dialect.name: engine.insert(address).on_conflict_do_nothing() for engine in (sqlite, postgresql)
}
_USE = (
    update(links)
    .where(links.c.token == bindparam("its_token"))
    .values(used_at=bindparam("now"), used_by=bindparam("by"))
)


async def make_links(
    store: Store, username: str, company: str, language: str, now: datetime
) -> AsyncIterator[Invitation]:
    """An invitation for each contact without a Telegram chat who did not opt out.

    A link that was given and not used is given again. `username` is the bot's, `language` that of contacts
    without one of their own.
    """
    after = 0
    while chunk := await store.write(_linked, after, now):
        for id_, contact_id, name, spoken, token in chunk:
            after = id_
            url = f"https://t.me/{username}?start={token}"
            text = INVITATION.get(spoken or language, INVITATION["en"])
            yield Invitation(contact_id, name, url, text.format(company=company, link=url))


def use_link(
    connection: Connection, token: str, at: Address, now: datetime, secret: SecretStr | None = None
) -> Use:
    """Somebody at this address pressed Start with a token: tie the address to the token's contact.

    Pressing again in the same chat says `linked` again and changes nothing. Who was erased stays opted out
    until they say START in words: a pressed link is no wish to be asked again. `secret` is the settings'
    `secret_key`, by which they are known.
    """
    found = connection.execute(_FIND, {"token": token}).one_or_none()
    if found is None:
        return "unknown"
    place = {"channel": at.channel, "value": at.id}
    if found.used_at is not None:
        owner = connection.execute(_OWNER, place).scalar_one_or_none()
        return "linked" if found.used_by == str(at) and owner == found.contact_id else "used"
    connection.execute(RELEASE_FROM_ADMIN, {"at_channel": at.channel, "at_value": at.id})
    tied = connection.execute(_TIE[connection.dialect.name], {**place, "contact_id": found.contact_id})
    if not tied.rowcount and connection.execute(_OWNER, place).scalar_one_or_none() != found.contact_id:
        return "taken"
    connection.execute(_USE, {"its_token": token, "now": now, "by": str(at)})
    connection.execute(TIE, {"its_channel": at.channel, "its_value": at.id, "its_contact": found.contact_id})
    if suppression.among(connection, secret, (at, suppression.name_of_contact(found.key))):
        opt_out(connection, at, now, "erased")
    return "linked"


def _linked(connection: Connection, after: int, now: datetime) -> list[tuple[int, str, str, str | None, str]]:
    """The next contacts without a chat, each with an unused token."""
    rows = connection.execute(_UNLINKED, {"after": after, "most": CHUNK}).all()
    tokens: dict[int, str] = {}
    new = []
    for row in rows:
        if row.token is None:
            tokens[row.id] = secrets.token_urlsafe(TOKEN_BYTES)
            new.append({"token": tokens[row.id], "contact_id": row.id, "made_at": now})
        else:
            tokens.setdefault(row.id, row.token)
    if new:
        connection.execute(_ADD, new)
    return [
        (id_, contact_id, name, language, tokens[id_])
        for id_, contact_id, name, language in {
            row.id: (row.id, row.contact_id, row.name, row.language) for row in rows
        }.values()
    ]
