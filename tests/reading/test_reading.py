"""What replies mean, decision by decision, in the order in which the reader decides."""

import pytest

from bot.reading.bounds import Bounds
from bot.reading.reader import (
    Ambiguous,
    Help,
    Ignore,
    NotAScore,
    OptIn,
    OptOut,
    OutOfRange,
    Reading,
    Score,
    kind_of,
)
from tests.support.reading import CODES, reading

QUESTION = (
    "Acme: how likely are you to recommend us? 0 = not at all likely, 10 = extremely likely. STOP to opt out."
)
VRAAG = "Op een schaal van 0 tot 10: hoe waarschijnlijk is het dat u Acme aanbeveelt?"


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("number", range(11))
def test_a_bare_number_is_the_score_in_every_language(language: str, number: int) -> None:
    assert reading(str(number), language) == Score(number)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "24/7 support was bad, 2", Score(2, "24/7 support was bad")),
        ("en", "I waited 8 weeks so 2", Score(2, "I waited 8 weeks")),
        ("en", "2. Ordered on 3 May, called 5 times", Score(2, "Ordered on 3 May, called 5 times")),
        ("nl", "Na 3 weken wachten: 2", Score(2, "Na 3 weken wachten")),
        ("nl", "6 want de monteur kwam om 9:30", Score(6, "de monteur kwam om 9:30")),
        ("nl", "Bestelling 8 kwam kapot aan, dus een 3", Score(3, "Bestelling 8 kwam kapot aan")),
        ("de", "3, 8 Wochen gewartet", Score(3, "8 Wochen gewartet")),
        ("en", "9 thanks to @U042ABC", Score(9)),  # field A9: somebody else's mention
        ("en", "9, and @U042ABC was great", Score(9, "and @U042ABC was great")),
        ("nl", "@lisa7 9 hoor", Score(9)),
    ],
)
def test_numbers_of_other_things_are_no_scores(language: str, text: str, expected: Reading) -> None:
    assert reading(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "10 minutes late again"),
        ("en", "call me at 5"),
        ("en", "Where is my order 10?"),
        ("en", "You still owe me $9"),
        ("en", "no one ever called me back"),
        ("nl", "bel me om 9u"),
        ("nl", "ik acht dat onwaarschijnlijk"),
        ("nl", "Ik heb al 3 keer gebeld"),
        ("fr", "c’est un produit tout neuf"),
        ("it", "sei bravissimo"),
        ("tr", "yemeği altı kişi yedi"),
    ],
)
def test_a_number_in_a_sentence_is_no_score(language: str, text: str) -> None:
    assert reading(text, language) == NotAScore()


@pytest.mark.parametrize(
    ("language", "text", "candidates"),
    [
        ("nl", "7,5", (7, 8)),
        ("nl", "zevenenhalf", (7, 8)),
        ("nl", "7 of 10", (7, 10)),
        ("nl", "8, nee 9", (9, 8)),
        ("nl", "minstens een 8", (8, 9, 10)),
        ("nl", "geen 10", ()),
        ("nl", "een kleine 8", (7, 8)),
        ("nl", "een 9 voor de chauffeur maar een 3 voor de klantenservice", (9, 3)),
        ("nl", "1, helemaal top!", (1, 9)),
        ("en", "8 no 7", (7, 8)),
        ("en", "9/5", ()),
        ("en", "4/5", (8,)),
        ("en", "80%", (8,)),
        ("en", "1 0", (10,)),
        ("en", "X", (10,)),
        ("en", "1o", (10,)),
        ("en", "10 absolutely terrible, never again", (10, 0)),
        ("en", "I'd give a 10 if you answered the phone", (10,)),
        ("en", "you're number 1", ()),
        ("en", "👍", ()),
        ("en", "very likely", (9, 10)),
        ("fr", "16/20", (8,)),
        ("de", "eine 1 mit Sternchen", (2,)),
    ],
)
def test_in_doubt_it_asks_and_offers_the_candidates(
    language: str, text: str, candidates: tuple[int, ...]
) -> None:
    assert reading(text, language) == Ambiguous(candidates)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "can't give you more than a 6", 6),
        ("en", "I can't go higher than 5", 5),
        ("en", "wouldn't give less than a 9", 9),
        ("nl", "meer dan een 5 zit er niet in", 5),
        ("nl", "lager dan een 9 doe ik niet", 9),
        ("de", "mehr als eine 5 kann ich nicht geben", 5),
    ],
)
def test_a_bound_that_is_denied_is_the_number_itself(language: str, text: str, value: int) -> None:
    """Who cannot give more than a 5 is not asked whether a 10 was meant."""
    assert reading(text, language) == Ambiguous((value,))


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "I don't do surveys but ok 8", 8),
        ("en", "I never answer surveys but here goes: 9", 9),
        ("nl", "ik doe normaal niet mee aan enquetes maar vooruit een 8", 8),
        ("de", "ich mache nie bei Umfragen mit, aber eine 9", 9),
        ("fr", "je ne réponds jamais aux sondages mais 9", 9),
        ("es", "nunca respondo encuestas pero un 9", 9),
        ("it", "non rispondo mai ai sondaggi ma 9", 9),
        ("pt", "nunca respondo a inquéritos mas 9", 9),
        ("pl", "nigdy nie biorę udziału w ankietach ale 9", 9),
        ("tr", "anketlere katılmam ama 9", 9),
    ],
)
def test_who_never_does_surveys_and_does_this_one_stays(language: str, text: str, value: int) -> None:
    read = reading(text, language)
    assert isinstance(read, Score)
    assert read.value == value


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("I don't do surveys", None),
        ("great guys but I don't do surveys", None),
        ("I don't do surveys, stop texting me. 3", 3),
        ("I don't do surveys but stop texting me, 3", 3),
    ],
)
def test_who_never_does_surveys_and_wants_no_more_leaves(text: str, score: int | None) -> None:
    assert reading(text) == OptOut(score)


