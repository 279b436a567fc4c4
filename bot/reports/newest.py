"""The newest answers of all campaigns, as they come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from bot.reports.scope import NOW
from bot.reports.values import ListedCategory, list_of
from bot.store.schema import Row, account, answer, case, contact, conversation, wave

LOOKED_AT: Final = 2_000
"""So many of the newest things that customers said are looked through, however many there are."""


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """A customer's answer as it stands now; `name`, `account` and `reason` are None once erased. `case` is the number
    of the case that came of it."""

    conversation: int
    name: str | None
    account: str | None
    score: int
    high: int
    category: ListedCategory
    reason: str | None
    at: datetime
    channel: str | None
    campaign: str
    wave: int
    case: int | None


_NEWEST: Final = (
    select(
        conversation.c.id,
        contact.c.name,
        account.c.name.label("account"),
        conversation.c.score,
        conversation.c.high,
        conversation.c.reason,
        conversation.c.scored_at,
        conversation.c.channel,
        wave.c.campaign,
        wave.c.number,
        wave.c.terms,
        case.c.id.label("case"),
    )
    .select_from(
        NOW.people.join(answer, answer.c.conversation_id == conversation.c.id)
        .join(wave, wave.c.id == conversation.c.wave_id)
        .outerjoin(case, case.c.conversation_id == conversation.c.id)
    )
    .where(
        answer.c.id > select(func.coalesce(func.max(answer.c.id), 0) - LOOKED_AT).scalar_subquery(),
        answer.c.kind == "score",
        conversation.c.score.is_not(None),
        wave.c.trial.is_(False),
    )
    .order_by(answer.c.id.desc())
)


def newest_everywhere(
    connection: Connection, managers: tuple[str, ...] | None, most: int
) -> tuple[NewAnswer, ...]:
    """The newest answers of all campaigns, each customer's once a wave; `managers` limits them to the accounts that
    are theirs now."""
    statement = _NEWEST if managers is None else _NEWEST.where(NOW.account_manager.in_(managers))
    found: dict[int, NewAnswer] = {}
    for row in connection.execute(statement.limit(3 * most)):  # a corrected score has several rows
        if row.id not in found and len(found) < most:
            found[row.id] = _answer(row)
    return tuple(found.values())


def _answer(row: Row) -> NewAnswer:
    return NewAnswer(
        conversation=row.id,
        name=row.name or None,
        account=row.account,
        score=row.score,
        high=row.high,
        category=list_of(row.terms["kind"], row.score),
        reason=row.reason or None,
        at=row.scored_at,
        channel=row.channel,
        campaign=row.campaign,
        wave=row.number,
        case=row.case,
    )
