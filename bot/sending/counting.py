"""What was known of people who were invited or answered is counted behind their answers; see `bot.store.groups`."""

from typing import Final

from bot.store.groups import any_change, count_changes, leave_out, too_large
from bot.store.store import Store

CHUNKS: Final = 25
"""Transactions a step, with replies in between; a longer list is for the next step."""


class Counting:
    """Brings the counts up to date. Every process may; one does at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def step(self, chunks: int = CHUNKS) -> bool:
        """Count what is on the list; whether there may be more."""
        if not await self._store.read(any_change):
            return False
        wide: set[tuple[int, str]] = set()
        more = True
        for _ in range(chunks):
            counted = await self._store.take(count_changes)
            wide |= counted.wide
            more = counted.more
            if not more:
                break
        for wave_id, attribute in sorted(wide):
            if await self._store.read(too_large, wave_id, attribute):
                await self._store.take(leave_out, wave_id, attribute)
        return more
