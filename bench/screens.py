"""The pages of the dashboard over years of answers: how long each takes, of an admin and of an account manager."""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench.company import BOT_URL, MANAGERS, add_company, settings_for
from bench.sizes import Sizes
from bench.table import Line
from bot.app import build_channels, build_setup
from bot.clock import RealClock
from bot.pages.dashboard import Dashboard
from bot.people.visits import Visitor, make_link
from bot.store.store import Store, open_store
from bot.web.web import web
from channels.base import Address

LIMIT = 100  # milliseconds
WAVES = 10
OF_ONE = 10  # contacts of an account
OPEN = 500  # cases that nobody finished
ROUNDS = 20
_ACCOUNTS = f"""
WITH RECURSIVE numbers(n) AS (SELECT {MANAGERS} + 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO account (id, name, account_manager)
SELECT n, 'Initech ' || n, 'Manager ' || (n % {MANAGERS}) FROM numbers
"""  # noqa: S608 - made of our own numbers alone
_CONTACTS = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO contact (id, contact_id, name, account_id, attributes, changed_at)
SELECT n, 'c' || n, 'Customer ' || n, n % ? + 1, '{}', '2026-03-02 10:00:00' FROM numbers
"""
_WAVES = """
WITH RECURSIVE numbers(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO wave (
  id, campaign, number, trial, terms, plan, started_by, started_at, begun_at, enrolled_at, transactional
)
SELECT n, campaign, n, 0, terms, 'bench' || n, started_by, started_at, begun_at, enrolled_at, 0
FROM wave, numbers WHERE wave.id = 1
"""
_ANSWERED = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO conversation (
  id, wave_id, contact_id, channel, address, language, state, asked_at, delivered_at, low, high, score, first_score,
  scored_at, scored_on, late, reason, parts, unread, talk, candidates, hints, clarified, closed_at, ending
)
SELECT n, (n - 1) / ? + 1, (n - 1) % ? + 1, 'slack', 'a' || n, 'en', 'closed',
  '2026-03-02 10:00:00', '2026-03-02 10:00:00', 0, 10, (n * 7919) % 11, (n * 7919) % 11,
  date('2026-03-02', (n / 3 % 14) || ' days') || ' 10:00:00.000000', date('2026-03-02', (n / 3 % 14) || ' days'),
  0, 'because they were late', '[]', 0, 2, '[]', 0, 0, '2026-03-20 10:00:00', 'done'
FROM numbers
"""
_SAID = """
INSERT INTO answer (conversation_id, at, kind, score) SELECT id, scored_at, 'score', score FROM conversation ORDER BY id
"""
_CASES = f"""
INSERT INTO "case" (conversation_id, manager, channel, address, kind, state, opened_at, done_at, done_by, new_words,
  wanted, shown, pings, pinged, wave_id, rung)
SELECT conversation.id, account.account_manager, 'slack', 'UM' || (account.id % {MANAGERS}), 'detractor',
  CASE WHEN conversation.id > ? THEN 'open' ELSE 'done' END, scored_at,
  CASE WHEN conversation.id > ? THEN NULL ELSE '2026-03-21 10:00:00' END,
  CASE WHEN conversation.id > ? THEN NULL ELSE 'slack:UM1' END, 0, 1, 1, 1, 1, wave_id, 0
FROM conversation JOIN contact ON contact.id = conversation.contact_id JOIN account ON account.id = account_id
WHERE score <= 1 ORDER BY conversation.id
"""  # noqa: S608 - as above
_EVENTS = """
INSERT INTO case_event (case_id, at, kind, detail)
SELECT id, opened_at, 'opened', json_object('owner', json_array(manager, channel, address)) FROM "case"
"""
PAGES = (
    "",
    "cases",
    "cases/done/1",
    "case/1",
    "accounts",
    "account/30",
    "score",
    "score/answers",
    "people?q=c77",
)


async def screens(sizes: Sizes) -> AsyncIterator[Line]:
    """On SQLite, warm, in this process; what is timed is a request until its whole page is there."""
    with TemporaryDirectory() as directory:
        path = Path(directory, "npsbot.db")
        settings = settings_for(f"sqlite+aiosqlite:///{path}")
        store = await open_store(settings.database_url)
        try:
            await add_company(store, settings)
            _fill(path, sizes)
            context = build_setup(settings, build_channels(settings))
            clock = RealClock()
            dashboard = Dashboard.over(store, context, clock)
            asgi = web(store, context, {}, {}, clock, dashboard.routes)
            for who, at in (("an admin", "slack:UADMIN"), ("an account manager", "slack:UM3")):
                times = await _timed(asgi, store, Address.parse(at), clock)
                slowest, taken = max(times.items(), key=lambda one: one[1])
                yield Line(
                    f"pages of {who}, {sizes.contacts:,} contacts and {sizes.answers:,} answers: p95 of the slowest",
                    f"{taken * 1e3:.0f} ms",
                    target=f"<= {LIMIT} ms",
                    met=taken * 1e3 <= LIMIT,
                    note=f"/{slowest}; first /, {times[''] * 1e3:.0f} ms",
                )
        finally:
            await store.close()


def _fill(path: Path, sizes: Sizes) -> None:
    accounts = max(MANAGERS + 1, sizes.contacts // OF_ONE)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_ACCOUNTS, (accounts,))
        connection.execute(_CONTACTS, (sizes.contacts, accounts))
        connection.execute(_WAVES, (-(-sizes.answers // sizes.contacts),))
        connection.execute(_ANSWERED, (sizes.answers, sizes.contacts, sizes.contacts))
        connection.execute(_SAID)
        first_open = sizes.answers - OPEN * 6
        connection.execute(_CASES, (first_open, first_open, first_open))
        connection.execute(_EVENTS)
        connection.commit()


async def _timed(asgi: object, store: Store, who: Address, clock: RealClock) -> dict[str, float]:
    """The seconds within which 95 of 100 requests for each page are answered."""
    token = await store.write(make_link, Visitor(who, who), clock.now())
    times: dict[str, float] = {}
    transport = httpx.ASGITransport(asgi)  # type: ignore[arg-type]
    async with httpx.AsyncClient(
        transport=transport, base_url=BOT_URL, headers={"Origin": BOT_URL}
    ) as client:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        await client.post(f"/dashboard/in/{token}", content=b"", headers=form)
        for page in PAGES:
            each = []
            for _ in range(ROUNDS):
                started = time.perf_counter()
                answer = await client.get(f"/dashboard/{page}")
                each.append(time.perf_counter() - started)
                if answer.status_code not in (200, 404):
                    raise RuntimeError(f"/{page} was answered {answer.status_code}")
            times[page] = sorted(each)[round(0.95 * ROUNDS) - 1]
    return times
