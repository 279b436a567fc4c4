"""Slack's Socket Mode: events over a connection that we open, where there is no public address.

docs.slack.dev/apis/events-api/using-socket-mode. The SDK reconnects by itself; this module watches that it
does, and that no other program shares the app: Slack hands each event to one of all its connections, and both look well
(github.com/automagik-dev/omni/issues/1185). Only the greeting of a new connection says how many there are.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiohttp import WSMessage
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from channels.base import Misconfigured
from channels.hearing import Ear
from channels.slack.errors import send_error
from channels.slack.webhook import KeepPayload
from channels.values import storable

log = logging.getLogger(__name__)

BACK_OFF = (1.0, 60.0)  # the first and the longest pause between two tries, in seconds
CONNECT_TIMEOUT = 15.0
SILENCE = 30  # seconds without a working socket after which the SDK's own reconnecting is given up
LOOK = 1.0  # seconds between two looks at the connection
COUNTED: Final = 300  # looks between two counts of the app's connections
COUNTED_AGAIN: Final = 100
"""The same where there was one more than ours: a process that just ended may have left it."""


async def stay_connected(
    web: Callable[[], AsyncWebClient], app_token: str, keep: KeepPayload, ear: Ear
) -> None:
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


async def _connection(web: AsyncWebClient, app_token: str, keep: KeepPayload, ear: Ear) -> None:
    """One client of the SDK, until its connection is gone for good. Raises where none comes about."""
    async with _opened(web, app_token, keep) as client:
        log.info("Socket Mode is up", extra={"channel": "slack"})
        silent, until_count, others = 0, COUNTED_AGAIN, 0
        while silent < SILENCE:
            await asyncio.sleep(LOOK)
            silent = 0 if await client.is_connected() else silent + 1
            if silent == 0:
                ear.worked()
            until_count -= 1
            if until_count <= 0 and silent == 0:
                shared = await _is_shared(web, app_token, keep)
                others = others if shared is None else others + 1 if shared else 0
                until_count = COUNTED_AGAIN if others else COUNTED
                if others > 1:
                    ear.failed(
                        Misconfigured(
                            "another program is connected with this Slack app and gets a part of what people write; "
                            "stop it, or use webhooks"
                        )
                    )


async def _is_shared(web: AsyncWebClient, app_token: str, keep: KeepPayload) -> bool | None:
    """Whether the app has more connections than ours and the one that is opened to ask; None where Slack does not tell.
    What comes by that one counts."""
    greeted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def greeting(frame: WSMessage) -> None:
        with suppress(ValueError, AttributeError):
            told = json.loads(frame.data)
            if told.get("type") == "hello" and not greeted.done():
                greeted.set_result(int(told.get("num_connections") or 0))

    try:
        async with _opened(web, app_token, keep, greeting), asyncio.timeout(CONNECT_TIMEOUT):
            return await greeted > 2
    except Exception as error:  # whatever it is, our own connection is well
        log.info("connections were not counted", extra={"channel": "slack", "reason": str(send_error(error))})
        return None


@asynccontextmanager
async def _opened(
    web: AsyncWebClient,
    app_token: str,
    keep: KeepPayload,
    *told: Callable[[WSMessage], Awaitable[None]],
) -> AsyncIterator[SocketModeClient]:
    """A connection that hands over what comes; `told` hear each of its frames."""

    async def take(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if await keep(storable(request.payload)):
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    opened = await web.apps_connections_open(app_token=app_token)
    client = SocketModeClient(app_token, web_client=web, on_message_listeners=list(told))
    client.proxy = web.proxy
    client.socket_mode_request_listeners.append(take)
    client.wss_uri = str(opened["url"])
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):  # the SDK tries the same single-use address for ever
            await client.connect()  # type: ignore[no-untyped-call]  # slack_sdk leaves it bare
        yield client
    finally:
        running = (client.message_processor, client.current_session_monitor, client.message_receiver)
        await client.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it bare
        await asyncio.gather(*(task for task in running if task is not None), return_exceptions=True)
