"""What stands around a case in the rows of its customer: what came beside words, where they can be written to, and what
they gave in earlier waves."""

from typing import Final

from sqlalchemy import Connection, bindparam, or_, select

from bot.cases.alerts import Came, Earlier
from bot.store.schema import conversation, inbox, wave

COLLEAGUE: Final = "colleague"
"""How the inbox notes what a colleague wrote under an alert: it is no word of the customer's."""

_BRINGS: Final = inbox.c.event["brings"].as_string()
_CAME: Final = (
    select(inbox.c.event)
    .where(
        inbox.c.conversation_id == bindparam("of_id"),
        _BRINGS.is_not(None),
        # A reaction that was read as a number is a score, and no sign beside one.
        or_(_BRINGS != "reaction", inbox.c.reading == "reaction"),
        inbox.c.reading.is_distinct_from(COLLEAGUE),
    )
    .order_by(inbox.c.id.desc())
    .limit(10)
)
_CHAT_URL: Final = inbox.c.event["chat_url"].as_string()
_CHAT: Final = (
    select(_CHAT_URL)
    .where(
        inbox.c.conversation_id == bindparam("of_id"),
        _CHAT_URL.is_not(None),
        inbox.c.reading.is_distinct_from(COLLEAGUE),
    )
    .order_by(inbox.c.id.desc())
    .limit(1)
)
_EARLIER: Final = (
    select(conversation.c.score, conversation.c.low, conversation.c.high)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(
        conversation.c.contact_id == bindparam("of_contact"),
        conversation.c.id < bindparam("of_id"),
        conversation.c.score.is_not(None),
        wave.c.trial.is_(False),
    )
    .order_by(conversation.c.id.desc())
    .limit(3)
)


def chat_of(connection: Connection, conversation_id: int) -> str | None:
    """Where a colleague can write to the customer, as the provider said when they last wrote; people change their
    names."""
    return connection.scalar(_CHAT, {"of_id": conversation_id})


def what_came(connection: Connection, conversation_id: int) -> tuple[Came, ...]:
    """The newest of what came beside words, the oldest first and each kind once."""
    found = connection.scalars(_CAME, {"of_id": conversation_id}).all()[::-1]
    each = (
        Came(one["brings"], one["text"] if one["brings"] == "reaction" else "", one.get("chat_url"))
        for one in found
    )
    return tuple({(one.brings, one.emoji): one for one in each}.values())


def earlier_scores(
    connection: Connection, contact_id: int | None, conversation_id: int
) -> tuple[Earlier, ...]:
    """The newest of what a customer gave in waves before the one of a case, the oldest first."""
    rows = connection.execute(_EARLIER, {"of_contact": contact_id, "of_id": conversation_id})
    return tuple(Earlier(one.score, one.low, one.high) for one in rows)[::-1]
