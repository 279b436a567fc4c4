"""`npsbot export`: into a file of its own or to standard output, and never over another file."""

import csv
import json
import stat
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from bot.store.store import Store
from tests.support.answered import Told, hold, told
from tests.support.shell import Shell

SKIPPED = {"channel": None, "address": "U", "released_at": None, "asked_at": None, "delivered_at": None}


async def world(store: Store) -> None:
    await hold(store, told(2, 9), number=1)
    people = [
        Told(3, reason="=HYPERLINK(1) é", account="Globex", attributes={"region": "North"}),
        Told(2, erased=True),
        Told(),
        Told(columns=SKIPPED | {"state": "skipped", "skipped": "too_soon", "ending": None}),
    ]
    await hold(store, people, number=2)


@pytest.fixture
def asked(shell: Shell) -> Shell:
    shell.put(world)
    return shell


def test_everybody_of_every_wave_is_a_row(asked: Shell) -> None:
    result = asked("export", "DEMO", "--format", "jsonl")
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["wave"], row["disposition"], row["skip_reason"], row["score"]) for row in rows] == [
        (1, "started", None, 9),
        (1, "started", None, 9),
        (2, "completed", None, 3),
        (2, "started", None, 2),
        (2, "silent", None, None),
        (2, "skipped", "too_soon", None),
    ]
    assert rows[2]["attributes"] == {"region": "North"}
    assert (rows[3]["contact_id"], rows[3]["name"], rows[3]["erased"]) == (None, None, "request")


def test_a_csv_file_is_for_a_spreadsheet_and_for_its_owner_alone(asked: Shell, tmp_path: Path) -> None:
    file = tmp_path / "demo.csv"
    result = asked("export", "demo", "--wave", "2", "--output", str(file), "--separator", ";")
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_bytes().startswith('\ufeff"campaign";'.encode())
    rows = list(csv.DictReader(file.open(encoding="utf-8-sig", newline=""), delimiter=";"))
    assert [row["reason"] for row in rows] == ["'=HYPERLINK(1) é", "", "", ""]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_standard_output_has_no_mark_before_it(asked: Shell) -> None:
    assert asked("export", "demo").stdout.startswith('"campaign","kind","wave"')


def test_a_file_is_not_overwritten_unless_it_is_forced(asked: Shell, tmp_path: Path) -> None:
    file = tmp_path / "demo.csv"
    file.write_text("mine")
    refused = asked("export", "demo", "--output", str(file))
    assert (refused.exit_code, file.read_text()) == (1, "mine")
    assert refused.stderr == f"{file} is there already; name another file, or add --force to overwrite it\n"
    assert asked("export", "demo", "--output", str(file), "--force").exit_code == 0
    assert "HYPERLINK" in file.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("export", "dem"), 2, "There is no campaign “dem”. Did you mean “npsbot export demo”?"),
        (("export", "demo", "--wave", "9"), 1, "demo has no wave 9."),
        (("export", "demo", "--format", "ods"), 2, "ods"),
        (("export", "demo", "--format", "xlsx"), 2, "xlsx is no text for a terminal; add --output FILE.xlsx"),
        (("export", "demo", "--output", "/no/such/file.csv"), 2, "/no/such/file.csv cannot be written"),
    ],
)
def test_what_cannot_be_exported_is_a_sentence(
    asked: Shell, words: tuple[str, ...], code: int, says: str
) -> None:
    result = asked(*words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert says in result.stderr


def test_nothing_is_left_of_a_file_that_was_written_in_vain(
    asked: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_columns: object, _batches: object, _separator: str) -> object:
        yield b"first"
        raise OSError("no space left")

    monkeypatch.setattr("bot.reports.export.files.csv_parts", full)
    file = tmp_path / "demo.csv"
    result = asked("export", "demo", "--output", str(file))
    assert result.exit_code == 2
    assert "no space left" in result.stderr
    assert not file.exists()


def test_a_file_is_written_as_its_name_ends(asked: Shell, tmp_path: Path) -> None:
    for name, begins in (
        ("a.xlsx", b"PK"),
        ("a.parquet", b"PAR1"),
        ("a.jsonl", b"{"),
        ("a.txt", "\ufeff".encode()),
    ):
        file = tmp_path / name
        assert asked("export", "demo", "--output", str(file)).exit_code == 0
        assert file.read_bytes().startswith(begins)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_who_was_erased_is_nobody_in_every_format(asked: Shell, tmp_path: Path) -> None:
    def row(form: str) -> list[object]:
        file = tmp_path / f"demo.{form}"
        assert asked("export", "demo", "--wave", "2", "--output", str(file)).exit_code == 0
        if form == "xlsx":
            heading, *rows = openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True)
            found = [dict(zip(heading, cells, strict=True)) for cells in rows]
        elif form == "parquet":
            found = pq.read_table(file).to_pylist()
        elif form == "jsonl":
            found = [json.loads(line) for line in file.read_text().splitlines()]
        else:
            found = list(csv.DictReader(file.open(encoding="utf-8-sig", newline="")))
        (gone,) = [one for one in found if one["erased"]]
        return [
            gone[name] or None for name in ("contact_id", "name", "account", "reason", "themes", "erased")
        ]

    for form in ("csv", "jsonl", "xlsx", "parquet"):
        assert row(form) == [None] * 5 + ["request"]


def test_what_writes_workbooks_and_columns_is_loaded_for_them_alone() -> None:
    said = "import sys, bot.cli.export; print(sorted({'pyarrow', 'openpyxl'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
