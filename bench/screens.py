"""The pages of the dashboard over years of answers: how long each takes, of an admin and of an account manager."""

import secrets
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from sqlalchemy import Connection, func, select
from starlette.routing import Mount

from bench.company import BOT_URL, MANAGERS, add_company, settings_for
from bench.settled import add_up_accounts, count_groups, match_reasons
from bench.sizes import Sizes
from bench.table import Line
from bot.api import PATH as API
from bot.api.api import api
from bot.api.caller import PageQuery
from bot.api.cases import CasesQuery
from bot.api.contacts import ContactsQuery
from bot.api.conversations import AnswersQuery, ConversationsQuery
from bot.api.cursors import cursor_after
from bot.api.keys import add_key, digest_of
from bot.app import build_channels, build_setup
from bot.cli.serve import settle_memory
from bot.clock import RealClock
from bot.config.settings import Settings
from bot.pages.dashboard import Dashboard
from bot.pages.scores import MORE
from bot.people.visits import Visitor, make_link
from bot.store.schema import answer, case, conversation
from bot.store.store import Store, open_store
from bot.web.web import web
from channels.base import Address

LIMIT = 100  # milliseconds
WAVES = 10
OF_ONE = 10  # contacts of an account
OPEN = 500  # cases that nobody finished
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
  0, CASE WHEN n % 10 = 0 THEN 'the delivery was late' END, '[]', 0, 2, '[]', 0, 0, '2026-03-20 10:00:00',
  CASE WHEN n % 10 = 0 THEN 'done' ELSE 'no_reason' END
FROM numbers
"""
_KNOWN = """
INSERT INTO enrolment (conversation_id, account, account_manager, attributes)
SELECT conversation.id, account.name, account.account_manager, '{}'
FROM conversation JOIN contact ON contact.id = conversation.contact_id JOIN account ON account.id = account_id
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
    *("", "cases", "cases/open/1", "cases/done/1", "cases/confirmed/1", "case/1"),
    *("accounts", "accounts?q=Initech+7", "accounts?page=50", "account/30"),
    *("score", "score?by=account_manager", "score/answers", "score/answers?category=detractors"),
    *("score/answers?by=account_manager&group=Manager+3", "score/themes", "score/answers?theme=delivery"),
    *(f"score/more/{what}" for what in MORE),
    *("campaigns", "people", "people?q=c77", "people?q=Customer+77"),
)
LISTS: Mapping[str, PageQuery] = {
    "contacts": ContactsQuery(),
    "conversations": ConversationsQuery(),
    "answers": AnswersQuery(),
    "cases": CasesQuery(which="all"),
}
A_PAGE = 200


async def screens(sizes: Sizes) -> AsyncIterator[Line]:
    """On SQLite, warm, in this process; what is timed is a request until its whole page is there, by the clock and by
    what the processor did for it, which a busy machine changes less."""
    with TemporaryDirectory() as directory:
        path = Path(directory, "npsbot.db")
        settings = settings_for(f"sqlite+aiosqlite:///{path}")
        store = await open_store(settings.database_url)
        try:
            await add_company(store, settings)
            _fill(path, sizes)
            await count_groups(store)
            await add_up_accounts(store)
            await match_reasons(store, settings)
            async for line in measured(store, settings, sizes):
                yield line
        finally:
            await store.close()


async def measured(store: Store, settings: Settings, sizes: Sizes) -> AsyncIterator[Line]:
    """The rows, over a database that is filled."""
    context = build_setup(settings, build_channels(settings))
    clock = RealClock()
    dashboard = Dashboard.over(store, context, clock)
    routes = [*dashboard.routes, Mount(API, api(store, context, clock))]
    asgi = web(store, context, {}, {}, clock, routes)
    settle_memory()  # as a server does at the end of its start
    of = f"{sizes.contacts:,} contacts and {sizes.answers:,} answers"
    for who, at in (("an admin", "slack:UADMIN"), ("an account manager", "slack:UM3")):
        times = await _timed(asgi, store, Address.parse(at), clock, sizes.looks)
        slowest = max(times, key=lambda page: times[page].clock)
        busiest = max(times, key=lambda page: times[page].processor)
        yield Line(
            f"pages of {who}, {of}: p95 of the slowest",
            f"{times[slowest].clock * 1e3:.0f} ms",
            target=f"<= {LIMIT} ms",
            met=times[slowest].clock * 1e3 <= LIMIT,
            note=f"/{slowest}; first /, {times[''].clock * 1e3:.0f} ms",
        )
        yield Line(
            "the same by the processor's time",
            f"{times[busiest].processor * 1e3:.0f} ms",
            target=f"<= {LIMIT} ms",
            met=times[busiest].processor * 1e3 <= LIMIT,
            note=f"/{busiest}; the heaviest page has {max(one.size for one in times.values()):,} bytes",
        )
        for page, took in sorted(times.items(), key=lambda one: -one[1].processor):
            sys.stderr.write(
                f"    {took.clock * 1e3:7.1f} ms {took.processor * 1e3:7.1f} ms of the processor "
                f"{took.size:7,} bytes  /{page}\n"
            )
    async for line in _lists(asgi, store, clock, sizes):
        yield line


