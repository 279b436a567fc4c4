"""An export in each format: what is read back is what the JSON lines hold, and no cell of a CSV is a formula."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import polars
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reports.export.cells import guarded, in_one_cell, unguarded
from bot.reports.export.columns import COLUMNS, ExportColumn, export_columns
from bot.reports.export.everybody import schema_of
from bot.reports.export.files import csv_parts, json_parts
from bot.reports.export.parquet import write_parquet
from bot.reports.export.workbook import as_kept, meaning_of, write_workbook
from bot.words import words_for
from tests.support.export_table import PAGE, table, table_of
from tests.support.exported import Row, rows_of

SIGNS = "=+-@\t\r\n＝＋－＠−"
WORDS = words_for("export", "en")

# Half of the texts begin as a formula would, some behind what is not seen.
_signs = st.sampled_from(list(SIGNS)) | st.sampled_from(
    ["'", "'=", " =", "\u200b=", "\ufeff+", "\u00a0@", "\0-", "#N/A"]
)
_texts = st.builds(
    "".join, st.lists(_signs | st.sampled_from([";", "\n", ",", '"']) | st.text(max_size=8), max_size=4)
)
_moments = st.integers(10**9, 4 * 10**9).map(lambda at: datetime.fromtimestamp(at, UTC))
_CELLS: dict[str, st.SearchStrategy[Any]] = {
    "text": _texts,
    "whole": st.integers(-9, 10_000),
    "decimal": st.integers(-900, 90_000).map(lambda hundredths: hundredths / 100),
    "yes_no": st.booleans(),
    "utc": _moments,
    "local": _moments.map(lambda at: at.replace(tzinfo=None)),
    "day": st.dates(date(1990, 1, 1), date(2090, 1, 1)),
}
_ATTRIBUTES = ["plan", "Plan", "score", "=1+1", "0012", 'a "b"; c', ""]


@st.composite
def _exports(draw: st.DrawFn) -> tuple[tuple[ExportColumn, ...], pa.RecordBatch]:
    columns = export_columns(draw(st.lists(st.sampled_from(_ATTRIBUTES), unique=True)))
    count = draw(st.integers(0, 3))
    # Of most columns it is enough to see them now and then.
    cells = [
        draw(st.lists(st.none() | _CELLS[one.kind], min_size=count, max_size=count))
        if one.kind != "text" or one.name in ("reason", "name") or one.attribute is not None
        else ["demo" if one.name == "campaign" else None] * count
        for one in columns
    ]
    return columns, _batch(columns, cells)


def _batch(columns: Sequence[ExportColumn], cells: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    schema = schema_of(columns)
    return pa.record_batch(
        [pa.array(one, field.type) for one, field in zip(cells, schema, strict=True)], schema=schema
    )


def as_rows(columns: Sequence[ExportColumn], batch: pa.RecordBatch) -> list[Row]:
    """The rows by the JSON lines, an attribute under the name of its column; None where a row lacks it."""
    rows = rows_of(b"".join(json_parts(columns, [batch])))
    for row in rows:
        known = row.pop("attributes")
        row.update({one.name: known.get(one.attribute) for one in columns if one.attribute is not None})
    return rows


def read_csv(text: str, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def plain(column: ExportColumn, cell: str) -> str:
    """A cell without its guard, and without a comma for its decimals."""
    match column.kind:
        case "text":
            return unguarded(cell)
        case "decimal":
            return str(float(cell.replace(",", "."))) if cell else ""
    return cell


def as_cell(column: ExportColumn, value: Any) -> str:
    """What a reader of the CSV then finds."""
    if value is None:
        return ""
    match column.kind:
        case "yes_no":
            return "yes" if value else "no"
        case "utc":
            return str(value).replace("T", " ").replace("+00:00", "Z")
        case "local":
            return str(value).replace("T", " ")
        case "text":
            return in_one_cell(value)
    return str(value)


@given(made=_exports(), separator=st.sampled_from([",", ";"]))
def test_a_csv_reads_back_as_it_was_and_holds_no_formula(made: Any, separator: str) -> None:
    columns, batch = made
    text = b"".join(csv_parts(columns, [batch], separator)).decode()
    found = read_csv(text, separator)
    expected = as_rows(columns, batch)
    assert len(found) == len(expected)
    for row, wanted in zip(found, expected, strict=True):
        cells = [plain(one, cell) for one, cell in zip(columns, row.values(), strict=True)]
        assert cells == [as_cell(one, wanted[one.name]) for one in columns]
    for row in found:
        for cell in (cell for one, cell in zip(columns, row.values(), strict=True) if one.kind == "text"):
            seen = "".join(c for c in cell if c.isprintable() and not c.isspace())
            assert cell[:1] not in SIGNS or not cell, cell
            assert seen[:1] not in SIGNS or not seen, cell


@given(made=_exports(), ours=st.sampled_from(",;"), theirs=st.sampled_from(",;\t"))
def test_no_formula_whatever_separator_is_expected(made: Any, ours: str, theirs: str) -> None:
    """As spreadsheets split: a quote means something at the beginning of a cell alone."""
    columns, batch = made
    lines = b"".join(csv_parts(columns, [batch], ours)).decode().split("\n")
    assert len(lines) == batch.num_rows + 2
    for line in lines:
        for cell in line.split(theirs):
            seen = cell.lstrip().removeprefix('"').lstrip()
            number = seen.strip('"').replace(",", ".").partition(ours)[0]
            assert seen[:1] not in "=+-@＝＋－＠−" or not seen or _is_number(number), (line, cell)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@given(made=_exports())
@settings(max_examples=25)
def test_a_workbook_holds_what_the_json_lines_hold(made: Any) -> None:
    columns, batch = made
    file = io.BytesIO()
    write_workbook(file, columns, [batch], WORDS, most=2)
    book = openpyxl.load_workbook(file)
    sheets = [sheet for sheet in book.worksheets if sheet.title != "Columns"]
    assert [sheet.title for sheet in sheets] == (["Rows", "Rows 2"] if batch.num_rows > 2 else ["Rows"])
    found: list[tuple[Any, ...]] = []
    for sheet in sheets:
        heading, *rows = sheet.iter_rows(values_only=True)
        assert list(heading) == [one.name for one in columns]
        assert (sheet.freeze_panes, sheet.auto_filter.ref.split(":")[0]) == ("A2", "A1")
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
        found += rows
    expected = as_rows(columns, batch)
    assert [list(row) for row in found] == [
        [in_workbook(one, row[one.name]) for one in columns] for row in expected
    ]
    _, *meanings = book["Columns"].iter_rows(values_only=True)
    assert [(row[0], row[2]) for row in meanings] == [(one.name, meaning_of(one, WORDS)) for one in columns]


def in_workbook(column: ExportColumn, value: Any) -> Any:
    """What openpyxl reads where this stood: times without their zone, and a day as its midnight."""
    if value is None or value == "":
        return None
    match column.kind:
        case "utc" | "local":
            return datetime.fromisoformat(value).replace(tzinfo=None)
        case "day":
            return datetime.fromisoformat(value)
        case "text":
            return as_kept(value)
    return value


@given(made=_exports())
def test_parquet_holds_what_the_json_lines_hold_with_types(made: Any) -> None:
    columns, batch = made
    file = io.BytesIO()
    write_parquet(file, columns, [batch, batch], WORDS)
    table = pq.read_table(io.BytesIO(file.getvalue()))
    for one, field in zip(columns, table.schema, strict=True):
        assert field.metadata[b"meaning"].decode() == meaning_of(one, WORDS)
    read = polars.read_parquet(io.BytesIO(file.getvalue()))
    expected = as_rows(columns, batch) * 2
    for rows in (table.to_pylist(), read.to_dicts()):
        assert [[as_json(row[one.name]) for one in columns] for row in rows] == [
            [row[one.name] for one in columns] for row in expected
        ]


def as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def test_tools_read_a_csv_with_its_types() -> None:
    """discovered N13: where empty cells stand in quotes, a column of scores is text."""
    columns = export_columns(["plan"])
    values: dict[str, list[Any]] = {
        "contact_id": ["0012", "7"],
        "score": [9, None],
        "hours_to_answer": [1.25, None],
        "late": [False] * 2,
    }
    cells = [values.get(one.name, [None, None]) for one in columns]
    text = b"".join(csv_parts(columns, [_batch(columns, cells)]))
    assert b'"0012"' in text
    read = polars.read_csv(text, schema_overrides={"contact_id": polars.String})
    assert read["score"].dtype == polars.Int64
    assert read["hours_to_answer"].dtype == polars.Float64
    assert read["contact_id"].to_list() == ["0012", "7"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("", ""),
        ("on time", "on time"),
        ("=1+1", "'=1+1"),
        ("+31612345678", "'+31612345678"),
        ("- slow", "'- slow"),
        ("@here", "'@here"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("\u200b=1", "'\u200b=1"),
        ("＝1", "'＝1"),
        ("'quoted'", "''quoted'"),
        ("8 = good", "8 = good"),
        ("2+2", "2+2"),
    ],
)
def test_what_could_be_a_formula_gets_an_apostrophe(text: str, cell: str) -> None:
    assert guarded(text) == cell
    assert unguarded(cell) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("ok\n=1+1;", "ok ⏎ =1+1;"),  # numbers 1.2
        ("ok \r\n\r\n @x", "ok ⏎  ⏎ @x"),
        ("=1\n=2", "'=1 ⏎ =2"),
        ("ok;=1+1;", "ok;'=1+1;"),
        ("ok; ＝1", "ok; '＝1"),
        ("a 3, not 4; thanks", "a 3, not 4; thanks"),
    ],
)
def test_no_part_of_a_text_becomes_a_cell_of_its_own(text: str, cell: str) -> None:
    assert guarded(in_one_cell(text)) == cell


def test_columns_of_the_import_keep_their_names_where_they_can() -> None:
    columns = export_columns(["plan", "Score", "score", "PLAN", "attribute.score", ""])
    assert {one.attribute: one.name for one in columns if one.attribute is not None} == {
        "": "attribute.",
        "attribute.score": "attribute.score",
        "PLAN": "PLAN",
        "plan": "attribute.plan",
        "Score": "attribute.Score.2",
        "score": "attribute.score.3",
    }
    assert len({one.name.casefold() for one in columns}) == len(columns)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_column_is_explained(language: str) -> None:
    words = words_for("export", language)
    explained = {key.removeprefix("column_") for key in words.texts if key.startswith("column_")}
    assert explained == set(COLUMNS)
    assert {f"kind_{kind}" for kind in COLUMNS.values()} <= set(words.texts)


def test_the_documentation_explains_every_column() -> None:
    assert table_of(PAGE.read_text("utf-8")) == table(), "python -m tests.support.export_table"


def test_json_lines_hold_what_the_import_says_in_an_object() -> None:
    columns = export_columns(["plan", "score"])
    values: dict[str, list[Any]] = {"plan": ["gold"], "attribute.score": [None], "score": [3]}
    batch = _batch(columns, [values.get(one.name, [None]) for one in columns])
    (line,) = b"".join(json_parts(columns, [batch])).decode().splitlines()
    found = json.loads(line)
    assert (found["score"], found["attributes"]) == (3, {"plan": "gold"})
    assert list(found) == [*COLUMNS, "attributes"]
