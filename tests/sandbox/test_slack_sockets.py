"""Slack's Socket Mode, driven by slack_sdk's client."""

from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.support.running import APP_TOKEN, BOT_TOKEN, running


async def test_socket_mode_delivers_events_presses_and_commands() -> None:
    async with running(slack={"mode": "socket"}) as run:
        got: list[SocketModeRequest] = []
        client = SocketModeClient(
            app_token=APP_TOKEN, web_client=AsyncWebClient(token=BOT_TOKEN, base_url=f"{run.url}/slack/api/")
        )

        async def listen(client: Any, request: SocketModeRequest) -> None:
            got.append(request)
            payload = {"text": "help"} if request.type == "slash_commands" else None
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

        client.socket_mode_request_listeners.append(listen)
        await client.connect()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped
        try:
            assert (await run.people.type("slack", "8")).delivered
            assert (await run.people.type("slack", "/nps help")).delivered
            assert [request.type for request in got] == ["events_api", "slash_commands"]
            assert got[0].payload["event"]["text"] == "8"
            assert run.world.messages("slack")[-1].text == "help"
            assert run.bot.deliveries == []
        finally:
            await client.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped


async def test_an_unacknowledged_envelope_comes_again() -> None:
    async with running(slack={"mode": "socket", "patience": 0.1}) as run:
        got: list[SocketModeRequest] = []
        client = SocketModeClient(
            app_token=APP_TOKEN, web_client=AsyncWebClient(token=BOT_TOKEN, base_url=f"{run.url}/slack/api/")
        )

        async def listen(client: Any, request: SocketModeRequest) -> None:
            got.append(request)
            if request.retry_attempt:
                await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

        client.socket_mode_request_listeners.append(listen)
        await client.connect()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped
        try:
            assert not (await run.people.type("slack", "8")).delivered
            await run.world.wait_for("slack", lambda message: message.status == "delivered")
            assert [(request.retry_attempt, request.retry_reason) for request in got] == [
                (0, ""),
                (1, "http_timeout"),
            ]
        finally:
            await client.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped


async def test_without_a_connection_a_command_fails_at_once() -> None:
    async with running(slack={"mode": "socket"}) as run:
        assert "dispatch_failed" in (await run.people.type("slack", "/nps help")).error
