"""Words of a contact of whom several questions are open, none of them where they wrote: kept until they say which."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from bot.conversations.talks import Talk
from bot.store.schema import address, conversation, inbox

_NOTE: Final = "which"  # as intake notes such words
_WAIT = (
    update(conversation)
    .where(conversation.c.id.in_(bindparam("ids", expanding=True)), conversation.c.words_from.is_(None))
    .values(words_from=bindparam("first"))
)
_WORDS = (
    select(inbox.c.id, inbox.c.channel, inbox.c.event, inbox.c.received_at)
    .join(address, address.c.channel + ":" + address.c.value == inbox.c.actor)
    .where(
        address.c.contact_id == bindparam("of_contact"),
        inbox.c.conversation_id.is_(None),
        inbox.c.reading == _NOTE,
        inbox.c.id >= bindparam("first"),
    )
    .order_by(inbox.c.id)
)
_SETTLED = (
    update(conversation)
    .where(conversation.c.contact_id == bindparam("of_contact"), conversation.c.words_from.is_not(None))
    .values(words_from=None)
)
_BELONG = (
    update(inbox)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(conversation_id=bindparam("of_id"))
)
_NOT_HERE = update(conversation).where(conversation.c.id == bindparam("of_id")).values(words_from=None)


class Kept(NamedTuple):
    """Words as they came in."""

    id: int
    channel: str
    event: Any
    received_at: datetime


def wait(connection: Connection, talks: Collection[Talk], inbox_id: int) -> None:
    """Let words wait for which of these they belong to; earlier ones that wait stay the first."""
    connection.execute(_WAIT, {"ids": [one.id for one in talks], "first": inbox_id})


def words(connection: Connection, talk: Talk) -> Sequence[Kept]:
    """The words that may belong to a conversation, in the order in which they came."""
    if talk.words_from is None:
        return ()
    values = {"of_contact": talk.contact_id, "first": talk.words_from}
    return [Kept(*row) for row in connection.execute(_WORDS, values)]


def belong(connection: Connection, talk: Talk, kept: Collection[Kept]) -> None:
    """They belong to this conversation, and to none of the others."""
    connection.execute(_BELONG, {"ids": [one.id for one in kept], "of_id": talk.id})
    connection.execute(_SETTLED, {"of_contact": talk.contact_id})


def not_here(connection: Connection, talk: Talk) -> None:
    """They do not belong to this conversation, and wait for the others."""
    connection.execute(_NOT_HERE, {"of_id": talk.id})
