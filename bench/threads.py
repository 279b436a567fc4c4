"""How long words take between a manager and a customer while a campaign waits: from the commit of either's words to the
request for the other."""

import asyncio
from collections.abc import AsyncIterator
from statistics import median

from sqlalchemy import Connection, select

from bench.alerts import PAUSE, Timed, say, slowest_but_one_of_100, while_questions_wait
from bench.children import serving
from bench.company import place_of
from bench.sizes import Sizes
from bench.table import Line
from bot.context import Context
from bot.store.schema import Row, case
from bot.store.store import Store

MANAGERS_PAUSE = 2 * PAUSE
"""Seconds between two words: each takes two messages of Slack's five a second, the words and the line that tells what
became of them."""


async def threads(sizes: Sizes) -> AsyncIterator[Line]:
    """On Slack, both of them, with Slack's real limits: five messages a second for everything together."""
    async with (
        serving("bench.provider") as provider,
        while_questions_wait(f"http://127.0.0.1:{provider.port}", sizes) as (store, context, channel),
    ):
        alerts = await _alerted(store, context, sizes)
        out = await _exchanged(store, context, channel, alerts, "to customer", sizes)
        back = await _exchanged(store, context, channel, alerts, "to manager", sizes)
    for who, waits in (("a manager's reply to the customer", out), ("the customer's to the manager", back)):
        slowest = slowest_but_one_of_100(waits)
        yield Line(
            f"{who} while {sizes.questions:,} questions are due, p99",
            f"{slowest * 1e3:.0f} ms",
            "",
            None,
            "<= 1 s",
            slowest <= 1.0,
            f"{len(waits)} of them, median {median(waits) * 1e3:.0f} ms",
        )


async def _alerted(store: Store, context: Context, sizes: Sizes) -> list[Row]:
    """Detractors, and the alerts of them as they stand in Slack."""
    for n in range(1, sizes.alerts + 1):
        await say(store, context, place_of("slack", n), "2", f"m{n}")
        await asyncio.sleep(PAUSE)
    await asyncio.sleep(sizes.settle)
    return list(await store.read(_shown))


def _shown(connection: Connection) -> list[Row]:
    alerts = select(case.c.conversation_id, case.c.address, case.c.shown_ref).where(
        case.c.shown_ref.is_not(None)
    )
    return list(connection.execute(alerts.order_by(case.c.id)).all())


async def _exchanged(
    store: Store, context: Context, channel: Timed, alerts: list[Row], way: str, sizes: Sizes
) -> list[float]:
    """How long each of one word in each thread took, one way."""
    committed: dict[tuple[str, str], float] = {}
    for one in alerts:
        mark = f"[{way.split()[-1]} {one.conversation_id}]"
        customer, manager = place_of("slack", one.conversation_id), one.address
        if way == "to customer":
            at = await say(store, context, manager, f"We are on it {mark}", f"out-{mark}", one.shown_ref)
            committed[customer, mark] = at
        else:
            at = await say(store, context, customer, f"Thank you {mark}", f"back-{mark}")
            committed[manager, mark] = at
        await asyncio.sleep(MANAGERS_PAUSE)
    await asyncio.sleep(sizes.settle)
    return [channel.said[key] - at for key, at in committed.items()]
