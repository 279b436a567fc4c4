"""What time brings: conversations that close, questions whose turn has come, by night the erasure of what is too old,
and after each erasure the disk. Everything that waits is a row with a time, so a restart
forgets nothing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.campaigns.ending import any_over, end_over
from bot.campaigns.places import Places, places_of
from bot.campaigns.undoing import any_to_begin, begin_due
from bot.cases import overdue
from bot.clock import Clock
from bot.context import Context
from bot.conversations.improvements import enrol_page
from bot.hooks.deliveries import forget_parked
from bot.intake.erasing import FAREWELL
from bot.intake.turns import close_due
from bot.logs import Failures
from bot.outbox import expire_answers
from bot.people.consent import forget_opt_ins
from bot.people.suppression import any_since
from bot.privacy.erasure_code import forget_expired
from bot.privacy.retention import find_old, forget_old, forget_requests, months_before, next_night
from bot.reports.clusters import fresh_clusters, keep_clusters, stale_clusters
from bot.sending import canaries
from bot.sending.counting import Counting
from bot.sending.due import anything_after_surveys, anything_due
from bot.sending.fate import join_early
from bot.sending.following_up import ask_if_solved, end_follow_ups
from bot.sending.improving import hear_of_untold, tell_improvements
from bot.sending.release import release
from bot.sending.reminders import any_to_remind, remind
from bot.sending.touchpoints import Touchpoints
from bot.store.store import Store

log = structlog.get_logger()

TICK = 1.0  # seconds
SCRUB = timedelta(minutes=1)
BATCH = 200  # conversations closed in one transaction


class Timers:
    """Looks once a second for what is due. Every process may; rows that another has locked are skipped."""

    def __init__(self, store: Store, context: Context, clock: Clock) -> None:
        self._store = store
        self._context = context
        self._clock = clock
        self._touchpoints = Touchpoints(store, context)
        self._counting = Counting(store)
        self._forget_at: datetime | None = None  # None: now, for who runs it by day only
        self._scrub_at = clock.now()
        self._follow_up_at = clock.now()
        self._accounts_at = clock.now()
        self._forgot = False  # since the disk was scrubbed

    @property
    def _places(self) -> Places:
        return places_of(self._context.settings.timezone)

    async def run(self) -> None:
        """Until it is cancelled."""
        failures = Failures("timers.failed", "timers")
        while True:
            with failures.survived():
                await self.tick()
            await self._clock.sleep(TICK)

    async def tick(self) -> None:
        """Do what is due now."""
        await self._touchpoints.look(self._clock.now())
        if await self._store.read(anything_due, tuple(self._context.limits), self._clock.now()):
            await self._do_what_is_due()
        await self._follow_up()
        await self._forget()
        await self._scrub()
        await self._counting.step()
        await self._count_accounts()

    async def _do_what_is_due(self) -> None:
        while await self._store.write(close_due, self._context, self._clock.now(), BATCH) == BATCH:
            pass
        await self._store.take(join_early, self._context, self._clock.now())
        await self._touchpoints.settle(self._clock.now())
        if await self._store.read(any_to_begin, self._clock.now()):
            await self._store.write(begin_due, self._clock.now())
        for wave_id in await self._store.read(canaries.watched):
            news = await self._store.read(canaries.news_of, wave_id, self._clock.now())
            if news is not None:
                await self._store.write(canaries.act_on, self._context, wave_id, news, self._clock.now())
        for channel in self._context.limits:
            await self._store.write(release, self._context, self._places, channel, self._clock.now())
            if await self._store.read(any_to_remind, channel, self._clock.now()):
                await self._store.write(remind, self._context, self._places, channel, self._clock.now())
        if await self._store.read(overdue.any_due, self._clock.now()):
            while await self._store.write(overdue.take_due, self._context, self._clock.now(), BATCH) == BATCH:
                pass

    async def _forget(self) -> None:
        """Erase one chunk of what is older than it may be kept; the rest at the next ticks."""
        now, settings = self._clock.now(), self._context.settings
        if self._forget_at is not None and now < self._forget_at:
            return
        old = await self._store.read(find_old, months_before(now, settings.retention))
        if not old:
            await self._store.write(forget_expired, now)
            await self._store.write(forget_opt_ins, now)
            await self._store.write(forget_parked, now)
            await self._store.write(forget_requests, now)
            self._forget_at = next_night(now, ZoneInfo(settings.timezone))
            return
        await self._store.write(forget_old, self._context, old, now)
        self._forgot = True
        log.info("conversations.forgotten", count=len(old.conversations))

    async def _follow_up(self) -> None:
        """Once a minute: end the waves that are over; where anything follows a survey, end what was asked, ask whose
        time it is, and tell what is better now."""
        now = self._clock.now()
        if now < self._follow_up_at <= now + SCRUB:
            return
        self._follow_up_at = now + SCRUB
        if await self._store.read(any_over, now):
            await self._store.write(end_over, now)
        if not await self._store.read(anything_after_surveys, now):
            return
        await self._store.write(end_follow_ups, now)
        await self._store.write(ask_if_solved, self._context, self._places, now)
        channels = tuple(self._context.limits)
        while await self._store.write(enrol_page, self._context.settings, channels, now):
            pass
        await self._store.write(hear_of_untold, now)
        for channel in channels:
            await self._store.write(tell_improvements, self._context, self._places, channel, now)

    async def _scrub(self) -> None:
        """Once a minute, until the day is over in which somebody was erased and even their goodbye is gone."""
        now = self._clock.now()
        if now < self._scrub_at <= now + SCRUB:  # further ahead it lies where the clock was set back
            return
        self._scrub_at = now + SCRUB
        await self._store.take(expire_answers, now)
        if self._forgot or await self._store.read(any_since, now - FAREWELL):
            self._forgot = not await self._store.scrub()

    async def _count_accounts(self) -> None:
        """Once a minute: what large waves add up to by account, which their reports take from there."""
        now = self._clock.now()
        if now < self._accounts_at <= now + SCRUB:
            return
        self._accounts_at = now + SCRUB
        for chosen in await self._store.read(stale_clusters):
            found = await self._store.read(fresh_clusters, chosen)
            await self._store.write(keep_clusters, chosen.ids[0], found)
