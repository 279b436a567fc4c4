"""What it costs a reply that it is counted by ten attributes: beside the same server that counts by none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Connection, insert

from bench.answered import ATTRIBUTES
from bench.children import Child, serving
from bench.company import add_company, add_customers, add_talks, settings_for
from bench.durable_postgres import durable_postgres
from bench.load import send_all
from bench.signed import requests_of
from bench.sizes import Sizes
from bench.table import Line, per_second, ratio_of
from bot.store.groups import any_change
from bot.store.schema import enrolment
from bot.store.store import Store, open_store
from bot.store.triggers import groups

LEAST: Final = 0.97
ROUNDS: Final = 3  # for each of the table: a share of a few hundredths is smaller than the noise of one


async def attributes(sizes: Sizes) -> AsyncIterator[Line]:
    """SMS on each engine, with many senders. The processor time holds what is left to count after the last reply."""
    async with AsyncExitStack() as stack:
        directory = stack.enter_context(TemporaryDirectory())
        server = stack.enter_context(durable_postgres())
        for engine in ("SQLite", "PostgreSQL"):
            sides: list[tuple[Child, Store]] = []
            for side in ("counted", "kept"):
                url = (
                    f"sqlite+aiosqlite:///{Path(directory, side)}.db"
                    if engine == "SQLite"
                    else server.url(server.create_database())
                )
                store = await _prepared(url, sizes, counted=side == "counted")
                stack.push_async_callback(store.close)
                sides.append((await stack.enter_async_context(serving("bench.server", side, url)), store))
            yield await _compared(engine, sides, sizes)


async def _prepared(url: str, sizes: Sizes, *, counted: bool) -> Store:
    """A database in which every customer that will answer was asked, and ten things are known of each."""
    store = await open_store(url)
    await add_company(store, settings_for(url))
    numbers = range(1, sizes.replies * (sizes.rounds * ROUNDS + 1) + 1)
    await add_customers(store, "sms", numbers)
    if not counted:
        await store.write(groups.remove)
    await add_talks(store, "sms", numbers)

    def know(connection: Connection) -> None:
        connection.execute(
            insert(enrolment),
            [
                {
                    "conversation_id": n,
                    "account": f"Account {n % 500}",
                    "account_manager": f"Manager {n % 20}",
                    "attributes": {
                        name: f"{name} {n % min(values, 1_000)}" for name, values in ATTRIBUTES.items()
                    },
                }
                for n in numbers
            ],
        )

    await store.write(know)
    return store


async def _compared(engine: str, sides: list[tuple[Child, Store]], sizes: Sizes) -> Line:
    rates: list[list[float]] = [[], []]
    cpu: list[list[float]] = [[], []]
    for turn in range(sizes.rounds * ROUNDS + 1):
        first = 1 + turn * sizes.replies
        requests = requests_of("sms", range(first, first + sizes.replies))
        for place, (child, store) in enumerate(sides):
            before = child.cpu()
            measured = await send_all(child.port, requests, sizes.senders)
            while await store.read(any_change):  # noqa: ASYNC110 - another process counts
                await asyncio.sleep(0.2)
            if turn:  # the first is warming up
                rates[place].append(measured.rate)
                cpu[place].append((child.cpu() - before) / len(requests) * 1e6)
    ratio = ratio_of(*rates)
    return Line(
        f"sms with ten attributes, counted by none, {engine}",
        per_second(rates[0]),
        per_second(rates[1]),
        ratio,
        f">= {LEAST:.2f}",
        ratio >= LEAST,
        f"CPU {min(cpu[0]):,.0f} and {min(cpu[1]):,.0f} us at the lowest, counting included",
    )
