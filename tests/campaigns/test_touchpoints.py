"""Whoever an event happened at is asked once after it, or it is known why not."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select

from bot.campaigns import runs
from bot.campaigns.attribute_dates import PAGE, dated, find_dated
from bot.campaigns.rolling import period_of, start_again, stop_rolling
from bot.campaigns.runs import close_stopped, confirm, numbered, resume
from bot.campaigns.touchpoints import any_due, settle_due
from bot.campaigns.waves import find_wave
from bot.config.sections.after import After
from bot.config.settings import Settings
from bot.people.consent import opt_out
from bot.people.event_intake import take_dated, take_events
from bot.people.events import event_of
from bot.reports.tallies import prove
from bot.store.schema import Row, address, contact, customer_event, enrolment, touchpoint, wave
from bot.store.store import Store, open_store
from channels.base import Address
from tests.campaigns.test_runs import planned
from tests.support.campaign_world import (
    NOW,
    Clock,
    Someone,
    add,
    change,
    rows,
    settings_of,
    slack_people,
)

ON = {"event": "project.finished", "wait": "3 days", "within": "14 days", "fields": ["project"]}
SETTINGS = settings_of({"after": {"on": ON}})
DAY = timedelta(days=1)


async def happened(
    store: Store, who: str, at: datetime = NOW, settings: Settings = SETTINGS, **fields: str
) -> None:
    event = event_of(who, "project.finished", at, fields)
    (answer,) = await take_events(store, settings, [event], lambda: at)
    assert answer.outcome == "taken"


async def settle(store: Store, now: datetime, settings: Settings = SETTINGS, size: int = 3) -> None:
    while await numbered(store, settle_due, settings, now, size) or await store.read(any_due, now):
        pass
    assert await store.read(prove) == []


async def outcomes(store: Store) -> list[tuple[str, str | None, str | None]]:
    """What became of each touchpoint, in the order of the events: outcome, rule, detail."""

    def read(connection: Connection) -> list[tuple[str, str | None, str | None]]:
        found = connection.execute(select(touchpoint).order_by(touchpoint.c.event_id, touchpoint.c.campaign))
        return [(one.outcome or "waits", one.rule, one.detail) for one in found]

    return await store.read(read)


async def outcomes_alone(store: Store) -> list[str]:
    return [one for one, _, _ in await outcomes(store)]


async def known(store: Store) -> dict[int, Row]:
    def read(connection: Connection) -> dict[int, Row]:
        return {row.conversation_id: row for row in connection.execute(select(enrolment))}

    return await store.read(read)


async def all_waves(store: Store) -> list[Row]:
    def read(connection: Connection) -> list[Row]:
        return list(connection.execute(select(wave).order_by(wave.c.id)))

    return await store.read(read)


async def test_who_an_event_happened_at_is_asked_after_the_waiting_time(store: Store) -> None:
    await add(
        store, Someone("c1", slack="U1", account="Globex", attributes={"plan": "gold", "project": "old"})
    )
    await happened(store, "c1", project="Roof")
    assert not await store.read(any_due, NOW + 3 * DAY - timedelta(seconds=1))
    await settle(store, NOW + 3 * DAY - timedelta(seconds=1))
    assert await rows(store) == {}
    assert await all_waves(store) == []
    now = NOW + 3 * DAY
    assert await store.read(any_due, now)
    await settle(store, now)
    row = (await rows(store))["c1"]
    assert (row.state, row.channel, row.address, row.ask_at) == ("waiting", "slack", "U1", now)
    assert row.about == {"event": "project.finished", "project": "Roof"}
    kept = (await known(store))[row.id]
    assert (kept.account, kept.attributes) == (
        "Globex",
        {"plan": "gold", "event": "project.finished", "project": "Roof"},
    )
    assert await outcomes(store) == [("asked", None, None)]
    (run,) = await all_waves(store)
    assert (run.plan, run.number, run.trial, run.started_by) == (
        "period:after:2026-Q1",
        1,
        False,
        "config.yaml",
    )
    assert (run.started_at, run.enrolled_at) == (now, now)
    assert run.open_until == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert await resume(store, SETTINGS, Clock()) == 0, "its audience is not enrolled"


async def test_two_events_in_the_waiting_time_make_one_question_about_the_newest(store: Store) -> None:
    await add(store, *slack_people(1))
    await happened(store, "c1", project="Roof")
    await happened(store, "c1", NOW + 2 * DAY, project="Wall")
    await settle(store, NOW + 3 * DAY)
    assert await outcomes_alone(store) == ["newer", "waits"]
    await settle(store, NOW + 5 * DAY)
    assert await outcomes_alone(store) == ["newer", "asked"]
    (row,) = (await rows(store)).values()
    assert row.about["project"] == "Wall"


async def test_the_newest_is_who_happened_last_in_whatever_order_they_came(store: Store) -> None:
    await add(store, *slack_people(1))
    newer = event_of("c1", "project.finished", NOW, {"project": "Wall"})
    older = event_of("c1", "project.finished", NOW - DAY, {"project": "Roof"})
    await take_events(store, SETTINGS, [newer, older], lambda: NOW)
    await settle(store, NOW + 4 * DAY)
    assert await outcomes_alone(store) == ["asked", "newer"]


async def test_events_without_end_do_not_put_the_question_off_without_end(store: Store) -> None:
    await add(store, *slack_people(1))
    for day in range(0, 16, 2):
        await happened(store, "c1", NOW + day * DAY, project=f"P{day}")
        await settle(store, NOW + (day + 1) * DAY)
    (row,) = (await rows(store)).values()
    assert row.about["project"] == "P14"
    assert row.ask_at <= NOW + 15 * DAY


async def test_a_second_event_after_being_asked_is_held_back_by_the_rule_of_fatigue(store: Store) -> None:
    await add(store, *slack_people(1))
    await happened(store, "c1", project="Roof")
    await settle(store, NOW + 3 * DAY)
    (row,) = (await rows(store)).values()
    asked = {"released_at": NOW + 3 * DAY, "asked_at": NOW + 3 * DAY}
    await change(store, row.id, state="closed", ending="window", closed_at=NOW + 9 * DAY, **asked)
    await happened(store, "c1", NOW + 10 * DAY, project="Wall")
    await settle(store, NOW + 13 * DAY)
    assert await outcomes(store) == [("asked", None, None), ("skipped", "too_soon", "until 2026-04-01")]
    await happened(store, "c1", NOW + 40 * DAY, project="Door")  # in the next quarter
    await settle(store, NOW + 43 * DAY)
    assert (await outcomes(store))[-1] == ("skipped", "too_soon", "until 2026-06-03, not_again_within")
    first, second = await all_waves(store)
    assert [one.plan for one in (first, second)] == ["period:after:2026-Q1", "period:after:2026-Q2"]
    assert {row.skipped for row in (await rows(store, second.id)).values()} == {"too_soon"}


async def test_who_was_left_out_and_can_be_asked_now_is_asked_by_the_same_row(store: Store) -> None:
    settings = settings_of({"after": {"on": ON, "channels": ["slack"]}})
    await add(store, Someone("c1"))
    await happened(store, "c1", settings=settings, project="Roof")
    await settle(store, NOW + 3 * DAY, settings)
    assert await outcomes(store) == [("skipped", "no_address", None)]

    def give_address(connection: Connection) -> None:
        id_ = connection.scalar(select(contact.c.id))
        connection.execute(insert(address), {"channel": "slack", "value": "U1", "contact_id": id_})

    await store.write(give_address)
    await happened(store, "c1", NOW + 13 * DAY, settings=settings, project="Wall")
    await settle(store, NOW + 16 * DAY, settings)
    assert (await outcomes(store))[-1] == ("asked", None, None)
    (row,) = (await rows(store)).values()
    assert (row.state, row.skipped, row.address, row.about["project"]) == ("waiting", None, "U1", "Wall")
    assert (await known(store))[row.id].attributes["project"] == "Wall"


@pytest.mark.parametrize(
    ("campaign", "person", "outcome", "row"),
    [
        ({}, {}, ("skipped", "telegram: not linked", None), "telegram: not linked"),
        ({"audience": {"plan": "gold"}}, {"slack": "U1"}, ("not_in_audience", None, None), None),
        (
            {"audience": {"plan": "gold"}},
            {"slack": "U1", "attributes": {"plan": "gold"}},
            ("asked", None, None),
            None,
        ),
    ],
)
async def test_the_rules_hold_for_who_an_event_happened_at(
    store: Store,
    campaign: Mapping[str, Any],
    person: Mapping[str, Any],
    outcome: tuple[str, str | None, str | None],
    row: str | None,
) -> None:
    settings = settings_of({"after": {"on": ON, **campaign}})
    await add(store, Someone("c1", **person))
    await happened(store, "c1", settings=settings)
    await settle(store, NOW + 3 * DAY, settings)
    assert await outcomes(store) == [outcome]
    assert {one.skipped for one in (await rows(store)).values()} == (
        {row} if outcome[0] != "not_in_audience" else set()
    )


async def test_who_wants_no_messages_is_not_asked(store: Store) -> None:
    await add(store, *slack_people(1))
    await happened(store, "c1")
    await store.write(opt_out, Address("slack", "U1"), NOW, "words")
    await settle(store, NOW + 3 * DAY)
    assert await outcomes(store) == [("skipped", "opted_out", None)]


async def test_no_question_goes_after_its_time(store: Store) -> None:
    await add(store, *slack_people(2))
    await happened(store, "c1")
    await settle(store, NOW + 14 * DAY)  # the server was down
    assert await outcomes(store) == [("late", None, None)]
    # A send window that opens only when it is over.
    settings = settings_of({"after": {"on": ON | {"within": "4 days"}, "send_between": "09:00-09:30"}})
    saturday = NOW - 2 * DAY - timedelta(hours=1)
    await happened(store, "c2", saturday - 3 * DAY, settings)
    await settle(store, saturday, settings)
    assert await outcomes_alone(store) == ["late", "late"]


async def test_an_open_conversation_puts_the_question_off_where_it_ends_in_time(store: Store) -> None:
    settings = settings_of({"after": {"on": ON, "not_again_within": 0}, "spring": {}})
    await add(store, *slack_people(2))
    await confirm(store, settings, await planned(store, settings, "spring"), "slack:UADMIN", Clock())
    talks = await rows(store)
    for key, days in (("c1", 5), ("c2", 30)):
        asked = {"state": "asked", "released_at": NOW, "asked_at": NOW}
        await change(store, talks[key].id, **asked, closes_at=NOW + days * DAY)
        await happened(store, key, settings=settings)
    await settle(store, NOW + 3 * DAY, settings)
    assert await outcomes(store) == [("waits", None, None), ("skipped", "busy", "until 2026-04-01")]
    await change(store, talks["c1"].id, state="closed", ending="window", closed_at=NOW + 5 * DAY)
    await settle(store, NOW + 5 * DAY, settings)
    assert (await outcomes_alone(store))[0] == "asked"


async def test_a_campaign_that_is_gone_asks_nobody(store: Store) -> None:
    await add(store, *slack_people(1))
    await happened(store, "c1")
    await settle(store, NOW + 3 * DAY, settings_of({"spring": {}}))
    assert await outcomes(store) == [("no_campaign", None, None)]


@pytest.mark.parametrize(
    ("waves", "now", "name", "ends"),
    [
        (
            "quarter",
            datetime(2026, 3, 31, 21, 59, tzinfo=UTC),
            "2026-Q1",
            datetime(2026, 3, 31, 22, tzinfo=UTC),
        ),
        ("quarter", datetime(2026, 3, 31, 22, tzinfo=UTC), "2026-Q2", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("quarter", datetime(2026, 12, 31, 23, tzinfo=UTC), "2027-Q1", datetime(2027, 3, 31, 22, tzinfo=UTC)),
        ("month", datetime(2026, 12, 31, 22, tzinfo=UTC), "2026-12", datetime(2026, 12, 31, 23, tzinfo=UTC)),
        ("month", datetime(2026, 2, 28, 23, tzinfo=UTC), "2026-03", datetime(2026, 3, 31, 22, tzinfo=UTC)),
    ],
)
def test_a_period_is_one_of_the_companys_calendar(
    waves: Any, now: datetime, name: str, ends: datetime
) -> None:
    found = period_of(now, ZoneInfo("Europe/Amsterdam"), waves)
    assert (found.name, found.ends) == (name, ends)


@given(
    st.integers(0, 36_500).map(lambda days: NOW - 9_000 * DAY + days * DAY),
    st.sampled_from(["Europe/Amsterdam", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]),
    st.sampled_from(["month", "quarter"]),
)
def test_one_period_follows_the_other_without_a_gap(now: datetime, zone: str, waves: Any) -> None:
    there = ZoneInfo(zone)
    period = period_of(now, there, waves)
    assert now < period.ends
    assert period_of(period.ends - timedelta(seconds=1), there, waves) == period
    following = period_of(period.ends, there, waves)
    assert following.name > period.name
    assert following.ends - period.ends <= timedelta(days=93)


@given(
    st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    st.integers(-20_000, 20_000).map(lambda hours: NOW + timedelta(hours=hours)),
    st.sampled_from([{"wait": 30}, {"before": 60}, {"before": 7, "within": 2}, {"wait": 0, "within": 40}]),
)
def test_a_day_is_found_from_when_its_question_is_due_until_it_is_too_late(
    day: date, now: datetime, on: dict[str, int]
) -> None:
    zone, after = ZoneInfo("Europe/Amsterdam"), After(attribute="day", **on)
    found = dated("after", after, "day", "c1", f"{day:%d-%m-%Y}", zone, now)
    at = datetime.combine(day, time(), zone)
    assert (found is not None) == (after.due(at) <= now < after.until(at))
    if found is not None:
        assert found == dated("after", after, "day", "c1", f"{day} 10:00", zone, now)


async def test_a_wave_keeps_its_terms_and_its_end_whatever_the_settings_say(store: Store) -> None:
    await add(store, *slack_people(2))
    monthly = settings_of({"after": {"on": ON, "waves": "month", "window": 9}})
    await happened(store, "c1", settings=monthly)
    await settle(store, NOW + 3 * DAY, monthly)
    await happened(store, "c2", NOW + DAY, settings=SETTINGS)
    await settle(store, NOW + 4 * DAY)
    (run,) = await all_waves(store)
    assert (run.plan, run.terms["window"]) == ("period:after:2026-03", 9)
    assert len(await rows(store, run.id)) == 2


async def test_a_stop_holds_until_somebody_starts_it_again(store: Store) -> None:
    await add(store, *slack_people(4))
    for n in (1, 2):
        await happened(store, f"c{n}")
    await settle(store, NOW + 3 * DAY)
    talks = await rows(store)
    await change(store, talks["c1"].id, state="asked", released_at=NOW, asked_at=NOW)
    stopped = await store.write(stop_rolling, SETTINGS, "after", "slack:UADMIN", NOW + 4 * DAY)
    assert (stopped.waves, stopped.cancelled, stopped.talking) == ((1,), 1, 1)
    await happened(store, "c3", NOW + DAY)
    await settle(store, NOW + 5 * DAY)
    assert (await outcomes_alone(store))[-1] == "stopped"
    await happened(store, "c3", NOW + 31 * DAY)  # in the next quarter the stop holds too
    await settle(store, NOW + 35 * DAY)
    assert (await outcomes_alone(store))[-1] == "stopped"
    assert len(await all_waves(store)) == 1
    await happened(store, "c4", NOW + 35 * DAY)
    await close_stopped(store)
    run = await numbered(store, start_again, SETTINGS, "after", "slack:UADMIN", NOW + 36 * DAY)
    assert run is not None
    await settle(store, NOW + 38 * DAY)
    assert (await outcomes_alone(store))[-1] == "asked"
    assert [one.plan for one in await all_waves(store)] == ["period:after:2026-Q1", "period:after:2026-Q2"]


async def test_started_again_within_its_period_the_same_wave_goes_on(store: Store) -> None:
    await add(store, *slack_people(2))
    await store.write(stop_rolling, SETTINGS, "after", "slack:UADMIN", NOW)  # before anybody was asked
    (run,) = await all_waves(store)
    assert (run.stopped_at, run.stopped_by) == (NOW, "slack:UADMIN")
    await happened(store, "c1", NOW)
    assert await numbered(store, start_again, SETTINGS, "after", "slack:UADMIN", NOW + DAY) is not None
    assert await numbered(store, start_again, SETTINGS, "after", "slack:UADMIN", NOW + DAY) is None
    await settle(store, NOW + 3 * DAY)
    assert await outcomes_alone(store) == ["asked"]
    (run,) = await all_waves(store)
    assert run.stopped_at is None


async def test_a_wave_that_was_started_by_hand_and_stopped_is_no_stop_of_what_rolls(store: Store) -> None:
    by_hand = settings_of({"after": {}})
    await add(store, *slack_people(1))
    await confirm(store, by_hand, await planned(store, by_hand, "after"), "slack:UADMIN", Clock())
    await store.write(runs.stop, "after", "slack:UADMIN", NOW)
    await close_stopped(store)
    await happened(store, "c1")
    await settle(store, NOW + 3 * DAY)
    assert await outcomes_alone(store) == ["asked"]
    found = await store.read(find_wave, "after")
    assert found is not None
    assert found.number == 2


async def test_two_processes_settle_each_touchpoint_once(store: Store) -> None:
    await add(store, *slack_people(40))
    for n in range(1, 41):
        await happened(store, f"c{n}", project="Roof")
        if n % 4 == 0:
            await happened(store, f"c{n}", NOW + timedelta(hours=1), project="Wall")
    other = await open_store(store.url.render_as_string(hide_password=False))
    try:
        await asyncio.gather(*(settle_all(each) for each in (store, other, store, other)))
    finally:
        await other.close()
    assert await store.read(prove) == []
    found = await rows(store)
    assert len(found) == 40
    assert {row.state for row in found.values()} == {"waiting"}
    assert sum(1 for row in found.values() if row.about["project"] == "Wall") == 10
    assert sorted(set(await outcomes_alone(store))) == ["asked", "newer"]
    assert len(await all_waves(store)) == 1


async def settle_all(store: Store) -> None:
    while await numbered(store, settle_due, SETTINGS, NOW + 4 * DAY, 3):
        pass


# --------------------------------------------------------------------------------- days that attributes hold


async def looked(store: Store, settings: Settings, now: datetime) -> None:
    after: int | None = 0
    while after is not None:
        page = await store.read(find_dated, settings, "after", after, now)
        await store.write(take_dated, settings, "after", page.events, now)
        after = page.last
    await settle(store, now, settings)


@pytest.mark.parametrize(
    ("on", "value", "asked"),
    [
        ({"attribute": "day", "wait": "30 days"}, "2026-01-31", False),
        (
            {"attribute": "day", "wait": "30 days"},
            "2026-01-30",
            True,
        ),  # from midnight on, where the company is
        ({"attribute": "day", "wait": "30 days"}, "30-01-2026", True),
        ({"attribute": "day", "wait": "30 days"}, "2026-01-30 14:00", True),
        ({"attribute": "day", "wait": "30 days"}, "2026-01-18", True),
        ({"attribute": "day", "wait": "30 days"}, "2026-01-16", False),  # 45 days ago
        ({"attribute": "day", "wait": "30 days", "within": "40 days"}, "2026-01-20", False),
        ({"attribute": "day", "before": "60 days"}, "2026-05-01", True),
        ({"attribute": "day", "before": "60 days"}, "2026-05-02", False),
        ({"attribute": "day", "before": "60 days"}, "2026-04-15", False),
        ({"attribute": "day", "wait": "30 days"}, "soon", False),
        ({"attribute": "other", "wait": "30 days"}, "2026-01-30", False),
    ],
)
async def test_a_day_in_an_attribute_is_asked_after_or_before(
    store: Store, on: Mapping[str, Any], value: str, asked: bool
) -> None:
    settings = settings_of({"after": {"on": on}})
    await add(store, Someone("c1", slack="U1", attributes={"day": value}))
    now = datetime(2026, 3, 2, 10, tzinfo=UTC) - timedelta(
        days=1, hours=10, minutes=59
    )  # 1 March, 0:01 there
    if on.get("before"):
        now += DAY
    await looked(store, settings, now)
    assert len(await rows(store)) == asked


async def test_a_day_makes_one_question_however_often_it_is_looked_for(store: Store) -> None:
    settings = settings_of({"after": {"on": {"attribute": "day", "wait": "3 days"}, "not_again_within": 0}})
    await add(store, Someone("c1", slack="U1", attributes={"day": "2026-02-26"}))
    for hours in (0, 1, 24, 48):
        await looked(store, settings, NOW + timedelta(hours=hours))
    assert await outcomes_alone(store) == ["asked"]
    (row,) = (await rows(store)).values()
    assert row.about == {"event": "day"}


async def test_contacts_are_looked_through_page_by_page(store: Store) -> None:
    settings = settings_of({"after": {"on": {"attribute": "day", "wait": "3 days"}}})
    await add(store, *(Someone(f"c{n}", slack=f"U{n}", attributes={"day": "2026-02-26"}) for n in range(3)))

    def far(connection: Connection) -> None:
        ids = connection.scalars(select(contact.c.id).order_by(contact.c.id)).all()
        connection.execute(
            contact.insert(),
            {
                "id": ids[-1] + 2 * PAGE,
                "contact_id": "far",
                "name": "",
                "attributes": {"day": "2026-02-26"},
                "changed_at": NOW,
            },
        )

    await store.write(far)
    await looked(store, settings, NOW)
    assert len(await rows(store)) == 4


async def test_an_erased_contact_leaves_no_event(store: Store) -> None:
    await add(store, *slack_people(1))
    await happened(store, "c1", project="Roof")
    await store.write(lambda connection: connection.execute(delete(contact)).rowcount)
    assert await outcomes(store) == []

    def left(connection: Connection) -> int:
        return len(connection.execute(select(customer_event)).all())

    assert await store.read(left) == 0
    await settle(store, NOW + 3 * DAY)
