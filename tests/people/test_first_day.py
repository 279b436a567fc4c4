"""Files as people really have them: who can be kept is kept, and what was not taken as it stands is said."""

from pathlib import Path

import pytest

from bot.config.settings import Settings
from bot.config.value_types import language_code
from bot.people import languages
from bot.people.importing import import_contacts
from bot.people.languages import language_meant
from bot.people.phones import e164
from bot.people.rows import COLUMNS, KEEP, ContactRow, Refusal, RowReader
from bot.people.zones import zone_meant
from bot.store.store import Store
from tests.people.conftest import NOW, Import
from tests.people.test_importing import numbers, rows_of


def reader(zone: str = "Europe/Amsterdam") -> RowReader:
    return RowReader([*COLUMNS, "plan"], ("North",), zone, slack_by_email=False)


def kept(zone: str = "Europe/Amsterdam", **cells: str) -> ContactRow:
    row = reader(zone).read(
        2, [{"contact_id": "C1", **cells}.get(column, "") for column in (*COLUMNS, "plan")]
    )
    assert isinstance(row, ContactRow), row
    return row


def refusal(**cells: str) -> str:
    row = reader().read(2, [{"contact_id": "C1", **cells}.get(column, "") for column in (*COLUMNS, "plan")])
    assert isinstance(row, Refusal), row
    return row.reason


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("1701234567.0", "DE", "+491701234567"),  # field C1
        ("31612345678.0", "NL", "+31612345678"),  # field C1
        ("612345678,0", "NL", "+31612345678"),  # field C1
        ("491701234567.00", "NL", "+491701234567"),  # field C1: from abroad, and without its plus
        ("+31612345678.0", "NL", "+31612345678"),  # field C1
        ("'0612345678", "NL", "+31612345678"),  # field C2
        ('="0612345678"', "NL", "+31612345678"),  # field C2
        ('="+31 6 1234 5678"', None, "+31612345678"),  # field C2
        ("'+31612345678", None, "+31612345678"),  # field C2
        ("Tel: 06-12345678", "NL", "+31612345678"),  # field C2
    ],
)
def test_a_phone_as_a_spreadsheet_makes_it(written: str, country: str | None, number: str) -> None:
    assert e164(written, country) == number


@pytest.mark.parametrize("written", ["3.16E+10", "3,16E+10", "3E+10"])
def test_a_number_that_lost_its_end_is_refused(written: str) -> None:  # field C2
    lost = "is a number that a spreadsheet shortened"
    assert lost in refusal(phone=written)
    assert lost in refusal(telegram=written)
    assert "1.5" not in e164("+31612345678", None)


def test_a_phone_that_lost_its_first_zero_is_noted() -> None:  # field C2
    row = kept(phone="612345678")
    assert row.addresses == {"sms": "+31612345678"}
    assert row.notes == ["phone lacked its first 0, and is taken as a number of NL"]
    assert kept(phone="491701234567").notes == ["phone lacked the + before its country, which it has again"]
    assert kept(phone="0612345678").notes == []


def test_other_cells_as_a_spreadsheet_makes_them() -> None:  # field C2
    row = kept(contact_id='="00123"', name="'t Hart", account='="Globex ""BV"""', telegram="123456789.0")
    assert (row.contact_id, row.name, row.account) == ("00123", "'t Hart", 'Globex "BV"')
    assert row.addresses == {"telegram": "123456789"}


async def test_one_key_of_several_people(store: Store, imported: Import) -> None:  # field C3
    result = await imported(
        "contact_id,name,phone\nC1,Ann,\nC1,Ben,\nC1,Cleo,\nC1, ann,\nC2,,0612345678\nC2,,0612345679\n"
    )
    elsewhere = "with another name; give each person a key of their own"
    assert [(one.line, one.reason) for one in result.refused] == [
        (3, f"contact_id 'C1' stands on line 2 {elsewhere}"),
        (4, f"contact_id 'C1' stands on line 2 {elsewhere}"),
        (7, f"contact_id 'C2' stands on line 6 {elsewhere.replace('name', 'address')}"),
    ]
    assert (await rows_of(store))["C1"]["name"] == "ann"


@pytest.mark.parametrize(
    "nothing",
    [
        "NULL",
        "None",
        "n/a",
        "#N/A",
        "(null)",
        "NaN",
        "n.v.t.",
        "--",
        "onbekend",
        "#REF!",
    ],
)
def test_words_for_nothing_are_blank(nothing: str) -> None:  # field C5
    row = kept(
        account=nothing, name=nothing, phone=nothing, language=nothing, account_manager=nothing, slack=nothing
    )
    assert (row.account, row.name, row.language, row.account_manager, row.addresses) == (
        KEEP,
        KEEP,
        KEEP,
        KEEP,
        {},
    )
    assert f"account {nothing!r} says that there is none, and counts as blank" in row.notes
    assert "contact_id is missing" in refusal(contact_id=nothing)


def test_a_failed_formula_is_no_attribute_and_other_words_are() -> None:  # field C5
    assert kept(plan="#N/A").attributes == {}
    assert kept(plan="none").attributes == {"plan": "none"}


