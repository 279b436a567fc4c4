"""A wave by account. (numbers 4.1)"""

from dataclasses import replace

import pytest

from bot.commands.desk import Desk
from bot.reports.accounts import MOST_RED, accounts_report
from bot.reports.as_json.reports import accounts_json
from bot.reports.values import AccountsReport, Missing, Weighted
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from scoring import Counts, ValueAtRisk, shown, weighted_by_account
from tests.support.answered import Told, hold, skipped_by, split, told
from tests.support.campaign_world import ADMIN, LIMITS, Clock, settings_of

NORTH = Address("slack", "UNORTH")
PEOPLE = [
    *split(3, 1, 0, account="Globex", manager="North"),
    *split(1, 0, 4, account="Initech", manager="South"),
    *split(1, 1, 1, account="Hooli", manager="North"),
    *split(2, 0, 0, account="Umbrella", manager="South"),
    *split(0, 0, 2),
    Told(0, account="Globex", manager="North", erased=True),
]


def desk_of(store: Store, language: str = "en") -> Desk:
    managers = {"North": str(NORTH), "South": "slack:USOUTH"}
    chosen = settings_of({"demo": {}}, account_managers=managers, language=language)
    return Desk(store, chosen, LIMITS, words_for("admin", language), Clock())


async def test_each_account_has_one_vote(store: Store) -> None:
    # numbers 4.1
    await hold(store, PEOPLE)
    report = await store.read(accounts_report, "demo")
    assert isinstance(report, AccountsReport)
    assert report.found is not None
    assert report.found.answers == Counts(7, 2, 5)
    assert report.found.leaning == Counts(2, 1, 1)
    assert report.found.nps == pytest.approx(100 * (-3 / 4 + 3 / 5 + 0 - 1) / 4)
    assert (report.scores.n, report.without_account) == (17, 3)
    assert [(row.name, row.counts) for row in report.red] == [
        ("Globex", Counts(3, 1, 0)),
        ("Umbrella", Counts(2, 0, 0)),
    ]
    assert accounts_json(report)["red"][0]["account"] == "Globex"


async def test_in_chat(store: Store) -> None:
    await hold(store, PEOPLE)
    assert (await desk_of(store).carry_out(ADMIN, "accounts demo wave 1")).text.splitlines() == [
        "demo, wave 1: accounts",
        "4 accounts: 25% lean to promoters, 50% to detractors; with one vote an account -29 (-100 to +72)",
        "All their people: -14 (-100 to +94) from 14 answers, counting that people of one account answer alike",
        "With fewer than 30 accounts the width of these intervals is a guess.",
        "3 answers belong to no account and are left out here.",
        "Globex: 3 of 4 unhappy",
        "Umbrella: 2 of 2 unhappy",
        "Acme, asked from 1 April 2026; as of 2 March 2026, 11:00",
    ]
    dutch = (await desk_of(store, "nl").carry_out(ADMIN, "klanten demo")).text
    assert "Globex: 3 van de 4 ontevreden" in dutch


async def test_an_account_manager_sees_own_accounts_alone(store: Store) -> None:
    await hold(store, PEOPLE)
    own = (await desk_of(store).carry_out(NORTH, "accounts demo")).text
    assert "Globex" in own
    assert "Umbrella" not in own
    assert own.endswith("These are the accounts of North alone.")


async def test_odd_worlds(store: Store) -> None:
    await hold(store, told(3, 9, account="Acme"), number=1)
    assert "Fewer than two accounts" in (await desk_of(store).carry_out(ADMIN, "accounts demo")).text
    await hold(store, told(3, 5, account="Acme"), number=2, kind="csat")
    assert await store.read(accounts_report, "demo") == Missing("not_nps", "demo")
    assert (await desk_of(store).carry_out(ADMIN, "accounts demo")).text.startswith("demo asks for no NPS")
    many = [one for place in range(MOST_RED + 3) for one in told(2, 1, account=f"Account {place}")]
    await hold(store, many, number=3)
    report = await store.read(accounts_report, "demo")
    assert isinstance(report, AccountsReport)
    assert (len(report.red), report.more_red) == (MOST_RED, 3)


# ------------------------------------------------------------------------------------- what they are worth

WORTH = [
    *split(3, 1, 0, account="Globex", manager="North", worth={"account_value": 120_000}),
    *split(1, 0, 4, account="Initech", manager="South", worth={"account_value": 7_000_000}),
    *split(4, 0, 0, account="Umbrella", manager="South", worth={"account_value": 80_000}),
    *split(5, 0, 0, account="Hooli", manager="North"),
    *told(2, account="Silent", manager="North", worth={"account_value": 2_200_000}),
    skipped_by("too_soon", account="Not asked", manager="North", worth={"account_value": 9_000_000}),
]


