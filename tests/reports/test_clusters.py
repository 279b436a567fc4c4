"""Reports that count by account: the sums, the clause, and the verdicts. (numbers 2.5, 4.1)"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, func

from bot.commands.desk import Desk
from bot.reports.as_json.reports import campaign_json
from bot.reports.campaign_report import campaign_report
from bot.reports.clusters import (
    clusters_of_groups,
    clusters_of_waves,
    count_clusters,
    fresh_clusters,
    keep_clusters,
    kept_clusters,
    stale_clusters,
)
from bot.reports.scope import Chosen, waves_of
from bot.reports.themes.matches import ListsInForce, lists_in_force, named_in, reasons_by_account
from bot.reports.themes.themes import themes_report
from bot.reports.trend import trend_report
from bot.reports.values import CampaignReport, ThemesReport, TrendReport
from bot.sending.theming import match_some
from bot.store.schema import conversation
from bot.store.store import Store
from bot.words import words_for
from scoring import (
    Clusters,
    Counts,
    Finding,
    Shared,
    compare,
    impact_interval,
    interval_by_account,
    pooled,
    segments,
    with_rest,
)
from tests.support.answered import Told, hold, split, told
from tests.support.campaign_world import ADMIN, LIMITS, Clock, settings_of

ACCOUNTS = {f"Account {place:02}": Counts(place % 3, place % 2, (place * 7) % 5) for place in range(35)}
NOBODY = Counts(1, 1, 2)


def people_of(accounts: dict[str, Counts], **more: Any) -> list[Told]:
    return [
        one
        for name, each in accounts.items()
        for one in split(each.detractors, each.passives, each.promoters, account=name, **more)
    ]


def desk_of(store: Store, language: str = "en") -> Desk:
    chosen = settings_of({"demo": {}}, language=language)
    return Desk(store, chosen, LIMITS, words_for("admin", language), Clock())


def singles(counts: Counts) -> list[Counts]:
    return [
        *[Counts(1, 0, 0)] * counts.detractors,
        *[Counts(0, 1, 0)] * counts.passives,
        *[Counts(0, 0, 1)] * counts.promoters,
    ]


async def chosen_of(store: Store) -> Chosen:
    return Chosen(tuple(await store.read(waves_of, "demo")))


async def test_the_sums_of_a_wave(store: Store) -> None:
    await hold(store, [*people_of(ACCOUNTS), *split(1, 1, 2), *told(9)])
    found = await store.read(count_clusters, await chosen_of(store))
    assert found == replace(Clusters.of([*ACCOUNTS.values(), *singles(NOBODY)]), loose=NOBODY.n)


async def test_the_sums_of_nobody(store: Store) -> None:
    await hold(store, told(3))
    chosen = await chosen_of(store)
    assert await store.read(count_clusters, chosen) == Clusters(0, 0, 0, 0)
    assert await store.read(clusters_of_groups, chosen, conversation.c.channel) == {}


async def test_each_wave_and_the_one_before(store: Store) -> None:
    other = {name: Counts(each.promoters, 1, 0) for name, each in list(ACCOUNTS.items())[5:]}
    await hold(store, [*people_of(ACCOUNTS), *split(1, 1, 2)], number=1)
    await hold(store, people_of(other), number=2)
    await hold(store, people_of(ACCOUNTS), number=3)
    chosen = await chosen_of(store)
    found = await store.read(clusters_of_waves, chosen, [NOBODY] * 3)
    none = Counts(0, 0, 0)
    first, second, third = (found[wave_id] for wave_id in chosen.ids)
    assert first == Shared(
        replace(Clusters.of([*ACCOUNTS.values(), *singles(NOBODY)]), loose=NOBODY.n), Clusters(0, 0, 0, 0)
    )
    pairs = [(other.get(name, none), each) for name, each in ACCOUNTS.items()]
    alone = Shared.of([*pairs, *((none, each) for each in singles(NOBODY))])
    assert second == replace(alone, second=replace(alone.second, loose=NOBODY.n))
    assert third == Shared.of([(each, other.get(name, none)) for name, each in ACCOUNTS.items()])


async def test_each_group_and_the_others(store: Store) -> None:
    slack, sms = ACCOUNTS, {name: Counts(1, 0, each.promoters) for name, each in ACCOUNTS.items()}
    await hold(store, [*people_of(slack), *people_of(sms, channel="sms"), *split(1, 1, 2)])
    chosen = await chosen_of(store)
    found = with_rest(await store.read(clusters_of_groups, chosen, conversation.c.channel))
    none = Counts(0, 0, 0)
    pairs = [(each, sms[name]) for name, each in slack.items()]
    told_of = Shared.of([*pairs, *((each, none) for each in singles(NOBODY))])
    assert found["slack"] == replace(told_of, first=replace(told_of.first, loose=NOBODY.n))
    one = func.nullif(conversation.c.channel, "sms")  # NULL is in no group
    alone = with_rest(await store.read(clusters_of_groups, chosen, one))["slack"]
    assert alone == Shared(
        replace(Clusters.of([*slack.values(), *singles(NOBODY)]), loose=NOBODY.n), Clusters(0, 0, 0, 0)
    )


async def test_a_report_says_that_it_counts_by_account(store: Store) -> None:
    await hold(store, people_of(ACCOUNTS))
    report = await store.read(campaign_report, settings_of({"demo": {}}), "demo")
    assert isinstance(report, CampaignReport)
    told_all = Clusters.of(list(ACCOUNTS.values()))
    assert report.scores.interval == interval_by_account(pooled(ACCOUNTS.values()), told_all)
    assert campaign_json(report)["accounts"] == told_all.accounts
    n, accounts = pooled(ACCOUNTS.values()).n, told_all.accounts
    english = (await desk_of(store).carry_out(ADMIN, "report demo")).text.splitlines()
    assert english[2] == (
        f"Counted by account, since people of one account answer alike: {n} answers of {accounts} accounts; "
        "with fewer than 30 the width is a guess"
    )
    dutch = (await desk_of(store, "nl").carry_out(ADMIN, "rapport demo")).text
    assert f"{n} antwoorden van {accounts} klanten; bij minder dan 30 is de breedte een gok" in dutch


@pytest.mark.parametrize("kept", [False, True])
async def test_who_was_erased_is_no_account(
    store: Store, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    """They count as a cluster of their own, which is no account, in what is kept of a large wave too."""
    monkeypatch.setattr("bot.reports.clusters.KEPT_FROM", 1)
    await hold(store, [*people_of(ACCOUNTS), Told(9, erased=True)])
    for chosen in await store.read(stale_clusters) if kept else ():
        await store.write(keep_clusters, chosen.ids[0], await store.read(fresh_clusters, chosen))
    accounts = len([each for each in ACCOUNTS.values() if each.n])
    for language, said in (
        ("en", f"answers of {accounts} accounts and 1 person without an account;"),
        ("nl", f"antwoorden van {accounts} klanten en 1 mens zonder klant;"),
    ):
        assert said in (await desk_of(store, language).carry_out(ADMIN, "report demo")).text
    report = await store.read(campaign_report, settings_of({"demo": {}}), "demo")
    assert isinstance(report, CampaignReport)
    assert [campaign_json(report)[name] for name in ("accounts", "without_account")] == [accounts, 1]


async def test_and_not_where_each_answer_is_of_another(store: Store) -> None:
    await hold(store, [Told(9, account=f"Account {place}") for place in range(30)])
    assert "Counted by account" not in (await desk_of(store).carry_out(ADMIN, "report demo")).text


async def test_one_verdict_by_account_in_vs_and_trend(store: Store) -> None:
    """Of ten accounts that answered alike one fell, with all its people: a change of answers, and none of accounts."""
    before = {f"Account {place}": Counts(0, 0, 10) for place in range(10)}
    await hold(store, people_of(before), number=1)
    await hold(store, people_of(before | {"Account 0": Counts(10, 0, 0)}), number=2)
    plain = compare(Counts(10, 0, 90), Counts(0, 0, 100))
    assert plain is not None
    assert plain.finding is Finding.LOWER
    report = await store.read(campaign_report, settings_of({"demo": {}}), "demo", versus="previous")
    trend = await store.read(trend_report, "demo")
    assert isinstance(report, CampaignReport)
    assert isinstance(trend, TrendReport)
    assert report.versus is not None
    assert report.versus.comparison is not None
    assert report.versus.comparison.finding is Finding.NO_EVIDENCE
    assert trend.points[1].change == report.versus.comparison
    assert trend.points[1].scores == report.scores
    said = (await desk_of(store).carry_out(ADMIN, "trend demo")).text
    assert "with fewer than 30 accounts the width is a guess" in said


@pytest.mark.parametrize("by", ["region", "channel", "month", "week", "language", "account manager"])
async def test_groups_count_by_account(store: Store, by: str) -> None:
    """Every way to make groups asks the database for the same groups that are shown."""
    north: dict[str, Any] = {"attributes": {"region": "North"}, "manager": "North", "on": date(2026, 1, 1)}
    south: dict[str, Any] = {"attributes": {"region": "South"}, "manager": "South", "on": date(2026, 2, 22)}
    names = list(ACCOUNTS)
    one = {name: ACCOUNTS[name] for name in names[:15]}
    other = {name: ACCOUNTS[name] for name in names[15:]}
    rare = {"Rare": Counts(2, 0, 1)}
    await hold(
        store,
        [
            *people_of(one, **north),
            *people_of(other, channel="sms", language="nl", **south),
            *people_of(
                rare, attributes={"region": "East"}, on=date(2026, 3, 2), channel="telegram", language="de"
            ),
        ],
    )
    report = await store.read(campaign_report, settings_of({"demo": {}}), "demo", by=by)
    assert isinstance(report, CampaignReport)
    assert report.segments is not None
    (row,) = (each for each in report.segments.rows if each.scores and each.n == pooled(other.values()).n)
    assert row.scores is not None
    assert row.scores.clusters == Clusters.of(list(other.values()))
    together = report.segments.together
    assert together is not None
    shared = Shared.of(
        [
            *((each, Counts(0, 0, 0)) for each in other.values()),
            *((Counts(0, 0, 0), each) for each in (*one.values(), *rare.values())),
        ]
    )
    rest = pooled([*one.values(), *rare.values()])
    assert together.against_rest is not None
    plain = compare(pooled(other.values()), rest, shared=shared)
    assert plain is not None
    found = row.against_rest
    assert found is not None
    assert found.interval == plain.interval
    assert found.standard_error == pytest.approx(plain.standard_error)


def test_segments_ask_for_what_is_on_show_alone() -> None:
    asked: list[Mapping[str | None, Counts]] = []

    def by_account(parts: Mapping[str | None, Counts]) -> dict[str | None, Shared]:
        asked.append(dict(parts))
        return {}

    segments({"a": Counts(20, 20, 20), "b": Counts(10, 10, 10), "c": Counts(0, 0, 2)}, by_account=by_account)
    assert asked == [{"a": Counts(20, 20, 20), None: Counts(10, 10, 12)}]


async def test_a_large_wave_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same figures as counted anew; behind by a few answers it is as if these came of accounts like the others."""
    monkeypatch.setattr("bot.reports.clusters.KEPT_FROM", 50)
    accounts = {f"Account {place:02}": Counts(place % 3, 2, 4) for place in range(40)}
    await hold(store, people_of(accounts), number=1)
    await hold(store, [*people_of(accounts, channel="sms"), *split(4, 4, 4)], number=2)
    await hold(store, split(5, 5, 5), number=3)
    settings = settings_of({"demo": {}})
    before = await store.read(campaign_report, settings, "demo", wave=2, by="channel", versus=1)
    stale = await store.read(stale_clusters)
    assert [chosen.waves[0].number for chosen in stale] == [1, 2]
    for chosen in stale:
        await store.write(keep_clusters, chosen.ids[0], await store.read(fresh_clusters, chosen))
    assert await store.read(stale_clusters) == []
    after = await store.read(campaign_report, settings, "demo", wave=2, by="channel", versus=1)
    assert isinstance(before, CampaignReport)
    assert isinstance(after, CampaignReport)
    assert after.scores == before.scores
    assert after.versus is not None
    assert before.versus is not None
    assert after.versus.scores == before.versus.scores
    assert after.versus.comparison is not None
    assert before.versus.comparison is not None
    assert after.versus.comparison.difference == before.versus.comparison.difference
    assert after.versus.comparison.standard_error >= before.versus.comparison.standard_error
    chosen = stale[0]
    kept = await store.read(kept_clusters, chosen)
    assert kept is not None
    assert kept.like(kept.counts) == kept.clusters
    assert await store.read(kept_clusters, replace(chosen, managers=("North",))) is None


