"""What the stand-ins of the providers do to addresses and to hearing, met by the adapters with the real SDKs."""

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from channels.base import (
    Address,
    Barred,
    Channel,
    InboundMessage,
    Misconfigured,
    Moved,
    OutboundMessage,
    Priority,
    RateLimited,
    SendError,
    Unreachable,
    plain,
)
from channels.hearing import Ear
from channels.slack import listening as slack_listening
from sandbox.faults import Fault
from sandbox.phones import Provider
from tests.support.bot_in_sandbox import Bot, bot_in_sandbox
from tests.support.manual_clock import ManualClock
from tests.support.patience import PATIENCE
from tests.support.running import APP_TOKEN, TELEGRAM_TOKEN


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with bot_in_sandbox() as bot:
        yield bot


def alert(channel: str, to: str) -> OutboundMessage:
    return OutboundMessage(1, Address(channel, to), (plain("an alert"),), priority=Priority.ALERT)


def furnish(bot: Bot) -> None:
    """Places of colleagues as they come to be in time."""
    world = bot.run.world
    world.add_slack_user("U0GONE", "Gone", deleted=True)
    world.add_slack_user("U0ROBOT", "Robot", is_bot=True)
    world.add_slack_channel("C0JOINED", "joined")
    world.add_slack_channel("C0OLD", "old", archived=True)
    world.add_slack_channel("C0OTHER", "other", joined=False)
    world.add_telegram_user(-4001, "Alerts", started=True)
    world.add_telegram_user(2002, "Never started")
    world.add_telegram_user(-4002, "Grown", started=True)
    world.migrate_telegram_group(-4002, -1001234567890)


# field A2
@pytest.mark.parametrize(
    ("address", "fails"),
    [
        ("slack:U0CUSTOMER", None),
        ("slack:C0JOINED", None),
        ("slack:U0GONE", "deactivated"),
        ("slack:U0ROBOT", "the address is a bot's"),
        ("slack:U0NOBODY", "Slack knows no such user"),
        ("slack:C0OLD", "archived"),
        ("slack:C0OTHER", "not a member"),
        ("slack:C0NOWHERE", "no such conversation"),
        ("telegram:1001", None),
        ("telegram:-4001", None),
        ("telegram:2002", "has not started the bot"),
        ("telegram:-4003", "the chat id is wrong"),
        ("telegram:-4002", "became a supergroup"),
        ("sms:+31612345678", None),
    ],
)
async def test_each_address_can_be_looked_up(bot: Bot, address: str, fails: str | None) -> None:
    furnish(bot)
    at = Address.parse(address)
    if at.channel == "telegram" and at.id == "1001":
        await bot.run.people.type("telegram", "/start")
    if fails is None:
        await bot.channels[at.channel].look_up(at)
        return
    with pytest.raises(SendError, match=fails) as raised:
        await bot.channels[at.channel].look_up(at)
    assert isinstance(raised.value, Unreachable | Moved)


# field A2
async def test_an_alert_to_somebody_who_left_slack_is_not_taken_for_read(bot: Bot) -> None:
    furnish(bot)
    with pytest.raises(Unreachable, match="deactivated"):
        await bot.channels["slack"].send(alert("slack", "U0GONE"))
    assert (await bot.channels["slack"].send(alert("slack", "C0JOINED"))).message_ref


# field A2
@pytest.mark.parametrize("error", ["missing_scope", "ratelimited", "internal_error"])
async def test_where_slack_does_not_tell_the_alert_goes(bot: Bot, error: str) -> None:
    bot.run.world.fault(Fault("slack", "error", on="users.info", error=error))
    assert (await bot.channels["slack"].send(alert("slack", "U0CUSTOMER"))).message_ref


