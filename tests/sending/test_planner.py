"""Starts whose time comes: told of a day ahead, started once, reported where they were missed."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.campaigns import schedules
from bot.campaigns.schedules import FROM_CONFIG
from bot.config.settings import Settings
from bot.context import Context
from bot.sending import restored
from bot.sending.planner import Planner
from bot.store.schema import Row, occurrence, outbox, wave
from bot.store.store import Store, open_store
from bot.when.rhythms import Rhythm
from tests.support.bot_under_test import languages
from tests.support.campaign_world import ADMIN, LIMITS, add, settings_of, slack_people
from tests.support.manual_clock import ManualClock

QUARTERLY = "every 3 months from 2026-03-02 10:00"
TEN = time(10)


def at(text: str) -> datetime:
    """UTC; in Amsterdam it is an hour later in winter and two in summer."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def company(schedule: str | None = QUARTERLY, **more: Any) -> Settings:
    campaign: Mapping[str, Any] = {"schedule": schedule, **more} if schedule else dict(more)
    return settings_of({"spring": campaign}, on=("slack", "telegram"))


def planner(store: Store, settings: Settings, clock: ManualClock) -> Planner:
    return Planner(store, Context(settings, languages(), LIMITS), clock)


async def starts(store: Store) -> list[tuple[str, str]]:
    """What became of each start, by its key."""
    found = select(occurrence.c.key, occurrence.c.state).order_by(occurrence.c.due_at)
    return [(row.key, row.state) for row in await store.read(lambda c: c.execute(found).all())]


async def waves(store: Store) -> list[Row]:
    return await store.read(lambda c: list(c.execute(select(wave).order_by(wave.c.id))))


async def notices(store: Store) -> list[str]:
    """What the first admin was told, in order."""
    found = select(outbox.c.body).where(outbox.c.address == ADMIN.id).order_by(outbox.c.id)
    return [
        "".join(str(span[1]) for span in body) for body in await store.read(lambda c: c.scalars(found).all())
    ]


async def test_a_wave_starts_by_itself_and_is_told_of_a_day_ahead(store: Store) -> None:
    await add(store, *slack_people(3))
    clock = ManualClock(at("2026-02-27 12:00"))
    works = planner(store, company(), clock)
    await works.tick()
    assert await starts(store) == [("occurrence:spring:2026-03-02", "waiting")]
    assert await notices(store) == []

    clock.set(at("2026-03-01 09:00"))
    await works.tick()
    await works.tick()
    assert await notices(store) == [
        "spring: wave 1 starts Monday, 2 March 2026 10:00, Europe/Amsterdam. Asked: 3, skipped: 0."
    ]
    assert await waves(store) == []

    clock.set(at("2026-03-02 09:00"))
    await works.tick()
    await works.tick()
    (run,) = await waves(store)
    assert (run.campaign, run.number, run.plan) == ("spring", 1, "occurrence:spring:2026-03-02")
    assert (run.started_by, run.started_at) == (FROM_CONFIG, clock.now())
    assert (await notices(store))[1:] == [
        "Wave 1 of spring has started, as planned for Monday, 2 March 2026 10:00, Europe/Amsterdam. "
        "“/nps status spring” shows how far it is."
    ]
    assert await starts(store) == [
        ("occurrence:spring:2026-03-02", "started"),
        ("occurrence:spring:2026-06-02", "waiting"),
    ]


async def test_a_year_of_it(store: Store) -> None:
    clock = ManualClock(at("2026-02-01 12:00"))
    works = planner(store, company(not_between="20-12..03-01"), clock)
    for _ in range(365):
        clock.advance(days=1)
        await works.tick()
    # 2 September is a Wednesday, 2 December too; 1 hour later by the clock of UTC in winter
    assert [f"{one.started_at:%Y-%m-%d}" for one in await waves(store)] == [
        "2026-03-02",
        "2026-06-02",
        "2026-09-02",
        "2026-12-02",
    ]
    assert len(await notices(store)) == 8


