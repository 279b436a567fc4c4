"""Whom one can greet by name: people, not roles, departments and list entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.salutation import LONGEST, first_name, natural_name


@pytest.mark.parametrize(
    "name",
    [
        "First",
        "First de Last",
        "First-Second van 't Last",
        "F. Last",
        "F.S. van den Last",
        "Dr. Läst",
        "Fírst O'Last",
        "Fírst O’Last",
        "Fïrst",
        "Łirst Żast",
        "De Last",
        "Fírst de la Last",
        "First von der Last",
    ],
)
def test_a_person_is_greeted(name: str) -> None:
    assert natural_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "   ",
        "Buyer",
        "Buyer 12 at Globex",
        "Head of Sales",
        "Inkoop",
        "Afdeling Verkoop",
        "inkoper",
        "Geschäftsführung",
        "Service-Desk",
        "Acme B.V.",
        "Globex GmbH",
        "LAST",
        "Last, First",
        "first",
        "de Last",
        "First de",
        "First (Acme)",
        "First/Second",
        "First & Second",
        "first@example.com",
        "+31612345678",
        "N/A",
        "-",
        "?",
        "First 🙂",
        "Team Noord",
        "Een Twee Drie Vier Vijf Zes",
        "A" + "b" * LONGEST,
    ],
)
def test_whatever_may_be_something_else_is_not(name: str | None) -> None:
    assert natural_name(name) is None


def test_spaces_are_put_right() -> None:
    assert natural_name("  First   de\u00a0Last ") == "First de Last"


@given(st.text(max_size=60))
def test_whatever_stands_there_it_is_a_line_of_letters_or_nothing(name: str) -> None:
    found = natural_name(name)
    if found is not None:
        assert found == " ".join(name.split())
        assert len(found) <= LONGEST
        assert all(one.isalpha() or one in " .-'’" for one in found)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("First de Last", "First"),
        ("First-Second Last", "First-Second"),
        ("F. de Last", "F. de Last"),
        ("Dr. First Last", "Dr. First Last"),
        ("Mevrouw de Last", "Mevrouw de Last"),
        ("First", "First"),
        ("", ""),
    ],
)
def test_who_says_je_greets_by_the_first_name(name: str, first: str) -> None:
    # field D: "Hallo First de Last," beside je
    assert first_name(name) == first