# field A3
@pytest.mark.parametrize(
    ("channel", "on", "error", "kind"),
    [
        ("slack", "chat.postMessage", "no_permission", Unreachable),
        ("slack", "chat.postMessage", "access_denied", Unreachable),
        ("sms", "Messages.create", "21408", Barred),
        ("sms", "Messages.create", "21608", Barred),
        ("sms", "Messages.create", "21266", Unreachable),
        ("slack", "chat.postMessage", "token_revoked", Misconfigured),
        ("sms", "Messages.create", "20003", Misconfigured),
    ],
)
async def test_whose_fault_a_refusal_is(
    bot: Bot, channel: Provider, on: str, error: str, kind: type[SendError]
) -> None:
    bot.run.world.fault(Fault(channel, "error", on=on, error=error))
    to = {"slack": "U0CUSTOMER", "sms": "+31612345678"}[channel]
    with pytest.raises(kind):
        await bot.channels[channel].send(alert(channel, to))


# field A3
async def test_a_group_that_moved_tells_its_new_id(bot: Bot) -> None:
    furnish(bot)
    with pytest.raises(Moved) as raised:
        await bot.channels["telegram"].send(alert("telegram", "-4002"))
    assert raised.value.to == "-1001234567890"
    assert (await bot.channels["telegram"].send(alert("telegram", raised.value.to))).message_ref


# discovered P6
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("sms", "wrong_token", on="Messages.list"), Misconfigured),
        (Fault("sms", "rate_limited", on="Messages.list"), RateLimited),
        (Fault("sms", "error", on="Messages.list", error="20404"), Misconfigured),
    ],
)
async def test_a_list_that_twilio_refuses_says_why(bot: Bot, fault: Fault, kind: type[SendError]) -> None:
    bot.run.world.fault(fault)
    with pytest.raises(kind):
        await bot.channels["sms"].find(alert("sms", "+31612345678"), bot.run.world.now())


# ----------------------------------------------------------------------------------------------- hearing


async def _delete_webhook(bot: Bot) -> None:
    """As another program with the token does."""
    async with aiohttp.ClientSession() as session:
        await session.get(f"{bot.run.url}/telegram/bot{TELEGRAM_TOKEN}/deleteWebhook")


# field A12
async def test_a_webhook_that_another_program_removed_is_set_again_and_told(bot: Bot) -> None:
    telegram = bot.channels["telegram"]
    await telegram.hears()
    await telegram.register(bot.url)
    await telegram.hears()
    await _delete_webhook(bot)
    with pytest.raises(Misconfigured, match="has removed the webhook; it is registered again"):
        await telegram.hears()
    await telegram.hears()
    assert (await bot.run.people.type("telegram", "8")).delivered


# field A12
@pytest.mark.parametrize("allowed", [["message", "callback_query"], []])
async def test_a_webhook_that_another_program_set_with_fewer_kinds_is_set_again_and_told(
    bot: Bot, allowed: list[str]
) -> None:
    """Our address with other `allowed_updates`, as a program that shares the token sets it: reactions, edits and blocks
    come no more."""
    telegram = bot.channels["telegram"]
    await telegram.register(bot.url)
    await telegram.hears()
    async with aiohttp.ClientSession() as session:
        where = f"{bot.run.url}/telegram/bot{TELEGRAM_TOKEN}/setWebhook"
        values = {"url": f"{bot.url}/telegram/webhook", "allowed_updates": json.dumps(allowed)}
        await session.post(where, json=values)
    with pytest.raises(
        Misconfigured, match="taken kinds of updates from the webhook; it is registered again"
    ):
        await telegram.hears()
    await telegram.hears()


# field A12
async def test_a_token_that_was_revoked_is_deafness_too(bot: Bot) -> None:
    bot.run.world.fault(Fault("slack", "error", on="auth.test", error="token_revoked"))
    with pytest.raises(Misconfigured, match="revoked"):
        await bot.channels["slack"].hears()
    await bot.channels["slack"].hears()


async def _deaf(channel: Channel) -> SendError:
    async with asyncio.timeout(PATIENCE):
        while (error := await _wrong_with(channel)) is None:  # noqa: ASYNC110  # nothing tells it
            await asyncio.sleep(0.02)
    return error


