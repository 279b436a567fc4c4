"""Importing contacts from a file, a chunk of rows a transaction.

Good rows are kept and bad ones are told with line and reason; importing again updates and never doubles. No
more of the file than a chunk is in memory, and between two chunks waiting replies have their turn.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

import structlog
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError

from bot.config.settings import Settings
from bot.people.distinct import Distinct
from bot.people.files.csv import BadLine
from bot.people.files.header import CannotRead
from bot.people.files.refused import RefusedFile
from bot.people.files.table import Table, open_table
from bot.people.import_chunk import ChunkResult, TypedSoFar, judge_chunk, write_chunk
from bot.people.rows import ContactRow, Refusal, RowReader
from bot.people.snapshot import Picture
from bot.people.suppression import require_keys
from bot.store.store import Store
from channels.base import RateLimited, SendError

log = structlog.get_logger()

__all__ = ["CannotRead", "ImportProgress", "ImportResult", "Refusal", "SlackLookup", "import_contacts"]

CHUNK: Final = 500  # rows a transaction: the longest that a reply waits for an import
REMEMBERED: Final = 10_000  # refusals that the result lists; a file of other content could have millions
_KINDS: Final = 200  # of notes and of reasons that the result tells apart
_VARYING: Final = re.compile(
    r"""'[^']*'|"[^"]*"|\b\d+(?= (?:characters|cells?)\b)|(?<=line )\d+|\S+(?= belongs to contact)"""
)
_TRIES: Final = 10  # of a chunk that clashes with what another process writes

SlackLookup = Callable[[str], Awaitable[str | None]]
"""From an e-mail address to a Slack member's id; None where nobody there has it. Raises SendError."""


@dataclass(frozen=True, slots=True)
class ImportProgress:
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
    columns: frozenset[str] = frozenset()
    """The names in the file's header, folded."""
    notes: dict[str, tuple[int, int]] = field(default_factory=dict)
    """What was not taken as it stands in rows that were kept: how many rows, and the first line."""
    more_notes: int = 0
    """How many more there were of other kinds than these."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why rows were refused, without what stood in them: how many each."""

    @property
    def kept(self) -> int:
        """Rows that the database now says the same as: added, updated and unchanged."""
        return self.added + self.updated + self.unchanged

    @property
    def rows(self) -> int:
        return self.kept + self.refused_count

    def note(self, line: int, sentence: str) -> None:
        """Something was not taken as it stands on this line."""
        if sentence in self.notes or len(self.notes) < _KINDS:
            count, first = self.notes.get(sentence, (0, line))
            self.notes[sentence] = count + 1, min(first, line)
        else:
            self.more_notes += 1

    def refuse(self, refusal: Refusal) -> None:
        """This row was not kept."""
        self.refused_count += 1
        if len(self.refused) < REMEMBERED:
            self.refused.append(refusal)
        reason = _VARYING.sub("…", refusal.reason)
        if reason in self.reasons or len(self.reasons) < _KINDS:
            self.reasons[reason] += 1


