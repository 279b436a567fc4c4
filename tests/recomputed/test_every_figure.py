"""Every figure of every report of a played company, on both engines, against formulas of their own (`# numbers`)."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd  # type: ignore[import-untyped]
from sqlalchemy import Connection

from bot.campaigns.waves import find_wave
from bot.commands.desks.report import report_of
from bot.commands.report_values import report_json
from bot.config.settings import Settings
from bot.reports.as_json.cases import figures_json
from bot.reports.cases.figures import case_figures
from bot.reports.cases.scope import EVERYBODY
from bot.reports.values import Missing
from bot.store.store import Store
from tests.recomputed import frame
from tests.recomputed.company import end, play, settings
from tests.recomputed.figures import Held
from tests.recomputed.frame import Company
from tests.recomputed.intervals import Json
from tests.recomputed.reports import CASES, REPORTS
from tests.support.bot_under_test import Bot
from tests.support.carried import Carried, put_in, rows_in
from tests.support.databases import Databases, memory, migrated
from tests.support.inline import open_inline

FEWEST: Final = 7000
"""So many figures are compared at least: a report that lost most of them would else pass unseen."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the reports said at one moment, and the rows of that moment."""

    now: datetime
    reports: dict[str, Json]
    company: Company
    rows: Carried


async def _told(bot: Bot) -> Told:
    now = bot.clock.now()
    reports = await _reports(bot.store, bot.settings, now)
    people = await bot.store.read(frame.read)
    return Told(now, reports, Company(now=pd.Timestamp(now), **people), await bot.store.read(rows_in))


async def _reports(store: Store, settings: Settings, now: datetime) -> dict[str, Json]:
    reports = {}
    for name, (command, _) in REPORTS.items():
        found = await store.read(report_of, settings, command, None, now)
        assert not isinstance(found, Missing), (name, found)
        reports[name] = json.loads(json.dumps(report_json(found)))
    for name, (number, _) in CASES.items():
        reports[name] = json.loads(json.dumps(await store.read(_cases, number, now)))
    return reports


def _cases(connection: Connection, number: int, now: datetime) -> Json:
    run = find_wave(connection, "panel", number)
    assert run is not None
    return figures_json(case_figures(connection, run.id, EVERYBODY, now))


def _looked_at(connection: Connection) -> None:
    """Tell the planner how much there is, as autovacuum does beside a server that lives: without it the reports take a
    minute of processor time."""
    connection.exec_driver_sql("ANALYZE")


async def _played(url: str) -> dict[str, Told]:
    store = await open_inline(url)
    with TemporaryDirectory() as directory:
        bot = await play(store, Path(directory))
    await store.write(_looked_at)
    running = await _told(bot)
    await end(bot)
    over = await _told(bot)
    await store.close()
    return {"running": running, "over": over}


async def _told_elsewhere(url: str, moments: Mapping[str, Told]) -> dict[str, dict[str, Json]]:
    """What the reports say of the same rows in another database."""
    store, found = await open_inline(url), {}
    for moment, told in moments.items():
        await store.write(put_in, told.rows)
        await store.write(_looked_at)
        found[moment] = await _reports(store, settings(), told.now)
    await store.close()
    return found


def test_every_figure_is_what_its_formula_says_on_both_engines(
    sqlite_databases: Databases, postgres_databases: Databases
) -> None:
    """One test, since playing the company is most of it, and two might be given to two processes. It is played on
    SQLite, and its rows are what PostgreSQL reports on."""
    with TemporaryDirectory(dir=memory()) as room, sqlite_databases.database(Path(room), migrated) as url:
        on_sqlite = asyncio.run(_played(url))
    for told in on_sqlite.values():
        held = Held()
        for name, (_, recompute) in [*REPORTS.items(), *CASES.items()]:
            held.hold(told.reports[name], recompute(told.company), name)
        assert held.differences == [], f"{len(held.differences)} of {held.compared} figures differ"
        assert held.not_recomputed == [], f"beside {held.compared} figures"
        assert held.compared > FEWEST
    with postgres_databases.database(Path(), migrated) as url:
        on_postgres = asyncio.run(_told_elsewhere(url, on_sqlite))
    for moment, told in on_sqlite.items():
        for name, report in told.reports.items():
            assert json.dumps(report) == json.dumps(on_postgres[moment][name]), (moment, name)


def test_what_differs_and_what_nobody_recomputes_is_named() -> None:
    held = Held()
    held.hold({"a": 1.0, "b": [2, 3], "c": 4, "d": "text"}, {"a": 1.1, "b": [2, 3]}, "report")
    assert (held.compared, held.differences) == (3, ["report.a: 1.0, and not 1.1"])
    assert held.not_recomputed == ["report.c"]
