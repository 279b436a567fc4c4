"""A provider over real HTTP that answers what a test tells it to, and remembers what it was sent."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True)
class Sent:
    """One request that reached the provider."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str
    content: bytes = b""  # the body as it came, which may be no text

    @property
    def data(self) -> dict[str, object]:
        """The body, as JSON or as a form."""
        if "json" in self.headers.get("content-type", ""):
            return dict(json.loads(self.body))
        return dict(parse_qsl(self.body, keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """One answer: the usual one where `body` is None. `broken` closes the connection instead, after the
    request was read."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    after: float = 0.0


class FarSide:
    """`answers` are used up first; then `usual` says what a request gets."""

    def __init__(self, usual: Callable[[Sent], object]) -> None:
        self.usual = usual
        self.sent: list[Sent] = []
        self.answers: deque[Answer] = deque()
        self.url = ""

    @property
    def last(self) -> Sent:
        return self.sent[-1]

    async def _take(self, request: web.Request) -> web.StreamResponse:
        sent = Sent(
            request.method,
            request.path,
            dict(request.query),
            {name.lower(): value for name, value in request.headers.items()},
            (content := await request.read()).decode(errors="replace"),
            content,
        )
        self.sent.append(sent)
        answer = self.answers.popleft() if self.answers else Answer()
        if answer.after:
            await asyncio.sleep(answer.after)
        if answer.broken:
            if request.transport is not None:
                request.transport.close()
            return web.Response()
        body = self.usual(sent) if answer.body is None else answer.body
        if isinstance(body, str):
            return web.Response(status=answer.status, text=body, headers=answer.headers)
        return web.json_response(body, status=answer.status, headers=answer.headers)


@asynccontextmanager
async def far_side(usual: Callable[[Sent], object]) -> AsyncIterator[FarSide]:
    """A provider on a free port of this machine."""
    side = FarSide(usual)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", side._take)
    server = TestServer(app)
    await server.start_server(access_log=None)
    try:
        side.url = str(server.make_url("")).rstrip("/")
        yield side
    finally:
        await server.close()
