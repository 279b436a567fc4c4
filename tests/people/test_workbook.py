"""Workbooks are read as they are shown, a row at a time."""

import io
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as New

from bot.config.settings import Settings
from bot.people.files.header import CannotRead
from bot.people.files.table import open_table
from bot.people.importing import import_contacts
from bot.store.store import Store
from tests.people.conftest import NOW
from tests.people.test_importing import rows_of


def book(folder: Path, *sheets: tuple[str, list[list[Any]]]) -> Path:
    made = New()
    made.remove(made.worksheets[0])
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / "customers.xlsx"
    made.save(path)
    return path


def read(path: Path, sheet: str | None = None) -> list[Any]:
    with open_table(path, sheet=sheet) as table:
        return list(table)


def test_cells_are_read_as_they_are_shown(tmp_path: Path) -> None:
    made = New()
    sheet = made.worksheets[0]
    sheet.append(["Contact ID", "phone", "since", "share", "vip", "name"])
    sheet.append([1001, 612345678, date(2026, 3, 2), 0.25, True, None])
    sheet["B2"].number_format = "0000000000"
    sheet.append([])
    sheet.append([1002.0, "'0612345679"])
    path = tmp_path / "c.xlsx"
    made.save(path)
    assert read(path) == [
        (2, ["1001", "0612345678", "2026-03-02", "0.25", "true", ""]),
        (4, ["1002", "'0612345679", "", "", "", ""]),
    ]


def test_of_a_formula_the_value_that_was_saved_counts(tmp_path: Path) -> None:
    path = book(tmp_path, ("S", [["contact_id", "name"], ["C1", "x"]]))
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("sheet1.xml"):
                start = text.index(b'<c r="B2"')
                end = text.index(b"</c>", start) + 4
                text = text[:start] + b'<c r="B2" t="str"><f>A2&amp;"y"</f><v>C1y</v></c>' + text[end:]
            new.writestr(name, text)
    path.write_bytes(packed.getvalue())
    assert read(path) == [(2, ["C1", "C1y"])]


def test_the_first_sheet_unless_another_is_named(tmp_path: Path) -> None:
    path = book(tmp_path, ("Klanten", [["contact_id"], ["C1"]]), ("Old", [["contact_id"], ["C2"]]))
    with open_table(path) as table:
        assert table.notices == ["Klanten is read, the first of 2 sheets; --sheet names another"]
        assert list(table) == [(2, ["C1"])]
    assert read(path, "old") == [(2, ["C2"])]
    with pytest.raises(CannotRead, match="has no sheet New; it has Klanten, Old"):
        read(path, "New")


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(CannotRead, match=r"is an old spreadsheet \(\.xls\), or has a password; save it as"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<broken")
    with pytest.raises(CannotRead, match="is a workbook that cannot be read"):
        read(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<other/>")
    with pytest.raises(CannotRead, match="is an archive, or a spreadsheet of another kind"):
        read(path)
    (tmp_path / "c.csv").write_text("contact_id\n")
    with pytest.raises(CannotRead, match="has no sheets; leave --sheet out"):
        read(tmp_path / "c.csv", "New")


async def test_a_phone_that_lost_its_first_zero(store: Store, settings: Settings, tmp_path: Path) -> None:
    path = book(tmp_path, ("S", [["contact_id", "phone"], ["C1", 612345678], ["C2", 31612345679]]))
    result = await import_contacts(store, path, settings, NOW)
    assert {key: row["sms"] for key, row in (await rows_of(store)).items()} == {
        "C1": "+31612345678",
        "C2": "+31612345679",
    }
    assert "phone lacked its first 0, and is taken as a number of NL" in result.notes


def test_a_large_workbook_takes_little_memory(tmp_path: Path) -> None:
    made = New(write_only=True)
    sheet = made.create_sheet("S")
    sheet.append(["contact_id", "name", "account", "language", "phone", "plan"])
    for number in range(20_000):
        sheet.append(
            [f"C{number}", f"Desk {number}", f"Company {number % 5000}", "nl", 612000000 + number, "gold"]
        )
    path = tmp_path / "large.xlsx"
    made.save(path)
    code = (
        "import resource, sys; from pathlib import Path; from bot.people.files.table import open_table\n"
        "import openpyxl\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with open_table(Path(sys.argv[1])) as table: rows = sum(1 for _ in table)\n"
        "print(rows, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    rows, megabytes = map(int, done.stdout.split())
    assert rows == 20_000
    assert megabytes < 40, f"{megabytes} MB more than before"
