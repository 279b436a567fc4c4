"""Who is no customer but an admin or an account manager: greeted as such, and heard without the slash."""

from typing import Any

import pytest

from bot.store.schema import command, opt_out
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address, ProviderOptIn, ProviderOptOut
from channels.sms.lengths import segments
from tests.support.bot_under_test import Bot, Customer, settings_of

ROLES: dict[str, Any] = {
    "admins": ["slack:UADMIN", "telegram:9001"],
    "account_managers": {"North": "slack:UNORTH", "South": "telegram:9002", "East": "sms:+31600000009"},
}
HELLO = {
    "admin": "Hello, this is npsbot of Acme, and you are an admin here.",
    "manager": "Hello, this is npsbot of Acme. Alerts of unhappy customers come to you here",
    "sms": "npsbot of Acme: nothing went to a customer.",
}


@pytest.mark.parametrize(
    ("who", "hello"),
    [
        ("slack:UADMIN", "admin"),
        ("telegram:9001", "admin"),
        ("slack:UNORTH", "manager"),
        ("telegram:9002", "manager"),
        ("sms:+31600000009", "sms"),
    ],
)
@pytest.mark.parametrize(
    "said", [{"command": "start"}, {"text": "hello?"}, {"text": "who is this?"}, {"text": "8"}]
)
async def test_a_colleague_is_greeted_as_such(
    store: Store, who: str, hello: str, said: dict[str, str]
) -> None:
    """# field D: "You are not a customer in an open survey here" to whoever pressed Start."""
    bot = Bot(store, settings_of(**ROLES))
    words = said.get("text") in ("hello?", "8")
    for _ in range(1 if hello == "sms" else 2):  # once a day is enough; by SMS the code is asked for
        await bot.take(bot.message(who, **said))
    await bot.work()
    channel, _, place = who.partition(":")
    greeting, *further = bot.channels[channel].chat(place)
    assert len(further) == (1 if words and hello != "sms" else 0)
    assert greeting.startswith(HELLO[hello])
    assert ("/nps help" in greeting) is (channel != "sms")
    assert ("not a customer" in greeting) is (channel != "sms")
    await bot.later(days=1)
    await bot.take(bot.message(who, **said))
    await bot.work()
    assert len(bot.channels[channel].chat(place)) == 2 + len(further)


@pytest.mark.parametrize("who", ["slack:UADMIN", "slack:UNORTH", "telegram:9002"])
async def test_a_colleague_is_told_that_words_beside_an_alert_went_nowhere(store: Store, who: str) -> None:
    """They believe else that the customer has them."""
    bot = Bot(store, settings_of(**ROLES))
    channel, _, place = who.partition(":")
    for said in ("I will call them", "done", "reopen", "Sorry, I am late"):
        await bot.say(who, said)
    await bot.work()
    _, *told = bot.channels[channel].chat(place)
    assert len(told) == 3
    assert all(one.startswith("Nothing was sent to a customer, and nothing was done.") for one in told)
    for _ in range(9):  # and two machines do not talk for ever
        await bot.say(who, "I will call them")
    await bot.work()
    assert len(bot.channels[channel].chat(place)) == 5


async def test_who_is_a_contact_too_is_greeted_and_still_leaves(store: Store) -> None:
    """An admin who tried a campaign has an address of a contact."""
    bot = Bot(store, settings_of(**ROLES))
    await bot.add(Customer("Both", slack="UADMIN"))
    await bot.take(bot.message("slack:UADMIN", command="start"))
    await bot.say("slack:UADMIN", "STOP")
    assert await bot.rows(opt_out)
    await bot.say("slack:UADMIN", "START")
    assert not await bot.rows(opt_out)
    await bot.work()
    hello, left, back = bot.slack.chat("UADMIN")
    assert hello.startswith(HELLO["admin"])
    assert "not a customer" not in hello
    assert left.startswith("You will get no more surveys")
    assert back.startswith("Welcome back")


async def test_an_automatic_reply_of_a_colleague_gets_no_answer(store: Store) -> None:
    bot = Bot(store, settings_of(**ROLES))
    await bot.say("sms:+31600000009", "Automatic reply: I am out of the office until Monday.")
    await bot.work()
    assert bot.sms.chat("+31600000009") == []


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("nps status", "status"),
        ("NPS  report demo by region", "report demo by region"),
        ("/nps status", "status"),
        ("nps", ""),
        ("nps: hulp", "hulp"),
        ("nps 8", None),
        ("npsbot status", None),
        ("our nps is low", None),
    ],
)
@pytest.mark.parametrize("who", ["slack:UADMIN", "telegram:9002", "sms:+31600000009"])
async def test_a_command_needs_no_slash(store: Store, who: str, typed: str, line: str | None) -> None:
    bot = Bot(store, settings_of(**ROLES))
    await bot.say(who, typed)
    assert [row.line for row in await bot.rows(command)] == ([] if line is None else [line])


async def test_admins_are_told_once_that_a_manager_stopped_their_own_number(store: Store) -> None:
    """Twilio blocks a number that texts STOP, a colleague's too: its alerts go to others, and somebody must know."""
    bot = Bot(store, settings_of(**ROLES))
    east, customer = Address("sms", "+31600000009"), Address("sms", "+31600000010")
    for number, who in enumerate((east, east, customer)):
        await bot.take(ProviderOptOut(str(number), who, bot.clock.now(), "STOP", confirmed=True))
    await bot.work()
    for (told,) in (bot.slack.chat("UADMIN"), bot.channels["telegram"].chat("9001")):
        assert told.startswith("npsbot: East wrote STOP from the SMS number that alerts go to")
        assert "START" in told
    await bot.take(ProviderOptIn("4", east, bot.clock.now(), "START", confirmed=True))
    await bot.later(hours=1)
    await bot.take(ProviderOptOut("5", east, bot.clock.now(), "STOP", confirmed=True))
    await bot.work()
    assert len(bot.slack.chat("UADMIN")) == 2, "a STOP after a START is news"


async def test_what_a_colleague_passes_on_is_no_command(store: Store) -> None:  # field E9
    bot = Bot(store, settings_of(**ROLES))
    await bot.say("telegram:9002", "nps stop demo", own=False)
    assert await bot.rows(command) == []


async def test_a_customer_gives_no_commands_in_words(bot: Bot) -> None:
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "nps status")
    assert await bot.rows(command) == []


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_greeting_by_sms_is_one_message(language: str) -> None:
    words = words_for("manager", language)
    for role in ("admin", "manager"):
        text = words.text(f"hello_{role}_sms", company="A" * 20).replace("ê", "e")
        assert segments(text) == 1, text
