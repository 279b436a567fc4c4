"""How long an alert takes while a campaign waits: from the commit of a detractor's answer to the request."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select

from bench.children import serving
from bench.company import add_company, add_customers, add_talks, place_of, settings_for
from bench.sizes import Sizes
from bench.table import Line
from bot.app import build_setup
from bot.clock import RealClock
from bot.intake.intake import take_in
from bot.sending.sender import Sender
from bot.sending.timers import Timers
from bot.store.schema import case
from bot.store.store import open_store
from channels.base import Address, InboundMessage, OutboundMessage, Priority, Receipt
from channels.slack.channel import SlackChannel

PAUSE = 0.45  # seconds between two detractors; each takes two messages of Slack's five a second


class _Timed(SlackChannel):
    """Remembers when the request for each manager's alert went."""

    sent: dict[str, list[float]]
    questions = 0
    begun: asyncio.Event  # the first question went

    async def send(self, message: OutboundMessage) -> Receipt:
        if message.priority == Priority.ALERT:
            self.sent.setdefault(message.address.id, []).append(time.perf_counter())
        if message.priority == Priority.QUESTION:
            self.questions += 1
            self.begun.set()
        return await super().send(message)


async def alerts(sizes: Sizes) -> AsyncIterator[Line]:
    """On Slack, with Slack's real limits: five messages a second for everything together."""
    async with serving("bench.provider") as provider:
        waits, questions = await _measure(f"http://127.0.0.1:{provider.port}", sizes)
    slowest = sorted(waits)[max(0, -(-len(waits) * 99 // 100) - 1)]
    yield Line(
        f"alert while {sizes.questions:,} questions are due, p99",
        f"{slowest * 1e3:.0f} ms",
        "",
        None,
        "<= 1 s",
        slowest <= 1.0,
        f"{len(waits)} alerts, median {median(waits) * 1e3:.0f} ms; {questions} questions went meanwhile",
    )


async def _measure(url: str, sizes: Sizes) -> tuple[list[float], int]:
    with TemporaryDirectory() as directory:
        settings = settings_for(f"sqlite+aiosqlite:///{Path(directory, 'bench.db')}", url)
        store = await open_store(settings.database_url)
        await add_company(store, settings)
        answering = range(1, sizes.alerts + 1)
        await add_customers(store, "slack", range(1, sizes.alerts + sizes.questions + 1))
        await add_talks(store, "slack", answering)
        await add_talks(
            store, "slack", range(sizes.alerts + 1, sizes.alerts + sizes.questions + 1), asked=False
        )
        channel = _Timed("xoxb-1", "s", None, "http", f"{url}/slack/api/")
        channel.sent, channel.begun = {}, asyncio.Event()
        context = build_setup(settings, {"slack": channel})
        clock = RealClock()
        sender = Sender(store, context, channel, clock, "bench")
        timers = asyncio.create_task(Timers(store, context, clock).run())
        sending = asyncio.create_task(sender.run())
        await channel.begun.wait()
        committed: dict[str, list[float]] = {}
        for n in answering:
            who = Address("slack", place_of("slack", n))
            event = InboundMessage(f"reply-{n}", who, who, datetime.now(UTC), "2", message_ref=f"m{n}")
            await store.write(take_in, "slack", event, context, datetime.now(UTC))
            at = time.perf_counter()
            committed.setdefault(await store.read(_manager_of, n), []).append(at)
            await asyncio.sleep(PAUSE)
        await asyncio.sleep(sizes.settle)
        timers.cancel()
        with suppress(asyncio.CancelledError):
            await timers
        sender.stop()
        await sending
        await channel.aclose()
        await store.close()
    waits = [
        sent - at
        for manager, times in committed.items()
        for at, sent in zip(times, channel.sent.get(manager, []), strict=True)
    ]
    return waits, channel.questions


def _manager_of(connection: Connection, conversation_id: int) -> str:
    found = select(case.c.address).where(case.c.conversation_id == conversation_id)
    return str(connection.execute(found).scalar_one())
