"""Slack's Socket Mode: events over a connection that we open, where there is no public address.

docs.slack.dev/apis/events-api/using-socket-mode. The SDK reconnects by itself; this module watches that it
does.
"""

import asyncio
import logging
from collections.abc import Callable

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from channels.hearing import Ear
from channels.slack.errors import send_error
from channels.slack.webhook import Keep

log = logging.getLogger(__name__)

BACK_OFF = (1.0, 60.0)  # the first and the longest pause between two tries, in seconds
CONNECT_TIMEOUT = 15.0
SILENCE = 30  # seconds without a working socket after which the SDK's own reconnecting is given up


async def stay_connected(web: Callable[[], AsyncWebClient], app_token: str, keep: Keep, ear: Ear) -> None:
    """Hand each payload to `keep`, until cancelled; `ear` is told how the connection is. An envelope is
    acknowledged once `keep` said yes; Slack delivers the others again."""
    shortest, longest = BACK_OFF
    pause = shortest
    while True:
        try:
            await _connection(web(), app_token, keep, ear)
            pause = shortest
        except Exception as error:  # whatever it is: the connection must come back
            down = send_error(error)
            ear.failed(down)
            log.warning(
                "Socket Mode is down", extra={"channel": "slack", "reason": str(down), "pause": pause}
            )
        await asyncio.sleep(pause)
        pause = min(pause * 2, longest)


async def _connection(web: AsyncWebClient, app_token: str, keep: Keep, ear: Ear) -> None:
    """One client of the SDK, until its connection is gone for good. Raises where none comes about."""

    async def take(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if await keep(request.payload):
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    opened = await web.apps_connections_open(app_token=app_token)
    client = SocketModeClient(app_token, web_client=web)
    client.proxy = web.proxy
    client.socket_mode_request_listeners.append(take)
    client.wss_uri = str(opened["url"])
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):  # the SDK tries the same single-use address for ever
            await client.connect()  # type: ignore[no-untyped-call]  # slack_sdk leaves it bare
        log.info("Socket Mode is up", extra={"channel": "slack"})
        silent = 0
        while silent < SILENCE:
            await asyncio.sleep(1)
            silent = 0 if await client.is_connected() else silent + 1
            if silent == 0:
                ear.worked()
    finally:
        running = (client.message_processor, client.current_session_monitor, client.message_receiver)
        await client.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it bare
        await asyncio.gather(*(task for task in running if task is not None), return_exceptions=True)
