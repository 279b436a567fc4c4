"""Whose fault a refusal is: this message's, this address's, our token's or the provider's."""

import re
from pathlib import Path

import pytest

from bot.people.moves import moved, moves
from bot.store.schema import address, conversation, outbox, sending
from bot.store.store import Store
from channels import base
from channels.base import (
    Address,
    Barred,
    Misconfigured,
    Moved,
    SenderRefused,
    SendError,
    Unavailable,
    Unknown,
)
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

TEXTER = Customer("texter", sms="+31612345678")
BARRED = Barred("Twilio is not allowed to send to this country")
OLD, NEW = Address("telegram", "-100"), Address("telegram", "-1001")
MOVED = Moved("that group became a supergroup", "-1001")


def _told(bot: Bot, words: str) -> list[str]:
    return [text for text in bot.telegram.texts("900") if words in text]


# ------------------------------------------------------------------------------------------------ barred


# field A3
async def test_a_country_that_is_not_allowed_stops_nobody_else(bot: Bot) -> None:
    numbers = [f"+3161234567{n}" for n in range(6)] + ["+212612345678", "+212612345679"]
    bot.sms.dead.update(dict.fromkeys(numbers[6:], BARRED))
    await bot.start(*(Customer(f"c{n}", sms=number) for n, number in enumerate(numbers)))
    asked = {message.address.id for message in bot.sms.taken}
    assert asked == set(numbers[:6])
    assert all(row.paused_reason is None for row in await bot.rows(sending))
    (told,) = _told(bot, "is refused")
    assert "SMS to MA is refused, for these numbers alone" in told
    assert all(row.dead_since is None for row in await bot.rows(address)), "it is alive"
    assert (await bot.conversation("c6")).ending == "undelivered"


# --------------------------------------------------------------------------------------------- our sender

SENDER = SenderRefused("channels.sms.from cannot send text messages to this number (Twilio error 21606)")


def _numbers(*numbers: str) -> list[Customer]:
    return [Customer(f"c{n}", sms=number) for n, number in enumerate(numbers)]


async def _paused(bot: Bot) -> list[str]:
    return [row.channel for row in await bot.rows(sending) if row.paused_reason is not None]


# field A3
@pytest.mark.parametrize("refused", [{0, 1}, {6, 7}, {3}, {0, 3, 7}])
async def test_a_sender_that_single_numbers_do_not_take_stops_nobody_else(
    bot: Bot, refused: set[int]
) -> None:
    numbers = [f"+3161234567{n}" for n in range(8)]
    bot.sms.dead.update({numbers[n]: SENDER for n in refused})
    await bot.start(*_numbers(*numbers))
    assert {message.address.id for message in bot.sms.taken} == {
        number for n, number in enumerate(numbers) if n not in refused
    }
    await bot.later(seconds=10)
    await bot.later(seconds=10)
    assert await _paused(bot) == []
    (told,) = _told(bot, "is refused")
    assert "SMS to NL is refused, for these numbers alone" in told
    assert {(await bot.conversation(f"c{n}")).ending for n in refused} == {"undelivered"}
    assert all(row.dead_since is None for row in await bot.rows(address)), "they are alive"


# field A3
async def test_a_sender_that_nobody_takes_pauses_the_channel_and_burns_nothing(bot: Bot) -> None:
    numbers = [f"+3161234567{n}" for n in range(8)]
    bot.sms.dead.update(dict.fromkeys(numbers, SENDER))
    await bot.start(*_numbers(*numbers))
    await bot.later(seconds=10)
    assert await _paused(bot) == ["sms"]
    for _ in range(3):
        await bot.later(seconds=61)
    assert len(_told(bot, "is paused")) == 1
    assert {row.state for row in await bot.rows(conversation)} == {"waiting"}
    bot.sms.dead.clear()
    for _ in range(3):
        await bot.later(seconds=61)
    assert await _paused(bot) == []
    assert {message.address.id for message in bot.sms.taken} == set(numbers)
    assert len(bot.sms.taken) == len(numbers), "none twice"


# field A3
async def test_a_sender_that_is_taken_away_in_the_middle_of_a_wave_burns_nothing(bot: Bot) -> None:
    await bot.start(*_numbers("+31612345670"))
    numbers = [f"+3161234568{n}" for n in range(8)]
    bot.sms.dead.update(dict.fromkeys(numbers, SENDER))
    await bot.later(days=100)
    await bot.start(*(Customer(f"d{n}", sms=number) for n, number in enumerate(numbers)))
    await bot.later(seconds=10)
    assert await _paused(bot) == ["sms"]
    waiting = await bot.rows(conversation, state="waiting")
    assert len(waiting) == len(numbers)


# field A3
@pytest.mark.parametrize("error", [BARRED, SENDER])
async def test_an_alert_that_cannot_be_brought_goes_on_at_once(
    store: Store, clock: ManualClock, error: SendError
) -> None:
    bot = Bot(store, settings_of(account_managers={"Manager": "sms:+15005550006"}), clock)
    bot.sms.dead["+15005550006"] = error
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "3")
    await bot.work()
    assert len(bot.slack.chat("CALERTS")) == 1
    assert await _paused(bot) == []


