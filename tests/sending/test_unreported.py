"""Reports of the carrier that never came are found in the provider's list."""

import pytest

from bot.intake.reception import reception
from bot.sending.unreported import Unreported, open_refs
from channels.base import DeliveryReport, DeliveryStatus, Unavailable, Unreachable
from tests.support.bot_under_test import Bot, Customer, settings_of

TEXTER = Customer("texter", sms="+31612345678")
BY_SMS = {"account_managers": {"Manager": "sms:+31600000001"}}


def _worker(bot: Bot) -> Unreported:
    receives = {
        name: reception(bot.store, bot.context, bot.clock, name, "listening") for name in bot.channels
    }
    return Unreported(bot.store, tuple(bot.channels.values()), receives, bot.clock)


def _says(bot: Bot, ref: str, status: DeliveryStatus) -> DeliveryReport:
    error = Unreachable("this number does not exist (Twilio error 30005)")
    failed = status == "undelivered"
    return DeliveryReport(
        f"{ref}:{status}",
        ref,
        status,
        bot.clock.now(),
        "30005" if failed else None,
        error if failed else None,
    )


@pytest.mark.parametrize(("minutes", "known"), [(2, False), (6, True), (2000, True), (3000, False)])
async def test_a_question_that_was_not_delivered(bot: Bot, minutes: int, known: bool) -> None:  # field A13
    await bot.start(TEXTER)
    bot.sms.reports.append(_says(bot, "sms-1", "undelivered"))
    bot.clock.advance(minutes=minutes)
    await _worker(bot).look()
    talk = await bot.conversation("texter")
    assert (talk.ending == "undelivered") is known
    assert (talk.undelivered is not None) is known


async def test_a_question_that_was_delivered_is_asked_for_no_more(bot: Bot) -> None:  # field A13
    await bot.start(TEXTER)
    bot.clock.advance(minutes=6)
    assert await bot.store.read(open_refs, "sms", bot.clock.now()) == {"sms-1"}
    bot.sms.reports.append(_says(bot, "sms-1", "delivered"))
    worker = _worker(bot)
    await worker.look()
    await worker.look()
    assert await bot.store.read(open_refs, "sms", bot.clock.now()) == frozenset()
    assert (await bot.conversation("texter")).delivered_at is not None
    assert await bot.take(bot.sms.reports[0], "sms") == "duplicate", "the callback that comes after all"


async def test_who_answered_is_not_asked_for(bot: Bot) -> None:
    await bot.start(TEXTER)
    await bot.say("sms:+31612345678", "9")
    bot.clock.advance(minutes=6)
    assert await bot.store.read(open_refs, "sms", bot.clock.now()) == frozenset()


async def test_an_alert_that_was_not_delivered_goes_to_the_next(bot: Bot) -> None:  # field A13
    bot = Bot(bot.store, settings_of(**BY_SMS), bot.clock)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "2")
    await bot.work()
    bot.sms.reports.append(_says(bot, "sms-1", "undelivered"))
    assert len(bot.sms.texts("+31600000001")) == 1
    bot.clock.advance(minutes=6)
    await _worker(bot).look()
    await bot.work()
    assert any("2" in text for text in bot.slack.texts("CALERTS")), "the fallback has it"


async def test_a_list_that_fails_keeps_nobody_up(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise Unavailable("not now")

    await bot.start(TEXTER)
    bot.clock.advance(minutes=6)
    monkeypatch.setattr(type(bot.sms), "states", away)
    await _worker(bot).look()
    assert (await bot.conversation("texter")).state == "asked"
