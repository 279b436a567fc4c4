"""The timers' step for campaigns that ask after events: who is asked now, and which days in attributes have come."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.campaigns.attribute_dates import find_dated
from bot.campaigns.runs import numbered
from bot.campaigns.touchpoints import any_due, settle_due
from bot.context import Context
from bot.people.event_intake import CHUNK, take_dated
from bot.store.store import Store

CHUNKS = 10  # settled at one tick: what else time brings has its turn in between


class Touchpoints:
    """Looks at every tick for touchpoints that are due, and once a day and whenever the settings change, a page of
    contacts a tick, for the days that attributes hold."""

    def __init__(self, store: Store, context: Context) -> None:
        self._store = store
        self._context = context
        self._day: date | None = None
        self._settings = context.settings  # by which it looked
        self._to_look: list[tuple[str, int]] = []  # campaigns, and after which contact

    async def step(self, now: datetime) -> None:
        """Do what is due now."""
        await self.look(now)
        await self.settle(now)

    async def settle(self, now: datetime) -> None:
        """Settle the touchpoints whose time has come."""
        if await self._store.read(any_due, now):
            for _ in range(CHUNKS):
                if not await numbered(self._store, settle_due, self._context.settings, now):
                    break

    async def look(self, now: datetime) -> None:
        """Look for the days that attributes hold, where that is to be done."""
        settings = self._context.settings
        today = now.astimezone(ZoneInfo(settings.timezone)).date()
        if today != self._day or settings is not self._settings:
            self._day, self._settings = today, settings
            campaigns = settings.campaigns.items()
            self._to_look = [(name, 0) for name, one in campaigns if one.on and one.on.attribute]
        if not self._to_look:
            return
        campaign, after = self._to_look[-1]
        page = await self._store.read(find_dated, settings, campaign, after, now)
        for start in range(0, len(page.events), CHUNK):
            chunk = page.events[start : start + CHUNK]
            await self._store.write(take_dated, settings, campaign, chunk, now)
        # Only now, so that a page at which the database failed is looked at again.
        self._to_look[-1:] = [] if page.last is None else [(campaign, page.last)]
