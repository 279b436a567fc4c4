"""`/nps away`: what stands after it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.lines import split
from bot.commands.typed.absence import Absences, Absent, BadAbsence, Present, read_absence

TODAY = date(2026, 11, 30)  # a Monday
FRIDAY = date(2026, 12, 4)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", Absences()),
        ("until friday to South", Absent(FRIDAY, "South")),
        ("to South until 4 december", Absent(FRIDAY, "South")),
        ("until 4-12 to Key accounts", Absent(FRIDAY, "Key accounts")),
        ("North until 2026-12-04 to South", Absent(FRIDAY, "South", "North")),
        ("Key accounts tot vrijdag aan South", Absent(FRIDAY, "South", "Key accounts")),
        ("tot en met donderdag aan South", Absent(FRIDAY, "South")),
        ("t/m 3 december aan South", Absent(FRIDAY, "South")),
        ("through thursday to South", Absent(FRIDAY, "South")),
        ("t/m vandaag aan South", Absent(date(2026, 12, 1), "South")),
        (
            '"Key accounts" until tomorrow to "Team South"',
            Absent(date(2026, 12, 1), "Team South", "Key accounts"),
        ),
        ("off", Present()),
        ("North off", Present("North")),
        ("off North", Present("North")),
        ("terug", Present()),
        ("Key accounts uit", Present("Key accounts")),
        ("until friday", BadAbsence("no_name")),
        ("until friday to", BadAbsence("no_name")),
        ("until yesterday", BadAbsence("past", "yesterday")),  # the day first: no name would help it
        ("to South", BadAbsence("no_day")),
        ("until to South", BadAbsence("no_day")),
        ("North", BadAbsence("no_day")),
        ("until next friday to South", BadAbsence("bad_day", "next friday")),
        ("until soon to South", BadAbsence("bad_day", "soon")),
        ("until today to South", BadAbsence("past", "today")),
        ("until 29-11-2026 to South", BadAbsence("past", "29-11-2026")),
        ("until 2030-01-01 to South", BadAbsence("past", "2030-01-01")),
        ("until friday to South to East", BadAbsence("surplus", "until friday to South to East")),
        (
            "until friday through monday to South",
            BadAbsence("surplus", "until friday through monday to South"),
        ),
    ],
)
def test_what_is_meant_by_away(said: str, meant: object) -> None:
    assert read_absence(split(said), TODAY) == meant


@given(
    st.lists(
        st.sampled_from(["until", "tot", "en", "met", "to", "aan", "off", "friday", "South", "t/m", "4-12"])
    )
)
def test_any_words_have_a_reading_and_no_absence_lies_in_the_past(words: list[str]) -> None:
    found = read_absence(words, TODAY)
    if isinstance(found, Absent):
        assert found.until > TODAY
        assert found.deputy
