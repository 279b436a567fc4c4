"""What `hold` says, in English and Dutch."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import grammar
from bot.commands.typed.hold import BadHold, HoldBack, Holds, RefuseHold

TODAY = date(2026, 3, 2)
APRIL = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("hold", Holds()),
        ("uitstel", Holds()),
        ("hold C-1001 until 1 april because they moved", HoldBack("C-1001", APRIL, "they moved")),
        ("uitstel C-1001 tot 1 april omdat zij verhuizen", HoldBack("C-1001", APRIL, "zij verhuizen")),
        (
            "hold Ada de Wit until friday because a complaint is open",
            HoldBack("Ada de Wit", date(2026, 3, 6), "a complaint is open"),
        ),
        (
            "hold “Ada de Wit” for 2 weeks because of 'illness'",
            HoldBack("Ada de Wit", date(2026, 3, 16), "of illness"),
        ),
        (
            "uitstel C-1001 tot morgen want ziek tot april",
            HoldBack("C-1001", date(2026, 3, 3), "ziek tot april"),
        ),
        ("hold C-1001 refuse", RefuseHold("C-1001")),
        ("uitstel Ada de Wit weigeren", RefuseHold("Ada de Wit")),
        ("hold C-1001", BadHold("no_day")),
        ("hold until friday because x", BadHold("no_contact")),
        ("hold C-1001 until friday", BadHold("no_reason")),
        ("hold C-1001 until friday because", BadHold("no_reason")),
        ("hold C-1001 until soon because x", BadHold("bad_day", "soon")),
        ("hold C-1001 until today because x", BadHold("past", "today")),
        ("hold C-1001 until 1 may because x", BadHold("too_long", "1 may")),
        ("hold C-1001 until until because x", BadHold("no_day")),
        ("hold C-1001 because x", BadHold("no_day")),
    ],
)
def test_what_is_meant(line: str, meant: object) -> None:
    assert grammar.parse(line, ("spring",), TODAY) == meant


@given(st.lists(st.sampled_from(["C-1", "until", "friday", "because", "refuse", "tot", "2", "weeks", "x"])))
def test_every_line_has_a_reading_and_no_hold_is_longer_than_thirty_days(words: list[str]) -> None:
    meant = grammar.parse(" ".join(["hold", *words]), (), TODAY)
    if isinstance(meant, HoldBack):
        assert 0 < (meant.until - TODAY).days <= 30
        assert meant.reason
        assert meant.contact
