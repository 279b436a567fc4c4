"""Alerts that nobody has: no unhappy customer is missed because an address is dead."""

import asyncio
from typing import Any

import httpx
import pytest

from bot.cases.unseen import try_again
from bot.commands.desk import Desk
from bot.store.schema import outbox
from bot.store.store import Store
from bot.web.web import web
from bot.words import words_for
from channels.base import DeliveryReport, Rejected, SendError, Unavailable, Unreachable
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.fake_channel import Lost
from tests.support.manual_clock import ManualClock

BUYER = Customer("buyer", slack="U1", sms="+31612345678")
GONE = Unreachable("Slack knows no such conversation")


async def _detractor(bot: Bot, **dead: SendError) -> None:
    bot.slack.dead.update(dead)
    await bot.start(BUYER)
    await bot.say("slack:U1", "3")
    await bot.work()


def _told(bot: Bot) -> list[str]:
    return [text for text in bot.telegram.texts("900") if "nobody has the alert" in text]


async def _says(bot: Bot) -> str:
    """What readiness says of alerts."""
    transport = httpx.ASGITransport(web(bot.store, bot.context, {}, {}, bot.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    return str(answer.json()["alerts"])


# field A2
async def test_the_fallback_is_told_for_whom_it_was_meant(bot: Bot) -> None:
    await _detractor(bot, UMANAGER=GONE)
    (alert,) = bot.slack.chat("CALERTS")
    assert "For Manager, who could not be reached" in alert
    assert _told(bot) == []
    assert await _says(bot) == "ok"


# field A2
async def test_what_reaches_nobody_is_told_at_once_and_tried_until_somebody_has_it(bot: Bot) -> None:
    await _detractor(bot, UMANAGER=GONE, CALERTS=Rejected("the bot is not a member of that channel"))
    (told,) = _told(bot)
    assert "slack:UMANAGER, slack:CALERTS: the bot is not a member of that channel" in told
    (case,) = await bot.cases()
    assert case.shown == 0
    assert await _says(bot) == "1 reached nobody; see npsbot check"
    await bot.later(seconds=61)
    assert len(_told(bot)) == 1, "told once a day"
    tried = len(bot.slack.tried)
    bot.slack.dead.clear()
    await bot.later(seconds=61)
    assert len(bot.slack.tried) == tried, "the second pause is longer"
    await bot.later(seconds=61)
    (alert,) = bot.slack.chat("UMANAGER")
    assert "buyer gave a 3" in alert
    assert await _says(bot) == "ok"


# field A2
async def test_a_manager_who_is_their_own_fallback_is_tried_again(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings_of(fallback_manager="Manager"), clock)
    await _detractor(bot, UMANAGER=GONE)
    assert len(_told(bot)) == 1
    bot.slack.dead.clear()
    await bot.later(seconds=61)
    (alert,) = bot.slack.chat("UMANAGER")
    assert "who could not be reached" not in alert


# field A2
async def test_it_is_tried_after_a_start_where_config_says_now(bot: Bot) -> None:
    await _detractor(bot, UMANAGER=GONE, CALERTS=GONE)
    for _ in range(4):
        await bot.later(minutes=10)
    tried = len(bot.slack.tried)
    settings = settings_of(account_managers={"Manager": "slack:UOTHER"})
    again = Bot(bot.store, settings, bot.clock, bot.channels, holder="two")
    await again.store.write(try_again, again.context, again.clock.now())
    await again.later(seconds=11)  # the lease of the one before lapses
    assert len(bot.slack.tried) == tried + 1
    (alert,) = bot.slack.chat("UOTHER")
    assert "buyer gave a 3" in alert
    await again.later(days=2)
    assert len(bot.slack.chat("UMANAGER")) == 0
    assert await _says(again) == "ok"


# field A2
async def test_a_start_leaves_alone_what_is_on_its_way_or_in_doubt(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "3")
    await bot.store.write(try_again, bot.context, bot.clock.now())
    assert [row.state for row in await bot.rows(outbox, kind="alert")] == ["queued"]
    bot.slack.fates.append(Lost())
    await bot.work()
    await bot.store.write(try_again, bot.context, bot.clock.now())
    assert [row.state for row in await bot.rows(outbox, kind="alert")] == ["queued"], "in doubt"


def _by_sms(store: Store, clock: ManualClock) -> Bot:
    return Bot(store, settings_of(account_managers={"Manager": "sms:+31600000000"}), clock)


async def _report(bot: Bot, ref: str, error: SendError | None, **more: Any) -> None:
    code = more.get("code", "30003")
    report = DeliveryReport(f"r-{ref}", ref, "undelivered", bot.clock.now(), code, error)
    await bot.take(report, "sms")


# field A2
@pytest.mark.parametrize("error", [Unavailable("the telephone is off"), None])
async def test_a_telephone_that_was_off_is_tried_once_more_and_then_the_fallback(
    store: Store, clock: ManualClock, error: SendError | None
) -> None:
    bot = _by_sms(store, clock)
    await _detractor(bot)
    assert len(bot.sms.texts("+31600000000")) == 1
    await _report(bot, "sms-1", error)
    assert (await bot.cases())[0].shown == 0, "nobody has it"
    await bot.later(seconds=59)
    assert len(bot.sms.texts("+31600000000")) == 1
    await bot.later(seconds=2)
    assert all("buyer (Globex) gave Acme a 3" in text for text in bot.sms.texts("+31600000000"))
    assert len(bot.sms.texts("+31600000000")) == 2, "told whole"
    await _report(bot, "sms-2", error)
    await bot.work()
    (alert,) = bot.slack.chat("CALERTS")
    assert "For Manager, who could not be reached" in alert


# field A2
async def test_a_number_that_does_not_exist_goes_to_the_fallback_at_once(
    store: Store, clock: ManualClock
) -> None:
    bot = _by_sms(store, clock)
    await _detractor(bot)
    await _report(bot, "sms-1", Unreachable("this number does not exist"), code="30005")
    await bot.work()
    assert len(bot.slack.chat("CALERTS")) == 1
    await _report(bot, "sms-1", Unreachable("this number does not exist"), code="30005")
    await bot.work()
    assert len(bot.slack.chat("CALERTS")) == 1


# field A2
async def test_what_was_on_its_way_to_a_dead_number_is_not_what_stands(
    store: Store, clock: ManualClock
) -> None:
    bot = _by_sms(store, clock)
    await _detractor(bot)
    await bot.say("slack:U1", "too slow")
    bot.sms.gate = asyncio.Event()
    await bot.senders["sms"].look()  # the second text is on its way
    await _report(bot, "sms-1", Unreachable("this number does not exist"), code="30005")
    bot.sms.gate.set()
    await bot.senders["sms"].settle()
    await bot.work()
    (alert,) = bot.slack.chat("CALERTS")
    assert "too slow" in alert


# field A2
async def test_a_report_that_overtakes_the_record_of_its_alert_counts(
    store: Store, clock: ManualClock
) -> None:
    bot = _by_sms(store, clock)
    await bot.start(BUYER)
    await bot.say("slack:U1", "3")
    await _report(bot, "sms-1", Unavailable("the telephone is off"))
    await bot.work()
    await bot.later(seconds=61)
    assert len(bot.sms.texts("+31600000000")) == 2


# field A2
async def test_status_counts_the_alerts_that_nobody_has(bot: Bot) -> None:
    await _detractor(bot, UMANAGER=GONE, CALERTS=GONE)
    words = words_for("admin", "en")
    desk = Desk(bot.store, bot.settings, bot.context.limits, words, bot.clock.now)
    answer = await desk.carry_out(ADMIN, "nps status")
    assert "1 alert of an unhappy customer reached nobody" in "".join(span.text for span in answer.body)


# field A2
async def test_a_case_that_was_erased_is_tried_no_more(bot: Bot) -> None:
    await _detractor(bot, UMANAGER=GONE, CALERTS=GONE)
    assert [row.state for row in await bot.rows(outbox, kind="alert")] == ["failed", "failed", "queued"]
    await bot.say("slack:U1", "DELETE")
    await bot.work()
    code = next(word for word in bot.slack.chat("U1")[-1].split() if word.strip(".").isdigit()).strip(".")
    await bot.say("slack:U1", code)
    await bot.later(hours=2)
    assert bot.slack.chat("UMANAGER") == []
    assert await _says(bot) == "ok"
