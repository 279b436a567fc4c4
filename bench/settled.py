"""What a server does behind answers, where they were put in by SQL."""

from typing import Final

from bot.config.settings import Settings
from bot.reports.clusters import fresh_clusters, keep_clusters, stale_clusters
from bot.reports.themes.matches import lists_in_force
from bot.sending.theming import match_some
from bot.store.groups import count_changes, leave_out, too_large
from bot.store.store import Store

_CHUNK: Final = 10_000


async def count_groups(store: Store) -> None:
    """Count what was known of people, but for what has too many values."""
    more = True
    while more:
        counted = await store.write(count_changes, _CHUNK)
        for wave_id, attribute in sorted(counted.wide):
            if await store.read(too_large, wave_id, attribute):
                await store.write(leave_out, wave_id, attribute)
        more = counted.more


async def add_up_accounts(store: Store) -> None:
    """Add up large waves by account."""
    for chosen in await store.read(stale_clusters):
        found = await store.read(fresh_clusters, chosen)
        await store.write(keep_clusters, chosen.ids[0], found)


async def match_reasons(store: Store, settings: Settings) -> None:
    """Match every reason with the lists of themes."""
    lists = lists_in_force(settings)
    while await store.take(match_some, lists, _CHUNK):
        pass
