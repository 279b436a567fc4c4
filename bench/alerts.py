"""How long an alert takes while a campaign waits: from the commit of a detractor's answer to the request."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
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
from bot.context import Context
from bot.intake.intake import take_in
from bot.sending.sender import Sender
from bot.sending.timers import Timers
from bot.store.schema import case
from bot.store.store import Store, open_store
from channels.base import Address, InboundMessage, OutboundMessage, Priority, Receipt
from channels.slack.channel import SlackChannel

MARK = re.compile(r"\[\w+ \d+\]")  # in a text whose way is timed
PAUSE = 0.45  # seconds between two detractors; each takes two messages of Slack's five a second


class Timed(SlackChannel):
    """Remembers when the request for each manager's alert went, and that for each marked text."""

    sent: dict[str, list[float]]
    said: dict[tuple[str, str], float]  # by the address and the mark
    questions = 0
    begun: asyncio.Event  # the first question went

    async def send(self, message: OutboundMessage) -> Receipt:
        if message.priority == Priority.ALERT:
            self.sent.setdefault(message.address.id, []).append(time.perf_counter())
        if message.priority == Priority.QUESTION:
            self.questions += 1
            self.begun.set()
        if marked := MARK.search("".join(span.text for span in message.body)):
            self.said.setdefault((message.address.id, marked[0]), time.perf_counter())
        return await super().send(message)


async def alerts(sizes: Sizes) -> AsyncIterator[Line]:
    """On Slack, with Slack's real limits: five messages a second for everything together."""
    async with serving("bench.provider") as provider:
        waits, questions = await _measure(f"http://127.0.0.1:{provider.port}", sizes)
    slowest = slowest_but_one_of_100(waits)
    yield Line(
        f"alert while {sizes.questions:,} questions are due, p99",
        f"{slowest * 1e3:.0f} ms",
        "",
        None,
        "<= 1 s",
        slowest <= 1.0,
        f"{len(waits)} alerts, median {median(waits) * 1e3:.0f} ms; {questions} questions went meanwhile",
    )


def slowest_but_one_of_100(waits: list[float]) -> float:
    """The 99th percentile: as long as 99 of 100 wait at most."""
    return sorted(waits)[max(0, -(-len(waits) * 99 // 100) - 1)]


async def _measure(url: str, sizes: Sizes) -> tuple[list[float], int]:
    answering = range(1, sizes.alerts + 1)
    async with while_questions_wait(url, sizes) as (store, context, channel):
        committed: dict[str, list[float]] = {}
        for n in answering:
            at = await say(store, context, place_of("slack", n), "2", f"m{n}")
            committed.setdefault(await store.read(_manager_of, n), []).append(at)
            await asyncio.sleep(PAUSE)
        await asyncio.sleep(sizes.settle)
    waits = [
        sent - at
        for manager, times in committed.items()
        for at, sent in zip(times, channel.sent.get(manager, []), strict=True)
    ]
    return waits, channel.questions


@asynccontextmanager
async def while_questions_wait(url: str, sizes: Sizes) -> AsyncIterator[tuple[Store, Context, Timed]]:
    """A bot with a conversation for each alert, from the moment on at which the first of many questions has gone."""
    with TemporaryDirectory() as directory:
        settings = settings_for(f"sqlite+aiosqlite:///{Path(directory, 'bench.db')}", url)
        store = await open_store(settings.database_url)
        await add_company(store, settings)
        everybody = range(1, sizes.alerts + sizes.questions + 1)
        await add_customers(store, "slack", everybody)
        await add_talks(store, "slack", everybody[: sizes.alerts])
        await add_talks(store, "slack", everybody[sizes.alerts :], asked=False)
        channel = Timed("xoxb-1", "s", None, "http", f"{url}/slack/api/")
        channel.sent, channel.said, channel.begun = {}, {}, asyncio.Event()
        context = build_setup(settings, {"slack": channel})
        clock = RealClock()
        sender = Sender(store, context, channel, clock, "bench")
        timers = asyncio.create_task(Timers(store, context, clock).run())
        sending = asyncio.create_task(sender.run())
        await channel.begun.wait()
        try:
            yield store, context, channel
        finally:
            timers.cancel()
            with suppress(asyncio.CancelledError):
                await timers
            sender.stop()
            await sending
            await channel.aclose()
            await store.close()


async def say(
    store: Store, context: Context, user: str, text: str, ref: str, answers: str | None = None
) -> float:
    """Take in what somebody says in Slack, in the thread of what it `answers`; when that was on disk."""
    who = Address("slack", user)
    now = datetime.now(UTC)
    event = InboundMessage(f"event-{ref}", who, who, now, text, message_ref=ref, reply_to=answers)
    await store.write(take_in, "slack", event, context, now)
    return time.perf_counter()


def _manager_of(connection: Connection, conversation_id: int) -> str:
    found = select(case.c.address).where(case.c.conversation_id == conversation_id)
    return str(connection.execute(found).scalar_one())
