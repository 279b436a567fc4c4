"""Webhook to durable commit: over HTTP, signed, one process, against the SDKs' webhooks that keep nothing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from bench.bare import bare_rate
from bench.base import Build, base
from bench.children import Child, serving
from bench.company import add_company, add_customers, add_talks, settings_for
from bench.durable_postgres import durable_postgres
from bench.load import Measured, send_all
from bench.signed import requests_of
from bench.sizes import Sizes
from bench.table import Line, per_second, ratio_of
from bot.store.store import open_store

CHANNELS = ("sms", "telegram", "slack")
CUSTOMERS = {"sms": 0, "telegram": 1_000_000, "slack": 2_000_000}  # whose numbers begin where


LEAST: Final = {
    "SQLite": {"sms": 0.70, "telegram": 0.65, "slack": 1.1},
    "PostgreSQL": {"sms": 0.60, "telegram": 0.55, "slack": 1.0},
}
"""How much of what the SDKs take in without keeping it is kept."""
TIMES: Final = {"SQLite": 2.5, "PostgreSQL": 3.0}
"""How many times as much as the revision before replies were taken in together (7f3a12e)."""

_PREPARE: Final = """
import asyncio, sys
from bench.inbound import prepared
from bench.sizes import Sizes
rounds, replies, lone = map(int, sys.argv[2:])
asyncio.run(prepared(sys.argv[1], Sizes(rounds=rounds, replies=replies, lone_replies=lone)))
"""


class _Side:
    """One server with what was measured of it."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.rates: list[float] = []
        self.cpu: list[float] = []  # microseconds a request
        self.waits: list[float] = []

    async def measure(self, requests: Sequence[bytes], senders: int) -> Measured:
        before = self.child.cpu()
        measured = await send_all(self.child.port, requests, senders)
        self.rates.append(measured.rate)
        self.cpu.append((self.child.cpu() - before) / len(requests) * 1e6)
        self.waits += measured.waits
        return measured


async def prepared(url: str, sizes: Sizes, count: int | None = None) -> None:
    """A database in which every customer that will answer was asked; so many of each channel, or as many as the rows
    of this module need."""
    settings = settings_for(url)
    count = count or sizes.replies * (sizes.rounds + 1) + sizes.lone_replies * sizes.rounds
    store = await open_store(url)
    await add_company(store, settings)
    for channel, first in CUSTOMERS.items():
        numbers = range(first + 1, first + 1 + count)
        await add_customers(store, channel, numbers)
        await add_talks(store, channel, numbers)
    await store.close()


async def _kept_by(build: Build | None, url: str, sizes: Sizes, stack: AsyncExitStack) -> list[Child]:
    """The server of another revision over a database of its own, which that revision prepares; none without one."""
    if build is None:
        return []
    counts = (str(count) for count in (sizes.rounds, sizes.replies, sizes.lone_replies))
    process = await asyncio.create_subprocess_exec(
        *build.python("-c", _PREPARE, url, *counts), cwd=build.root, env=build.environment()
    )
    if await process.wait():
        raise RuntimeError("the other revision could not prepare its database")
    return [await stack.enter_async_context(serving("bench.server", "kept", url, build=build))]


async def inbound(sizes: Sizes) -> AsyncIterator[Line]:
    """On SQLite: each channel with many senders, then one sender alone; with BASE beside that revision too."""
    async with AsyncExitStack() as stack:
        directory = stack.enter_context(TemporaryDirectory())
        url, bare_path, other_url = (
            f"sqlite+aiosqlite:///{Path(directory, 'bench.db')}",
            Path(directory, "bare.db"),
            f"sqlite+aiosqlite:///{Path(directory, 'other.db')}",
        )
        await prepared(url, sizes)
        await prepared(f"sqlite+aiosqlite:///{bare_path}", sizes)
        others = await _kept_by(stack.enter_context(base()), other_url, sizes, stack)
        async with (
            serving("bench.server", "kept", url) as kept,
            serving("bench.server", "checked", url) as no,
        ):
            lone: list[tuple[float, float]] = []
            for channel in CHANNELS:
                ours, theirs, bare = _Side(kept), _Side(no), list[float]()
                before = [_Side(child) for child in others]
                for first in await _warm([ours, theirs, *before], channel, sizes):
                    requests = requests_of(channel, range(first, first + sizes.replies))
                    for side in (ours, theirs, *before):
                        await side.measure(requests, sizes.senders)
                    if channel == "sms":
                        numbers = range(first, first + sizes.replies)
                        bare.append(await asyncio.to_thread(bare_rate, bare_path, numbers))
                yield _line(channel, "SQLite", ours, theirs)
                for side in before:
                    yield _beside(channel, "SQLite", ours, side)
                if channel == "sms":
                    bare_rates = bare
                yield Line(
                    f"{channel} webhook to commit, bare sqlite3 loop",
                    per_second(ours.rates),
                    per_second(bare_rates),
                    median(ours.rates) / median(bare_rates),
                )
                if channel == "sms":
                    lone = await _lone(ours.child, theirs.child, channel, sizes)
            yield _lone_line(lone)


