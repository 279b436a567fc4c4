"""Who was asked too lately, looked at once more when their turn comes.

Enrolment goes by what is known then. Whoever answers a question late that a carrier had called undelivered was asked
by it after all; the question of a wave that was planned in between would then come too soon.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, update

from bot.campaigns.audience import WAS_ASKED, followed
from bot.campaigns.plan import Place, Skip, until
from bot.store.hot import Hot
from bot.store.schema import conversation, wave

_ASKED_AT: Final = func.max(func.coalesce(conversation.c.asked_at, conversation.c.released_at)).label("at")
_LAST_ASKED: Final = (
    select(conversation.c.contact_id, _ASKED_AT)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(WAS_ASKED, conversation.c.contact_id.in_(bindparam("contacts", expanding=True)))
    .group_by(conversation.c.contact_id)
)
_FOLLOWED_UP: Final = followed(lambda id_: id_.in_(bindparam("contacts", expanding=True)))
_asking = conversation.alias("asking")
_ASKED_BEFORE: Final = Hot(
    select(_ASKED_AT)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(
        WAS_ASKED,
        conversation.c.contact_id
        == select(_asking.c.contact_id).where(_asking.c.id == bindparam("of_id")).scalar_subquery(),
        conversation.c.id != bindparam("of_id"),
    )
)
_SKIP: Final = (
    update(conversation)
    .where(conversation.c.id == bindparam("of_id"), conversation.c.state == "waiting")
    .values(
        state="skipped",
        skipped=Skip.TOO_SOON.value,
        skipped_detail=bindparam("detail"),
        channel=None,
        address=None,
        ask_at=None,
    )
)


def last_asked(connection: Connection, contacts: Collection[int]) -> Mapping[int, datetime]:
    """When each of these contacts, whose next question is not released, was asked last."""
    rows = connection.execute(_LAST_ASKED, {"contacts": sorted(contacts)})
    return {row.contact_id: row.at for row in rows}


def followed_up(connection: Connection, contacts: Collection[int]) -> Mapping[int, datetime]:
    """When each of these contacts was last asked whether it is solved."""
    rows = connection.execute(_FOLLOWED_UP, {"contacts": sorted(contacts)})
    return {row.contact_id: row.at for row in rows}


def asked_before(connection: Connection, conversation_id: int) -> datetime | None:
    """When the contact of a conversation was asked last in another one."""
    row = _ASKED_BEFORE.first(connection, {"of_id": conversation_id})
    return None if row is None else row.at


def leave_out(connection: Connection, conversation_id: int, free: datetime, place: Place | None) -> None:
    """Leave somebody out whose question was not released: it would come too soon."""
    connection.execute(_SKIP, {"of_id": conversation_id, "detail": until(free, place)})
