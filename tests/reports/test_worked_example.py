"""The example of docs/statistics.md, told to the database customer by customer: the reports say what the page
says."""

import pytest

from bot.reports.campaign_report import campaign_report
from bot.reports.themes.themes import themes_report
from bot.reports.values import CampaignReport, ThemesReport
from bot.store.store import Store
from scoring import shown
from tests.support.answered import hold, skipped_by, split, told
from tests.support.campaign_world import settings_of
from tests.support.worked_example import table

SETTINGS = settings_of({"demo": {}, "autumn": {}}, benchmark="all sectors")
SPRING = [
    *split(9, 3, 2, reason="the delivery was late"),
    *split(5, 21, 44, reason="as always"),
    *split(4, 12, 18),
    *told(2, 10, columns={"ending": "opted_out"}),
    *told(5, columns={"ending": "opted_out"}),
    *told(11, columns={"ending": "unread", "unread": 3}),
    *told(54),
    *told(4, columns={"delivered_at": None}),
    *told(2, columns={"delivered_at": None, "ending": "undelivered", "undelivered": "30003"}),
    *[skipped_by("too_soon")] * 4,
]


@pytest.fixture
async def acme(store: Store) -> Store:
    """The spring wave, the spring before, and a campaign in the autumn between them."""
    await hold(store, split(24, 42, 34), number=1)
    await hold(store, split(22, 40, 58), campaign="autumn")
    await hold(store, SPRING, number=2)
    return store


async def report_of(store: Store, versus: str) -> CampaignReport:
    found = await store.read(campaign_report, SETTINGS, "demo", versus=versus)
    assert isinstance(found, CampaignReport)
    return found


async def test_the_wave(acme: Store) -> None:
    report = await report_of(acme, "previous")
    assert report.scores.interval is not None
    assert report.exactly_these is not None
    assert report.silence is not None
    assert report.rates is not None
    rates = [report.rates.delivery, report.rates.response, report.rates.complete, report.rates.opt_out]
    (benchmark,) = report.benchmark
    expected = {
        "NPS": shown(report.scores.value),
        "interval, 95%": report.scores.interval.shown(),
        "interval for exactly these 196 customers": report.exactly_these.shown(),
        "if the 76 silent ones were all detractors, or all promoters": report.silence.shown(),
        "distance to a benchmark of +17": f"{shown(benchmark.points).removeprefix('+')} points above",
        **dict(str(rate).split(": ", 1) for rate in rates),
    }
    assert expected.items() <= table().items()


@pytest.mark.parametrize(
    ("versus", "row"),
    [("autumn", "against the autumn before"), ("previous", "against the spring before")],
)
async def test_what_it_is_compared_with(acme: Store, versus: str, row: str) -> None:
    found = (await report_of(acme, versus)).versus
    assert found is not None
    assert found.comparison is not None
    assert found.comparison.sentence() == table()[row]


async def test_what_the_reasons_speak_of(acme: Store) -> None:
    report = await acme.read(themes_report, SETTINGS, "demo")
    assert isinstance(report, ThemesReport)
    (delivery,) = report.rows
    assert delivery.name == "delivery"
    impact = delivery.impact
    assert impact.interval is not None
    expected = {
        "NPS of those who gave a reason": shown(report.scores.value),
        "the same without those who speak of delivery": shown(impact.nps_without),
        "impact of delivery": f"{shown(impact.impact)} ({impact.interval.shown()})",
    }
    assert expected.items() <= table().items()


async def test_everybody_is_accounted_for(acme: Store) -> None:
    report = await report_of(acme, "previous")
    far = report.dispositions
    assert far is not None
    assert (far.completed, far.started, far.refused, far.unscored, far.silent) == (84, 36, 5, 11, 54)
    assert (far.unknown, far.undelivered, far.skipped, far.opt_outs) == (4, 2, 4, 7)
    assert report.audience == far.invited + far.skipped == 200
    assert report.scores.n == far.scored
    assert report.skipped == {"too_soon": 4}
