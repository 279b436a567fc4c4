"""Importing contacts, each run in a process of its own: `python -m bench.importing SIDE CSV_FILE`.

`kept` imports into a fresh database; `checked` parses and checks every row and keeps nothing.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.children import asked, peak_memory, quiet
from bench.company import settings_for
from bench.sizes import Sizes
from bench.table import Line, ratio_of
from bot.people.files.csv import BadLine, CsvFile
from bot.people.importing import import_contacts
from bot.people.rows import ContactRow, RowReader
from bot.store.store import open_store

HEADER = "contact_id,name,account,account_manager,language,timezone,slack,telegram,phone,plan\n"
SPARE = 64  # megabytes that a hundred times as many contacts may take more


async def importing(sizes: Sizes) -> AsyncIterator[Line]:
    """Rows a second, and the memory that many rows take beside few."""
    with TemporaryDirectory() as directory:
        many, few = Path(directory, "many.csv"), Path(directory, "few.csv")
        write_contacts(many, sizes.contacts)
        write_contacts(few, sizes.few_contacts)
        ours, theirs, peaks = [], [], []
        for _ in range(sizes.rounds):
            kept = await asked("bench.importing", "kept", str(many))
            checked = await asked("bench.importing", "checked", str(many))
            ours.append(sizes.contacts / kept["seconds"])
            theirs.append(sizes.contacts / checked["seconds"])
            peaks.append(kept["megabytes"])
        small = (await asked("bench.importing", "kept", str(few)))["megabytes"]
    ratio = ratio_of(ours, theirs)
    yield Line(
        f"importing {sizes.contacts:,} contacts, against checking alone",
        f"{median(ours):,.0f} rows/s",
        f"{median(theirs):,.0f} rows/s",
        ratio,
        ">= 0.15",
        ratio >= 0.15,
    )
    more = median(peaks) - small
    yield Line(
        f"memory for {sizes.contacts:,} contacts, against {sizes.few_contacts:,}",
        f"{median(peaks):.0f} MB",
        f"{small:.0f} MB",
        None,
        f"within {SPARE} MB",
        more <= SPARE,
    )


def write_contacts(path: Path, rows: int, first: int = 0) -> None:
    """A file of so many contacts from a number on, each with three addresses."""
    with path.open("w") as file:
        file.write(HEADER)
        for n in range(first, first + rows):
            file.write(
                f"c{n},Customer {n},Globex {n % 500},Manager {n % 500 % 20},{('nl', 'en')[n % 2]},"
                f"Europe/Amsterdam,UC{n:08d},{10_000_000 + n},+316{n % 100_000_000:08d},gold\n"
            )


async def _kept(path: Path) -> None:
    with TemporaryDirectory() as directory:
        settings = settings_for(f"sqlite+aiosqlite:///{Path(directory, 'bench.db')}")
        store = await open_store(settings.database_url)
        result = await import_contacts(store, path, settings, datetime.now(UTC))
        await store.close()
    if result.refused_count:
        raise RuntimeError(f"{result.refused_count} rows were refused: {result.refused[0].reason}")


def _checked(path: Path) -> None:
    settings = settings_for("sqlite+aiosqlite:///unused.db")
    with CsvFile(path) as file:
        managers = tuple(settings.account_managers)
        reader = RowReader(file.header.names, managers, settings.timezone, False)
        for row in file:
            if isinstance(row, BadLine) or not isinstance(reader.read(*row), ContactRow):
                raise RuntimeError("a row was refused")


def _main(side: str, path: Path) -> None:
    quiet()
    started = time.perf_counter()
    if side == "kept":
        asyncio.run(_kept(path))
    else:
        _checked(path)
    seconds = time.perf_counter() - started
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak_memory()}))


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
