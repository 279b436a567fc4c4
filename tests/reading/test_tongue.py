"""Replies in another language than the one that their writer was asked in.

The rows of `tongues.txt` are `language of the contact:language of the reply:what:text`, where `what` is a score, `ask`,
`stop` or `none`.
"""

import json
from pathlib import Path

import pytest

from bot.reading.reader import Ambiguous, NotAScore, OptOut, Score, wants_contact
from bot.reading.text import tokens_of
from bot.reading.tongue import tongue_of
from tests.support.bot_under_test import languages
from tests.support.reading import CODES, reading

DATA = Path(__file__).parent.parent / "data"
ROWS = [tuple(line.split(":", 3)) for line in (DATA / "tongues.txt").read_text("utf-8").splitlines()]


def tongue(text: str, asked: str) -> str:
    return tongue_of(tokens_of(text), languages()[asked], languages()).code


@pytest.mark.parametrize(("asked", "written", "what", "text"), ROWS)
def test_a_reply_is_read_in_its_own_language(
    asked: str, written: str, what: str, text: str
) -> None:  # field A6
    assert tongue(text, asked) == written
    found = reading(text, asked)
    match what:
        case "ask":
            assert isinstance(found, Ambiguous)
        case "stop":
            assert isinstance(found, OptOut)
        case "none":
            assert found == NotAScore()
        case score:
            assert isinstance(found, Score)
            assert found.value == int(score)


def test_every_language_is_answered_in_another_one() -> None:
    assert {asked for asked, written, _, _ in ROWS if asked != written} == set(CODES)
    assert {written for asked, written, _, _ in ROWS if asked != written} == set(CODES)


def test_replies_in_the_language_of_the_contact_are_read_in_it() -> None:
    rows = [
        json.loads(line)
        for file in ("replies.jsonl", "replies_own.jsonl", "replies_hard.jsonl")
        for line in (DATA / file).read_text("utf-8").splitlines()
    ]
    elsewhere = [row["text"] for row in rows if tongue(row["text"], row["lang"]) != row["lang"]]
    assert elsewhere == []


def test_a_lone_word_that_is_another_number_elsewhere_is_asked_about() -> None:
    assert tongue("sept", "en") == "en"  # a month
    assert tongue("on", "de") == "de"  # tr: ten
    assert tongue("otto", "en") == "it"


def test_a_wish_for_contact_is_heard_in_its_own_language() -> None:
    text = "Drei, bitte rufen Sie mich zurück"
    assert wants_contact(text, reading(text, "nl"), "nl", languages())


def test_a_correction_is_heard_in_its_own_language() -> None:
    assert reading("Bitte ändern Sie meine Note auf 3", "nl", awaiting="reason") == Score(3)