@pytest.mark.parametrize("code", ["nl", "EN", "en-US", "de_AT", "nl-je"])
def test_a_code_needs_no_table_of_names(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(languages, "_names", lambda: pytest.fail("they were loaded"))
    language_meant.cache_clear()
    assert language_meant(code) == language_code(code)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dutch", "nl"),
        ("Nederlands", "nl"),
        ("nl_NL", "nl"),
        ("NLD", "nl"),
        ("Nederlands (België)", "nl"),
        ("Nederlands (je)", "nl-je"),
        ("Vlaams", "nl"),
        ("Englisch", "en"),
        ("English (US)", "en"),
        ("Deutsch", "de"),
        ("deutsch du", "de-du"),
        ("Frans", "fr"),
        ("français", "fr"),
        ("de-AT", "de"),
        ("nl-je", "nl-je"),
        ("ga", "ga"),  # Irish, and not Ga, whose code is gaa
        ("Ewe", "ee"),
    ],
)
def test_a_language_as_people_write_it(written: str, meant: str) -> None:  # field C6
    assert language_meant(written) == meant
    assert kept(language=written).language == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Amsterdam", "Europe/Amsterdam"),
        ("europe/amsterdam", "Europe/Amsterdam"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
        ("GMT+1", "Europe/Amsterdam"),  # the company's own hours
        ("UTC+01:00", "Europe/Amsterdam"),
        ("GMT+1 (Amsterdam)", "Europe/Amsterdam"),
        ("Brussel, België", "Europe/Brussels"),
        ("W. Europe Daylight Time", "Europe/Berlin"),
        ("Central European Summer Time", "CET"),
        ("GMT-5", "Etc/GMT+5"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("CET", "CET"),
        ("CEST", "CET"),
        ("EST", "America/New_York"),
        ("New York", "America/New_York"),
        ("Londen", "Europe/London"),
        ("Nederland", "Europe/Amsterdam"),
        ("Germany", "Europe/Berlin"),
        ("Eastern Standard Time", "America/New_York"),
    ],
)
def test_a_zone_as_people_write_it(written: str, meant: str) -> None:  # field C6
    assert zone_meant(written, "Europe/Amsterdam") == meant
    assert kept(timezone=written).timezone == meant


def test_what_is_not_plain_is_the_companys_with_a_note() -> None:  # field C6
    row = kept(language="???x", timezone="United States", account_manager="Nort", name="x" * 201)
    assert (row.language, row.timezone, row.account_manager, row.name) == (KEEP, KEEP, KEEP, "x" * 200)
    assert len(row.notes) == 4
    assert "did you mean North?" in " ".join(row.notes)


async def test_a_column_by_another_name(imported: Import) -> None:  # field C4
    result = await imported("contact_id,Phone Number\nC1,0612345678\n")
    assert result.notices == [
        "the column Phone Number is kept as an attribute; is it phone? "
        'Then import with --map "Phone Number=phone"',
        'no row has an address; is Phone Number the column phone? Then import with --map "Phone Number=phone"',
    ]
    mapped = await imported("contact_id,Telefoon \nC1,0612345678\n", renamed={"telefoon": "phone"})
    assert (mapped.notices, numbers(mapped)) == ([], (0, 1, 0, 0))


async def test_a_dry_run_says_the_same_and_keeps_nothing(
    store: Store, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:  # field C6
    monkeypatch.setattr("bot.people.importing.CHUNK", 2)
    text = "contact_id,name,phone\nC1,a,0612345678\nC2,b,0612345679\nC1,a,\nC3,c,0612345679\nC4,d,12\n"
    dry = await imported(text, dry_run=True)
    assert await rows_of(store) == {}
    assert numbers(dry) == numbers(await imported(text)) == (2, 0, 1, 2)


async def test_refused_rows_are_a_file_to_correct_and_import(
    store: Store, imported: Import, tmp_path: Path
) -> None:  # field C6
    out = tmp_path / "refused.csv"
    text = "contact_id,name,phone,plan\nC1,a,0612345678,\nC2,b,=12,-\nC3,+c,34,gold\n"
    result = await imported(text, refused_to=out)
    assert list(result.reasons.values()) == [2]
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "npsbot_line,npsbot_reason,contact_id,name,phone,plan"
    assert lines[1].startswith("3,")
    assert lines[1].endswith("C2,b,'=12,'-")
    corrected = "\n".join(lines).replace("'=12", "0612345671").replace(",34,", ",0612345672,")
    assert numbers(await imported(corrected)) == (2, 0, 0, 0)
    assert (await rows_of(store))["C3"] == {
        "name": "+c",
        "account": None,
        "manager": None,
        "language": None,
        "timezone": None,
        "plan": "gold",
        "sms": "+31612345672",
    }


async def test_a_messy_file_keeps_everybody_who_can_be_kept(
    store: Store, settings: Settings
) -> None:  # field C6, issue 12
    messy = Path(__file__).parents[1] / "data" / "messy.csv"
    result = await import_contacts(store, messy, settings, NOW)
    # Two numbers that are none, one key of two people, one number of two people, and a row without a key.
    assert [(one.line, one.reason.split(";")[0]) for one in result.refused] == [
        (9, "phone '3,16E+10' is a number that a spreadsheet shortened, so that its last digits are lost"),
        (21, "phone '12' is no phone number"),
        (35, "contact_id 'K-1033' stands on line 34 with another name"),
        (43, "phone +31612341480 belongs to contact 'K-1041'"),
        (55, "contact_id is missing"),
    ]
    assert numbers(result) == (54, 0, 1, 5)
    rows = await rows_of(store)
    assert {row["language"] for row in rows.values()} == {None, "nl", "nl-je", "en", "de", "fr"}
    assert {row["timezone"] for row in rows.values()} == {
        None,
        "Europe/Amsterdam",
        "Europe/Berlin",
        "Europe/Paris",
        "CET",
    }
    assert {row["account"] for row in rows.values()} >= {None, 'Globex; "Retail" BV'}
    assert sum("sms" in row for row in rows.values()) == 53
