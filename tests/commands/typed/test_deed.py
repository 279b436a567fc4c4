"""What is said after `case`, in English and Dutch; whatever is typed has a reading."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.deeds import LONGEST_NOTE, Act
from bot.commands.grammar import parse
from bot.commands.lines import split
from bot.commands.typed.deed import BadDeed, CaseDeed, read_deed

TODAY = date(2026, 3, 2)  # a Monday


@pytest.mark.parametrize(
    ("line", "act"),
    [
        ("12 take", Act("take")),
        ("12 I’m on it", Act("take")),
        ("12 pak op", Act("take")),
        ("12-kfmr Ik pak het op", Act("take")),
        ("#12 done", Act("done")),
        ("12 klaar", Act("done")),
        ("12 done billing", Act("done", "billing")),
        ("12 done billing note: paid back: all of it", Act("done", "billing", "paid back: all of it")),
        ("12 klaar notitie: terugbetaald", Act("done", "", "terugbetaald")),
        ("12 done note:Paid", Act("done", "", "Paid")),
        ("12 done note : paid", Act("done", "", "paid")),
        ("12 done note:", Act("done")),
        ("12 snooze until friday", Act("snooze", day=date(2026, 3, 6))),
        ("12 snooze tomorrow", Act("snooze", day=date(2026, 3, 3))),
        ("12 sluimer tot 1-4-2026 om 14:30", Act("snooze", day=date(2026, 4, 1), hour=time(14, 30))),
        ("12 snooze until 16:00", Act("snooze", day=TODAY, hour=time(16))),
        ("12 to Key accounts", Act("to", "Key accounts")),
        ("12 hand over to Key accounts", Act("to", "Key accounts")),
        ("12 geef door aan Noord", Act("to", "Noord")),
        ("12 aan Noord", Act("to", "Noord")),
        ("12 reopen", Act("reopen")),
        ("12: heropen", Act("reopen")),
    ],
)
def test_a_deed_in_words(line: str, act: Act) -> None:
    assert read_deed(split(line), TODAY) == CaseDeed(12, act)
    for verb in ("case", "zaak", "/nps CASE"):
        assert parse(f"{verb} {line}", (), TODAY) == CaseDeed(12, act)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "number"),
        ("twelve done", "number"),
        ("12", "deed"),
        ("12 eat", "deed"),
        ("12 take it away", "deed"),
        ("12 to", "name"),
        ("12 snooze", "day"),
        ("12 snooze until ever", "day"),
        ("12 snooze until next friday", "day"),  # this one or the one after
        (f"12 done note: {'x' * (LONGEST_NOTE + 1)}", "note"),
    ],
)
def test_what_is_wrong_with_it(line: str, why: str) -> None:
    found = read_deed(split(line), TODAY)
    assert isinstance(found, BadDeed)
    assert found.why == why


@given(
    st.lists(st.sampled_from(["12", "done", "to", "snooze", "until", "note:", ":", "14:00", "a"]) | st.text())
)
def test_every_line_has_a_reading(words: list[str]) -> None:
    assert isinstance(read_deed(split(" ".join(words)), TODAY), CaseDeed | BadDeed)
    parse("case " + " ".join(words), ("spring",), TODAY)