async def test_themes_by_account(store: Store) -> None:
    """A reason may name several themes; those with each and the others are told apart by account."""
    late, dear = {"reason": "delivery was late"}, {"reason": "too expensive, and delivery was late"}
    slow = {name: Counts(2, 0, 0) for name in list(ACCOUNTS)[:6]}
    both = {name: Counts(1, 1, 0) for name in list(ACCOUNTS)[3:9]}
    await hold(
        store,
        [
            *people_of(slow, **late),
            *people_of(both, **dear),
            *people_of(ACCOUNTS, reason="fine"),
            *split(1, 0, 1, reason="fine"),
            *split(5, 5, 5),
        ],
    )
    settings = settings_of({"demo": {}})
    lists, chosen = lists_in_force(settings), await chosen_of(store)
    waiting = await store.read(themes_report, settings, "demo")
    assert isinstance(waiting, ThemesReport)
    while await store.write(match_some, lists):
        pass
    none = Counts(0, 0, 0)
    every = {
        name: [slow.get(name, none), both.get(name, none), ACCOUNTS.get(name, none)] for name in ACCOUNTS
    }
    alone = [(none, each) for each in singles(Counts(1, 0, 1))]
    found = await store.read(_by_theme, chosen, lists)
    assert found["delivery"] == Shared.of([*((a + b, c) for a, b, c in every.values()), *alone])
    assert found["price"] == Shared.of([*((b, a + c) for a, b, c in every.values()), *alone])
    report = await store.read(themes_report, settings, "demo")
    assert isinstance(report, ThemesReport)
    delivery = next(row.impact for row in report.rows if row.name == "delivery")
    everyone = report.scores.counts
    theme = pooled([*slow.values(), *both.values()])
    assert delivery.interval == impact_interval(everyone, theme, shared=found["delivery"])
    plain = impact_interval(everyone, theme)
    assert plain is not None
    assert delivery.interval is not None
    assert delivery.interval.width > plain.width
    assert waiting.rows == report.rows, "the same before the reasons were matched and after"
    said = (await desk_of(store).carry_out(ADMIN, "themes demo")).text
    assert "Counted by account" in said


def _by_theme(connection: Connection, chosen: Chosen, lists: ListsInForce) -> dict[str, Shared]:
    named = named_in(connection, chosen, lists)
    nobody = Counts(0, 0, 0)
    themes = {"delivery": nobody, "price": nobody}
    return reasons_by_account(connection, chosen, lists, named, nobody, themes)[1]
