"""Amounts, days and yes or no, as people type them in English and in Dutch."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.people.rows import ContactRow, RowReader
from bot.people.typed_cells import TYPED, TypedValue, amount, day, of_thousands, yes_or_no
from bot.store.schema import account, contact
from bot.store.store import Store
from tests.people.conftest import Import


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1250", 1250),
        ("1250.5", 1250.5),
        ("1250,50", 1250.5),
        ("1.250", 1250),
        ("1,250", 1250),
        ("12.500,75", 12500.75),
        ("12,500.75", 12500.75),
        ("1.250.000", 1_250_000),
        ("1,250,000.5", 1_250_000.5),
        ("1 250 000", 1_250_000),
        ("1\u00a0250\u00a0000,50", 1_250_000.5),
        ("1'250'000.00", 1_250_000),
        ("€ 1.250,-", 1250),
        ("€1250", 1250),
        ("1250 €", 1250),
        ("EUR 1.250,00", 1250),
        ("1250 euro", 1250),
        ("1.250,--", 1250),
        ("1234.567", 1234.57),
        ("0,125", 0.12),
        ("0", 0),
    ],
)
def test_an_amount(text: str, value: float) -> None:
    assert amount(text, "EUR") == pytest.approx(value, abs=0.006)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("much", "is no amount; write it as 120000 or 1250,50"),
        ("120k", "is no amount; write it as 120000 or 1250,50"),
        ("1.2E+05", "is no amount; write it as 120000 or 1250,50"),
        ("1,250,00", "is no amount; write it as 120000 or 1250,50"),
        ("(1250)", "is no amount; write it as 120000 or 1250,50"),
        ("1.25.000", "is no amount; write it as 120000 or 1250,50"),
        ("1,250.000,50", "is no amount; write it as 120000 or 1250,50"),
        ("10-20", "is no amount; write it as 120000 or 1250,50"),
        ("-1250", "is less than nothing; write what the account is worth"),
        ("€ -1250", "is less than nothing; write what the account is worth"),
        ("$ 1250", "is not in EUR; convert it, or set currency in config.yaml"),
        ("1250 USD", "is not in EUR; convert it, or set currency in config.yaml"),
        ("9" * 13, "is more than an account can be worth; write it in whole money"),
    ],
)
def test_no_amount(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        amount(text, "EUR")


@given(
    st.decimals(0, 999_999_999, places=2, allow_nan=False), st.sampled_from([",.", ".,", " ,", "'.", " ."])
)
def test_an_amount_is_read_however_it_is_pointed(value: object, marks: str) -> None:
    text = f"{value:,.2f}".replace(",", "T").replace(".", marks[1]).replace("T", marks[0])
    assert amount(text, "EUR") == float(str(value))
    assert not of_thousands(text)


@pytest.mark.parametrize(
    ("text", "one"), [("1.250", True), ("12,500", True), ("1.250.000", False), ("0,125", False)]
)
def test_one_mark_before_three_digits_is_told(text: str, one: bool) -> None:
    assert of_thousands(text) is one


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-01", date(2026, 11, 1)),
        ("2026-11-01 00:00", date(2026, 11, 1)),
        ("2026-11-01T09:30:00Z", date(2026, 11, 1)),
        ("1-11-2026", date(2026, 11, 1)),
        ("1/11/2026", date(2026, 11, 1)),
        ("1 november 2026", date(2026, 11, 1)),
        ("Nov 1, 2026", date(2026, 11, 1)),
        ("maart 2019", date(2019, 3, 1)),
        ("2019", date(2019, 1, 1)),
        ("2022-06", date(2022, 6, 1)),
        ("06/2027", date(2027, 6, 1)),
        ("6-2027", date(2027, 6, 1)),
    ],
)
def test_a_day(text: str, value: date) -> None:
    assert day(text) == value


@pytest.mark.parametrize(
    "text", ["soon", "1 november", "31-2-2026", "11/25/2026", "2022-13", "13/2027", "tomorrow", "46327"]
)
def test_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="is no day with its year"):
        day(text)


@pytest.mark.parametrize(
    ("text", "value"), [("Ja", True), ("x", True), ("TRUE", True), ("nee", False), ("0", False)]
)
def test_yes_or_no(text: str, value: bool) -> None:
    assert yes_or_no(text) is value


READER = RowReader(("contact_id", *TYPED), (), "Europe/Amsterdam", slack_by_email=False)


@pytest.mark.parametrize(
    ("column", "cell", "value", "text", "note"),
    [
        ("account_value", "€ 12.500,50", 12500.5, "12500.50", None),
        (
            "account_value",
            "12.500",
            12500.0,
            "12500",
            "account_value with one mark before three digits is in thousands: 12.500 and 12,500 are 12500",
        ),
        ("renewal", "1 november 2026", date(2026, 11, 1), "2026-11-01", None),
        ("key_contact", "Ja", True, "Ja", None),
        (
            "renewal",
            "monthly",
            None,
            "monthly",
            "renewal 'monthly' is no day with its year; write it as 2026-11-01 or 1-11-2026; until then it is kept as "
            "text alone",
        ),
        ("key_contact", "n/a", None, None, "key_contact 'n/a' says that there is none, and counts as blank"),
    ],
)
def test_a_cell_is_kept_as_its_value_and_as_text(
    column: str, cell: str, value: TypedValue | None, text: str | None, note: str | None
) -> None:
    row = READER.read(2, ["C1", *(cell if name == column else "" for name in TYPED)])
    assert isinstance(row, ContactRow)
    assert row.typed == ({} if value is None else {column: value})
    assert row.attributes == ({} if text is None else {column: text})
    assert row.notes == ([] if note is None else [note])


def _known(connection: Connection) -> tuple[list[object], list[object]]:
    accounts = select(account.c.name, account.c.account_value, account.c.account_since, account.c.renewal)
    people = select(contact.c.contact_id, contact.c.key_contact)
    return (
        [tuple(row) for row in connection.execute(accounts.order_by(account.c.name))],
        [tuple(row) for row in connection.execute(people.order_by(contact.c.contact_id))],
    )


async def test_columns_left_out_of_a_later_file_leave_what_is_known(store: Store, imported: Import) -> None:
    await imported(
        "contact_id;account;Account value;account_since;renewal;key_contact\n"
        "C1;Globex;€ 120.000,00;1-3-2019;2026-11-01;ja\nC2;Globex;;;;nee\nC3;Initech;900;;;\n"
    )
    known = (
        [("Globex", 120_000.0, date(2019, 3, 1), date(2026, 11, 1)), ("Initech", 900.0, None, None)],
        [("C1", True), ("C2", False), ("C3", None)],
    )
    assert await store.read(_known) == known
    await imported("contact_id,plan\nC1,gold\nC3,gold\n")
    assert await store.read(_known) == known
    again = await imported("contact_id,account_value,key_contact\nC2,130000,-\n")
    assert (again.updated, again.notes) == (1, {})
    assert await store.read(_known) == (
        [("Globex", 130_000.0, date(2019, 3, 1), date(2026, 11, 1)), ("Initech", 900.0, None, None)],
        [("C1", True), ("C2", None), ("C3", None)],
    )


async def test_rows_of_an_account_that_disagree_are_told_by_line(store: Store, imported: Import) -> None:
    text = "contact_id,account,account_value,renewal\nC1,Globex,100,2026-11-01\nC2,Globex,900,2026-11-01\nC3,,50,\n"
    dry = await imported(text, dry_run=True)
    result = await imported(text)
    assert (result.added, result.refused_count) == (3, 0)
    assert result.notes == {
        "account 'Globex' has account_value 100 on line 2 and 900 here; 100 stays, and the other is kept as text of "
        "its contact alone; give all rows of an account the same": (1, 3),
        "account_value is given without an account, and is kept as text alone; give the account too": (1, 4),
    }
    assert dry.notes == result.notes
    assert (await store.read(_known))[0] == [("Globex", 100.0, None, date(2026, 11, 1))]
    again = await imported(text)
    assert (again.unchanged, again.notes) == (3, result.notes)
