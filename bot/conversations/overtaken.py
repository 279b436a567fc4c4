"""Whether something newer in the place of words was heard before them: an edit of the same message, or consent that
was given or taken back after they were said. It only looks."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, select

from bot.conversations.talks import Talk
from bot.dialogue.order import SaidAt
from bot.people import consent
from bot.reading.reader import OptIn, OptOut, Reading
from bot.store.behind import WriteBehind, looked_up
from bot.store.hot import Hot
from bot.store.schema import answer, inbox
from bot.store.sql import among, text_of
from channels.base import InboundMessage

_KIND: Final = "edited in conversation"
_EDITED: Final = Hot(
    select(answer.c.conversation_id, answer.c.message_ref)
    .join_from(inbox, answer, answer.c.inbox_id == inbox.c.id)
    .where(
        among(answer.c.conversation_id, "of_ids"),
        answer.c.message_ref.is_not(None),
        text_of(inbox.c.event, "edits").is_not(None),
    )
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
    edited = looked_up(connection, _KIND, talk.id)
    if edited is None:
        edited = _EDITED.all(connection, {"of_ids": [talk.id]})
    return any(row.message_ref == event.message_ref for row in edited)


def look_ahead(opened: WriteBehind, ids: Collection[int]) -> None:
    """Look up at once what was edited in these conversations."""
    if ids:
        rows = _EDITED.all(opened.connection, {"of_ids": sorted(ids)})
        opened.know(_KIND, ids, rows, lambda row: row.conversation_id)
