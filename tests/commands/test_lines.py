"""Somebody's own words among ours: they may not move, turn or hide what stands beside them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.readable import LONGEST, readable, typed

FIRST_STRONG, END = "\u2068", "\u2069"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Acme", "Acme"),
        ("line one\r\nline\ttwo ", "line one line two"),
        ("\u202eevil\u202c \u2067x\u2069", "evil x"),
        ("\x1b[2Jgone\x07", "[2Jgone"),
        ("שירות", f"{FIRST_STRONG}שירות{END}"),
        ("\u200fAcme", "Acme"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("\u202e\u200f", ""),
    ],
    ids=ascii,
)
def test_what_somebody_wrote_as_it_can_stand_among_our_words(said: str, shown: str) -> None:
    assert readable(said) == shown


@given(st.text(), st.none() | st.integers(2, 80))
def test_it_is_one_line_that_turns_nothing_beside_it(said: str, most: int | None) -> None:
    shown = readable(said, most)
    inner = shown.removeprefix(FIRST_STRONG).removesuffix(END)
    assert not any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in shown)
    assert not any(
        unicodedata.bidirectional(character)
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        for character in inner
    )
    turned = any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in inner)
    assert shown == (f"{FIRST_STRONG}{inner}{END}" if turned else inner)
    assert most is None or len(inner) <= most


@given(st.text())
def test_what_is_readable_stays_so(said: str) -> None:
    assert readable(readable(said, LONGEST), LONGEST) == readable(said, LONGEST)


@given(st.text())
def test_what_can_be_typed_is_typed_as_it_is(said: str) -> None:
    assert typed(typed(said)) == typed(said)
