"""What was said in a conversation before, as its rows tell: looked up for what comes without words of its own,
and for words that may quote ours."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import BindParameter, Connection, and_, bindparam, exists, func, not_, select

from bot.store.behind import WriteBehind, looked_up
from bot.store.hot import Hot
from bot.store.schema import answer, outbox
from bot.store.sql import among
from channels.base import Address

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
_ANYTHING: Final = select(exists().where(answer.c.conversation_id == _OF))
_ASKED_AT: Final = select(
    exists().where(
        outbox.c.conversation_id == _OF,
        outbox.c.kind.in_(("question", "reminder")),
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.address == bindparam("of_address"),
    )
)
_OURS: Final = (
    select(outbox.c.message_ref)
    .where(
        outbox.c.conversation_id == _OF,
        outbox.c.kind.in_(("question", "reply", "consent", "notice", "reminder")),
        outbox.c.message_ref.is_not(None),
    )
    .order_by(outbox.c.id.desc())
)

_REF: Final[BindParameter[str]] = bindparam("of_ref")
_MAY_BE_THE_QUESTION: Final = select(
    and_(
        exists().where(
            outbox.c.conversation_id == _OF,
            outbox.c.kind == "question",
            outbox.c.message_ref.is_(None),
            outbox.c.attempts > 0,
        ),
        not_(exists().where(outbox.c.channel == bindparam("of_channel"), outbox.c.message_ref == _REF)),
        not_(exists().where(answer.c.conversation_id == _OF, answer.c.message_ref == _REF)),
    )
)
_WORDS: Final = "our words"
_SAID_LAST: Final = (
    select(
        outbox.c.conversation_id,
        outbox.c.body,
        func.row_number()
        .over(partition_by=outbox.c.conversation_id, order_by=outbox.c.id.desc())
        .label("back"),
    )
    .where(
        among(outbox.c.conversation_id, "of_ids"),
        outbox.c.kind.in_(("question", "reply", "consent", "follow_up", "reminder")),
    )
    .subquery()
)
_OUR_WORDS: Final = Hot(
    select(_SAID_LAST.c.conversation_id, _SAID_LAST.c.body)
    .where(_SAID_LAST.c.back <= 3)
    .order_by(_SAID_LAST.c.conversation_id, _SAID_LAST.c.back)
)


def was_hinted(connection: Connection, conversation_id: int) -> bool:
    """Whether something came without words since the score, or while there is none: once told is enough."""
    return bool(connection.scalar(_HINTED, {"of_id": conversation_id}))


def was_said(connection: Connection, conversation_id: int, ref: str) -> bool:
    """Whether a message is among what was said in a conversation."""
    return bool(connection.scalar(_SAID, {"of_id": conversation_id, "of_ref": ref}))


def said_anything(connection: Connection, conversation_id: int) -> bool:
    """Whether anything that somebody said in a conversation was kept, be it by their machine."""
    return bool(connection.scalar(_ANYTHING, {"of_id": conversation_id}))


def was_asked_at(connection: Connection, conversation_id: int, at: Address) -> bool:
    """Whether the question of a conversation, or its reminder, went to an address."""
    values = {"of_id": conversation_id, "of_channel": at.channel, "of_address": at.id}
    return bool(connection.scalar(_ASKED_AT, values))


def our_messages(connection: Connection, conversation_id: int) -> Sequence[str]:
    """The references of what we said in a conversation, the newest first."""
    return connection.scalars(_OURS, {"of_id": conversation_id}).all()


def may_be_the_question(connection: Connection, conversation_id: int, channel: str, ref: str) -> bool:
    """Whether a message that is no other of ours and none of theirs may be the question: that was handed over, and its
    reference is not known (yet), because the record of it is still to come or its provider never answered."""
    values = {"of_id": conversation_id, "of_channel": channel, "of_ref": ref}
    return bool(connection.scalar(_MAY_BE_THE_QUESTION, values))


def our_words(connection: Connection, conversation_id: int) -> tuple[str, ...]:
    """What we said last in this conversation, so that a quoted copy of it is not taken for an answer."""
    rows = looked_up(connection, _WORDS, conversation_id)
    if rows is None:
        rows = _OUR_WORDS.all(connection, {"of_ids": [conversation_id]})
    return tuple("".join(text for _, text, _ in row.body) for row in rows if row.body)


def look_for_our_words(opened: WriteBehind, ids: Collection[int]) -> None:
    """Look up at once what we said last in these conversations."""
    if ids:
        rows = _OUR_WORDS.all(opened.connection, {"of_ids": sorted(ids)})
        opened.know(_WORDS, ids, rows, lambda row: row.conversation_id)
