"""The report of a wave or a period: small worlds whose figures can be counted by hand."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.reports.campaign_report import campaign_report
from bot.reports.values import CampaignReport, Missing
from bot.store.schema import conversation
from bot.store.store import Store
from scoring import Counts, Interval, compare
from tests.support.answered import DAY, NOT_ASKED, Told, hold, skipped_by, split, told
from tests.support.campaign_world import settings_of

SETTINGS = settings_of({"demo": {}, "autumn": {}, "winter": {}})
LEFT_BEFORE = Told(columns={"ending": "opted_out", "asked_at": None, "delivered_at": None})


async def report_of(store: Store, campaign: str = "demo", **clauses: Any) -> CampaignReport:
    found = await store.read(campaign_report, SETTINGS, campaign, **clauses)
    assert isinstance(found, CampaignReport), found
    return found


async def missing_of(store: Store, campaign: str = "demo", **clauses: Any) -> Missing:
    found = await store.read(campaign_report, SETTINGS, campaign, **clauses)
    assert isinstance(found, Missing)
    return found


# ------------------------------------------------------------------------------------------- one wave


async def test_without_answers_nothing_is_claimed(store: Store) -> None:
    await hold(store, [Told(), skipped_by("busy")])
    report = await report_of(store)
    assert (report.scores.n, report.scores.value, report.scores.interval) == (0, None, None)
    assert (report.silence, report.exactly_these, report.band, report.benchmark) == (None, None, None, ())
    assert report.rates is not None
    assert report.rates.response.value == 0


async def test_one_answer_is_a_score_whose_interval_says_how_little_that_is(store: Store) -> None:
    await hold(store, [Told(10), *told(3)])
    report = await report_of(store)
    assert report.scores.value == 100
    interval = report.scores.interval
    assert interval is not None
    assert interval.width > 100
    assert report.silence == Interval(-50, 100)


async def test_all_in_one_group(store: Store) -> None:
    await hold(store, told(10, 9))
    report = await report_of(store, by="channel")
    assert report.scores.value == 100
    assert report.segments is not None
    (row,) = report.segments.rows
    assert (row.label, row.n, row.against_rest) == ("slack", 10, None)


async def test_who_left_before_the_question_is_not_invited_but_left_out(store: Store) -> None:
    await hold(store, [LEFT_BEFORE, skipped_by("opted_out"), Told(9)])
    report = await report_of(store)
    assert report.dispositions is not None
    assert (report.audience, report.dispositions.invited) == (3, 1)
    assert report.skipped == {"opted_out": 2}


async def test_a_running_wave_says_so_and_does_not_take_its_list_for_finished(store: Store) -> None:
    waiting = Told(columns={**NOT_ASKED, "state": "waiting", "ending": None})
    await hold(store, [*split(2, 2, 6), waiting])
    report = await report_of(store)
    assert report.scope.running
    assert report.exactly_these is None
    assert report.dispositions is not None
    assert (report.audience, report.dispositions.invited) == (11, 10)


async def test_the_newest_wave_unless_one_is_named_and_never_a_trial(store: Store) -> None:
    await hold(store, told(6, 0), number=1)
    await hold(store, told(6, 10), number=2)
    await hold(store, told(6, 5), number=-1, trial=True)
    assert (await report_of(store)).scores.value == 100
    assert (await report_of(store, wave=1)).scores.value == -100
    assert await missing_of(store, wave=3) == Missing("no_such_wave", "3")
    assert await missing_of(store, wave=10**18) == Missing("no_such_wave", str(10**18))
    assert await missing_of(store, wave=-1) == Missing("no_such_wave", "-1")
    assert await missing_of(store, "autumn") == Missing("never_started", "autumn")


async def test_erased_people_keep_their_answer(store: Store) -> None:
    await hold(store, [*split(1, 0, 8), Told(0, erased=True, account="Acme", manager="North")])
    report = await report_of(store, by="account_manager")
    assert report.scores.counts == Counts(2, 0, 8)
    assert report.segments is not None
    assert [(row.label, row.n) for row in report.segments.rows] == [("", 10)]


# ---------------------------------------------------------------------------------- one account manager


async def test_an_account_manager_sees_own_accounts_alone(store: Store) -> None:
    people = [
        *told(6, 10, account="Acme", manager="North"),
        *told(4, 2, account="Globex", manager="North"),
        *told(5, 0, account="Initech", manager="South"),
        *told(3, 0),
        skipped_by("busy", account="Acme", manager="North"),
        skipped_by("busy", account="Initech", manager="South"),
    ]
    await hold(store, people)
    mine = await report_of(store, managers=("North",), by="account")
    assert (mine.scores.counts, mine.audience, mine.skipped) == (Counts(4, 0, 6), 11, {"busy": 1})
    assert mine.scope.managers == ("North",)
    assert mine.segments is not None
    assert [row.label for row in mine.segments.rows] == ["Acme", "Globex"]
    nobody = await report_of(store, managers=("East",))
    assert (nobody.scores.n, nobody.audience) == (0, 0)


@pytest.mark.parametrize("clauses", [{}, {"since": DAY}, {"by": "month"}, {"by": "plan"}])
async def test_all_managers_together_are_everybody(store: Store, clauses: dict[str, Any]) -> None:
    people = [
        *split(4, 1, 7, account="Acme", manager="North", attributes={"plan": "gold"}),
        *split(2, 9, 3, account="Globex", manager="South", channel="sms", attributes={"plan": "tin"}),
        *told(5, account="Globex", manager="South"),
    ]
    await hold(store, people)
    north, south = [await report_of(store, managers=(name,), **clauses) for name in ("North", "South")]
    everybody = await report_of(store, **clauses)
    assert north.scores.answers + south.scores.answers == everybody.scores.answers
    assert north.audience + south.audience == everybody.audience


# ----------------------------------------------------------------------------------------------- since


async def test_since_a_day_counts_over_waves_and_knows_no_rates(store: Store) -> None:
    await hold(store, [*told(5, 0, on=date(2026, 4, 1)), *told(5, 10, on=date(2026, 4, 2))], number=1)
    await hold(store, [*told(3, 10, on=date(2026, 5, 2)), Told()], number=2)
    report = await report_of(store, since=date(2026, 4, 2))
    assert (report.scores.counts, report.audience) == (Counts(0, 0, 8), 8)
    assert (report.dispositions, report.rates, report.silence, report.selection) == (None, None, None, ())
    assert (report.scope.waves, report.scope.since) == ((1, 2), date(2026, 4, 2))
    assert (await report_of(store, since=date(2026, 4, 3))).scope.waves == (2,)
    assert (await report_of(store, since=date(2026, 4, 1), wave=1)).scores.counts == Counts(5, 0, 5)
    nothing = await missing_of(store, since=date(2026, 6, 1))
    assert nothing == Missing("nothing_since", "2026-06-01")


async def test_kinds_are_never_mixed(store: Store) -> None:
    await hold(store, told(5, 10, on=date(2026, 4, 2)), number=1)
    await hold(store, told(5, 5, on=date(2026, 5, 2)), number=2, kind="csat")
    await hold(store, told(5, 7), campaign="autumn", kind="ces")
    assert await missing_of(store, since=date(2026, 4, 1)) == Missing("other_kind", "demo")
    assert (await report_of(store, since=date(2026, 5, 1))).scope.kind == "csat"
    assert await missing_of(store, versus="previous") == Missing("other_kind", "demo")
    assert await missing_of(store, versus="autumn") == Missing("other_kind", "autumn")


# ---------------------------------------------------------------------------------------------- versus


async def test_versus_the_wave_before_and_another_campaign(store: Store) -> None:
    await hold(store, split(20, 10, 10), number=1)
    await hold(store, split(5, 10, 25), number=2)
    await hold(store, split(10, 20, 10), campaign="autumn")
    before = (await report_of(store, versus="previous")).versus
    assert before is not None
    assert (before.campaign, before.wave, before.scores.counts) == ("demo", 1, Counts(20, 10, 10))
    assert before.comparison == compare(Counts(5, 10, 25), Counts(20, 10, 10))
    other = (await report_of(store, wave=1, versus="Autumn")).versus
    assert other is not None
    assert (other.campaign, other.wave, other.scores.counts) == ("autumn", 1, Counts(10, 20, 10))
    assert (await report_of(store, versus="demo")).versus == before
    assert await missing_of(store, wave=1, versus="previous") == Missing("no_previous", "demo")
    assert await missing_of(store, versus="Winter") == Missing("never_started", "winter")
    assert await missing_of(store, versus="autum") == Missing("never_started", "autum", ("autumn",))


async def test_versus_a_wave_by_its_number(store: Store) -> None:
    for number, people in enumerate((split(20, 10, 10), split(5, 10, 25), split(10, 20, 10)), 1):
        await hold(store, people, number=number)
    first = (await report_of(store, versus=1)).versus
    assert first is not None
    assert (first.campaign, first.wave, first.scores.counts) == ("demo", 1, Counts(20, 10, 10))
    later = (await report_of(store, wave=1, versus=3)).versus
    assert later is not None
    assert later.comparison == compare(Counts(20, 10, 10), Counts(10, 20, 10))
    assert await missing_of(store, versus=4) == Missing("no_such_wave", "4")
    assert await missing_of(store, versus=3) == Missing("compared_with_itself", "3")
    assert await missing_of(store, since=DAY, versus=2) == Missing("compared_with_itself", "2")


async def test_a_side_without_answers_is_compared_with_nothing(store: Store) -> None:
    await hold(store, told(3), number=1)
    await hold(store, told(3, 10), number=2)
    versus = (await report_of(store, versus="previous")).versus
    assert versus is not None
    assert (versus.scores.n, versus.comparison) == (0, None)


# ----------------------------------------------------------------------------- selection, bands, others


async def test_whom_each_account_managers_customers_lost_on_the_way(store: Store) -> None:
    people = [
        *told(2, 9, account="Acme", manager="North"),
        *[skipped_by("busy", account="Acme", manager="North")] * 2,
        skipped_by("opted_out", account="Acme", manager="North"),
        Told(account="Globex", manager="South"),
        Told(),
    ]
    await hold(store, people)
    report = await report_of(store, by="account_manager")
    assert [(one.manager, one.asked, one.skipped) for one in report.selection] == [
        ("", 1, {}),
        ("North", 2, {"busy": 2, "opted_out": 1}),
        ("South", 1, {}),
    ]
    assert (await report_of(store)).selection == ()


@pytest.mark.parametrize(
    ("people", "band"),
    [
        (split(100, 100, 300), ("good", "good")),
        (split(10, 10, 30), (None, "excellent")),  # numbers 2.7
        (told(1, 10), (None, "excellent")),
        (split(30, 10, 10), None),
    ],
)
async def test_words_for_a_score_go_by_its_interval(store: Store, people: list[Told], band: object) -> None:
    await hold(store, people)
    settings = settings_of({"demo": {}}, bands={"good": 30, "excellent": 50})
    report = await store.read(campaign_report, settings, "demo")
    assert isinstance(report, CampaignReport)
    assert report.band == band


async def test_benchmarks_of_the_settings(store: Store) -> None:
    await hold(store, split(10, 10, 30))
    settings = settings_of({"demo": {}}, benchmark={"sectors": ["industry"]})
    report = await store.read(campaign_report, settings, "demo")
    assert isinstance(report, CampaignReport)
    (distance,) = report.benchmark
    assert (distance.benchmark.sector, distance.points) == ("industry", 8)


@pytest.mark.parametrize(
    ("kind", "scores", "value", "counts"),
    [
        ("csat", [1, 2, 3, 4, 5, 5, 5, 5], 62.5, Counts(2, 1, 5)),
        ("ces", [1, 3, 4, 5, 7, 7, 7, 6], 5.0, Counts(2, 1, 5)),
    ],
)
async def test_satisfaction_and_effort(
    store: Store, kind: Any, scores: list[int], value: float, counts: Counts
) -> None:
    await hold(store, [Told(score) for score in scores], kind=kind)
    settings = settings_of({"demo": {}}, benchmark="industry", bands={"good": 1})
    report = await store.read(campaign_report, settings, "demo", by="channel")
    assert isinstance(report, CampaignReport)
    assert (report.scores.kind, report.scores.value, report.scores.counts) == (kind, value, counts)
    assert report.scores.interval is not None
    assert (report.scores.easy is None) == (kind == "csat")
    if report.scores.easy is not None:
        assert (report.scores.easy.counted, report.scores.easy.percent) == (5, 62.5)
    # What is told in points of an NPS is not told of them.
    assert (report.silence, report.exactly_these, report.benchmark, report.band) == (None, None, (), None)
    assert report.segments is not None
    assert [(row.n, row.against_rest) for row in report.segments.rows] == [(8, None)]


async def test_a_period_counts_each_person_once(store: Store) -> None:  # numbers 2.10
    """Two of three promoters answer again, later, and are unhappy; one of the second wave was erased."""
    await hold(store, told(3, 10, account="Acme"), number=1)
    await hold(store, [*told(2, 0, on=date(2026, 4, 2)), Told(5, erased=True), Told(9)], number=2)

    def the_same_people(connection: Connection) -> None:
        mine, theirs = (
            select(conversation.c.id, conversation.c.contact_id)
            .where(conversation.c.wave_id == number)
            .order_by(conversation.c.id)
            .limit(2)
            for number in (1, 2)
        )
        for first, second in zip(
            connection.execute(mine).all(), connection.execute(theirs).all(), strict=True
        ):
            connection.execute(
                update(conversation).where(conversation.c.id == second.id).values(contact_id=first.contact_id)
            )

    await store.write(the_same_people)
    period = await report_of(store, since=date(2026, 3, 1), by="month")
    assert period.scores.counts == Counts(3, 0, 2)
    assert period.segments is not None
    assert period.segments.groups == 2
    whole = await report_of(store, wave=1)
    assert whole.scores.counts == Counts(0, 0, 3)
    alone = await report_of(store, wave=1, since=date(2026, 3, 1))
    assert alone.scores.counts == Counts(0, 0, 3), "of one wave nobody answers twice"
