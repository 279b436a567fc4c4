"""What becomes of a colleague's words, and the code by which a text message names a case."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.codes import LENGTH, LETTERS, Coded, code_from, coded, is_code, named
from bot.cases.relaying import Frame, Inside, Outward, Reachable, Stays, has_words, judged
from bot.words import load_words, words_for
from channels.base import Address, Brought
from channels.known import CHANNELS, limits_of
from channels.sms.lengths import is_gsm7, segments
from tests.support.fake_channel import text_of
from tests.support.manual_clock import MONDAY

THERE = Reachable(Address("sms", "+31612345678"))
FRAME = Frame(words_for("person", "en"), "Account Manager", "Acme")


@pytest.mark.parametrize(
    ("words", "brings", "standing", "becomes"),
    [
        ("note: ask first", None, THERE, Inside("ask first")),
        ("Notitie: eerst vragen", None, THERE, Inside("eerst vragen")),
        ("NOTE:", "picture", THERE, Inside("")),
        ("note: kept", None, Reachable(None, erased=True), Inside("kept")),
        ("👍", None, THERE, Stays("relay_words_needed")),
        ("", "voice", THERE, Stays("relay_words_needed")),
        ("See this", "file", THERE, Stays("relay_words_alone")),
        ("Hello", None, Reachable(None, erased=True), Stays("relay_erased")),
        ("Hello", None, replace(THERE, opted_out=True, done=True), Stays("relay_opted_out")),
        (
            "Hello",
            None,
            replace(THERE, opted_out=True, blocked="telegram"),
            Stays("relay_blocked", {"where": "Telegram"}),
        ),
        ("noot: moeilijk", None, THERE, Stays("relay_doubtful_note", {"said": "noot"})),
        ("Hello", None, replace(THERE, done=True), Stays("relay_done")),
        ("Hello", None, Reachable(None), Stays("relay_unreachable")),
        ("Hello", None, replace(THERE, on=False), Stays("relay_off")),
    ],
    ids=str,
)
def test_what_stays(words: str, brings: Brought | None, standing: Reachable, becomes: Inside | Stays) -> None:
    assert judged(words, brings, standing, FRAME, first=True) == becomes


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("first", [True, False])
def test_nothing_is_cut(channel: str, first: bool) -> None:
    there = replace(THERE, to=Address(channel, "1"))
    around = sum(len(span.text) for span in FRAME.around("", channel, first=first))
    room = limits_of(channel).text - around
    gone = judged("a" * room, None, there, FRAME, first=first)
    assert isinstance(gone, Outward)
    assert "a" * room in text_of(gone.body)
    assert judged("a" * (room + 7), None, there, FRAME, first=first) == Stays("relay_too_long", {"over": 7})


def test_what_waits_for_the_customers_hours() -> None:
    opens = MONDAY + timedelta(hours=9)
    gone = judged(" Hello ", None, replace(THERE, opens=opens), FRAME, first=True)
    assert isinstance(gone, Outward)
    assert (gone.at, text_of(gone.body)) == (opens, "Account Manager of Acme: Hello")


def test_who_has_no_name_is_the_company() -> None:
    body = replace(FRAME, person="").around("Hello", "telegram", first=True)
    assert text_of(body) == "Acme:\nHello\n\nYou can answer here; Acme reads it."


NINE = {"de", "en", "es", "fr", "it", "nl", "pl", "pt", "tr"}


@pytest.mark.parametrize("language", sorted(NINE))
def test_the_frame_in_nine_languages(language: str) -> None:
    assert set(load_words("person")) == NINE
    frame = Frame(words_for("person", language), "Account Manager", "Acme")
    for channel in CHANNELS:
        said = text_of(frame.around("<Words> & more", channel, first=True))
        assert "Account Manager" in said
        assert "Acme" in said
        assert "<Words> & more" in said
    by_sms = text_of(frame.around("a" * 100, "sms", first=True))
    assert is_gsm7(by_sms)
    assert segments(by_sms) == 1


@given(st.text())
def test_words_are_told_from_signs(text: str) -> None:
    assert has_words(text) is any(one.isalnum() for one in text)


# ------------------------------------------------------------------------------------------------- codes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12-kfmr bel u morgen", Coded(12, "kfmr", "bel u morgen")),
        ("12-Kfmr: bel u morgen", Coded(12, "kfmr", "bel u morgen")),
        (" 12 kfmr, bel u\nmorgen ", Coded(12, "kfmr", "bel u\nmorgen")),
        ("12–kfmr 8", Coded(12, "kfmr", "8")),
        ("12-kfmr", Coded(12, "kfmr", "")),
        ("12-kfmrx hallo", None),
        ("12-kamr hallo", None),  # a vowel
        ("12-34x56", None),
        ("3, wrong part: 12-kfmr", None),
        ("bel u morgen", None),
        ("١٢-kfmr hallo", None),
    ],
)
def test_a_case_named_by_text_message(text: str, found: Coded | None) -> None:
    assert coded(text) == found


@given(st.integers(min_value=0, max_value=(1 << 64) - 1))
def test_a_code_is_no_word_and_is_read_as_it_is_told(number: int) -> None:
    code = code_from(number)
    assert len(code) == LENGTH
    assert set(code) <= set(LETTERS)
    assert not set("aeiouyls") & set(code)
    assert coded(f"{named(7, code.upper())} hallo") == Coded(7, code, "hallo")


def test_every_code_is_as_likely() -> None:
    assert len({code_from(number) for number in range(len(LETTERS) ** LENGTH)}) == len(LETTERS) ** LENGTH


@pytest.mark.parametrize(
    ("given_", "code", "right"),
    [("kfmr", "kfmr", True), ("kfmx", "kfmr", False), ("kfmr", None, False), ("", "", False)],
)
def test_a_code_is_right_or_not(given_: str, code: str | None, right: bool) -> None:
    assert is_code(given_, code) is right
