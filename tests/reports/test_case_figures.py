"""What became of the cases of a wave: the figures from the database beside the same by hand."""

import random
from datetime import timedelta
from statistics import median

import pytest

from bot.reports.cases.figures import case_figures
from bot.reports.cases.scope import EVERYBODY, Onlooker
from bot.reports.cases.values import CaseFigures
from bot.store.store import Store
from channels.base import Address
from scoring import recovery
from tests.support.answered import Told, hold, told
from tests.support.cases_told import OPENED, CaseTold, done, give_cases, taken

NOW = OPENED + timedelta(hours=60)
HOUR = 3600


async def figures_of(
    store: Store, *cases: CaseTold, who: Onlooker = EVERYBODY, **more: object
) -> CaseFigures:
    north = told(len(cases), 3, account="Globex", manager="Team North")
    wave_id = await hold(store, north)
    await give_cases(store, wave_id, cases)
    return await store.read(case_figures, wave_id, who, NOW)


async def test_the_example_of_the_page(store: Store) -> None:
    """docs/statistics.md, Follow-up: eighteen cases, of which two are with nobody."""
    hours = [1, *[2] * 3, *[4] * 4, *[9] * 5, *[26] * 3]
    open_ = [CaseTold(at=NOW - timedelta(hours=ago)) for ago in (3, 50)]
    found = await figures_of(store, *(taken(hour) for hour in hours), *open_)
    assert (found.opened, found.states) == (18, {"taken": 16, "open": 2})
    assert (found.touched.median, found.touched.ninetieth) == (9 * HOUR, 26 * HOUR)
    assert found.in_time is not None
    assert (found.in_time.counted, found.in_time.n, found.pending) == (8, 17, 1)
    assert (found.finished.n, found.finished.ended, found.finished.median) == (18, 0, None)


async def test_causes_are_of_what_is_done(store: Store) -> None:
    found = await figures_of(
        store, done(5, 1, "billing"), done(6, 1, "billing"), done(9, 2), done(7, 1, "delivery"), taken(1)
    )
    assert found.causes == (("billing", 2), ("delivery", 1), (None, 1))
    assert found.finished.ended == 4


async def test_what_was_opened_anew_is_not_done(store: Store) -> None:
    again = CaseTold(((1, "taken"), (2, "finished"), (3, "reopened")))
    found = await figures_of(store, again)
    assert (found.touched.median, found.finished.ended, found.causes) == (HOUR, 0, ())


async def test_to_hand_over_is_no_touch(store: Store) -> None:
    found = await figures_of(store, CaseTold(((1, "handed_over"), (7, "wrote"))))
    assert found.touched.median == 7 * HOUR
    assert found.in_time is not None
    assert found.in_time.counted == 0


async def test_whose_customer_was_erased_is_neither_done_nor_judged_before_its_time(store: Store) -> None:
    def erased(after: float) -> CaseTold:
        return CaseTold(
            ((after, "erased"),), columns={"state": "done", "done_at": OPENED + timedelta(hours=after)}
        )

    found = await figures_of(store, erased(1), erased(10))
    assert (found.touched.ended, found.finished.ended, found.causes) == (0, 0, ())
    assert found.in_time is not None
    assert (found.in_time.counted, found.in_time.n, found.pending) == (0, 1, 1)


async def test_without_an_agreed_time_nobody_is_judged(store: Store) -> None:
    found = await figures_of(store, taken(1, due=None))
    assert (found.in_time, found.pending) == (None, 0)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (EVERYBODY, 2),
        (Onlooker(Address("slack", "UX"), Address("slack", "UX"), ("Team North",)), 2),  # their customers'
        (Onlooker(Address("slack", "UNORTH"), Address("slack", "UNORTH"), ()), 1),  # what is with them
        (
            Onlooker(Address("slack", "UX"), Address("telegram", "-100"), ("Team South",)),
            1,
        ),  # what stands there
        (Onlooker(Address("slack", "UX"), Address("slack", "UX"), ("Team South",)), 0),
    ],
)
async def test_everybody_counts_what_they_may_see(store: Store, who: Onlooker, seen: int) -> None:
    elsewhere = CaseTold(manager="Fallback", address=Address("telegram", "-100"))
    assert (await figures_of(store, CaseTold(), elsewhere, who=who)).opened == seen


async def test_whom_a_case_won_back(store: Store) -> None:
    """docs/statistics.md, Follow-up: the twelve who were asked again. Of who was asked twice the newest counts."""
    before = [6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 0, 0]
    after = [9, 8, 8, 7, 9, 6, 8, 5, 9, 3, 7, 0]
    wave_id = await hold(store, [Told(score) for score in (*before, 1, 1, 1)])
    asked = [done(5, 1, again=[{"score": score, "solved": score > 6}]) for score in after]
    asked[0] = done(5, 1, again=[{"score": 0, "solved": False}, {"score": 9, "solved": True}])
    silent, lost = done(5, 1, again=[{}]), done(5, 1, again=[{"ending": "undelivered"}])
    await give_cases(store, wave_id, [*asked, silent, lost, done(5, 1)])
    found = await store.read(case_figures, wave_id, EVERYBODY, NOW)
    assert found.asked_again == 13
    assert found.solved is not None
    assert (found.solved.counted, found.solved.n) == (8, 12)
    assert found.recovery == recovery(zip(before, after, strict=True))


async def test_scores_of_another_scale_have_no_categories(store: Store) -> None:
    wave_id = await hold(store, [Told(2)], kind="csat")
    await give_cases(store, wave_id, [done(5, 1, again=[{"score": 5, "solved": True}])])
    found = await store.read(case_figures, wave_id, EVERYBODY, NOW)
    assert (found.asked_again, found.recovery) == (1, None)


async def test_the_same_by_hand(store: Store) -> None:
    """A hundred and twenty cases of chance, counted again without the database or the library."""
    chance = random.Random(11)
    cases, touched, in_time = [], [], 0
    for _ in range(120):
        touch, end, due = chance.uniform(0.1, 20), chance.uniform(20, 50), chance.choice([2, 8])
        cases.append(done(end, touch, chance.choice(["billing", "delivery", None]), due=due))
        touched.append(touch * HOUR)
        in_time += touch <= due
    found = await figures_of(store, *cases)
    assert found.touched.median == pytest.approx(median(touched), abs=1)
    assert found.touched.ninetieth == pytest.approx(sum(sorted(touched)[107:109]) / 2, abs=1)
    assert found.in_time is not None
    assert (found.in_time.counted, found.in_time.n) == (in_time, 120)
    assert sum(count for _, count in found.causes) == 120
