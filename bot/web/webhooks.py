"""Times each webhook and counts how it was answered, around the application."""

import time
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import WEBHOOKS, child
from channels.guard import Endpoint

_ANSWERS = {2: "kept", 4: "refused"}


class Webhooks:
    """An ASGI application that passes everything on to `inner`, and what is posted to one of the `routes` straight to
    its endpoint: through the router and what stands around it the way is 15 us longer. `channels` names the channel of
    each webhook's path; other requests are not counted, so that no visitor of the address can make labels.

    A slash at the end, which is easily typed into a provider's console, is left aside: a redirect to the path without
    would name http behind a proxy, and a POST does not follow it. Twilio signs it, and so finds it in `raw_path`.
    """

    def __init__(self, inner: ASGIApp, channels: Mapping[str, str], routes: Sequence[Route] = ()) -> None:
        self._inner = inner
        self._channels = channels
        self._endpoints: dict[str, Endpoint] = {
            route.path: route.endpoint for route in routes if "POST" in (route.methods or ())
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope.get("path", "")
        path = asked.removesuffix("/")
        channel = self._channels.get(path)
        if channel is None:
            await self._inner(scope, receive, send)
            return
        if path != asked:
            scope = {**scope, "path": path, "raw_path": scope.get("raw_path") or asked.encode()}
        endpoint = self._endpoints.get(path) if scope.get("method") == "POST" else None
        status = 500  # where the application raises, uvicorn answers for it

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        try:
            if endpoint is None:
                await self._inner(scope, receive, noted)
            else:
                response = await endpoint(Request(scope, receive))
                await response(scope, receive, noted)
        finally:
            answer = _ANSWERS.get(status // 100, "failed")
            child(WEBHOOKS, channel, answer).observe(time.perf_counter() - started)
