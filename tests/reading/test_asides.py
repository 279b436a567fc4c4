"""Numbers that are told beside the answer, and words that only look like numbers."""

import pytest

from bot.reading.reader import Ambiguous, Help, Ignore, NotAScore, OptOut, OutOfRange, Reading, Score
from tests.support.reading import reading


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        # a bare number opens the message: what others gave, what it was or might be, what is counted
        ("nl", "8, mijn buurman geeft jullie een 6", 8),
        ("en", "9. My sister would give a 7", 9),
        ("en", "7, last year it was a 9", 7),
        ("en", "6. If you were cheaper an 8", 6),
        ("en", "7, 3 gizmos came late", 7),
        ("en", "9. a mate of mine only rated you 5", 9),
        ("nl", "9 mijn man geeft een 7 maar ik vond het top", 9),
        ("nl", "7 want mijn vrouw vindt jullie een 10 waard", 7),
        ("nl", "8 want ik ben 84 en jullie hebben geduld", 8),
        ("en", "7 - down from 9 last year", 7),
        # hours, comparisons and money
        ("en", "5. slot was 8-10 and nobody came till 1", 5),
        ("nl", "7 bezorgd om 10:30 in plaats van 9 uur", 7),
        ("fr", "7 car livré en 4 jours au lieu de 2", 7),
        ("en", "4 $10 delivery fee", 4),
        ("nl", "8 ondanks 20 min in de wacht", 8),
        # what "so" concludes
        ("en", "My son is 8 and he adored it, so 10", 10),
        # a fraction of ten counts nothing, and one thing is not counted
        ("nl", "6/10 apparaat doet het maar veel gedoe", 6),
        ("en", "6 cheeky chap never rang back", 6),
        # a full stop joins nothing
        ("en", "Your chat keeps hanging up on me. 2", 2),
        ("nl", "Ben al 10 jaar klant. 7", 7),
        # the ends of the scale explained, and nothing that is counted
        ("en", "0 is awful and 10 is perfect, so 6", 6),
        ("nl", "0 = slecht, 10 = top, dan een 7", 7),
        ("en", "if 0 is the worst and 10 the best then 6", 6),
        ("nl", "Als 0 slecht is en 10 goed, dan een 6", 6),
        ("en", "0 problems, 10", 10),
        ("tr", "0 ile 10 arasında 6", 6),
        # how long something took
        ("nl", "3 na 6 weken nog steeds niets", 3),
        ("fr", "4 après 3 semaines d'attente", 4),
        ("en", "4 friday 13 june nobody came", 4),
        # signs and short words written together
        ("de", "6 v. 10", 6),
        ("nl", "8 v.d. 10", 8),
        ("de", "7 - 4,90 Versand ist zu viel", 7),
        ("fr", "9 l'accueil est parfait", 9),
        ("en", "9 gr8 service", 9),
        ("en", "seven's fine", 7),
        # typing errors of a lone word
        ("en", "seveeen", 7),
        ("nl", "tieeen", 10),
        ("es", "sietr", 7),
        ("pt", "oiti", 8),
    ],
)
def test_the_answer_is_found_beside_other_numbers(language: str, text: str, value: int) -> None:
    found = reading(text, language)
    assert isinstance(found, Score), found
    assert found.value == value


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "thx 4 nothing", NotAScore()),
        ("en", "4 real?", NotAScore()),
        ("de", "ich habe acht gegeben", NotAScore()),
        ("en", "8 of my neighbours left", NotAScore()),
        ("en", "a won", Ambiguous((1,))),
        ("en", "a minus one", OutOfRange(-1)),
        ("en", "and a 9 is good?", Help()),
        ("de", "ist die 10 denn gut oder schlecht?", Help()),
        ("en", "yes definitely", Ambiguous()),
        ("en", "8\n-- \nThe Globex office", Score(8)),
        ("nl", "De abonnee die u probeert te bereiken is niet beschikbaar", Ignore(kept=True)),
    ],
)
def test_what_only_looks_like_an_answer(language: str, text: str, expected: Reading) -> None:
    assert reading(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "2 were broken"),
        ("en", "3 arrived late"),
        ("nl", "2 waren kapot"),
        ("de", "2 sind kaputt"),
        ("es", "2 llegaron rotos"),
        ("it", "2 sono arrivati tardi"),
        ("pt", "3 vieram errados"),
        ("fr", "2 sont cassés"),
        ("fr", "2 ne marchent pas"),
        ("es", "2 no funcionan"),
        ("it", "2 non funzionano"),
        ("pt", "2 não funcionam"),
        ("en", "6 rusty nails"),
        ("en", "3/10 mugs broke"),
        ("en", "2 stuck in the lift"),
        ("pl", "2 są zepsute"),
        ("tr", "2 geldi"),
    ],
)
def test_a_number_that_may_count_what_follows_is_no_score(language: str, text: str) -> None:
    """ "2 were broken" may be a score and its reason, or two things that broke: it is asked about."""
    assert not isinstance(reading(text, language), Score)


@pytest.mark.parametrize("word", ["mine", "give", "none", "bier", "toen", "frei", "nein", "domuz", "move"])
def test_a_real_word_near_a_number_word_is_no_typing_error(word: str) -> None:
    for language in ("nl", "en", "de", "tr", "pt"):
        assert not isinstance(reading(word, language), Score)


@pytest.mark.parametrize(
    ("language", "text", "score"),
    [
        ("en", "Stop texting me. It was a 4 anyway.", 4),
        ("nl", "Niet meer sturen svp, en het was een 6", 6),
        ("en", "Stop texting me. Last time it was a 9", None),
        ("en", "Stop texting me, it was a 10 until yesterday", None),
        ("en", "stop. What a great service though", None),  # one plain stop word is always meant
    ],
)
def test_a_wish_to_stop_keeps_the_score_that_is_clear(language: str, text: str, score: int | None) -> None:
    assert reading(text, language) == OptOut(score)


@pytest.mark.parametrize(
    "text", ["6? could be a 7", "8? or 9?", "8, sorry 11", "5 stars so 10", "6 or 7 so 8"]
)
def test_what_the_writer_doubts_is_asked_about(text: str) -> None:
    assert isinstance(reading(text, "en"), Ambiguous)
