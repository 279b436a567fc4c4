"""What a customer gave in waves before the one of a case."""

from typing import Final

from sqlalchemy import Connection, bindparam, select

from bot.cases.alerts import Earlier
from bot.store.schema import conversation, wave

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


def earlier_scores(
    connection: Connection, contact_id: int | None, conversation_id: int
) -> tuple[Earlier, ...]:
    """The newest of them, the oldest first."""
    rows = connection.execute(_EARLIER, {"of_contact": contact_id, "of_id": conversation_id})
    return tuple(Earlier(one.score, one.low, one.high) for one in rows)[::-1]
