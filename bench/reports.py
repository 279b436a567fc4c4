"""The report of a wave with very many answers."""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.company import add_company, settings_for
from bench.sizes import Sizes
from bench.table import Line
from bot.reports.wave_report import wave_report
from bot.store.store import open_store

LIMIT = 10  # milliseconds

# Closed conversations of nobody in particular: a report reads no contact.
_ANSWERED = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO conversation (
  wave_id, contact_id, channel, address, language, state, asked_at, delivered_at, low, high, score, first_score,
  late, parts, unread, talk, candidates, hints, clarified, closed_at, ending
)
SELECT 1, n, 'telegram', 'a' || n, 'en', 'closed', '2026-03-02 10:00:00', '2026-03-02 10:00:00', 0, 10,
  (n * 7919) % 11, (n * 7919) % 11, 0, '[]', 0, 2, '[]', 0, 0, '2026-03-03 10:00:00', 'window'
FROM numbers
"""


async def reports(sizes: Sizes) -> AsyncIterator[Line]:
    """On SQLite, warm."""
    with TemporaryDirectory() as directory:
        path = Path(directory, "bench.db")
        settings = settings_for(f"sqlite+aiosqlite:///{path}")
        store = await open_store(settings.database_url)
        await add_company(store, settings)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_ANSWERED, (sizes.answers,))
            connection.commit()
        times = []
        for _ in range(max(3, sizes.rounds)):
            started = time.perf_counter()
            report = await store.read(wave_report, "bench")
            times.append(time.perf_counter() - started)
        await store.close()
    if report is None or report.responses != sizes.answers:
        raise RuntimeError("the report does not count every answer")
    taken = median(times) * 1e3
    yield Line(
        f"report of a wave with {sizes.answers:,} answers",
        f"{taken:,.0f} ms",
        "",
        None,
        f"<= {LIMIT} ms",
        taken <= LIMIT,
        "counted from the rows each time",
    )