@pytest.mark.parametrize(
    ("language", "text", "candidates"),
    [
        ("en", "Would recommend: 9. Price: 6", (9, 6)),
        ("en", "Would buy: 9. Coffee: 6", (9, 6)),
        ("en", "It was 9 for the fitting. Coffee: 2", (2, 9)),
        ("nl", "Zou aanbevelen: 9. Prijs: 6", (9, 6)),
    ],
)
def test_a_number_that_a_colon_gives_to_one_thing_is_not_the_score(
    language: str, text: str, candidates: tuple[int, ...]
) -> None:
    assert reading(text, language) == Ambiguous(candidates)


@pytest.mark.parametrize(
    ("language", "text", "candidates"),
    [
        ("en", "if it leaks again a 2, but I hope a 9", (2, 9)),
        ("en", "if you call back a 4, but maybe a 9", (4, 9)),
        ("en", "if you don't fix it a 2, but after the repair a 9", (2, 9)),
        ("en", "if you fix it a 6, but with a discount a 9", (6, 9)),
        ("nl", "als het weer lekt een 2, maar ik hoop een 9", (2, 9)),
        ("de", "wenn es wieder leckt eine 2, aber ich hoffe eine 9", (2, 9)),
    ],
)
def test_a_better_number_behind_a_condition_and_but_is_asked_about(
    language: str, text: str, candidates: tuple[int, ...]
) -> None:
    assert reading(text, language) == Ambiguous(candidates)


def test_a_negated_number_is_never_offered() -> None:
    assert reading("not a 10, more like 4") == Ambiguous((4,))


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "11", 11),
        ("en", "negative ten", -10),
        ("en", "12/10", 12),
        ("nl", "min 1", -1),
        ("tr", "on bir", 11),
    ],
)
def test_a_number_outside_the_scale_is_told_and_never_clamped(language: str, text: str, value: int) -> None:
    assert reading(text, language) == OutOfRange(value)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "STOP"),
        ("en", "Please stop texting me"),
        ("en", "take me off this list"),
        ("en", "How do I opt out?"),
        ("en", "afmelden"),
        ("nl", "stop er mee"),
        ("nl", "ik wil deze sms'jes niet meer"),
        ("nl", "laat me met rust"),
        ("nl", "gelieve mij niet meer te contacteren"),
        ("fr", "Ne m'envoyez plus de messages"),
        ("tr", "İPTAL"),
    ],
)
@pytest.mark.parametrize("awaiting", ["score", "reason", "nothing"])
def test_a_stop_is_heard_in_every_state(language: str, text: str, awaiting: str) -> None:
    assert reading(text, language, awaiting=awaiting) == OptOut()  # type: ignore[arg-type] # a literal from the list


@pytest.mark.parametrize(
    ("language", "text", "score"),
    [("en", "3 and stop texting me", 3), ("en", "0. STOP", 0), ("nl", "8 maar graag geen berichten meer", 8)],
)
def test_a_stop_keeps_the_score_beside_it(language: str, text: str, score: int) -> None:
    assert reading(text, language) == OptOut(score)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please stop sending parcels to the wrong address"),
        ("en", "I want to cancel my order"),
        ("en", "I can't stop recommending you"),
        ("en", "Thanks for contacting Globex. Reply STOP to unsubscribe."),
        ("nl", "ik stop met mijn abonnement"),
        ("nl", "de stop is eruit"),
        ("nl", "geen monteur meer sturen"),
        ("nl", "10 ik stop nooit met jullie aanraden"),
    ],
)
def test_another_stop_is_no_opt_out(language: str, text: str) -> None:
    assert not isinstance(reading(text, language), OptOut)


@pytest.mark.parametrize("text", ["START", "unstop", "aanmelden"])
def test_start_as_the_whole_message_opts_in(text: str) -> None:
    assert reading(text, "nl", awaiting="nothing") == OptIn()


