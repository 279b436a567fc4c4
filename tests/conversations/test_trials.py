"""A trial: the conversation held with the admin, outside every rule and every count."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.campaigns.planning import plan_wave
from bot.campaigns.runs import confirm, stop
from bot.campaigns.waves import find_wave
from bot.conversations.trials import InConversation, OptedOut, hold_trial
from bot.people.consent import opt_out
from bot.people.contacts import person_at
from bot.reports.campaign_report import campaign_report
from bot.reports.progress import status
from bot.reports.values import Missing
from bot.store.schema import outbox
from bot.store.store import Store, open_store
from channels.base import Address
from tests.support.campaign_world import (
    ADMIN,
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

SETTINGS = settings_of({"demo": {"channels": ["sms"], "audience": {"plan": "gold"}}})


async def test_a_trial_asks_the_admin_at_once_at_any_hour(store: Store) -> None:
    sunday_night = datetime.fromisoformat("2026-03-08T02:00Z")
    run = await hold_trial(store, SETTINGS, "demo", ADMIN, Clock(sunday_night))
    (row,) = (await rows(store)).values()
    assert (row.state, row.ask_at, row.channel, row.address) == ("waiting", sunday_night, "slack", "UADMIN")
    assert (row.key, row.language, row.wave_id) == ("admin:slack:UADMIN", "en", run.id)
    assert run.terms.always
    assert (run.trial, run.number, run.enrolled_at, run.started_by) == (True, 0, sunday_night, str(ADMIN))
    person = await store.read(person_at, ADMIN)
    assert person is not None
    assert person.contact_id == "admin:slack:UADMIN"


async def test_an_admin_who_is_a_contact_is_tried_as_that_contact(store: Store) -> None:
    await add(store, Someone("colleague", slack="UADMIN", language="nl"))
    await hold_trial(store, SETTINGS, "demo", ADMIN, Clock())
    (row,) = (await rows(store)).values()
    assert (row.key, row.language) == ("colleague", "nl")


async def test_a_new_trial_ends_the_one_before(store: Store) -> None:
    first = await hold_trial(store, SETTINGS, "demo", ADMIN, Clock())
    (row,) = (await rows(store)).values()
    await queue_question(store, row.id)
    second = await hold_trial(store, SETTINGS, "demo", ADMIN, Clock())
    assert (first.number, second.number) == (0, -1)
    assert (await rows(store, first.id))["admin:slack:UADMIN"].ending == "cancelled"
    assert (await rows(store, second.id))["admin:slack:UADMIN"].state == "waiting"
    assert await store.read(lambda c: c.execute(select(outbox.c.state)).scalars().all()) == ["cancelled"]


async def test_trials_of_several_admins_run_side_by_side_in_two_processes(store: Store) -> None:
    other = await open_store(store.url.render_as_string(hide_password=False))
    admins = [Address("slack", f"UADMIN{i}") for i in range(6)]
    try:
        held = await asyncio.gather(
            *(
                hold_trial(each, SETTINGS, "demo", admin, Clock())
                for each, admin in zip([store, other] * 3, admins, strict=True)
            )
        )
    finally:
        await other.close()
    assert sorted(run.number for run in held) == [-5, -4, -3, -2, -1, 0]
    assert {row.state for row in (await rows(store)).values()} == {"waiting"}


async def test_trials_count_nowhere(store: Store) -> None:
    await hold_trial(store, SETTINGS, "demo", ADMIN, Clock())
    (row,) = (await rows(store)).values()
    await change(store, row.id, state="closed", released_at=NOW, asked_at=NOW, score=2, ending="done")
    assert await store.read(find_wave, "demo") is None
    assert await store.read(find_wave, "demo", 0) is None
    assert await store.read(status, "demo") is None
    assert await store.read(campaign_report, SETTINGS, "demo") == Missing("never_started", "demo")
    assert (await store.write(stop, "demo", str(ADMIN), NOW)).waves == ()


async def test_a_trial_is_no_survey_that_makes_the_next_too_soon(store: Store) -> None:
    await add(store, Someone("colleague", slack="UADMIN"))
    settings = settings_of()
    await hold_trial(store, settings, "demo", ADMIN, Clock())
    (row,) = (await rows(store)).values()
    await change(store, row.id, state="closed", released_at=NOW, asked_at=NOW, ending="done", closed_at=NOW)
    plan = await plan_wave(store, settings, "demo", LIMITS, NOW, str(ADMIN))
    assert plan.asked_in_all == 1


async def test_a_real_conversation_is_not_disturbed(store: Store) -> None:
    await add(store, Someone("colleague", slack="UADMIN"))
    settings = settings_of()
    plan = await plan_wave(store, settings, "demo", LIMITS, NOW, str(ADMIN))
    await confirm(store, settings, plan.token, str(ADMIN), Clock())
    (row,) = (await rows(store)).values()
    closes = NOW + timedelta(days=7)
    await change(store, row.id, state="asked", released_at=NOW, asked_at=NOW, closes_at=closes)
    with pytest.raises(InConversation) as refused:
        await hold_trial(store, settings, "demo", ADMIN, Clock())
    assert (refused.value.campaign, refused.value.until) == ("demo", closes)
    assert len(await rows(store)) == 1


async def test_an_admins_own_stop_holds_for_trials_and_another_persons_does_not(store: Store) -> None:
    await add(store, *slack_people(1))
    await store.write(opt_out, Address("slack", "U1"), NOW, "words")
    await hold_trial(store, SETTINGS, "demo", ADMIN, Clock())
    await store.write(opt_out, ADMIN, NOW, "words")
    with pytest.raises(OptedOut):
        await hold_trial(store, SETTINGS, "demo", ADMIN, Clock())
