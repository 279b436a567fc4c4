"""What carriers refuse afterwards because of our own account: told, shown everywhere alike, and over in the end."""

import httpx
import pytest

from bot.cli.check.check import _inside
from bot.commands.desk import Desk
from bot.intake.reception import reception
from bot.sending.hearing import Hearing, wrong_with
from bot.store.schema import conversation, early_report
from bot.store.store import Store
from bot.web.web import web
from bot.words import words_for
from channels.base import DeliveryReport, SendError
from channels.sms.codes import of_report
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

TEXTER = Customer("texter", sms="+31612345678")
ABROAD = Customer("abroad", sms="+447400123456")
OURS = ("30002", "30032", "30033", "30034", "30035", "30037", "30007", "10001", "20003", "21606", "63007")
NOT_OURS = ("30003", "30005", "30006", "30008", "21610", "30004", "21408", "30041", "30022", "99999", None)


def _report(bot: Bot, number: int, status: str, code: str | None = None) -> DeliveryReport:
    error: SendError | None = of_report(code) if code else None
    return DeliveryReport(f"r{number}{status}{code}", f"sms-{number}", status, bot.clock.now(), code, error)  # type: ignore[arg-type]


async def _shown(bot: Bot) -> set[str]:
    """Where it is shown that text messages do not work: each place by its own way."""
    desk = Desk(bot.store, bot.settings, bot.context.limits, words_for("admin", "en"), bot.clock.now)
    status = "".join(span.text for span in (await desk.carry_out(ADMIN, "nps status")).body)
    receives = {name: reception(bot.store, bot.context, bot.clock, name) for name in bot.channels}
    transport = httpx.ASGITransport(web(bot.store, bot.context, bot.channels, receives, bot.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        ready, metrics = (await client.get("/readyz")).json(), (await client.get("/metrics")).text
    checked = await bot.store.read(_inside, bot.settings)
    found = {
        "status": "SMS does not work" in status,
        "readyz": ready["channels"]["sms"] != "ok",
        "metrics": 'npsbot_channel_refused{channel="sms"} 1.0' in metrics,
        "check": any("sms does not work" in sentence for kind, sentence in checked if kind == "problem"),
        "chat": any("afterwards" in text for text in bot.slack.texts(ADMIN.id)),
    }
    return {name for name, shown in found.items() if shown}


EVERYWHERE = {"status", "readyz", "metrics", "check", "chat"}


# field A2, A3
@pytest.mark.parametrize("code", OURS)
@pytest.mark.parametrize("early", [False, True])
async def test_a_late_code_of_our_own_account_is_shown_everywhere_at_once(
    bot: Bot, code: str, early: bool
) -> None:
    await bot.enrol(TEXTER)
    if not early:
        await bot.work()
    assert await _shown(bot) == set()
    await bot.take(_report(bot, 1, "undelivered", code), "sms")
    await bot.work()
    assert await bot.rows(early_report) == []
    assert await _shown(bot) == EVERYWHERE


# field A3
@pytest.mark.parametrize("code", NOT_OURS)
async def test_what_is_another_s_fault_is_not_shown_as_ours(bot: Bot, code: str | None) -> None:
    await bot.start(TEXTER)
    await bot.take(_report(bot, 1, "undelivered", code), "sms")
    await bot.work()
    assert await _shown(bot) == set()


# field A2, A3
async def test_it_is_over_once_something_newer_arrives_in_that_country(bot: Bot) -> None:
    await bot.start(TEXTER, ABROAD)
    await bot.take(_report(bot, 2, "undelivered", "30034"), "sms")
    await bot.take(_report(bot, 1, "delivered"), "sms")
    await bot.work()
    assert await _shown(bot) == EVERYWHERE, "what arrives elsewhere says nothing of that country"
    await bot.later(hours=1)
    await bot.take(_report(bot, 3, "delivered"), "sms")
    assert await _shown(bot) == {"chat"}


# field A2, A3
async def test_an_older_message_that_arrives_ends_nothing(bot: Bot) -> None:
    other = Customer("other", sms="+31612345679")
    await bot.start(TEXTER, other)
    await bot.take(_report(bot, 2, "undelivered", "30034"), "sms")
    await bot.take(_report(bot, 1, "delivered"), "sms")
    await bot.work()
    assert await _shown(bot) == EVERYWHERE


# field A2, A3
async def test_after_a_day_without_another_refusal_it_is_shown_no_more(bot: Bot) -> None:
    hearing = Hearing(bot.store, bot.context, bot.channels, bot.clock)
    await bot.start(TEXTER)
    await bot.take(_report(bot, 1, "undelivered", "30007"), "sms")
    bot.clock.advance(hours=23)
    await hearing.look()
    assert "sms" in await bot.store.read(wrong_with)
    bot.clock.advance(hours=1)
    await hearing.look()
    assert "sms" not in await bot.store.read(wrong_with)


# field A2
@pytest.mark.parametrize("code", ["30002", "30034", "30007", "21408"])
async def test_an_alert_that_our_account_cannot_send_goes_on_at_once(
    store: Store, clock: ManualClock, code: str
) -> None:
    bot = Bot(store, settings_of(account_managers={"Manager": "sms:+31655555555"}), clock)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "2")
    await bot.work()
    await bot.take(_report(bot, 1, "undelivered", code), "sms")
    await bot.work()
    (alert,) = bot.slack.chat("CALERTS")
    assert "buyer gave a 2" in alert
    assert "Manager" in alert


# field A3
@pytest.mark.parametrize(
    ("code", "after"),
    [("30023", {"hours": 6}), ("30027", {"hours": 6}), ("30022", {"minutes": 1}), ("63038", {"hours": 1})],
)
async def test_a_limit_of_our_account_that_a_report_tells_of_burns_no_question(
    bot: Bot, code: str, after: dict[str, float]
) -> None:
    await bot.start(TEXTER)
    await bot.take(_report(bot, 1, "undelivered", code), "sms")
    await bot.work()
    assert [row.state for row in await bot.rows(conversation)] == ["waiting"]
    assert len(bot.sms.texts()) == 1
    await bot.later(**after)
    assert len(bot.sms.texts()) == 2
    await bot.say("sms:+31612345678", "9")
    assert (await bot.conversation("texter")).score == 9


# field A3
async def test_a_country_that_a_report_bars_is_told_of_once(bot: Bot) -> None:
    other = Customer("other", sms="+447400123457")
    await bot.start(ABROAD, other)
    for number in (1, 2):
        await bot.take(_report(bot, number, "undelivered", "30041"), "sms")
    await bot.work()
    (told,) = [text for text in bot.slack.texts(ADMIN.id) if "SMS to GB is refused" in text]
    assert "for these numbers alone" in told
    assert {row.ending for row in await bot.rows(conversation)} == {"undelivered"}
