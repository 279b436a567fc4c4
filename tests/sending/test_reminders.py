"""The one reminder: only to who said nothing at all, once, in their hours, and no new asking."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.campaigns import pausing, runs
from bot.config.settings import ConfigError, checked
from bot.people import consent
from bot.store.schema import address, outbox
from bot.store.store import Store
from channels.base import Address, Unknown
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

BUYER = Customer("buyer", slack="U1")
REMINDS: dict[str, Any] = {"send_between": "always", "every": 0, "reminder": "4 days", "window": "7"}


def reminding(store: Store, clock: ManualClock, **campaign: Any) -> Bot:
    return Bot(store, settings_of(campaigns={"demo": REMINDS | campaign}), clock)


@pytest.fixture
def reminder(store: Store, clock: ManualClock) -> Bot:
    """A bot whose campaign reminds after four days."""
    return reminding(store, clock)


async def test_who_said_nothing_is_reminded_once(reminder: Bot) -> None:
    await reminder.start(BUYER)
    before = await reminder.conversation("buyer")
    await reminder.later(days=3, hours=23)
    assert len(reminder.slack.texts()) == 1
    await reminder.later(hours=1)
    assert len(reminder.slack.texts()) == 2
    assert "reminder" in reminder.slack.texts()[1]
    for _ in range(3):
        await reminder.later(days=1)
    assert len(reminder.slack.texts()) == 2
    row = await reminder.conversation("buyer")
    assert (row.state, row.ending) == ("closed", "window"), "it makes the window no longer"
    assert row.closed_at - before.asked_at < timedelta(days=8)
    assert row.asked_at == before.asked_at, "and is no new asking"


async def test_the_buttons_of_both_answer_the_same(reminder: Bot) -> None:
    await reminder.start(BUYER)
    await reminder.later(days=4)
    question, again = reminder.slack.taken[:2]
    assert question.choices == again.choices
    await reminder.press("slack:U1", question.choices[0][3].value)
    await reminder.press("slack:U1", again.choices[0][2].value)
    assert (await reminder.conversation("buyer")).score == 2


async def _leave(bot: Bot) -> None:
    await bot.store.write(consent.opt_out, Address("slack", "U1"), bot.clock.now(), "import")


async def _erase_address(bot: Bot) -> None:
    def dead(connection: Any) -> None:
        connection.execute(update(address).values(dead_since=bot.clock.now(), dead_reason="gone"))

    await bot.store.write(dead)


SAID: dict[str, Callable[[Bot], Awaitable[Any]]] = {
    "a score": lambda bot: bot.say("slack:U1", "9"),
    "words": lambda bot: bot.say("slack:U1", "what is this about"),
    "a question who asks": lambda bot: bot.say("slack:U1", "why me"),
    "an automatic reply": lambda bot: bot.say("slack:U1", "Automatic reply: I am out of the office"),
    "a voice message": lambda bot: bot.say("slack:U1", "", brings="voice"),
    "a reaction": lambda bot: bot.say(
        "slack:U1", "👀", brings="reaction", message_ref=None, reply_to=next(iter(bot.slack.shown))
    ),
    "STOP": lambda bot: bot.say("slack:U1", "STOP"),
    "an opt-out in a file": _leave,
    "an address that is dead": _erase_address,
    "a stop of the wave": lambda bot: bot.store.write(runs.stop, "demo", str(ADMIN), bot.clock.now()),
}


@pytest.mark.parametrize("deed", SAID.values(), ids=SAID.keys())
async def test_nobody_else_is_reminded(reminder: Bot, deed: Callable[[Bot], Awaitable[Any]]) -> None:
    await reminder.start(BUYER)
    await deed(reminder)
    await reminder.work()
    for _ in range(8):
        await reminder.later(days=1)
    assert not [one for one in await reminder.rows(outbox) if one.kind == "reminder" and one.state == "sent"]


@pytest.mark.parametrize("deed", [SAID[name] for name in ("a score", "words", "an automatic reply", "STOP")])
async def test_nor_who_says_something_while_it_waits_to_go(
    reminder: Bot, deed: Callable[[Bot], Awaitable[Any]]
) -> None:
    await reminder.start(BUYER)
    reminder.clock.advance(days=4)
    await reminder.timers.tick()
    assert [one.kind for one in await reminder.rows(outbox)] == ["question", "reminder"]
    await deed(reminder)
    await reminder.work()
    assert not any("reminder" in text for text in reminder.slack.texts())


async def test_it_waits_for_the_hours_of_the_customer(store: Store, clock: ManualClock) -> None:
    bot = reminding(store, clock, send_between="09:00-12:00")  # it is 11:00 in Amsterdam, on a Monday
    await bot.start(BUYER)
    await bot.later(days=4, hours=2)  # Friday at 13:00
    assert len(bot.slack.texts()) == 1
    await bot.later(hours=20)  # Saturday at 9:00
    assert len(bot.slack.texts()) == 2


async def test_one_that_its_window_closed_over_goes_in_the_next(store: Store, clock: ManualClock) -> None:
    bot = reminding(store, clock, send_between="09:00-12:00")
    await bot.start(BUYER)
    clock.advance(days=4)
    await bot.timers.tick()
    await bot.later(hours=2)
    assert len(bot.slack.texts()) == 1
    await bot.later(hours=20)
    await bot.later(days=1)
    assert len(bot.slack.texts()) == 2


async def test_a_paused_wave_reminds_nobody_and_a_resumed_one_once(reminder: Bot) -> None:
    await reminder.start(BUYER)
    reminder.clock.advance(days=4)
    await reminder.timers.tick()
    await reminder.store.write(pausing.pause, "demo", str(ADMIN), reminder.clock.now())
    await reminder.work()
    await reminder.later(days=1)
    assert len(reminder.slack.texts()) == 1
    await reminder.store.write(pausing.go_on, "demo", str(ADMIN), reminder.clock.now())
    await reminder.later(minutes=10)
    await reminder.later(days=1)
    assert len(reminder.slack.texts()) == 2


async def test_one_of_which_nobody_knows_whether_it_went_goes_no_more(reminder: Bot) -> None:
    await reminder.start(BUYER)
    reminder.slack.fates.append(Unknown("no answer"))
    await reminder.later(days=4)
    await reminder.later(days=1)
    assert [one.state for one in await reminder.rows(outbox)] == ["sent", "unknown"]


async def test_two_processes_remind_once(store: Store, clock: ManualClock) -> None:
    first, second = reminding(store, clock), reminding(store, clock)
    await first.start(BUYER)
    clock.advance(days=4)
    await first.timers.tick()
    await second.timers.tick()
    assert [one.kind for one in await first.rows(outbox)] == ["question", "reminder"]


async def test_a_clock_that_is_set_back_reminds_nobody_twice(reminder: Bot) -> None:
    await reminder.start(BUYER)
    await reminder.later(days=4)
    reminder.clock.advance(days=-2)
    for _ in range(4):
        await reminder.later(days=1)
    assert len(reminder.slack.texts()) == 2


@pytest.mark.parametrize(
    ("reminder", "window", "ok"), [(1, 2, True), (6, 7, True), (7, 7, False), (9, 7, False)]
)
def test_a_reminder_comes_before_the_end(reminder: int, window: int, ok: bool) -> None:
    values = {
        "company": "Acme",
        "fallback_manager": "slack:CALERTS",
        "campaigns": {"spring": {"reminder": reminder, "window": window}},
    }
    if ok:
        assert checked(values, "config.yaml").campaigns["spring"].reminder == reminder
        return
    with pytest.raises(ConfigError, match=r"campaigns\.spring\.reminder .* campaigns\.spring\.window"):
        checked(values, "config.yaml")