async def _wrong_with(channel: Channel) -> SendError | None:
    try:
        await channel.hears()
    except SendError as error:
        return error
    return None


# field A12
async def test_a_second_poller_is_told_and_answers_still_come_in() -> None:
    error = (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    async with bot_in_sandbox(without_address=True) as bot:
        bot.run.world.fault(Fault("telegram", "error", on="getUpdates", status=409, error=error))
        telegram = bot.channels["telegram"]
        listening = asyncio.create_task(telegram.listen(bot.receive))
        told = await _deaf(telegram)
        assert isinstance(told, Misconfigured)
        assert "another process receives for this Telegram bot" in str(told)
        await bot.run.people.type("telegram", "8")
        await bot.until(InboundMessage)
        assert isinstance(await _deaf(telegram), Misconfigured), "two minutes of quiet come first"
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


# field A12
async def test_a_second_program_in_socket_mode_is_told_and_one_that_ends_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slack_listening, "LOOK", 0.01)
    monkeypatch.setattr(slack_listening, "COUNTED", 15)
    monkeypatch.setattr(slack_listening, "COUNTED_AGAIN", 15)
    async with bot_in_sandbox(without_address=True) as bot:
        slack = bot.channels["slack"]
        ours = asyncio.create_task(slack.listen(bot.receive))
        await bot.run.sockets.connected()
        await asyncio.sleep(0.5)  # it is counted several times
        assert await _wrong_with(slack) is None
        async with aiohttp.ClientSession() as session:
            asked = await session.post(
                f"{bot.run.url}/slack/api/apps.connections.open",
                headers={"Authorization": f"Bearer {APP_TOKEN}"},
            )
            async with session.ws_connect((await asked.json())["url"]):
                told = await _deaf(slack)
        assert isinstance(told, Misconfigured)
        assert "another program is connected with this Slack app" in str(told)
        bot.run.clock.jump(121)
        async with asyncio.timeout(PATIENCE):
            while await _wrong_with(slack) is not None:  # noqa: ASYNC110  # nothing tells it
                await asyncio.sleep(0.05)
        await bot.run.people.type("slack", "8")
        await bot.until(InboundMessage)
        ours.cancel()
        await asyncio.gather(ours, return_exceptions=True)


# field A12
async def test_a_webhook_that_another_program_set_while_we_poll_is_removed_again() -> None:
    async with bot_in_sandbox(without_address=True) as bot:
        telegram = bot.channels["telegram"]
        listening = asyncio.create_task(telegram.listen(bot.receive))
        await asyncio.sleep(0.2)
        async with aiohttp.ClientSession() as session:
            where = f"{bot.run.url}/telegram/bot{TELEGRAM_TOKEN}/setWebhook"
            await session.get(where, params={"url": f"{bot.url}/elsewhere"})
        await bot.run.people.type("telegram", "hello")
        sent = asyncio.create_task(bot.run.people.type("telegram", "8"))
        await bot.until(InboundMessage, 2)
        await sent
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


# field A12, and # discovered P6
@pytest.mark.parametrize("wrong", [Fault("sms", "wrong_token", on="Messages.list", times=None)])
async def test_a_list_that_is_refused_is_deafness_too(bot: Bot, wrong: Fault) -> None:
    bot.run.world.fault(wrong)
    sms = bot.channels["sms"]
    listening = asyncio.create_task(sms.listen(bot.receive))
    assert isinstance(await _deaf(sms), Misconfigured)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


# field A12
def test_a_fault_of_ours_is_over_once_it_went_well_for_two_minutes() -> None:
    clock = ManualClock()
    ear = Ear(clock.now)
    ear.failed(Misconfigured("another process receives for this bot"))
    ear.worked()  # two pollers throw each other out in turn
    with pytest.raises(Misconfigured):
        ear.check()
    clock.advance(minutes=2)
    ear.worked()
    ear.check()
    ear.failed(RateLimited("a pause", 5))
    ear.worked()
    ear.check()