async def test_red_and_large_first_and_what_is_at_risk(store: Store) -> None:
    await hold(store, WORTH)
    report = await store.read(accounts_report, "demo")
    assert isinstance(report, AccountsReport)
    assert [(row.name, row.value) for row in report.red] == [
        ("Globex", 120_000),
        ("Umbrella", 80_000),
        ("Hooli", None),
    ]
    assert report.at_risk == ValueAtRisk(9_400_000, 200_000, 2_200_000, 4)
    assert report.without_value == 1
    assert accounts_json(report)["at_risk"]["silent"] == 2_200_000
    english = (await desk_of(store).carry_out(ADMIN, "accounts demo")).text
    assert (
        "€200,000 of €9.4m sits with detractor accounts, €2.2m with accounts that were asked and said nothing\n"
        "1 account that was asked has no value and is not in these amounts.\n"
        "Globex, €120,000: 3 of 4 unhappy\n"
        "Umbrella, €80,000: 4 of 4 unhappy\n"
        "Hooli: 5 of 5 unhappy\n"
    ) in english
    dutch = (await desk_of(store, "nl").carry_out(ADMIN, "klanten demo")).text.replace("\xa0", " ")
    assert "€ 200.000 van de € 9,4 mln zit bij klanten die criticaster zijn, € 2,2 mln bij klanten" in dutch
    assert "Globex, € 120.000: 3 van de 4 ontevreden" in dutch


async def test_values_of_others_are_not_shown_to_a_manager(store: Store) -> None:
    await hold(store, WORTH)
    text = (await desk_of(store).carry_out(NORTH, "accounts demo weighted by account_value")).text
    assert "€120,000 of €2.3m sits with detractor accounts" in text
    assert "Umbrella" not in text
    assert "€7" not in text


async def test_weighted_by_value(store: Store) -> None:
    await hold(store, WORTH)
    report = await store.read(accounts_report, "demo", weighted_by="account value")
    assert isinstance(report, AccountsReport)
    told_of = [
        (Counts(3, 1, 0), 120_000.0),
        (Counts(1, 0, 4), 7_000_000.0),
        (Counts(4, 0, 0), 80_000.0),
    ]
    expected = weighted_by_account(told_of)
    assert report.weighted == Weighted("account_value", expected, 1)
    assert expected is not None
    assert accounts_json(report)["weighted"]["value"] == expected.nps
    line = (
        f"Weighted by account value: {shown(expected.nps)} (-100 to +100), from 3 accounts that tell as much as "
        "1 of equal weight"
    )
    for said in ("weighted by account_value", "wave 1 weighted by value", "weighted by account_value wave 1"):
        lines = (await desk_of(store).carry_out(ADMIN, f"accounts demo {said}")).text.splitlines()
        assert line in lines
        assert "1 account that answered has no number for account value and is left out of that." in lines
    assert (
        "Gewogen naar klantwaarde: "
        in (await desk_of(store, "nl").carry_out(ADMIN, "klanten demo gewogen naar klantwaarde")).text
    )


async def test_weighted_by_a_column_of_numbers(store: Store) -> None:
    people = [
        *split(1, 0, 3, account="A", attributes={"Seats": "10"}),
        *split(2, 0, 0, account="A", attributes={"Seats": "30"}),
        *split(0, 1, 5, account="B", attributes={"Seats": "12,5"}),
        *split(4, 0, 0, account="C", attributes={"Seats": "some"}),
    ]
    await hold(store, people)
    report = await store.read(accounts_report, "demo", weighted_by="seats")
    assert isinstance(report, AccountsReport)
    assert report.weighted == Weighted(
        "Seats", weighted_by_account([(Counts(3, 0, 3), 30.0), (Counts(0, 1, 5), 12.5)]), 1
    )
    assert await store.read(accounts_report, "demo", weighted_by="saets") == Missing(
        "unknown_attribute", "saets", ("Seats",)
    )
    text = (await desk_of(store).carry_out(ADMIN, "accounts demo weighted by account_value")).text
    assert "No account of this report has a value" in text
    answer = await desk_of(store).carry_out(ADMIN, "accounts demo weighted by nothing")
    assert (answer.text, answer.outcome) == ("No customer has an attribute “nothing”. Try: Seats.", "refused")
    await hold(
        store, [replace(one, attributes={**one.attributes, "Plan": "pro"}) for one in people], number=2
    )
    answer = await desk_of(store).carry_out(ADMIN, "accounts demo weighted by plan")
    assert (answer.text, answer.outcome) == (
        "No account of this report has a number for Plan, so nothing can be weighted by it. Try: Seats.",
        "refused",
    )
    await hold(store, split(1, 0, 0, account="A", attributes={"Seats": "10"}), number=3)
    text = (await desk_of(store).carry_out(ADMIN, "accounts demo weighted by seats")).text
    assert "Fewer than two accounts that answered have a number for Seats" in text
    assert (await desk_of(store).carry_out(ADMIN, "accounts demo weighted by")).text.startswith(
        "Weighted by what?"
    )