def _fill(path: Path, sizes: Sizes) -> None:
    accounts = max(MANAGERS + 1, sizes.contacts // OF_ONE)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_ACCOUNTS, (accounts,))
        connection.execute(_CONTACTS, (sizes.contacts, accounts))
        connection.execute(_WAVES, (-(-sizes.answers // sizes.contacts),))
        connection.execute(_ANSWERED, (sizes.answers, sizes.contacts, sizes.contacts))
        connection.execute(_KNOWN)
        connection.execute(_SAID)
        first_open = sizes.answers - OPEN * 6
        connection.execute(_CASES, (first_open, first_open, first_open))
        connection.execute(_EVENTS)
        connection.commit()


@dataclass(frozen=True, slots=True)
class Took:
    """Within how many seconds 95 of 100 requests were answered, by the clock and by the processor; and the bytes."""

    clock: float
    processor: float
    size: int


async def _timed(asgi: object, store: Store, who: Address, clock: RealClock, looks: int) -> dict[str, Took]:
    """What requests for each page take."""
    token = await store.write(make_link, Visitor(who, who), clock.now())
    transport = httpx.ASGITransport(asgi)  # type: ignore[arg-type]
    async with httpx.AsyncClient(
        transport=transport, base_url=BOT_URL, headers={"Origin": BOT_URL}
    ) as client:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        await client.post(f"/dashboard/in/{token}", content=b"", headers=form)
        return {page: await _took(client, f"/dashboard/{page}", looks) for page in PAGES}


async def _took(client: httpx.AsyncClient, path: str, looks: int) -> Took:
    clocks, processor, size = [], [], 0
    for _ in range(looks):
        started, worked = time.perf_counter(), time.process_time()
        answer = await client.get(path)
        clocks.append(time.perf_counter() - started)
        processor.append(time.process_time() - worked)
        size = len(answer.content)
        if answer.status_code not in (200, 404):
            raise RuntimeError(f"{path} was answered {answer.status_code}")
    last = round(0.95 * looks) - 1
    return Took(sorted(clocks)[last], sorted(processor)[last], size)


async def _lists(asgi: object, store: Store, clock: RealClock, sizes: Sizes) -> AsyncIterator[Line]:
    """Pages of 200 rows of the API's lists: the first, one from the middle and the last."""
    scopes = ("contacts:read", "conversations:read", "cases:read", "words")
    secret = await store.write(
        add_key, f"bench{secrets.token_hex(4)}", scopes, "bench", clock.now(), 1_000_000
    )
    transport = httpx.ASGITransport(asgi)  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url=BOT_URL, headers=headers) as client:
        for name, query in LISTS.items():
            rows = sizes.contacts if name == "contacts" else await store.read(_rows_of, name)
            took = []
            for after in (0, rows // 2, max(0, rows - 2 * A_PAGE)):
                filters = {**query.filters, "/": name}
                cursor = f"&cursor={cursor_after(after, filters, digest_of(secret))}" if after else ""
                which = "&which=all" if name == "cases" else ""
                took.append(await _took(client, f"{API}/{name}?limit={A_PAGE}{which}{cursor}", sizes.looks))
            each = ", ".join(f"{one.processor * 1e3:.0f}" for one in took)
            yield Line(
                f"{name} by the API, {rows:,} rows: p95 of a page of {A_PAGE}",
                f"{max(one.clock for one in took) * 1e3:.0f} ms",
                target=f"<= {LIMIT} ms",
                met=max(one.clock for one in took) * 1e3 <= LIMIT,
                note=f"first, middle, last by the processor: {each} ms",
            )


def _rows_of(connection: Connection, name: str) -> int:
    table = {"conversations": conversation, "answers": answer, "cases": case}[name]
    return int(connection.scalar(select(func.max(table.c.id))) or 0)
