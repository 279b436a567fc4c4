"""A storm of events, each run in a process of its own: `python -m bench.events EVENTS`.

They are taken in by batches of a thousand; then all are due, and everybody is enrolled in the wave of the quarter.
Meanwhile customers of an earlier wave answer.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.children import asked, peak_memory, quiet
from bench.company import add_company, add_customers, add_talks, settings_for
from bench.sizes import Sizes
from bench.starting import TALKING, reply_meanwhile
from bench.table import Line
from bot.app import build_channels, build_setup
from bot.campaigns.touchpoints import any_due
from bot.config.sections.campaign import Campaign
from bot.context import Context
from bot.people.event_intake import MOST, take_events
from bot.people.events import event_of
from bot.sending.touchpoints import Touchpoints
from bot.store.store import Store, open_store

RATE = 2_000  # events a second
WAIT = 0.1  # seconds


async def events(sizes: Sizes) -> AsyncIterator[Line]:
    """Events a second, people enrolled a second, and how long a reply waits at most."""
    count = sizes.contacts
    found = [await asked("bench.events", str(count)) for _ in range(sizes.rounds)]
    rate = median(count / one["taking"] for one in found)
    yield Line(
        f"taking in {count:,} events, {MOST:,} a batch",
        f"{rate:,.0f} events/s",
        target=f">= {RATE:,}/s",
        met=rate >= RATE,
        note=f"{median(one['megabytes'] for one in found):.0f} MB",
    )
    for what, key in (("taking in events", "while_taking"), ("enrolling after events", "while_enrolling")):
        longest = max(max(one[key], default=0.0) for one in found)
        usual = median(wait for one in found for wait in (one[key] or [0.0]))
        enrolled = f"; {median(count / one['enrolling'] for one in found):,.0f} people/s"
        yield Line(
            f"a reply at most, while {what}",
            f"{longest * 1e3:.0f} ms",
            target=f"<= {WAIT * 1e3:.0f} ms",
            met=longest <= WAIT,
            note=f"usually {usual * 1e3:.0f} ms{enrolled if key == 'while_enrolling' else ''}",
        )


async def _storm(count: int, path: Path) -> dict[str, Any]:
    settings = settings_for(f"sqlite+aiosqlite:///{path}")
    after = Campaign(
        send_between="always", channels=("telegram",), on={"event": "project.finished", "wait": 3}
    )
    settings = settings.model_copy(update={"campaigns": {**settings.campaigns, "after": after}})
    context = build_setup(settings, build_channels(settings))
    store = await open_store(settings.database_url)
    await add_company(store, settings)
    await add_customers(store, "telegram", range(1, count + 1))
    talking = range(10_000_001, 10_000_001 + 2 * TALKING)
    await add_customers(store, "slack", talking)
    await add_talks(store, "slack", talking)
    now = datetime.now(UTC)
    happened = [
        event_of(f"c{n}", "project.finished", now - timedelta(days=4), {"project": f"P{n % 99}"}, f"e{n}")
        for n in range(1, count + 1)
    ]

    async def take() -> None:
        for start in range(0, count, MOST):
            answers = await take_events(store, settings, happened[start : start + MOST], lambda: now)
            if any(one.outcome != "taken" for one in answers):
                raise RuntimeError(f"an event was not taken in: {answers[0]}")

    async def enrol() -> None:
        step = Touchpoints(store, context)
        while await store.read(any_due, now):
            await step.step(now)

    taking, while_taking = await _beside(take(), store, context, talking[:TALKING])
    enrolling, while_enrolling = await _beside(enrol(), store, context, talking[TALKING:])
    await store.close()
    return {
        "taking": taking,
        "enrolling": enrolling,
        "while_taking": while_taking,
        "while_enrolling": while_enrolling,
        "megabytes": peak_memory(),
    }


async def _beside(
    work: Awaitable[None], store: Store, context: Context, talking: range
) -> tuple[float, list[float]]:
    """How long some work takes, and how long each reply waits meanwhile."""
    replying = asyncio.create_task(reply_meanwhile(store, context, talking))
    started = time.perf_counter()
    await work
    seconds = time.perf_counter() - started
    replying.cancel()
    return seconds, await replying


def _main(count: int) -> None:
    quiet()
    with TemporaryDirectory() as directory:
        sys.stdout.write(json.dumps(asyncio.run(_storm(count, Path(directory, "bench.db")))))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
