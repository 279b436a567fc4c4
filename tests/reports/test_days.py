"""A day is one where the company is: it begins at its midnight, not at the server's, and outlives erasure."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.privacy.retention import find_old, forget_old
from bot.reports.campaign_report import campaign_report
from bot.reports.values import CampaignReport, Missing
from bot.store.store import Store
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

NOON = datetime(2026, 3, 27, 12, tzinfo=UTC)
# The night in which summer time begins in Amsterdam: midnight is still an hour after that of UTC.
BEFORE, AFTER = datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)


async def answered(store: Store, zone: str = "Europe/Amsterdam") -> Bot:
    """A wave in which one customer answers just before a midnight in Amsterdam and one just after."""
    bot = Bot(store, settings_of(timezone=zone), ManualClock(NOON))
    await bot.start(Customer("early", slack="U1"), Customer("late", slack="U2"))
    bot.clock.set(BEFORE)
    await bot.say("slack:U1", "9")
    bot.clock.set(AFTER)
    await bot.say("slack:U2", "3")
    return bot


async def report_of(bot: Bot, **clauses: Any) -> CampaignReport | Missing:
    return await bot.store.read(campaign_report, bot.settings, "demo", **clauses)


@pytest.mark.parametrize(
    ("zone", "saturday", "sunday"),
    [("Europe/Amsterdam", 2, 1), ("UTC", 2, 0), ("Asia/Tokyo", 2, 2), ("America/New_York", 2, 0)],
)
async def test_since_a_day(store: Store, zone: str, saturday: int, sunday: int) -> None:
    bot = await answered(store, zone)
    for day, answers in ((date(2026, 3, 28), saturday), (date(2026, 3, 29), sunday)):
        report = await report_of(bot, since=day)
        if answers:
            assert isinstance(report, CampaignReport)
            assert report.scores.n == answers
        else:
            assert report == Missing("nothing_since", day.isoformat())


async def test_a_corrected_score_counts_on_the_day_of_the_correction(store: Store) -> None:
    bot = await answered(store)
    await bot.say("slack:U1", "I meant 10")
    report = await report_of(bot, since=date(2026, 3, 29))
    assert isinstance(report, CampaignReport)
    assert report.scores.answers.pairs[10] == (10, 1)
    assert report.scores.n == 2


async def test_a_day_stays_what_it_was_once_the_names_are_gone(store: Store) -> None:
    bot = await answered(store)
    before = await report_of(bot, since=date(2026, 3, 29), by="week")
    await bot.later(days=40)
    now = bot.clock.now()
    old = await store.read(find_old, now)
    assert len(old.conversations) == 2
    await store.write(forget_old, bot.context, old, now)
    after = await report_of(bot, since=date(2026, 3, 29), by="week")
    assert isinstance(before, CampaignReport)
    assert isinstance(after, CampaignReport)
    assert (after.scores, after.segments) == (before.scores, before.segments)
