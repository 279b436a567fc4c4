"""Who is not to be asked now, looked at once more when their turn comes.

Enrolment goes by what is known then. Whoever answers a question late that a carrier had called undelivered was asked
by it after all; the question of a wave that was planned in between would then come too soon. And whoever asks to be
asked later, or elsewhere, may already wait for the next question.
"""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, exists, func, select, update

from bot.campaigns.candidates import ASKED_AT, WAS_ASKED, followed, last_of
from bot.campaigns.plan import Skipped
from bot.campaigns.spaces import LastAsked
from bot.store.hot import Hot
from bot.store.schema import OPEN_STATES, address, conversation, wave

_LAST: Final = (
    func.max(ASKED_AT).label("asked"),
    func.max(case((~wave.c.transactional, ASKED_AT))).label("relational"),
    func.max(case((wave.c.transactional, ASKED_AT))).label("transactional"),
)
_LAST_ASKED: Final = (
    select(conversation.c.contact_id, *_LAST)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(WAS_ASKED, conversation.c.contact_id.in_(bindparam("contacts", expanding=True)))
    .group_by(conversation.c.contact_id)
)
_FOLLOWED_UP: Final = followed(lambda id_: id_.in_(bindparam("contacts", expanding=True)))
_asking = conversation.alias("asking")
_ASKED_BEFORE: Final = Hot(
    select(*_LAST)
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
        skipped=bindparam("code"),
        skipped_detail=bindparam("detail"),
        channel=None,
        address=None,
        ask_at=None,
    )
)
_there = conversation.alias("there")


def _alive_on(contact_id: ColumnElement[int]) -> ColumnElement[bool]:
    """An address of a contact on the channel `to_channel` at which nobody else's conversation is open."""
    return and_(
        address.c.contact_id == contact_id,
        address.c.channel == bindparam("to_channel"),
        address.c.dead_since.is_(None),
        ~exists().where(
            _there.c.channel == address.c.channel,
            _there.c.address == address.c.value,
            _there.c.state.in_(OPEN_STATES),
        ),
    )


_MOVE: Final = (
    update(conversation)
    .where(
        conversation.c.id == bindparam("of_id"),
        conversation.c.state == "waiting",
        conversation.c.channel != bindparam("to_channel"),
        exists().where(_alive_on(conversation.c.contact_id)),
    )
    .values(
        channel=bindparam("to_channel"),
        address=select(address.c.value).where(_alive_on(conversation.c.contact_id)).scalar_subquery(),
    )
)


def last_asked(connection: Connection, contacts: Collection[int]) -> Mapping[int, LastAsked]:
    """When each of these contacts, whose next question is not released, was asked last, and followed up."""
    chosen = {"contacts": sorted(contacts)}
    followed_up = {row.contact_id: row.at for row in connection.execute(_FOLLOWED_UP, chosen)}
    asked = {row.contact_id: row for row in connection.execute(_LAST_ASKED, chosen)}
    return {one: last_of(asked.get(one), followed_up.get(one)) for one in {*followed_up, *asked}}


def asked_before(connection: Connection, conversation_id: int) -> LastAsked:
    """When the contact of a conversation was asked last in another one."""
    return last_of(_ASKED_BEFORE.first(connection, {"of_id": conversation_id}))


def leave_out(connection: Connection, conversation_id: int, why: Skipped) -> None:
    """Leave somebody out whose question was not released."""
    values = {"of_id": conversation_id, "code": why.code.value, "detail": why.detail}
    connection.execute(_SKIP, values)


def move(connection: Connection, conversation_id: int, channel: str | None) -> bool:
    """Have somebody whose question was not released asked on another channel; False where they cannot be reached there,
    or are asked there anyway."""
    return bool(connection.execute(_MOVE, {"of_id": conversation_id, "to_channel": channel}).rowcount)
