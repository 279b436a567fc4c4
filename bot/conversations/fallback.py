"""Where somebody is asked who was not reached, or said nothing, on the first channel of their wave."""

from collections.abc import Container
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from bot.conversations import talks
from bot.conversations.talks import Talk
from bot.people import consent
from bot.store.hot import Hot
from bot.store.schema import Row, address, outbox, wave
from channels.base import Address

_WAVE: Final = Hot(select(wave.c.terms, wave.c.stopped_at).where(wave.c.id == bindparam("of_wave")))
_LIVING: Final = select(address.c.channel, address.c.value).where(
    address.c.contact_id == bindparam("of_contact"), address.c.dead_since.is_(None)
)
_MISSED: Final = (
    select(func.count())
    .select_from(outbox)
    .where(
        outbox.c.conversation_id == bindparam("of_id"),
        outbox.c.kind == "question",
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.status.in_(("undelivered", "failed")),
    )
)


def falls_back(connection: Connection, talk: Talk) -> bool:
    """Whether the wave of a conversation asks on its next channel who was not reached, and asks anybody yet."""
    run = _wave_of(connection, talk)
    return bool(run.terms.get("fallback")) and _asks(run, talk)


def still_asks(connection: Connection, talk: Talk) -> bool:
    """Whether the wave of a conversation asks anybody yet."""
    return _asks(_wave_of(connection, talk), talk)


def _wave_of(connection: Connection, talk: Talk) -> Row:
    (run,) = _WAVE.all(connection, {"of_wave": talk.wave_id})
    return run


def _asks(run: Row, talk: Talk) -> bool:
    return run.stopped_at is None and not (talk.trial or talk.erased)


def missed(connection: Connection, talk: Talk) -> int:
    """How often the question was not delivered where it is asked now."""
    values = {"of_id": talk.id, "of_channel": talk.address.channel}
    return int(connection.execute(_MISSED, values).scalar_one())


def next_place(connection: Connection, talk: Talk, on: Container[str]) -> Address | None:
    """The address on the next channel of the wave, of those that are `on`, at which the person can be asked: it lives,
    they did not leave there, and no other conversation is open at it."""
    channels = _wave_of(connection, talk).terms["channels"]
    rows = connection.execute(_LIVING, {"of_contact": talk.contact_id})
    living = {row.channel: row.value for row in rows}
    here = talk.address.channel
    for channel in channels[channels.index(here) + 1 :] if here in channels else ():
        place = Address(channel, living.get(channel, ""))
        if not place.id or channel not in on or consent.is_opted_out(connection, place):
            continue
        if talks.open_at(connection, place) is None:
            return place
    return None
