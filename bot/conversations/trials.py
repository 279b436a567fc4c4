"""A trial: the real conversation of a campaign, held with the admin who asked for it, and counted nowhere.

It is a wave of its own, with a number of 0 or less and one conversation, to which neither the audience nor
the send window nor `every` applies. The admin's own STOP does.
"""

import secrets
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.campaigns.enrolment import AT_FIRST, spoken
from bot.campaigns.runs import Now, numbered
from bot.campaigns.terms import terms_of
from bot.campaigns.waves import Wave, wave_from
from bot.config.settings import Settings
from bot.conversations import saving, talks
from bot.dialogue.conversation import Superseded, advance
from bot.people.consent import is_opted_out
from bot.people.contacts import RESERVED
from bot.store.schema import address, contact, conversation, outbox, wave
from bot.store.store import Store
from channels.base import Address


class OptedOut(ValueError):
    """The admin said STOP at this address."""


class InConversation(ValueError):
    """A real conversation of `campaign` is open at this address, until `until` where that is known."""

    def __init__(self, campaign: str, until: datetime | None) -> None:
        super().__init__(f"a conversation of {campaign} is open at this address")
        self.campaign = campaign
        self.until = until


_HERE: Final = (
    select(contact.c.id, contact.c.language)
    .join(address, address.c.contact_id == contact.c.id)
    .where(address.c.channel == bindparam("channel"), address.c.value == bindparam("value"))
)
_BY_KEY: Final = select(contact.c.id, contact.c.language).where(contact.c.contact_id == bindparam("key"))
_CANCEL: Final = (
    update(outbox)
    .where(outbox.c.conversation_id == bindparam("id_"), outbox.c.state == "queued")
    .values(state="cancelled", done_at=bindparam("at"))
)
_NEXT_NUMBER: Final = select(func.coalesce(func.min(wave.c.number), 1) - 1).where(
    wave.c.campaign == bindparam("campaign"), wave.c.trial.is_(True)
)
_ADD_CONTACT: Final = insert(contact).returning(contact.c.id, contact.c.language)
_ADD_ADDRESS: Final = insert(address)
_ADD_WAVE: Final = insert(wave).returning(wave)
_ADD_CONVERSATION: Final = insert(conversation).values(AT_FIRST)


async def hold_trial(store: Store, settings: Settings, campaign: str, admin: Address, clock: Now) -> Wave:
    """Begin a trial at an admin's address; its question is due at once.

    An earlier trial at that address ends. Raises OptedOut or InConversation where it cannot be held, and
    KeyError where the settings have no such campaign.
    """
    return await numbered(store, _begin, settings, campaign, admin, clock())


def _begin(connection: Connection, settings: Settings, campaign: str, admin: Address, now: datetime) -> Wave:
    if is_opted_out(connection, admin):
        raise OptedOut("this address opted out")
    _make_way(connection, admin, now)
    terms = terms_of(campaign, settings.campaigns[campaign], settings.surveys).for_trial(admin.channel)
    row = connection.execute(
        _ADD_WAVE,
        {
            "campaign": campaign,
            "number": connection.scalar(_NEXT_NUMBER, {"campaign": campaign}),
            "trial": True,
            "terms": terms.as_dict(),
            "plan": f"trial:{secrets.token_urlsafe(12)}",
            "started_by": str(admin),
            "started_at": now,
            "enrolled_at": now,
            "begun_at": now,
        },
    ).one()
    run = wave_from(row)
    contact_id, language = _contact(connection, admin, now)
    connection.execute(
        _ADD_CONVERSATION,
        {
            "wave_id": run.id,
            "low": run.terms.low,
            "high": run.terms.high,
            "contact_id": contact_id,
            "channel": admin.channel,
            "address": admin.id,
            "language": spoken(language, settings.language),
            "state": "waiting",
            "ask_at": now,
        },
    )
    return run


def _make_way(connection: Connection, admin: Address, now: datetime) -> None:
    """End an earlier trial at the address; a real conversation there is left alone and refuses the trial."""
    open_here = talks.open_at(connection, admin)
    if open_here is None:
        return
    if not open_here.trial:
        raise InConversation(open_here.campaign, open_here.conversation.closes_at)
    connection.execute(_CANCEL, {"id_": open_here.id, "at": now})
    over = advance(open_here.conversation, Superseded(now)).conversation
    saving.save_fate(connection, open_here, over, now)


def _contact(connection: Connection, admin: Address, now: datetime) -> tuple[int, str | None]:
    """The contact at the address and its language; one is made that belongs to no audience where there is
    none."""
    found = connection.execute(_HERE, _place(admin)).one_or_none()
    if found is not None:
        return found.id, found.language
    key = f"{RESERVED}{admin}"[:200]
    made = connection.execute(_BY_KEY, {"key": key}).one_or_none()
    if made is None:
        values = {"contact_id": key, "name": "", "attributes": {}, "changed_at": now}
        made = connection.execute(_ADD_CONTACT, values).one()
    connection.execute(_ADD_ADDRESS, _place(admin) | {"contact_id": made.id})
    return made.id, made.language


def _place(admin: Address) -> dict[str, Any]:
    return {"channel": admin.channel, "value": admin.id}
