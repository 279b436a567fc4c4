"""Holding customers back: few, not for long, never twice in a row, and ended where an admin refuses."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, update

from bot.campaigns import runs
from bot.campaigns.holds import Hold, HoldRoom, WhyNot, hold_of, holds, keep_hold, refuse, room_of
from bot.campaigns.planning import plan_wave
from bot.people.contacts import person
from bot.store.schema import account, conversation, hold
from bot.store.store import Store
from tests.support.campaign_world import LIMITS, NOW, Clock, Someone, add, rows, settings_of

BY = "slack:UNORTH"
ADMIN = "slack:UADMIN"
MONTH = timedelta(days=30)


async def customers(store: Store, count: int) -> None:
    """So many customers of North, and one of nobody."""
    await add(store, *(Someone(f"c{i}", slack=f"U{i}", account="Acme") for i in range(1, count + 1)))
    await store.write(lambda connection: connection.execute(update(account).values(account_manager="North")))
    await add(store, Someone("other", slack="UOTHER"))


async def held(store: Store, key: str, now: datetime = NOW, until: datetime | None = None) -> Hold | WhyNot:
    def keep(connection: Connection) -> Hold | WhyNot:
        one = person(connection, key)
        assert one is not None
        return keep_hold(connection, one, until or now + MONTH, "a complaint", BY, now)[0]

    return await store.write(keep)


@given(st.integers(0, 100_000), st.integers(0, 100))
def test_at_most_one_in_twenty_and_one_at_least(contacts: int, already: int) -> None:
    room = room_of(contacts, already)
    assert room.most >= 1
    assert room.most == 1 or room.most / contacts <= 0.05


@pytest.mark.parametrize(("contacts", "most"), [(0, 1), (1, 1), (39, 1), (40, 2), (1000, 50)])
def test_how_many_may_be_held_back(contacts: int, most: int) -> None:
    assert room_of(contacts, 0) == HoldRoom(0, most, contacts)


async def test_no_more_than_the_share_of_each_manager(store: Store) -> None:
    await customers(store, 40)
    assert isinstance(await held(store, "c1"), Hold)
    assert await held(store, "c1") == "held"
    assert isinstance(await held(store, "c2"), Hold)
    assert await held(store, "c3") == "too_many"
    assert isinstance(await held(store, "other"), Hold), "nobody's customers are counted by themselves"
    assert [one.who[1] for one in await store.read(holds, NOW)] == ["other", "c1", "c2"]
    assert [one.who[1] for one in await store.read(holds, NOW, ("North",))] == ["c1", "c2"]
    assert await store.read(holds, NOW + MONTH) == []


async def test_never_twice_in_a_row(store: Store) -> None:
    await customers(store, 40)
    await held(store, "c1")
    later = NOW + MONTH
    assert await held(store, "c1", later) == "twice"
    await store.write(_asked, "c1", NOW + timedelta(days=31))
    assert isinstance(await held(store, "c1", NOW + timedelta(days=32)), Hold)


async def test_a_hold_that_was_refused_is_over_and_not_made_again(store: Store) -> None:
    await customers(store, 40)
    one = await held(store, "c1")
    assert isinstance(one, Hold)
    await store.write(refuse, one, ADMIN, NOW)
    await store.write(refuse, one, "slack:UOTHER", NOW + timedelta(days=1))
    assert one.contact_id is not None
    assert await store.read(hold_of, one.contact_id, NOW) is None
    assert await held(store, "c1", NOW + timedelta(days=1)) == "twice"
    row = await store.read(lambda connection: connection.execute(select(hold)).one())
    assert (row.ended_at, row.ended_by) == (NOW, ADMIN)


def _asked(connection: Connection, key: str, at: datetime) -> None:
    """As the last of a wave that began then."""
    run = runs.start_keyed(connection, settings_of(), "demo", f"test:{at}", ADMIN, at)[0]
    one = person(connection, key)
    assert one is not None
    values = {"wave_id": run.id, "contact_id": one.id, "channel": "slack", "address": "U1", "language": "en"}
    values |= {"state": "closed", "ending": "silent", "low": 0, "high": 10, "closed_at": at}
    connection.execute(insert(conversation).values(released_at=at, asked_at=at, **values))


async def test_who_is_held_back_is_skipped_until_the_day_and_asked_again_after_it(store: Store) -> None:
    await customers(store, 20)
    settings = settings_of({"demo": {"not_again_within": 0}})
    await held(store, "c1", until=NOW + timedelta(days=3))
    plan = await plan_wave(store, settings, "demo", LIMITS, NOW, ADMIN)
    assert plan.skipped == {"held": 1}
    run = await runs.confirm(store, settings, plan.token, ADMIN, Clock(NOW))
    found = (await rows(store, run.id))["c1"]
    assert (found.skipped, found.skipped_detail) == ("held", "until 2026-03-05")
    later = await plan_wave(store, settings, "demo", LIMITS, NOW + timedelta(days=3), ADMIN)
    assert "held" not in later.skipped


async def test_a_refused_hold_holds_nobody(store: Store) -> None:
    await customers(store, 20)
    one = await held(store, "c1")
    assert isinstance(one, Hold)
    await store.write(refuse, one, ADMIN, NOW)
    assert (await plan_wave(store, settings_of(), "demo", LIMITS, NOW, ADMIN)).skipped == {}


async def test_an_opt_out_is_told_before_a_hold(store: Store) -> None:
    """Rules that nobody can bend stand first, so that a hold hides none of them."""
    await customers(store, 20)
    await held(store, "c1")
    settings = settings_of({"demo": {"channels": ["telegram"]}})
    plan = await plan_wave(store, settings, "demo", LIMITS, NOW, ADMIN)
    assert plan.skipped == {"telegram: not linked": 21}
