"""What a colleague does on the page of a case that must not be done twice: it is taken in once, as an event of a
channel is, under the key of the form that it was written in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, select

from bot.cases import threads
from bot.cases.acts import Acted
from bot.cases.around import COLLEAGUE
from bot.context import Context
from bot.intake.arrival import Arrival, InboxEntry, once
from bot.intake.occasion import Occasion
from bot.intake.relay import OnPage, hurried_on_page, written_on_page
from bot.store.schema import inbox
from channels.base import Address, InboundMessage

PAGE: Final = "page"
"""The channel of what was done on a page, in the inbox; no adapter has this name."""

_BEFORE: Final = select(inbox.c.event["text"].as_string()).where(
    inbox.c.channel == PAGE, inbox.c.provider_id == bindparam("key")
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a colleague wrote on the page of a case: in which form, as whom, and where they are signed in for; `may`
    says that they may do anything with any case. `sooner` is a message that is to go now, in the place of words."""

    form: str
    case_id: int
    actor: Address
    place: Address
    may: bool
    words: str = ""
    sooner: int | None = None


Repeated = Literal["the same", "other words"]


def take_in_from_page(
    connection: Connection, context: Context, written: Written, now: datetime
) -> Acted | Repeated:
    """Do what was written, once: a form that was sent before does nothing, and says whether it held these words."""
    event = InboundMessage(
        provider_id=hashlib.sha256(written.form.encode()).hexdigest(),
        place=written.place,
        actor=written.actor,
        sent_at=now,
        text=written.words,
    )
    conversation_id = threads.by_id(connection, written.case_id).conversation_id
    entry = InboxEntry(Arrival(PAGE, event, context, now), conversation_id, COLLEAGUE)
    (inbox_id,) = once(connection, [entry])
    if inbox_id is None:
        before = connection.scalar(_BEFORE, {"key": event.provider_id})
        return "the same" if before == written.words else "other words"
    occasion = Occasion(connection, context, now, inbox_id, event)
    if written.sooner is not None:
        return hurried_on_page(occasion, event, written.case_id, written.sooner)
    return written_on_page(occasion, event, written.case_id, OnPage(written.may))
