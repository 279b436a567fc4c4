"""The reports of a wave with very many answers: of all, and by what was known of the customers."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Connection, text

from bench.answered import ATTRIBUTES, fill
from bench.company import settings_for
from bench.durable_postgres import durable_postgres
from bench.sizes import Sizes
from bench.table import Line, ratio_of
from bot.reports.accounts import accounts_report
from bot.reports.campaign_report import campaign_report
from bot.reports.group_proof import prove_groups
from bot.reports.values import Missing
from bot.store.store import Store

LIMIT = 10  # milliseconds
GROWTH = 2.0  # times what the report of few answers takes
COUNTED = 50  # milliseconds of a report by an attribute that is counted
READ = 2_500  # of one by an attribute with more values

# By what, with how many values, how long it may take, and what it goes by.
_BY: Final[tuple[tuple[str, int, float, str], ...]] = (
    ("plan", ATTRIBUTES["plan"], COUNTED, "counters"),
    ("branch", ATTRIBUTES["branch"], COUNTED, "counters"),
    ("account_manager", 20, COUNTED, "counters"),
    ("language", 2, COUNTED, "counters"),
    ("key_contact", 2, COUNTED, "counters"),
    ("account", 50_000, READ, "counters"),
    ("account_value", 50_000, READ, "counters"),
    ("contract", ATTRIBUTES["contract"], READ, "one aggregate over an index"),
)
_GROUP_BY: Final = {
    "sqlite": "SELECT enrolment.attributes ->> '$.plan', score, count(*)",
    "postgresql": "SELECT enrolment.attributes ->> 'plan', score, count(*)",
}
_OF: Final = (
    " FROM conversation JOIN enrolment ON enrolment.conversation_id = conversation.id"
    " WHERE conversation.wave_id = 1 AND conversation.score IS NOT NULL GROUP BY 1, 2"
)


async def reports(sizes: Sizes) -> AsyncIterator[Line]:
    """Warm; what is timed is all that happens between asking for the report and having it."""
    async with AsyncExitStack() as stack:
        directory = stack.enter_context(TemporaryDirectory())
        server = stack.enter_context(durable_postgres())
        for engine in ("SQLite", "PostgreSQL"):
            urls = [
                f"sqlite+aiosqlite:///{Path(directory, name)}"
                if engine == "SQLite"
                else server.url(server.create_database())
                for name in ("many.db", "few.db")
            ]
            many = await fill(urls[0], sizes.answers, sizes.accounts)
            stack.push_async_callback(many.close)
            few = await fill(urls[1], sizes.few_answers, min(sizes.accounts, sizes.few_answers))
            stack.push_async_callback(few.close)
            async for line in _on(engine, many, few, sizes):
                yield line


async def _on(engine: str, many: Store, few: Store, sizes: Sizes) -> AsyncIterator[Line]:
    rounds = range(sizes.rounds)
    ours, theirs = [], []
    for _ in rounds:
        ours.append(await _reported(many, sizes.answers))
        theirs.append(await _reported(few, sizes.few_answers))
    taken, ratio = median(ours) * 1e3, ratio_of(ours, theirs)
    yield Line(
        f"report of {sizes.answers:,} answers, with {sizes.few_answers:,}, {engine}",
        f"{taken:.1f} ms",
        f"{median(theirs) * 1e3:.1f} ms",
        ratio,
        f"<= {LIMIT} ms, <= {GROWTH:.0f}",
        taken <= LIMIT and ratio <= GROWTH,
        "from the tally",
    )
    for by, values, most, note in _BY:
        ours, theirs = [], []
        for _ in rounds:
            ours.append(await _reported(many, sizes.answers, by=by))
            if by == "plan":
                theirs.append(await many.read(_grouped))
        taken = median(ours) * 1e3
        yield Line(
            f"the same by {by}, {values:,} values, {engine}" + (", bare GROUP BY" if theirs else ""),
            f"{taken:,.0f} ms",
            f"{median(theirs) * 1e3:,.0f} ms" if theirs else "",
            ratio_of(ours, theirs) if theirs else None,
            f"<= {most:,.0f} ms",
            taken <= most,
            note,
        )
    taken = median([await _told(many) for _ in rounds]) * 1e3
    yield Line(
        f"accounts of {sizes.answers:,} answers, {sizes.accounts:,} of them, {engine}",
        f"{taken:,.0f} ms",
        target=f"<= {READ:,.0f} ms",
        met=taken <= READ,
        note="counters, and an index of accounts",
    )
    for what, clauses in (
        ("by plan, a week of it", {"by": "plan", "since": date(2026, 3, 9)}),
        ("by plan, of one manager", {"by": "plan", "managers": ("Manager 3",)}),
        ("by plan, as of now", {"by": "plan", "now": True}),
    ):
        taken = median([await _reported(many, None, **clauses) for _ in rounds]) * 1e3
        yield Line(f"the same {what}, {engine}", f"{taken:,.0f} ms", note="one aggregate over the answers")
    started = time.perf_counter()
    if await many.read(prove_groups):
        raise RuntimeError("the counters do not agree with the conversations")
    yield Line(
        f"proving these counters, {engine}", f"{time.perf_counter() - started:.0f} s", note="npsbot tallies"
    )


async def _reported(store: Store, answers: int | None, **clauses: Any) -> float:
    """The seconds that the fastest of three reports takes: the first reads a cold file."""
    settings = settings_for(store.url.render_as_string(hide_password=False))
    times = []
    for _ in range(3):
        started = time.perf_counter()
        report = await store.read(campaign_report, settings, "bench", **clauses)
        times.append(time.perf_counter() - started)
        if isinstance(report, Missing) or answers not in (None, report.scores.n):
            raise RuntimeError("the report does not count every answer")
    return min(times)


async def _told(store: Store) -> float:
    """The seconds of the report of accounts, as above."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        await store.read(accounts_report, "bench")
        times.append(time.perf_counter() - started)
    return min(times)


def _grouped(connection: Connection) -> float:
    """The seconds of the bare statement, the second time that it runs."""
    statement = text(_GROUP_BY[connection.dialect.name] + _OF)
    connection.execute(statement).all()
    started = time.perf_counter()
    connection.execute(statement).all()
    return time.perf_counter() - started
