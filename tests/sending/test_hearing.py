"""Deaf with a green light: what does not come in is noticed, told once, and shown."""

import httpx
import pytest

from bot.commands.desk import Desk
from bot.intake.reception import reception
from bot.sending.hearing import Hearing, wrong_with
from bot.web.web import web
from bot.words import words_for
from channels.base import Misconfigured, SendError, Unavailable
from tests.support.bot_under_test import ADMIN, Bot

REMOVED = Misconfigured("another program has removed the webhook; it is registered again")
AWAY = Unavailable("Telegram cannot be reached; look at the network")


@pytest.fixture
def hearing(bot: Bot) -> Hearing:
    return Hearing(bot.store, bot.context, bot.channels, bot.clock)


async def _shown(bot: Bot) -> tuple[str, str]:
    """What readiness and the metrics say of Telegram."""
    receives = {name: reception(bot.store, bot.context, bot.clock, name) for name in bot.channels}
    transport = httpx.ASGITransport(web(bot.store, bot.context, bot.channels, receives, bot.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        ready, metrics = await client.get("/readyz"), await client.get("/metrics")
    assert ready.status_code == 200
    (gauge,) = [
        line
        for line in metrics.text.splitlines()
        if line.startswith('npsbot_channel_deaf{channel="telegram"')
    ]
    return ready.json()["channels"]["telegram"], gauge.split()[-1]


def _told(bot: Bot) -> list[str]:
    return [text for text in bot.slack.texts("UADMIN") if "does not hear" in text]


# field A12
async def test_a_removed_webhook_is_told_once_and_shown_until_it_is_well(bot: Bot, hearing: Hearing) -> None:
    await hearing.look()
    assert await _shown(bot) == ("ok", "0.0")
    bot.telegram.deaf = REMOVED
    await hearing.look()
    await bot.work()
    assert await _shown(bot) == (str(REMOVED), "1.0")
    desk = Desk(bot.store, bot.settings, bot.context.limits, words_for("admin", "en"), bot.clock.now)
    answer = await desk.carry_out(ADMIN, "nps status")
    assert f"Telegram does not work: {REMOVED}." in "".join(span.text for span in answer.body)
    bot.telegram.deaf = None
    await hearing.look()
    assert await _shown(bot) == ("ok", "0.0")
    bot.telegram.deaf = REMOVED
    for _ in range(3):
        await hearing.look()
        bot.clock.advance(minutes=1)
    await bot.work()
    assert _told(bot) == [f"npsbot: Telegram does not hear what people write. {REMOVED}."]


# field A12
async def test_what_may_pass_is_told_when_it_lasts(bot: Bot, hearing: Hearing) -> None:
    bot.telegram.deaf = AWAY
    await hearing.look()
    await hearing.look()
    bot.telegram.deaf = None
    await hearing.look()
    bot.telegram.deaf = AWAY
    await hearing.look()
    await hearing.look()
    await bot.work()
    assert _told(bot) == []
    assert await _shown(bot) == ("ok", "0.0")
    await hearing.look()
    await bot.work()
    assert len(_told(bot)) == 1
    assert await _shown(bot) == (str(AWAY), "1.0")


# field A12
@pytest.mark.parametrize("channel", ["slack", "telegram", "sms"])
async def test_each_channel_is_looked_at_and_another_process_sees_it(
    bot: Bot, hearing: Hearing, channel: str
) -> None:
    error: SendError = Misconfigured("the token was revoked")
    bot.channels[channel].deaf = error
    await hearing.look()
    assert await bot.restarted().store.read(wrong_with) == {channel: str(error)}


# field A12
async def test_one_channel_that_breaks_keeps_no_other_from_being_heard(bot: Bot, hearing: Hearing) -> None:
    bot.sms.deaf = AWAY
    bot.telegram.deaf = REMOVED
    await hearing.look()
    assert await bot.store.read(wrong_with) == {"telegram": str(REMOVED)}
