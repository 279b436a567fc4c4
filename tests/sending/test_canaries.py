"""The first share of a wave goes, the others wait for its verdict, and the admins hear it."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.campaigns import pausing, runs
from bot.commands.desk import Desk
from bot.store.schema import conversation, outbox, wave, wave_event
from bot.store.store import Store
from bot.words import words_for
from channels.base import Rejected
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

CANARY: dict[str, Any] = {"share": "10%", "at_least": 5, "wait": "4h"}
PEOPLE = 60


@pytest.fixture
async def cautious(store: Store, clock: ManualClock) -> Bot:
    """A bot of which the first six of sixty were just asked."""
    campaign = {"send_between": "always", "every": 0, "canary": CANARY}
    bot = Bot(store, settings_of(campaigns={"demo": campaign}), clock)
    await bot.start(*(Customer(f"c{n:02}", slack=f"U{n}") for n in range(PEOPLE)))
    return bot


def asked(bot: Bot) -> Sequence[str]:
    return [one.address.id for one in bot.slack.taken if one.choices and one.address != ADMIN]


async def test_the_others_wait_and_follow_by_themselves(cautious: Bot) -> None:
    assert len(asked(cautious)) == 6
    await cautious.later(hours=3, minutes=59)
    assert len(asked(cautious)) == 6
    await cautious.later(minutes=2)
    assert len(set(asked(cautious))) == len(asked(cautious)) == PEOPLE
    told = [one for one in await cautious.rows(outbox) if one.kind == "notice" and one.channel == "slack"]
    assert "".join(text for _, text, _ in told[0].body) == (
        "npsbot: of the first 6 people of demo, wave 1, 0 said STOP, 0 were not reached and 0 wrote what held no "
        "score; the others are asked now."
    )


async def test_status_says_that_the_others_wait(cautious: Bot) -> None:
    desk = Desk(
        cautious.store,
        cautious.settings,
        cautious.context.limits,
        words_for("admin", "en"),
        cautious.clock.now,
    )
    said = (await desk.carry_out(ADMIN, "status demo")).text
    assert "A first share was asked; the others wait until Mon 2 March 15:00" in said
    await cautious.later(hours=5)
    assert "first share" not in (await desk.carry_out(ADMIN, "status demo")).text


async def test_they_are_drawn_by_the_seed_of_the_wave(cautious: Bot) -> None:
    first = sorted(
        (row.canary, row.address) for row in await cautious.rows(conversation) if row.canary is not None
    )
    assert {address for _, address in first[:6]} == set(asked(cautious))
    assert asked(cautious) != [f"U{n}" for n in range(6)], "and not by their numbers"


async def test_a_limit_that_is_passed_pauses_it_and_asks(cautious: Bot) -> None:
    for at in asked(cautious)[:3]:
        await cautious.say(f"slack:{at}", "STOP")
    await cautious.later(hours=5)
    assert len(asked(cautious)) == 6
    (run,) = await cautious.rows(wave)
    assert (run.canary, run.paused_at is not None) == ("failed", True)
    assert [(one.kind, one.by) for one in await cautious.rows(wave_event)] == [("paused", None)]
    told = [one for one in cautious.slack.taken if one.address == ADMIN]
    assert len(told) == 1
    assert "because of more than 5% that said STOP" in "".join(span.text for span in told[0].body)
    assert [choice.label for row in told[0].choices for choice in row] == ["Go on", "Stop"]
    await cautious.later(days=1)
    assert len(asked(cautious)) == 6, "it waits for an admin, however long"
    await cautious.store.write(pausing.go_on, "demo", str(ADMIN), cautious.clock.now())
    await cautious.later(seconds=1)
    assert len(asked(cautious)) == PEOPLE


async def test_what_is_not_delivered_counts(store: Store, clock: ManualClock) -> None:
    campaign = {"send_between": "always", "every": 0, "canary": CANARY}
    bot = Bot(store, settings_of(campaigns={"demo": campaign}), clock)
    bot.slack.fates.extend([Rejected("not_allowed")] * 3)
    await bot.start(*(Customer(f"c{n:02}", slack=f"U{n}") for n in range(PEOPLE)))
    await bot.later(hours=5)
    (run,) = await bot.rows(wave)
    assert run.canary == "failed"


async def test_two_of_six_are_chance(cautious: Bot) -> None:
    for at in asked(cautious)[:2]:
        await cautious.say(f"slack:{at}", "STOP")
    await cautious.later(hours=5)
    assert len(asked(cautious)) == PEOPLE


async def test_where_all_are_the_first_share_there_is_none(store: Store, clock: ManualClock) -> None:
    campaign = {"send_between": "always", "every": 0, "canary": {"at_least": 30}}
    bot = Bot(store, settings_of(campaigns={"demo": campaign}), clock)
    await bot.start(*(Customer(f"c{n:02}", slack=f"U{n}") for n in range(20)))
    assert len(asked(bot)) == 20
    (run,) = await bot.rows(wave)
    assert run.canary == "passed"


async def test_a_pause_stays_a_pause_when_the_share_went_well(cautious: Bot) -> None:
    await cautious.store.write(pausing.pause, "demo", str(ADMIN), cautious.clock.now())
    await cautious.later(hours=5)
    assert len(asked(cautious)) == 6
    await cautious.store.write(pausing.go_on, "demo", str(ADMIN), cautious.clock.now())
    await cautious.later(seconds=1)
    assert len(asked(cautious)) == PEOPLE


async def test_to_go_on_in_the_wait_is_no_verdict(cautious: Bot) -> None:
    await cautious.store.write(pausing.pause, "demo", str(ADMIN), cautious.clock.now())
    await cautious.store.write(pausing.go_on, "demo", str(ADMIN), cautious.clock.now())
    await cautious.later(seconds=1)
    assert len(asked(cautious)) == 6


async def test_a_stopped_wave_has_no_verdict(cautious: Bot) -> None:
    await cautious.store.write(runs.stop, "demo", str(ADMIN), cautious.clock.now())
    await cautious.later(hours=5)
    assert not [one for one in await cautious.rows(outbox) if one.kind == "notice"]


async def test_two_processes_and_a_clock_that_is_set_back_judge_once(cautious: Bot) -> None:
    other = Bot(cautious.store, cautious.settings, cautious.clock)
    cautious.clock.advance(hours=-3)
    for _ in range(9):
        cautious.clock.advance(hours=1)
        await cautious.timers.tick()
        await other.timers.tick()
    told = [one for one in await cautious.rows(outbox) if one.kind == "notice"]
    assert len(told) == len({one.address for one in told})
    (run,) = await cautious.rows(wave)
    assert run.canary == "passed"
