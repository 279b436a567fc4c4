"""Second thoughts in words, once a score stands."""

import pytest

from bot.reading.reader import Ambiguous, NotAScore, Reading, Score
from tests.support.reading import CODES, reading

CHANGES = {
    "nl": [
        ("zet er maar een zes neer in plaats van die 9", 6, None),
        ("wacht, geen 9 maar een 2", 2, None),
        ("verander mijn cijfer naar 3", 3, None),
        ("maak er maar een 4 van", 4, None),
        ("eigenlijk een 2, jullie support is waardeloos", 2, "jullie support is waardeloos"),
        ("mijn 9 was een vergissing, het moet een 2 zijn", 2, None),
        ("ik kom erop terug: 2", 2, None),
        ("wijzig mijn antwoord in 2", 2, None),
        ("kunt u er een 4 van maken?", 4, None),
        ("9 was te hoog, 6", 6, None),
    ],
    "en": [
        ("not a 9, a 2", 2, None),
        ("could you put 6 instead of 9", 6, None),
        ("actually a 2, your support is terrible", 2, "your support is terrible"),
        ("I want to change my answer to 2", 2, None),
        ("the 9 was a mistake, it should be 2", 2, None),
        ("on second thought, a 4 because nobody called", 4, "nobody called"),
        ("Your support is terrible, change my score to 2", 2, "Your support is terrible"),
        ("can you change my 9 to a 2?", 2, None),
        ("5, actually 6", 6, None),
        ("9 was too generous, more like a 4", 4, None),
    ],
    "de": [
        ("keine 9 sondern eine 2", 2, None),
        ("eigentlich eine 2, der Support ist schrecklich", 2, "der Support ist schrecklich"),
        ("ändern Sie meine Note auf 3", 3, None),
        ("das war ein Versehen, sollte eine 2 sein", 2, None),
        ("doch lieber eine 4", 4, None),
    ],
    "fr": [
        ("mettez 6 au lieu de 9", 6, None),
        ("en fait un 2, le support est nul", 2, "le support est nul"),
        ("changez ma note en 3", 3, None),
        ("c'était une erreur, je voulais mettre 2", 2, None),
    ],
    "es": [
        ("no un 9, sino un 2", 2, None),
        ("en realidad un 2, el soporte es pésimo", 2, "el soporte es pésimo"),
        ("cambia mi nota a 3", 3, None),
        ("pensándolo bien, un 3", 3, None),
    ],
    "it": [
        ("mettete 6 invece di 9", 6, None),
        ("in realtà un 2, l'assistenza è pessima", 2, "l'assistenza è pessima"),
        ("cambia il mio voto in 3", 3, None),
        ("anzi, un 4", 4, None),
    ],
    "pt": [
        ("ponham 6 em vez de 9", 6, None),
        ("na verdade um 2, o suporte é péssimo", 2, "o suporte é péssimo"),
        ("mude minha nota para 3", 3, None),
        ("foi engano, quis dizer 2", 2, None),
    ],
    "pl": [
        ("nie 9 tylko 2", 2, None),
        ("właściwie 2, wsparcie jest fatalne", 2, "wsparcie jest fatalne"),
        ("zmień moją ocenę na 3", 3, None),
        ("to była pomyłka, miało być 2", 2, None),
    ],
    "tr": [
        ("9 değil 2", 2, None),
        ("aslında 2, destek berbat", 2, "destek berbat"),
        ("puanımı 3 olarak değiştirin", 3, None),
        ("düşününce 4", 4, None),
    ],
}


