"""The figures that the database knows, and those of webhooks."""

from collections.abc import Callable

import httpx
import pytest
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.sending import lease
from bot.web.measures import measured, show
from bot.web.webhooks import Webhooks
from channels.base import Unavailable
from tests.support.bot_under_test import Bot, Customer


async def look(bot: Bot) -> Callable[..., float | None]:
    """Look at the database; what a gauge then says."""
    show(await bot.store.read(measured), bot.context, bot.clock.now())

    def value(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(f"npsbot_{name}", labels)

    return value


async def test_the_age_of_a_message_counts_its_retries(bot: Bot) -> None:
    await bot.start(Customer("buyer", slack="U1"))
    bot.slack.fates.extend([Unavailable("down")] * 30)
    await bot.say("slack:U1", "8")
    for _ in range(6):
        await bot.later(minutes=1)
    value = await look(bot)
    assert value("outbox_oldest_seconds", channel="slack", priority="reply") == 360
    assert (value("outbox_queued", channel="slack", priority="reply") or 0) >= 1
    assert value("outbox_queued", channel="slack", priority="alert") == 0
    bot.slack.fates.clear()
    for _ in range(6):
        await bot.later(minutes=1)
    value = await look(bot)
    assert value("outbox_oldest_seconds", channel="slack", priority="reply") == 0


async def test_cases_are_counted_until_they_are_done(bot: Bot) -> None:
    await bot.start(Customer("one", slack="U1"), Customer("two", slack="U2"))
    await bot.say("slack:U1", "3")
    value = await look(bot)
    assert (value("cases", state="open"), value("alerts_unseen")) == (1, 1)
    bot.clock.advance(minutes=11)
    assert (await look(bot))("alert_unseen_oldest_seconds") == 660
    await bot.work()
    assert (await look(bot))("alert_unseen_oldest_seconds") == 0
    await bot.later(minutes=109)
    value = await look(bot)
    assert (value("case_oldest_seconds"), value("alerts_unseen")) == (7200, 0)
    await bot.tap("slack:UMANAGER", "I'm on it")
    value = await look(bot)
    assert (value("cases", state="open"), value("cases", state="taken")) == (0, 1)
    assert value("case_oldest_seconds") == 0
    await bot.work()
    await bot.tap("slack:UMANAGER", "Done")
    assert (await look(bot))("cases", state="taken") == 0


async def test_waves_run_until_everybody_is_heard(bot: Bot) -> None:
    await bot.enrol(Customer("one", slack="U1"), Customer("two", slack="U2"))
    value = await look(bot)
    assert (value("waves_running"), value("questions_waiting")) == (1, 2)
    await bot.work()
    value = await look(bot)
    assert (value("waves_running"), value("questions_waiting")) == (1, 0)
    await bot.later(days=30)
    assert (await look(bot))("waves_running") == 0


async def test_a_channel_without_a_sender_shows(bot: Bot) -> None:
    await bot.store.write(lease.take, "slack", "one", bot.clock.now())
    bot.clock.advance(seconds=40)
    assert (await look(bot))("sender_lease_seconds", channel="slack") == -30


async def test_conversations_that_nobody_closes_show(bot: Bot) -> None:
    await bot.start(Customer("buyer", slack="U1"))
    bot.clock.advance(days=7, hours=1)
    assert (await look(bot))("timers_late_seconds") == 3600
    await bot.work()
    assert (await look(bot))("timers_late_seconds") == 0


@pytest.mark.parametrize(
    ("status", "answer"), [(200, "kept"), (204, "kept"), (401, "refused"), (503, "failed")]
)
async def test_webhooks_count_by_their_answer(status: int, answer: str) -> None:
    async def hook(_request: Request) -> Response:
        return PlainTextResponse("", status)

    assert await _counted(hook, answer) == 1


async def test_a_webhook_that_breaks_counts_as_failed() -> None:
    async def hook(_request: Request) -> Response:
        raise ZeroDivisionError

    assert await _counted(hook, "failed") == 1


async def test_a_slash_at_the_end_of_a_webhook_is_left_aside_and_still_signed() -> None:
    """# field D: it was redirected, behind a proxy to http."""

    async def hook(request: Request) -> Response:
        return PlainTextResponse(request.scope["raw_path"].decode())

    inner = Starlette(routes=[Route("/sms/inbound", hook, methods=["POST"])])
    transport = httpx.ASGITransport(Webhooks(inner, {"/sms/inbound": "sms"}))
    async with httpx.AsyncClient(transport=transport, base_url="http://npsbot") as http:
        for path in ("/sms/inbound", "/sms/inbound/"):
            answer = await http.post(path)
            assert (answer.status_code, answer.text) == (200, path)


async def test_what_is_posted_to_a_webhook_goes_past_the_router() -> None:
    async def hook(_request: Request) -> Response:
        return PlainTextResponse("taken")

    async def router(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("by the router", 405)(scope, receive, send)

    route = Route("/sms/inbound", hook, methods=["POST"])
    asgi = Webhooks(router, {"/sms/inbound": "sms"}, [route])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://npsbot") as http:
        assert (await http.post("/sms/inbound/")).text == "taken"
        assert (await http.get("/sms/inbound")).status_code == 405
        assert (await http.post("/sms/outbound")).status_code == 405


async def _counted(hook: Callable[[Request], object], answer: str) -> float:
    """How many were counted of one webhook, and of a path that is none."""
    inner = Starlette(routes=[Route("/slack/events", hook, methods=["POST"])])
    asgi = Webhooks(inner, {"/slack/events": "slack"})
    before = _all(answer)
    transport = httpx.ASGITransport(asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://npsbot") as client:
        await client.post("/slack/events")
        await client.post("/elsewhere")
    return _all(answer) - before


def _all(answer: str) -> float:
    labels = {"channel": "slack", "answer": answer}
    return REGISTRY.get_sample_value("npsbot_webhook_seconds_count", labels) or 0