async def import_contacts(
    store: Store,
    path: Path,
    settings: Settings,
    now: datetime,
    progress: Callable[[ImportProgress], None] = lambda _: None,
    slack_lookup: SlackLookup | None = None,
    *,
    move_accounts: bool = False,
    renamed: Mapping[str, str] = MappingProxyType({}),
    sheet: str | None = None,
    refused_to: Path | None = None,
    dry_run: bool = False,
) -> ImportResult:
    """Import the file. Raises CannotRead where nothing of it can be read.

    An account that has a manager keeps it, and a note says so where a row names another; with `move_accounts`
    an account goes to the manager whom the file names first. Phone numbers without a country are read as
    dialled in the country of the configured timezone. Without `slack_lookup` e-mail addresses in the column
    slack are refused. Raises KeyMissing where people who were erased could not be recognised.

    `renamed` says which column a (folded) name is, `sheet` which sheet of a workbook is read; refused rows are
    written to `refused_to`. A dry run says the same and keeps nothing; it holds the file's people in memory.
    """
    await store.read(require_keys, settings.secret_key)
    result = ImportResult()
    managers = tuple(settings.account_managers)
    with ExitStack() as stack:
        file = stack.enter_context(open_table(path, renamed, sheet))
        refused_file = stack.enter_context(RefusedFile(refused_to, file.header.names)) if refused_to else None
        result.notices.extend(file.notices)
        result.columns = file.header.written
        reader = RowReader(
            file.header.names, managers, settings.timezone, slack_lookup is not None, settings.currency
        )
        moved: dict[str, str] | None = {} if move_accounts else None
        told: TypedSoFar = {}
        distinct, addressed = Distinct(), False
        picture = Picture() if dry_run else None
        rows = _read(file, reader, distinct)
        while chunk := list(islice(rows, CHUNK)):
            good = [row for row, _ in chunk if isinstance(row, ContactRow)]
            refused = [row for row, _ in chunk if isinstance(row, Refusal)]
            addressed = addressed or any(row.addresses or row.email for row in good)
            if slack_lookup is not None:
                good, unknown = await found_in_slack(good, slack_lookup)
                refused += unknown
            if picture is None:
                written = await keep_rows(store, good, now, moved, told, settings.secret_key)
                log.info("contacts.imported", kept=len(good), refused=len(chunk) - len(good))
            else:
                written = await store.take(judge_chunk, good, moved, told, picture)
            told.update(written.told)
            _count(result, good, written)
            refused = sorted([*refused, *written.refused], key=lambda refusal: refusal.line)
            cells_of = {row.line: cells for row, cells in chunk} if refused_file is not None else {}
            for refusal in refused:
                result.refuse(refusal)
                if refused_file is not None:
                    refused_file.add(refusal, cells_of[refusal.line])
            progress(ImportProgress(file.position, file.size, result.rows, tuple(refused)))
        if result.rows == 0:
            result.notices.append(f"{path} has a header and no rows")
        elif not addressed and result.added:
            result.notices.append(file.header.no_address)
    return result


def _count(result: ImportResult, rows: Sequence[ContactRow], written: ChunkResult) -> None:
    result.added += written.added
    result.updated += written.updated
    result.unchanged += written.unchanged
    gone = {refusal.line for refusal in written.refused}
    for row in rows:
        if row.notes and row.line not in gone:
            for sentence in row.notes:
                result.note(row.line, sentence)
    for line, sentence in written.notes:
        result.note(line, sentence)


def _read(
    file: Table, reader: RowReader, distinct: Distinct
) -> Iterator[tuple[ContactRow | Refusal, Sequence[str]]]:
    """Each row as it is understood, with its cells."""
    for found in file:
        if isinstance(found, BadLine):
            yield Refusal(found.line, found.reason), ()
            continue
        row = reader.read(*found)
        yield (distinct.refusal(row) or row) if isinstance(row, ContactRow) else row, found[1]


async def keep_rows(
    store: Store,
    rows: Sequence[ContactRow],
    now: datetime,
    moved: dict[str, str] | None,
    told: TypedSoFar,
    secret: SecretStr | None,
) -> ChunkResult:
    """Keep a chunk of rows, at most `CHUNK`, in one transaction; where another process took an address or a key
    meanwhile, look again and decide anew."""
    for attempt in range(1, _TRIES + 1):
        try:
            result = await store.write(write_chunk, rows, now, moved, told, secret)
        except IntegrityError:
            if attempt == _TRIES:
                raise
        else:
            if moved is not None:
                moved.update(result.moved)
            return result
    raise AssertionError("the last attempt returns or raises")


async def found_in_slack(
    rows: Iterable[ContactRow], lookup: SlackLookup
) -> tuple[list[ContactRow], list[Refusal]]:
    """The rows with their ids in the place of e-mail addresses, and those whose address is nobody's there."""
    found: list[ContactRow] = []
    refused: list[Refusal] = []
    for row in rows:
        reason = None if row.email is None else await _unknown_in_slack(row, row.email, lookup)
        if reason is None:
            found.append(row)
        else:
            refused.append(Refusal(row.line, reason, {"slack": reason}))
    return found, refused


async def _unknown_in_slack(row: ContactRow, email: str, lookup: SlackLookup) -> str | None:
    """Put the id in for the e-mail address; where there is none, say so."""
    try:
        found = await _looked_up(email, lookup)
    except SendError as error:
        return f"slack {email!r} could not be looked up: {error}"
    if found is None:
        return f"slack {email!r} is nobody's address in Slack; correct it or leave it blank"
    row.addresses["slack"] = found
    return None


async def _looked_up(email: str, lookup: SlackLookup) -> str | None:
    """Ask Slack, at the pace that it allows."""
    while True:
        try:
            return await lookup(email)
        except RateLimited as error:
            await asyncio.sleep(error.retry_after)
