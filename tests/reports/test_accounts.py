"""A wave by account. (numbers 4.1)"""

import pytest

from bot.commands.desk import Desk
from bot.reports.accounts import MOST_RED, accounts_report
from bot.reports.as_json import accounts_json
from bot.reports.values import AccountsReport, Missing
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from scoring import Counts
from tests.support.answered import Told, hold, split, told
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
