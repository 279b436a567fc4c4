"""Rows of an export as text: CSV for a spreadsheet, JSON lines for a program. PURE.

No cell of the CSV can be taken for a formula, and none breaks a line: a spreadsheet that expects another separator
than the file has would begin a row behind the break, or a cell behind its own separator in the middle of a text. A
break is `⏎` in the CSV, and a formula behind a separator has an apostrophe before it. What begins with a sign that
starts one (= + - @, a tab, and their full-width forms), also behind spaces or what cannot be seen, gets an apostrophe
before it, as OWASP advises (owasp.org/www-community/attacks/CSV_Injection); a cell that begins with an apostrophe by
itself gets one more, so that `unguarded` gives every text back as `in_one_cell` made it; JSON lines hold it as it was.

Texts stand in quotes, so that a separator in somebody's words starts no cell; numbers, times and what is not known do
not, so that tools read a column of scores as numbers.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.csv as arrow_csv  # type: ignore[import-untyped]

from bot.reports.export.cells import MAY_NEED_GUARD, guarded, in_one_cell
from bot.reports.export.columns import ExportColumn


def csv_parts(
    columns: Sequence[ExportColumn], batches: Iterable[pa.RecordBatch], separator: str = ","
) -> Iterator[bytes]:
    """The heading, and the lines of each batch. Behind a semicolon a decimal number has a comma, as spreadsheets that
    expect the one write the other."""
    heads = (_guarded(one.name).replace('"', '""') for one in columns)
    yield (separator.join(f'"{head}"' for head in heads) + "\n").encode()
    options = arrow_csv.WriteOptions(include_header=False, delimiter=separator)
    for batch in batches:
        part = pa.BufferOutputStream()
        arrow_csv.write_csv(_as_cells(columns, batch, comma=separator == ";"), part, options)
        yield part.getvalue().to_pybytes()


def json_parts(columns: Sequence[ExportColumn], batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """A JSON object for each row, one a line; what the import says of a contact is an object in it."""
    own = [one.name for one in columns if one.attribute is None]
    attributes = [one.attribute for one in columns if one.attribute is not None]
    for batch in batches:
        cells = [_as_json(batch.column(place), one).to_pylist() for place, one in enumerate(columns)]
        lines = []
        for row in zip(*cells, strict=True):
            known = zip(attributes, row[len(own) :], strict=True)
            said = dict(zip(own, row, strict=False))
            said["attributes"] = {name: value for name, value in known if value is not None}
            lines.append(json.dumps(said, ensure_ascii=False) + "\n")
        yield "".join(lines).encode()


def _as_json(cells: pa.Array, column: ExportColumn) -> pa.Array:
    """Moments in ISO 8601."""
    match column.kind:
        case "utc":
            return pc.binary_join_element_wise(_iso(cells.cast(pa.timestamp("s"))), "+00:00", "")
        case "local":
            return _iso(cells)
        case "day":
            return cells.cast(pa.string())
    return cells


def _iso(times: pa.Array) -> pa.Array:
    return pc.utf8_replace_slice(times.cast(pa.string()), 10, 11, "T")


# -------------------------------------------------------------------------------------------------- CSV


def _as_cells(columns: Sequence[ExportColumn], batch: pa.RecordBatch, *, comma: bool) -> pa.RecordBatch:
    return pa.record_batch(
        [_as_cell(batch.column(place), one, comma=comma) for place, one in enumerate(columns)],
        names=[str(place) for place in range(len(columns))],
    )


def _as_cell(cells: pa.Array, column: ExportColumn, *, comma: bool) -> pa.Array:
    match column.kind:
        case "text":
            return _all_guarded(cells)
        case "yes_no":
            return pc.if_else(cells, "yes", "no")
        case "decimal" if comma:
            return pc.replace_substring(cells.cast(pa.string()), ".", ",")
    return cells


def _all_guarded(cells: pa.Array) -> pa.Array:
    """These texts, of which hardly any needs to be looked at closely."""
    doubtful = pc.match_substring_regex(cells, MAY_NEED_GUARD)
    if not pc.any(doubtful).as_py():
        return cells
    mended = [_guarded(one) for one in cells.filter(doubtful).to_pylist()]
    return pc.replace_with_mask(cells, doubtful.fill_null(False), pa.array(mended, pa.string()))


def _guarded(text: str) -> str:
    return guarded(in_one_cell(text))
