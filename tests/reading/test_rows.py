"""Rows: words that stand near each other in any order, and what must not stand there."""

from typing import Final

import pytest

from bot.reading.phrases import PhraseError
from bot.reading.reader import OptOut
from bot.reading.rows import REACH, compile_rows
from tests.support.reading import reading

CLASSES: Final = {
    "halt": frozenset({"stop", "quit"}),
    "message": frozenset({"texts", "sms", "stop"}),
    "goods": frozenset({"parcels"}),
}


def stands(row: str, text: str) -> bool:
    return compile_rows([row], CLASSES).stand_in(text.split())


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("stop these texts", True),
        ("those texts must stop", True),
        ("quit it with the sms", True),
        ("stop", False),  # each part needs a word of its own
        ("stop stop", True),
        ("texts", False),
        ("stop texts about parcels", False),
        ("parcels stop texts", False),
    ],
)
def test_the_words_may_stand_in_any_order(text: str, met: bool) -> None:
    assert stands("<halt> <message> -<goods>", text) is met


def test_the_words_stand_near_the_first() -> None:
    assert stands("<halt> sms", "stop " + "x " * (REACH - 1) + "sms")
    assert not stands("<halt> sms", "stop " + "x " * REACH + "sms")


def test_a_number_in_digits_fits() -> None:
    assert stands("good <number>", "is 10 really good")
    assert not stands("good <number>", "is ten really good")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("stop", 'the row "stop" needs at least two parts'),
        ("stop -sms", 'the row "stop -sms" needs at least two parts'),
        ("<halt> <post>", "names the class <post>"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row: str, message: str) -> None:
    with pytest.raises(PhraseError, match=message):
        compile_rows([row], CLASSES)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "die sms'jes van jullie, daar moet ik niks van hebben, hou daar eens mee op"),
        ("nl", "zou u mij voortaan niet meer willen benaderen"),
        ("en", "these messages of yours had better stop"),
        ("en", "3 and now kindly refrain from any further texting"),
        ("de", "mir bitte künftig nicht mehr schreiben"),
        ("fr", "ne plus jamais me contacter, merci"),
        ("es", "les ruego que no vuelvan a escribirme"),
        ("it", "vi prego di non contattarmi mai più"),
        ("pt", "agradeço que não voltem a enviar mensagens"),
        ("pl", "proszę już nigdy do mnie nie pisać"),
        ("tr", "lütfen bana bir daha sms göndermeyin"),
    ],
)
def test_a_wish_to_leave_is_found_in_the_word_order_of_each_language(language: str, text: str) -> None:
    for awaiting in ("score", "reason", "nothing"):
        assert isinstance(reading(text, language, awaiting=awaiting), OptOut)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "stop met die facturen want jullie berichten lees ik wel"),
        ("en", "stop the price rises and answer my messages"),
        ("en", "why did you stop sending me texts about it"),
        ("de", "hört auf die Preise zu erhöhen, schreibt mir lieber"),
    ],
)
def test_what_is_joined_by_and_or_because_is_said_of_different_things(language: str, text: str) -> None:
    assert not isinstance(reading(text, language), OptOut)
