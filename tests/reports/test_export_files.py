"""Rows of an export as CSV and as JSON lines: they read back as they were, and no cell is a formula."""

import csv
import io
import json
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.export_files import COLUMNS, csv_lines, guarded, in_one_cell, json_lines, unguarded
from bot.reports.values import ExportRow

SIGNS = "=+-@\t\r\n＝＋－＠−"
INSTANT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

# Half of the texts begin as a formula would, some behind what is not seen.
_signs = st.sampled_from(list(SIGNS)) | st.sampled_from(
    ["'", "'=", " =", "\u200b=", "\ufeff+", "\u00a0@", "\0-"]
)
_texts = st.builds(
    "".join, st.lists(_signs | st.sampled_from([";", "\n", ","]) | st.text(max_size=8), max_size=4)
)
_times = st.none() | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))
_rows = st.builds(
    ExportRow,
    campaign=_texts,
    wave=st.integers(1, 99),
    contact_id=st.none() | _texts,
    name=st.none() | _texts,
    account=st.none() | _texts,
    account_manager=st.none() | _texts,
    channel=st.none() | st.sampled_from(["slack", "sms"]),
    language=_texts,
    disposition=st.sampled_from(["completed", "skipped"]),
    skip_reason=st.none() | _texts,
    score=st.none() | st.integers(0, 10),
    first_score=st.none() | st.integers(0, 10),
    category=st.none() | st.just("detractor"),
    reason=st.none() | _texts,
    late=st.booleans(),
    asked_at=_times,
    delivered_at=_times,
    scored_at=_times,
    closed_at=_times,
    erased=st.none() | st.just("request"),
    attributes=st.dictionaries(_texts, _texts, max_size=3),
    case=st.none() | st.integers(1, 99),
    case_done_at=_times,
    case_cause=st.none() | _texts,
    wave_started_at=_times,
    scored_on=st.none() | st.dates(),
    ending=st.none() | st.just("done"),
    opted_out=st.booleans(),
)


def read_csv(text: str, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def as_cell(value: Any) -> str:
    """What a reader of the CSV finds, its guard taken off."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(timespec="seconds")
        case dict():
            return in_one_cell(json.dumps(value, ensure_ascii=False, sort_keys=True))
        case str():
            return in_one_cell(value)
    return str(value)


@given(rows=st.lists(_rows, max_size=4), separator=st.sampled_from([",", ";"]))
def test_a_csv_reads_back_as_it_was_and_holds_no_formula(rows: list[ExportRow], separator: str) -> None:
    found = read_csv("".join(csv_lines(rows, separator)), separator)
    assert [{name: unguarded(cell) for name, cell in row.items()} for row in found] == [
        {name: as_cell(getattr(row, name)) for name in COLUMNS} for row in rows
    ]
    for row in found:
        for cell in row.values():
            seen = "".join(c for c in cell if c.isprintable() and not c.isspace())
            assert cell[:1] not in SIGNS or not cell, cell
            assert seen[:1] not in SIGNS or not seen, cell


@given(rows=st.lists(_rows, max_size=4))
def test_json_lines_read_back_as_they_were(rows: list[ExportRow]) -> None:
    lines = list(json_lines(rows))
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
    for line, row in zip(lines, rows, strict=True):
        found = json.loads(line)
        assert tuple(found) == COLUMNS
        for name in COLUMNS:
            value = getattr(row, name)
            expected = as_cell(value) if isinstance(value, date) else value
            assert found[name] == expected


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


def test_the_columns_are_those_of_the_values() -> None:
    assert tuple(field.name for field in fields(ExportRow)) == COLUMNS
    assert next(csv_lines([])) == ",".join(f'"{name}"' for name in COLUMNS) + "\r\n"


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


@given(rows=st.lists(_rows, max_size=3), ours=st.sampled_from(",;"), theirs=st.sampled_from(",;\t"))
def test_no_formula_whatever_separator_is_expected(rows: list[ExportRow], ours: str, theirs: str) -> None:
    """As spreadsheets split: a quote means something at the beginning of a cell alone."""
    for line in csv_lines(rows, ours):
        assert line.count("\n") == 1
        for cell in line.rstrip("\r\n").split(theirs):
            seen = cell.lstrip().removeprefix('"').lstrip()
            assert seen[:1] not in "=+-@＝＋－＠−" or not seen, (line, cell)