async def _warm(sides: Sequence[_Side], channel: str, sizes: Sizes) -> list[int]:
    """A round that is not counted; the first customer of each that is."""
    first = CUSTOMERS[channel] + 1
    requests = requests_of(channel, range(first, first + sizes.replies))
    for side in sides:
        await send_all(side.child.port, requests, sizes.senders)
    return [first + sizes.replies * (n + 1) for n in range(sizes.rounds)]


async def _lone(kept: Child, checked: Child, channel: str, sizes: Sizes) -> list[tuple[float, float]]:
    """The median wait of one sender alone, of both sides in turn."""
    found = []
    first = CUSTOMERS[channel] + 1 + sizes.replies * (sizes.rounds + 1)
    for n in range(sizes.rounds):
        start = first + n * sizes.lone_replies
        requests = requests_of(channel, range(start, start + sizes.lone_replies))
        ours = await send_all(kept.port, requests, 1)
        theirs = await send_all(checked.port, requests, 1)
        found.append((median(ours.waits), median(theirs.waits)))
    return found


def _line(channel: str, engine: str, ours: _Side, theirs: _Side) -> Line:
    ratio, least = ratio_of(ours.rates, theirs.rates), LEAST[engine][channel]
    return Line(
        f"{channel} webhook to commit, {engine}",
        per_second(ours.rates),
        per_second(theirs.rates),
        ratio,
        f">= {least:.2f}",
        ratio >= least,
        f"{_cpu(ours, theirs)}; p50 {median(ours.waits) * 1e3:.0f} ms",
    )


def _beside(channel: str, engine: str, ours: _Side, before: _Side) -> Line:
    ratio, least = ratio_of(ours.rates, before.rates), TIMES[engine]
    return Line(
        f"{channel} webhook to commit, {engine}, the other revision",
        per_second(ours.rates),
        per_second(before.rates),
        ratio,
        f">= {least:.1f}",
        ratio >= least,
        _cpu(ours, before),
    )


def _cpu(ours: _Side, theirs: _Side) -> str:
    return f"CPU {min(ours.cpu):,.0f} and {min(theirs.cpu):,.0f} us at the lowest"


def _lone_line(found: list[tuple[float, float]]) -> Line:
    ours, theirs = median(mine for mine, _ in found) * 1e3, median(other for _, other in found) * 1e3
    ratio = median(mine / other for mine, other in found)
    return Line(
        "one sms sender alone, p50",
        f"{ours:.2f} ms",
        f"{theirs:.2f} ms",
        ratio,
        "<= 3 and <= 5 ms",
        ratio <= 3 and ours <= 5,
    )


async def inbound_postgres(sizes: Sizes) -> AsyncIterator[Line]:
    """On PostgreSQL that waits for its disk: against keeping nothing, and against a transaction a request."""
    async with AsyncExitStack() as stack:
        server = stack.enter_context(durable_postgres())
        url = server.url(server.create_database())
        await prepared(url, sizes)
        alone_url = server.url(server.create_database())
        await prepared(alone_url, sizes)
        others = await _kept_by(
            stack.enter_context(base()), server.url(server.create_database()), sizes, stack
        )
        children = [
            await stack.enter_async_context(serving("bench.server", side, address))
            for side, address in (("kept", url), ("checked", url), ("alone", alone_url))
        ]
        for channel in CHANNELS:
            kept, checked, alone = (_Side(child) for child in children)
            before = [_Side(child) for child in others]
            firsts = await _warm([kept, checked, alone, *before], channel, sizes)
            for first in firsts:
                requests = requests_of(channel, range(first, first + sizes.replies))
                for side in (kept, checked, alone, *before):
                    await side.measure(requests, sizes.senders)
            yield _line(channel, "PostgreSQL", kept, checked)
            for side in before:
                yield _beside(channel, "PostgreSQL", kept, side)
            ratio = ratio_of(kept.rates, alone.rates)
            yield Line(
                f"{channel} on PostgreSQL, a transaction a request",
                per_second(kept.rates),
                per_second(alone.rates),
                ratio,
                ">= 3",
                ratio >= 3,
            )
