"""Irony at the top of the scale, which hides the unhappiest customers."""

import pytest

from bot.reading.bounds import Bounds
from bot.reading.reader import Ambiguous, Score
from tests.support.reading import reading


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "10!! love waiting two weeks 🙄", 10),
        ("en", "a 9 for the lovely hold music, one hour of it 🙃", 9),
        ("en", "10 👏 only three hours late", 10),
        ("nl", "Top hoor, een 10, weer een uur in de wacht 🙄", 10),
        ("nl", "een tien voor jullie helpdesk die nooit opneemt 👏👏", 10),
        ("de", "Super, eine 10, nur drei Stunden Warteschleife 🙃", 10),
        ("fr", "bravo, un 10 pour trois heures d'attente 👏", 10),
        ("es", "un 10 por dos horas de espera 🙄", 10),
        ("it", "complimenti, un 10 per tre ore di attesa 👏", 10),
        ("pt", "um 10 por duas horas de espera 🙃", 10),
        ("pl", "brawo, 10 za dwie godziny czekania 👏", 10),
        ("tr", "aferin size, 10, yine saatlerce bekledim 🙄", 10),
        ("en", "10 🙄", 10),
        ("nl", "een 9 🤡", 9),
        ("en", "10 for losing my order", 10),
        ("en", "a 9 for wasting my whole morning", 9),
        ("nl", "een 9 voor het kwijtraken van mijn dossier", 9),
        ("nl", "een 10 voor de wachtmuziek", 10),
        ("de", "eine 10 für die Warteschleife", 10),
        ("fr", "10 pour la musique d'attente", 10),
        ("es", "un 10 para la musiquita de espera", 10),
        ("en", "10, thanks for nothing", 10),
        ("nl", "10, top, maar drie weken gewacht", 10),
        ("de", "10, danke für nichts", 10),
        ("fr", "10, bravo, seulement trois semaines d'attente", 10),
        ("es", "10, genial, solo tres semanas esperando", 10),
        ("it", "10, grazie di niente", 10),
        ("pt", "10 por perderem a minha encomenda", 10),
        ("pl", "10, brawo, tylko trzy tygodnie czekania", 10),
        ("tr", "paketimi kaybettiğiniz için 10", 10),
        ("nl", "een 10 (niet dus)", 10),
    ],
)
def test_irony_is_asked_about(language: str, text: str, value: int) -> None:
    assert reading(text, language) == Ambiguous((value,))


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "10 👏👏 brilliant team", 10),
        ("en", "9 🙃", 9),
        ("nl", "een 10 👏 wat een kanjers", 10),
        ("en", "2 🙄 an hour on hold", 2),  # low enough as it is
        ("de", "10 👏 einfach klasse", 10),
        ("en", "10 for the quick fix of a broken pipe", 10),
        ("en", "9 delivery was late", 9),
        ("en", "10 I never had a problem", 10),
        ("en", "10, my broken boiler was sorted the same day", 10),
        ("en", "10, waited less than five minutes", 10),
        ("en", "10, difficult job done well", 10),
        ("nl", "10 voor het terugvinden van mijn pakket", 10),
        ("nl", "9, moest even wachten maar heel vriendelijk geholpen", 9),
        ("de", "10, Störung am selben Tag behoben", 10),
        ("fr", "10 pour avoir retrouvé mon colis", 10),
        ("es", "10 por encontrar mi paquete", 10),
        ("it", "10, guasto risolto in giornata", 10),
        ("pt", "10, resolveram o problema na hora", 10),
        ("pl", "10, awaria usunięta tego samego dnia", 10),
        ("tr", "10, hiç sorun yaşamadık", 10),
    ],
)
def test_applause_is_meant_where_nobody_complains(language: str, text: str, value: int) -> None:
    found = reading(text, language)
    assert isinstance(found, Score)
    assert found.value == value


def test_irony_on_a_short_scale() -> None:
    assert reading("5, an hour on hold 🙄", scale=Bounds(1, 5)) == Ambiguous((5,))
