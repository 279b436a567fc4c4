"""Files as spreadsheets write them are read, or refused with a sentence."""

from pathlib import Path

import pytest

from bot.people.files.csv import BadLine, CsvFile
from bot.people.files.header import CannotRead

NAMED = (
    "the first line names the columns, of contact_id, name, account, account_manager, language, timezone, "
    "slack, telegram, phone and your own"
)
Rows = list[tuple[int, list[str]] | BadLine]


def read(tmp_path: Path, content: bytes) -> tuple[list[str], Rows, list[str]]:
    path = tmp_path / "c.csv"
    path.write_bytes(content)
    with CsvFile(path) as file:
        return file.header.names, list(file), [notice.removeprefix(f"{path} ") for notice in file.notices]


@pytest.mark.parametrize(
    "content",
    [
        "contact_id,name\nC1,Zoë\n".encode(),
        "contact_id,name\r\nC1,Zoë\r\n".encode(),
        "contact_id,name\rC1,Zoë".encode(),
        "contact_id;name\nC1;Zoë\n".encode(),
        "contact_id\tname\nC1\tZoë\n".encode(),
        "contact_id|name\nC1|Zoë\n".encode(),
        "\ufeffcontact_id,name\nC1,Zoë\n".encode(),
        '\ufeff"contact_id";"name"\n"C1";"Zoë"\n'.encode(),
        "Contact ID,NAME\nC1,Zoë".encode(),
        "contact_id,name,\nC1,Zoë,\n".encode(),
    ],
)
def test_the_forms_that_spreadsheets_write(tmp_path: Path, content: bytes) -> None:
    header, rows, notices = read(tmp_path, content)
    assert header == ["contact_id", "name"]
    assert [row[:2] for _, row in rows] == [["C1", "Zoë"]]  # type: ignore[misc] # none is a BadLine
    assert notices == []


def test_a_line_that_names_the_delimiter(tmp_path: Path) -> None:
    header, rows, _ = read(tmp_path, b"sep=;\r\ncontact_id;name\r\nC1;a,b\r\n")
    assert header == ["contact_id", "name"]
    assert rows == [(3, ["C1", "a,b"])]


@pytest.mark.parametrize(
    ("content", "name", "notice"),
    [
        (
            "contact_id,name\nC1,a\nC2,Zoë €\n".encode("cp1252"),
            "Zoë €",
            "is not UTF-8 (see line 3) and was read as Windows-1252; check a name with an accent",
        ),
        (
            "contact_id,name\nC1,a\nC2,Zoë \x81\n".encode("latin-1"),
            "Zoë \x81",
            "is not UTF-8 (see line 3) and was read as Latin-1; check a name with an accent",
        ),
    ],
)
def test_older_encodings_are_read_with_a_notice(
    tmp_path: Path, content: bytes, name: str, notice: str
) -> None:
    _, rows, notices = read(tmp_path, content)
    assert rows[-1] == (3, ["C2", name])
    assert notices == [notice]


def test_rows_are_counted_by_the_line_they_begin_on(tmp_path: Path) -> None:
    _, rows, _ = read(tmp_path, b'contact_id,name\n\nC1,"a\nb\nc"\n , \nC2,d\n')
    assert rows == [(3, ["C1", "a\nb\nc"]), (7, ["C2", "d"])]


def test_a_doubtful_quotation_mark_costs_its_own_row_only(tmp_path: Path) -> None:
    _, rows, _ = read(tmp_path, b'contact_id,name\nC1,"a" b\nC2,c "d" e\nC3,"a ""b"" c"\n')
    assert rows == [
        BadLine(2, "has text behind a closing quotation mark; within a text write it twice"),
        (3, ["C2", 'c "d" e']),
        (4, ["C3", 'a "b" c']),
    ]


