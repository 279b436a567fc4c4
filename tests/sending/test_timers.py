"""What time brings: questions in their window, and conversations that close."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.campaigns import runs
from bot.sending.timers import Timers
from bot.store.schema import conversation, outbox
from bot.store.store import Store
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.boundaries import Call, Plug, PluggedStore
from tests.support.fake_channel import FAST
from tests.support.manual_clock import ManualClock

BUYER = Customer("buyer", slack="U1")


def _customers(count: int) -> list[Customer]:
    return [Customer(f"c{n:03}", slack=f"U{n}") for n in range(count)]


async def test_about_a_minutes_worth_of_questions_is_released(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, clock=clock, limits={"slack": replace(FAST, per_second=0.5, burst=1)})
    await bot.enrol(*_customers(100))
    await bot.timers.tick()
    await bot.timers.tick()
    assert len(await bot.rows(outbox)) == 30
    for _ in range(5):
        await bot.senders["slack"].look()
        await bot.senders["slack"].settle()
        clock.advance(seconds=2)
    await bot.timers.tick()
    assert len(await bot.rows(outbox)) == 35, "as many as went are released anew"


async def test_everybody_is_asked_in_the_end(bot: Bot) -> None:
    await bot.enrol(*_customers(60))
    for _ in range(5):
        await bot.later(seconds=10)
    assert len(bot.slack.texts()) == len({message.address for message in bot.slack.taken}) == 60


async def test_a_tick_with_nothing_due_is_two_looks(bot: Bot) -> None:
    """Also while a wave runs whose questions have gone: processes tick each second, however much there is."""
    await bot.start(BUYER)
    plug = Plug()
    timers = Timers(PluggedStore(bot.store, plug), bot.context, bot.clock)
    await timers.tick()  # with what is done once a minute, and by night
    plug.calls.clear()
    bot.clock.advance(seconds=1)
    await timers.tick()
    assert plug.calls == [Call("read", "anything_due"), Call("read", "any_change")]


async def test_a_minute_with_nothing_after_a_survey_writes_once(bot: Bot) -> None:
    """Each write keeps everybody else's waiting."""
    await bot.start(BUYER)
    plug = Plug()
    timers = Timers(PluggedStore(bot.store, plug), bot.context, bot.clock)
    await timers.tick()  # with what is done by night
    plug.calls.clear()
    bot.clock.advance(minutes=1)
    await timers.tick()
    assert [call.name for call in plug.calls if call.kind != "read"] == ["expire_answers"]
    assert Call("read", "anything_after_surveys") in plug.calls


async def test_a_stopped_wave_releases_nothing(bot: Bot) -> None:
    await bot.enrol(BUYER)
    await bot.store.write(runs.stop, "demo", "slack:UADMIN", bot.clock.now())
    await bot.work()
    assert await bot.rows(outbox) == []


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "asked"),
    [
        ("2026-03-02 07:59", "Europe/Amsterdam", "2026-03-02 08:00"),  # 8:59 there, on a Monday
        ("2026-03-02 19:00", "Europe/Amsterdam", "2026-03-03 08:00"),  # 20:00 there: it is over
        ("2026-02-28 20:00", "Europe/Amsterdam", "2026-03-02 08:00"),  # Saturday evening: no Sundays
        (
            "2026-03-28 20:00",
            "Europe/Amsterdam",
            "2026-03-30 07:00",
        ),  # and on that Sunday the clock is changed
        ("2026-04-26 20:00", "Europe/Amsterdam", "2026-04-28 07:00"),  # Monday the 27th is King's Day
        ("2026-03-02 08:00", "America/New_York", "2026-03-02 14:00"),  # 3:00 there
    ],
)
async def test_a_question_waits_for_its_window(store: Store, now: str, zone: str, asked: str) -> None:
    clock = ManualClock(_at(now))
    bot = Bot(store, settings_of(campaigns={"demo": {"every": 0}}), clock)
    await bot.start(replace(BUYER, timezone=zone))
    assert bot.slack.texts() == []
    clock.set(_at(asked))
    await bot.later(seconds=-1)
    assert bot.slack.texts() == []
    await bot.later(seconds=1)
    assert len(bot.slack.texts()) == 1


# ----------------------------------------------------------------------------------------------- closing


async def test_who_never_answers_is_let_go_without_a_word(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.later(days=7)
    row = await bot.conversation("buyer")
    assert (row.state, row.ending, row.closes_at) == ("closed", "window", None)
    assert row.closed_at == bot.clock.now()
    assert len(bot.slack.texts()) == 1


async def test_a_score_without_a_reason_stands(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "9")
    await bot.later(days=7)
    row = await bot.conversation("buyer")
    assert (row.ending, row.score) == ("no_reason", 9)


@pytest.mark.parametrize(("hours", "words"), [(23, "good people\nand fast"), (25, "good people")])
async def test_words_are_added_for_a_day_after_the_thanks(bot: Bot, hours: int, words: str) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "9")
    await bot.say("slack:U1", "good people")
    await bot.later(hours=hours)
    await bot.say("slack:U1", "and fast")
    assert (await bot.conversation("buyer")).reason == words


async def test_a_restart_forgets_no_closing(bot: Bot) -> None:
    await bot.start(*_customers(20))
    bot.clock.advance(days=8)
    await bot.restarted().work()
    assert {row.state for row in await bot.rows(conversation)} == {"closed"}


async def test_timers_that_fail_go_on(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    async def failing(self: Any) -> None:
        nonlocal calls
        calls += 1
        raise RuntimeError("the database is gone for a moment")

    monkeypatch.setattr("bot.sending.timers.Timers.tick", failing)
    running = asyncio.create_task(bot.timers.run())
    for _ in range(3):
        for _ in range(5):
            await asyncio.sleep(0)
        bot.clock.advance(seconds=1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert calls == 3