@pytest.mark.parametrize(
    ("back", "fate"),
    [
        ("2026-03-03 09:00", "started"),
        ("2026-03-03 09:01", "missed"),
        ("2026-03-05 09:00", "missed"),
    ],
)
async def test_a_server_that_was_down_makes_up_for_a_day(store: Store, back: str, fate: str) -> None:
    clock = ManualClock(at("2026-02-28 12:00"))
    await planner(store, company(), clock).tick()
    clock.set(at(back))
    await planner(store, company(), clock).tick()
    assert await starts(store) == [
        ("occurrence:spring:2026-03-02", fate),
        ("occurrence:spring:2026-06-02", "waiting"),
    ]
    (told,) = await notices(store)
    assert ("has started" if fate == "started" else "nobody was asked") in told
    assert len(await waves(store)) == (fate == "started")


async def test_of_several_missed_starts_the_newest_alone_is_made_up_for(store: Store) -> None:
    settings = company("every 2 days from 2026-03-02 10:00", grace="7d")
    clock = ManualClock(at("2026-03-01 12:00"))
    await planner(store, settings, clock).tick()
    clock.set(at("2026-03-06 12:00"))
    await planner(store, settings, clock).tick()
    assert [state for _, state in await starts(store)] == ["missed", "missed", "started", "waiting"]
    assert len(await waves(store)) == 1


async def test_two_processes_start_it_once_and_tell_it_once(store: Store) -> None:
    await add(store, *slack_people(2))
    other = await open_store(store.url.render_as_string(hide_password=False))
    clock = ManualClock(at("2026-02-28 12:00"))
    try:
        both = [planner(one, company(), clock) for one in (store, other)]
        for now in ("2026-02-28 12:00", "2026-03-01 12:00", "2026-03-02 09:00", "2026-03-02 09:01"):
            clock.set(at(now))
            await asyncio.gather(*(one.tick() for one in both))
    finally:
        await other.close()
    assert len(await waves(store)) == 1
    assert len(await notices(store)) == 2
    assert [state for _, state in await starts(store)] == ["started", "waiting"]


async def test_a_clock_that_was_ahead_gives_back_what_it_missed(store: Store) -> None:
    clock = ManualClock(at("2026-02-20 12:00"))
    works = planner(store, company(), clock)
    await works.tick()
    clock.set(at("2027-01-15 12:00"))
    await works.tick()
    assert [state for _, state in await starts(store)] == ["missed"] * 4 + ["waiting"]
    clock.set(at("2026-02-20 12:01"))
    await works.tick()
    clock.set(at("2026-03-02 09:00"))
    await works.tick()
    assert [state for _, state in await starts(store)] == ["started", *["waiting"] * 4]
    clock.set(at("2026-03-01 09:00"))
    await works.tick()
    assert len(await waves(store)) == 1


async def test_what_changed_since_the_last_wave_is_told(store: Store) -> None:
    clock = ManualClock(at("2026-03-02 09:00"))
    first = company("every month from 2026-03-02 10:00")
    clock.set(at("2026-03-01 09:00"))
    await planner(store, first, clock).tick()
    clock.set(at("2026-03-02 09:00"))
    await planner(store, first, clock).tick()
    clock.set(at("2026-04-01 08:00"))
    changed = company(
        "every month from 2026-03-02 10:00", window=10, send_between="10:00-16:00", audience={"plan": "gold"}
    )
    await planner(store, changed, clock).tick()
    assert (await notices(store))[-1].endswith(
        "Changed since wave 1: window (7 → 10), send_between, audience."
    )


async def test_a_changed_schedule_holds_from_now_on(store: Store) -> None:
    clock = ManualClock(at("2026-02-20 12:00"))
    await planner(store, company(), clock).tick()
    await planner(store, company("every month from 2026-03-09 10:00"), clock).tick()
    assert await starts(store) == [("occurrence:spring:2026-03-09", "waiting")]
    await planner(
        store, company("every month from 2026-03-09 10:00", not_between="01-03..15-03"), clock
    ).tick()
    assert await starts(store) == [("occurrence:spring:2026-03-16", "waiting")]
    await planner(store, company(None), clock).tick()
    assert await starts(store) == []
    assert await store.read(schedules.schedules) == []


