"""Waves: confirmed once, enrolled whole, resumed after a crash, stopped."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.campaigns import runs
from bot.campaigns.enrolment import enrol_chunk
from bot.campaigns.planning import plan_wave
from bot.campaigns.rules import Surroundings
from bot.campaigns.runs import (
    CHUNK,
    AlreadyStarted,
    PlanGone,
    PlanTooOld,
    close_stopped,
    confirm,
    numbered,
    resume,
    start_keyed,
    start_wave,
    stop,
)
from bot.campaigns.waves import Wave, find_wave
from bot.config.settings import Settings
from bot.people.consent import opt_out
from bot.reports.tallies import people, prove, wave_cells
from bot.store.schema import outbox
from bot.store.standing import Standing
from bot.store.store import Store, open_store
from channels.base import Address
from tests.support.campaign_world import (
    LIMITS,
    NOW,
    Clock,
    Someone,
    add,
    change,
    queue_question,
    rows,
    settings_of,
    slack_people,
)

BY = "slack:UADMIN"
SETTINGS = settings_of()

SPACED = "until 2026-05-31, not_again_within"


async def planned(store: Store, settings: Settings = SETTINGS, campaign: str = "demo", by: str = BY) -> str:
    """The token of a new plan."""
    return (await plan_wave(store, settings, campaign, LIMITS, NOW, by)).token


async def started(store: Store, settings: Settings = SETTINGS, clock: Clock | None = None) -> Wave:
    """A new wave of `demo`, enrolled."""
    return await confirm(store, settings, await planned(store, settings), BY, clock or Clock())


async def test_everybody_in_the_audience_gets_a_row(store: Store) -> None:
    await add(
        store,
        Someone("asked", slack="U1", language="nl-BE"),
        Someone("night", slack="U2", timezone="America/New_York"),
        Someone("nobody", language="fr"),
    )
    run = await started(store)
    assert (run.number, run.trial, run.enrolled_at, run.started_by) == (1, False, NOW, BY)
    found = await rows(store)
    assert {key: row.state for key, row in found.items()} == {
        "asked": "waiting",
        "night": "waiting",
        "nobody": "skipped",
    }
    asked, night, nobody = found["asked"], found["night"], found["nobody"]
    assert (asked.channel, asked.address, asked.language, asked.ask_at) == ("slack", "U1", "nl", NOW)
    assert (asked.low, asked.high, asked.score, asked.released_at) == (0, 10, None, None)
    assert night.ask_at == NOW + timedelta(hours=4)  # at nine there
    assert (nobody.skipped, nobody.language, nobody.address) == ("telegram: not linked", "fr", None)


async def test_each_confirmed_start_is_a_wave_numbered_within_its_campaign(store: Store) -> None:
    settings = settings_of({"demo": {}, "other": {}})
    for campaign, number in (("demo", 1), ("demo", 2), ("other", 1), ("demo", 3)):
        run = await confirm(store, settings, await planned(store, settings, campaign), BY, Clock())
        assert (run.campaign, run.number) == (campaign, number)


async def test_a_plan_is_confirmed_once_however_often_it_is_pressed_at_once(store: Store) -> None:
    await add(store, *slack_people(5))
    token = await planned(store)
    other = await open_store(store.url.render_as_string(hide_password=False))  # a second process
    try:
        outcomes: list[Any] = await asyncio.gather(
            *(confirm(each, SETTINGS, token, BY, Clock()) for each in [store, other] * 5),
            return_exceptions=True,
        )
    finally:
        await other.close()
    waves = [one for one in outcomes if isinstance(one, Wave)]
    assert len(waves) == 1
    refused = [one for one in outcomes if isinstance(one, AlreadyStarted)]
    assert len(refused) == 9
    assert {one.wave.id for one in refused} == {waves[0].id}
    assert len(await rows(store)) == 5


async def test_plans_confirmed_at_once_in_two_processes_get_numbers_of_their_own(store: Store) -> None:
    tokens = [await planned(store, by=f"slack:UADMIN{i}") for i in range(6)]
    other = await open_store(store.url.render_as_string(hide_password=False))
    try:
        waves = await asyncio.gather(
            *(
                confirm(each, SETTINGS, token, BY, Clock())
                for each, token in zip([store, other] * 3, tokens, strict=True)
            )
        )
    finally:
        await other.close()
    assert sorted(one.number for one in waves) == [1, 2, 3, 4, 5, 6]


async def test_a_plan_lasts_a_day(store: Store) -> None:
    clock = Clock(NOW + timedelta(hours=24))
    assert (await confirm(store, SETTINGS, await planned(store), BY, clock)).number == 1
    late = await planned(store)
    clock.advance(seconds=1)
    with pytest.raises(PlanTooOld):
        await confirm(store, SETTINGS, late, BY, clock)


async def test_a_plan_that_is_not_there_starts_nothing(store: Store) -> None:
    with pytest.raises(PlanGone):
        await confirm(store, SETTINGS, "no such token", BY, Clock())
    token = await planned(store)
    assert await store.write(runs.drop_plan, token) == "demo"
    with pytest.raises(PlanGone):
        await confirm(store, SETTINGS, token, BY, Clock())
    assert await store.read(find_wave, "demo") is None


async def test_a_plan_that_was_started_is_not_dropped(store: Store) -> None:
    token = await planned(store)
    await confirm(store, SETTINGS, token, BY, Clock())
    with pytest.raises(AlreadyStarted):
        await store.write(runs.drop_plan, token)


async def test_a_wave_keeps_its_terms_when_the_settings_change(store: Store) -> None:
    run = await started(store, settings_of({"demo": {"window": 3, "every": 10}}))
    again = await store.read(find_wave, "demo")
    assert again == run
    assert (run.terms.window, run.terms.every) == (3, 10)


# ------------------------------------------------------------------------------------- enrolment, resumed


@pytest.mark.parametrize("chunks_before", [0, 1, 3])
async def test_a_crash_between_chunks_loses_and_doubles_nobody(store: Store, chunks_before: int) -> None:
    await add(store, *slack_people(10), Someone("nobody"))
    run = await start_wave(store, SETTINGS, await planned(store), BY, NOW)
    for _ in range(chunks_before):
        assert not await store.write(enrol_chunk, run.id, Surroundings.of(SETTINGS), NOW, 3)
    assert len(await rows(store)) == 3 * chunks_before
    assert await resume(store, SETTINGS, Clock()) == 1
    found = await rows(store)
    assert len(found) == 11
    assert sum(row.state == "waiting" for row in found.values()) == 10
    assert await resume(store, SETTINGS, Clock()) == 0


async def test_two_processes_that_enrol_one_wave_double_nobody(store: Store) -> None:
    await add(store, *slack_people(20))
    run = await start_wave(store, SETTINGS, await planned(store), BY, NOW)
    other = await open_store(store.url.render_as_string(hide_password=False))

    async def enrol(each: Store) -> None:
        while not await each.write(enrol_chunk, run.id, Surroundings.of(SETTINGS), NOW, 3):
            pass

    try:
        await asyncio.gather(enrol(store), enrol(other))
    finally:
        await other.close()
    found = await rows(store)
    assert {row.state for row in found.values()} == {"waiting"}
    assert len(found) == 20


async def test_the_rules_are_applied_again_when_people_are_enrolled(store: Store) -> None:
    await add(store, *slack_people(2))
    token = await planned(store)
    await store.write(opt_out, Address("slack", "U1"), NOW, "words")
    await confirm(store, SETTINGS, token, BY, Clock())
    found = await rows(store)
    assert (found["c1"].skipped, found["c2"].state) == ("opted_out", "waiting")


async def test_a_second_campaign_skips_who_is_in_a_conversation(store: Store) -> None:
    await add(store, *slack_people(2))
    first = await started(store)
    one = (await rows(store))["c1"]
    await change(
        store, one.id, state="asked", released_at=NOW, asked_at=NOW, closes_at=NOW + timedelta(days=7)
    )
    settings = settings_of({"demo": {}, "other": {}})
    second = await confirm(store, settings, await planned(store, settings, "other"), BY, Clock())
    assert second.id != first.id
    found = await rows(store, second.id)
    assert (found["c1"].skipped, found["c1"].skipped_detail) == ("busy", "until 2026-03-09")
    assert found["c2"].skipped == "busy"


async def test_an_address_that_is_taken_at_the_last_moment_is_busy(store: Store) -> None:
    """The open conversation belongs to somebody else: the address came to this contact since."""
    await add(store, *slack_people(2))
    first = await started(store)
    found = await rows(store)
    await change(store, found["c2"].id, state="closed", ending="window", closed_at=NOW)
    await change(store, found["c1"].id, address="U2")  # as if c1 had been there then
    second = await started(store)
    assert second.number == first.number + 1
    assert (await rows(store, second.id))["c2"].skipped == "busy"


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            {"asked_at": NOW, "released_at": NOW, "ending": "window"},
            ("skipped", SPACED),
        ),
        (
            {"released_at": NOW, "ending": "window"},
            ("skipped", SPACED),
        ),  # outcome unknown
        (
            {"asked_at": NOW, "released_at": NOW, "ending": "cancelled"},
            ("skipped", SPACED),
        ),
        ({"released_at": NOW, "ending": "undelivered", "undelivered": "gone"}, ("waiting", None)),
        (
            {"asked_at": NOW, "released_at": NOW, "ending": "undelivered", "undelivered": "30003"},
            ("waiting", None),
        ),
        ({"released_at": NOW, "ending": "cancelled"}, ("waiting", None)),
        ({"ending": "cancelled"}, ("waiting", None)),
    ],
)
async def test_once_in_so_many_days_over_all_campaigns(
    store: Store, before: dict[str, Any], expected: tuple[str, str | None]
) -> None:
    await add(store, *slack_people(1))
    settings = settings_of({"demo": {}, "other": {}})
    await started(store, settings)
    one = (await rows(store))["c1"]
    await change(store, one.id, state="closed", closed_at=NOW, **before)
    clock = Clock(NOW + timedelta(days=10))
    plan = await plan_wave(store, settings, "other", LIMITS, clock(), BY)
    run = await confirm(store, settings, plan.token, BY, clock)
    row = (await rows(store, run.id))["c1"]
    assert (row.state, row.skipped_detail) == expected


# ---------------------------------------------------------------------------------------------------- stop


async def test_stop_cancels_what_is_unsent_and_lets_open_conversations_finish(store: Store) -> None:
    await add(store, *slack_people(4))
    run = await started(store)
    found = await rows(store)
    await change(store, found["c1"].id, state="reason", released_at=NOW, asked_at=NOW, score=3)
    await queue_question(store, found["c1"].id, "reply")
    await change(store, found["c2"].id, released_at=NOW)
    await queue_question(store, found["c2"].id)
    stopped = await store.write(stop, "demo", "slack:UADMIN", NOW)
    assert (stopped.waves, stopped.cancelled, stopped.talking) == ((run.number,), 3, 1)
    found = await rows(store)
    assert {key: (row.state, row.ending) for key, row in found.items()} == {
        "c1": ("reason", None),
        "c2": ("closed", "cancelled"),
        "c3": ("closed", "cancelled"),
        "c4": ("closed", "cancelled"),
    }
    queued = await store.read(
        lambda connection: dict(connection.execute(select(outbox.c.kind, outbox.c.state)).all())
    )
    assert queued == {"reply": "queued", "question": "cancelled"}
    again = await store.read(find_wave, "demo")
    assert again is not None
    assert (again.stopped_at, again.stopped_by) == (NOW, "slack:UADMIN")
    assert (await store.write(stop, "demo", "slack:UADMIN", NOW)).waves == ()


async def test_a_question_in_a_senders_hands_at_a_stop_goes_out_and_may_be_answered(store: Store) -> None:
    """In its hands, or in those of a process that ended: it may have been asked."""
    await add(store, *slack_people(3))
    await started(store)
    found = await rows(store)
    leases = {"c1": NOW + timedelta(seconds=5), "c2": None, "c3": NOW - timedelta(seconds=5)}
    for key, leased_until in leases.items():
        await change(store, found[key].id, released_at=NOW)
        await queue_question(store, found[key].id)
        lease = update(outbox).where(outbox.c.conversation_id == found[key].id)
        await store.write(
            lambda connection, lease, until: connection.execute(lease.values(leased_until=until)).rowcount,
            lease,
            leased_until,
        )
    assert (await store.write(stop, "demo", "slack:UADMIN", NOW)).cancelled == 1
    found = await rows(store)
    assert [found[key].state for key in leases] == ["waiting", "closed", "waiting"]


async def test_a_stop_while_people_are_enrolled_accounts_for_the_rest(store: Store) -> None:
    await add(store, *slack_people(7))
    run = await start_wave(store, SETTINGS, await planned(store), BY, NOW)
    await store.write(enrol_chunk, run.id, Surroundings.of(SETTINGS), NOW, 3)
    assert (await store.write(stop, "demo", BY, NOW)).cancelled == 3
    await resume(store, SETTINGS, Clock())
    found = await rows(store)
    assert [found[f"c{i}"].ending for i in (1, 2, 3)] == ["cancelled"] * 3
    assert [found[f"c{i}"].skipped for i in (4, 5, 6, 7)] == ["stopped"] * 4


async def test_a_large_wave_is_stopped_at_once_and_closed_bit_by_bit(store: Store) -> None:
    await add(store, *slack_people(CHUNK + 200))
    run = await started(store)
    await change(store, (await rows(store))["c1"].id, state="asked", released_at=NOW, asked_at=NOW)
    stopped = await store.write(stop, "demo", BY, NOW)
    assert (stopped.cancelled, stopped.talking) == (CHUNK + 199, 1)
    states = Counter(row.state for row in (await rows(store)).values())
    assert states == {"closed": CHUNK, "waiting": 199, "asked": 1}
    # What is shown meanwhile counts them as what they are.
    cells = await store.read(wave_cells, [run.id])
    assert people(cells, Standing.CANCELLED) == CHUNK + 199
    assert people(cells, Standing.WAITING) == 0
    # A crash here: the next start goes on. Those who are closed later were called off when the others were.
    await resume(store, SETTINGS, Clock())
    found = (await rows(store)).values()
    assert Counter((row.state, row.ending) for row in found) == {
        ("closed", "cancelled"): CHUNK + 199,
        ("asked", None): 1,
    }
    assert {row.closed_at for row in found if row.ending} == {NOW}
    assert await store.read(prove) == []
    assert (await store.write(stop, "demo", BY, NOW)).cancelled == 0


async def test_closing_what_was_stopped_ends_with_its_time_and_goes_on_later(store: Store) -> None:
    await add(store, *slack_people(3 * CHUNK))
    await started(store)
    await store.write(stop, "demo", BY, NOW)
    assert not await close_stopped(store, within=0.0)
    assert Counter(row.state for row in (await rows(store)).values()) == {
        "closed": 2 * CHUNK,
        "waiting": CHUNK,
    }
    assert await close_stopped(store)
    assert {row.state for row in (await rows(store)).values()} == {"closed"}


async def test_whom_a_stop_took_off_is_not_busy_in_the_next_wave(store: Store) -> None:
    await add(store, *slack_people(CHUNK + 10))
    await started(store)
    await store.write(stop, "demo", BY, NOW)
    again = await started(store)
    assert Counter(row.state for row in (await rows(store, again.id)).values()) == {"waiting": CHUNK + 10}


async def test_stop_leaves_other_campaigns_and_finished_waves_alone(store: Store) -> None:
    settings = settings_of({"demo": {"audience": {"plan": "a"}}, "other": {"audience": {"plan": "b"}}})
    await add(
        store,
        Someone("a", slack="U1", attributes={"plan": "a"}),
        Someone("b", slack="U2", attributes={"plan": "b"}),
    )
    over = await started(store, settings)
    await change(store, (await rows(store))["a"].id, state="closed", ending="window", closed_at=NOW)
    await confirm(store, settings, await planned(store, settings, "other"), BY, Clock())
    assert (await store.write(stop, "demo", BY, NOW)).waves == ()
    assert (await rows(store))["b"].state == "waiting"
    assert await store.read(find_wave, "demo", over.number) == over


async def test_old_plans_are_tidied_away(store: Store) -> None:
    token = await planned(store)
    await plan_wave(store, SETTINGS, "demo", LIMITS, NOW + timedelta(days=31), BY)
    with pytest.raises(PlanGone):
        await confirm(store, SETTINGS, token, BY, Clock())


async def test_a_plan_of_a_campaign_that_left_the_settings_starts_nothing(store: Store) -> None:
    token = await planned(store)
    with pytest.raises(PlanGone):
        await confirm(store, settings_of({"other": {}}), token, BY, Clock())


# ---------------------------------------------------------------------------------------------- by a key


async def test_a_key_starts_one_wave_however_often_it_is_given(store: Store) -> None:
    key = "occurrence:demo:2026-03-02"
    first, new = await numbered(store, start_keyed, SETTINGS, "demo", key, BY, NOW)
    changed = settings_of({"demo": {"window": 30}})
    again, newer = await numbered(store, start_keyed, changed, "demo", key, BY, NOW + timedelta(days=1))

    assert (new, newer) == (True, False)
    assert again == first
    assert again.terms.window == 7
    other, _ = await numbered(store, start_keyed, changed, "demo", "occurrence:demo:2026-06-02", BY, NOW)
    assert (other.number, other.terms.window) == (2, 30)


async def test_two_processes_start_one_wave_by_one_key(store: Store) -> None:
    other = await open_store(store.url.render_as_string(hide_password=False))
    key = "occurrence:demo:2026-03-02"
    try:
        both = await asyncio.gather(
            *(numbered(one, start_keyed, SETTINGS, "demo", key, BY, NOW) for one in (store, other))
        )
    finally:
        await other.close()

    assert sorted(new for _, new in both) == [False, True]
    assert both[0][0] == both[1][0]
