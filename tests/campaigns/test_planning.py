"""A plan: what starting a campaign would do, worked out and kept, with nothing sent."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.campaigns.planning import newest_plan, plan_wave
from bot.people.consent import opt_out
from bot.people.contacts import mark_dead
from bot.store.schema import contact, conversation, outbox
from bot.store.schema import plan as plan_table
from bot.store.store import Store
from channels.base import Address
from tests.support.campaign_world import LIMITS, NOW, Someone, add, settings_of, slack_people

BY = "slack:UADMIN"


async def test_a_plan_counts_who_is_asked_on_which_channel_and_who_is_skipped_and_why(store: Store) -> None:
    await add(
        store,
        Someone("both", slack="U1", sms="+31612345671"),
        Someone("phone", sms="+31612345672"),
        Someone("chat", telegram="31"),
        Someone("nobody"),
        Someone("gone", slack="U2"),
        Someone("left", slack="U3", sms="+31612345673"),
        Someone("somewhere", sms="+80012345678"),
    )
    await store.write(mark_dead, Address("slack", "U2"), "no such user", NOW)
    await store.write(opt_out, Address("sms", "+31612345673"), NOW, "words")
    plan = await plan_wave(store, settings_of(), "demo", LIMITS, NOW, BY)
    assert plan.people == 7
    assert {one.channel: one.people for one in plan.asked} == {"slack": 1, "sms": 1, "telegram": 1}
    assert plan.skipped == {
        "opted_out": 1,
        "unreachable": 1,
        "telegram: not linked": 1,
        "no_timezone": 1,
    }
    assert plan.asked_in_all + sum(plan.skipped.values()) == plan.people


async def test_a_plan_leaves_nothing_but_itself(store: Store) -> None:
    await add(store, *slack_people(3))
    plan = await plan_wave(store, settings_of(), "demo", LIMITS, NOW, BY)
    assert await store.read(newest_plan, "demo", BY) == plan.token
    assert await store.read(newest_plan, "demo", "slack:UOTHER") is None
    assert await store.read(lambda connection: connection.execute(select(conversation)).all()) == []
    assert await store.read(lambda connection: connection.execute(select(outbox)).all()) == []


async def test_a_new_plan_takes_the_place_of_the_one_before(store: Store) -> None:
    await add(store, *slack_people(1))
    first = await plan_wave(store, settings_of(), "demo", LIMITS, NOW, BY)
    others = await plan_wave(store, settings_of(), "demo", LIMITS, NOW, "telegram:900")
    second = await plan_wave(store, settings_of(), "demo", LIMITS, NOW, BY)
    kept = await store.read(lambda connection: set(connection.scalars(select(plan_table.c.token))))
    assert kept == {second.token, others.token}
    assert first.token not in kept


async def test_pages_are_read_to_the_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.campaigns.by_lot.PAGE", 3)
    for count in (0, 2, 3, 7):
        await add(store, *(Someone(f"{count}-{i}", slack=f"U{count}X{i}") for i in range(count)))
    plan = await plan_wave(store, settings_of(), "demo", LIMITS, NOW, BY)
    assert plan.people == plan.asked_in_all == 12


@pytest.mark.parametrize(
    ("asked_for", "expected"),
    [
        ("all", {"a", "b", "c", "d"}),
        ({"plan": "gold"}, {"a", "b"}),
        ({"plan": ["gold", "silver"]}, {"a", "b", "c"}),
        ({"plan": "gold", "region": "north"}, {"a"}),
        ({"account": "Globex"}, {"b", "d"}),
        ({"language": "nl"}, {"c"}),
        ({"since": 2024}, {"d"}),
        ({"plan": "GOLD"}, set()),
        ({"own. key, it's": "x"}, {"d"}),
        ({"größe": "groß"}, {"c"}),
        ({'12" disc\\': "x"}, {"d"}),
        ({"no such attribute": "gold"}, set()),
    ],
)
async def test_the_audience_is_who_matches_every_attribute(
    store: Store, asked_for: object, expected: set[str]
) -> None:
    await add(
        store,
        Someone("a", slack="U1", account="Acme", attributes={"plan": "gold", "region": "north"}),
        Someone("b", slack="U2", account="Globex", attributes={"plan": "gold", "region": "south"}),
        Someone("c", slack="U3", language="nl", attributes={"plan": "silver", "größe": "groß"}),
        Someone(
            "d",
            slack="U4",
            account="Globex",
            attributes={"own. key, it's": "x", '12" disc\\': "x", "since": "2024"},
        ),
    )
    settings = settings_of({"demo": {"audience": asked_for}})
    plan = await plan_wave(store, settings, "demo", LIMITS, NOW, BY)
    assert plan.people == len(expected)


async def test_an_admins_trial_contact_belongs_to_no_audience(store: Store) -> None:
    values = {"contact_id": "admin:slack:UADMIN", "attributes": {}, "changed_at": NOW}
    await store.write(lambda connection: connection.execute(insert(contact), values).rowcount)
    assert (await plan_wave(store, settings_of(), "demo", LIMITS, NOW, BY)).people == 0


async def test_the_end_is_the_providers_pace_within_the_hours(store: Store) -> None:
    await add(store, *(Someone(f"p{i}", sms=f"+3161234{i:04}") for i in range(120)))
    settings = settings_of({"demo": {"channels": ["sms"]}})
    (sms,) = (await plan_wave(store, settings, "demo", LIMITS, NOW, BY)).asked
    assert (sms.starts_at, sms.ends_at) == (NOW, NOW + timedelta(seconds=120))
    at_night = datetime.fromisoformat("2026-03-07T21:00Z")  # Saturday
    (sms,) = (await plan_wave(store, settings, "demo", LIMITS, at_night, BY)).asked
    assert sms.starts_at == datetime.fromisoformat("2026-03-09T08:00Z")  # Monday, nine in Amsterdam
    assert sms.ends_at == sms.starts_at + timedelta(seconds=120)
