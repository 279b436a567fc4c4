"""Events in a file, CSV or a workbook, a line each: `contact_id`, `event`, `at`, perhaps `id`, and fields of your own.

Good lines are taken in and bad ones told with line and reason, as of an import of contacts; a file that is given again
takes nothing in twice, as a line without an id is known by its content.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.config.settings import Settings
from bot.config.value_types import near
from bot.people.event_intake import MOST, take_events
from bot.people.events import BadEvent, CustomerEvent, event_of, moment
from bot.people.files.csv import BadLine
from bot.people.files.header import CannotRead, Header, folded
from bot.people.files.refused import RefusedFile
from bot.people.files.spreadsheet import plain
from bot.people.files.table import Table, open_table
from bot.people.importing import ImportProgress, ImportResult
from bot.people.rows import LEFT_ASIDE, Refusal
from bot.store.store import Store

COLUMNS: Final = ("contact_id", "event", "at", "id")
_NEEDED: Final = COLUMNS[:3]
_CALLED: Final = {folded(name): name for name in COLUMNS}


def understood_events(path: Path, cells: Sequence[str], renamed: Mapping[str, str]) -> Header:
    """The header of a file of events. Raises CannotRead where a column is missing or stands twice."""
    names = [_CALLED.get(folded(cell), " ".join(cell.replace("\ufeff", "").split())) for cell in cells]
    while names and not names[-1]:
        names.pop()
    for column in _NEEDED:
        if column not in names:
            hint = near(column, names).replace("did you mean", "is it")
            raise CannotRead(
                f"{path} has no column {column} in its first line{f' ({hint})' if hint else ''}; the first line names "
                f"the columns, {', '.join(_NEEDED)}, perhaps id, and the event's own fields"
            )
    for name in names:
        if name and names.count(name) > 1:
            raise CannotRead(f"{path} has two columns named {name}; rename or remove one")
    return Header(names, frozenset(map(folded, names)), (), {})


async def import_events(
    store: Store,
    path: Path,
    settings: Settings,
    now: Callable[[], datetime],
    progress: Callable[[ImportProgress], None] = lambda _: None,
    *,
    sheet: str | None = None,
    refused_to: Path | None = None,
) -> ImportResult:
    """Take in the events of the file; those that are new count as added, those that were known as unchanged. Raises
    CannotRead where nothing of it can be read. Refused lines are written to `refused_to`."""
    result = ImportResult()
    zone = ZoneInfo(settings.timezone)
    with ExitStack() as stack:
        file = stack.enter_context(open_table(path, sheet=sheet, reads=understood_events))
        refused_file = stack.enter_context(RefusedFile(refused_to, file.header.names)) if refused_to else None
        result.notices.extend(file.notices)
        lines = _read(file, zone)
        while batch := list(islice(lines, MOST)):
            good = [(line, one) for line, one, _ in batch if isinstance(one, CustomerEvent)]
            refused = [one for _, one, _ in batch if isinstance(one, Refusal)]
            answers = await take_events(store, settings, [one for _, one in good], now)
            for (line, _), answer in zip(good, answers, strict=True):
                result.added += answer.outcome == "taken"
                result.unchanged += answer.outcome == "known"
                if answer.outcome == "refused":
                    refused.append(Refusal(line, answer.sentence))
                elif answer.sentence:
                    result.note(line, answer.sentence)
            cells_of = {line: cells for line, _, cells in batch}
            refused.sort(key=lambda one: one.line)
            for refusal in refused:
                result.refuse(refusal)
                if refused_file is not None:
                    refused_file.add(refusal, cells_of[refusal.line])
            progress(ImportProgress(file.position, file.size, result.rows, tuple(refused)))
    if result.rows == 0:
        result.notices.append(f"{path} has a header and no rows")
    return result


def _read(file: Table, zone: ZoneInfo) -> Iterator[tuple[int, CustomerEvent | Refusal, Sequence[str]]]:
    """Each line as it is understood, with its cells."""
    names = file.header.names
    for found in file:
        if isinstance(found, BadLine):
            yield found.line, Refusal(found.line, found.reason), ()
            continue
        line, cells = found
        yield line, _event(names, line, cells, zone), cells


def _event(names: Sequence[str], line: int, cells: Sequence[str], zone: ZoneInfo) -> CustomerEvent | Refusal:
    if any(cell.strip() for cell in cells[len(names) :]) or len(cells) < len(names):
        return Refusal(
            line,
            f"has {len(cells)} cells where the header has {len(names)}; put a text that holds a delimiter in "
            "quotation marks",
        )
    said = {name: plain(cell) for name, cell in zip(names, cells, strict=False) if name not in LEFT_ASIDE}
    fields = {name: value for name, value in said.items() if name and name not in COLUMNS}
    try:
        if not said["at"]:
            raise BadEvent("at is missing; say when it happened, such as 2026-11-30", "at")
        at = moment(said["at"], zone)
        return event_of(said["contact_id"], said["event"], at, fields, said.get("id"))
    except BadEvent as error:
        return Refusal(line, str(error))
