"""Starting a campaign, each run in a process of its own: `python -m bench.starting CONTACTS`."""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.bare import drop_triggers
from bench.children import asked, peak_memory, quiet
from bench.company import add_company, add_customers, add_talks, place_of, settings_for
from bench.importing import SPARE
from bench.sizes import Sizes
from bench.table import Line, ratio_of
from bot.app import build_channels, build_setup
from bot.campaigns import planning, runs
from bot.context import Context
from bot.intake.intake import take_in
from bot.store.store import Store, open_store
from channels.base import Address, InboundMessage

BY = "slack:UADMIN"
TALKING = 500  # customers of an earlier wave, who answer while the new one starts
TARGET = 0.15


async def starting(sizes: Sizes) -> AsyncIterator[Line]:
    """Rows a second against a bare `executemany` of the same rows, memory, and how long a reply waits."""
    found = [await asked("bench.starting", str(sizes.contacts)) for _ in range(sizes.rounds)]
    small = (await asked("bench.starting", str(sizes.few_contacts)))["megabytes"]
    ours = [sizes.contacts / one["seconds"] for one in found]
    theirs = [sizes.contacts / one["bare"] for one in found]
    ratio = ratio_of(ours, theirs)
    yield Line(
        f"starting a campaign of {sizes.contacts:,}, bare executemany",
        f"{median(ours):,.0f} rows/s",
        f"{median(theirs):,.0f} rows/s",
        ratio,
        f">= {TARGET}",
        ratio >= TARGET,
        f"a reply meanwhile waits {median(one['usual_wait'] for one in found) * 1e3:.0f} ms, at most "
        f"{max(one['longest_wait'] for one in found) * 1e3:.0f} ms",
    )
    peak = median(one["megabytes"] for one in found)
    yield Line(
        f"memory for starting {sizes.contacts:,}, against {sizes.few_contacts:,}",
        f"{peak:.0f} MB",
        f"{small:.0f} MB",
        None,
        f"within {SPARE} MB",
        peak - small <= SPARE,
    )


async def _start(contacts: int, path: Path) -> dict[str, Any]:
    settings = settings_for(f"sqlite+aiosqlite:///{path}")
    context = build_setup(settings, build_channels(settings))
    store = await open_store(settings.database_url)
    await add_company(store, settings)
    await add_customers(store, "telegram", range(1, contacts + 1))
    talking = range(10_000_001, 10_000_001 + TALKING)
    await add_customers(store, "slack", talking)
    await add_talks(store, "slack", talking)
    replying = asyncio.create_task(reply_meanwhile(store, context, talking))
    started = time.perf_counter()
    plan = await planning.plan_wave(store, settings, "bench", context.limits, datetime.now(UTC), BY)
    run = await runs.confirm(store, settings, plan.token, BY, lambda: datetime.now(UTC))
    seconds = time.perf_counter() - started
    replying.cancel()
    waits = await replying
    await store.close()
    peak = peak_memory()
    return {
        "seconds": seconds,
        "megabytes": peak,
        "usual_wait": median(waits or [0.0]),
        "longest_wait": max(waits, default=0.0),
        "bare": await _bare(path, run.id),
    }


async def reply_meanwhile(store: Store, context: Context, numbers: range) -> list[float]:
    """One customer after the other answers, until it is cancelled; how long each waited for the commit."""
    waits = []
    try:
        for n in numbers:
            await asyncio.sleep(0.05)
            who = Address("slack", place_of("slack", n))
            event = InboundMessage(f"reply-{n}", who, who, datetime.now(UTC), "9", message_ref=f"m{n}")
            started = time.perf_counter()
            await store.write(take_in, "slack", event, context, datetime.now(UTC))
            waits.append(time.perf_counter() - started)
    except asyncio.CancelledError:
        pass
    return waits


async def _bare(path: Path, wave_id: int) -> float:
    """Seconds to write the same rows with `executemany` into the same tables, one commit."""
    with closing(sqlite3.connect(path)) as made:
        rows = made.execute("SELECT * FROM conversation WHERE wave_id = ?", (wave_id,)).fetchall()
    fresh = path.with_name("bare.db")
    await (await open_store(f"sqlite+aiosqlite:///{fresh}")).close()
    with closing(sqlite3.connect(fresh)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        drop_triggers(connection)
        marks = ", ".join("?" * len(rows[0]))
        started = time.perf_counter()
        connection.executemany(f"INSERT INTO conversation VALUES ({marks})", rows)  # noqa: S608 - marks alone
        connection.commit()
        return time.perf_counter() - started


def _main(contacts: int) -> None:
    quiet()
    with TemporaryDirectory() as directory:
        sys.stdout.write(json.dumps(asyncio.run(_start(contacts, Path(directory, "bench.db")))))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
