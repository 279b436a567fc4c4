"""The reports of a wave with very many answers: of all, and by an attribute of the customers."""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.company import MANAGERS, add_company, settings_for
from bench.sizes import Sizes
from bench.table import Line, ratio_of
from bot.reports.campaign_report import campaign_report
from bot.reports.clusters import fresh_clusters, keep_clusters, stale_clusters
from bot.reports.values import CampaignReport, Missing
from bot.store.store import open_store

LIMIT = 10  # milliseconds
GROWTH = 2.0  # times what the report of few answers takes
PLANS = 8

_CUSTOMERS = f"""
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO contact (id, contact_id, account_id, attributes, changed_at)
SELECT n, 'c' || n, n % {MANAGERS} + 1, json_object('plan', 'plan ' || (n * 31 % {PLANS})), '2026-03-02 10:00:00'
FROM numbers
"""  # noqa: S608 - made of our own text alone
# Over two weeks and three channels, half of them with a reason: as many kinds of answer as a wave can have.
_ANSWERED = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO conversation (
  wave_id, contact_id, channel, address, language, state, asked_at, delivered_at, low, high, score, first_score,
  scored_at, scored_on, late, reason, parts, unread, talk, candidates, hints, clarified, closed_at, ending
)
SELECT 1, n, CASE n % 3 WHEN 0 THEN 'slack' WHEN 1 THEN 'telegram' ELSE 'sms' END, 'a' || n, 'en', 'closed',
  '2026-03-02 10:00:00', '2026-03-02 10:00:00', 0, 10, (n * 7919) % 11, (n * 7919) % 11,
  date('2026-03-02', (n / 3 % 14) || ' days') || ' 10:' || printf('%02d', n * 7919 % 60) || ':00.000000',
  date('2026-03-02', (n / 3 % 14) || ' days'), 0, CASE WHEN n % 2 THEN 'because' END, '[]', 0, 2, '[]', 0, 0,
  '2026-03-03 10:00:00', CASE WHEN n % 2 THEN 'done' ELSE 'no_reason' END
FROM numbers
"""
_KNOWN = f"""
INSERT INTO enrolment (conversation_id, account_manager, attributes)
SELECT conversation.id, 'manager ' || (contact.id % {MANAGERS}), attributes
FROM conversation JOIN contact ON contact.id = conversation.contact_id
"""  # noqa: S608 - as above
_GROUP_BY = """
SELECT enrolment.attributes ->> '$.plan', conversation.score, count(*)
FROM conversation JOIN enrolment ON enrolment.conversation_id = conversation.id
WHERE conversation.wave_id = 1 AND conversation.score IS NOT NULL GROUP BY 1, 2
"""


async def reports(sizes: Sizes) -> AsyncIterator[Line]:
    """On SQLite, warm; what is timed is all that happens between asking for the report and having it."""
    with TemporaryDirectory() as directory:
        many, few = Path(directory, "many.db"), Path(directory, "few.db")
        await _fill(many, sizes.answers)
        await _fill(few, sizes.few_answers)
        ours, theirs, segments, bare = [], [], [], []
        for _ in range(max(3, sizes.rounds)):
            ours.append(await _reported(many, sizes.answers))
            theirs.append(await _reported(few, sizes.few_answers))
            segments.append(await _reported(many, sizes.answers, by="plan"))
            bare.append(_grouped(many))
    taken, ratio = median(ours) * 1e3, ratio_of(ours, theirs)
    yield Line(
        f"report of a wave with {sizes.answers:,} answers, with {sizes.few_answers:,}",
        f"{taken:.1f} ms",
        f"{median(theirs) * 1e3:.1f} ms",
        ratio,
        f"<= {LIMIT} ms, <= {GROWTH:.0f}",
        taken <= LIMIT and ratio <= GROWTH,
        "from the tally",
    )
    ratio = ratio_of(segments, bare)
    yield Line(
        f"the same by one of {PLANS} plans, bare GROUP BY",
        f"{median(segments) * 1e3:,.0f} ms",
        f"{median(bare) * 1e3:,.0f} ms",
        ratio,
        "<= 2",
        ratio <= 2,
        "one aggregate; the attribute is one of the import",
    )


async def _fill(path: Path, answers: int) -> None:
    settings = settings_for(f"sqlite+aiosqlite:///{path}")
    store = await open_store(settings.database_url)
    await add_company(store, settings)
    await store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_CUSTOMERS, (answers,))
        connection.execute(_ANSWERED, (answers,))
        connection.execute(_KNOWN)
        connection.commit()
    store = await open_store(settings.database_url)
    for chosen in await store.read(stale_clusters):  # as a server does once a minute
        found = await store.read(fresh_clusters, chosen)
        await store.write(keep_clusters, chosen.ids[0], found)
    await store.close()


async def _reported(path: Path, answers: int, by: str | None = None) -> float:
    """The seconds that the fastest of three reports takes: the first reads a cold file."""
    settings = settings_for(f"sqlite+aiosqlite:///{path}")
    store = await open_store(settings.database_url)
    try:
        times = []
        for _ in range(3):
            started = time.perf_counter()
            report = await store.read(campaign_report, settings, "bench", by=by)
            times.append(time.perf_counter() - started)
            _check(report, answers, by)
        return min(times)
    finally:
        await store.close()


def _check(report: CampaignReport | Missing, answers: int, by: str | None) -> None:
    if isinstance(report, Missing) or report.scores.n != answers:
        raise RuntimeError("the report does not count every answer")
    if by is not None and (report.segments is None or report.segments.groups != PLANS):
        raise RuntimeError("the report does not show every plan")


def _grouped(path: Path) -> float:
    """The seconds of the bare statement, the second time that it runs."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(_GROUP_BY).fetchall()
        started = time.perf_counter()
        connection.execute(_GROUP_BY).fetchall()
        return time.perf_counter() - started