# field A3
async def test_a_stranger_our_sender_cannot_reach_pauses_nothing(bot: Bot) -> None:
    bot.sms.fates.append(SENDER)
    await bot.say("sms:+447000000001", "who is this")
    await bot.later(seconds=30)
    assert len(bot.sms.tried) == 1
    assert await _paused(bot) == []


# ----------------------------------------------------------------------------------------------- strangers


# field A3
async def test_strangers_delay_nobody(bot: Bot) -> None:
    await bot.start(TEXTER)
    strangers = [f"+44700000000{n}" for n in range(6)]
    bot.sms.dead.update(dict.fromkeys(strangers, BARRED))
    for number in strangers:
        await bot.say(f"sms:{number}", "who is this")
    await bot.say("sms:+31612345678", "8")
    await bot.work()
    assert len(bot.sms.texts("+31612345678")) == 2
    assert [row.state for row in await bot.rows(outbox, kind="notice", channel="sms")] == ["failed"] * 6
    assert len(_told(bot, "SMS to")) == 1, "told once a country"


# field A3
@pytest.mark.parametrize("error", [Unavailable("the queue is full"), Unknown("no answer"), BARRED])
@pytest.mark.parametrize("words", ["hello", "who is this", "MY DATA"])
async def test_a_notice_to_a_stranger_is_tried_once(bot: Bot, error: SendError, words: str) -> None:
    bot.sms.fates.append(error)
    await bot.say("sms:+447000000001", words)
    await bot.later(seconds=30)
    await bot.later(minutes=4)
    assert len(bot.sms.tried) == 1


# field A3
async def test_a_notice_to_a_stranger_expires(bot: Bot) -> None:
    bot.sms.fates.append(Misconfigured("the token was revoked"))
    await bot.say("sms:+447000000001", "who is this")
    await bot.work()
    bot.sms.fates.extend([Misconfigured("the token was revoked")] * 9)
    for _ in range(6):
        await bot.later(seconds=61)
    assert (await bot.rows(outbox, channel="sms"))[0].state == "expired"


# field A3
@pytest.mark.parametrize("sender", ["12345", "Amazon", "TWILIO", "+12"])
@pytest.mark.parametrize("words", ["Your code is 1234", "HELP", "STOP", "WHY ME"])
async def test_nothing_is_said_to_a_sender_that_is_no_number(bot: Bot, sender: str, words: str) -> None:
    await bot.say(f"sms:{sender}", words)
    await bot.work()
    assert bot.sms.tried == []
    assert await bot.rows(outbox) == []


# -------------------------------------------------------------------------------------------------- moved


def _in_a_group(store: Store, clock: ManualClock) -> Bot:
    return Bot(store, settings_of(account_managers={"Manager": str(OLD)}, fallback_manager="Manager"), clock)


# field A3
async def test_a_group_with_a_new_id_gets_its_alerts_there(store: Store, clock: ManualClock) -> None:
    bot = _in_a_group(store, clock)
    bot.telegram.dead["-100"] = MOVED
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "3")
    await bot.work()
    (alert,) = bot.telegram.chat("-1001")
    assert "buyer gave a 3" in alert
    (told,) = _told(bot, "has the id")
    assert "telegram:-100 has the id telegram:-1001 now" in told
    assert all(row.paused_reason is None for row in await bot.rows(sending))
    await bot.say("slack:U1", "too slow")
    await bot.work()
    assert "too slow" in bot.telegram.chat("-1001")[0]
    await bot.tap("telegram:-1001", "I'm on it")
    assert (await bot.cases())[0].state == "taken"
    tried = len(bot.telegram.tried)
    await bot.later(days=8)
    await bot.start()
    await bot.say("slack:U1", "2")
    await bot.work()
    assert all(
        message.address == NEW for message in bot.telegram.tried[tried:] if message.address.id != "900"
    )


# field A3
async def test_what_stands_in_the_old_group_is_posted_anew(store: Store, clock: ManualClock) -> None:
    bot = _in_a_group(store, clock)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "3")
    await bot.work()
    bot.telegram.dead["-100"] = MOVED
    await bot.say("slack:U1", "too slow")
    await bot.work()
    (alert,) = bot.telegram.chat("-1001")
    assert "too slow" in alert


# field A3
async def test_a_start_finds_the_new_id(store: Store, clock: ManualClock) -> None:
    bot = _in_a_group(store, clock)
    bot.telegram.dead["-100"] = MOVED
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "3")
    await bot.work()
    found = await bot.store.read(moves)
    settings = moved(bot.settings.model_copy(update={"admins": (OLD,)}), found)
    assert settings.account_managers["Manager"] == NEW
    assert settings.fallback == ("Manager", NEW)
    assert settings.admins == (NEW,)
    assert moved(bot.settings, {}) is bot.settings


def test_the_table_of_the_page_names_each_kind() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reliability.md").read_text("utf-8")
    table = page.partition("## Whose fault a refusal is")[2].partition("\n## ")[0]
    kinds = {
        kind.__name__
        for kind in vars(base).values()
        if isinstance(kind, type) and issubclass(kind, SendError)
    }
    assert kinds - {"SendError"} == set(re.findall(r"`([A-Z]\w+)`", table))
