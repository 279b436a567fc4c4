"""What reports and files read of a wave of a million people: its themes, and its export beside Polars.

Polars reads the same join from the same file by the standard library's driver, with everything in memory, makes the
same columns of it and writes the same CSV.
"""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from sqlalchemy import Connection

from bench.children import asked, peak_memory, quiet
from bench.company import settings_for
from bench.sizes import Sizes
from bench.table import Line, ratio_of
from bench.wave_file import fill_wave
from bot.config.settings import Settings
from bot.reports.export.columns import COLUMNS
from bot.reports.export.everybody import export
from bot.reports.export.files import csv_parts
from bot.reports.export.parquet import write_parquet
from bot.reports.export.workbook import write_workbook
from bot.reports.themes.themes import themes_report
from bot.reports.values import Missing, ThemesReport
from bot.store.store import open_store
from bot.words import words_for

THEMES_LIMIT: Final = 100  # milliseconds
MEMORY_LIMIT: Final = 100  # MB more than a small export takes

_POLARS: Final = """
SELECT 'bench' AS campaign, 'nps' AS kind, 1 AS wave, wave.started_at AS wave_started_at, contact.contact_id,
  contact.name, enrolment.account, enrolment.account_manager, one.channel, one.language,
  CASE WHEN one.state = 'skipped' THEN 'skipped'
    WHEN one.score IS NOT NULL AND (one.reason IS NOT NULL OR one.ending = 'done') THEN 'completed'
    WHEN one.score IS NOT NULL THEN 'started' WHEN one.ending = 'opted_out' THEN 'refused'
    WHEN one.unread > 0 OR one.talk > 0 THEN 'unscored' WHEN one.delivered_at IS NOT NULL THEN 'silent'
    ELSE 'unknown' END AS disposition,
  one.skipped AS skip_reason, one.ending, one.ending = 'opted_out' AS opted_out, one.score, one.first_score,
  CASE WHEN one.score <= 6 THEN 'detractor' WHEN one.score <= 8 THEN 'passive' WHEN one.score <= 10 THEN 'promoter' END
    AS category,
  one.reason, (SELECT group_concat(theme, '; ') FROM theme_named WHERE conversation_id = one.id AND at IS NOT NULL)
    AS themes,
  one.late, one.asked_at, one.delivered_at, one.reminded_at, one.moved_at, one.scored_at, one.scored_on, one.closed_at,
  "case".id AS "case", "case".state AS case_state, "case".cause AS case_cause, "case".opened_at AS case_opened_at,
  "case".taken_at AS case_taken_at, "case".done_at AS case_done_at, one.erased, {attributes}
FROM conversation AS one JOIN wave ON wave.id = one.wave_id
LEFT JOIN enrolment ON enrolment.conversation_id = one.id
LEFT JOIN contact ON contact.id = one.contact_id
LEFT JOIN "case" ON "case".conversation_id = one.id
WHERE one.wave_id = 1 ORDER BY one.id
"""
_ATTRIBUTES: Final = ("office", "plan", "product", "region", "segment", "size")


async def files(sizes: Sizes) -> AsyncIterator[Line]:
    """On SQLite; each export in a process of its own, in turn with Polars'."""
    with TemporaryDirectory() as directory:
        many, few = Path(directory, "many.db"), Path(directory, "few.db")
        settings = await fill_wave(many, sizes.answers)
        await fill_wave(few, sizes.few_answers)
        taken = await _themes(settings) * 1e3
        yield Line(
            f"themes of a wave with {sizes.answers:,} answers",
            f"{taken:.1f} ms",
            target=f"<= {THEMES_LIMIT} ms",
            met=taken <= THEMES_LIMIT,
            note="matched when the reasons came",
        )
        ours, theirs = [], []
        for _ in range(sizes.rounds):
            ours.append(await _measured("csv", many))
            theirs.append(await _measured("polars", many))
        ratio = ratio_of([one.seconds for one in ours], [one.seconds for one in theirs])
        yield Line(
            f"export of {sizes.answers:,} rows as CSV, Polars",
            f"{median(one.seconds for one in ours):.1f} s",
            f"{median(one.seconds for one in theirs):.1f} s",
            ratio,
            "<= 2",
            ratio <= 2,
            f"{ours[0].megabytes:,.0f} MB of memory, Polars {theirs[0].megabytes:,.0f}",
        )
        small = await _measured("csv", few)
        grown = ours[0].megabytes - small.megabytes
        yield Line(
            f"memory for that, against {sizes.few_answers:,} rows",
            f"{ours[0].megabytes:,.0f} MB",
            f"{small.megabytes:,.0f} MB",
            target=f"within {MEMORY_LIMIT} MB",
            met=grown <= MEMORY_LIMIT,
        )
        for form in ("parquet", "xlsx"):
            one = await _measured(form, many)
            yield Line(
                f"the same as {form}", f"{one.seconds:.1f} s", note=f"{one.megabytes:,.0f} MB of memory"
            )


