"""Who left since a wave. (numbers 4.5)"""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bot.commands.desk import Desk
from bot.reports.as_json.churn import churn_json
from bot.reports.churn import ChurnReport, Loss, churn_report
from bot.reports.values import Missing
from bot.store.schema import account
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from scoring import Retention, share, shift_of_rates
from tests.support.answered import Told, hold, told
from tests.support.campaign_world import ADMIN, LIMITS, settings_of

NOW = datetime(2027, 4, 1, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
BEGAN = date(2026, 4, 1)  # of wave 1, as `hold` has it
NORTH = Address("slack", "UNORTH")


def accounts(
    many: int, score: int | None, left: int, kind: str, manager: str = "North", **worth: Any
) -> list[Told]:
    """So many accounts of two people who gave this score, of which so many left in September."""
    return [
        one
        for place in range(many)
        for one in told(
            2,
            score,
            account=f"{kind} {place}",
            manager=manager,
            worth={"account_until": date(2026, 9, 30) if place < left else None, **worth},
        )
    ]


PEOPLE = [
    *accounts(20, 2, 9, "unhappy"),
    *accounts(10, 8, 2, "so-so"),
    *accounts(40, 10, 2, "happy", "South"),
    *accounts(4, None, 3, "silent"),
    *accounts(3, 2, 0, "gone", account_until=date(2026, 3, 1)),
    *accounts(2, 9, 0, "just", account_until=BEGAN),
]


async def report_of(store: Store, **how: Any) -> ChurnReport:
    found = await store.read(churn_report, "demo", NOW, ZONE, **how)
    assert isinstance(found, ChurnReport)
    return found


async def test_who_left_by_what_they_had_answered(store: Store) -> None:
    # numbers 4.5
    await hold(store, PEOPLE)
    report = await report_of(store)
    assert (report.since, report.until) == (BEGAN, date(2027, 4, 1))
    assert report.losses == (
        Loss("detractors", 20, share(9, 20)),
        Loss("passives", 10, share(2, 10)),
        Loss("promoters", 42, share(4, 42)),  # the last day of two was the first of the wave
        Loss("silent", 4, None),
    )
    assert report.contrast == shift_of_rates(9, 20, 4, 42)
    assert report.kept == Retention(76, 58, 0)
    assert churn_json(report)["losses"][3] == {
        "accounts_that_were": "silent",
        "accounts": 4,
        "left": None,
        "percent": None,
        "interval": None,
    }


async def test_who_came_since_is_new_and_was_kept_by_nobody(store: Store) -> None:
    await hold(store, PEOPLE)
    new = [
        {"name": "new", "account_since": date(2026, 6, 1)},
        {"name": "came and left", "account_since": date(2026, 6, 1), "account_until": date(2026, 8, 1)},
        {"name": "from the first day", "account_since": BEGAN},
    ]
    await store.write(lambda connection: [connection.execute(insert(account), one) for one in new])
    kept = (await report_of(store)).kept
    assert kept == Retention(77, 60, 1)
    assert kept.kept == share(59, 77)


async def test_since_the_wave_before_the_newest(store: Store) -> None:
    await hold(store, PEOPLE)
    await hold(store, told(3, 9, account="happy 0"), number=2)
    assert (await report_of(store)).scope.waves == (1,)
    assert (await report_of(store, wave=2)).scope.waves == (2,)


async def test_an_account_that_goes_by_another_name_is_left_out(store: Store) -> None:
    await hold(store, [*PEOPLE, *told(2, 3, account="Acme")])
    renamed = account.update().where(account.c.name == "Acme").values(name="Acme Holding")
    await store.write(lambda connection: connection.execute(renamed))
    report = await report_of(store)
    assert (report.unknown, report.losses[0].accounts) == (1, 20)
    text = (await desk_of(store).carry_out(ADMIN, "churn demo")).text
    assert "1 account of the wave goes by that name no more and is left out." in text


async def test_odd_worlds(store: Store) -> None:
    await hold(store, told(3, 9, account="Acme"))
    assert await store.read(churn_report, "demo", NOW, ZONE) == Missing("no_days")
    await hold(store, told(3, 5, account="Acme"), number=2, kind="csat")
    await hold(store, told(3, 5, account="Acme"), number=3, kind="csat")
    assert await store.read(churn_report, "demo", NOW, ZONE) == Missing("not_nps", "demo")
    assert await store.read(churn_report, "other", NOW, ZONE) == Missing("never_started", "other")


def desk_of(store: Store, language: str = "en") -> Desk:
    managers = {"North": str(NORTH), "South": "slack:USOUTH"}
    chosen = settings_of({"demo": {}}, account_managers=managers, language=language)
    return Desk(store, chosen, LIMITS, words_for("admin", language), lambda: NOW)


async def test_in_chat(store: Store) -> None:
    await hold(store, PEOPLE)
    assert (await desk_of(store).carry_out(ADMIN, "churn demo")).text.splitlines() == [
        "demo, wave 1: who left since 1 April 2026",
        "Of 76 accounts that were customers then 58 still are: 76% kept (66% to 84%); 0 came since",
        "20 detractor accounts: 9 left, 45% (26% to 66%)",
        "10 accounts with as many promoters as detractors: 2 left, 20% (6% to 51%)",
        "42 promoter accounts: 4 left, 10% (4% to 22%)",
        "4 accounts that were asked and said nothing: too few to tell",
        "Detractor accounts left more often than promoter accounts (+13 to +57 percentage points). That goes together; "
        "it is no proof of why.",
        "Acme, asked from 1 April 2026; as of 1 April 2027, 14:00",
    ]
    dutch = (await desk_of(store, "nl").carry_out(ADMIN, "vertrek demo ronde 1")).text
    assert "20 klanten die criticaster waren: 9 vertrokken, 45% (26% tot 66%)" in dutch


async def test_an_account_manager_sees_own_accounts_alone(store: Store) -> None:
    await hold(store, PEOPLE)
    own = await report_of(store, managers=("South",))
    assert [loss.accounts for loss in own.losses] == [0, 0, 40, 0]
    assert own.kept == Retention(40, 38, 0)
    text = (await desk_of(store).carry_out(NORTH, "churn demo")).text
    assert "42 promoter accounts" not in text
    assert text.endswith("These are the accounts of North alone.")


async def test_no_verdict_while_the_wave_runs(store: Store) -> None:
    await hold(store, PEOPLE, open_=True)
    assert (await report_of(store)).contrast is None
