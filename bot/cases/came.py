"""What came beside words in a conversation, for the alert: read from the events that brought it."""

from typing import Final

from sqlalchemy import Connection, bindparam, or_, select

from bot.cases.alerts import Came
from bot.store.schema import inbox

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
