"""Account managers held against each other. (numbers 4.3)"""

import json

from bot.commands.desk import Desk
from bot.reports.as_json.managers import managers_json
from bot.reports.managers import ManagersReport, managers_report
from bot.reports.values import Missing
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from scoring import Counts, Finding, funnel
from tests.support.answered import Told, hold, split, told
from tests.support.campaign_world import ADMIN, LIMITS, Clock, settings_of

SOUTH = Address("slack", "USOUTH")
HEATH = Address("slack", "UHEATH")
COUNTS = {
    **{name: Counts(20, 30, 50) for name in ("North", "East", "West", "Delta", "Coast", "Polder")},
    "South": Counts(60, 30, 10),
    "Isles": Counts(4, 1, 1),
    "Heath": Counts(0, 0, 1),
    "Dunes": Counts(1, 0, 3),
}


def people() -> list[Told]:
    return [
        one
        for name, each in COUNTS.items()
        for one in split(each.detractors, each.passives, each.promoters, account=f"of {name}", manager=name)
    ]


def desk_of(store: Store, language: str = "en") -> Desk:
    managers = {"South": str(SOUTH), "Heath": str(HEATH)}
    chosen = settings_of({"demo": {}}, account_managers=managers, language=language)
    return Desk(store, chosen, LIMITS, words_for("admin", language), Clock())


async def test_only_who_lies_outside_the_funnel_is_named(store: Store) -> None:
    # numbers 4.3
    await hold(store, [*people(), *told(2, 0)])
    lines = (await desk_of(store).carry_out(ADMIN, "managers demo")).text.splitlines()
    assert lines[:5] == [
        "demo, wave 1: account managers",
        "10 account managers, 711 answers: NPS +18 together",
        "Apart from chance, two of three probably lie within 29 points of that.",
        "Stands out below: South, -50 from 100 answers (chance alone: -26 to +62)",
        "Coast: +30, 100 answers; probably about +29",
    ]
    assert lines[-6:] == [
        "Isles: Promoters 1, passives 1, detractors 4 (6 answers); probably about -11",
        "South: -50, 100 answers; probably about -45",
        "2 other groups together: Promoters 4, passives 0, detractors 1 (5 answers: too few for a score)",
        "2 answers are of nobody's account manager and are left out here.",
        "A score of few answers is mostly chance: “probably about” moves it towards the score of all,"
        " the more the fewer there are.",
        "Acme, asked from 1 April 2026; as of 2 March 2026, 11:00",
    ]
    dutch = (await desk_of(store, "nl").carry_out(ADMIN, "accountmanagers demo")).text
    assert "Blijft duidelijk achter: South, -50 uit 100 antwoorden (toeval alleen: -26 tot +62)" in dutch


async def test_the_numbers_are_those_of_the_funnel(store: Store) -> None:
    await hold(store, people())
    report = await store.read(managers_report, "demo", wave=1)
    found = funnel(COUNTS)
    assert isinstance(report, ManagersReport)
    assert found is not None
    assert (report.mean, report.spread, report.held) == (found.mean, found.spread, len(COUNTS))
    assert report.beside == {name: found.group(name) for name in COUNTS if name not in ("Heath", "Dunes")}
    assert all(limits == found.limits(size) for size, limits in report.band)
    assert (report.band[0][0], report.band[-1][0]) == (1, 100)


async def test_what_may_not_be_shown_is_in_no_form_of_it(store: Store) -> None:
    await hold(store, people())
    report = await store.read(managers_report, "demo")
    assert isinstance(report, ManagersReport)
    values = managers_json(report)
    rows = {row["account_manager"]: row for row in values["rows"]}
    assert rows["Heath"] == {"account_manager": "Heath", "visibility": "hidden"}
    assert rows["Isles"]["value"] is None
    assert (rows["South"]["value"], rows["South"]["finding"]) == (-50, "lower")
    assert values["together"] == {"named": [], "others": 2, "responses": 5}
    json.dumps(values)


async def test_an_account_manager_sees_themself_beside_it_and_nobody_else(store: Store) -> None:
    await hold(store, people())
    own = (await desk_of(store).carry_out(SOUTH, "managers demo")).text
    assert "Stands out below: South, -50" in own
    assert not any(name in own for name in COUNTS if name != "South")
    assert own.endswith("These are the accounts of South alone.")
    assert "Fewer than 5 answered" in (await desk_of(store).carry_out(HEATH, "managers demo")).text


async def test_no_verdict_while_it_runs(store: Store) -> None:
    await hold(store, people(), open_=True)
    answer = await desk_of(store).carry_out(ADMIN, "managers demo")
    assert "Who stands out is said when the wave is over." in answer.text
    assert "Stands out below" not in answer.text
    report = await store.read(managers_report, "demo")
    assert isinstance(report, ManagersReport)
    assert {row.get("finding") for row in managers_json(report)["rows"]} == {None}


async def test_odd_worlds(store: Store) -> None:
    assert await store.read(managers_report, "demo") == Missing("never_started", "demo")
    few = [Told(9, account=f"A{place}", manager=f"M{place}") for place in range(4)]
    await hold(store, few, number=1)
    answer = await desk_of(store).carry_out(ADMIN, "managers demo")
    assert answer.text.startswith("Fewer than five account managers have answers in demo")
    await hold(store, told(3, 5, account="A", manager="M"), number=2, kind="csat")
    assert await store.read(managers_report, "demo") == Missing("not_nps", "demo")
    alike = [one for place in range(5) for one in told(12, 9, account=f"B{place}", manager=f"N{place}")]
    await hold(store, alike, number=3)
    report = await store.read(managers_report, "demo")
    assert isinstance(report, ManagersReport)
    assert {one.finding for one in report.beside.values()} == {Finding.NO_EVIDENCE}
    assert "Nobody stands out" in (await desk_of(store).carry_out(ADMIN, "managers demo")).text
