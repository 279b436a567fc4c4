"""Slack's Socket Mode: WebSocket connections that the app opens, and envelopes that it acknowledges.

Sources: docs.slack.dev/apis/events-api/using-socket-mode: at most ten connections, each envelope to one of
them at random, no signature, an envelope without an acknowledgement is delivered again (events only).
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.courier import Outcome
from sandbox.ids import Ids

MOST = 10
"""Connections of one app at a time."""


class Sockets:
    """The open connections of one app, on a port of their own (the WebSocket server is aiohttp's)."""

    def __init__(self, ids: Ids, app_id: str) -> None:
        self._ids, self._app_id = ids, app_id
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._runner: web.AppRunner | None = None
        self._address = ""
        self._starting = asyncio.Lock()
        self._opened = asyncio.Event()

    def __len__(self) -> int:
        return len(self._open)

    async def connected(self, count: int = 1, patience: float = 60.0) -> None:
        """Returns once at least `count` connections are open; TimeoutError after `patience` real seconds."""
        async with asyncio.timeout(patience):
            while len(self._open) < count:
                self._opened.clear()
                await self._opened.wait()

    async def address(self) -> str:
        """A ws:// address that one connection may use once; starts the server at the first call."""
        async with self._starting:
            if self._runner is None:
                app = web.Application()
                app.router.add_get("/link", self._connect)
                self._runner = web.AppRunner(app, access_log=None)
                await self._runner.setup()
                site = web.TCPSite(self._runner, "127.0.0.1", 0)
                await site.start()
                host, port = self._runner.addresses[0][:2]
                self._address = f"ws://{host}:{port}/link"
        ticket = self._ids.uuid()
        self._tickets.add(ticket)
        return f"{self._address}?ticket={ticket}&app_id={self._app_id}"

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="The ticket is unknown or used; call apps.connections.open again.")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        if len(self._open) >= MOST:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await socket.close()
            return socket
        self._open.append(socket)
        self._opened.set()
        try:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self._open),
                    "debug_info": {
                        "host": "applink-1",
                        "build_number": 1,
                        "approximate_connection_time": 18060,
                    },
                    "connection_info": {"app_id": self._app_id},
                }
            )
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledged(frame.data)
        finally:
            self._open.remove(socket)
        return socket

    def _acknowledged(self, data: str) -> None:
        with contextlib.suppress(
            json.JSONDecodeError, AttributeError
        ):  # what is no acknowledgement is ignored
            ack = json.loads(data)
            waiting = self._waiting.pop(ack.get("envelope_id"), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(ack.get("payload"))

    async def send(
        self, kind: str, payload: dict[str, Any], patience: float, retry: tuple[int, str] | None
    ) -> Outcome:
        """Sends one envelope over one connection; answered with 200 and the acknowledgement's payload."""
        if not self._open:
            return Outcome("connection_failed")
        socket = self._open[int(self._ids.between(0, len(self._open) - 1e-9))]
        envelope_id = self._ids.uuid()
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = waiting
        try:
            await socket.send_json(envelope)
            answer = await asyncio.wait_for(waiting, patience)
        except TimeoutError:
            return Outcome("http_timeout")
        except ConnectionError:
            return Outcome("connection_failed")
        finally:
            self._waiting.pop(envelope_id, None)
        body = b"" if answer in (None, "") else json.dumps(answer).encode()
        return Outcome("answered", 200, {"Content-Type": "application/json"}, body)

    async def refresh(self) -> None:
        """Ends every connection, as Slack does every few hours; the app is to open new ones."""
        leaving = {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "applink-1"}}
        await self._each(lambda socket: socket.send_json(leaving))
        await self._each(lambda socket: socket.close(code=WSCloseCode.GOING_AWAY))

    async def _each(self, act: Callable[[web.WebSocketResponse], Awaitable[Any]]) -> None:
        for socket in list(self._open):
            with contextlib.suppress(ConnectionError):
                await act(socket)

    async def close(self) -> None:
        for waiting in self._waiting.values():
            waiting.cancel()
        if self._runner is not None:
            await self._each(lambda socket: socket.close(code=WSCloseCode.GOING_AWAY))
            await self._runner.cleanup()
            self._runner = None
