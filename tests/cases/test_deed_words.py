"""Which words under an alert are a deed, which are for the customer, and which are asked."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.deed_words import UnsureDeed, deed_under_alert
from bot.cases.deeds import Act

TODAY = date(2026, 3, 2)  # a Monday
NAMES = ("Sam South", "Key accounts")
CAUSES = {"billing": "billing", "Facturatie": "billing", "late delivery": "delivery"}
FRIDAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("words", "means"),
    [
        ("I'm on it", Act("take")),
        ("I’m on it!", Act("take")),
        ("*on it*", Act("take")),
        ("@npsbot take", Act("take")),
        ("Ik pak het op.", Act("take")),
        ("done", Act("done")),
        ("Done!", Act("done")),
        ("> done ✅", Act("done")),
        ("klaar", Act("done")),
        ("reopen", Act("reopen")),
        ("heropen", Act("reopen")),
        ("done billing", Act("done", "billing")),
        ("Done, billing.", Act("done", "billing")),
        ("done note: paid, all of it", Act("done", "", "paid, all of it")),
        ("done billing note: paid back", Act("done", "billing", "paid back")),
        ("klaar facturatie notitie: terugbetaald", Act("done", "facturatie", "terugbetaald")),
        ("done biling", Act("done", "biling")),  # a slip: refused with the causes that there are
        ("done weather note: rain", Act("done", "weather", "rain")),  # refused so, too: a note stays inside
        ("snooze until friday", Act("snooze", day=FRIDAY)),
        ("snooze friday 14:00", Act("snooze", day=FRIDAY, hour=time(14))),
        ("sluimer tot vrijdag", Act("snooze", day=FRIDAY)),
        ("later tot vrijdag", Act("snooze", day=FRIDAY)),
        ("hand over to Sam South", Act("to", "Sam South")),
        ("to Sam", Act("to", "Sam")),
        ("to sam sout", Act("to", "sam sout")),  # refused with the names that there are
        ("geef door aan Key accounts", Act("to", "Key accounts")),
        ("snooze", UnsureDeed("snooze")),
        ("snooze until frday", UnsureDeed("snooze until frday")),
        ("hand over", UnsureDeed("hand over")),
        ("done noot: terugbetaald", UnsureDeed("done noot: terugbetaald")),
        ("done (note: angry)", UnsureDeed("done (note: angry")),
        ("done *note:* angry", UnsureDeed("done *note:* angry")),
        ("done note angry", UnsureDeed("done note angry")),
        ("on it, note: angry", UnsureDeed("on it note: angry")),
        ("to Sam South note: angry", UnsureDeed("to Sam South note: angry")),
        # words for the customer
        ("Done talking to our engineers, they will call you", None),
        ("Done? Then I close it", None),
        ("done?", None),
        ("Ready?", None),
        ("Klaar voor vrijdag", None),
        ("to Amsterdam we ship on Monday", None),
        ("to me it looks fine", None),
        ("Aan de slag!", None),
        ("Snooze is what we call it", None),
        ("Later today", None),
        ("Later", None),
        ("I'm on it, I call you at ten", None),
        ("take it away", None),
        ("Open the door", None),
        ("I call you at ten.", None),
        ("", None),
        ("👍", None),
    ],
)
def test_a_deed_under_an_alert(words: str, means: Act | UnsureDeed | None) -> None:
    assert deed_under_alert(words, TODAY, NAMES, CAUSES) == means


@given(st.text())
def test_whatever_is_written_has_a_reading(words: str) -> None:
    deed_under_alert(words, TODAY, NAMES, CAUSES)
    deed_under_alert("done " + words, TODAY, NAMES, CAUSES)
