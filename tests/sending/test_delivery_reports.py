"""What a carrier tells of a message afterwards: twice, out of order, and before we wrote it down."""

from typing import Any

import pytest

from bot.campaigns import runs
from bot.store.schema import address, conversation, early_report, opt_out, outbox
from channels.base import (
    DeliveryReport,
    Misconfigured,
    SendError,
    Unreachable,
)
from tests.support.bot_under_test import ADMIN, Bot, Customer

BUYER = Customer("buyer", slack="U1")
TEXTER = Customer("texter", sms="+31612345678")


# ---------------------------------------------------------------------------------------------- reports


def _report(bot: Bot, number: int, ref: str, status: Any, error: SendError | None = None) -> DeliveryReport:
    return DeliveryReport(f"r{number}", ref, status, bot.clock.now(), "30003" if error else None, error)


@pytest.mark.parametrize(
    ("statuses", "stands"),
    [
        (["queued", "sent", "delivered"], "delivered"),
        (["delivered", "sent", "queued"], "delivered"),
        (["sent", "delivered", "sent", "failed"], "delivered"),
        (["undelivered", "sent"], "undelivered"),
    ],
)
async def test_reports_move_a_message_forward_and_never_back(
    bot: Bot, statuses: list[Any], stands: str
) -> None:
    await bot.start(TEXTER)
    for number, status in enumerate(statuses):
        await bot.take(_report(bot, number, "sms-1", status), "sms")
    (row,) = await bot.rows(outbox)
    assert row.status == stands
    talk = await bot.conversation("texter")
    assert (talk.delivered_at is not None) == (stands == "delivered")
    assert talk.state == ("closed" if stands == "undelivered" else "asked")


async def test_a_report_may_overtake_the_record_of_its_message(bot: Bot) -> None:
    await bot.enrol(TEXTER)
    await bot.take(_report(bot, 1, "sms-1", "delivered"), "sms")
    await bot.take(_report(bot, 2, "sms-1", "sent"), "sms")
    await bot.work()
    await bot.timers.tick()
    (row,) = await bot.rows(outbox)
    assert (row.state, row.status) == ("sent", "delivered")
    assert (await bot.conversation("texter")).delivered_at is not None
    assert await bot.rows(early_report) == []


async def test_a_report_waits_for_a_process_that_is_away_over_a_weekend(bot: Bot) -> None:
    await bot.enrol(TEXTER)
    await bot.take(_report(bot, 1, "sms-1", "undelivered"), "sms")
    await bot.later(days=3)
    await bot.timers.tick()
    (row,) = await bot.rows(outbox)
    assert (row.state, row.status) == ("sent", "undelivered")
    assert (await bot.conversation("texter")).ending == "undelivered"


# field A2
@pytest.mark.parametrize(
    ("code", "dead", "opted_out"),
    [("30005", True, False), ("21610", True, True), ("30003", False, False), (None, False, False)],
)
async def test_a_report_that_overtakes_its_message_says_as_much_by_its_code(
    bot: Bot, code: str | None, dead: bool, opted_out: bool
) -> None:
    await bot.enrol(TEXTER)
    await bot.take(DeliveryReport("r1", "sms-1", "undelivered", bot.clock.now(), code), "sms")
    await bot.work()
    (row,) = await bot.rows(address, channel="sms")
    assert (row.dead_since is not None) == dead
    assert (len(await bot.rows(opt_out)) == 1) == opted_out


# field A3
@pytest.mark.parametrize("early", [False, True])
async def test_a_carrier_that_refuses_our_account_afterwards_burns_nothing_and_is_told(
    bot: Bot, early: bool
) -> None:
    """Twilio takes the message, and reports minutes later that our number is not registered (30034)."""
    other = Customer("other", sms="+31612345679")
    ours = Misconfigured("the number is not registered for A2P 10DLC (Twilio error 30034)")
    reports = [
        DeliveryReport(
            f"r{number}", f"sms-{number}", "undelivered", bot.clock.now(), "30034", None if early else ours
        )
        for number in (1, 2)
    ]
    await bot.enrol(TEXTER, other)
    if not early:
        await bot.work()
    for report in reports:
        await bot.take(report, "sms")
    await bot.work()
    assert [row.state for row in await bot.rows(conversation)] == ["waiting", "waiting"]
    told = [text for text in bot.slack.texts(ADMIN.id) if "because of our own account" in text]
    assert len(told) == 1, "once for all of them"
    await bot.later(hours=1)
    assert len(bot.sms.texts()) == 4
    await bot.say("sms:+31612345678", "9")
    assert (await bot.conversation("texter")).score == 9


# field A3
async def test_that_ends_after_a_day(bot: Bot) -> None:
    await bot.start(TEXTER)
    for number in range(1, 40):
        ours = Misconfigured("the number is not registered")
        await bot.take(
            DeliveryReport(f"r{number}", f"sms-{number}", "failed", bot.clock.now(), "30034", ours), "sms"
        )
        await bot.later(hours=1)
    assert len(bot.sms.texts()) == 25
    assert (await bot.conversation("texter")).ending == "undelivered"


async def test_a_report_of_no_message_of_ours_is_forgotten(bot: Bot) -> None:
    await bot.take(_report(bot, 1, "SM-of-somebody-else", "delivered"), "sms")
    await bot.later(days=6)
    assert len(await bot.rows(early_report)) == 1
    await bot.later(days=2)
    assert await bot.rows(early_report) == []


async def test_a_report_of_a_failure_does_not_end_a_conversation_that_goes_on(bot: Bot) -> None:
    await bot.start(TEXTER)
    await bot.say("sms:+31612345678", "4")
    await bot.take(_report(bot, 1, "sms-1", "failed", Unreachable("the handset is off")), "sms")
    row = await bot.conversation("texter")
    assert (row.state, row.score) == ("reason", 4)


@pytest.mark.parametrize("words", ["4", "no idea", "7 or 8", "HELP"])
async def test_who_answers_has_the_question_though_the_carrier_never_says_so(bot: Bot, words: str) -> None:
    await bot.start(TEXTER)
    assert (await bot.conversation("texter")).delivered_at is None
    await bot.say("sms:+31612345678", words)
    assert (await bot.conversation("texter")).delivered_at == bot.clock.now()


async def test_a_question_that_was_called_off_is_not_delivered_by_later_words(bot: Bot) -> None:
    await bot.enrol(TEXTER)
    await bot.store.write(runs.stop, "demo", "slack:UADMIN", bot.clock.now())
    await bot.say("sms:+31612345678", "4")
    assert (await bot.conversation("texter")).delivered_at is None


async def test_a_report_of_an_opt_out_ends_everything(bot: Bot) -> None:
    await bot.start(TEXTER)
    error = Unreachable("the number opted out", opted_out=True)
    await bot.take(_report(bot, 1, "sms-1", "undelivered", error), "sms")
    await bot.later(days=1)
    await bot.start()
    assert (await bot.conversation("texter")).skipped == "opted_out"