# field A1
@pytest.mark.parametrize(
    ("language", "text", "value", "reason"), [(code, *row) for code in CODES for row in CHANGES[code]]
)
@pytest.mark.parametrize("awaiting", ["reason", "nothing"])
def test_a_word_of_correction_and_a_number_change_the_score(
    language: str, text: str, value: int, reason: str | None, awaiting: str
) -> None:
    found = reading(text, language, awaiting=awaiting)  # type: ignore[arg-type] # a literal from the list
    assert found == Score(value, reason)


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "2, your support is terrible", Ambiguous((2,), "your support is terrible")),
        ("en", "this deserves a 2", Ambiguous((2,))),
        ("nl", "ik geef jullie nu een 3", Ambiguous((3,))),
        ("de", "ich gebe jetzt eine 3", Ambiguous((3,))),
    ],
)
def test_a_number_without_a_word_of_correction_may_mean_it(
    language: str, text: str, found: Ambiguous
) -> None:
    assert reading(text, language, awaiting="reason") == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "actually I called 3 times"),
        ("en", "sorry but 2 were broken"),
        ("en", "no 5 days is too long"),
        ("en", "wait was 10 minutes"),
        ("en", "my change of address took 3 calls"),
        ("en", "they should make it a 5 day week"),
        ("en", "9 out of 10 times it works"),
        ("nl", "ik wacht al 4 weken"),
        ("nl", "verander de levertijd naar 3 dagen"),
        ("nl", "jullie moeten 2 dingen veranderen"),
        ("nl", "toch 2 monteurs nodig gehad"),
        ("nl", "het moet binnen 2 dagen"),
        ("de", "eigentlich habe ich 3 mal angerufen"),
        ("fr", "en fait j'ai appelé 3 fois"),
    ],
)
def test_numbers_of_other_things_stay_reasons(language: str, text: str) -> None:
    assert reading(text, language, awaiting="reason") == NotAScore()


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("nl", "wijzig naar 5 gebruikers", Ambiguous((5,), "gebruikers")),
        ("en", "actually 10 works better", Ambiguous((10,), "works better")),
        ("en", "sorry I meant 4 High Street", Ambiguous((4,), "High Street")),
        ("en", "rather 4 than 5 lines", Ambiguous((4,), "than 5 lines")),
        ("en", "it should say 4 not 8 on the invoice", Ambiguous((4,), "not 8 on the invoice")),
        ("nl", "er staat 4 maar het moet 3 zijn", Ambiguous((3,), "er staat 4")),
        ("nl", "aantal moet 3 zijn", Ambiguous((3,))),
        ("en", "the quantity should be 3 not 4", Ambiguous((3,), "not 4")),
        ("en", "that would make it a 10", Ambiguous((10,))),
        ("en", "make it a 10 by answering", Ambiguous((10,), "by answering")),
        ("en", "actually 3 would suit", Ambiguous((3,), "would suit")),
        ("de", "eigentlich passt 10 besser", Ambiguous((10,), "besser")),
    ],
)
def test_a_corrected_number_of_something_else_is_asked_about(
    language: str, text: str, found: Ambiguous
) -> None:
    assert reading(text, language, awaiting="nothing", score=8) == found


EXCHANGED_BESIDE = [
    ("en", "10 instead of 8, slow", 10, 8, "slow"),
    ("nl", "2 ipv 6, waardeloos", 2, 6, "waardeloos"),
    ("en", "3 instead of 5. Parts were missing", 3, 5, "Parts were missing"),
    ("en", "4 instead of 10 as ordered", 4, 10, "ordered"),
    ("nl", "5 ipv 2, veel te laat", 5, 2, "veel te laat"),
    ("nl", "niet 1, maar 3! telkens opnieuw", 3, 1, "telkens opnieuw"),
    ("de", "nicht 2 sondern 5, viel zu lang", 5, 2, "viel zu lang"),
]


@pytest.mark.parametrize(("language", "text", "value", "replaced", "reason"), EXCHANGED_BESIDE)
def test_what_takes_the_place_of_the_score_that_stands_changes_it(
    language: str, text: str, value: int, replaced: int, reason: str
) -> None:
    assert reading(text, language, awaiting="reason", score=replaced) == Score(value, reason)


@pytest.mark.parametrize(("language", "text", "value", "replaced", "reason"), EXCHANGED_BESIDE)
def test_what_takes_the_place_of_another_number_is_asked_about(
    language: str, text: str, value: int, replaced: int, reason: str
) -> None:
    for score in {0, 7, 9, None} - {replaced}:
        assert reading(text, language, awaiting="reason", score=score) == Ambiguous((value,), reason)


@pytest.mark.parametrize(
    ("text", "score", "found"),
    [
        ("10 instead of 8", None, Score(10)),  # what stands is not known
        ("10 instead of 8", 8, Score(10)),
        ("10 instead of 8", 10, Score(10)),  # said twice
        ("10 instead of 8", 2, Ambiguous((10,))),
        ("no 5, no 6", 9, Ambiguous((6,))),
        ("not a 9, not a 2", 9, NotAScore()),
    ],
)
def test_nothing_but_an_exchange_changes_what_it_names(text: str, score: int | None, found: Reading) -> None:
    assert reading(text, awaiting="reason", score=score) == found


def test_some_of_several_are_no_correction() -> None:
    assert not isinstance(reading("actually 2 of your engineers were rude", awaiting="reason"), Score)
