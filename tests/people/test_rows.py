"""A row's cells become settled values, or one sentence with every reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.rows import COLUMNS, KEEP, ContactRow, Refusal, RowReader

READER = RowReader([*COLUMNS, "plan"], ("North", "Key accounts"), "Europe/Amsterdam", slack_by_email=True)


def read(reader: RowReader = READER, /, **cells: str) -> ContactRow | Refusal:
    return reader.read(7, [cells.get(column, "") for column in (*COLUMNS, "plan")])


def test_blank_cells_keep_what_was_there() -> None:
    assert read(contact_id="C1") == ContactRow(7, "C1", KEEP, KEEP, KEEP, KEEP, KEEP, {}, {})


def test_a_dash_clears() -> None:
    row = read(contact_id="C1", **dict.fromkeys([*COLUMNS[1:], "plan"], "-"))
    cleared: dict[str, str | None] = {"sms": None, "telegram": None, "slack": None}
    assert row == ContactRow(7, "C1", None, None, None, None, None, cleared, {"plan": None})


def test_values_are_settled() -> None:
    row = read(
        contact_id=" C1 ",
        name="Pur\u0065\u0301e\n  kitchen",
        account="Globex  Corporation ",
        account_manager="key ACCOUNTS",
        language="nl-NL",
        timezone="Europe/Brussels",
        slack="U0123ABCD",
        telegram="123456789",
        phone="06 12345678",
        plan=" gold ",
    )
    addresses: dict[str, str | None] = {"sms": "+31612345678", "telegram": "123456789", "slack": "U0123ABCD"}
    assert row == ContactRow(
        7,
        "C1",
        "Purée kitchen",
        "Globex Corporation",
        "Key accounts",
        "nl",
        "Europe/Brussels",
        addresses,
        {"plan": "gold"},
    )


def test_an_email_address_is_to_be_looked_up() -> None:
    row = read(contact_id="C1", slack="Kitchen@Globex.example")
    assert isinstance(row, ContactRow)
    assert row.email == "kitchen@globex.example"
    assert row.addresses == {}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"contact_id": ""}, "contact_id is missing; every row needs the key that names this contact"),
        ({"contact_id": "-"}, "contact_id is missing; every row needs the key that names this contact"),
        ({"contact_id": "Admin:slack:U1"}, "contact_id may not begin with 'admin:'; choose another key"),
        ({"contact_id": "x" * 201}, "contact_id has 201 characters, and 200 is the most; shorten it"),
        (
            {"slack": "U12 345"},
            "slack 'U12 345' is neither a member id such as U0123ABCD nor an e-mail address",
        ),
        (
            {"telegram": "@globex"},
            "telegram '@globex' is not the number of a person's chat; leave it blank and invite them by "
            "`npsbot contacts links`",
        ),
        (
            {"phone": "0900 1234"},
            "phone '0900 1234' is a premium-rate number, which is no person's; give their own",
        ),
        ({"name": "a\x00b"}, "holds a NUL byte; save the file as plain CSV text"),
        ({"plan": "a\x1bb"}, "holds a control character; save the file as plain CSV text"),
        (
            {"telegram": "?x", "phone": "12"},
            "phone '12' is no phone number; write it with its country, such as +31612345678; "
            "telegram '?x' is not the number of a person's chat; leave it blank and invite them by "
            "`npsbot contacts links`",
        ),
    ],
)
def test_refused(cells: dict[str, str], reason: str) -> None:
    assert read(**{"contact_id": "C1", **cells}) == Refusal(7, reason)


def test_who_speaks_none_of_our_languages_is_told_in_which_they_are_asked() -> None:
    row = read(contact_id="C1", language="Klingon")
    assert isinstance(row, ContactRow)
    assert (row.language, row.notes) == (
        "tlh",
        [
            "language 'Klingon' is taken as tlh, and they are asked in English unless the campaign has texts in it"
        ],
    )
    row = read(contact_id="C1", language="Dutch")
    assert isinstance(row, ContactRow)
    assert (row.language, row.notes) == ("nl", ["language 'Dutch' is taken as nl"])


def test_an_email_address_cannot_be_looked_up_while_slack_is_off() -> None:
    reader = RowReader([*COLUMNS, "plan"], (), "Europe/Amsterdam", slack_by_email=False)
    assert read(reader, contact_id="C1", slack="a@b.example") == Refusal(
        7,
        "slack 'a@b.example' is an e-mail address, which cannot be looked up while Slack is off; "
        "give the member id, or fill in channels.slack",
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["C1"], "has 1 cell where the header has 3; put a text that holds a delimiter in quotation marks"),
        (
            ["C1", "a", "", "b"],
            "has 4 cells where the header has 3; put a text that holds a delimiter in quotation marks",
        ),
        (["C1", "a", "x"], "has a value in column 3, which has no name in the header"),
    ],
)
def test_rows_of_another_shape(cells: list[str], reason: str) -> None:
    reader = RowReader(["contact_id", "name", ""], (), "UTC", slack_by_email=False)
    assert reader.read(2, cells) == Refusal(2, reason)


def test_blank_cells_behind_the_last_column_are_nothing() -> None:
    reader = RowReader(["contact_id"], (), "UTC", slack_by_email=False)
    assert isinstance(reader.read(2, ["C1", "", " "]), ContactRow)


@given(st.lists(st.text(max_size=30), min_size=10, max_size=10))
def test_any_cells_are_either_a_row_or_a_sentence(cells: list[str]) -> None:
    row = READER.read(1, cells)
    if isinstance(row, Refusal):
        assert row.reason
        assert "\n" not in row.reason
    else:
        assert row.contact_id
        assert all(value is None or value for value in row.addresses.values())


PAGES = RowReader(["contact_id", "profile_url"], (), "Europe/Amsterdam", slack_by_email=False)


@pytest.mark.parametrize(
    ("cell", "kept", "note"),
    [
        ("https://crm.example.com/1234?tab=nps", "https://crm.example.com/1234?tab=nps", None),
        ("-", None, None),
        ("http://crm.example.com/1234", "", "is no web address that begins with https://"),
        ("javascript:alert(1)", "", "is no web address that begins with https://"),
        ("https://me:word@crm.example.com/", "", "holds a name or a password before its @"),
        ("https://" + "x" * 1000, "", "has 1008 characters, and 1000 is the most"),
        ("https://[x", "", "is no web address"),
        ("https://x.example/a b", "", "holds a character that no web address has"),
    ],
)
def test_the_page_of_a_customer_is_a_safe_link_or_blank(
    cell: str, kept: str | None, note: str | None
) -> None:
    """A bad one loses nothing: the row is kept, and so is what stood there before."""
    row = PAGES.read(2, ["C1", cell])
    assert isinstance(row, ContactRow)
    assert row.attributes == ({} if note else {"profile_url": kept})
    said = f"profile_url {note}, and counts as blank; give one such as https://crm.example.com/1234"
    assert row.notes == ([said] if note else [])
