"""What was said in a conversation before, as its rows tell: looked up for what comes without words of its own."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import BindParameter, Connection, bindparam, exists, func, select

from bot.store.schema import answer, outbox

_OF: Final[BindParameter[int]] = bindparam("of_id")
_SINCE: Final = (
    select(func.coalesce(func.max(answer.c.id), 0))
    .where(answer.c.conversation_id == _OF, answer.c.kind == "score")
    .scalar_subquery()
)
_HINTED: Final = select(
    exists().where(
        answer.c.conversation_id == _OF,
        answer.c.kind.in_(("unread", "late")),
        answer.c.text.is_(None),
        answer.c.id > _SINCE,
    )
)
_SAID: Final = select(
    exists().where(answer.c.conversation_id == _OF, answer.c.message_ref == bindparam("of_ref"))
)
_OURS: Final = (
    select(outbox.c.message_ref)
    .where(
        outbox.c.conversation_id == _OF,
        outbox.c.kind.in_(("question", "reply", "consent", "notice")),
        outbox.c.message_ref.is_not(None),
    )
    .order_by(outbox.c.id.desc())
)


def was_hinted(connection: Connection, conversation_id: int) -> bool:
    """Whether something came without words since the score, or while there is none: once told is enough."""
    return bool(connection.scalar(_HINTED, {"of_id": conversation_id}))


def was_said(connection: Connection, conversation_id: int, ref: str) -> bool:
    """Whether a message is among what was said in a conversation."""
    return bool(connection.scalar(_SAID, {"of_id": conversation_id, "of_ref": ref}))


def our_messages(connection: Connection, conversation_id: int) -> Sequence[str]:
    """The references of what we said in a conversation, the newest first."""
    return connection.scalars(_OURS, {"of_id": conversation_id}).all()
