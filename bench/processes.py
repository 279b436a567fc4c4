"""Replies a second that one, two and four server processes keep on one PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Final

from bench.children import serving
from bench.durable_postgres import durable_postgres
from bench.inbound import CUSTOMERS, prepared
from bench.load import send_all
from bench.signed import requests_of
from bench.sizes import Sizes
from bench.table import Line, per_second, ratio_of

CHANNEL: Final = "telegram"


async def processes(sizes: Sizes) -> AsyncIterator[Line]:
    """All of them in turn, with as many senders in all; shown, not judged: on one machine they share its cores with the
    senders and with the database."""
    rates: dict[int, list[float]] = {count: [] for count in sizes.servers}
    async with AsyncExitStack() as stack:
        server = stack.enter_context(durable_postgres())
        url = server.url(server.create_database())
        rounds = sizes.rounds * len(sizes.servers)
        await prepared(url, sizes, sizes.replies * (rounds + 1))
        ports = [
            (await stack.enter_async_context(serving("bench.server", "kept", url))).port
            for _ in range(max(sizes.servers))
        ]
        first = CUSTOMERS[CHANNEL] + 1
        for number in range(rounds + 1):
            count = max(sizes.servers) if number == 0 else sizes.servers[number % len(sizes.servers)]
            rate = await _rate(ports[:count], first + number * sizes.replies, sizes)
            if number:  # the first warms them all
                rates[count].append(rate)
    for count in sizes.servers:
        several = count > 1
        yield Line(
            f"{CHANNEL} webhook to commit, PostgreSQL, {count} process{'es' if several else ''}",
            per_second(rates[count]),
            per_second(rates[1]) if several else "",
            ratio_of(rates[count], rates[1]) if several else None,
            note=f"{sizes.senders} senders in all" + (", against one process" if several else ""),
        )


async def _rate(ports: list[int], first: int, sizes: Sizes) -> float:
    """Replies a second, each process with its share of the customers."""
    share, senders = sizes.replies // len(ports), max(1, sizes.senders // len(ports))
    asked = [
        requests_of(CHANNEL, range(first + place * share, first + (place + 1) * share))
        for place in range(len(ports))
    ]
    loop = asyncio.get_running_loop()
    started = loop.time()
    await asyncio.gather(*(send_all(port, some, senders) for port, some in zip(ports, asked, strict=True)))
    return share * len(ports) / (loop.time() - started)
