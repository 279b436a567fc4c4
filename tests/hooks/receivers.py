"""Receivers of webhooks: one that is a list of fates, and real ones that behave badly over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.hooks import hooks
from bot.hooks.hooks import NewHook
from bot.hooks.kinds import HOOK_KINDS
from bot.hooks.posting import Posted
from bot.hooks.signing import new_hook_secret
from bot.sending.hooks import HookSender
from tests.support.bot_under_test import Bot

WELL = Posted()
BROKEN = Posted("it answered 500")
GONE = Posted("it answered 410", gone=True)


@dataclass(slots=True)
class Got:
    """One request that came in."""

    url: str
    headers: Mapping[str, str]
    body: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def type(self) -> str:
        return str(self.json["type"])


@dataclass(slots=True)
class Receiver:
    """Takes what is posted; `fate` says what becomes of each."""

    fate: Callable[[Got], Posted] = lambda _got: WELL
    got: list[Got] = field(default_factory=list)
    tried: list[Got] = field(default_factory=list)

    async def post(self, url: str, headers: Mapping[str, str], body: str, _now: datetime) -> Posted:
        one = Got(url, headers, body)
        self.tried.append(one)
        posted = self.fate(one)
        if posted.why is None:
            self.got.append(one)
        return posted

    def types(self) -> list[str]:
        return [one.type for one in self.got]


async def subscribed(bot: Bot, name: str = "crm", *events: str, url: str = "", **more: Any) -> str:
    """A hook for these events, all where none is named; its secret."""
    wanted = NewHook(name, url or f"https://{name}.example.com/nps", events or HOOK_KINDS, **more)  # type: ignore[arg-type]
    secret = new_hook_secret()
    await bot.store.write(hooks.add_hook, wanted, secret, bot.clock.now())
    return secret


def hook_sender(bot: Bot, receiver: Receiver) -> HookSender:
    return HookSender(bot.store, bot.context, receiver.post, bot.clock)


async def told(sender: HookSender, rounds: int = 12) -> None:
    """Look again and again, at one moment, until nothing more goes."""
    for _ in range(rounds):
        await sender.look()
        await sender.settle()


async def rows_of(bot: Bot, name: str = "crm") -> Any:
    def find(connection: Connection) -> Any:
        return next((row for row in hooks.all_hooks(connection) if row.name == name), None)

    return await bot.store.read(find)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class HttpReceiver:
    """A real one on this machine."""

    port: int
    got: list[Got] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/nps"


@asynccontextmanager
async def http_receiver(handler: Handler | None = None) -> AsyncIterator[HttpReceiver]:
    """Serve on a free port; `handler` answers, else 204."""
    receiver = HttpReceiver(0)

    async def take(request: web.Request) -> web.StreamResponse:
        body = (await request.read()).decode()
        receiver.got.append(Got(str(request.url), dict(request.headers), body))
        return web.Response(status=204) if handler is None else await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert runner.addresses
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_receiver(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A server that speaks as `talk` does; its port."""
    done = asyncio.Event()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        speaking = asyncio.ensure_future(talk(reader, writer))
        stopping = asyncio.ensure_future(done.wait())
        await asyncio.wait((speaking, stopping), return_when=asyncio.FIRST_COMPLETED)
        for task in (speaking, stopping):
            task.cancel()
        await asyncio.gather(speaking, stopping, return_exceptions=True)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        done.set()
        server.close()
        await server.wait_closed()
