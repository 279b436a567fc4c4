"""Reasons are matched with the lists of themes behind the replies that brought them, and anew when the lists change.

A few at a time, and between two of these whatever waits takes its turn; until it is done, reports match what is left by
themselves. Of several processes those work whose lists were taken last, so that no two match against each other.
"""

from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, exists, select

from bot.clock import Clock
from bot.context import Context
from bot.logs import Failures
from bot.reports.themes.matches import ANSWER, HAS_REASON, ListsInForce, lists_in_force, matched_otherwise
from bot.store.meta import put_value, value_under
from bot.store.schema import conversation, reason_waiting, theme_named, wave
from bot.store.store import Store
from bot.store.theme_rows import alone, keep

EVERY: Final = 0.5  # seconds
PAUSE: Final = 0.01  # seconds between two batches
BATCH: Final = 50  # reasons; a few milliseconds of matching, after which whatever waits takes its turn

_TAKEN: Final = "themes"
_ANY: Final = select(exists(select(reason_waiting.c.id)))
_NEXT: Final = (
    select(reason_waiting.c.id, reason_waiting.c.conversation_id)
    .order_by(reason_waiting.c.id)
    .limit(bindparam("most"))
)
_IDS: Final[Any] = bindparam("ids", expanding=True)
_DONE: Final = delete(reason_waiting).where(reason_waiting.c.id.in_(_IDS))
_REASONS: Final = (
    select(*ANSWER)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(conversation.c.id.in_(_IDS), ~wave.c.trial, *HAS_REASON)
)


class Theming:
    """Brings up to date which themes the reasons name; until it is cancelled."""

    name = "themes"

    def __init__(self, store: Store, context: Context, clock: Clock) -> None:
        self._store, self._context, self._clock = store, context, clock
        self._taken: tuple[str, ...] = ()

    async def run(self) -> None:
        """Look twice a second."""
        failures = Failures("themes.failed", self.name)
        while True:
            with failures.survived():
                while await self.look():
                    await self._clock.sleep(PAUSE)
            await self._clock.sleep(EVERY)

    async def look(self) -> bool:
        """Match the next reasons, if any wait; whether there may be more."""
        lists = lists_in_force(self._context.settings)
        if lists.marks != self._taken:
            await self._store.take(_take, lists)
            self._taken = lists.marks
        if not await self._store.read(_any_to_match, lists):
            return False
        return await self._store.take(match_some, lists)


def _take(connection: Connection, lists: ListsInForce) -> None:
    put_value(connection, _TAKEN, " ".join(lists.marks))


def _any_to_match(connection: Connection, lists: ListsInForce) -> bool:
    if value_under(connection, _TAKEN) != " ".join(lists.marks):
        return False  # another process has newer ones
    return bool(connection.execute(_ANY).scalar()) or bool(
        connection.execute(matched_otherwise(lists).limit(1)).first()
    )


def match_some(connection: Connection, lists: ListsInForce, most: int = BATCH) -> bool:
    """Match so many reasons: those that changed before those that were matched by other lists. Whether there may be
    more; False, too, where another process is at it."""
    if not alone(connection, wait=False):
        return False
    rows = connection.execute(_NEXT, {"most": most}).all()
    ids = sorted({row.conversation_id for row in rows})
    if not rows:
        stale = matched_otherwise(lists).order_by(theme_named.c.conversation_id).limit(most)
        ids = list(connection.scalars(stale))
    keep(connection, ids, map(lists.match, connection.execute(_REASONS, {"ids": ids})))
    connection.execute(_DONE, {"ids": [row.id for row in rows]})
    return bool(ids)
