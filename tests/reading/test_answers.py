"""The question back is answered by a word or a picture, in nine languages."""

import pytest

from bot.reading.reader import Ambiguous, OptOut, Reading, Score
from tests.support.reading import CODES, reading

#: By language: yes, no, the first, the last of two.
SAID = {
    "nl": (
        ("ja", "Klopt!", "inderdaad", "ja, dat klopt"),
        ("nee", "geen van beide"),
        "de eerste",
        "de laatste",
    ),
    "en": (("yes", "That's right", "yep", "yes, correct"), ("no", "neither"), "the first", "the second"),
    "de": (("ja", "genau", "stimmt"), ("nein", "keine von beiden"), "die erste", "die zweite"),
    "fr": (("oui", "c'est ça", "exact"), ("non", "ni l'un ni l'autre"), "le premier", "le dernier"),
    "es": (("sí", "correcto", "así es"), ("no", "ninguno de los dos"), "el primero", "el segundo"),
    "it": (("sì", "esatto", "giusto"), ("no", "nessuno dei due"), "il primo", "l'ultimo"),
    "pt": (("sim", "isso mesmo", "certo"), ("não", "nenhum dos dois"), "o primeiro", "o último"),
    "pl": (("tak", "zgadza się", "dokładnie"), ("nie", "żadna z nich"), "pierwsza", "ta druga"),
    "tr": (("evet", "doğru", "aynen"), ("hayır", "hiçbiri"), "ilki", "sonuncusu"),
}


@pytest.mark.parametrize("language", CODES)
def test_yes_takes_the_one_number_that_was_offered(language: str) -> None:
    for text in (*SAID[language][0], "👍", "👍🏽"):
        assert reading(text, language, awaiting="confirm", offered=(9,)) == Score(9), text


@pytest.mark.parametrize("language", CODES)
def test_yes_to_two_numbers_says_not_which(language: str) -> None:
    assert reading(SAID[language][0][0], language, awaiting="confirm", offered=(7, 8)) == Ambiguous((7, 8))


@pytest.mark.parametrize("language", CODES)
def test_no_takes_none(language: str) -> None:
    for text in (*SAID[language][1], "👎"):
        assert reading(text, language, awaiting="confirm", offered=(7, 8)) == Ambiguous(), text


@pytest.mark.parametrize("language", CODES)
def test_the_first_and_the_last(language: str) -> None:
    _, _, first, last = SAID[language]
    assert reading(first, language, awaiting="confirm", offered=(6, 9)) == Score(6)
    assert reading(last, language, awaiting="confirm", offered=(6, 9)) == Score(9)


@pytest.mark.parametrize(
    ("language", "text", "offered", "expected"),
    [
        ("en", "the 6", (6, 9), Score(6)),
        ("en", "the lower one please", (6, 9), Score(6)),
        ("nl", "de hoogste", (9, 6), Score(9)),
        ("nl", "nee, 8", (9,), Score(8)),
        ("nl", "de 6 dan", (6, 9), Score(6)),
        ("en", "no, a 7", (9,), Score(7)),
        ("en", "yes 9", (9,), Score(9)),
        ("nl", "7 - prima maar duur", (7, 8), Score(7, "prima maar duur")),
        ("en", "8, your support is slow", (7, 8), Score(8, "your support is slow")),
        ("en", "yes", (), Ambiguous()),  # nothing was offered
        ("en", "stop", (9,), OptOut()),
    ],
)
def test_a_number_or_a_wish_is_still_heard(
    language: str, text: str, offered: tuple[int, ...], expected: Reading
) -> None:
    assert reading(text, language, awaiting="confirm", offered=offered) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "yes no"),
        ("en", "yeah right"),
        ("en", "9? no"),
        ("nl", "ja nee"),
        ("nl", "goed gezien maar nee"),
        ("nl", "klopt dat?"),
    ],
)
def test_a_yes_that_is_denied_or_asked_is_none(language: str, text: str) -> None:
    assert not isinstance(reading(text, language, awaiting="confirm", offered=(9,)), Score)


@pytest.mark.parametrize("awaiting", ["reason", "nothing"])
def test_the_question_whether_to_change_is_answered_alike(awaiting: str) -> None:
    assert reading("ja", "nl", awaiting=awaiting, offered=(2,)) == Score(2)  # type: ignore[arg-type] # a literal
    assert reading("nee", "nl", awaiting=awaiting, offered=(2,)) == Ambiguous()  # type: ignore[arg-type] # as above


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        ("nl", "oui", Score(9)),
        ("en", "ja", Score(9)),
        ("en", "klopt", Score(9)),
        ("de", "evet", Score(9)),
        ("nl", "nein", Ambiguous()),
    ],
)
def test_an_answer_may_be_in_another_language(asked: str, text: str, expected: Reading) -> None:
    assert reading(text, asked, awaiting="confirm", offered=(9,)) == expected
