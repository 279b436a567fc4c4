"""Pictures through the real SDKs against the providers' stand-ins."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from channels.base import (
    Address,
    Image,
    Misconfigured,
    RateLimited,
    SendError,
    Unavailable,
    Unknown,
    Unreachable,
    bold,
    plain,
)
from sandbox.faults import Fault
from tests.support.bodies import NASTY
from tests.support.bot_in_sandbox import Bot, bot_in_sandbox
from tests.support.phones import seen

PICTURE = Image(b"\x89PNG\r\n\x1a\n\x00\xff", "Bar chart: NPS +40, 120 answers.", "nps-demo.png")
CAPTION = (bold("NPS +40"), plain(" (+26 to +52), n = 120"))

chats = pytest.mark.parametrize("channel", ["slack", "telegram"])


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with bot_in_sandbox() as bot:
        yield bot


async def fetched(bot: Bot, path: str) -> tuple[str, bytes]:
    async with aiohttp.ClientSession() as session, session.get(bot.run.url + path) as answer:
        return answer.content_type, await answer.read()


@chats
async def test_a_picture_is_shown_with_its_caption(bot: Bot, channel: str) -> None:
    await bot.channels[channel].send(bot.say(channel, body=CAPTION, image=PICTURE))
    (message,) = bot.shown(channel)
    assert message.text == "NPS +40 (+26 to +52), n = 120"
    assert ("bold", "NPS +40") in [(span.kind, span.text) for span in message.rich]
    assert message.image is not None
    assert await fetched(bot, message.image) == ("image/png", PICTURE.png)
    assert message.image_alt == (PICTURE.alt if channel == "slack" else "")


async def test_sms_sends_the_words_alone(bot: Bot) -> None:
    await bot.channels["sms"].send(bot.say("sms", body=CAPTION, image=PICTURE))
    message = await bot.arrived("sms")
    assert (message.text, message.image) == ("NPS +40 (+26 to +52), n = 120", None)


@chats
async def test_a_customers_words_take_no_effect_under_a_picture(bot: Bot, channel: str) -> None:
    for nasty in NASTY:
        text = f"x{nasty}x"
        await bot.channels[channel].send(bot.say(channel, body=(plain(text),), image=PICTURE))
        message = bot.shown(channel)[-1]
        assert seen(message) == text
        assert message.pings == ()
        bot.run.clock.jump(2)


async def test_a_picture_in_a_shared_slack_channel(bot: Bot) -> None:
    bot.run.world.slack.add_channel("C0TEAM", "team", ("U0CUSTOMER",))
    message = bot.say("slack", address=Address("slack", "C0TEAM"), body=CAPTION, image=PICTURE)
    await bot.channels["slack"].send(message)
    (shown,) = bot.run.world.phones.at("slack", "C0TEAM")
    assert shown.image_alt == PICTURE.alt


@pytest.mark.parametrize(
    ("channel", "fault", "kind", "arrives"),
    [
        ("slack", Fault("slack", "rate_limited", on="conversations.open", retry_after=3), RateLimited, False),
        ("slack", Fault("slack", "server_error", on="files.getUploadURLExternal"), Unavailable, False),
        ("slack", Fault("slack", "drop_after", on="upload"), Unavailable, False),
        ("slack", Fault("slack", "server_error", on="upload"), Unavailable, False),
        ("slack", Fault("slack", "drop_after", on="files.completeUploadExternal"), Unknown, True),
        ("slack", Fault("slack", "wrong_token", on="files.completeUploadExternal"), Misconfigured, False),
        ("telegram", Fault("telegram", "drop_after", on="sendPhoto"), Unknown, True),
        ("telegram", Fault("telegram", "rate_limited", on="sendPhoto", retry_after=3), RateLimited, False),
        ("telegram", Fault("telegram", "blocked", on="sendPhoto"), Unreachable, False),
        ("telegram", Fault("telegram", "wrong_token", on="sendPhoto"), Misconfigured, False),
    ],
)
async def test_what_a_fault_means(
    bot: Bot, channel: str, fault: Fault, kind: type[SendError], arrives: bool
) -> None:
    bot.run.world.fault(fault)
    with pytest.raises(kind):
        await bot.channels[channel].send(bot.say(channel, body=CAPTION, image=PICTURE))
    assert len(bot.shown(channel)) == arrives