@pytest.mark.parametrize(
    ("language", "text", "topic"),
    [
        ("en", "?", "help"),
        ("en", "is 10 good or bad?", "help"),
        ("en", "10 is the best right?", "help"),
        ("en", "who is this?", "who"),
        ("en", "why am I getting this?", "why_me"),
        ("en", "what data do you have about me?", "my_data"),
        ("en", "delete my data", "delete"),
        ("en", "/privacy", "privacy"),
        ("nl", "wie is dit?", "who"),
        ("nl", "waarom krijg ik dit?", "why_me"),
        ("nl", "verwijder mijn gegevens", "delete"),
    ],
)
def test_a_question_is_answered_by_its_topic(language: str, text: str, topic: str) -> None:
    assert reading(text, language) == Help(topic)  # type: ignore[arg-type] # a literal from the list


def test_a_score_counts_although_a_question_follows_it() -> None:
    assert reading("8. who is this?") == Score(8, "who is this?")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I'm driving right now - I'll get back to you later."),
        ("en", "Delivered to +447700900123 at 10:02"),
        ("en", "Liked “On a scale of 0 to 10, how likely are you to recommend Acme?”"),
        ("en", "Loved an image"),
        ("nl", "Vond ‘Op een schaal van 0 tot 10’ geweldig"),
        ("nl", "Gefällt: „Wie wahrscheinlich ist es von 0 bis 10“"),
        ("nl", "Automatisch antwoord: ik ben met vakantie van 1 t/m 10 augustus"),
    ],
)
def test_what_a_machine_writes_is_ignored(language: str, text: str) -> None:
    assert isinstance(reading(text, language), Ignore)


def test_copies_of_our_own_words_are_taken_out() -> None:
    recent = (QUESTION, VRAAG)
    assert reading(QUESTION, recent=recent) == Ignore()
    assert reading(f"> {QUESTION}\n8", recent=recent) == Score(8)
    assert reading(f"Liked '{VRAAG}'", "nl", recent=recent) == Ignore()
    assert reading(f"{VRAAG} een 7, te duur", "nl", recent=recent) == Score(7, "te duur")


def test_a_typing_error_is_forgiven_in_one_word_alone() -> None:
    assert reading("neggen", "nl") == Score(9)
    assert reading("stpo", "nl") == OptOut()
    assert reading("dat is dan stpo geworden", "nl") == NotAScore()
    assert reading("nice") != Score(9)
    assert reading("echt", "nl") != Score(8)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "9", 9),
        ("en", "*9", 9),
        ("en", "sorry, 9", 9),
        ("en", "I meant 4", 4),
        ("en", "nine", 9),
        ("en", "sorry I meant 9, not 7", 9),
        ("nl", "een 9", 9),
        ("nl", "ik bedoelde 4", 4),
        ("nl", "moet een 6 zijn", 6),
        ("en", "the 2 drivers were rude", None),
        ("en", "waited 8 weeks", None),
        ("en", "10 minutes late", None),
        ("en", "service was a 9 but delivery a 2", None),
        ("en", "7,5", None),
        ("en", "11", None),
        ("nl", "ik moest 3 keer bellen", None),
        ("nl", "8 omdat ze aardig waren", None),
    ],
)
def test_only_a_bare_number_or_an_explicit_correction_corrects(
    language: str, text: str, expected: int | None
) -> None:
    later = reading(text, language, awaiting="reason")
    assert later == Score(expected) if expected is not None else not isinstance(later, Score)


@pytest.mark.parametrize(
    ("scale", "text", "expected"),
    [
        (Bounds(1, 5), "4/5", Score(4)),
        (Bounds(1, 5), "4", Score(4)),
        (Bounds(1, 5), "7", OutOfRange(7)),
        (Bounds(1, 5), "0", OutOfRange(0)),
        (Bounds(1, 5), "8/10", Ambiguous((4,))),
        (Bounds(1, 5), "on a scale of 1 to 5: 4", Score(4)),
        (Bounds(1, 5), "4 stars", Ambiguous((4,))),
        (Bounds(1, 7), "6 out of 7", Score(6)),
        (Bounds(1, 7), "1, wonderful service", Ambiguous((1, 7))),
    ],
)
def test_other_scales(scale: Bounds, text: str, expected: Reading) -> None:
    assert reading(text, scale=scale) == expected


def test_an_unknown_language_is_read_as_english() -> None:
    assert reading("eight, great service", "xx") == Score(8, "great service")


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (Score(8), "score"),
        (Score(8, "fast"), "score_reason"),
        (OutOfRange(11), "out_of_range"),
        (Ambiguous(), "ambiguous"),
        (OptOut(), "opt_out"),
        (OptIn(), "opt_in"),
        (Help(), "help"),
        (NotAScore(), "not_a_score"),
        (Ignore(), "ignore"),
    ],
)
def test_every_reading_has_a_name(given: Reading, kind: str) -> None:
    assert kind_of(given) == kind


@pytest.mark.parametrize(
    ("text", "score", "reason"),
    [
        ("3, wrong part: 12-34x56", 3, "wrong part: 12-34x56"),
        ("2, part 7x9 came, not 9x7", 2, "part 7x9 came, not 9x7"),
        ("3, wrong part: 12-34 x", 3, "wrong part: 12-34"),
    ],
)
def test_a_code_keeps_its_end(text: str, score: int, reason: str) -> None:  # field E9
    assert reading(text, "en") == Score(score, reason)
