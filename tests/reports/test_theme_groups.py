"""Themes of a wave by an attribute of its customers. (numbers 4.8)"""

import json
from typing import Any

from sqlalchemy import update

from bot.commands.report_values import report_json
from bot.reports.themes.matches import lists_in_force
from bot.reports.themes.themes import themes_report
from bot.reports.values import Missing, ThemeGroups, ThemesReport
from bot.sending.theming import match_some
from bot.store.schema import contact
from bot.store.store import Store
from scoring import Counts, theme_cells
from scoring.themes.cells import ByLabel
from tests.support.answered import Told, hold, split
from tests.support.campaign_world import settings_of

SETTINGS = settings_of({"demo": {}})
REASONS: ByLabel = {
    "North": Counts(40, 30, 50),
    "South": Counts(30, 40, 110),
    "West": Counts(1, 2, 1),
    "East": Counts(1, 2, 1),
}
LATE: ByLabel = {"North": Counts(36, 6, 6), "South": Counts(10, 6, 11)}


def region(name: str) -> dict[str, Any]:
    return {"attributes": {"Region": name}}


PEOPLE: list[Told] = [
    *split(36, 6, 6, reason="late delivery", **region("North")),
    *split(4, 24, 44, reason="zzz", **region("North")),
    *split(10, 6, 11, reason="late delivery", **region("South")),
    *split(20, 34, 99, reason="zzz", **region("South")),
    *split(1, 2, 1, reason="zzz", **region("West")),
    *split(1, 2, 1, reason="zzz", **region("East")),
    *split(9, 0, 0, **region("South")),  # without a reason, so no part of it
    *split(6, 0, 0, reason="late delivery", language="pl", **region("South")),  # nor these, without a list
]


async def groups_of(store: Store, by: str = "region", **clauses: Any) -> ThemeGroups:
    found = await store.read(themes_report, SETTINGS, "demo", by=by, **clauses)
    assert isinstance(found, ThemesReport)
    assert found.groups is not None
    return found.groups


async def test_each_group_against_the_others(store: Store) -> None:
    await hold(store, PEOPLE)
    groups = await groups_of(store)
    assert groups.attribute == "Region"  # as it was imported
    assert set(groups.found.compared) == {"North", "South"}
    assert groups.found.closed == ("East", "West")
    order = ("South", "North", "East", "West")
    expected = theme_cells({name: REASONS[name] for name in order}, {"delivery": LATE})
    assert next(one for one in groups.found.cells if one.theme == "delivery") == expected.cells[0]


async def test_it_is_the_same_before_and_after_the_reasons_are_matched(store: Store) -> None:
    await hold(store, PEOPLE)
    waiting = await groups_of(store)
    while await store.write(match_some, lists_in_force(SETTINGS)):
        pass
    assert await groups_of(store) == waiting
    await store.write(
        lambda connection: connection.execute(update(contact).values(attributes={"Region": "X"}))
    )
    assert await groups_of(store) == waiting  # a later import changes nothing of it


async def test_what_cannot_be_grouped(store: Store) -> None:
    await hold(store, PEOPLE)
    found = await store.read(themes_report, SETTINGS, "demo", by="shoe size")
    assert isinstance(found, Missing)
    assert found.why == "unknown_attribute"
    assert (await groups_of(store, "month")).found.compared == ()  # all in one


async def test_of_other_kinds_shares_alone(store: Store) -> None:
    scores = [Told(1, reason="late delivery", **region("North"))] * 20
    await hold(store, [*scores, *[Told(5, reason="zzz", **region("South"))] * 30], kind="csat")
    (one,) = (await groups_of(store)).found.cells
    assert (one.named, one.n, one.cost) == (20, 20, None)


async def test_while_the_wave_runs_there_is_no_verdict(store: Store) -> None:
    await hold(store, PEOPLE, open_=True)
    found = await store.read(themes_report, SETTINGS, "demo", by="region")
    assert isinstance(found, ThemesReport)
    told = report_json(found)["groups"]
    assert {cell["often"]["finding"] for cell in told["cells"]} == {None}
    json.dumps(told)
