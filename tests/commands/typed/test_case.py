"""What is typed to look at cases, in both languages and in any order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.lines import split
from bot.commands.typed.case import Cases, MissingCase, ShowCase, Unread, read_case, read_cases

NAMES = ("demo", "key accounts", "Spring-2026")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("", Cases()),
        ("open", Cases("open")),
        ("Late", Cases("late")),
        ("te laat", Cases("late")),
        ("mijn", Cases("mine")),
        ("mine late", Unread(("late",), as_campaign=False)),
        ("open page 2", Cases("open", page=2)),
        ("pagina 3 open", Cases("open", page=3)),
        ("demo", Cases(campaign="demo")),
        ("KEY ACCOUNTS", Cases(campaign="key accounts")),
        ("key accounts te laat ronde 2", Cases("late", "key accounts", 2)),
        ("open van spring–2026 wave #2 page 4", Cases("open", "Spring-2026", 2, 4)),
        ("all of demo", Cases(campaign="demo")),
        ("sprang", Unread(("sprang",), as_campaign=True)),
        ("open sprang", Unread(("sprang",), as_campaign=True)),
        ("demo soon", Unread(("soon",), as_campaign=False)),
        ("page", Unread(("page",), as_campaign=False)),
        ("page 0", Unread(("page", "0"), as_campaign=False)),
        ("page x", Unread(("page", "x"), as_campaign=False)),
        ("demo wave", Unread(("wave",), as_campaign=False)),
        ("wave 2", Unread(("wave", "2"), as_campaign=False)),
        ("te", Unread(("te",), as_campaign=True)),
    ],
)
def test_which_are_listed(line: str, meant: Cases | Unread) -> None:
    assert read_cases(split(line), NAMES) == meant


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("", MissingCase()),
        ("12", ShowCase(12)),
        ("#12", ShowCase(12)),
        ("12:", ShowCase(12)),
        ("12-kfmr", ShowCase(12)),
        ("0", MissingCase("0")),
        ("twelve", MissingCase("twelve")),
        ("12 perhaps", Unread(("12", "perhaps"), as_campaign=False)),
        ("99999999999", MissingCase("99999999999")),
    ],
)
def test_which_is_shown(line: str, meant: ShowCase | MissingCase | Unread) -> None:
    assert read_case(split(line)) == meant


@given(
    st.lists(
        st.sampled_from(["open", "late", "te", "demo", "page", "2", "wave", "x", "van", "-"]), max_size=7
    )
)
def test_every_line_has_a_reading(words: list[str]) -> None:
    """None raises, and what is not understood is told from the word on at which that began."""
    found = read_cases(words, NAMES)
    if isinstance(found, Unread):
        assert found.words
        assert found.words == tuple(words[len(words) - len(found.words) :])
    assert read_case(words) is not None
