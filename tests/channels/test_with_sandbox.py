"""The adapters over HTTP against the providers' stand-ins: what a person does arrives, what we say is
shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.base import (
    Address,
    Blocked,
    Channel,
    Choice,
    DeliveryReport,
    InboundMessage,
    Misconfigured,
    OutboundMessage,
    ProviderOptIn,
    ProviderOptOut,
    RateLimited,
    SendError,
    Unavailable,
    Unblocked,
    Unknown,
    Unreachable,
    bold,
    link,
    plain,
    quote,
)
from channels.slack.channel import SlackChannel
from channels.sms.channel import SmsChannel
from sandbox.faults import Fault
from tests.channels.contract import SCALE
from tests.support.bodies import NASTY
from tests.support.bot_in_sandbox import ADDRESSES, QUESTION, Bot, bot_in_sandbox
from tests.support.patience import PATIENCE
from tests.support.phones import seen
from tests.support.running import ACCOUNT, AUTH_TOKEN, NUMBER


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with bot_in_sandbox() as bot:
        yield bot


every_channel = pytest.mark.parametrize("channel", ADDRESSES)
chats = pytest.mark.parametrize("channel", ["slack", "telegram"])


@every_channel
async def test_what_a_person_types_arrives(bot: Bot, channel: str) -> None:
    text = "6, te laat & <sorry> 👍"
    assert (await bot.run.people.type(channel, text)).delivered
    (message,) = bot.messages()
    assert message.text == text
    assert message.actor == ADDRESSES[channel]


@every_channel
async def test_what_we_say_is_shown(bot: Bot, channel: str) -> None:
    receipt = await bot.channels[channel].send(bot.say(channel, choices=SCALE))
    message = await bot.arrived(channel)
    assert message.text == "How likely are you to recommend Acme?"
    assert receipt.message_ref
    if channel == "sms":
        return
    assert message.labels == [str(score) for score in range(11)]
    assert [len(row) for row in message.buttons] == [6, 5]
    assert ("bold", "Acme") in [(span.kind, span.text) for span in message.rich]


@chats
async def test_a_press_arrives_and_the_message_can_be_changed(bot: Bot, channel: str) -> None:
    receipt = await bot.channels[channel].send(bot.say(channel, choices=SCALE))
    assert (await bot.run.people.press_label(channel, "3")).ok
    (press,) = bot.messages()
    assert (press.choice, press.actor, press.reply_to) == ("v1.3", ADDRESSES[channel], receipt.message_ref)
    again = await bot.channels[channel].send(
        bot.say(channel, body=(plain("You gave a 3."),), replaces=press.reply_to, answer_ref=press.answer_ref)
    )
    (message,) = bot.shown(channel)
    assert (message.text, message.labels) == ("You gave a 3.", [])
    assert again.message_ref == receipt.message_ref


@chats
async def test_a_message_can_be_changed_later(bot: Bot, channel: str) -> None:
    receipt = await bot.channels[channel].send(bot.say(channel, choices=SCALE))
    changed = bot.say(channel, body=(plain("Closed."),), replaces=receipt.message_ref)
    await bot.channels[channel].send(changed)
    await bot.channels[channel].send(changed)
    assert [message.text for message in bot.shown(channel)] == ["Closed."]


@chats
async def test_an_edit_names_the_message_it_changes(bot: Bot, channel: str) -> None:
    await bot.run.people.type(channel, "6")
    mine = [m for m in bot.run.world.phones.messages(channel) if m.author not in ("bot", "provider")][-1]
    await bot.run.people.edit(channel, mine.id, "7")
    first, edit = await bot.until(InboundMessage, 2)
    assert (first.text, edit.text) == ("6", "7")
    assert edit.edits == first.message_ref


@every_channel
async def test_a_customers_words_take_no_effect(bot: Bot, channel: str) -> None:
    for nasty in NASTY:
        text = f"x{nasty}x"
        body = (
            bold(text),
            plain(f" said {text}:"),
            quote(text),
            plain("Call "),
            link(text, "tel:+31612345678"),
        )
        await bot.channels[channel].send(bot.say(channel, body=body))
    last = f"x{NASTY[-1]}x"
    await bot.run.world.wait_for(channel, lambda message: seen(message).startswith(last), PATIENCE)
    shown = bot.shown(channel)
    assert len(shown) == len(NASTY)
    for nasty in NASTY:
        text = f"x{nasty}x"
        (message,) = [message for message in shown if seen(message).startswith(text)]
        assert message.pings == ()
        assert seen(message).count(text) == (3 if channel == "sms" else 4), text
        assert {span.kind for span in message.rich} <= {"text", "bold", "quote", "link"}
        assert {span.url for span in message.rich} <= {None, "tel:+31612345678"}


@every_channel
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate_limited", RateLimited),
        ("server_error", Unknown),
        ("drop_after", Unknown),
        ("drop_before", Unknown),
        ("wrong_token", Misconfigured),
    ],
)
async def test_each_misbehaviour(bot: Bot, channel: str, kind: Any, error: type[SendError]) -> None:
    bot.run.world.faults.add(Fault(channel, kind, retry_after=1))  # type: ignore[arg-type]  # a provider's name
    with pytest.raises(error):
        await bot.channels[channel].send(bot.say(channel))
    await bot.channels[channel].send(bot.say(channel, body=(plain("Next."),)))
    await bot.run.world.wait_for(channel, lambda message: message.text == "Next.", PATIENCE)
    assert len(bot.shown(channel)) == (2 if kind == "drop_after" else 1)


@pytest.mark.parametrize("channel", ["telegram", "sms"])
async def test_who_blocked_us_is_out_of_reach(bot: Bot, channel: str) -> None:
    bot.run.world.faults.add(Fault(channel, "blocked"))  # type: ignore[arg-type]  # a provider's name
    with pytest.raises(Unreachable) as unreachable:
        await bot.channels[channel].send(bot.say(channel))
    assert unreachable.value.opted_out


@every_channel
async def test_identifies_itself(bot: Bot, channel: str) -> None:
    assert await bot.channels[channel].identify()
    bot.run.world.faults.add(Fault(channel, "wrong_token"))  # type: ignore[arg-type]  # a provider's name
    with pytest.raises(Misconfigured):
        await bot.channels[channel].identify()


# ---------------------------------------------------------------------------------------------------- Slack


async def test_slack_delivers_again_what_was_not_kept(bot: Bot) -> None:
    bot.fails = 1
    await bot.run.people.type("slack", "8")
    (message,) = await bot.until(InboundMessage)
    assert message.text == "8"


async def test_slack_answers_a_command_to_its_sender_alone(bot: Bot) -> None:
    assert (await bot.run.people.type("slack", "/nps start demo")).ok
    (command,) = bot.messages()
    assert command.command == "nps start demo"
    confirm = ((Choice("Start", "start:demo", "primary"),),)
    await bot.channels["slack"].send(bot.say("slack", answer_ref=command.answer_ref, choices=confirm))
    (message,) = bot.shown("slack")
    assert message.only_for == "U0CUSTOMER"
    assert (await bot.run.people.press_label("slack", "Start")).ok
    press = bot.messages()[-1]
    assert press.choice == "start:demo"
    done = bot.say("slack", body=(plain("Started."),), answer_ref=press.answer_ref, replaces=press.reply_to)
    await bot.channels["slack"].send(done)
    assert [message.text for message in bot.shown("slack")] == ["Started."]


async def test_slack_spends_a_response_url_and_goes_on(bot: Bot) -> None:
    await bot.run.people.type("slack", "/nps help")
    (command,) = bot.messages()
    for _ in range(7):
        await bot.channels["slack"].send(bot.say("slack", answer_ref=command.answer_ref))
    assert [message.only_for for message in bot.shown("slack")] == ["U0CUSTOMER"] * 5 + [None] * 2


async def test_slack_finds_people_by_email(bot: Bot) -> None:
    slack: SlackChannel = bot.channels["slack"]
    assert await slack.user_by_email("customer@acme.example") == "U0CUSTOMER"
    assert await slack.user_by_email("nobody@acme.example") is None


# ------------------------------------------------------------------------------------------------- Telegram


async def test_telegram_tells_of_a_block(bot: Bot) -> None:
    await bot.run.people.block("telegram")
    await bot.until(Blocked)
    with pytest.raises(Unreachable) as unreachable:
        await bot.channels["telegram"].send(bot.say("telegram"))
    assert unreachable.value.opted_out
    await bot.run.people.unblock("telegram")
    await bot.until(Unblocked)
    await bot.channels["telegram"].send(bot.say("telegram"))


async def test_telegram_cannot_be_written_to_first(bot: Bot) -> None:
    bot.run.world.add_telegram_user(1002, "Nobody yet", phone="stranger")
    with pytest.raises(Unreachable):
        await bot.channels["telegram"].send(bot.say("telegram", address=Address("telegram", "1002")))
    await bot.run.people.type("stranger", "/start TOKEN")
    (start,) = bot.messages()
    assert start.command == "start TOKEN"
    await bot.channels["telegram"].send(bot.say("telegram", address=start.place))


async def test_telegram_registers_its_webhook(bot: Bot) -> None:
    await bot.channels["telegram"].register(bot.url)
    await bot.run.people.type("telegram", "8")
    assert [message.text for message in bot.messages()] == ["8"]


# ------------------------------------------------------------------------------------------------------ SMS


async def test_sms_reports_what_became_of_a_message(bot: Bot) -> None:
    receipt = await bot.channels["sms"].send(bot.say("sms"))
    async with asyncio.timeout(PATIENCE):
        while "delivered" not in {event.status for event in await bot.until(DeliveryReport)}:
            bot.news.clear()
            await bot.news.wait()
    reports = await bot.until(DeliveryReport)
    assert {report.message_ref for report in reports} == {receipt.message_ref}


async def test_sms_stop_and_start(bot: Bot) -> None:
    await bot.run.people.type("sms", "STOP")
    (stop,) = await bot.until(ProviderOptOut)
    assert stop.confirmed
    with pytest.raises(Unreachable) as unreachable:
        await bot.channels["sms"].send(bot.say("sms"))
    assert unreachable.value.opted_out
    await bot.run.people.type("sms", "START")
    await bot.until(ProviderOptIn)
    await bot.channels["sms"].send(bot.say("sms"))


async def test_sms_finds_what_was_taken_although_no_answer_came(bot: Bot) -> None:
    sms: SmsChannel = bot.channels["sms"]
    before = bot.run.clock.now() - timedelta(seconds=1)
    assert await sms.find(bot.say("sms"), before) is None
    bot.run.world.faults.add(Fault("sms", "drop_after"))
    with pytest.raises(Unknown):
        await sms.send(bot.say("sms"))
    receipt = await sms.find(bot.say("sms"), before)
    assert receipt is not None
    assert await sms.find(bot.say("sms", body=(plain("Other words"),)), before) is None


# -------------------------------------------------------------------------------------- no public address


@asynccontextmanager
async def listening(channel: Channel, bot: Bot) -> AsyncIterator[None]:
    task = asyncio.create_task(channel.listen(bot.receive))
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def typed(bot: Bot, phone: str, text: str) -> None:
    """Types once the adapter is connected: a Slack app without a socket gets nothing."""
    async with asyncio.timeout(PATIENCE):
        while not (await bot.run.people.type(phone, text)).delivered:  # noqa: ASYNC110  # nothing tells it
            await asyncio.sleep(0.05)


async def test_slack_over_socket_mode() -> None:
    async with bot_in_sandbox(without_address=True) as bot:
        async with listening(bot.channels["slack"], bot):
            await typed(bot, "slack", "8")
            await bot.channels["slack"].send(bot.say("slack", choices=SCALE))
            await bot.run.people.press_label("slack", "3")
            await bot.run.people.type("slack", "/nps status demo")
            await bot.until(InboundMessage, 3)
        assert [(m.text, m.choice, m.command) for m in bot.messages()[-2:]] == [
            ("", "v1.3", None),
            ("status demo", None, "nps status demo"),
        ]


async def test_slack_over_socket_mode_acknowledges_only_what_was_kept() -> None:
    there = bot_in_sandbox(without_address=True, slack_waits=0.5)
    async with there as bot, listening(bot.channels["slack"], bot):
        await typed(bot, "slack", "first")
        bot.fails = 1
        await bot.run.people.type("slack", "8")
        async with asyncio.timeout(PATIENCE):
            while [m.text for m in bot.messages()][-1] != "8":
                bot.news.clear()
                await bot.news.wait()


async def test_telegram_by_polling() -> None:
    async with bot_in_sandbox(without_address=True) as bot, listening(bot.channels["telegram"], bot):
        await bot.channels["telegram"].send(bot.say("telegram", choices=SCALE))
        bot.fails = 1
        await bot.run.people.type("telegram", "8")
        await bot.run.people.press_label("telegram", "3")
        messages = await bot.until(InboundMessage, 2)
        assert {(m.text, m.choice) for m in messages} == {("8", None), ("", "v1.3")}


async def test_sms_by_sweeping() -> None:
    async with bot_in_sandbox(without_address=True) as bot:
        await bot.run.people.type("sms", "8")
        await bot.run.people.type("sms", "STOP")
        async with listening(bot.channels["sms"], bot):
            await bot.until(ProviderOptOut)
        assert [m.text for m in bot.messages()] == ["8"]


async def test_a_refused_connection_is_not_sent() -> None:
    channel = SmsChannel(ACCOUNT, AUTH_TOKEN, NUMBER, None, "http://127.0.0.1:9", "http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await channel.find(OutboundMessage(1, ADDRESSES["sms"], QUESTION), datetime.now(UTC))
    await channel.aclose()
