"""Whether something newer in the place of words was heard before them: an edit of the same message, or consent that
was given or taken back after they were said. It only looks."""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from bot.conversations.talks import Talk
from bot.dialogue.order import SaidAt
from bot.people import consent
from bot.reading.reader import OptIn, OptOut, Reading
from bot.store.hot import Hot
from bot.store.schema import answer, inbox
from channels.base import InboundMessage

_HEARD: Final = Hot(
    select(inbox.c.event)
    .join(answer, answer.c.inbox_id == inbox.c.id)
    .where(answer.c.conversation_id == bindparam("of_id"), answer.c.message_ref == bindparam("ref"))
)


def is_overtaken(
    connection: Connection, talk: Talk, event: InboundMessage, reading: Reading, said: SaidAt
) -> bool:
    """Whether what stands is newer than these words, whatever they say. Scores and reasons go by their own times."""
    match reading:
        case OptOut():
            return consent.came_back_since(connection, event.actor, said)
        case OptIn():
            return consent.left_since(connection, event.actor, said)
    nothing_said = talk.conversation.score is None and not talk.conversation.unread
    if event.edits is not None or event.message_ref is None or nothing_said:
        return False
    heard = _HEARD.all(connection, {"of_id": talk.id, "ref": event.message_ref})
    return any(row.event.get("edits") is not None for row in heard)
