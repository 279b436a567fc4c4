"""What the reasons of a wave speak of."""

from typing import Any

from bot.reports.themes.matches import CHUNK
from bot.reports.themes.themes import themes_report
from bot.reports.values import Missing, ThemeRow, ThemesReport
from bot.store.store import Store
from scoring import Clusters, Counts, theme_impacts
from tests.support.answered import Told, hold, told
from tests.support.campaign_world import settings_of

SETTINGS = settings_of({"demo": {}})


async def themes_of(store: Store, **clauses: Any) -> ThemesReport:
    found = await store.read(themes_report, SETTINGS, "demo", **clauses)
    assert isinstance(found, ThemesReport)
    return found


def rows_of(report: ThemesReport) -> dict[str, ThemeRow]:
    return {row.name: row for row in report.rows}


async def test_what_a_theme_costs_and_in_which_words(store: Store) -> None:
    people = [
        *[Told(2, reason=f"the delivery was late, order {place}") for place in range(8)],
        *told(10, 10, reason="friendly people"),
        *told(6, 8, reason="nothing special"),
        *told(3, 0),  # no reason, so no part of it
        *told(2, 3, reason="the price"),
    ]
    await hold(store, people)
    report = await themes_of(store)
    everyone = Counts(10, 6, 10)
    assert (report.reasons, report.unthemed, report.other_languages) == (26, 6, 0)
    assert report.scores.counts == everyone
    delivery, people_, price = (rows_of(report)[name] for name in ("delivery", "people", "price"))
    themes = {"delivery": Counts(8, 0, 0), "people": Counts(0, 0, 10), "price": Counts(2, 0, 0)}
    expected = {one.theme: one for one in theme_impacts(everyone, themes)}
    assert (delivery.impact, people_.impact) == (expected["delivery"], expected["people"])
    assert [row.name for row in report.rows] == ["delivery", "people", "price"]  # the costliest first
    assert delivery.quotes == tuple(f"the delivery was late, order {place}" for place in (7, 6, 5))
    assert (price.impact.hidden, price.impact.impact, price.quotes) == (True, None, ())


async def test_no_reason_is_quoted_twice(store: Store) -> None:
    reasons = ["too expensive", "the price", "costly", "the price", "too expensive", "the price"]
    await hold(store, [Told(2, reason=reason) for reason in reasons] + told(5, 9, reason="fine"))
    assert rows_of(await themes_of(store))["price"].quotes == ("the price", "too expensive", "costly")


async def test_a_reason_is_searched_with_the_list_of_its_own_language(store: Store) -> None:
    people = [
        *told(5, 2, reason="de levering", language="nl"),
        *told(5, 2, reason="te late levering", language="nl-je"),
        *told(5, 9, reason="levering"),  # English has no such word
        *told(7, 9, reason="die Lieferung", language="de"),
    ]
    await hold(store, people)
    report = await themes_of(store)
    assert rows_of(report)["delivery"].impact.n == 10
    assert (report.reasons, report.unthemed, report.other_languages) == (15, 5, 7)
    assert report.scores.counts == Counts(10, 0, 5)


async def test_erased_words_are_no_reasons(store: Store) -> None:
    await hold(store, [Told(2, reason="the price", erased=True), *told(5, 9, reason="the price")])
    assert (await themes_of(store)).reasons == 5


async def test_one_managers_customers_and_one_wave(store: Store) -> None:
    await hold(store, told(5, 9, reason="the price", account="Acme", manager="North"), number=1)
    await hold(store, told(6, 9, reason="the price"), number=2)
    assert (await themes_of(store)).reasons == 6
    assert (await themes_of(store, wave=1)).reasons == 5
    assert (await themes_of(store, managers=("North",))).reasons == 0
    assert (await themes_of(store, managers=("North",), wave=1)).reasons == 5
    assert await store.read(themes_report, SETTINGS, "demo", wave=3) == Missing("no_such_wave", "3")


async def test_more_reasons_than_are_read_at_once(store: Store) -> None:
    await hold(store, [*told(CHUNK, 9, reason="great service"), *told(7, 1, reason="the price")])
    report = await themes_of(store)
    assert (report.reasons, rows_of(report)["price"].impact.n) == (CHUNK + 7, 7)
    assert rows_of(report)["price"].impact.matters


async def test_of_other_kinds_themes_are_counted_and_cost_no_points(store: Store) -> None:
    people = [*told(6, 1, reason="the price"), *told(9, 5, reason="fast delivery"), Told(3, reason="a bug")]
    await hold(store, people, kind="csat")
    report = await themes_of(store)
    assert [(row.name, row.impact.n, row.impact.hidden) for row in report.rows] == [
        ("delivery", 9, False),
        ("speed", 9, False),
        ("price", 6, False),
        ("quality", 1, True),
    ]
    assert all(row.impact.impact is None for row in report.rows)


async def test_reasons_count_by_the_accounts_that_gave_them(store: Store) -> None:
    """Not by a share of the accounts of all answers: most accounts have somebody who says why."""
    people = [
        Told(
            score,
            reason=reason if place % 3 == 0 or (place < 30 and place % 3 == 1) else None,
            account=f"A{place // 3}",
        )
        for place, (score, reason) in enumerate([(3, "the price"), (10, "so nice"), (8, "fine")] * 40)
    ]
    people += told(3, 8, reason="alles in Ordnung", language="de", account="A0")
    await hold(store, people)
    report = await themes_of(store)
    assert report.scores.clusters == Clusters(40, 10 * 4 + 30, 30 * -1, 30 * 1)
