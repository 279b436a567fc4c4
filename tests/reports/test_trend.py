"""A campaign over its waves."""

from itertools import pairwise

import pytest

from bot.reports.campaign_report import campaign_report
from bot.reports.trend import trend_report
from bot.reports.values import MOST_POINTS, CampaignReport, Missing, TrendReport
from bot.store.store import Store
from scoring import Counts, Finding, compare, holm_corrected
from tests.support.answered import Told, hold, split, told
from tests.support.campaign_world import settings_of


async def trend_of(store: Store, managers: tuple[str, ...] | None = None) -> TrendReport:
    found = await store.read(trend_report, "demo", managers=managers)
    assert isinstance(found, TrendReport)
    return found


async def test_each_wave_beside_the_one_before_the_older_steps_judged_together(store: Store) -> None:
    waves = [Counts(20, 5, 5), Counts(10, 10, 10), Counts(5, 5, 30), Counts(9, 9, 9)]
    for number, counts in enumerate(waves, start=1):
        await hold(store, split(counts.detractors, counts.passives, counts.promoters), number=number)
    trend = await trend_of(store)
    assert [(point.wave, point.scores.counts) for point in trend.points] == [*enumerate(waves, start=1)]
    *older, newest = [compare(after, before) for before, after in pairwise(waves)]
    judged = holm_corrected({place: step for place, step in enumerate(older) if step is not None})
    assert [point.change for point in trend.points] == [None, judged[0], judged[1], newest]
    assert judged[1].among == 2


FIVE = [(40, 80, 80), (42, 80, 78), (38, 82, 80), (41, 79, 80), (62, 70, 68)]


async def test_one_question_has_one_verdict(store: Store) -> None:  # numbers 2.2
    for number, counts in enumerate(FIVE, start=1):
        await hold(store, split(*counts), number=number)
    settings = settings_of({"demo": {}})
    trend = await trend_of(store)
    for wave in range(2, 6):
        report = await store.read(campaign_report, settings, "demo", wave=wave, versus="previous")
        assert isinstance(report, CampaignReport)
        assert report.versus is not None
        assert report.versus.comparison == trend.points[wave - 1].change
    newest = trend.points[-1].change
    assert newest is not None
    assert (newest.finding, newest.interval.shown()) == (Finding.LOWER, "-31 to -1")


async def test_no_verdict_while_a_wave_runs(store: Store) -> None:  # numbers 2.6
    await hold(store, split(20, 5, 5), number=1)
    await hold(
        store, [*split(5, 5, 20, account="A"), *split(20, 5, 5, account="B"), Told()], number=2, open_=True
    )
    assert [point.change for point in (await trend_of(store)).points] == [None, None]
    settings = settings_of({"demo": {}})
    report = await store.read(campaign_report, settings, "demo", versus="previous", by="account")
    assert isinstance(report, CampaignReport)
    assert report.versus is not None
    assert report.segments is not None
    assert [report.versus.comparison, *(row.against_rest for row in report.segments.rows)] == [None] * 3
    before = await store.read(campaign_report, settings, "demo", wave=1, versus=2)
    assert isinstance(before, CampaignReport)
    assert before.versus is not None
    assert (before.versus.running, before.versus.comparison) == (True, None)


async def test_a_wave_without_answers_is_a_point_and_no_step(store: Store) -> None:
    for number, people in enumerate((split(5, 5, 5), told(4), split(1, 1, 8)), start=1):
        await hold(store, people, number=number)
    first, empty, last = (await trend_of(store)).points
    assert (first.change, empty.change, empty.scores.value) == (None, None, None)
    assert last.change is not None
    assert last.change.second == Counts(5, 5, 5)


async def test_waves_of_another_kind_are_no_part_of_it(store: Store) -> None:
    await hold(store, split(5, 5, 5), number=1)
    await hold(store, told(5, 4), number=2, kind="csat")
    await hold(store, told(5, 7), number=-1, kind="ces", trial=True)
    trend = await trend_of(store)
    assert (trend.kind, [point.wave for point in trend.points]) == ("csat", [2])
    assert [point.change for point in trend.points] == [None]


async def test_one_managers_customers(store: Store) -> None:
    await hold(store, [*told(3, 9, account="Acme", manager="North"), *told(2, 0)], number=1)
    await hold(store, [Told(8), Told(1, account="Acme", manager="North")], number=2, open_=True)
    trend = await trend_of(store, ("North",))
    assert [(point.scores.n, point.running) for point in trend.points] == [(3, False), (1, True)]


async def test_the_latest_waves_of_many(store: Store) -> None:
    for number in range(1, MOST_POINTS + 4):
        await hold(store, told(1, 9), number=number)
    trend = await trend_of(store)
    assert (len(trend.points), trend.points[0].wave, trend.left_out) == (MOST_POINTS, 4, 3)


@pytest.mark.parametrize("campaign", ["demo", "no such"])
async def test_a_campaign_that_never_started(store: Store, campaign: str) -> None:
    await hold(store, told(2, 9), number=0, trial=True)
    assert await store.read(trend_report, campaign) == Missing("never_started", campaign)