async def _themes(settings: Settings) -> float:
    """The seconds that the fastest of five takes."""
    store = await open_store(settings.database_url)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        found = await store.read(themes_report, settings, "bench")
        times.append(time.perf_counter() - started)
        if not isinstance(found, ThemesReport) or not found.rows:
            raise RuntimeError("the report names no theme")
    await store.close()
    return min(times)


# ------------------------------------------------------------------------------------- in its own process


class Measured(NamedTuple):
    """What one export took."""

    seconds: float
    megabytes: float


async def _measured(form: str, path: Path) -> Measured:
    out = path.with_suffix(f".{form}")
    told = await asked("bench.files", form, str(path), str(out))
    if not out.stat().st_size:
        raise RuntimeError(f"the {form} is empty")
    out.unlink()
    return Measured(**told)


def _write(form: str, path: Path, out: Path) -> None:
    """Write the file as the command does."""
    settings = settings_for(f"sqlite+aiosqlite:///{path}")
    words = words_for("export", "en")

    def write(connection: Connection) -> None:
        found = export(connection, settings, "bench")
        if isinstance(found, Missing):
            raise RuntimeError("there is nothing to export")
        with out.open("wb") as file:
            if form == "csv":
                file.writelines(csv_parts(found.columns, found.batches))
            elif form == "parquet":
                write_parquet(file, found.columns, found.batches, words)
            else:
                write_workbook(file, found.columns, found.batches, words)

    async def read() -> None:
        store = await open_store(settings.database_url)
        await store.read(write)
        await store.close()

    asyncio.run(read())


def _by_polars(path: Path, out: Path) -> None:
    import polars as pl

    attributes = ", ".join(f"enrolment.attributes ->> '{name}' AS \"{name}\"" for name in _ATTRIBUTES)
    with closing(sqlite3.connect(path)) as connection:
        rows = pl.read_database(_POLARS.format(attributes=attributes), connection, infer_schema_length=10_000)
    times = [name for name in rows.columns if name.endswith("_at")]
    rows = rows.with_columns(
        pl.col(name).cast(pl.String).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_zone="UTC")
        for name in times
    )
    rows = rows.with_columns(
        pl.col(name).dt.convert_time_zone("Europe/Amsterdam").dt.replace_time_zone(None).alias(local)
        for name in times
        if (local := name.replace("_at", "_local")) in COLUMNS
    )
    rows.with_columns(
        asked_on=pl.col("asked_local").dt.date(),
        hours_to_answer=((pl.col("scored_at") - pl.col("asked_at")).dt.total_seconds() / 3600).round(2),
    ).write_csv(out, datetime_format="%Y-%m-%d %H:%M:%S", quote_style="non_numeric")


def main(form: str, path: Path, out: Path) -> None:
    """Write a file, and print how many seconds and megabytes that took."""
    quiet()
    started = time.perf_counter()
    if form == "polars":
        _by_polars(path, out)
    else:
        _write(form, path, out)
    taken = time.perf_counter() - started
    sys.stdout.write(json.dumps({"seconds": taken, "megabytes": peak_memory()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
