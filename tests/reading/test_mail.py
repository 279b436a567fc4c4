"""What mail programs and telephones add is neither a score nor a reason."""

import pytest

from bot.reading.mail import own_words
from bot.reading.reader import NotAScore, Score
from tests.support.reading import reading

QUOTED = "> How likely are you to recommend us?\n> Answer with a number from 0 to 10."


# field A10
@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("nl", "8 (acht)", 8),
        ("nl", "acht (8)", 8),
        ("en", "8 eight", 8),
        ("de", "7 = sieben", 7),
        ("en", "Re: 8", 8),
        ("de", "AW: Re: 8", 8),
        ("nl", "Een 9!\n\nVerzonden vanuit Outlook voor Android", 9),
        ("nl", "een 9\nSent from my iPhone", 9),  # the telephone speaks English
        ("en", "9\n\nGesendet von meinem Galaxy", 9),
        ("tr", "9\n\niPhone'umdan gönderildi", 9),
        ("pl", "9\n\nWysłano z telefonu", 9),
        ("fr", "9\n\nTélécharger Outlook pour iOS", 9),
        ("nl", f"8\n\nOp di 4 mrt. 2025 om 10:12 schreef Acme <nps@acme.example>:\n{QUOTED}", 8),
        ("en", f"8\n\nOn Tue, Mar 4, 2025 at 10:12 AM Acme <nps@acme.example>\nwrote:\n{QUOTED}", 8),
        ("de", f"8\n\nAm 04.03.2025 um 10:12 schrieb Acme:\n{QUOTED}", 8),
        ("fr", f"8\n\nLe mar. 4 mars 2025 à 10:12, Acme a écrit :\n{QUOTED}", 8),
        ("es", f"8\n\nEl mar, 4 mar 2025 a las 10:12, Acme escribió:\n{QUOTED}", 8),
        ("it", f"8\n\nIl giorno mar 4 mar 2025 alle ore 10:12 Acme ha scritto:\n{QUOTED}", 8),
        ("pt", f"8\n\nEm ter., 4 de mar. de 2025 às 10:12, Acme escreveu:\n{QUOTED}", 8),
        ("pl", f"8\n\nwt., 4 mar 2025 o 10:12 Acme napisał(a):\n{QUOTED}", 8),
        ("tr", f"8\n\nAcme, 4 Mar 2025 Sal, 10:12 tarihinde şunu yazdı:\n{QUOTED}", 8),
        ("en", "8\n\n-----Original Message-----\nFrom: Acme\nHow likely, from 0 to 10?", 8),
        ("nl", "8\n\nVan: Acme\nVerzonden: dinsdag 4 maart 2025\nOnderwerp: van 0 tot 10", 8),
        ("en", f"{QUOTED}\n\n8", 8),
        ("en", "RE: NPS survey\n9", 9),
        ("en", "Re: Fwd: NPS survey 2026\r\n\r\n9\r\n\r\nSent from my iPhone", 9),
        ("en", "RE: how likely, from 0 to 10?\n9", 9),
        ("nl", "Antw: uw mening\n\nacht\n\nOp di 4 mrt. 2025 om 10:12 schreef Acme:\n" + QUOTED, 8),
        ("de", "Betreff: AW: Umfrage\n9", 9),
        ("fr", "Objet : RE: enquête\n9", 9),
        ("en", f"RE: NPS survey\n{QUOTED}\n\n8", 8),
        ("en", "Re: 8\n\nSent from my iPhone", 8),
        ("en", "9\n\nBest,\nKim | Ops Lead | +1 555 010 0199", 9),
    ],
)
def test_it_is_cut_off(language: str, text: str, value: int) -> None:
    assert reading(text, language) == Score(value)


def test_the_reason_is_what_the_person_wrote() -> None:
    found = reading(f"8, always on time\n\nOn 4 March 2025 Acme wrote:\n{QUOTED}")
    assert found == Score(8, "always on time")


# field A10
@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("RE: NPS survey\nIt came late.", "It came late."),
        ("Subject: NPS survey\n\nIt came late.\n\nSent from my iPhone", "It came late.\n\n"),
        ("Re:a 3, it came late\nNever again.", "a 3, it came late\nNever again."),  # written by hand
        ("Re:a 3\nYou had a 9 before.", "a 3\nYou had a 9 before."),
        ("Re:it came late\n\nSent from my iPhone", "it came late\n\n"),
        ("Re:it came late\n👎", "it came late\n👎"),
    ],
)
def test_the_title_of_a_mail_is_no_answer(text: str, own: str) -> None:
    assert own_words(text) == own


@pytest.mark.parametrize(
    "text",
    [
        "Van: alles wat\n8",
        "regarding: the invoice",
        "the tyre: flat\nnobody came",
        "3\nthey wrote: no",
        "",
        "> 8",
    ],
)
def test_a_persons_own_lines_are_kept(text: str) -> None:
    assert own_words(text) == text


def test_nothing_but_a_signature_is_no_score() -> None:
    assert reading("Sent from my iPhone 8") == NotAScore()
