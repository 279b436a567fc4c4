"""What happened, put down for other systems in the very transaction in which it happens.

A reply pays nothing for it while nobody subscribes: that is among what it looks up anyway (`ANY_HOOK`). Where somebody
does, all that a group of replies has to tell is one statement, written behind. Who is told of it, and that there is
room for it, is found afterwards (`bot.hooks.deliveries`).
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, exists, insert, select

from bot.hooks.kinds import HookKind
from bot.store.behind import behind
from bot.store.hot import Hot
from bot.store.schema import Row, hook, hook_event

ANY_HOOK: Final = exists().where(hook.c.ended_at.is_(None)).label("any_hook")
"""A column that says whether anybody is to be told of anything, for a statement that runs anyway."""

_ANYBODY: Final = "any hook"
_ANY: Final = Hot(select(ANY_HOOK))
_ADD: Final = Hot(insert(hook_event))


def remember_hooks(connection: Connection, rows: Sequence[Row]) -> None:
    """Know from rows that have `ANY_HOOK` among their columns whether anybody is to be told."""
    if rows and (opened := behind(connection)) is not None:
        opened.facts[_ANYBODY] = bool(rows[0].any_hook)


def happened(
    connection: Connection,
    kind: HookKind,
    subject: int,
    contact_id: int | None,
    at: datetime,
    **detail: Any,
) -> None:
    """Tell whoever subscribed that this happened to a conversation, a case, a contact or a wave, by its number. Whose
    case it is need not be known here. `detail` is how it was then, in figures and our own words: no name of a
    customer, and nothing that somebody wrote."""
    if not _anybody(connection):
        return
    values = {
        "key": f"evt_{secrets.token_hex(12)}",
        "kind": kind,
        "subject": subject,
        "contact_id": contact_id,
        "at": at,
        "detail": detail,
    }
    _ADD.later(connection, values)


def _anybody(connection: Connection) -> bool:
    opened = behind(connection)
    if opened is not None and _ANYBODY in opened.facts:
        return opened.facts[_ANYBODY]
    row = _ANY.first(connection, {})
    found = row is not None and bool(row.any_hook)
    if opened is not None:
        opened.facts[_ANYBODY] = found
    return found
