"""Health, readiness and metrics, for whoever runs the server."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from unittest.mock import AsyncMock, patch

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.sending import lease
from bot.store.store import Store
from bot.web.listening import listening
from bot.web.web import web
from channels.base import Misconfigured
from tests.support.bot_under_test import Bot


@pytest.fixture
async def client(bot: Bot) -> AsyncIterator[httpx.AsyncClient]:
    async def receive(_events: object) -> None:
        return

    asgi = web(bot.store, bot.context, bot.channels, dict.fromkeys(bot.channels, receive))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://npsbot") as opened:
        yield opened


async def test_healthz_says_that_the_process_lives(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


async def test_readyz_names_the_database_and_each_channel(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "database": "ok",
        "channels": {"slack": "ok", "telegram": "ok", "sms": "ok"},
        "alerts": "ok",
    }


async def test_readyz_tells_why_a_channel_is_paused_and_stays_ready(
    client: httpx.AsyncClient, bot: Bot
) -> None:
    bot.sms.fates.append(Misconfigured("the account may not send to this country"))
    await bot.say("sms:+31612345678", "hello")
    await bot.work()
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["channels"]["sms"] == "the account may not send to this country"


async def test_what_is_posted_to_a_webhook_passes_by_the_application(bot: Bot) -> None:
    """Its router, and what stands around that, are for everything else."""

    async def hook(_request: Request) -> Response:
        return PlainTextResponse("kept")

    async def call(*_: object) -> None:
        raise RuntimeError("it was asked")

    with patch.object(type(bot.slack), "routes", lambda *_: [Route("/slack/events", hook, methods=["POST"])]):
        transport = httpx.ASGITransport(
            web(bot.store, bot.context, {"slack": bot.slack}, {"slack": AsyncMock()})
        )
    async with httpx.AsyncClient(transport=transport, base_url="http://npsbot") as client:
        with patch.object(Starlette, "__call__", call):
            assert (await client.post("/slack/events")).text == "kept"
            with pytest.raises(RuntimeError, match="asked"):
                await client.get("/healthz")


@pytest.mark.parametrize("path", ["/healthz/", "/sms/inbound/x", "/nothing/"])
async def test_no_path_is_redirected(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.post(path)).status_code == 404


@contextmanager
def _lost() -> Iterator[None]:
    """The database is gone while the server runs."""
    with patch.object(
        Store, "read", AsyncMock(side_effect=ConnectionError("the server closed the connection"))
    ):
        yield


async def test_readyz_is_503_without_a_database(client: httpx.AsyncClient) -> None:
    with _lost():
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "database": "the database does not answer (ConnectionError)",
    }
    assert (await client.get("/healthz")).status_code == 200


async def test_metrics_count_and_survive_a_lost_database(client: httpx.AsyncClient, bot: Bot) -> None:
    await bot.say("slack:U1", "hello")
    await bot.store.write(lease.take, "slack", "one", bot.clock.now())
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert 'npsbot_outbox_queued{channel="slack",priority="reply"} 1.0' in answer.text
    assert 'npsbot_channel_paused{channel="slack"} 0.0' in answer.text
    assert "npsbot_database_up 1.0" in answer.text
    with _lost():
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert "npsbot_database_up 0.0" in answer.text


async def test_listening_serves_until_it_ends_and_names_a_taken_port(bot: Bot) -> None:
    asgi = web(bot.store, bot.context, {}, {})
    async with listening(asgi, "127.0.0.1", 0) as port, httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
        with pytest.raises(
            OSError, match=f"cannot listen on 127.0.0.1:{port}: [A-Za-z ]+; choose another with --port"
        ):
            async with listening(asgi, "127.0.0.1", port):
                pass
    with pytest.raises(httpx.ConnectError):
        async with httpx.AsyncClient() as client:
            await client.get(f"http://127.0.0.1:{port}/healthz")
