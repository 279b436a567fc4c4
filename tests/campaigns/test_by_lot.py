"""Drawing a wave: the plan promises what is enrolled, also after a crash and by two processes."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.campaigns import runs
from bot.campaigns.by_lot import draw, draw_wave
from bot.campaigns.enrolment import enrol_chunk
from bot.campaigns.planning import PlanSummary, plan_wave
from bot.campaigns.rules import Rules, Surroundings
from bot.campaigns.seeds import next_seed
from bot.campaigns.waves import Wave, wave_by_id
from bot.config.settings import Settings
from bot.store.schema import account_draw, contact, conversation, meta
from bot.store.store import Store
from tests.support.campaign_world import LIMITS, NOW, Clock, Someone, add, rows, settings_of, terms_like

BY = "slack:UADMIN"
REGIONS = ("north", "south", "west")


@pytest.fixture(autouse=True)
async def secret(store: Store) -> None:
    """The same chance each time."""
    await store.write(
        lambda connection: connection.execute(insert(meta), {"name": "seed", "value": "7" * 64})
    )


def people(count: int, accounts: int = 0) -> list[Someone]:
    return [
        Someone(
            f"c{i}",
            slack=f"U{i}",
            account=f"account {i % accounts}" if accounts else None,
            attributes={"region": REGIONS[i % 3]},
        )
        for i in range(1, count + 1)
    ]


def drawing(**campaign: Any) -> Settings:
    return settings_of({"demo": campaign})


async def planned(store: Store, settings: Settings) -> PlanSummary:
    return await plan_wave(store, settings, "demo", LIMITS, NOW, BY)


async def started(store: Store, settings: Settings) -> Wave:
    plan = await planned(store, settings)
    return await runs.confirm(store, settings, plan.token, BY, Clock(NOW))


async def asked(store: Store, run: Wave) -> set[str]:
    return {key for key, row in (await rows(store, run.id)).items() if row.state == "waiting"}


@pytest.mark.parametrize(
    "campaign",
    [
        {"sample": 7},
        {"sample": 10, "within": "region"},
        {"at_most_per_account": 2},
        {"sample": 9, "at_most_per_account": 2, "within": "account"},
        {"sample": 40},
        {"margin": 40},
    ],
)
async def test_what_the_plan_promised_is_enrolled(store: Store, campaign: dict[str, Any]) -> None:
    await add(store, *people(30, accounts=7))
    settings = drawing(**campaign)
    plan = await planned(store, settings)
    run = await runs.confirm(store, settings, plan.token, BY, Clock(NOW))
    found = await rows(store, run.id)
    skipped = Counter(row.skipped for row in found.values() if row.skipped)
    assert skipped == plan.skipped
    assert sum(row.state == "waiting" for row in found.values()) == plan.asked_in_all
    assert len(found) == plan.people == 30


async def test_a_sample_is_drawn_and_the_others_are_told_apart(store: Store) -> None:
    await add(store, *people(30), Someone("nobody"))
    run = await started(store, drawing(sample=10, within="region"))
    found = await rows(store, run.id)
    assert Counter(row.skipped for row in found.values()) == {
        None: 10,
        "not_drawn": 20,
        "telegram: not linked": 1,
    }
    each = Counter(REGIONS[int(key[1:]) % 3] for key in await asked(store, run))
    assert sorted(each.values()) == [3, 3, 4]


async def test_the_next_wave_draws_those_who_were_not_drawn(store: Store) -> None:
    await add(store, *people(30))
    settings = drawing(sample=15, not_again_within=0)
    run = await started(store, settings)
    first = await asked(store, run)
    await store.write(_closed_and_asked, run.id)
    again = await started(store, settings)
    assert await asked(store, again) == {f"c{i}" for i in range(1, 31)} - first


def _closed_and_asked(connection: Connection, wave_id: int) -> None:
    connection.execute(
        update(conversation)
        .where(conversation.c.wave_id == wave_id, conversation.c.state == "waiting")
        .values(state="closed", ending="silent", released_at=NOW, asked_at=NOW, closed_at=NOW)
    )


async def test_names_and_keys_of_a_file_change_nobodys_lot(store: Store) -> None:
    """All that an account manager can write is what the import holds; the lot looks at none of it."""
    await add(store, *people(30))
    settings = drawing(sample=10)
    rules = Rules(terms_like(sample=10), frozenset({"slack"}), NOW, NOW, await store.write(next_seed, "demo"))
    before = await draw(store, rules, Surroundings.of(settings).places, 10)

    def renamed(connection: Connection) -> None:
        for row in connection.execute(select(contact)).all():
            values = {
                "contact_id": f"a{100 - row.id}",
                "name": "Aaron",
                "changed_at": NOW + timedelta(days=1),
            }
            connection.execute(update(contact).where(contact.c.id == row.id).values(**values))

    await store.write(renamed)
    run = await started(store, settings)
    assert run.draw == before.as_dict()


async def test_planning_again_draws_the_same(store: Store) -> None:
    """Nobody can look for a draw that suits them."""
    await add(store, *people(30))
    seeds = [await store.write(next_seed, "demo") for _ in range(3)]
    assert len(set(seeds)) == 1
    run = await started(store, drawing(sample=10))
    assert (run.seed, run.draw is not None) == (seeds[0], True)


async def test_a_crash_after_the_draw_goes_on_with_it(store: Store) -> None:
    await add(store, *people(30, accounts=4))
    settings = drawing(sample=12, at_most_per_account=4)
    plan = await planned(store, settings)
    run = await runs.start_wave(store, settings, plan.token, BY, NOW)
    rules = Rules(run.terms, frozenset({"slack"}), NOW, NOW, run.seed)
    await draw_wave(store, run, rules, Surroundings.of(settings).places)
    kept = (await store.read(wave_by_id, run.id)).draw
    assert not await store.write(enrol_chunk, run.id, Surroundings.of(settings), NOW, 7)
    await add(store, Someone("late", slack="ULATE"))
    assert await runs.resume(store, settings, Clock(NOW)) == 1
    run = await store.read(wave_by_id, run.id)
    assert run.draw == kept
    assert len(await asked(store, run)) == 12


async def test_two_processes_keep_one_draw(store: Store) -> None:
    await add(store, *people(30, accounts=4))
    settings = drawing(sample=12, at_most_per_account=4)
    run = await runs.start_wave(store, settings, (await planned(store, settings)).token, BY, NOW)
    rules = Rules(run.terms, frozenset({"slack"}), NOW, NOW, run.seed)
    await draw_wave(store, run, rules, Surroundings.of(settings).places)
    await add(store, Someone("late", slack="ULATE"))
    await draw_wave(store, run, rules, Surroundings.of(settings).places)
    await runs.enrol(store, settings, run.id, Clock(NOW))
    drawn = await store.read(wave_by_id, run.id)
    assert drawn.draw is not None
    assert drawn.draw["people"] == 30
    assert len(await asked(store, run)) == 12
    kept = await store.read(lambda connection: connection.execute(select(account_draw)).all())
    assert len(kept) == 4


async def test_a_wave_that_is_yet_to_be_drawn_enrols_nobody(store: Store) -> None:
    await add(store, *people(3))
    settings = drawing(sample=2)
    run = await runs.start_wave(store, settings, (await planned(store, settings)).token, BY, NOW)
    with pytest.raises(RuntimeError, match="yet to be drawn"):
        await store.write(enrol_chunk, run.id, Surroundings.of(settings), NOW)
    assert await rows(store, run.id) == {}


async def test_spread_over_days_everybody_has_a_moment_in_the_hours(store: Store) -> None:
    await add(store, *people(60))
    settings = drawing(spread="10 days")
    plan = await planned(store, settings)
    run = await runs.confirm(store, settings, plan.token, BY, Clock(NOW))
    moments = sorted(row.ask_at for row in (await rows(store, run.id)).values())
    assert len(set(moments)) == 60
    assert moments[0] >= NOW
    assert moments[-1] < NOW + timedelta(days=10)
    assert abs(plan.asked[0].ends_at - moments[-1]) < timedelta(minutes=1)
    days = Counter(moment.date() for moment in moments)
    assert len(days) >= 8
    assert max(days.values()) <= 20


async def test_halves_are_divided_by_lot_and_kept(store: Store) -> None:
    await add(store, *people(40))
    settings = drawing(compare={"send_between": ["09:00-12:00", "16:00-20:00"]})
    plan = await planned(store, settings)
    run = await runs.confirm(store, settings, plan.token, BY, Clock(NOW))
    found = (await rows(store, run.id)).values()
    halves = Counter(row.half for row in found)
    assert halves.keys() == {0, 1}
    assert min(halves.values()) >= 10
    later = NOW.replace(hour=15)
    assert {row.ask_at for row in found} == {NOW, later}
    assert all((row.ask_at == later) == (row.half == 1) for row in found)


async def test_the_plan_tells_what_earlier_waves_lead_to_expect(store: Store) -> None:
    await add(store, *people(40))
    settings = drawing(not_again_within=0)
    plan = await planned(store, settings)
    assert (plan.wanted.known.enough, plan.answers) == (False, 12)
    run = await runs.confirm(store, settings, plan.token, BY, Clock(NOW))

    def answered(connection: Connection) -> None:
        ids = connection.scalars(select(conversation.c.id).where(conversation.c.wave_id == run.id)).all()
        for number, id_ in enumerate(ids):
            values = {"state": "closed", "released_at": NOW, "asked_at": NOW, "closed_at": NOW}
            values |= (
                {"ending": "done", "score": 9 if number % 2 else 3} if number < 32 else {"ending": "silent"}
            )
            connection.execute(update(conversation).where(conversation.c.id == id_).values(**values))

    await store.write(answered)
    later = await plan_wave(store, settings, "demo", LIMITS, NOW + timedelta(days=30), BY)
    known = later.wanted.known
    assert (known.waves, known.invited, known.scored, known.counts.net) == (1, 40, 32, 0)
    assert later.answers == 32
    assert known.margin(32) == pytest.approx(33.1, abs=0.1)
    wider = await plan_wave(store, drawing(margin=40, not_again_within=0), "demo", LIMITS, NOW, BY)
    # 22 answers at a variance of 1 (scoring.sample_size), of whom 80% answer
    assert (wider.wanted.answers, wider.wanted.people, wider.asked_in_all) == (22, 28, 28)


async def test_other_campaigns_that_run_are_named(store: Store) -> None:
    await add(store, *people(4))
    settings = settings_of({"demo": {}, "other": {}})
    plan = await plan_wave(store, settings, "other", LIMITS, NOW, BY)
    assert plan.beside == ()
    await runs.confirm(store, settings, plan.token, BY, Clock(NOW))
    assert (await planned(store, settings)).beside == ("other",)


async def test_what_the_questions_cost(store: Store) -> None:
    await add(store, *(Someone(f"p{i}", sms=f"+3161234{i:04}") for i in range(12)))
    assert (await planned(store, drawing())).cost is None
    sms = {"account_sid": "AC1", "auth_token": "t", "from": "+31612340000", "price_per_segment": 0.08}
    settings = settings_of({"demo": {}}, channels={"sms": sms})
    cost = (await planned(store, settings)).cost
    assert cost is not None
    assert (cost.segments, str(cost.price), cost.currency) == (12, "0.96", "EUR")
