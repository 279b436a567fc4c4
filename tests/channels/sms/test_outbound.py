"""A message as plain text, and Twilio's copy of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Body
from channels.layout import utf16_units
from channels.sms.limits import TEXT_LIMIT
from channels.sms.outbound import rendered, same_words
from tests.support.bodies import bodies, long_bodies


@given(st.one_of(bodies, long_bodies))
def test_the_text_fits(body: Body) -> None:
    assert utf16_units(rendered(body)) <= TEXT_LIMIT


@pytest.mark.parametrize(
    ("sent", "found", "same"),
    [
        ("Hoe waarschijnlijk?", "Hoe waarschijnlijk?", True),
        ("Don’t “wait” – call…", 'Don\'t "wait" - call...', True),
        ("8", "Sent from your Twilio trial account - 8", True),
        ("👍", "👍", True),
        ("👍", "👎", False),
        ("thanks", "no thanks", False),
        ("Bedankt voor uw 8", "Bedankt voor uw 9", False),
    ],
)
def test_knows_its_own_words_again(sent: str, found: str, same: bool) -> None:
    assert same_words(sent, found) is same
