"""What the bot remembers of short replies is what the reader says of them, and nothing that is personal."""

from itertools import product
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from bot.config.settings import Settings
from bot.context import SHORT_KEPT, Context
from bot.dialogue.messages import Voice
from bot.dialogue.wording import Wording
from bot.reading.bounds import Bounds
from bot.reading.copies import can_copy, without_copies
from bot.reading.reader import Awaiting, LastSaid, Score, read
from bot.reading.text import tokens_of
from tests.support.bot_under_test import languages

LANGUAGES = languages()
SHORT = st.text(max_size=3) | st.sampled_from(
    ("9", "10", "0", " 7", "ok", "no", "nee", "ja", "1/2", "👍", "7!")
)
KNOWS = Context(Settings(company="Acme"), LANGUAGES, {})


@given(SHORT)
def test_a_short_reply_means_the_same_every_time(text: str) -> None:
    for language, awaiting, high in product(("en", "nl"), get_args(Awaiting), (5, 10)):
        said = LastSaid(awaiting, ())
        expected = read(text, language, Bounds(0, high), said, LANGUAGES)
        for _ in range(2):
            assert KNOWS.read(text, language, Bounds(0, high), said) == expected


@given(SHORT, st.text(max_size=60))
def test_what_is_too_short_to_be_a_copy_loses_nothing(text: str, ours: str) -> None:
    if not can_copy(text):
        for recent in (ours, f"{text} {ours}", f"{text} {text} {text} {text}"):
            assert without_copies(tokens_of(text), (recent,)) == tokens_of(text)


def test_longer_replies_are_not_kept_and_short_ones_not_for_ever() -> None:
    setup = Context(Settings(company="Acme"), LANGUAGES, {})
    nothing_said = LastSaid("score", ())
    setup.read("9 because of Zoë", "en", Bounds(0, 10), nothing_said)
    assert not setup._short
    for number in range(SHORT_KEPT + 10):
        setup.read(f"{number:03x}"[-3:], "en", Bounds(0, 10 + number), nothing_said)
    assert 0 < len(setup._short) <= SHORT_KEPT


def test_yes_means_what_this_person_was_offered() -> None:
    """A short reply is remembered, and must not be another person's answer."""
    setup = Context(Settings(company="Acme"), LANGUAGES, {})
    for offered in (9, 3, 7):
        said = LastSaid("confirm", (), (offered,))
        assert setup.read("ja", "nl", Bounds(0, 10), said) == Score(offered)


def test_the_voice_to_many_is_made_once_and_that_to_one_is_not_kept() -> None:
    def speaks(**more: str) -> Voice:
        return KNOWS.voice("telegram", "en", Bounds(0, 10), Wording(fields=more))

    assert speaks() is speaks()
    assert speaks(order="4711") is not speaks(order="4711")
    named = KNOWS.voice("telegram", "en", Bounds(0, 10), Wording(), "Ann Smith")
    assert (named.name, speaks().name) == ("Ann Smith", "")
    elsewhere = Context(Settings(company="Globex"), LANGUAGES, {})
    assert elsewhere.voice("telegram", "en", Bounds(0, 10), Wording()).company == "Globex"
