"""What replies look up of cases: whether there is one, who has the account, and the number of a new one. For one reply,
or ahead for several (`bot.store.behind`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, String, and_, bindparam, column, func, select, table

from bot.cases.as_kept import Case
from bot.conversations.talks import Talk
from bot.store.behind import WriteBehind, behind, looked_up
from bot.store.hot import Hot
from bot.store.schema import absence, account, case, contact
from bot.store.sql import among

_CASE, _MANAGER, _NUMBER = "case of conversation", "manager of contact", "number of new case"

# In the order of their ids, in which everybody locks them.
_OF_CONVERSATIONS: Final = Hot(
    select(case).where(among(case.c.conversation_id, "of_ids")).order_by(case.c.id).with_for_update()
)
_MANAGERS: Final = Hot(
    select(contact.c.id.label("contact_id"), account.c.account_manager, absence.c.deputy)
    .join_from(account, contact, contact.c.account_id == account.c.id)
    .outerjoin(
        absence, and_(absence.c.manager == account.c.account_manager, absence.c.until > bindparam("now"))
    )
    .where(among(contact.c.id, "of_ids"))
)
_sequences = table("sqlite_sequence", column("name", String), column("seq", Integer))
_LAST_NUMBER: Final = Hot(
    select(func.max(_sequences.c.seq, type_=Integer).label("id")).where(_sequences.c.name == case.name)
)
_NEXT_NUMBERS: Final = Hot(
    select(
        func.nextval(func.pg_get_serial_sequence(f'"{case.name}"', "id"), type_=Integer).label("id")
    ).select_from(func.generate_series(1, bindparam("count", type_=Integer)).table_valued("n"))
)


@dataclass(frozen=True, slots=True)
class HasAccount:
    """The account manager of an account, and who stands in where they are away."""

    account_manager: str | None
    deputy: str | None


def look_ahead(
    opened: WriteBehind, talks: Collection[Talk], may_alert: Collection[Talk], now: datetime
) -> None:
    """Look up what following these conversations will ask for; `may_alert` are those of which an account manager may
    hear."""
    followed = sorted(talk.id for talk in talks if not is_unscored(talk))
    there: set[int] = set()
    if followed:
        rows = _OF_CONVERSATIONS.all(opened.connection, {"of_ids": followed})
        opened.know(_CASE, followed, rows, lambda row: row.conversation_id)
        there = {row.conversation_id for row in rows}
    if contacts := sorted({talk.contact_id for talk in may_alert}):
        rows = _MANAGERS.all(opened.connection, {"of_ids": contacts, "now": now})
        opened.know(_MANAGER, contacts, rows, lambda row: row.contact_id)
    if new := [talk.id for talk in may_alert if talk.id not in there]:
        numbers = list(zip(new, _draw(opened.connection, len(new)), strict=True))
        opened.know(_NUMBER, new, numbers, lambda pair: pair[0])


def is_unscored(talk: Talk) -> bool:
    """Of an open conversation that said nothing yet there is no case: there is nothing to look for."""
    return talk.conversation.open and talk.first_score is None and not talk.conversation.unread


def case_of(connection: Connection, conversation_id: int) -> Case | None:
    """The case of a conversation."""
    rows = looked_up(connection, _CASE, conversation_id)
    if rows is None:
        rows = _OF_CONVERSATIONS.all(connection, {"of_ids": [conversation_id]})
    return Case(*rows[0]) if rows else None


def manager_of(connection: Connection, contact_id: int, now: datetime) -> HasAccount | None:
    """The account manager of a contact's account, and who stands in where they are away."""
    rows = looked_up(connection, _MANAGER, contact_id, again=True)
    if rows is None:
        rows = _MANAGERS.all(connection, {"of_ids": [contact_id], "now": now})
    return HasAccount(rows[0].account_manager, rows[0].deputy) if rows else None


def new_number(connection: Connection, conversation_id: int) -> int:
    """The number of a case that is opened now, for this conversation. Nobody else is given it."""
    found = looked_up(connection, _NUMBER, conversation_id)
    if found:
        return int(found[0][1])
    if (opened := behind(connection)) is not None:
        # SQLite counts what is written, and not what was drawn.
        opened.settle(frozenset((case.name,)))
        opened.forget()
    return _draw(connection, 1)[0]


def _draw(connection: Connection, count: int) -> Sequence[int]:
    if connection.dialect.name == "postgresql":
        return [row.id for row in _NEXT_NUMBERS.all(connection, {"count": count})]
    (row,) = _LAST_NUMBER.all(connection, {})
    last = row.id or 0
    return range(last + 1, last + 1 + count)