def test_a_quotation_mark_without_an_end_names_the_lines_it_swallowed(tmp_path: Path) -> None:
    _, rows, _ = read(tmp_path, b'contact_id,name\nC1,a\nC2,"b\nC3,c\nC4,d\n')
    assert rows == [
        (2, ["C1", "a"]),
        BadLine(
            3, "opens a quotation mark that is never closed; close it (lines 3 to 5 were taken as one row)"
        ),
    ]


def test_reading_goes_on_behind_a_cell_that_is_too_long_to_be_one(tmp_path: Path) -> None:
    swallowed = b"".join(b"C%d,c\n" % number for number in range(30_000))
    _, rows, _ = read(tmp_path, b'contact_id,name\nC,"b\n' + swallowed)
    assert isinstance(rows[0], BadLine)
    assert rows[0].line == 2
    assert rows[0].reason.startswith("has a cell without an end; close its quotation mark (lines 2 to ")
    assert rows[-1] == (30_002, ["C29999", "c"])


def test_a_column_that_looks_like_one_of_ours_is_noticed(tmp_path: Path) -> None:
    _, _, notices = read(tmp_path, b"contact_id,acount,country,plan\n")
    assert notices == ["the column acount is kept as an attribute; did you mean account?"]


@pytest.mark.parametrize("name", ["Email", "E-mail", "e-mail address", "E-mailadres", "Mail"])
def test_a_column_of_mail_addresses_is_no_way_to_ask(tmp_path: Path, name: str) -> None:
    # discovered, doubtful
    _, _, notices = read(tmp_path, f"contact_id,{name}\n".encode())
    assert notices == [
        f"the column {name} is kept as an attribute; npsbot writes to nobody by e-mail; where these are people's "
        f'addresses in your Slack, import with --map "{name}=slack"'
    ]
    _, _, notices = read(tmp_path, f"contact_id,slack,{name}\n".encode())
    assert notices == [f"the column {name} is kept as an attribute; npsbot writes to nobody by e-mail"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty; its first line should name the columns"),
        (b"\xef\xbb\xbf", "is empty; its first line should name the columns"),
        (
            b"C1,Acme\nC2,Globex\n",
            f"has no column contact_id in its first line; {NAMED}",
        ),
        (
            b"contactd,name\n",
            f"has no column contact_id in its first line (is it contactd?); {NAMED}",
        ),
        (b"contact_id,name,Name\n", "has two columns named name; rename or remove one"),
        (b"contact_id,plan,plan\n", "has two columns named plan; rename or remove one"),
        (b"contact_id," + b"x" * 101, "has a column name of 101 characters; is line 1 the header?"),
        (b"contact_id" + b"".join(b",c%d" % n for n in range(200)), "has 201 columns; 200 is the most"),
        ("contact_id,name\nC1,a\n".encode("utf-16"), "is UTF-16 text; save it as CSV UTF-8"),
        (
            "contact_id,name\nC1,a\n".encode("utf-16-le"),
            "is UTF-16 text, or no text at all; save it as CSV UTF-8",
        ),
        (
            "contact_id,name\nC1,Zoë\nC2,Zoë\nC3,".encode() + b"Zo\xeb\n",
            "is UTF-8 text with a broken character on line 4; save it again as UTF-8",
        ),
        (
            b"PK\x03\x04...",
            "is an archive, or a spreadsheet of another kind than .xlsx; save it as .xlsx or CSV (UTF-8)",
        ),
        (
            b"\xd0\xcf\x11\xe0...",
            "is an old spreadsheet (.xls), or has a password; save it as .xlsx without one, or as CSV",
        ),
    ],
)
def test_files_of_which_nothing_can_be_read(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(CannotRead) as caught:
        read(tmp_path, content)
    assert str(caught.value) == f"{tmp_path / 'c.csv'} {sentence}"


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="does not exist; give the name of a CSV file"):
        CsvFile(tmp_path / "none.csv")
    with pytest.raises(CannotRead, match="cannot be read: Is a directory"):
        CsvFile(tmp_path)
