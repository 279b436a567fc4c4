"""Importing contacts from a CSV file, a chunk of rows a transaction.

Good rows are kept and bad ones are told with line and reason; importing again updates and never doubles. No
more of the file than a chunk is in memory, and between two chunks waiting replies have their turn.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

import structlog
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError

from bot.config.settings import Settings
from bot.people.csv_file import BadLine, CannotRead, CsvFile
from bot.people.import_chunk import ChunkResult, write_chunk
from bot.people.phones import country_of_zone
from bot.people.rows import ContactRow, Refusal, RowReader
from bot.people.suppression import require_keys
from bot.store.store import Store
from channels.base import RateLimited, SendError

log = structlog.get_logger()

__all__ = ["CannotRead", "ImportResult", "Progress", "Refusal", "SlackLookup", "import_contacts"]

CHUNK: Final = 500  # rows a transaction: the longest that a reply waits for an import
REMEMBERED: Final = 10_000  # refusals that the result lists; a file of other content could have millions
_TRIES: Final = 10  # of a chunk that clashes with what another process writes

SlackLookup = Callable[[str], Awaitable[str | None]]
"""From an e-mail address to a Slack member's id; None where nobody there has it. Raises SendError."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is, after each chunk."""

    bytes_read: int
    bytes_total: int
    rows: int
    refused: tuple[Refusal, ...]  # those of this chunk


@dataclass(slots=True)
class ImportResult:
    """What became of the rows. `refused` lists the first 10,000, `refused_count` counts all."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused_count: int = 0
    refused: list[Refusal] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """Rows that the database now says the same as: added, updated and unchanged."""
        return self.added + self.updated + self.unchanged

    @property
    def rows(self) -> int:
        return self.kept + self.refused_count


async def import_contacts(
    store: Store,
    path: Path,
    settings: Settings,
    now: datetime,
    progress: Callable[[Progress], None] = lambda _: None,
    slack_lookup: SlackLookup | None = None,
    *,
    move_accounts: bool = False,
) -> ImportResult:
    """Import the file. Raises CannotRead where nothing of it can be read.

    An account that has a manager keeps it, and a row that says otherwise is refused; with `move_accounts`
    an account goes to the manager whom the file names first. Phone numbers without a country are read as
    dialled in the country of the configured timezone. Without `slack_lookup` e-mail addresses in the column
    slack are refused. Raises KeyMissing where people who were erased could not be recognised.
    """
    await store.read(require_keys, settings.secret_key)
    result = ImportResult()
    with CsvFile(path) as file:
        result.notices.extend(file.notices)
        reader = RowReader(
            file.header,
            tuple(settings.account_managers),
            country_of_zone(settings.timezone),
            slack_lookup is not None,
        )
        moved: dict[str, str] | None = {} if move_accounts else None
        rows = _read(file, reader)
        while chunk := list(islice(rows, CHUNK)):
            good = [row for row in chunk if isinstance(row, ContactRow)]
            refused = [row for row in chunk if isinstance(row, Refusal)]
            if slack_lookup is not None:
                good = [row for row in good if not await _unknown_in_slack(row, slack_lookup, refused)]
            written = await _written(store, good, now, moved, settings.secret_key)
            log.info("contacts.imported", kept=len(good), refused=len(chunk) - len(good))
            refused = sorted([*refused, *written.refused], key=lambda refusal: refusal.line)
            result.added += written.added
            result.updated += written.updated
            result.unchanged += written.unchanged
            result.refused_count += len(refused)
            result.refused.extend(refused[: REMEMBERED - len(result.refused)])
            progress(Progress(file.position, file.size, result.rows, tuple(refused)))
    if result.rows == 0:
        result.notices.append(f"{path} has a header and no rows")
    return result


def _read(file: CsvFile, reader: RowReader) -> Iterator[ContactRow | Refusal]:
    for row in file:
        yield Refusal(row.line, row.reason) if isinstance(row, BadLine) else reader.read(*row)


async def _written(
    store: Store,
    rows: list[ContactRow],
    now: datetime,
    moved: dict[str, str] | None,
    secret: SecretStr | None,
) -> ChunkResult:
    """Write a chunk; where another process took an address or a key meanwhile, look again and decide anew."""
    for attempt in range(1, _TRIES + 1):
        try:
            result = await store.write(write_chunk, rows, now, moved, secret)
        except IntegrityError:
            if attempt == _TRIES:
                raise
        else:
            if moved is not None:
                moved.update(result.moved)
            return result
    raise AssertionError("the last attempt returns or raises")


async def _unknown_in_slack(row: ContactRow, lookup: SlackLookup, refused: list[Refusal]) -> bool:
    """Put the id in for the e-mail address; where there is none, refuse the row and say True."""
    if row.email is None:
        return False
    try:
        found = await _looked_up(row.email, lookup)
    except SendError as error:
        refused.append(Refusal(row.line, f"slack {row.email!r} could not be looked up: {error}"))
        return True
    if found is None:
        refused.append(
            Refusal(
                row.line, f"slack {row.email!r} is nobody's address in Slack; correct it or leave it blank"
            )
        )
        return True
    row.addresses["slack"] = found
    return False


async def _looked_up(email: str, lookup: SlackLookup) -> str | None:
    """Ask Slack, at the pace that it allows."""
    while True:
        try:
            return await lookup(email)
        except RateLimited as error:
            await asyncio.sleep(error.retry_after)
