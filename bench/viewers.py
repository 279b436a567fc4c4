"""What open pages cost the replies: as many live pages as one process takes, beside replies from many senders."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Final

import httpx

from bench.children import serving
from bench.company import BOT_URL
from bench.inbound import CUSTOMERS, prepared
from bench.load import Measured, send_all
from bench.signed import requests_of
from bench.sizes import Sizes
from bench.table import Line, per_second, ratio_of
from bot.clock import RealClock
from bot.people.visits import Visitor, make_link
from bot.store.store import open_store
from channels.base import Address

CHANNEL: Final = "telegram"
LEAST: Final = 0.95
PATIENCE: Final = 60.0
ADMIN: Final = Address("slack", "UADMIN")


async def viewers(sizes: Sizes) -> AsyncIterator[Line]:
    """Both in turn, on SQLite: nobody watches, and every place for a live page is taken. An answer changes the page, so
    each of them is sent a new one a second."""
    alone, watched = list[Measured](), list[Measured]()
    async with AsyncExitStack() as stack:
        directory = stack.enter_context(TemporaryDirectory())
        url = f"sqlite+aiosqlite:///{Path(directory, 'bench.db')}"
        await prepared(url, sizes, sizes.replies * (2 * sizes.rounds + 1))
        token = await _link(url)
        port = (await stack.enter_async_context(serving("bench.server", "watched", url))).port
        cookie = await _cookie(port, token)
        first = CUSTOMERS[CHANNEL] + 1
        for number in range(2 * sizes.rounds + 1):
            begin = first + number * sizes.replies
            requests = requests_of(CHANNEL, range(begin, begin + sizes.replies))
            if number == 0 or number % 2:
                measured = await send_all(port, requests, sizes.senders)
                alone += [measured] if number else []  # the first warms the server
                continue
            async with _watching(port, cookie, sizes.viewers):
                watched.append(await send_all(port, requests, sizes.senders))
    ratio = ratio_of([one.rate for one in watched], [one.rate for one in alone])
    yield Line(
        f"replies beside {sizes.viewers} live pages, against beside none",
        per_second([one.rate for one in watched]),
        per_second([one.rate for one in alone]),
        ratio,
        f">= {LEAST}",
        ratio >= LEAST,
        f"99 of 100 replies within {_ninety_ninth(watched):.0f} and {_ninety_ninth(alone):.0f} ms",
    )


def _ninety_ninth(rounds: list[Measured]) -> float:
    return quantiles([wait for one in rounds for wait in one.waits], n=100)[-1] * 1e3


async def _link(url: str) -> str:
    store = await open_store(url)
    token = await store.write(make_link, Visitor(ADMIN, ADMIN), RealClock().now())
    await store.close()
    return token


async def _cookie(port: int, token: str) -> str:
    """That of a visit that the link began."""
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": BOT_URL}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answer = await client.post(f"/dashboard/in/{token}", content=b"", headers=form)
    return answer.headers["set-cookie"].partition(";")[0]


@asynccontextmanager
async def _watching(port: int, cookie: str, count: int) -> AsyncIterator[None]:
    """So many pages of today, each of which was shown something."""
    shown = asyncio.Semaphore(0)
    pages = [asyncio.create_task(_watch(port, cookie, shown)) for _ in range(count)]
    try:
        async with asyncio.timeout(PATIENCE):
            for _ in pages:
                await shown.acquire()
        yield
    finally:
        for page in pages:
            page.cancel()
        await asyncio.wait(pages)


async def _watch(port: int, cookie: str, shown: asyncio.Semaphore) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        path = f"/dashboard/live/today?seen={secrets.token_hex(4)}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n".encode())
        first = True
        while line := await reader.readline():
            if first and line.startswith(b"data:"):
                first = False
                shown.release()
    finally:
        with suppress(OSError):
            writer.close()