async def test_a_day_starts_once_however_the_schedule_changes(store: Store) -> None:
    clock = ManualClock(at("2026-03-02 09:00"))
    await store.write(
        schedules.set_schedule,
        company(None),
        "spring",
        Rhythm(1, "weeks", date(2026, 3, 2), TEN),
        "slack:UADMIN",
        at("2026-03-01 12:00"),
    )
    await planner(store, company(None), clock).tick()
    assert len(await waves(store)) == 1
    later = Rhythm(1, "weeks", date(2026, 3, 2), time(16))
    await store.write(schedules.set_schedule, company(None), "spring", later, "slack:UADMIN", clock.now())
    assert await starts(store) == [
        ("occurrence:spring:2026-03-02", "started"),
        ("occurrence:spring:2026-03-09", "waiting"),
    ]


async def test_a_campaign_that_is_gone_starts_nothing(store: Store) -> None:
    clock = ManualClock(at("2026-03-01 12:00"))
    one = await store.write(schedules.wait_until, "spring", at("2026-03-02 09:00"), str(ADMIN))
    gone = settings_of({"autumn": {}}, on=("slack", "telegram"))
    clock.set(one.due_at)
    await planner(store, gone, clock).tick()
    assert [state for _, state in await starts(store)] == ["missed"]
    assert "has no campaign of that name to start any more" in (await notices(store))[0]


async def test_the_admins_read_it_in_their_language_with_two_buttons(store: Store) -> None:
    settings = settings_of({"spring": {"schedule": QUARTERLY}}, on=("slack",), language="nl")
    clock = ManualClock(at("2026-03-01 09:00"))
    await planner(store, settings, clock).tick()
    assert await notices(store) == [
        "spring: ronde 1 begint maandag 2 maart 2026 10:00, Europe/Amsterdam. Gevraagd: 0, overgeslagen: 0."
    ]
    shown = str((await store.read(lambda c: c.scalars(select(outbox.c.choices)).all()))[0])
    assert all(part in shown for part in ("Deze overslaan", "w:o:1:skip", "Bekijken", "w:o:1:look"))


async def test_in_a_restored_copy_a_start_whose_time_had_come_counts_as_missed(store: Store) -> None:
    clock = ManualClock(at("2026-03-01 12:00"))
    works = planner(store, company(), clock)
    await works.tick()
    clock.set(at("2026-03-02 11:00"))
    context = Context(company(), languages(), LIMITS)
    await restored.settle(store, context, clock, anyway=True)
    await works.tick()
    assert await waves(store) == []
    assert (await starts(store))[0] == ("occurrence:spring:2026-03-02", "missed")


async def test_after_a_restored_copy_the_schedule_goes_on(store: Store) -> None:
    clock = ManualClock(at("2026-03-01 12:00"))
    await planner(store, company(), clock).tick()
    clock.set(at("2026-03-02 11:00"))
    await restored.settle(store, Context(company(), languages(), LIMITS), clock, anyway=True)
    await planner(store, company(), clock).tick()  # the server that is started then
    assert await starts(store) == [
        ("occurrence:spring:2026-03-02", "missed"),
        ("occurrence:spring:2026-06-02", "waiting"),
    ]


async def test_a_notice_that_cannot_be_made_holds_no_start_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of({"spring": {}, "autumn": {}}, on=("slack",))
    await store.write(schedules.wait_until, "autumn", at("2026-03-03 08:00"), str(ADMIN))
    await store.write(schedules.wait_until, "spring", at("2026-03-02 09:00"), str(ADMIN))
    await store.write(lambda c: c.execute(update(occurrence).values(look_at=at("2026-02-20 09:00"))).rowcount)

    async def broken(*_: Any) -> None:
        raise ValueError("no hour fits")

    monkeypatch.setattr("bot.sending.planner.plan_wave", broken)
    works = planner(store, settings, ManualClock(at("2026-03-02 09:00")))
    with pytest.raises(ValueError, match="no hour fits"):
        await works.tick()
    assert [one.campaign for one in await waves(store)] == ["spring"]


async def test_nothing_due_is_one_look(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ManualClock(at("2026-02-20 12:00"))
    works = planner(store, company(), clock)
    await works.tick()
    looks: list[str] = []
    read = store.read

    async def counted(*args: Any) -> Any:
        looks.append("read")
        return await read(*args)

    monkeypatch.setattr(store, "read", counted)
    await works.tick()
    assert looks == ["read"]
