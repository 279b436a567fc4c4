"""Conversations, and what was said in them, a page at a time in the order of their numbers, which no write changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, and_, false, or_, select

from bot.campaigns.waves import COUNTED, Wave, wave_from
from bot.dialogue.kinds import category_of
from bot.reports.answers import scores_in
from bot.reports.scope import STANDING, THEN, choose, kind_of, waves_of
from bot.reports.tallies import OPTED_OUT, disposition, left_out_by
from bot.reports.values import ListedCategory, Missing
from bot.store.schema import Row, answer, case, contact, conversation, wave

_AS_THEY_ARE: Final = (
    *("channel", "language", "score", "first_score", "reason", "late", "asked_at", "delivered_at"),
    *("scored_at", "scored_on", "closed_at", "ending", "erased"),
)
_PEOPLE: Final = (
    select(
        conversation.c.id,
        conversation.c.wave_id,
        contact.c.contact_id,
        contact.c.name,
        THEN.account.label("account"),
        THEN.account_manager.label("account_manager"),
        THEN.attributes.label("attributes"),
        STANDING,
        case.c.id.label("case"),
        *(conversation.c[name] for name in _AS_THEY_ARE),
    )
    .select_from(
        THEN.people.outerjoin(contact, contact.c.id == conversation.c.contact_id).outerjoin(
            case, case.c.conversation_id == conversation.c.id
        )
    )
    .order_by(conversation.c.id)
)
# Not the bare column: by an index of it a whole wave would be read and sorted for each page, and not the page alone.
_OF_WAVE: Final = conversation.c.wave_id + 0
_EVERY: Final = select(wave).where(COUNTED).order_by(wave.c.id)
_SAID: Final = select(answer).join(conversation, conversation.c.id == answer.c.conversation_id)


@dataclass(frozen=True, slots=True)
class AnswerKept:
    """What a customer said in a conversation, as its row tells it. The fields stand in the order of the columns."""

    id: int
    conversation_id: int
    inbox_id: int | None
    at: datetime
    kind: str
    score: int | None
    text: str | None
    message_ref: str | None


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A contact in a wave. `disposition` is how far they got, *waiting* while their turn is to come; `skip_reason` the
    rule that left them out; `case` the number of the case that they have. Account, manager and attributes are those of
    when the wave took them in; of who was erased there is nobody, no word, and of times the day."""

    conversation: int
    campaign: str
    wave: int
    kind: str
    contact_id: str | None
    name: str | None
    account: str | None
    account_manager: str | None
    attributes: Mapping[str, str]
    disposition: str
    skip_reason: str | None
    opted_out: bool
    category: str | None
    case: int | None
    channel: str | None
    language: str
    score: int | None
    first_score: int | None
    reason: str | None
    late: bool
    asked_at: datetime | None
    delivered_at: datetime | None
    scored_at: datetime | None
    scored_on: date | None
    closed_at: datetime | None
    ending: str | None
    erased: str | None


@dataclass(frozen=True, slots=True)
class WhichConversations:
    """Those of a campaign, or of one wave of it; answered from a day on, where the company is; with a score of a
    category. What is None limits nothing."""

    campaign: str | None = None
    wave: int | None = None
    since: date | None = None
    category: ListedCategory | None = None


def conversation_page(
    connection: Connection, which: WhichConversations, after: int, size: int
) -> list[ConversationRow] | Missing:
    """The next conversations."""
    waves = _waves(connection, which)
    if isinstance(waves, Missing):
        return waves
    return _told(waves, connection.execute(conversations_after(waves, which, after, size)).all())


def conversations_after(
    waves: Sequence[Wave], which: WhichConversations, after: int, size: int
) -> Select[Any]:
    """The statement for so many conversations of these waves after the one of a number."""
    conditions = _conditions(waves, which.category)
    if which.since is not None:
        conditions.append(conversation.c.scored_on >= which.since)
    return _PEOPLE.where(*conditions, conversation.c.id > after).limit(size)


def one_conversation(connection: Connection, number: int) -> ConversationRow | None:
    """The conversation of this number; no trial."""
    waves = _every(connection)
    one = _PEOPLE.where(conversation.c.id == number, conversation.c.wave_id.in_([each.id for each in waves]))
    return next(iter(_told(waves, connection.execute(one).all())), None)


def answer_page(
    connection: Connection,
    which: WhichConversations,
    zone: ZoneInfo,
    after: int,
    size: int,
    of: int | None = None,
) -> list[AnswerKept] | Missing:
    """The next things that customers said, in the conversation `of` a number or in all of them. A day is one in
    `zone`."""
    waves = _waves(connection, which)
    if isinstance(waves, Missing):
        return waves
    return [
        AnswerKept(*row) for row in connection.execute(answers_after(waves, which, zone, after, size, of))
    ]


def answers_after(
    waves: Sequence[Wave],
    which: WhichConversations,
    zone: ZoneInfo,
    after: int,
    size: int,
    of: int | None = None,
) -> Select[Any]:
    """The statement for so many rows of what was said in these waves after the one of a number."""
    conditions = [*_conditions(waves, which.category), answer.c.id > after]
    if which.since is not None:
        conditions.append(answer.c.at >= datetime.combine(which.since, time(), zone))
    if of is not None:
        conditions.append(answer.c.conversation_id == of)
    return _SAID.where(*conditions).order_by(answer.c.id).limit(size)


def _every(connection: Connection) -> list[Wave]:
    return [wave_from(row) for row in connection.execute(_EVERY)]


def _waves(connection: Connection, which: WhichConversations) -> Sequence[Wave] | Missing:
    if which.campaign is None:
        return _every(connection)
    chosen = choose(connection, which.campaign, which.wave)
    if isinstance(chosen, Missing):
        return chosen
    return chosen.waves if which.wave is not None else waves_of(connection, which.campaign)


def _conditions(waves: Sequence[Wave], category: ListedCategory | None) -> list[ColumnElement[bool]]:
    """What a conversation of these waves is, and of a category: each kind has its own scale."""
    if category is None:
        return [_OF_WAVE.in_([one.id for one in waves])]
    kinds = sorted({kind_of(one) for one in waves})
    return [
        or_(
            false(),
            *(
                and_(
                    _OF_WAVE.in_([one.id for one in waves if kind_of(one) == kind]),
                    conversation.c.score.in_(scores_in(kind, category)),
                )
                for kind in kinds
            ),
        )
    ]


def _told(waves: Sequence[Wave], rows: Sequence[Row]) -> list[ConversationRow]:
    by_id = {one.id: one for one in waves}
    return [_row(by_id[row.wave_id], row) for row in rows]


def _row(run: Wave, row: Row) -> ConversationRow:
    kind = kind_of(run)
    return ConversationRow(
        conversation=row.id,
        campaign=run.campaign,
        wave=run.number,
        kind=kind,
        contact_id=row.contact_id,
        name=row.name,
        account=row.account,
        account_manager=row.account_manager,
        attributes=row.attributes or {},
        disposition=disposition(row.standing, delivered=row.delivered_at is not None) or "waiting",
        skip_reason=left_out_by(row.standing),
        opted_out=row.standing in OPTED_OUT,
        category=None if row.score is None else category_of(kind, row.score),
        case=row.case,
        **{name: getattr(row, name) for name in _AS_THEY_ARE} | {"reason": row.reason or None},
    )
