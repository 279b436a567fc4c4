"""Which cases are listed, in which order, and for whom."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.cases.next_step import NextStep
from bot.reports.cases.file import case_file
from bot.reports.cases.list import case_list
from bot.reports.cases.scope import EVERYBODY, Onlooker
from bot.reports.cases.values import PAGE, CaseList
from bot.reports.values import Missing
from bot.store.schema import case
from bot.store.store import Store
from channels.base import Address
from tests.support.answered import hold, told
from tests.support.campaign_world import settings_of
from tests.support.cases_told import OPENED, CaseTold, done, give_cases, taken

NOW = OPENED + timedelta(hours=60)
NORTH = Onlooker(Address("slack", "UNORTH"), Address("slack", "UNORTH"), ("Team North",))
SETTINGS = settings_of({"demo": {}}, account_managers={"Team North": "slack:UNORTH"})


async def listed(store: Store, who: Onlooker = EVERYBODY, **more: Any) -> CaseList:
    found = await store.read(case_list, SETTINGS, who, NOW, **more)
    assert isinstance(found, CaseList)
    return found


def numbers(found: CaseList) -> list[int]:
    return [row.number for row in found.rows]


@pytest.fixture
async def two_waves(store: Store) -> Store:
    """Wave 1 has a done case and a late one, wave 2 those that are taken, put aside, new, and with somebody else."""
    first = await hold(store, told(2, 2, account="Globex", manager="Team North"))
    await give_cases(store, first, [done(5, 1, "billing"), CaseTold(columns={"due_at": NOW})])
    second = await hold(store, told(4, 4, account="Globex", manager="Team North"), number=2)
    until = NOW + timedelta(days=2)
    await give_cases(
        store,
        second,
        [
            taken(2),
            CaseTold(columns={"state": "snoozed", "snoozed_until": until, "taken_by": "slack:UNORTH"}),
            CaseTold(at=NOW - timedelta(hours=1), columns={"due_at": NOW + timedelta(hours=3)}),
            CaseTold(manager="Elsewhere", address=Address("telegram", "77")),
        ],
    )
    trial = await hold(store, told(1, 1), number=0, trial=True)
    await give_cases(store, trial, [CaseTold()])
    return store


async def test_open_ones_are_those_that_are_not_done_the_oldest_first(two_waves: Store) -> None:
    found = await listed(two_waves)
    assert numbers(found) == [2, 3, 4, 6, 5]
    assert (found.total, found.late, found.left) == (5, 1, 0)
    assert [row.late for row in found.rows] == [True, False, False, False, False]
    assert [row.following.step for row in found.rows] == ["late", "finish", "wake", "take", "take"]
    assert found.rows[-1].following == NextStep("take", NOW + timedelta(hours=3))
    assert [row.owner for row in found.rows] == [
        "Team North",
        "Team North",
        "Team North",
        "Elsewhere",
        "Team North",
    ]
    assert found.rows[0].lasted == timedelta(hours=60)
    assert found.figures is None


async def test_what_was_written_after_done_is_listed_until_somebody_looked(two_waves: Store) -> None:
    written = update(case).where(case.c.id == 1).values(new_words=True)
    await two_waves.write(lambda connection: connection.execute(written) and None)
    found = await listed(two_waves)
    assert numbers(found) == [2, 3, 4, 6, 5, 1]
    assert found.rows[-1].following == NextStep("look")
    assert 1 in numbers(await listed(two_waves, NORTH, listed="mine"))
    assert numbers(await listed(two_waves, listed="late")) == [2]


@pytest.mark.parametrize(
    ("asked", "who", "shown"),
    [
        ({"listed": "late"}, EVERYBODY, [2]),
        ({"listed": "open"}, NORTH, [2, 3, 4, 6, 5]),  # 6 is their customer's
        ({"listed": "mine"}, NORTH, [2, 3, 4, 5]),
        ({"listed": "mine"}, Onlooker(Address("telegram", "77"), Address("telegram", "77"), ()), [6]),
        ({}, Onlooker(Address("slack", "UX"), Address("telegram", "77"), ()), [6]),
        ({}, Onlooker(Address("slack", "UX"), Address("slack", "UX"), ()), []),
        ({"campaign": "demo"}, EVERYBODY, [3, 4, 6, 5]),
        ({"campaign": "demo", "number": 1}, EVERYBODY, [2, 1]),  # what is done comes last
        ({"campaign": "demo", "number": 1, "listed": "open"}, EVERYBODY, [2]),
        ({"campaign": "demo", "number": 2, "listed": "late"}, EVERYBODY, []),
    ],
)
async def test_which_are_listed_for_whom(
    two_waves: Store, asked: dict[str, Any], who: Onlooker, shown: list[int]
) -> None:
    found = await listed(two_waves, who, **asked)
    assert numbers(found) == shown
    assert found.total == len(shown)
    assert (found.figures is not None) is (asked.keys() in ({"campaign"}, {"campaign", "number"}))


@pytest.mark.parametrize(
    ("happened", "step"),
    [
        ("wrote delivered", "wait"),
        ("wrote delivered customer_wrote", "answer"),
        (
            "wrote delivered customer_wrote delivered",
            "wait",
        ),  # the second words of a colleague change nothing
    ],
)
async def test_while_both_write_it_is_the_turn_of_who_did_not(store: Store, happened: str, step: str) -> None:
    kinds = [(hour, kind) for hour, kind in enumerate(happened.split(), 1)]
    talking = {"state": "taken", "taken_by": "slack:UNORTH", "taken_at": OPENED}
    cases = [
        CaseTold(kinds, columns=talking | {"thread_until": until})
        for until in (NOW + timedelta(hours=9), NOW - timedelta(hours=1))
    ]
    await give_cases(store, await hold(store, told(2, 2)), cases)
    found = await listed(store)
    assert [row.following.step for row in found.rows] == [step, "finish"]  # after silence it is over
    one = await store.read(case_file, SETTINGS, 1, EVERYBODY, NOW)
    assert one is not None
    assert one.row.following.step == step


async def test_a_list_goes_on_page_by_page(store: Store) -> None:
    people = told(2 * PAGE + 3, 2)
    await give_cases(
        store,
        await hold(store, people),
        [CaseTold(at=OPENED + timedelta(minutes=n)) for n in range(len(people))],
    )
    pages = [await listed(store, page=page) for page in (1, 2, 3, 4)]
    assert [number for page in pages for number in numbers(page)] == list(range(1, len(people) + 1))
    assert [page.left for page in pages] == [PAGE + 3, 3, 0, 0]
    assert {page.total for page in pages} == {len(people)}


async def test_a_wave_that_is_not_there(store: Store) -> None:
    await hold(store)
    assert await store.read(case_list, SETTINGS, EVERYBODY, NOW, campaign="demo", number=7) == Missing(
        "no_such_wave", "7"
    )
